//! `GET /fhir/SearchParameter/{id}/$index-status`: how far the index of a search parameter is that was given at run time.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;

use crate::definitions::operations::INDEX_STATUS;
use crate::fhir::answer;
use crate::fhir::call::Call;

use super::input::Input;

/// Answers with Parameters: `state`, `indexed`, `total`, and `fault` when it failed.
pub async fn get(call: Call, Path(id): Path<String>, request: Request) -> Response {
    let done = async {
        Input::read(&call, request, &INDEX_STATUS.known()).await?;
        let released = call.access.index_status(&id).await?;
        answer::resource(StatusCode::OK, released.get(), call.form)
    };
    answer::render(call.form, done.await)
}
