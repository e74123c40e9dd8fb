//! `Patient/{id}/$medication-overview`: the current medication overview, composed from MP9 building blocks
//! (<https://informatiestandaarden.nictiz.nl/wiki/Medicatieproces>), as a document; and `$medication-overview`, as the searchset
//! with a `List` that MP9 had until January 2026 (<http://nictiz.nl/fhir/OperationDefinition/Medication-Overview>).
//!
//! `include-administrations=true` adds what was given (MTD). `_profile` asks for the other of the two forms.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::Gathered;
use crate::definitions::operations::MEDICATION_OVERVIEW;
use crate::documents::{
    GIVEN_TYPES, MEDICATION_TYPES, OVERVIEW_PROFILE, medication_overview, medication_overview_list, released,
};
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::{Call, DocumentCall};
use crate::http::Form;

use super::input::Input;
use super::render;

const NAME: &str = "$medication-overview";
/// The profile of the Bundle with the `List`.
const BUNDLE_PROFILE: &str = "http://nictiz.nl/fhir/StructureDefinition/mp-MedicationOverview-Bundle";

/// Answers with the document as JSON, XML, HTML or PDF.
pub async fn get(DocumentCall(call): DocumentCall, Path(id): Path<String>, request: Request) -> Response {
    let done = async {
        let asked = Asked::read(&call, request, &MEDICATION_OVERVIEW.known()).await?;
        let gathered = call.access.collect(&id, &asked.types(), NAME).await?;
        asked.answer(&call, gathered.get(), false)
    };
    answer::render(call.form, done.await)
}

/// Answers with the searchset, of the patient with the identifier or of the patient who asks.
pub async fn system(DocumentCall(call): DocumentCall, request: Request) -> Response {
    let done = async {
        let known = [MEDICATION_OVERVIEW.known(), vec!["patient"]].concat();
        let asked = Asked::read(&call, request, &known).await?;
        let patient = asked.patient.as_ref().map(|(system, value)| (system.as_str(), value.as_str()));
        let gathered = call.access.collect_by(patient, &asked.types(), NAME).await?;
        asked.answer(&call, gathered.get(), true)
    };
    answer::render(call.form, done.await)
}

/// What is asked beside whose.
struct Asked {
    patient: Option<(String, String)>,
    given: bool,
    profile: Option<bool>,
}

impl Asked {
    async fn read(call: &Call, request: Request, known: &[&str]) -> Result<Self, Error> {
        let input = Input::read(call, request, known).await?;
        let given = input.flag("include-administrations")?.unwrap_or(false);
        let profile = match input.text("_profile")?.as_deref() {
            None => None,
            Some(OVERVIEW_PROFILE | BUNDLE_PROFILE) => Some(true),
            Some("http://hl7.org/fhir/StructureDefinition/Composition") => Some(false),
            Some(_) => {
                let text =
                    format!("the overview is a document with a Composition, or a searchset with {OVERVIEW_PROFILE}");
                return Err(Error::bad_request("not-supported", text).at("_profile"));
            }
        };
        Ok(Self { patient: input.identifier("patient")?, given, profile })
    }

    fn types(&self) -> Vec<&'static str> {
        let given = GIVEN_TYPES.iter().filter(|_| self.given);
        MEDICATION_TYPES.iter().chain(given).copied().collect()
    }

    /// What people read is always of the document.
    fn answer(&self, call: &Call, gathered: &Gathered, list: bool) -> Result<Response, Error> {
        if matches!(call.form, Form::Html | Form::Pdf) || !self.profile.unwrap_or(list) {
            return render::document(call, gathered, medication_overview);
        }
        let (base, id) = (call.app.config.fhir_base(), call.app.random.uuid());
        let bundle = released(call.access.ctx(), gathered, &base, &id, |input| medication_overview_list(&input))?;
        answer::resource(StatusCode::OK, &bundle, call.form)
    }
}
