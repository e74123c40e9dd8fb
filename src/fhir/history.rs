//! Instance history: `GET [base]/[type]/[id]/_history` (<https://hl7.org/fhir/R4/http.html#history>).

use axum::extract::Path;
use axum::response::Response;
use serde_json::json;

use super::answer;
use super::bundle::{BundleWriter, full_url};
use super::call::Call;

/// Answers with all versions that the caller may see, newest first.
pub async fn history(call: Call, Path((rtype, id)): Path<(String, String)>) -> Response {
    let done = async {
        let released = call.access.history(&rtype, &id).await?;
        let versions = released.get();
        let base = call.app.config.fhir_base();
        let mut bundle = BundleWriter::new("history", &[("total", json!(versions.len()))]);
        for version in versions {
            let stored = &version.stored;
            let url = if version.method == "POST" { rtype.clone() } else { format!("{rtype}/{id}") };
            let status = match version.method {
                "DELETE" => "204",
                _ if stored.version == 1 => "201",
                _ => "200",
            };
            let elements = [
                ("fullUrl", full_url(&base, stored)),
                ("request", json!({"method": version.method, "url": url})),
                (
                    "response",
                    json!({
                        "status": status, "etag": format!("W/\"{}\"", stored.version),
                        "lastModified": answer::instant(stored.updated),
                    }),
                ),
            ];
            let body = (!stored.body.is_empty()).then_some(stored.body.as_slice());
            bundle.entry(&elements, body);
        }
        bundle.answer(call.form)
    };
    answer::render(call.form, done.await)
}
