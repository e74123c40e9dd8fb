//! Read: `GET [base]/[type]/[id]` (<https://hl7.org/fhir/R4/http.html#read>).

use axum::extract::Path;
use axum::response::Response;

use super::answer;
use super::call::Call;

/// Answers a read; 304 when the caller already has this version.
pub async fn read(call: Call, Path((rtype, id)): Path<(String, String)>) -> Response {
    let done = async {
        let shape = call.shape(&rtype)?.of_one()?;
        let released = call.access.read(&rtype, &id).await?;
        answer::stored(&released, &shape, &call.held, call.form)
    };
    answer::render(call.form, done.await)
}
