//! Who is told of handoffs: a `Subscription` as the R4 backport has it
//! (<https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/>), which is called once before it counts, or an `Endpoint` of the older
//! notified pull, which is called with an empty POST. Neither ever carries more than the id of a `Task`.

mod told;

use reqwest::Url;
use serde_json::Value;

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::commit::{News, Part, Subscriber, Telling};

use super::draft::Draft;
use super::{Access, Directory, handoff};

pub use told::{Standing, Untold};

/// What can be subscribed to: handoffs, to the caller or by it.
pub const TOPIC: &str = "http://twiin.nl/fhir/SubscriptionTopic/transfer-of-care";
/// Extension with the content of notifications: `empty` or `id-only`.
pub const CONTENT: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content";
/// Extension with what of the topic is wanted.
pub const FILTER: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria";
/// Extension with the seconds after which silence is broken.
pub const HEARTBEAT: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period";
/// Code of an `Endpoint` that is called with an empty POST.
pub const PULL: &str = "eOverdracht-notification";

/// Shortest and longest heartbeat, seconds.
const BEATS: std::ops::RangeInclusive<i64> = 30..=7 * 24 * 3600;

/// What a `Subscription` asks for, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where it is sent.
    pub endpoint: Url,
    /// Whether the ids of what happened are in it.
    pub ids: bool,
    /// Headers, name and value.
    pub headers: Vec<(String, String)>,
    part: Part,
    heartbeat: i64,
}

/// Reads what a `Subscription` of an organisation asks for.
///
/// # Errors
/// 422 with the element that is missing or not understood.
pub fn read(subscription: &Value, organisation: &str) -> Result<Asked, Error> {
    if subscription["criteria"] != TOPIC {
        return Err(wrong("criteria", &format!("the topic `{TOPIC}`; there is no other")));
    }
    for name in ["modifierExtension", "implicitRules"] {
        if !subscription[name].is_null() {
            return Err(wrong(name, "nothing: it would change what the rest means"));
        }
    }
    let channel = &subscription["channel"];
    if channel["type"] != "rest-hook" {
        return Err(wrong("channel.type", "`rest-hook`"));
    }
    let endpoint = channel["endpoint"].as_str().and_then(|text| Url::parse(text).ok());
    let endpoint = endpoint.ok_or_else(|| wrong("channel.endpoint", "an absolute URL"))?;
    let ids = match extension(&channel["_payload"], CONTENT) {
        Some(content) if content["valueCode"] == "empty" => false,
        Some(content) if content["valueCode"] == "id-only" => true,
        Some(_) => {
            return Err(wrong("channel.payload", "the content `empty` or `id-only`; whole resources are not sent"));
        }
        None => return Err(wrong("channel.payload", &format!("the extension `{CONTENT}`"))),
    };
    if !channel["payload"].is_null() && channel["payload"] != "application/fhir+json" {
        return Err(wrong("channel.payload", "`application/fhir+json`"));
    }
    let mut headers = Vec::new();
    for header in channel["header"].as_array().into_iter().flatten() {
        let line =
            header.as_str().and_then(|line| line.split_once(':')).map(|(name, value)| (name.trim(), value.trim()));
        let fits =
            |text: &str| !text.is_empty() && text.len() <= 4_096 && text.bytes().all(|byte| (32..127).contains(&byte));
        let (name, value) = line
            .filter(|(name, value)| fits(name) && fits(value) && !name.contains(' '))
            .ok_or_else(|| wrong("channel.header", "`Name: value` in plain letters"))?;
        headers.push((name.to_owned(), value.to_owned()));
    }
    let part = filter(subscription, organisation)?;
    let heartbeat = match extension(channel, HEARTBEAT) {
        None => 0,
        Some(beat) => beat["valueUnsignedInt"]
            .as_i64()
            .filter(|seconds| BEATS.contains(seconds))
            .ok_or_else(|| wrong("channel.extension", "a heartbeat of 30 seconds to seven days"))?,
    };
    Ok(Asked { endpoint, ids, headers, part, heartbeat: heartbeat * 1_000 })
}

/// Whether handoffs to, and handoffs by, the organisation are wanted.
fn filter(subscription: &Value, organisation: &str) -> Result<Part, Error> {
    let mut named = None;
    for one in subscription["_criteria"]["extension"].as_array().into_iter().flatten() {
        if one["url"] != FILTER {
            return Err(wrong("criteria", &format!("no other extension than `{FILTER}`")));
        }
        let text = one["valueString"].as_str().unwrap_or_default();
        let (name, value) = text.strip_prefix("Task?").and_then(|rest| rest.split_once('=')).unwrap_or_default();
        if value != organisation && value != format!("Organization/{organisation}") {
            return Err(wrong(
                "criteria",
                "`Task?owner=Organization/id` or `Task?requester=Organization/id`, of its own",
            ));
        }
        let before: Part = named.unwrap_or_default();
        named = Some(match name {
            "owner" => Part { owner: true, ..before },
            "requester" => Part { requester: true, ..before },
            _ => return Err(wrong("criteria", "`owner` or `requester`")),
        });
    }
    Ok(named.unwrap_or(Part { owner: true, requester: true }))
}

