//! `Patient/{id}/$summary` (<http://hl7.org/fhir/uv/ips/OperationDefinition/summary>): the International Patient Summary, of
//! what the caller may see.

use axum::extract::{Path, Request};
use axum::response::Response;
use spil_fhir_profiles::profile::OWN_BASE;

use crate::documents::{IPS_COMPOSITION, SUMMARY_TYPES, patient_summary};
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::DocumentCall;

use super::input::Input;
use super::render;

/// The version of the guide that is followed.
const VERSION: &str = "2.0.0";

/// Answers with the document as JSON, XML, HTML or PDF.
pub async fn at(DocumentCall(call): DocumentCall, Path(id): Path<String>, request: Request) -> Response {
    let done = async {
        let input = Input::read(&call, request, &["profile", "_language"]).await?;
        if let Some(profile) = input.text("profile")? {
            composed(&profile)?;
        }
        let gathered = call.access.collect(&id, &SUMMARY_TYPES, "$summary").await?;
        render::document(&call, gathered.get(), patient_summary)
    };
    let done = done.await;
    answer::render(call.form, done)
}

/// Refuses a profile that the summary is not made for.
fn composed(profile: &str) -> Result<(), Error> {
    let (url, version) = profile.split_once('|').map_or((profile, None), |(url, version)| (url, Some(version)));
    let ours = url.strip_prefix(OWN_BASE) == Some("PatientSummary");
    let known = url == IPS_COMPOSITION && version.is_none_or(|version| version == VERSION)
        || ours && version.is_none_or(|version| version == env!("CARGO_PKG_VERSION"));
    if known {
        Ok(())
    } else {
        Err(Error::bad_request("not-supported", "a summary of this profile is not made").at("profile"))
    }
}
