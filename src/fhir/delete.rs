//! Delete: `DELETE [base]/[type]/[id]` and `DELETE [base]/[type]?…` (<https://hl7.org/fhir/R4/http.html#delete>).

use axum::extract::Path;
use axum::response::Response;

use crate::access::Interaction;
use crate::error::Error;

use super::answer;
use super::call::Call;

/// Deletes a resource; what is not there (any more) is answered alike.
pub async fn delete(call: Call, Path((rtype, id)): Path<(String, String)>) -> Response {
    let done = async {
        let if_match = call.if_match()?;
        let written = call.access.write(Interaction::Delete { rtype, id, if_match }).await?;
        answer::written(&written, call.prefer, call.form, &call.app.config.fhir_base())
    };
    answer::render(call.form, done.await)
}

/// The same for the one resource that a search finds.
pub async fn conditional(call: Call, Path(rtype): Path<String>) -> Response {
    let done = async {
        if call.if_match()?.is_some() {
            let text = "a deletion by search takes no version: name the resource";
            return Err(Error::bad_request("not-supported", text).at("If-Match"));
        }
        let query = call.query();
        let written = call.access.write(Interaction::ConditionalDelete { rtype, query }).await?;
        answer::written(&written, call.prefer, call.form, &call.app.config.fhir_base())
    };
    answer::render(call.form, done.await)
}
