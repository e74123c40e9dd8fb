//! `Subscription/{id}/$status`, `Subscription/$status` and `Subscription/{id}/$events`
//! (<https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/OperationDefinition-backport-subscription-status.html>): how a subscription
//! stands, and what a receiver missed.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;
use crate::notify::{Kind, notification, status};

use super::input::Input;

/// Most subscriptions that are asked for at once.
const MOST: usize = 50;

/// How one stands.
pub async fn of_one(call: Call, Path(id): Path<String>, request: Request) -> Response {
    let done = async {
        Input::read(&call, request, &[]).await?;
        statuses(&call, &[id]).await
    };
    answer::render(call.form, done.await)
}

/// How several stand: `id`, once or more.
pub async fn of_several(call: Call, request: Request) -> Response {
    let done = async {
        let ids = Input::read(&call, request, &["id"]).await?.texts("id")?;
        if ids.is_empty() || ids.len() > MOST {
            return Err(Error::bad_request("required", "between 1 and 50 ids of a Subscription").at("id"));
        }
        statuses(&call, &ids).await
    };
    answer::render(call.form, done.await)
}

async fn statuses(call: &Call, ids: &[String]) -> Result<Response, Error> {
    let base = call.app.config.fhir_base();
    let mut entries: Vec<Value> = Vec::with_capacity(ids.len());
    for id in ids {
        let standing = call.access.subscription(id, None).await?;
        entries.push(json!({
            "fullUrl": format!("urn:uuid:{}", call.app.random.uuid()),
            "resource": status(&base, standing.get(), Kind::QueryStatus, false),
            "search": {"mode": "match"},
        }));
    }
    let bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": entries.len(), "entry": entries});
    answer::resource(StatusCode::OK, &bundle, call.form)
}

/// What happened: `eventsSinceNumber` to `eventsUntilNumber`, both included; `content` is `empty` or `id-only`.
pub async fn events(call: Call, Path(id): Path<String>, request: Request) -> Response {
    let done = async {
        let input = Input::read(&call, request, &["eventsSinceNumber", "eventsUntilNumber", "content"]).await?;
        let number = |name: &str, otherwise: i64| -> Result<i64, Error> {
            let given = input.texts(name)?;
            let given = given.first().map_or(Ok(otherwise), |text| text.parse::<i64>());
            let fault = || Error::bad_request("value", "not a number of an event").at(name);
            given.ok().filter(|number| *number >= 0).ok_or_else(fault)
        };
        let (from, to) = (number("eventsSinceNumber", 1)?, number("eventsUntilNumber", i64::MAX)?);
        let ids = match input.text("content")?.as_deref() {
            None | Some("id-only") => true,
            Some("empty") => false,
            Some(_) => return Err(Error::bad_request("value", "`empty` or `id-only`").at("content")),
        };
        let standing = call.access.subscription(&id, Some((from, to))).await?;
        let (base, bundle_id) = (call.app.config.fhir_base(), call.app.random.uuid());
        let now = call.access.ctx().now;
        let bundle = notification(&base, &bundle_id, now, standing.get(), Kind::QueryEvent, ids);
        answer::resource(StatusCode::OK, &bundle, call.form)
    };
    answer::render(call.form, done.await)
}
