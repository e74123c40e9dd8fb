//! `CodeSystem/$subsumes` and `CodeSystem/[id]/$subsumes`
//! (<https://hl7.org/fhir/R4/codesystem-operation-subsumes.html>).

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::Question;
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;
use crate::terminology::Subsumes;

use super::input::Input;

const KNOWN: [&str; 6] = ["codeA", "codeB", "system", "version", "codingA", "codingB"];

/// In the code system that the parameters name, or in a stored one.
pub async fn at(call: Call, id: Option<Path<String>>, request: Request) -> Response {
    let done = run(&call, id.map(|Path(id)| id), request).await;
    answer::render(call.form, done)
}

async fn run(call: &Call, id: Option<String>, request: Request) -> Result<Response, Error> {
    let input = Input::read(call, request, &KNOWN).await?;
    let (left, right) = (side(&input, "codeA", "codingA")?, side(&input, "codeB", "codingB")?);
    let systems: Vec<String> = [input.text("system")?, left.0, right.0].into_iter().flatten().collect();
    let system = match systems.as_slice() {
        [] => None,
        [first, rest @ ..] if rest.iter().all(|other| other == first) => Some(first.clone()),
        _ => return Err(Error::bad_request("invalid", "the codes are of different code systems").at("system")),
    };
    if id.is_none() && system.is_none() {
        return Err(Error::bad_request("required", "name the code system").at("system"));
    }
    let ask = Subsumes { id, system, version: input.text("version")?, left: left.1, right: right.1 };
    let released = call.access.terminology(&Question::Subsumes(ask)).await?;
    answer::resource(StatusCode::OK, released.get(), call.form)
}

/// System and code of one side.
fn side(input: &Input, code: &str, coding: &str) -> Result<(Option<String>, String), Error> {
    match (input.text(code)?, input.coding(coding)?) {
        (Some(code), None) => Ok((None, code)),
        (None, Some(coding)) => Ok((coding.system, coding.code)),
        _ => Err(Error::bad_request("required", format!("give either `{code}` or `{coding}`")).at(code)),
    }
}
