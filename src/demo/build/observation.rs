//! Observations: coded findings, scores and texts. Measurements and laboratory results have a file of their own.

use serde_json::{Value, json};

use super::code::{Code, code, profile};
use super::source::Source;

/// Category of an observation.
pub const fn category(name: &'static str) -> Code {
    code("http://terminology.hl7.org/CodeSystem/observation-category", name, name)
}

impl Source<'_> {
    /// An observation without value, so many days ago.
    pub fn bare_observation(&mut self, zib: &str, what: &Code, days: i64) -> Value {
        let moment = self.moment(days);
        let mut built = json!({
            "resourceType": "Observation",
            "meta": profile(&format!("nl-core-{zib}")),
            "status": "final",
            "code": what.concept(),
            "subject": self.subject(),
            "effectiveDateTime": moment,
            "performer": [self.writer()],
        });
        if zib.is_empty() {
            built["meta"] = json!({"source": format!("https://{}.example", self.org.client_id)});
        }
        built
    }

    /// A finding: the value is a code.
    pub fn finding(&mut self, zib: &str, what: &Code, value: &Code, days: i64) -> String {
        let mut built = self.bare_observation(zib, what, days);
        built["valueCodeableConcept"] = value.concept();
        self.add(built)
    }

    /// A finding in words.
    pub fn remark(&mut self, zib: &str, what: &Code, text: &str, days: i64) -> String {
        let mut built = self.bare_observation(zib, what, days);
        built["valueString"] = json!(text);
        self.add(built)
    }

    /// A score in whole points.
    pub fn score(&mut self, zib: &str, what: &Code, points: i64, note: &str, days: i64) -> String {
        let mut built = self.bare_observation(zib, what, days);
        built["valueInteger"] = json!(points);
        if zib == "FunctionalOrMentalStatus" {
            built["category"] = json!([super::sct("384821006", "Mentaal, gedrag en psychosociaal").bare()]);
        }
        if !note.is_empty() {
            built["note"] = json!([{"text": note}]);
        }
        self.add(built)
    }
}
