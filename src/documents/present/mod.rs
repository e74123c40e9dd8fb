//! Any clinical record as a line that people can read: what, details, when, and how it stands.

mod appointments;
mod care;
mod consent;
mod devices;
mod fallback;
mod known;
mod medication;
mod observation;
mod papers;
mod people;
mod problems;
mod words;

use super::dates;
use super::text::Text;
use super::value::{concept, display, human_name, kind, list, text};
use serde_json::Value;

pub(super) use consent::{answer as consent_answer, treatment as consent_treatment};
pub(super) use medication::{dose, medication_name, medication_of};
pub(super) use observation::value as observation_value;
pub(super) use people::role_of as contact_role;

/// A detail of a record: what it is called and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// What the value is; empty when the value speaks for itself.
    pub label: Text,
    /// The value.
    pub value: Text,
}

/// A record as people read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presented {
    /// What it is.
    pub title: Text,
    /// What else it says.
    pub details: Vec<Detail>,
    /// When it was, as a FHIR date.
    pub date: Option<String>,
    /// How it stands, when that is not what a reader expects.
    pub status: Option<Text>,
}

/// Finds how something is called that a resource refers to: the resource, then the reference in it.
pub(super) type Names<'n> = dyn Fn(&Value, &Value) -> Option<String> + 'n;

/// How a resource reads; what it refers to is called as the reference itself says.
pub fn present(resource: &Value) -> Presented {
    present_with(resource, &|holder, reference| {
        let inside = text(reference, "reference")
            .and_then(|literal| literal.strip_prefix('#'))
            .and_then(|id| list(holder, "contained").iter().find(|inner| text(inner, "id") == Some(id)));
        inside
            .and_then(|found| {
                medication_name(found)
                    .or_else(|| human_name(list(found, "name")))
                    .or_else(|| text(found, "name").map(str::to_owned))
                    .or_else(|| concept(&found["type"]).map(str::to_owned))
            })
            .or_else(|| display(reference).map(str::to_owned))
    })
}

/// How a resource reads, with a way to find the names of what it refers to.
pub(super) fn present_with(resource: &Value, names: &Names<'_>) -> Presented {
    match kind(resource) {
        "Condition" => problems::condition(resource, names),
        "AllergyIntolerance" => problems::allergy(resource),
        "Flag" => problems::flag(resource),
        "ClinicalImpression" | "FamilyMemberHistory" => problems::impression(resource),
        "MedicationRequest" | "MedicationDispense" | "MedicationStatement" | "MedicationAdministration" => {
            medication::line(resource, names)
        }
        "Medication" => medication::product(resource),
        "Observation" => observation::line(resource, names),
        "Procedure" | "ServiceRequest" => care::procedure(resource, names),
        "Encounter" | "EpisodeOfCare" => care::encounter(resource, names),
        "Immunization" => care::immunization(resource, names),
        "ImmunizationRecommendation" => care::advised_immunization(resource),
        "CarePlan" => care::plan(resource, names),
        "Goal" => care::goal(resource),
        "NutritionOrder" => care::nutrition(resource),
        "Consent" => consent::line(resource, names),
        "Device" => devices::device(resource),
        "DeviceUseStatement" | "DeviceRequest" => devices::in_use(resource, names),
        "DocumentReference" => papers::document(resource, names),
        "Composition" => papers::composition(resource, names),
        "DiagnosticReport" | "ImagingStudy" => papers::report(resource, names),
        "QuestionnaireResponse" => papers::answers(resource),
        "Task" | "CommunicationRequest" | "Communication" => papers::message(resource, names),
        "Appointment" => appointments::appointment(resource, names),
        "RelatedPerson" => people::related(resource),
        "Patient" | "Practitioner" | "Person" => people::person(resource),
        "PractitionerRole" => people::role(resource, names),
        "Organization" | "Location" | "HealthcareService" => people::place(resource),
        "CareTeam" => people::team(resource, names),
        "Coverage" => people::coverage(resource, names),
        _ => fallback::line(resource),
    }
}

impl Presented {
    /// A record of which only the title is known.
    fn titled(title: Text) -> Self {
        Self { title, ..Self::default() }
    }

    /// The record with a detail more, when there is one.
    fn with(mut self, label: (&str, &str), value: Option<Text>) -> Self {
        if let Some(value) = value.filter(|found| !found.is_empty()) {
            self.details.push(Detail { label: label.into(), value });
        }
        self
    }

    /// The record with the remarks that its source made.
    fn noted(mut self, resource: &Value) -> Self {
        for note in list(resource, "note") {
            self = self.with(("Opmerking", "Note"), same(text(note, "text")));
        }
        let comment = super::value::extension(resource, "http://nictiz.nl/fhir/StructureDefinition/ext-Comment")
            .and_then(|found| text(found, "valueString"));
        self.with(("Opmerking", "Note"), same(comment))
    }

    /// The record with its date: the first of these paths that holds one.
    fn dated(mut self, resource: &Value, paths: &[&str]) -> Self {
        self.date = super::value::first_text(resource, paths).map(str::to_owned);
        self
    }

    /// The record with its status.
    fn standing(mut self, status: Option<Text>) -> Self {
        self.status = status;
        self
    }
}

/// Words from the record itself, the same in both languages.
fn same(words: Option<&str>) -> Option<Text> {
    words.map(Text::same)
}

/// What a concept says, in our words when we have them.
fn said(value: &Value) -> Option<Text> {
    known::name(value).or_else(|| same(concept(value)))
}

/// What each concept in a list says.
fn said_all(items: &[Value]) -> Option<Text> {
    let parts: Vec<Text> = items.iter().filter_map(said).collect();
    (!parts.is_empty()).then(|| Text::join(&parts, ", "))
}

/// A date in words.
fn when(date: Option<&str>) -> Option<Text> {
    date.map(dates::readable)
}

/// A period in words.
fn period(value: &Value) -> Option<Text> {
    let (start, end) = (text(value, "start").map(dates::readable), text(value, "end").map(dates::readable));
    match (start, end) {
        (Some(start), Some(end)) => Some(Text::new(
            format!("van {} tot en met {}", start.nl, end.nl),
            format!("from {} to {}", start.en, end.en),
        )),
        (Some(start), None) => Some(Text::new(format!("sinds {}", start.nl), format!("since {}", start.en))),
        (None, Some(end)) => Some(Text::new(format!("tot en met {}", end.nl), format!("until {}", end.en))),
        (None, None) => None,
    }
}

/// The names of the people and organisations in a list; `path` leads from an item to the reference.
fn named_all(holder: &Value, items: &[Value], path: &str, names: &Names<'_>) -> Option<Text> {
    let mut found: Vec<String> = Vec::new();
    for item in items {
        let reference = if path.is_empty() { item } else { super::value::at(item, path) };
        if let Some(name) = names(holder, reference)
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    (!found.is_empty()).then(|| Text::same(found.join(", ")))
}
