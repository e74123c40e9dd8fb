//! `$meta` of a resource, a version, a type and everything, `$meta-add` and `$meta-delete` of a resource
//! (<https://hl7.org/fhir/R4/resource-operation-meta.html>). A change of labels is a new version here: what is stored never
//! changes silently. Only the source of a resource can change its labels.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::access::{Interaction, Patch};
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;

/// Answers with the profiles, tags and labels of a resource.
pub async fn get(call: Call, Path((rtype, id)): Path<(String, String)>) -> Response {
    let done = async {
        let released = call.access.read(&rtype, &id).await?;
        answer::resource(StatusCode::OK, &parameters(&released.get().value()?["meta"]), call.form)
    };
    answer::render(call.form, done.await)
}

/// Answers with the profiles, tags and labels of one version.
pub async fn of_version(call: Call, Path((rtype, id, version)): Path<(String, String, String)>) -> Response {
    let done = async {
        let version = version.parse().map_err(|_| Error::not_found())?;
        let released = call.access.vread(&rtype, &id, version).await?;
        answer::resource(StatusCode::OK, &parameters(&released.get().value()?["meta"]), call.form)
    };
    answer::render(call.form, done.await)
}

/// Refuses to change a version, whether there is one or not. The standard leaves it open what these operations do to one
/// (<https://hl7.org/fhir/R4/resource-operation-meta-add.html>).
pub async fn change_version(call: Call) -> Response {
    let text = "a version never changes: `$meta-add` and `$meta-delete` of the resource make a new one";
    answer::refuse(&Error::new(405, "not-supported", text), call.form)
}

/// Answers with what the resources of a type carry.
pub async fn of_type(call: Call, Path(rtype): Path<String>) -> Response {
    let done = async {
        let released = call.access.labels(Some(&rtype)).await?;
        answer::resource(StatusCode::OK, &parameters(released.get()), call.form)
    };
    answer::render(call.form, done.await)
}

/// Answers with what all resources carry.
pub async fn system(call: Call) -> Response {
    let done = async {
        let released = call.access.labels(None).await?;
        answer::resource(StatusCode::OK, &parameters(released.get()), call.form)
    };
    answer::render(call.form, done.await)
}

/// Adds profiles, tags and labels.
pub async fn add(call: Call, path: Path<(String, String)>, request: Request) -> Response {
    change(call, path, request, true).await
}

/// Takes profiles, tags and labels away.
pub async fn delete(call: Call, path: Path<(String, String)>, request: Request) -> Response {
    change(call, path, request, false).await
}

async fn change(call: Call, Path((rtype, id)): Path<(String, String)>, request: Request, add: bool) -> Response {
    let done = async {
        let meta = given(call.body(request).await?)?;
        let if_match = call.if_match()?;
        let patch = Patch::Meta(meta, add);
        let written = call.access.write(Interaction::Patch { rtype, id, patch, if_match }).await?;
        let stored = written.get().stored.as_ref().ok_or_else(Error::not_found)?;
        answer::resource(StatusCode::OK, &parameters(&stored.value()?["meta"]), call.form)
    };
    answer::render(call.form, done.await)
}

fn parameters(meta: &Value) -> Value {
    let mut told = json!({"name": "return"});
    // An empty object is nothing that FHIR knows: nothing in use is a parameter without a value.
    if meta.as_object().is_some_and(|meta| !meta.is_empty()) {
        told["valueMeta"] = meta.clone();
    }
    json!({"resourceType": "Parameters", "parameter": [told]})
}

/// The `meta` of the body; nothing else may be in it.
fn given(mut body: Value) -> Result<Value, Error> {
    let refuse = |text: &str| Error::bad_request("invalid", text).at("Parameters.parameter");
    if body["resourceType"] != "Parameters" {
        return Err(Error::bad_request("invalid", "the body is a Parameters resource").at("resourceType"));
    }
    match body["parameter"].as_array_mut().map(Vec::as_mut_slice) {
        Some([one]) if one["name"] == "meta" && one["valueMeta"].is_object() => {
            let meta = one["valueMeta"].take();
            let known = ["profile", "tag", "security"];
            if meta.as_object().into_iter().flatten().any(|(name, _)| !known.contains(&name.as_str())) {
                return Err(refuse("only profile, tag and security of a meta can be changed"));
            }
            Ok(meta)
        }
        _ => Err(refuse("one parameter is expected: `meta` with a valueMeta")),
    }
}
