//! `ConceptMap/$translate` and `ConceptMap/[id]/$translate`
//! (<https://hl7.org/fhir/R4/conceptmap-operation-translate.html>).

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::Question;
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;
use crate::terminology::{Coding, Translate};

use super::input::Input;

const KNOWN: [&str; 13] = [
    "url",
    "conceptMap",
    "conceptMapVersion",
    "code",
    "system",
    "version",
    "source",
    "coding",
    "codeableConcept",
    "target",
    "targetsystem",
    "targetSystem",
    "reverse",
];

/// By the concept map that the parameters name, by a stored one, or by all that fit.
pub async fn at(call: Call, id: Option<Path<String>>, request: Request) -> Response {
    let done = run(&call, id.map(|Path(id)| id), request).await;
    answer::render(call.form, done)
}

async fn run(call: &Call, id: Option<String>, request: Request) -> Result<Response, Error> {
    let input = Input::read(call, request, &KNOWN).await?;
    let target = input.target(id, "ConceptMap", "conceptMap", "conceptMapVersion")?;
    let (system, version) = (input.text("system")?, input.text("version")?);
    let code = input.text("code")?.map(|code| Coding { system, version, code, display: None });
    let mut codings: Vec<Coding> = code.into_iter().chain(input.coding("coding")?).collect();
    codings.extend(input.concept("codeableConcept")?);
    if codings.is_empty() {
        let text = "name a code: `code`, `coding` or `codeableConcept`";
        return Err(Error::bad_request("required", text).at("code"));
    }
    let ask = Translate {
        target,
        source: input.text("source")?,
        target_set: input.text("target")?,
        target_system: input.text("targetsystem")?.or(input.text("targetSystem")?),
        codings,
        reverse: input.flag("reverse")?.unwrap_or(false),
    };
    let released = call.access.terminology(&Question::Translate(ask)).await?;
    answer::resource(StatusCode::OK, released.get(), call.form)
}
