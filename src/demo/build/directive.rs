//! Treatment directives and advance directives: what the patient wants and refuses. They are care data, not privacy.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::code::{Code, code, extension, profile};
use super::source::Source;

/// What the patient decided about a treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Yes.
    Yes,
    /// No.
    No,
    /// It depends, in the words given.
    Depends(&'static str),
}

const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

fn agreed_by(role: &Code, who: &Value) -> Value {
    json!({"role": role.bare(), "reference": who})
}

impl Source<'_> {
    /// A treatment directive.
    pub fn directive(&mut self, treatment: &Code, choice: Choice, comment: &str, days: i64) -> String {
        let consenter = code(ROLE, "CONSENTER", "Beslisser");
        let (patient, role) = (self.subject(), self.role());
        let mut built = json!({
            "resourceType": "Consent",
            "meta": profile("nl-core-TreatmentDirective2"),
            "status": "active",
            "scope": code(SCOPE, "treatment", "Behandeling").bare(),
            "category": [super::sct("129125009", "Verrichting met expliciete context").bare()],
            "patient": patient,
            "dateTime": self.clock.date(days),
            "organization": [self.organisation()],
            "policy": [{"uri": "https://wetten.overheid.nl/"}],
            "provision": {
                "actor": [agreed_by(&consenter, &patient), agreed_by(&consenter, &role)],
                "code": [treatment.concept()],
            },
        });
        if !comment.is_empty() {
            built["extension"] = json!([extension("ext-Comment", "valueString", &json!(comment))]);
        }
        match choice {
            Choice::Yes => built["provision"]["type"] = json!("permit"),
            Choice::No => built["provision"]["type"] = json!("deny"),
            Choice::Depends(words) => {
                built["modifierExtension"] =
                    json!([extension("ext-TreatmentDirective2.SpecificationOther", "valueString", &json!(words))]);
            }
        }
        self.add(built)
    }

    /// A living will, with the representative who knows of it and its text.
    pub fn advance_directive(
        &mut self,
        kind: (&'static str, &'static str),
        representative: &str,
        text: &str,
        days: i64,
    ) -> String {
        let kind = code("urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.14.1", kind.0, kind.1);
        let who = json!({"reference": representative, "type": "RelatedPerson"});
        let built = json!({
            "resourceType": "Consent",
            "meta": profile("nl-core-AdvanceDirective"),
            "status": "active",
            "scope": code(SCOPE, "adr", "Wilsverklaring").bare(),
            "category": [code("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "acd", "Wilsverklaring").bare()],
            "patient": self.subject(),
            "dateTime": self.clock.date(days),
            "sourceAttachment": {
                "contentType": "text/plain; charset=utf-8",
                "language": "nl-NL",
                "data": STANDARD.encode(text),
                "title": kind.display,
            },
            "policy": [{"uri": "https://wetten.overheid.nl/"}],
            "provision": {
                "actor": [agreed_by(&code(ROLE, "RESPRSN", "Verantwoordelijke"), &who)],
                "code": [kind.concept()],
            },
        });
        self.add(built)
    }
}
