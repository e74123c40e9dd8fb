//! The profiles that the resources and documents of Spil keep, and the questions that it asks.

use serde_json::{Value, json};
use spil_fhir_profiles::profile::{OWN, OWN_QUESTIONNAIRE};

use super::version;

/// Each profile, and the questions of the advance care plan, with the version of the program.
pub(super) fn profiles() -> impl Iterator<Item = Value> {
    OWN.iter().map(|(_, text)| *text).chain([OWN_QUESTIONNAIRE]).filter_map(|text| {
        let mut profile: Value = serde_json::from_str(text).ok()?;
        profile["version"] = json!(version());
        Some(profile)
    })
}
