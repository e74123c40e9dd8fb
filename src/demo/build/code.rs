//! Codes, quantities, references and extensions: the small parts of every resource.

use serde_json::{Number, Value, json};

/// Canonical base of the Dutch extensions and profiles.
pub const NICTIZ: &str = "http://nictiz.nl/fhir/StructureDefinition/";
/// SNOMED CT.
pub const SCT: &str = "http://snomed.info/sct";
/// LOINC.
pub const LOINC: &str = "http://loinc.org";
/// UCUM.
pub const UCUM: &str = "http://unitsofmeasure.org";

/// A code with its system and a name for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Code system.
    pub system: &'static str,
    /// The value within that system.
    pub value: &'static str,
    /// Name for people, in Dutch.
    pub display: &'static str,
}

/// A SNOMED CT code.
pub const fn sct(code: &'static str, display: &'static str) -> Code {
    Code { system: SCT, value: code, display }
}

/// A LOINC code.
pub const fn loinc(code: &'static str, display: &'static str) -> Code {
    Code { system: LOINC, value: code, display }
}

/// A code of another system.
pub const fn code(system: &'static str, code: &'static str, display: &'static str) -> Code {
    Code { system, value: code, display }
}

impl Code {
    /// As `Coding`.
    pub fn coding(&self) -> Value {
        json!({"system": self.system, "code": self.value, "display": self.display})
    }

    /// As `CodeableConcept`.
    pub fn concept(&self) -> Value {
        json!({"coding": [self.coding()], "text": self.display})
    }

    /// As `CodeableConcept` without text.
    pub fn bare(&self) -> Value {
        json!({"coding": [self.coding()]})
    }
}

/// A JSON number with exactly the digits of the text.
pub fn number(text: &str) -> Value {
    text.parse::<Number>().map_or(Value::Null, Value::Number)
}

/// A quantity in a UCUM unit.
pub fn quantity(value: &str, unit: &str, ucum: &str) -> Value {
    json!({"value": number(value), "unit": unit, "system": UCUM, "code": ucum})
}

/// A reference with the type and a name for people.
pub fn reference(address: &str, kind: &str, display: &str) -> Value {
    json!({"reference": address, "type": kind, "display": display})
}

/// A Dutch extension with one value.
pub fn extension(name: &str, key: &str, value: &Value) -> Value {
    let mut built = json!({"url": format!("{NICTIZ}{name}")});
    built[key] = value.clone();
    built
}

/// The `meta` element that names a Dutch profile.
pub fn profile(name: &str) -> Value {
    json!({"profile": [format!("{NICTIZ}{name}")]})
}

/// Narrative of one or more paragraphs, escaped.
pub fn narrative(paragraphs: &[String]) -> Value {
    let body: Vec<String> = paragraphs.iter().map(|text| format!("<p>{}</p>", escape(text))).collect();
    let body = body.concat();
    json!({"status": "generated", "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{body}</div>")})
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
