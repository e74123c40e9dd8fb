//! A resource without what tells who it is about. It keeps codes, numbers and dates; everything that is a text somebody wrote,
//! a name, address, number or picture goes, and so does what is not known.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use spil_fhir_profiles::definition::{Kind, Primitive, TypeDef, definitions, type_def};
use spil_fhir_profiles::path::{Target, reference_target};

/// Datatypes that name or describe people, and what can hold anything.
const GONE: [&str; 11] = [
    "Address",
    "Annotation",
    "Attachment",
    "ContactDetail",
    "ContactPoint",
    "Extension",
    "HumanName",
    "Identifier",
    "Meta",
    "Narrative",
    "Signature",
];
/// Dates of which only the year stays.
const ONLY_YEAR: [&str; 3] = ["birthDate", "deceasedDateTime", "bornDate"];

/// Gives the same name to the same thing for one organisation, and another to another.
pub struct Pseudonyms {
    key: hmac::Key,
    org: i64,
}

impl Pseudonyms {
    /// With a secret of the server.
    pub fn new(secret: &[u8], org: i64) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, secret), org }
    }

    fn name(&self, rtype: &str, id: &str, person: i64) -> String {
        // Whichever `Patient` is meant, it is the person whose record it is.
        let what = if rtype == "Patient" { format!("person {person}") } else { format!("{rtype}/{id}") };
        let tag = hmac::sign(&self.key, format!("{} {what}", self.org).as_bytes());
        URL_SAFE_NO_PAD.encode(&tag.as_ref()[..16])
    }
}

/// The resource of a person without what tells who that is.
pub fn anonymous(resource: &Value, person: i64, names: &Pseudonyms) -> Option<Value> {
    let rtype = resource["resourceType"].as_str()?;
    let def = type_def(rtype).filter(|def| def.number.is_some())?;
    let Value::Object(mut members) = object(def, resource, person, names) else { return None };
    members.insert("resourceType".to_owned(), Value::String(rtype.to_owned()));
    let id = resource["id"].as_str().unwrap_or_default();
    members.insert("id".to_owned(), Value::String(names.name(rtype, id, person)));
    Some(Value::Object(members))
}

fn object(def: &'static TypeDef, value: &Value, person: i64, names: &Pseudonyms) -> Value {
    let mut kept = Map::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        let Some(property) = def.property(name) else { continue };
        let kind = definitions().of(property.of(def).1);
        if let Some(value) = member(kind, name, value, person, names) {
            kept.insert(name.clone(), value);
        }
    }
    Value::Object(kept)
}

fn member(kind: &'static TypeDef, name: &str, value: &Value, person: i64, names: &Pseudonyms) -> Option<Value> {
    if let Value::Array(items) = value {
        let items: Vec<Value> = items.iter().filter_map(|item| member(kind, name, item, person, names)).collect();
        return (!items.is_empty()).then_some(Value::Array(items));
    }
    match kind.kind {
        Kind::Primitive(primitive) => simple(primitive, name, value),
        Kind::Abstract | Kind::Resource => None,
        Kind::Datatype if GONE.contains(&kind.name) => None,
        Kind::Datatype if kind.name == "Reference" => reference(value, person, names),
        Kind::Datatype | Kind::Backbone => {
            let inner = object(kind, value, person, names);
            inner.as_object().is_some_and(|members| !members.is_empty()).then_some(inner)
        }
    }
}

fn simple(primitive: Primitive, name: &str, value: &Value) -> Option<Value> {
    use Primitive as P;
    match primitive {
        P::Base64Binary | P::Markdown | P::String | P::Xhtml | P::Id | P::Oid | P::Uuid | P::Url => None,
        // The system of a code stays; other addresses could be anybody's.
        P::Uri | P::Canonical => (name == "system").then(|| value.clone()),
        P::Date | P::DateTime if ONLY_YEAR.contains(&name) => {
            value.as_str().and_then(|date| date.get(..4)).map(|year| Value::String(year.to_owned()))
        }
        _ => Some(value.clone()),
    }
}

/// A reference to a resource here, by its pseudonym.
fn reference(value: &Value, person: i64, names: &Pseudonyms) -> Option<Value> {
    let Target::Relative(rtype, id) = reference_target(value["reference"].as_str()?) else { return None };
    Some(serde_json::json!({"reference": format!("{rtype}/{}", names.name(rtype, id, person))}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_codes_numbers_and_dates_are_left() {
        let names = Pseudonyms::new(b"secret", 10);
        let observation = json!({
            "resourceType": "Observation", "id": "o1", "meta": {"versionId": "1"}, "status": "final",
            "text": {"div": "<div>Anna</div>"}, "identifier": [{"value": "Anna"}],
            "extension": [{"url": "u", "valueString": "Anna"}], "contained": [{"resourceType": "Patient", "id": "a"}],
            "code": {"text": "Anna", "coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Anna"}]},
            "subject": {"reference": "Patient/anna", "display": "Anna", "identifier": {"value": "Anna"}},
            "note": [{"text": "Anna"}], "effectiveDateTime": "2026-01-05", "unknown": "Anna",
            "valueQuantity": {"value": 72.5, "unit": "Anna", "code": "kg", "system": "http://unitsofmeasure.org"},
            "component": [{"valueString": "Anna", "code": {"coding": [{"code": "x"}]}}],
        });
        let kept = anonymous(&observation, 7, &names).expect("a resource");
        let text = kept.to_string();
        assert!(!text.contains("Anna") && !text.contains("anna") && !text.contains("o1"), "{text}");
        assert_eq!(kept["code"], json!({"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}));
        assert_eq!((&kept["effectiveDateTime"], &kept["valueQuantity"]["code"]), (&json!("2026-01-05"), &json!("kg")));
        let person = json!({"resourceType": "Patient", "id": "other", "birthDate": "1950-03-04", "gender": "female"});
        let person = anonymous(&person, 7, &names).expect("a resource");
        assert_eq!(person["birthDate"], "1950");
        assert_eq!(kept["subject"]["reference"], format!("Patient/{}", person["id"].as_str().expect("an id")));
        let elsewhere = anonymous(&observation, 7, &Pseudonyms::new(b"secret", 11)).expect("a resource");
        assert_ne!(elsewhere["id"], kept["id"], "another organisation gets other names");
    }
}
