//! `$graphql` of the server and of a resource (<https://hl7.org/fhir/R4/graphql.html>).

use axum::body::Body;
use axum::extract::{Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::{Call, bytes};
use crate::fhir::graphql::{self, Asked};
use crate::http::Form;

/// A query on the whole server.
pub async fn system(call: Call, request: Request) -> Response {
    respond(run(&call, None, request).await)
}

/// A query on one resource.
pub async fn instance(call: Call, Path((rtype, id)): Path<(String, String)>, request: Request) -> Response {
    respond(run(&call, Some((&rtype, &id)), request).await)
}

async fn run(call: &Call, about: Option<(&str, &str)>, request: Request) -> Result<Value, Error> {
    let asked = read(call, request).await?;
    graphql::answer(&call.access, &call.app.config.fhir_base(), about, asked).await
}

/// The answer as GraphQL has it. What is refused as a whole is one error, with an `OperationOutcome` in its extensions.
fn respond(done: Result<Value, Error>) -> Response {
    let (status, body) = match done {
        Ok(body) => (StatusCode::OK, body),
        Err(error) if error.status == 400 => {
            let message = error.faults.first().map_or("refused", |fault| fault.diagnostics.as_str());
            let refused = json!({"message": message, "extensions": {"resource": error.outcome()}});
            (StatusCode::BAD_REQUEST, json!({"errors": [refused]}))
        }
        Err(error) => return answer::refuse(&error, Form::Json),
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// By GET `query`, `variables` and `operationName`; by POST a JSON object with those, or the query itself as
/// `application/graphql`.
async fn read(call: &Call, request: Request) -> Result<Asked, Error> {
    let mut asked = Asked::default();
    for (name, value) in call.query() {
        match name.as_str() {
            "query" => asked.query = value,
            "operationName" => asked.operation = Some(value),
            "variables" => asked.variables = variables(serde_json::from_str(&value).ok())?,
            _ => return Err(Error::bad_request("not-supported", "this parameter is not known here").at(name)),
        }
    }
    if request.method() == Method::POST {
        body(call, request, &mut asked).await?;
    }
    if asked.query.trim().is_empty() {
        return Err(Error::bad_request("required", "there is no query").at("query"));
    }
    Ok(asked)
}

async fn body(call: &Call, request: Request, asked: &mut Asked) -> Result<(), Error> {
    let media = call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let sent = bytes(request).await?;
    match media.as_str() {
        "application/graphql" => {
            asked.query =
                String::from_utf8(sent.into()).map_err(|_| Error::bad_request("value", "the query is not UTF-8"))?;
        }
        "application/json" | "application/fhir+json" => {
            let mut body: Map<String, Value> = serde_json::from_slice(&sent)
                .map_err(|_| Error::bad_request("structure", "the body is a JSON object with `query`"))?;
            if let Some(Value::String(query)) = body.remove("query") {
                asked.query = query;
            }
            if let Some(Value::String(name)) = body.remove("operationName") {
                asked.operation = Some(name);
            }
            if let Some(given) = body.remove("variables") {
                asked.variables = variables(Some(given))?;
            }
        }
        _ => {
            let text = "possible content types: application/json, application/graphql";
            return Err(Error::new(415, "not-supported", text));
        }
    }
    Ok(())
}

fn variables(given: Option<Value>) -> Result<Map<String, Value>, Error> {
    match given {
        Some(Value::Object(given)) => Ok(given),
        Some(Value::Null) => Ok(Map::new()),
        _ => Err(Error::bad_request("value", "this is a JSON object").at("variables")),
    }
}
