//! A privacy `Consent` as a person reads it: who, what, until when.

use serde_json::Value;
use spil_consent::Say;

use crate::access::{Access, Directory, Stored, agreed, consent_fault};
use crate::error::Error;

use super::super::super::patient::permissions::Card;
use super::super::super::patient::sentence::{Choice, What};
use super::super::super::shared::category::{CATEGORIES, Category};
use super::super::super::shared::frame::Lang;
use super::super::visit::Visit;
use super::super::words;

/// Number of the category of privacy consents.
const CONSENTS: u8 = 31;
/// Most consents of one person that are shown.
const MOST: usize = 500;

/// A choice that was read from a consent.
pub struct Share {
    /// Id of the `Consent`.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Its status.
    pub status: String,
    /// `Organization` id; none when it is about everybody, or about something else than one organisation.
    pub organisation_id: Option<String>,
    /// The organisation as it is named.
    pub organisation: Option<String>,
    /// Kind of the organisation.
    pub kind: String,
    /// Whether it allows.
    pub allows: bool,
    /// The codes of the categories; empty for everything.
    pub codes: Vec<&'static str>,
    /// What a nested rule takes out.
    pub except: Vec<&'static str>,
    /// Whether it is in force and cannot be read: it closes everything until the person does something about it.
    pub unreadable: bool,
    /// What the sentence does not tell.
    pub remarks: Vec<String>,
    /// The last day, as FHIR has it.
    pub until: Option<String>,
    /// Who agreed of a child and its parents: `child`, `parent`.
    pub agreed: Vec<String>,
    /// When it was chosen, as FHIR has it; or when it was written, ms.
    pub since: Result<String, i64>,
}

/// All privacy consents of the person, newest first.
///
/// # Errors
/// When they cannot be read.
pub async fn all(access: &Access, lang: Lang) -> Result<Vec<Share>, Error> {
    let directory = access.directory().await?;
    let shelf = access.shelf(CONSENTS, None, MOST).await?.into_inner();
    shelf.items.iter().filter(|stored| stored.rtype == "Consent").map(|stored| read(lang, stored, &directory)).collect()
}

/// Reads one.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
pub fn read(lang: Lang, stored: &Stored, directory: &Directory) -> Result<Share, Error> {
    let body = stored.value()?;
    let provision = &body["provision"];
    let allows = provision["type"] == "permit";
    let (organisation_id, organisation, kind) = who(lang, provision, directory);
    let mut remarks = Vec::new();
    let mut except = Vec::new();
    for nested in list(&provision["provision"]) {
        let plain = nested["data"].is_null() && nested["class"].is_null() && nested["dataPeriod"].is_null();
        if nested["type"] == "deny" && allows && plain {
            except.extend(codes(nested));
        } else {
            remarks.push(lang.t("Met uitzonderingen", "With exceptions").to_owned());
        }
    }
    for (name, remark) in [
        ("data", ("Alleen bepaalde gegevens", "Only certain data")),
        ("class", ("Alleen bepaalde soorten", "Only certain types")),
        ("dataPeriod", ("Alleen uit een bepaalde tijd", "Only of a certain time")),
    ] {
        if !provision[name].is_null() {
            remarks.push(lang.t(remark.0, remark.1).to_owned());
        }
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Ok(Share {
        id: stored.id.clone(),
        version: stored.version,
        status: text(&body["status"]).unwrap_or_default(),
        organisation_id,
        organisation,
        kind,
        allows,
        codes: Some(codes(provision)).filter(|codes| allows || codes.len() < CATEGORIES.len()).unwrap_or_default(),
        except,
        unreadable: consent_fault(&body, directory).is_some(),
        remarks,
        until: text(&provision["period"]["end"]),
        agreed: agreed(&body).map(str::to_owned).collect(),
        since: text(&body["dateTime"]).ok_or(stored.updated),
    })
}

fn who(lang: Lang, provision: &Value, directory: &Directory) -> (Option<String>, Option<String>, String) {
    let users: Vec<&Value> = list(&provision["actor"])
        .filter(|actor| list(&actor["role"]["coding"]).any(|coding| coding["code"] == "IRCP"))
        .map(|actor| &actor["reference"])
        .collect();
    let name = |reference: &Value| {
        let id = reference["reference"].as_str().and_then(|text| text.strip_prefix("Organization/"));
        if let Some(org) = id.and_then(|id| directory.by_id(id)) {
            return org.name.clone();
        }
        let display = reference["display"].as_str().or_else(|| reference["identifier"]["value"].as_str());
        display.unwrap_or(lang.t("Een zorgverlener", "A professional")).to_owned()
    };
    match users.as_slice() {
        [] => (None, None, String::new()),
        [one] => {
            let id = one["reference"].as_str().and_then(|text| text.strip_prefix("Organization/"));
            let kind = id.and_then(|id| directory.by_id(id)).map_or("", |org| org.kind.as_str());
            (id.map(str::to_owned), Some(name(one)), kind_name(lang, kind).to_owned())
        }
        several => {
            let names: Vec<String> = several.iter().map(|one| name(one)).collect();
            (None, Some(names.join(", ")), String::new())
        }
    }
}

/// The child or a parent, as the one who is signed in.
fn own(visit: &Visit) -> &'static str {
    let relation = visit.session.patient().and_then(|patient| patient.relation.as_ref());
    if relation.is_some() { "parent" } else { "child" }
}

