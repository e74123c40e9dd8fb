//! Update: `PUT [base]/[type]/[id]` and `PUT [base]/[type]?…` (<https://hl7.org/fhir/R4/http.html#update>).

use axum::extract::{Path, Request};
use axum::response::Response;

use crate::access::Interaction;

use super::answer;
use super::call::Call;

/// Stores a new version, or a new resource with this id.
pub async fn update(call: Call, Path((rtype, id)): Path<(String, String)>, request: Request) -> Response {
    let done = async {
        let if_match = call.if_match()?;
        let body = call.body(request).await?;
        let written = call.access.write(Interaction::Update { rtype, id, body, if_match }).await?;
        answer::written(&written, call.prefer, call.form, &call.app.config.fhir_base())
    };
    answer::render(call.form, done.await)
}

/// The same for the one resource that a search finds.
pub async fn conditional(call: Call, Path(rtype): Path<String>, request: Request) -> Response {
    let done = async {
        let if_match = call.if_match()?;
        let query = call.query();
        let body = call.body(request).await?;
        let interaction = Interaction::ConditionalUpdate { rtype, query, body, if_match };
        let written = call.access.write(interaction).await?;
        answer::written(&written, call.prefer, call.form, &call.app.config.fhir_base())
    };
    answer::render(call.form, done.await)
}
