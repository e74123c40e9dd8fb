//! `ValueSet/$validate-code` (<https://hl7.org/fhir/R4/valueset-operation-validate-code.html>) and `CodeSystem/$validate-code`
//! (<https://hl7.org/fhir/R4/codesystem-operation-validate-code.html>), on the type and on a stored one.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::Question;
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;
use crate::terminology::{Coding, Validate};

use super::input::Input;

const IN_VALUE_SET: [&str; 11] = [
    "url",
    "valueSet",
    "valueSetVersion",
    "code",
    "system",
    "systemVersion",
    "display",
    "coding",
    "codeableConcept",
    "abstract",
    "displayLanguage",
];

const IN_CODE_SYSTEM: [&str; 9] =
    ["url", "codeSystem", "code", "version", "display", "coding", "codeableConcept", "abstract", "displayLanguage"];

/// In the value set that the parameters name, or in a stored one.
pub async fn value_set(call: Call, id: Option<Path<String>>, request: Request) -> Response {
    let done = in_value_set(&call, id.map(|Path(id)| id), request).await;
    answer::render(call.form, done)
}

/// In the code system that the parameters name, or in a stored one.
pub async fn code_system(call: Call, id: Option<Path<String>>, request: Request) -> Response {
    let done = in_code_system(&call, id.map(|Path(id)| id), request).await;
    answer::render(call.form, done)
}

async fn in_value_set(call: &Call, id: Option<String>, request: Request) -> Result<Response, Error> {
    let input = Input::read(call, request, &IN_VALUE_SET).await?;
    let target = input.target(id, "ValueSet", "valueSet", "valueSetVersion")?;
    let codings = codings(&input, input.text("system")?, input.text("systemVersion")?)?;
    let ask = Validate {
        target,
        codings,
        language: input.text("displayLanguage")?,
        may_be_abstract: input.flag("abstract")?.unwrap_or(true),
    };
    let released = call.access.terminology(&Question::InValueSet(ask)).await?;
    answer::resource(StatusCode::OK, released.get(), call.form)
}

async fn in_code_system(call: &Call, id: Option<String>, request: Request) -> Result<Response, Error> {
    let input = Input::read(call, request, &IN_CODE_SYSTEM).await?;
    let target = input.target(id, "CodeSystem", "codeSystem", "version")?;
    let codings = codings(&input, None, None)?;
    let ask = Validate {
        target,
        codings,
        language: input.text("displayLanguage")?,
        may_be_abstract: input.flag("abstract")?.unwrap_or(true),
    };
    let released = call.access.terminology(&Question::InCodeSystem(ask)).await?;
    answer::resource(StatusCode::OK, released.get(), call.form)
}

/// The codes: given as `code`, as `coding` or as `codeableConcept`, in one of these ways.
fn codings(input: &Input, system: Option<String>, version: Option<String>) -> Result<Vec<Coding>, Error> {
    let display = input.text("display")?;
    let code = input.text("code")?.map(|code| Coding { system, version, code, display });
    let mut all: Vec<Coding> = code.into_iter().chain(input.coding("coding")?).collect();
    let concept = input.concept("codeableConcept")?;
    if all.len() > 1 || (!all.is_empty() && !concept.is_empty()) {
        let text = "give the code in one way: `code`, `coding` or `codeableConcept`";
        return Err(Error::bad_request("invalid", text).at("code"));
    }
    all.extend(concept);
    if all.is_empty() {
        let text = "name a code: `code`, `coding` or `codeableConcept`";
        return Err(Error::bad_request("required", text).at("code"));
    }
    Ok(all)
}