fn extension<'v>(element: &'v Value, url: &str) -> Option<&'v Value> {
    element["extension"].as_array()?.iter().find(|one| one["url"] == url)
}

fn wrong(element: &str, what: &str) -> Error {
    let text = format!("a Subscription needs in `{element}`: {what}");
    Error::unprocessable("business-rule", text).at(format!("Subscription.{element}"))
}

/// The address of an `Endpoint` that wants an empty POST for each handoff.
pub fn pull_address(endpoint: &Value) -> Option<Url> {
    let types = endpoint["payloadType"].as_array()?.iter().filter_map(|one| one["coding"].as_array()).flatten();
    let pulls = types.into_iter().any(|coding| coding["code"] == PULL);
    let url = endpoint["address"].as_str().and_then(|text| Url::parse(text).ok())?;
    (pulls && endpoint["status"] == "active").then_some(url)
}

/// One that is told nothing (any more).
fn off(target: String, org: i64) -> Subscriber {
    Subscriber { target, org, active: false, shakes: false, part: Part::default(), heartbeat: 0 }
}

impl Access {
    /// Whom a draft tells of what.
    pub(super) fn telling(&self, draft: &Draft, directory: &Directory) -> Result<Telling, Error> {
        let mut telling = Telling::default();
        if draft.method.is_none() {
            return Ok(telling);
        }
        match draft.rtype.as_str() {
            "Subscription" => telling.subscriber = self.subscriber(draft, directory)?,
            "Endpoint" => telling.subscriber = self.pulls(draft, directory)?,
            "Task" => {
                let source = self.source_of(draft);
                let addressed = draft.body.as_ref().and_then(|task| handoff::told_to(task, directory));
                let focus = format!("Task/{}", draft.id);
                telling.news = addressed.map(|owner| News { owner, requester: source, focus });
            }
            _ => {}
        }
        Ok(telling)
    }

    fn subscriber(&self, draft: &Draft, directory: &Directory) -> Result<Option<Subscriber>, Error> {
        let source = self.source_of(draft);
        let target = format!("Subscription/{}", draft.id);
        let Some(body) = &draft.body else { return Ok(Some(off(target, source))) };
        if body["status"] == "off" {
            // Nothing is carried out, so that it may ask for anything.
            return Ok(Some(off(target, source)));
        }
        let Some(organisation) = directory.get(source) else {
            return Err(wrong("meta", "an organisation of the region whose it is"));
        };
        let asked = read(body, &organisation.id)?;
        self.app.config.notify.permits(&asked.endpoint).map_err(|why| wrong("channel.endpoint", why))?;
        let status = body["status"].as_str().unwrap_or_default();
        let (active, shakes) = match (&self.ctx.actor, status) {
            (_, "requested") => (false, true),
            (Actor::Hub, "active") => (true, false),
            (Actor::Hub, "error") => (false, false),
            _ => return Err(wrong("status", "`requested` or `off`; the rest is for the server to say")),
        };
        let Asked { part, heartbeat, .. } = asked;
        Ok(Some(Subscriber { target, org: source, active, shakes, part, heartbeat }))
    }

    /// An `Endpoint` counts for the organisation that manages it, if that wrote it itself or the hub did.
    fn pulls(&self, draft: &Draft, directory: &Directory) -> Result<Option<Subscriber>, Error> {
        let source = self.source_of(draft);
        let managed = draft.body.as_ref().and_then(|body| {
            let id = body["managingOrganization"]["reference"].as_str()?.strip_prefix("Organization/")?;
            directory.by_id(id).map(|org| org.org)
        });
        let org = managed.filter(|org| *org == source || source == spil_consent::HUB);
        let address = draft.body.as_ref().and_then(pull_address);
        let target = format!("Endpoint/{}", draft.id);
        if let (Some(org), Some(address)) = (org, &address) {
            self.app.config.notify.permits(address).map_err(|why| {
                Error::unprocessable("business-rule", format!("this address is not called: {why}"))
                    .at("Endpoint.address")
            })?;
            let part = Part { owner: true, requester: false };
            return Ok(Some(Subscriber { target, org, active: true, shakes: false, part, heartbeat: 0 }));
        }
        // One that was called may be called no more.
        let was = draft.current.is_some();
        Ok(was.then_some(off(target, source)))
    }
}
