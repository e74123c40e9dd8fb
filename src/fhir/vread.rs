//! Vread: `GET [base]/[type]/[id]/_history/[vid]` (<https://hl7.org/fhir/R4/http.html#vread>).

use axum::extract::Path;
use axum::response::Response;

use crate::error::Error;

use super::answer;
use super::call::Call;

/// Answers a read of one version; 304 when the caller already has it.
pub async fn vread(call: Call, Path((rtype, id, version)): Path<(String, String, String)>) -> Response {
    let done = async {
        let shape = call.shape(&rtype)?.of_one()?;
        let version = version.parse().map_err(|_| Error::not_found())?;
        let released = call.access.vread(&rtype, &id, version).await?;
        answer::stored(&released, &shape, &call.held, call.form)
    };
    answer::render(call.form, done.await)
}
