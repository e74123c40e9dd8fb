//! `/zorg/niet-aangekomen`: what the systems of the organisation could not be told, and how they begin anew.

use axum::http::Uri;
use axum::response::Response;

use crate::access::Untold;
use crate::error::Error;

use super::super::super::provider::untold::{self, System};
use super::super::super::shared::frame::{Lang, Section};
use super::super::visit::{Professional, Visit, html};
use super::super::words;

/// The list.
pub async fn list(Professional(visit): Professional) -> Response {
    visit.answer(show(&visit).await)
}

async fn show(visit: &Visit) -> Result<Response, Error> {
    let mut groups: Vec<Vec<Untold>> = Vec::new();
    for one in visit.access.untold().await?.into_inner() {
        match groups.iter_mut().find(|group| group[0].target == one.target) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    let mut systems = Vec::with_capacity(groups.len());
    for group in groups {
        let host = host(visit, &group[0].target).await?;
        systems.push(system(visit.lang, host, &group));
    }
    html(untold::page(&untold::Model { frame: visit.frame(Section::Inbox), systems }))
}

/// The name of the machine that is called; none when nobody is called there any more.
async fn host(visit: &Visit, target: &str) -> Result<Option<String>, Error> {
    let Some((rtype, id)) = target.split_once('/') else { return Ok(None) };
    let Some(stored) = visit.access.own_one(rtype, id).await? else { return Ok(None) };
    let body = stored.get().value()?;
    let address = body["channel"]["endpoint"].as_str().or_else(|| body["address"].as_str());
    let address = address.and_then(|address| address.parse::<Uri>().ok());
    Ok(address.and_then(|address| address.host().map(str::to_owned)))
}

fn system(lang: Lang, host: Option<String>, group: &[Untold]) -> System {
    let next = group.iter().filter_map(|one| one.again).min();
    // What is tried is the oldest that waits; else the last that stays says what went wrong.
    let telling = group.iter().rev().find(|one| one.again.is_some()).unwrap_or(&group[0]);
    let since = group.iter().map(|one| one.at).min().unwrap_or_default();
    let is_gone = host.is_none();
    let ended = lang.t("Dit blijft staan. Het wordt niet meer geprobeerd.", "This stays. It is not tried any more.");
    let again = next.map(|due| {
        lang.t("Wordt weer geprobeerd: {}.", "Is tried again: {}.").replace("{}", &words::moment(lang, due))
    });
    let subscribed = !is_gone && telling.target.starts_with("Subscription/");
    System {
        host: host.unwrap_or_else(|| lang.t("Een systeem dat is afgemeld", "A system that was taken away").to_owned()),
        messages: match group.len() {
            1 => lang.t("1 melding", "1 message").to_owned(),
            many => lang.t("{} meldingen", "{} messages").replace("{}", &many.to_string()),
        },
        since: words::moment(lang, since),
        tries: lang.t("{} keer", "{} times").replace("{}", &telling.tries.to_string()),
        fault: fault(lang, &telling.fault),
        again: again.unwrap_or_else(|| ended.to_owned()),
        waits: next.is_some(),
        anew: if next.is_none() && subscribed { telling.target.clone() } else { String::new() },
    }
}

/// What went wrong, in plain words.
fn fault(lang: Lang, fault: &str) -> String {
    let (dutch, english) = match fault {
        "no answer within 15 seconds" => {
            ("Het systeem antwoordde niet binnen 15 seconden.", "The system did not answer within 15 seconds.")
        }
        "no connection" | "no connection could be set up" => {
            ("Er kwam geen verbinding tot stand.", "There was no connection.")
        }
        "the call broke off" => ("De verbinding werd verbroken.", "The connection broke off."),
        "the name is not known" => ("De naam van het systeem is niet bekend.", "The name of the system is not known."),
        fault if fault.contains("may not be called") => {
            ("Naar dit adres mag Spil niets sturen.", "Spil may send nothing to this address.")
        }
        fault if fault.starts_with("our own certificate") => (
            "Het certificaat van Spil is niet in orde. Meld dit aan de beheerder van Spil.",
            "The certificate of Spil is not in order. Tell the administrator of Spil.",
        ),
        fault if fault.starts_with("answered with 410") => {
            ("Het systeem wil geen meldingen meer (410).", "The system wants no more messages (410).")
        }
        fault => match fault.strip_prefix("answered with ").filter(|code| code.bytes().all(|one| one.is_ascii_digit()))
        {
            Some(code) => {
                return lang
                    .t("Het systeem antwoordde met een fout ({}).", "The system answered with an error ({}).")
                    .replace("{}", code);
            }
            None => ("Het versturen lukte niet.", "It could not be sent."),
        },
    };
    lang.t(dutch, english).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(at: i64, tries: i64, again: Option<i64>) -> Untold {
        Untold {
            target: "Subscription/s1".to_owned(),
            number: 1,
            at,
            tries,
            fault: "answered with 503".to_owned(),
            again,
        }
    }

    #[test]
    fn what_waits_is_tried_again_and_what_stays_is_begun_anew() {
        let waiting =
            system(Lang::Nl, Some("epd.example".to_owned()), &[one(9_000, 0, Some(9_000)), one(5_000, 3, Some(7_000))]);
        assert_eq!((waiting.messages.as_str(), waiting.tries.as_str(), waiting.waits), ("2 meldingen", "3 keer", true));
        assert!(waiting.anew.is_empty() && waiting.fault.contains("503"), "{waiting:?}");
        let dead = system(Lang::Nl, Some("epd.example".to_owned()), &[one(9_000, 30, None)]);
        assert_eq!((dead.anew.as_str(), dead.waits), ("Subscription/s1", false));
        let gone = system(Lang::En, None, &[one(9_000, 30, None)]);
        assert!(gone.anew.is_empty() && gone.host.contains("taken away"), "{gone:?}");
    }

    #[test]
    fn an_unknown_fault_is_not_repeated() {
        for text in ["answered with <b>", "https://epd.example/geheim"] {
            assert_eq!(fault(Lang::Nl, text), "Het versturen lukte niet.");
        }
    }
}
