//! `$convert` (<https://hl7.org/fhir/R4/resource-operation-convert.html>): the resource that was sent, in the form that is
//! asked. Nothing is stored, and nothing that is stored is looked at.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use spil_fhir_profiles::definition::type_number;

use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;

/// Answers with the resource of the body.
pub async fn post(call: Call, request: Request) -> Response {
    let done = async {
        let resource = call.body(request).await?;
        if resource["resourceType"].as_str().and_then(type_number).is_none() {
            let text = "the body is a resource of FHIR R4";
            return Err(Error::bad_request("invalid", text).at("resourceType"));
        }
        answer::resource(StatusCode::OK, &resource, call.form).map_err(|_| unwritable(&resource))
    };
    answer::render(call.form, done.await)
}

/// What cannot be written in the other form is the sender's fault: say what is wrong with it.
fn unwritable(resource: &Value) -> Error {
    let issue = spil_fhir_profiles::xml::from_json(resource).err();
    let (text, place) = issue.map_or_else(Default::default, |issue| (issue.diagnostics, issue.expression));
    Error::unprocessable("structure", text).at(place)
}
