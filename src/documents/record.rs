//! The resources that a document may draw from, once each, findable by reference.

use super::text::Text;
use super::value::{concept, display, first_text, human_name, is_key, kind, list, local, text};
use super::{Input, Source, dates};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::HashMap;

/// The elements that refer to the person whom a resource is about.
const ABOUT: [&str; 5] = ["subject", "patient", "for", "beneficiary", "individual"];

/// The released resources of one person.
pub(super) struct Record<'a> {
    /// The `Patient` that the document shows.
    pub(super) patient: &'a Value,
    /// Each resource once, in the order given.
    pub(super) sources: Vec<&'a Source>,
    /// The FHIR base address.
    pub(super) base: &'a str,
    /// The day on the Dutch calendar.
    pub(super) today: Date,
    released: &'a [Source],
    /// Where each stands among what was released.
    index: HashMap<(&'a str, &'a str), usize>,
    types: HashMap<&'a str, Vec<&'a Source>>,
}

impl<'a> Record<'a> {
    /// Takes in what was released. What was recorded by mistake, and every privacy consent, stays out of every document.
    pub(super) fn new(input: &'a Input<'_>) -> Self {
        let mut index = HashMap::with_capacity(input.resources.len());
        let mut sources = Vec::with_capacity(input.resources.len());
        let mut types: HashMap<&str, Vec<&Source>> = HashMap::new();
        for (at, source) in input.resources.iter().enumerate() {
            let Some(name) = text(&source.resource, "resourceType").zip(text(&source.resource, "id")) else {
                continue;
            };
            if index.contains_key(&name) || withheld(&source.resource) {
                continue;
            }
            index.insert(name, at);
            types.entry(name.0).or_default().push(source);
            sources.push(source);
        }
        let (patient, base, released) = (input.patient, input.base, input.resources.as_slice());
        Self { patient, sources, base, today: dates::today(input.now_ms), released, index, types }
    }

    /// The resources of one type.
    pub(super) fn all(&self, wanted: &str) -> impl Iterator<Item = &'a Source> {
        self.types.get(wanted).into_iter().flatten().copied()
    }

    /// The resource with this `Type/id`.
    pub(super) fn get(&self, name: &str) -> Option<&'a Source> {
        self.position(name).map(|at| self.at(at))
    }

    /// Where the resource with this `Type/id` stands among what was released.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.index.get(&name.split_once('/')?).copied()
    }

    /// What was released at a position.
    pub(super) fn at(&self, position: usize) -> &'a Source {
        &self.released[position]
    }

    /// Whether this is `Type/id` of the patient of the document.
    pub(super) fn is_patient(&self, name: &str) -> bool {
        is_key(name, self.patient)
    }

    /// `Type/id` of a literal reference into this server.
    pub(super) fn local<'t>(&self, reference: &'t str) -> Option<&'t str> {
        local(reference, self.base)
    }

    /// What a reference element points to: a released resource or one contained in its holder.
    pub(super) fn target<'b>(&'b self, holder: &'b Value, reference: &Value) -> Option<&'b Value> {
        let literal = text(reference, "reference")?;
        if let Some(id) = literal.strip_prefix('#') {
            return list(holder, "contained").iter().find(|inner| text(inner, "id") == Some(id));
        }
        let name = self.local(literal)?;
        if self.is_patient(name) || name.starts_with("Patient/") && subject(holder, self.base) == Some(name) {
            return Some(self.patient);
        }
        self.get(name).map(|source| &source.resource)
    }

    /// How a person, organisation or thing that is referred to is called.
    pub(super) fn name(&self, holder: &Value, reference: &Value) -> Option<String> {
        self.target(holder, reference)
            .and_then(|found| self.called(found))
            .or_else(|| display(reference).map(str::to_owned))
            .or_else(|| text(reference, "identifier.value").map(str::to_owned))
    }

    /// How a resource is called: a person by name, with role and organisation; a thing by its kind.
    pub(super) fn called(&self, resource: &Value) -> Option<String> {
        match kind(resource) {
            "Patient" | "Practitioner" | "RelatedPerson" | "Person" => human_name(list(resource, "name")),
            "PractitionerRole" => self.role(resource),
            "Medication" => super::present::medication_name(resource),
            "Device" => concept(&resource["type"]).or_else(|| text(resource, "deviceName.name")).map(str::to_owned),
            "Organization" | "Location" | "HealthcareService" | "CareTeam" => text(resource, "name").map(str::to_owned),
            "DocumentReference" => {
                first_text(resource, &["description", "content.attachment.title"]).map(str::to_owned)
            }
            _ => concept(&resource["code"]).map(str::to_owned),
        }
    }

    fn role(&self, role: &Value) -> Option<String> {
        let person = self.name(role, &role["practitioner"]);
        let trade = list(role, "specialty").iter().chain(list(role, "code")).find_map(concept).map(str::to_owned);
        let place = self.name(role, &role["organization"]);
        let mut out = person.into_iter().chain(trade).collect::<Vec<_>>().join(", ");
        if let Some(place) = place {
            out = if out.is_empty() { place } else { format!("{out} ({place})") };
        }
        (!out.is_empty()).then_some(out)
    }
}

/// `Patient/id` of the person whom a resource is about, in the words of its source. Each source has its own.
pub(super) fn subject<'r>(resource: &'r Value, base: &str) -> Option<&'r str> {
    ABOUT
        .iter()
        .find_map(|name| text(resource.get(name)?, "reference"))
        .filter(|literal| literal.contains("Patient/"))
        .and_then(|literal| local(literal, base))
}

/// The source organisation as text.
pub(super) fn origin(source: &Source) -> Text {
    Text::same(source.organisation.clone())
}

fn withheld(resource: &Value) -> bool {
    let mistaken = text(resource, "status") == Some("entered-in-error")
        || super::value::codes(resource, "verificationStatus").contains(&"entered-in-error")
        || text(resource, "lifecycleStatus") == Some("entered-in-error");
    let privacy = kind(resource) == "Consent" && super::value::codes(resource, "scope").contains(&"patient-privacy");
    mistaken || privacy
}
