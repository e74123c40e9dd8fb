//! `/zorg/patient/{id}/grenzen`: what is agreed about treatment, for who must know it now.

use axum::extract::Path;
use axum::response::Response;

use crate::access::Gathered;
use crate::documents::{self, LIMITS_TYPES, Limit, Limits, Mark, Stand, Text, released};
use crate::error::Error;

use super::super::super::provider::limits::{self, Contact, List, Row};
use super::super::super::shared::form::Link;
use super::super::super::shared::frame::{Lang, Section};
use super::super::made::Kind;
use super::super::visit::{Professional, Visit, html};
use super::super::words;
use super::search::{born, name};

/// Types that the agreements refer to.
const NAMED: [&str; 4] = ["Patient", "Practitioner", "PractitionerRole", "Organization"];

/// The page.
pub async fn get(Professional(visit): Professional, Path(id): Path<String>) -> Response {
    visit.answer(show(&visit, &id).await)
}

async fn show(visit: &Visit, id: &str) -> Result<Response, Error> {
    let lang = visit.lang;
    let (access, emergency) = super::door(visit, id);
    let gathered = access.collect(id, &LIMITS_TYPES, "$limits").await?.into_inner();
    let body = gathered.patient.as_ref().ok_or_else(Error::not_found)?.value()?;
    let limits = read(visit, &gathered)?;
    html(limits::page(&limits::Model {
        frame: visit.frame(Section::Search),
        name: name(lang, &body),
        born: born(lang, &body),
        patient_href: format!("/zorg/patient/{id}"),
        document_href: format!("/zorg/patient/{id}/document/{}", Kind::Wishes.slug()),
        list: list(lang, &limits),
        capable: limits.capable.as_ref().map_or_else(String::new, |text| words::say(lang, text)),
        contacts: limits.contacts.iter().map(|contact| shown(lang, contact)).collect(),
        made: lang.t("Opgehaald op {}.", "Fetched on {}.").replace("{}", &words::moment(lang, visit.now)),
        emergency_until: emergency.map(|emergency| until(lang, emergency.until)),
    }))
}

/// Until when a record is open.
pub fn until(lang: Lang, ms: i64) -> String {
    lang.t("Open tot {}.", "Open until {}.").replace("{}", &words::moment(lang, ms))
}

/// The agreements among what was gathered.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
pub fn agreed(visit: &Visit, gathered: &Gathered) -> Result<List, Error> {
    let limits = LIMITS_TYPES.map(|asked| asked.split_once('?').map_or(asked, |(rtype, _)| rtype));
    let wanted = |rtype: &&str| limits.contains(rtype) || NAMED.contains(rtype);
    let resources = gathered.resources.iter().filter(|stored| wanted(&stored.rtype)).cloned().collect();
    let part = Gathered { patient: gathered.patient.clone(), resources };
    Ok(list(visit.lang, &read(visit, &part)?))
}

fn read(visit: &Visit, gathered: &Gathered) -> Result<Limits, Error> {
    released(visit.access.ctx(), gathered, &visit.app.config.fhir_base(), "", |input| {
        documents::treatment_limits(&input)
    })
}

fn list(lang: Lang, limits: &Limits) -> List {
    let often = often(&limits.limits);
    let mut rows: Vec<Row> = limits.limits.iter().map(|limit| row(lang, limit, often)).collect();
    if let (Some(first), Some(day)) = (rows.first_mut(), &limits.statement) {
        let text = lang.t(
            "Er is een schriftelijke verklaring: niet reanimeren.",
            "There is a written statement: do not resuscitate.",
        );
        let day = words::say(lang, day);
        first.explained.push(if day.is_empty() { text.to_owned() } else { format!("{text} ({day})") });
    }
    List {
        agreed: often.map_or_else(String::new, |(date, with)| {
            let all = limits.limits.iter().filter(|limit| is_agreed(limit)).all(|limit| is_of(limit, (date, with)));
            let others = if all {
                lang.t("Afgesproken", "Agreed")
            } else {
                lang.t("De rest is afgesproken", "The rest was agreed")
            };
            format!("{others}: {}", said(lang, date, with))
        }),
        unknown: limits.limits.iter().any(|limit| limit.stand == Stand::Unknown),
        rows,
    }
}

