//! A record of the log as a patient reads it: who, on whose behalf, at what, why, and whether it was allowed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use spil_fhir_profiles::time::parse_range;

use super::super::patient::parts::Look;
use super::super::shared::category::Category;
use super::super::shared::frame::Lang;
use super::words;

/// A record with what the pages sort and filter on.
pub struct Seen {
    /// As it is shown.
    pub look: Look,
    /// When, ms.
    pub at: i64,
    /// Whether the reader did it.
    pub own: bool,
}

/// How a record reads for the person with the subject `reader`.
pub fn seen(lang: Lang, event: &Value, reader: &str) -> Seen {
    let agents: Vec<&Value> = event["agent"].as_array().into_iter().flatten().collect();
    let who = agents.first().copied().unwrap_or(&Value::Null);
    let system = agents.iter().copied().find(|agent| is_system(agent));
    let own = system.is_none() && who["who"]["identifier"]["value"] == reader && who["altId"].is_null();
    let details = details(event);
    let emergency = codings(&event["purposeOfEvent"][0]).any(|coding| coding["code"] == "BTG");
    let reason = details.iter().find(|(kind, _)| *kind == "reason").map(|(_, text)| (*text).to_owned());
    let allowed = event["outcome"] == "0";
    let at = event["recorded"].as_str().and_then(parse_range).map_or(0, |(from, _)| from);
    let (organisation, person, role) = names(lang, who, system, own);
    let look = Look {
        when: words::moment(lang, at),
        organisation,
        automatic: system.is_some() && person.is_empty(),
        person,
        role,
        on_behalf_of: None,
        what: what(lang, event, &details),
        why: why(lang, event),
        allowed,
        refusal: if allowed { String::new() } else { refusal(lang, event) },
        emergency_reason: emergency.then(|| reason.unwrap_or_default()),
    };
    Seen { look, at, own }
}

/// Whether an agent is the system of an organisation.
fn is_system(agent: &Value) -> bool {
    agent["who"]["reference"].as_str().is_some_and(|who| who.starts_with("Organization/"))
}

/// Organisation, person and role.
fn names(lang: Lang, who: &Value, system: Option<&Value>, own: bool) -> (String, String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let role = text(&who["role"][0]["text"]);
    match system {
        Some(system) if std::ptr::eq(system, who) => (text(&system["name"]), String::new(), String::new()),
        Some(system) => (text(&system["name"]), text(&who["name"]), profession(lang, &role)),
        None if own => (lang.t("Uzelf", "Yourself").to_owned(), text(&who["name"]), relation(lang, &role)),
        None if who["who"]["display"] == "Spil" => {
            ("Spil".to_owned(), lang.t("Automatisch", "Automatic").to_owned(), String::new())
        }
        None => {
            let app = who["altId"].as_str();
            let with_app = lang.t("Met een app", "With an app");
            let place = app.map_or_else(|| lang.t("In Spil", "In Spil").to_owned(), |app| format!("{with_app}: {app}"));
            (place, text(&who["name"]), relation(lang, &role))
        }
    }
}

/// A role in words, from its UZI code; what is no code of ours is shown as it is.
fn profession(lang: Lang, code: &str) -> String {
    let word = match code {
        "01.015" => lang.t("huisarts", "GP"),
        "01.022" => lang.t("klinisch geriater", "geriatrician"),
        "01.023" => lang.t("longarts", "lung specialist"),
        "01.035" => lang.t("psychiater", "psychiatrist"),
        "01.047" => lang.t("specialist ouderengeneeskunde", "elderly care physician"),
        "25.000" => lang.t("gz-psycholoog", "psychologist"),
        other => match other.split('.').next() {
            Some("01") if other.len() == 6 => lang.t("arts", "physician"),
            Some("17") if other.len() == 6 => lang.t("apotheker", "pharmacist"),
            Some("30") if other.len() == 6 => lang.t("verpleegkundige", "nurse"),
            Some("99") if other.len() == 6 => lang.t("medewerker", "employee"),
            _ => other,
        },
    };
    word.to_owned()
}

/// A relation in words; what is no code of ours is shown as it is.
pub fn relation(lang: Lang, code: &str) -> String {
    let word = match code {
        "spouse" => lang.t("echtgenoot", "spouse"),
        "partner" => lang.t("partner", "partner"),
        "parent" => lang.t("ouder", "parent"),
        "child" => lang.t("kind", "child"),
        "guardian" => lang.t("voogd", "guardian"),
        "mentor" => lang.t("mentor", "mentor"),
        "curator" => lang.t("curator", "curator"),
        other => other,
    };
    word.to_owned()
}

fn details(event: &Value) -> Vec<(&str, &str)> {
    let all = event["entity"].as_array().into_iter().flatten();
    let all = all.flat_map(|entity| entity["detail"].as_array().into_iter().flatten());
    all.filter_map(|detail| Some((detail["type"].as_str()?, detail["valueString"].as_str()?))).collect()
}

/// What was asked for: a document or action by its name, and the kinds of data.
fn what(lang: Lang, event: &Value, details: &[(&str, &str)]) -> Vec<String> {
    let mut lines: Vec<String> = action(lang, event).into_iter().collect();
    let kinds = details.iter().filter(|(kind, _)| *kind == "category").map(|(_, code)| *code);
    for code in kinds {
        let name = match (code, Category::by_code(code)) {
            (_, Some(category)) => category.name(lang),
            ("identity", None) => lang.t("Wie u bent", "Who you are"),
            ("consent", None) => lang.t("Uw keuzes", "Your choices"),
            _ => continue,
        };
        lines.push(name.to_owned());
    }
    if lines.is_empty() {
        let kind = event["entity"][0]["what"]["reference"].as_str().and_then(|text| text.split_once('/'));
        let line = kind.map_or(lang.t("Uw gegevens", "Your data"), |(rtype, _)| kind_of(lang, rtype));
        lines.push(line.to_owned());
    }
    lines
}

