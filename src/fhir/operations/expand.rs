//! `ValueSet/$expand` and `ValueSet/[id]/$expand` (<https://hl7.org/fhir/R4/valueset-operation-expand.html>).

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::Question;
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;
use crate::terminology::Expand;

use super::input::Input;

/// What is understood. `excludeNested`, `excludeNotForUI` and `excludePostCoordinated` change nothing: expansions are flat
/// and have neither of the others.
const KNOWN: [&str; 15] = [
    "url",
    "valueSet",
    "valueSetVersion",
    "filter",
    "offset",
    "count",
    "includeDesignations",
    "designation",
    "includeDefinition",
    "activeOnly",
    "excludeNested",
    "excludeNotForUI",
    "excludePostCoordinated",
    "displayLanguage",
    "exclude-system",
];

/// Expands the value set that the parameters name, or a stored one.
pub async fn at(call: Call, id: Option<Path<String>>, request: Request) -> Response {
    let done = run(&call, id.map(|Path(id)| id), request).await;
    answer::render(call.form, done)
}

async fn run(call: &Call, id: Option<String>, request: Request) -> Result<Response, Error> {
    let input = Input::read(call, request, &KNOWN).await?;
    let target = input.target(id, "ValueSet", "valueSet", "valueSetVersion")?;
    for flag in ["excludeNested", "excludeNotForUI", "excludePostCoordinated"] {
        input.flag(flag)?;
    }
    let designations = input.texts("designation")?;
    let ask = Expand {
        target: target
            .ok_or_else(|| Error::bad_request("required", "name the value set: `url` or `valueSet`").at("url"))?,
        filter: input.text("filter")?,
        offset: input.number("offset")?.unwrap_or(0),
        count: input.number("count")?,
        include_designations: input.flag("includeDesignations")?.unwrap_or(!designations.is_empty()),
        designations,
        include_definition: input.flag("includeDefinition")?.unwrap_or(false),
        active_only: input.flag("activeOnly")?.unwrap_or(false),
        language: input.text("displayLanguage")?,
        exclude_systems: input.texts("exclude-system")?,
        identifier: call.app.random.uuid(),
        now: call.access.ctx().now,
    };
    let released = call.access.terminology(&Question::Expand(ask)).await?;
    answer::resource(StatusCode::OK, released.get(), call.form)
}