fn is_agreed(limit: &Limit) -> bool {
    matches!(limit.stand, Stand::Agreed(_) | Stand::Contradictory)
}

fn is_of(limit: &Limit, (date, with): (&Text, &Text)) -> bool {
    limit.date == *date && limit.with == *with
}

/// The day and the persons of most agreements, when several have the same.
fn often(limits: &[Limit]) -> Option<(&Text, &Text)> {
    let same = |limit: &Limit| limits.iter().filter(|other| is_of(other, (&limit.date, &limit.with))).count();
    let most = limits.iter().filter(|limit| is_agreed(limit)).max_by_key(|limit| same(limit))?;
    (same(most) > 1).then_some((&most.date, &most.with))
}

fn said(lang: Lang, date: &Text, with: &Text) -> String {
    let parts = [words::say(lang, date), words::say(lang, with)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn row(lang: Lang, limit: &Limit, often: Option<(&Text, &Text)>) -> Row {
    let (class, sign, dutch, english) = match limit.stand {
        Stand::Agreed(Mark::Yes) => ("yes", "✓", "Wel", "Yes"),
        Stand::Agreed(Mark::No) => ("no", "✕", "Niet", "No"),
        Stand::Agreed(Mark::Other) => ("other", "±", "Anders", "Depends"),
        Stand::Contradictory => ("clash", "≠", "Strijdig", "Conflict"),
        Stand::Over | Stand::Unknown => ("unknown", "?", "Onbekend", "Unknown"),
    };
    let mut explained: Vec<String> = limit.explained.iter().map(|text| words::say(lang, text)).collect();
    match limit.stand {
        Stand::Contradictory => explained.push(
            lang.t(
                "Op dezelfde dag staan er verschillende afspraken. Vraag na wat geldt.",
                "Different agreements carry the same date. Check which is right.",
            )
            .to_owned(),
        ),
        Stand::Over => {
            explained.push(
                lang.t("De eerdere afspraak geldt niet meer.", "The earlier agreement no longer holds.").to_owned(),
            );
        }
        Stand::Agreed(_) | Stand::Unknown => {}
    }
    let is_often = often.is_some_and(|pair| is_of(limit, pair));
    Row {
        treatment: words::say(lang, &limit.treatment),
        word: lang.t(dutch, english).to_owned(),
        sign,
        class,
        explained,
        agreed: if is_often { String::new() } else { said(lang, &limit.date, &limit.with) },
    }
}

fn shown(lang: Lang, contact: &documents::Contact) -> Contact {
    Contact {
        name: contact.name.clone(),
        role: words::say(lang, &contact.role),
        phones: contact.phones.iter().map(|phone| Link::new(&call(phone).unwrap_or_default(), phone)).collect(),
    }
}

/// The address that calls a number; none where it is not plain which number that is.
fn call(phone: &str) -> Option<String> {
    let part = |one: &char| one.is_ascii_digit() || " +-./()".contains(*one);
    let written: String = phone.trim().replace("(0)", "").chars().take_while(part).collect();
    let plus = if written.starts_with('+') { "+" } else { "" };
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    (3..=15).contains(&digits.len()).then(|| format!("tel:{plus}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_called_and_nothing_else_is() {
        for (phone, address) in [
            ("06-0001 2001", Some("tel:0600012001")),
            ("+31 6 00012001", Some("tel:+31600012001")),
            ("+31 (0)6 00012001", Some("tel:+31600012001")),
            ("06-00012001 (na 18 uur)", Some("tel:0600012001")),
            ("112", Some("tel:112")),
            ("06-00012001 / 06-00012002", None),
            ("javascript:alert(12345)", None),
            ("bel 06-00012001", None),
            ("", None),
        ] {
            assert_eq!(call(phone).as_deref(), address, "{phone}");
        }
    }
}
