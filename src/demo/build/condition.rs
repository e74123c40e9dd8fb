//! Problems, allergies, alerts.

use serde_json::{Value, json};

use super::code::{Code, code, loinc, profile};
use super::source::Source;

fn status(axis: &str, value: &'static str) -> Value {
    json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{axis}"), "code": value}]})
}

/// An allergy as it is written down.
#[derive(Debug)]
pub struct Allergy {
    /// `medication`, `food` or `environment`.
    pub category: &'static str,
    /// Against what.
    pub code: Code,
    /// What happens then.
    pub reaction: Code,
    /// `mild`, `moderate` or `severe`.
    pub severity: &'static str,
}

impl Source<'_> {
    /// A problem that began so many days ago.
    pub fn problem(&mut self, what: &Code, onset: i64) -> String {
        self.problem_until(what, onset, None)
    }

    /// A problem that began so many days ago and, if given, ended so many days ago.
    pub fn problem_until(&mut self, what: &Code, onset: i64, end: Option<i64>) -> String {
        let mut built = json!({
            "resourceType": "Condition",
            "meta": profile("nl-core-Problem"),
            "clinicalStatus": status("condition-clinical", if end.is_some() { "resolved" } else { "active" }),
            "verificationStatus": status("condition-ver-status", "confirmed"),
            "category": [{"coding": [
                code("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item", "Probleemlijst").coding(),
                super::sct("282291009", "Diagnose").coding(),
            ]}],
            "code": what.concept(),
            "subject": self.subject(),
            "onsetDateTime": self.clock.date(onset),
            "recordedDate": self.clock.date(onset),
            "recorder": self.writer(),
        });
        if let Some(end) = end {
            built["abatementDateTime"] = json!(self.clock.date(end));
        }
        self.add(built)
    }

    /// A nursing diagnosis.
    pub fn nursing_diagnosis(&mut self, what: &Code, onset: i64) -> String {
        let url = self.problem(what, onset);
        self.amend(&url, |condition| {
            condition["category"] = json!([{"coding": [super::sct("148006", "Verpleegkundige diagnose").coding()]}]);
        });
        url
    }

    /// A pressure ulcer.
    pub fn pressure_ulcer(&mut self, site: &Code, stage: &Code, onset: i64, note: &str) -> String {
        let built = json!({
            "resourceType": "Condition",
            "meta": profile("nl-core-PressureUlcer"),
            "clinicalStatus": status("condition-clinical", "active"),
            "verificationStatus": status("condition-ver-status", "confirmed"),
            "code": super::sct("399912005", "Decubitus").concept(),
            "bodySite": [site.concept()],
            "subject": self.subject(),
            "onsetDateTime": self.clock.date(onset),
            "recordedDate": self.clock.date(onset),
            "recorder": self.writer(),
            "stage": [{"summary": stage.concept()}],
            "note": [{"text": note}],
        });
        self.add(built)
    }

    /// A wound.
    pub fn wound(&mut self, what: &Code, site: &Code, onset: i64, note: &str) -> String {
        let built = json!({
            "resourceType": "Condition",
            "meta": profile("nl-core-Wound"),
            "clinicalStatus": status("condition-clinical", "active"),
            "verificationStatus": status("condition-ver-status", "confirmed"),
            "category": [super::sct("416462003", "Wond").concept()],
            "code": what.concept(),
            "bodySite": [site.concept()],
            "subject": self.subject(),
            "onsetDateTime": self.clock.date(onset),
            "recorder": self.writer(),
            "note": [{"text": note}],
        });
        self.add(built)
    }

    /// An allergy.
    pub fn allergy(&mut self, what: &Allergy, days: i64) -> String {
        let built = json!({
            "resourceType": "AllergyIntolerance",
            "meta": profile("nl-core-AllergyIntolerance"),
            "clinicalStatus": status("allergyintolerance-clinical", "active"),
            "verificationStatus": status("allergyintolerance-verification", "confirmed"),
            "category": [what.category],
            "criticality": if what.severity == "severe" { "high" } else { "low" },
            "code": what.code.concept(),
            "patient": self.subject(),
            "recordedDate": self.clock.date(days),
            "recorder": self.writer(),
            "reaction": [{"manifestation": [what.reaction.concept()], "severity": what.severity}],
        });
        self.add(built)
    }

    /// An alert: something that everyone who meets the patient must know.
    pub fn alert(&mut self, what: &Code, about: Option<&str>, days: i64) -> String {
        let mut built = json!({
            "resourceType": "Flag",
            "meta": profile("nl-core-Alert"),
            "status": "active",
            "category": [loinc("75323-6", "Aandoening").concept()],
            "code": what.concept(),
            "subject": self.subject(),
            "period": {"start": self.clock.date(days)},
            "author": self.writer(),
        });
        if let Some(condition) = about {
            built["extension"] = json!([{
                "url": "http://hl7.org/fhir/StructureDefinition/flag-detail",
                "valueReference": {"reference": condition, "type": "Condition"},
            }]);
        }
        self.add(built)
    }
}
