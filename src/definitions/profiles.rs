//! The profiles that the resources and documents of Spil keep.

use serde_json::{Value, json};
use spil_fhir_profiles::profile::OWN;

use super::version;

/// Each profile with the version of the program.
pub(super) fn profiles() -> impl Iterator<Item = Value> {
    OWN.iter().filter_map(|(_, text)| {
        let mut profile: Value = serde_json::from_str(text).ok()?;
        profile["version"] = json!(version());
        Some(profile)
    })
}
