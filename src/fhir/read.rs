//! Read: `GET [base]/[type]/[id]` (<https://hl7.org/fhir/R4/http.html#read>).

use axum::body::Body;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer;
use super::call::Call;

/// Answers a read; 304 when the caller already has this version.
pub async fn read(call: Call, Path((rtype, id)): Path<(String, String)>) -> Response {
    let done = async {
        let released = call.access.read(&rtype, &id).await?;
        if call.has_version(released.get().version) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return Ok(response);
        }
        answer::stored(StatusCode::OK, &released, call.form)
    };
    answer::render(call.form, done.await)
}
