//! Who in an organisation asks, and why: the extension `ihe_iua` of a signed assertion
//! (<https://profiles.ihe.net/ITI/IUA/>).

use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use crate::ctx::{PRIVACY_OFFICER, PURPOSES, Subject};

const SYSTEMS: [&str; 3] = [
    "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "urn:oid:2.16.840.1.113883.5.8",
    "urn:oid:2.16.840.1.113883.1.11.20448",
];

/// The extension, checked.
#[derive(Debug, Clone)]
pub struct Iua {
    /// Who asks, when stated.
    pub subject: Option<Subject>,
    /// Why, as a code of v3-ActReason.
    pub purpose: String,
    /// The reason of an emergency access.
    pub reason: Option<String>,
}

impl Iua {
    /// Reads the extension out of the claims of an assertion or token; without it the purpose is treatment.
    pub fn parse(claims: &Map<String, Value>) -> Result<Self, Refusal> {
        let extension = match claims.get("extensions") {
            None => None,
            Some(Value::Object(extensions)) => extensions.get("ihe_iua"),
            Some(_) => return Err(Refusal::request("`extensions` must be an object")),
        };
        let empty = Map::new();
        let iua = match extension {
            None => &empty,
            Some(Value::Object(iua)) => iua,
            Some(_) => return Err(Refusal::request("`ihe_iua` must be an object")),
        };
        let id = text(iua.get("subject_id"), "subject_id", 200)?;
        let name = text(iua.get("subject_name"), "subject_name", 200)?;
        let role = match iua.get("subject_role") {
            coded if is_officer(coded) => Some(PRIVACY_OFFICER.to_owned()),
            other => text(other, "subject_role", 200)?,
        };
        let purpose = purpose(iua.get("purpose_of_use"))?;
        let reason = text(iua.get("reason"), "reason", 1000)?;
        if purpose == "BTG" && reason.is_none() {
            return Err(Refusal::request("emergency access (`BTG`) needs `extensions.ihe_iua.reason`"));
        }
        let known = id.is_some() || name.is_some() || role.is_some();
        Ok(Self { subject: known.then_some(Subject { id, name, role }), purpose, reason })
    }

    /// The extension as it stands in our access tokens.
    pub fn extension(&self) -> Value {
        let mut iua = json!({"purpose_of_use": self.purpose});
        let subject = self.subject.as_ref();
        let members = [
            ("subject_id", subject.and_then(|subject| subject.id.as_ref())),
            ("subject_name", subject.and_then(|subject| subject.name.as_ref())),
            ("subject_role", subject.and_then(|subject| subject.role.as_ref())),
            ("reason", self.reason.as_ref()),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                iua[name] = json!(value);
            }
        }
        json!({"ihe_iua": iua})
    }
}

/// Whether a role is that of the privacy officer, which is told by its code whatever people read beside it.
fn is_officer(role: Option<&Value>) -> bool {
    let coding = match role {
        Some(Value::Array(list)) if list.len() == 1 => list.first(),
        other => other,
    };
    coding.is_some_and(|coding| coding["code"] == PRIVACY_OFFICER)
}

/// A text, or of a coded value what people read; empty counts as absent.
fn text(value: Option<&Value>, name: &str, most: usize) -> Result<Option<String>, Refusal> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.as_str(),
        Some(Value::Array(list)) if list.len() == 1 => return text(list.first(), name, most),
        Some(Value::Object(coding)) => {
            let part = |name: &str| coding.get(name).and_then(Value::as_str);
            part("display").or_else(|| part("code")).unwrap_or_default()
        }
        Some(_) => return Err(Refusal::request(format!("`{name}` must be a text"))),
    };
    let text = text.trim();
    if text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Refusal::request(format!("`{name}` is longer than {most} characters or has control characters")));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A code, a coding with that code, or a list of one of these.
fn purpose(value: Option<&Value>) -> Result<String, Refusal> {
    let unknown = || Refusal::request(format!("`purpose_of_use` must be one of {}", PURPOSES.join(", ")));
    let code = match value {
        None | Some(Value::Null) => "TREAT",
        Some(Value::String(code)) => code.as_str(),
        Some(Value::Array(list)) if list.len() == 1 => return purpose(list.first()),
        Some(Value::Object(coding)) => {
            let system = coding.get("system").and_then(Value::as_str);
            if system.is_some_and(|system| !SYSTEMS.contains(&system)) {
                return Err(unknown());
            }
            coding.get("code").and_then(Value::as_str).ok_or_else(unknown)?
        }
        Some(_) => return Err(unknown()),
    };
    PURPOSES.iter().find(|known| **known == code).map(|known| (*known).to_owned()).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(iua: &Value) -> Result<Iua, Refusal> {
        let claims = json!({"extensions": {"ihe_iua": iua}});
        Iua::parse(claims.as_object().expect("object"))
    }

    #[test]
    fn a_purpose_is_read_in_each_form_and_defaults_to_treatment() {
        let coding = json!({"system": SYSTEMS[0], "code": "TREAT"});
        for value in [json!("TREAT"), json!(["TREAT"]), coding.clone(), json!([coding]), Value::Null] {
            assert_eq!(parse(&json!({"purpose_of_use": value})).expect("good").purpose, "TREAT");
        }
        assert_eq!(Iua::parse(&Map::new()).expect("good").purpose, "TREAT");
        let foreign = json!({"system": "http://example.com", "code": "TREAT"});
        for value in [json!("PATRQT"), json!("treat"), json!(""), json!(3), json!(["TREAT", "BTG"]), json!([]), foreign]
        {
            assert!(parse(&json!({"purpose_of_use": value})).is_err(), "{value}");
        }
    }

    #[test]
    fn the_role_of_a_privacy_officer_is_known_by_its_code() {
        let role = |role| parse(&json!({"subject_role": role})).expect("good").subject.and_then(|one| one.role);
        let coding = json!({"code": PRIVACY_OFFICER, "display": "Functionaris gegevensbescherming"});
        for value in [json!(PRIVACY_OFFICER), coding.clone(), json!([coding])] {
            assert_eq!(role(value).as_deref(), Some(PRIVACY_OFFICER));
        }
        let other = json!({"code": "01.015", "display": "Huisarts"});
        for value in [other.clone(), json!([other])] {
            assert_eq!(role(value).as_deref(), Some("Huisarts"));
        }
    }

    #[test]
    fn an_emergency_needs_a_reason() {
        assert!(parse(&json!({"purpose_of_use": "BTG"})).is_err());
        assert!(parse(&json!({"purpose_of_use": "BTG", "reason": "  "})).is_err());
        let good = parse(&json!({"purpose_of_use": "BTG", "reason": "onwel op straat", "subject_name": "A"}));
        assert_eq!(good.expect("good").reason.as_deref(), Some("onwel op straat"));
    }

    #[test]
    fn what_is_written_into_a_token_reads_back() {
        let iua = parse(&json!({"subject_id": "1", "subject_role": [{"code": "01.015"}]})).expect("good");
        let claims = json!({"extensions": iua.extension()});
        let read = Iua::parse(claims.as_object().expect("object")).expect("good");
        assert_eq!(format!("{read:?}"), format!("{iua:?}"));
    }
}