/// A kind of organisation in words.
pub fn kind_name(lang: Lang, kind: &str) -> &'static str {
    match kind {
        "gp" => lang.t("Huisarts", "GP"),
        "gp_post" => lang.t("Huisartsenpost", "Out-of-hours GP"),
        "hospital" => lang.t("Ziekenhuis", "Hospital"),
        "vvt" => lang.t("Verpleeghuis en thuiszorg", "Nursing home and home care"),
        "pharmacy" => lang.t("Apotheek", "Pharmacy"),
        "mental_health" => lang.t("Geestelijke gezondheidszorg", "Mental health care"),
        _ => "",
    }
}

fn codes(provision: &Value) -> Vec<&'static str> {
    let concepts = list(&provision["code"]).flat_map(|concept| list(&concept["coding"]));
    let found = concepts.filter_map(|coding| Category::by_code(coding["code"].as_str()?));
    found.map(|category| category.code).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn names(lang: Lang, codes: &[&str]) -> Vec<String> {
    let named = CATEGORIES.iter().filter(|category| codes.contains(&category.code));
    named.map(|category| category.name(lang).to_owned()).collect()
}

impl Share {
    /// Whether it waits for the answer of who is signed in.
    pub fn asks(&self, visit: &Visit) -> bool {
        self.status == "proposed" && visit.say() != Say::Nothing && !self.agreed.iter().any(|who| who == own(visit))
    }

    /// Whether a child and a parent decide together, and the other did not say yes yet.
    pub fn needs_the_other(&self, visit: &Visit) -> bool {
        visit.say() == Say::Together && self.allows && !self.agreed.iter().any(|who| who != own(visit))
    }

    /// Whether it names every ordinary category, or none at all.
    pub fn is_everything(&self) -> bool {
        let mut plain = CATEGORIES.iter().filter(|category| !category.sensitive);
        self.codes.is_empty() || (self.allows && plain.all(|category| self.codes.contains(&category.code)))
    }

    /// The kinds that it is about; one line for everything.
    pub fn what(&self, lang: Lang) -> Vec<String> {
        let mut lines = if self.is_everything() {
            let mut lines = vec![lang.t("Alle gewone gegevens", "All ordinary data").to_owned()];
            if !self.allows {
                lines = vec![lang.t("Alle gegevens", "All data").to_owned()];
            }
            let extra = CATEGORIES.iter().filter(|one| one.sensitive && self.codes.contains(&one.code));
            lines.extend(extra.map(|category| category.name(lang).to_owned()));
            lines
        } else {
            names(lang, &self.codes)
        };
        lines.extend(self.remarks.iter().cloned());
        lines
    }

    /// The kinds that stay closed although others of the same sort are open.
    pub fn not(&self, lang: Lang) -> Vec<String> {
        let mut closed: Vec<&str> = self.except.clone();
        if self.allows && self.is_everything() {
            let sensitive = CATEGORIES.iter().filter(|one| one.sensitive && !self.codes.contains(&one.code));
            closed.extend(sensitive.map(|category| category.code));
        }
        names(lang, &closed)
    }

    /// Until when, in words.
    pub fn until_words(&self, lang: Lang) -> String {
        match (&self.until, self.status.as_str()) {
            (_, "inactive" | "rejected") => lang.t("Gestopt", "Stopped").to_owned(),
            (Some(end), _) => format!("{} {}", lang.t("Tot en met", "Up to and including"), words::recorded(lang, end)),
            (None, _) => lang.t("Tot u dit stopt", "Until you stop it").to_owned(),
        }
    }

    /// Whether its last day has passed on the day `today` (as `2026-12-31`).
    pub fn has_run_out(&self, today: &str) -> bool {
        self.until.as_deref().is_some_and(|end| end.len() >= 10 && &end[..10] < today)
    }

    /// The choice in a sentence.
    pub fn choice(&self, fresh: bool, whose: Option<&str>, lang: Lang) -> Choice {
        let what = if self.is_everything() && self.remarks.is_empty() {
            What::Everything { except: self.not(lang) }
        } else {
            What::Kinds(self.what(lang))
        };
        Choice {
            organisation: self.organisation.clone(),
            allows: self.allows,
            fresh,
            what,
            until: self.until.as_deref().map(|end| words::recorded(lang, end)),
            whose: whose.map(str::to_owned),
        }
    }

    /// The card on the page of permissions.
    pub fn card(&self, lang: Lang, whose: Option<&str>) -> Card {
        let choice = self.choice(false, whose, lang);
        Card {
            id: self.id.clone(),
            organisation: self.organisation.clone().unwrap_or_else(|| lang.t("Iedereen", "Everybody").to_owned()),
            kind: self.kind.clone(),
            sentence: choice.sentence(lang),
            consequence: choice.consequence(lang).to_owned(),
            what: self.what(lang),
            not: self.not(lang),
            since: match &self.since {
                Ok(text) => words::recorded(lang, text),
                Err(ms) => words::moment(lang, *ms),
            },
            until: self.until_words(lang),
            recorded_by: String::new(),
            history_href: format!("/toestemmingen/{}/geschiedenis", self.id),
        }
    }
}
