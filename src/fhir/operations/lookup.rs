//! `CodeSystem/$lookup` (<https://hl7.org/fhir/R4/codesystem-operation-lookup.html>).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::Question;
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;
use crate::terminology::Lookup;

use super::input::Input;

const KNOWN: [&str; 6] = ["code", "system", "version", "coding", "displayLanguage", "property"];

/// Tells what is known of a code.
pub async fn on_type(call: Call, request: Request) -> Response {
    let done = run(&call, request).await;
    answer::render(call.form, done)
}

async fn run(call: &Call, request: Request) -> Result<Response, Error> {
    let input = Input::read(call, request, &KNOWN).await?;
    let (system, version, code) = match input.coding("coding")? {
        Some(coding) if input.text("code")?.is_none() => {
            let text = "the coding has no system";
            let system = coding.system.ok_or_else(|| Error::bad_request("required", text).at("coding"))?;
            (system, coding.version, coding.code)
        }
        Some(_) => return Err(Error::bad_request("invalid", "give either `code` or `coding`").at("coding")),
        None => (input.required("system")?, input.text("version")?, input.required("code")?),
    };
    let ask = Lookup {
        system,
        version,
        code,
        language: input.text("displayLanguage")?,
        properties: input.texts("property")?,
    };
    let released = call.access.terminology(&Question::Lookup(ask)).await?;
    answer::resource(StatusCode::OK, released.get(), call.form)
}
