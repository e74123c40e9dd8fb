//! `ViewDefinition/$run` of SQL on FHIR (<https://sql-on-fhir.org/>): a flat table for the region's statistics, as NDJSON,
//! JSON or CSV. Who may ask, and whose rows count, is decided in `access`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde_json::{Map, Value};

use crate::access::{Access, Rows};
use crate::app::App;
use crate::auth::authenticate;
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::bytes;
use crate::http::{Form, query_pairs, read};

/// What the table is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum As {
    Ndjson,
    Json,
    Csv { header: bool },
}

/// The call, read.
#[derive(Debug, Default)]
struct Asked {
    view: Option<Value>,
    format: Option<String>,
    header: Option<bool>,
    limit: Option<usize>,
}

/// Answers with the table.
pub async fn run(State(app): State<Arc<App>>, request: Request) -> Response {
    answer::render(Form::Json, table(&app, request).await)
}

async fn table(app: &Arc<App>, request: Request) -> Result<Response, Error> {
    let headers = request.headers().clone();
    let pairs = query_pairs(request.uri().query().unwrap_or_default())?;
    let ctx = authenticate(app, &headers).await?;
    let asked = asked(&pairs, &read(&headers, &bytes(request).await?)?)?;
    let form = form(&asked, &headers)?;
    let view =
        asked.view.ok_or_else(|| Error::bad_request("required", "the definition is sent along").at("viewResource"))?;
    let released = Access::new(Arc::clone(app), ctx).statistics(&view, asked.limit).await?;
    let (body, media) = match form {
        As::Ndjson => (ndjson(released.get()), "application/x-ndjson"),
        As::Json => (json(released.get()), "application/json"),
        As::Csv { header } => (csv(released.get(), header)?, "text/csv; charset=utf-8"),
    };
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    Ok(response)
}

fn asked(pairs: &[(String, String)], body: &Value) -> Result<Asked, Error> {
    let mut asked = Asked::default();
    for (name, value) in pairs {
        simple(&mut asked, name, value)?;
    }
    if body["resourceType"] != "Parameters" {
        asked.view = Some(body.clone());
        return Ok(asked);
    }
    for parameter in body["parameter"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        if name == "viewResource" {
            asked.view = parameter.get("resource").cloned();
            continue;
        }
        let value = parameter.as_object().into_iter().flatten().find(|(key, _)| key.starts_with("value"));
        let text = match value {
            Some((_, Value::String(text))) => text.clone(),
            Some((_, value @ (Value::Bool(_) | Value::Number(_)))) => value.to_string(),
            _ => String::new(),
        };
        simple(&mut asked, name, &text)?;
    }
    Ok(asked)
}

fn simple(asked: &mut Asked, name: &str, value: &str) -> Result<(), Error> {
    let wrong = |text: &str| Err(Error::bad_request("value", text).at(name));
    match name {
        "_format" => asked.format = Some(value.to_owned()),
        "header" => match value {
            "true" => asked.header = Some(true),
            "false" => asked.header = Some(false),
            _ => return wrong("`true` or `false`"),
        },
        "_limit" => match value.parse() {
            Ok(limit) if limit > 0 => asked.limit = Some(limit),
            _ => return wrong("a whole number from 1 on"),
        },
        _ => return Err(Error::bad_request("not-supported", "this parameter is not known here").at(name)),
    }
    Ok(())
}

/// `_format`, else `Accept`, else NDJSON.
fn form(asked: &Asked, headers: &HeaderMap) -> Result<As, Error> {
    let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    let words: Vec<&str> = match &asked.format {
        Some(format) => vec![format.as_str()],
        None => accepted.split(',').map(|media| media.split(';').next().unwrap_or_default().trim()).collect(),
    };
    for word in words {
        return Ok(match word {
            "ndjson" | "application/x-ndjson" | "application/fhir+ndjson" | "*/*" => As::Ndjson,
            "json" | "application/json" => As::Json,
            "csv" | "text/csv" => As::Csv { header: asked.header.unwrap_or(true) },
            _ => continue,
        });
    }
    Err(Error::new(406, "not-supported", "possible: ndjson, json, csv").at("_format"))
}

fn object(rows: &Rows, row: &[Value]) -> Value {
    let members = rows.columns.iter().zip(row).map(|(name, value)| (name.clone(), value.clone()));
    Value::Object(members.collect::<Map<_, _>>())
}

fn ndjson(rows: &Rows) -> String {
    let mut text = String::new();
    for row in &rows.rows {
        text.push_str(&object(rows, row).to_string());
        text.push('\n');
    }
    text
}

fn json(rows: &Rows) -> String {
    Value::Array(rows.rows.iter().map(|row| object(rows, row)).collect()).to_string()
}

/// CSV as RFC 4180 has it; a list has no place in it.
fn csv(rows: &Rows, header: bool) -> Result<String, Error> {
    let mut text = String::new();
    if header {
        text.push_str(&rows.columns.join(","));
        text.push_str("\r\n");
    }
    for row in &rows.rows {
        let cells = row.iter().map(cell).collect::<Option<Vec<String>>>();
        let cells = cells.ok_or_else(|| Error::unprocessable("processing", "CSV has no place for a `collection`"))?;
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    Ok(text)
}

fn cell(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => String::new(),
        Value::Bool(answer) => answer.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            // A program for tables takes some first letters for a formula.
            let guarded = if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.clone() };
            let plain = !guarded.contains([',', '"', '\r', '\n']);
            if plain { guarded } else { format!("\"{}\"", guarded.replace('"', "\"\"")) }
        }
        Value::Array(_) | Value::Object(_) => return None,
    })
}
