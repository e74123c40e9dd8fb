//! Notifications as FHIR has them in R4.

use serde_json::{Value, json};
use spil_fhir_profiles::time::format_instant;

use crate::access::Standing;

/// Profile of the `Parameters` in a notification.
const PROFILE: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4";

/// What a notification is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To see whether the receiver answers.
    Handshake,
    /// Nothing happened for a while.
    Heartbeat,
    /// Something happened.
    Event,
    /// An answer to `$status`.
    QueryStatus,
    /// An answer to `$events`.
    QueryEvent,
}

impl Kind {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Handshake => "handshake",
            Self::Heartbeat => "heartbeat",
            Self::Event => "event-notification",
            Self::QueryStatus => "query-status",
            Self::QueryEvent => "query-event",
        }
    }
}

/// How a subscription stands, as `Parameters`; `ids` says whether what the events are about is named.
pub fn status(base: &str, standing: &Standing, kind: Kind, ids: bool) -> Value {
    let reference = |name: &str| json!({"reference": format!("{base}/{name}")});
    let mut parameters = vec![
        json!({"name": "subscription", "valueReference": reference(&format!("Subscription/{}", standing.id))}),
        json!({"name": "topic", "valueCanonical": standing.topic}),
        json!({"name": "status", "valueCode": standing.status}),
        json!({"name": "type", "valueCode": kind.code()}),
        json!({"name": "events-since-subscription-start", "valueString": standing.events.to_string()}),
    ];
    for (number, at, focus) in &standing.asked {
        let mut parts = vec![
            json!({"name": "event-number", "valueString": number.to_string()}),
            json!({"name": "timestamp", "valueInstant": format_instant(*at)}),
        ];
        if ids {
            parts.push(json!({"name": "focus", "valueReference": reference(focus)}));
        }
        parameters.push(json!({"name": "notification-event", "part": parts}));
    }
    if !standing.error.is_empty() {
        parameters.push(json!({"name": "error", "valueCodeableConcept": {"text": standing.error}}));
    }
    json!({"resourceType": "Parameters", "meta": {"profile": [PROFILE]}, "parameter": parameters})
}

/// A notification: how the subscription stands, then the ids of what happened.
pub fn notification(base: &str, id: &str, now: i64, standing: &Standing, kind: Kind, ids: bool) -> Value {
    let about = json!({
        "fullUrl": format!("urn:uuid:{id}"),
        "resource": status(base, standing, kind, ids),
        "request": {"method": "GET", "url": format!("{base}/Subscription/{}/$status", standing.id)},
        "response": {"status": "200"},
    });
    let mut entries = vec![about];
    let mut named: Vec<&String> = standing.asked.iter().map(|(_, _, focus)| focus).collect();
    named.sort();
    named.dedup();
    entries.extend(named.into_iter().filter(|_| ids).map(|focus| {
        json!({
            "fullUrl": format!("{base}/{focus}"),
            "request": {"method": "PUT", "url": focus},
            "response": {"status": "200"},
        })
    }));
    json!({
        "resourceType": "Bundle",
        "id": id,
        "type": "history",
        "timestamp": format_instant(now),
        "entry": entries,
    })
}
