//! Letters and reports.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::code::{Code, loinc};
use super::source::Source;

/// Discharge letter.
pub const DISCHARGE_LETTER: Code = loinc("18842-5", "Ontslagbrief");
/// Letter of a clinic.
pub const CLINIC_LETTER: Code = loinc("34133-9", "Brief van de specialist");
/// Report of an out-of-hours contact.
pub const CONTACT_REPORT: Code = loinc("34878-9", "Waarneembericht huisartsenpost");
/// Plan of treatment.
pub const TREATMENT_PLAN: Code = loinc("18776-5", "Behandelplan");

impl Source<'_> {
    /// A letter with its text.
    pub fn letter(&mut self, kind: &Code, title: &str, text: &str, days: i64) -> String {
        let moment = self.moment(days);
        let built = json!({
            "resourceType": "DocumentReference",
            "masterIdentifier": {"system": self.system("document"), "value": self.random.uuid()},
            "status": "current",
            "docStatus": "final",
            "type": kind.concept(),
            "category": [loinc("11503-0", "Medisch document").concept()],
            "subject": self.subject(),
            "date": moment,
            "author": [self.writer(), self.organisation()],
            "custodian": self.organisation(),
            "description": title,
            "content": [{"attachment": {
                "contentType": "text/plain; charset=utf-8",
                "language": "nl-NL",
                "data": STANDARD.encode(text),
                "title": title,
                "creation": moment,
            }}],
        });
        self.add(built)
    }
}