fn action(lang: Lang, event: &Value) -> Option<String> {
    let query = event["entity"][0]["query"].as_str().and_then(|text| STANDARD.decode(text).ok());
    let query = query.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let operation = query.rsplit('/').next().unwrap_or_default();
    let (dutch, english) = match (operation, event["subtype"][0]["code"].as_str().unwrap_or_default()) {
        ("$medication-overview", _) => ("Medicijnoverzicht", "Medication overview"),
        ("$acp", _) => ("Document met wensen en grenzen", "Document with wishes and limits"),
        ("$eoverdracht" | "$document", _) => ("Verpleegkundige overdracht", "Nursing handoff"),
        ("$consent-check" | "$audience", _) => ("Wie wat mag zien", "Who may see what"),
        ("$limits", _) => ("Behandelgrenzen", "Limits of treatment"),
        ("$record", _) => ("Het dossier", "The record"),
        ("$summary", _) => ("Overzicht", "Overview"),
        (_, "create" | "transaction") => ("Schreef iets op", "Wrote something"),
        (_, "update" | "patch") => ("Veranderde iets", "Changed something"),
        (_, "delete") => ("Verwijderde iets", "Removed something"),
        (_, "history-instance" | "vread") => ("Oude versies", "Old versions"),
        _ if is_log(event, &query) => ("Wie er keek", "Who looked"),
        _ if query.starts_with("Patient?") => ("Zocht uw naam op", "Looked up your name"),
        _ => return None,
    };
    Some(lang.t(dutch, english).to_owned())
}

/// Whether the log itself was read.
fn is_log(event: &Value, query: &str) -> bool {
    let target = event["entity"][0]["what"]["reference"].as_str().unwrap_or_default();
    query == "AuditEvent" || target.starts_with("AuditEvent/")
}

fn kind_of(lang: Lang, rtype: &str) -> &'static str {
    match rtype {
        "Patient" => lang.t("Wie u bent", "Who you are"),
        "Consent" => lang.t("Een keuze of afspraak", "A choice or agreement"),
        "Task" => lang.t("Een overdracht", "A handoff"),
        _ => lang.t("Eén gegeven", "One item"),
    }
}

fn why(lang: Lang, event: &Value) -> String {
    let code = event["purposeOfEvent"][0]["coding"][0]["code"].as_str().unwrap_or_default();
    let text = match code {
        "TREAT" | "COC" | "ETREAT" => lang.t("Uw behandeling", "Your treatment"),
        "BTG" => lang.t("Spoed", "Emergency"),
        "PATRQT" => lang.t("Op eigen verzoek", "At your own request"),
        "HRESCH" | "CLINTRCH" => lang.t("Onderzoek", "Research"),
        "HPAYMT" | "COVERAGE" | "CLMATTCH" => lang.t("Betaling of verzekering", "Payment or insurance"),
        "HOPERAT" | "HSYSADMIN" | "SYSADMIN" => lang.t("Beheer", "Administration"),
        other => other,
    };
    text.to_owned()
}

fn refusal(lang: Lang, event: &Value) -> String {
    let why = event["outcomeDesc"].as_str().unwrap_or_default();
    let text = match why {
        "no permission" | "absent or no permission" => {
            lang.t("U gaf hiervoor geen toestemming.", "You gave no permission for this.")
        }
        "absent" => lang.t("Dit bestaat niet.", "This does not exist."),
        "scope" => lang.t("Het systeem mag dit niet doen.", "The system may not do this."),
        _ => lang.t("De regels laten dit niet toe.", "The rules do not allow this."),
    };
    text.to_owned()
}

fn codings(concept: &Value) -> impl Iterator<Item = &Value> {
    concept["coding"].as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_emergency_tells_who_and_why() {
        let event = json!({
            "recorded": "2026-11-21T20:00:00Z", "outcome": "0", "subtype": [{"code": "operation"}],
            "purposeOfEvent": [{"coding": [{"code": "BTG"}]}],
            "agent": [
                {"type": {"coding": [{"code": "IRCP"}]}, "name": "P. Bos", "role": [{"text": "huisarts"}]},
                {"type": {"coding": [{"code": "110153"}]}, "who": {"reference": "Organization/p"}, "name": "De Post"},
            ],
            "entity": [{"query": STANDARD.encode("Patient/1/$acp"), "detail": [
                {"type": "category", "valueString": "wishes"}, {"type": "reason", "valueString": "bewusteloos"},
            ]}],
        });
        let seen = seen(Lang::Nl, &event, "sub");
        assert_eq!((seen.look.organisation.as_str(), seen.look.person.as_str()), ("De Post", "P. Bos"));
        assert_eq!(seen.look.emergency_reason.as_deref(), Some("bewusteloos"));
        assert_eq!(seen.look.what, ["Document met wensen en grenzen", "Wensen en grenzen"]);
        assert!(!seen.own && seen.look.allowed && seen.look.when == "21 november 2026 om 21:00");
    }
}
