//! What a resource is to those who decide about it: its category and its labels. A resource that carries copies of others (a
//! `Bundle` of documents, contained resources) has the sensitive labels of all of them, and a label for the category of each,
//! so that one permission must name everything that is inside and an objection to any of it closes the whole.

use serde_json::Value;
use spil_consent::{CategorySet, Labels};
use spil_fhir_profiles::category::{self, CONSENT, GENERAL, IDENTITY};

use crate::ctx::Actor;
use crate::store::commit::PersonKey;

use super::{asking, review};

/// Category that a resource about a person falls in when its type is ordinarily nobody's.
const DOCUMENTS: u8 = 11;
/// Category of what a patient measures.
const OWN_MEASUREMENTS: u8 = 13;

/// Category and labels.
pub struct Kind {
    /// Number of the data category.
    pub category: u8,
    /// Labels of the consent engine.
    pub labels: u32,
}

impl Kind {
    /// Of a resource of a person, written by somebody.
    pub fn of(resource: &Value, person: &PersonKey, actor: &Actor) -> Self {
        let inside = category::inside(resource);
        let category = match own(resource, person, actor) {
            // A privacy consent is the patient's alone, also as a copy.
            _ if inside.has(CONSENT) => CONSENT,
            // Who it is comes along with every permission: what it carries does not.
            IDENTITY if !inside.is_empty() => DOCUMENTS,
            own => own,
        };
        let carried = Labels::carrying(CategorySet(inside.categories)).0;
        Self { category, labels: u32::from(category::labels(resource) | inside.labels) | carried }
    }
}

fn own(resource: &Value, person: &PersonKey, actor: &Actor) -> u8 {
    let category = category::category(resource);
    match (category, actor) {
        (GENERAL, _) if *person != PersonKey::Nobody => DOCUMENTS,
        _ if asking::is_ask(resource) || review::is_review(resource) => CONSENT,
        (_, Actor::Patient(_)) if resource["resourceType"] == "Observation" => OWN_MEASUREMENTS,
        _ => category,
    }
}
