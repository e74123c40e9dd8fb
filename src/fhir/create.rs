//! Create: `POST [base]/[type]`, also conditional (<https://hl7.org/fhir/R4/http.html#create>).

use axum::extract::{Path, Request};
use axum::response::Response;

use crate::access::Interaction;
use crate::error::Error;
use crate::http::query_pairs;

use super::answer;
use super::call::Call;

/// Stores a new resource; with `If-None-Exist` only when the search finds none.
pub async fn create(call: Call, Path(rtype): Path<String>, request: Request) -> Response {
    let done = async {
        let if_none_exist = match call.headers.get("if-none-exist") {
            None => None,
            Some(header) => {
                let text = header.to_str().map_err(|_| Error::bad_request("value", "If-None-Exist is not text"))?;
                Some(query_pairs(text.split_once('?').map_or(text, |(_, query)| query))?)
            }
        };
        let body = call.body(request).await?;
        let written = call.access.write(Interaction::Create { rtype, body, if_none_exist }).await?;
        answer::written(&written, call.prefer, call.form, &call.app.config.fhir_base())
    };
    answer::render(call.form, done.await)
}
