//! The work: take what is due, ask whether it may be told, send it, keep what became of it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::access::{Access, Interaction, Patch, Standing, SubscriptionAsked, pull_address, read_subscription};
use crate::app::App;
use crate::ctx::Actor;
use crate::error::Error;
use crate::store::sql::notify::{DEAD, Notification, SENT, WITHHELD};

use super::bundle::{Kind, notification};
use super::send::{Outcome, post};

/// How often to look when nobody woke us.
const LOOK: Duration = Duration::from_secs(1);
/// Notifications that are sent at once, each to another receiver.
const TOGETHER: i64 = 16;
/// How long one that is being sent belongs to this server, ms.
const OURS: i64 = 60_000;
/// The first pause after a failure, and the longest, ms.
const FIRST_PAUSE: i64 = 30_000;
const LONGEST_PAUSE: i64 = 6 * 3_600_000;
/// For how long it is tried, ms.
const GIVES_UP: i64 = 7 * 24 * 3_600_000;
/// How long it stays known what was told, ms.
const REMEMBERED: i64 = 90 * 24 * 3_600_000;
/// Looks between two times of forgetting.
const FORGETS: u32 = 3_600;

/// Tells others for as long as the program runs.
pub async fn keep_telling(app: Weak<App>) {
    let mut looks = 0_u32;
    loop {
        let Some(running) = app.upgrade() else { return };
        looks = looks.wrapping_add(1);
        if looks.is_multiple_of(FORGETS) {
            let before = running.clock.now().saturating_sub(REMEMBERED);
            if let Err(error) = running.store.forget_notifications(before).await {
                tracing::error!(error = %error, "old notifications could not be forgotten");
            }
        }
        match tell_due(&running).await {
            Ok(0) => drop(tokio::time::timeout(LOOK, running.telling.notified()).await),
            Ok(_) => {}
            Err(error) => {
                tracing::error!(error = %error, "notifications could not be sent");
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// Sends what is due; tells how many that were.
///
/// # Errors
/// When the database fails.
pub async fn tell_due(app: &Arc<App>) -> Result<usize, Error> {
    let now = app.clock.now();
    let mut ours = Vec::new();
    for one in app.store.notifications_due(now, TOGETHER).await? {
        if app.store.take_notification(&one, now + OURS).await? {
            ours.push(one);
        }
    }
    let count = ours.len();
    for done in join_all(ours.into_iter().map(|one| tell(app, one))).await {
        done?;
    }
    for (target, org) in app.store.heartbeats_due(now).await? {
        if let Some(id) = target.strip_prefix("Subscription/") {
            // A heartbeat that is missed is not sent again: the next one comes.
            drop(subscription(app, org, id, Kind::Heartbeat, None).await?);
        }
    }
    Ok(count)
}

/// Tells one thing to one receiver.
async fn tell(app: &Arc<App>, mut one: Notification) -> Result<(), Error> {
    let done = match one.target.split_once('/') {
        Some(("Subscription", id)) => {
            let (kind, event) = if one.number == 0 { (Kind::Handshake, None) } else { (Kind::Event, Some(&one)) };
            subscription(app, one.org, id, kind, event).await?
        }
        Some(("Endpoint", id)) => pull(app, &one, id).await?,
        _ => None,
    };
    let now = app.clock.now();
    one.tries += 1;
    match done {
        None => one.state = WITHHELD,
        Some(Outcome::Received) => (one.state, one.fault) = (SENT, String::new()),
        Some(Outcome::Gone) => (one.state, one.fault) = (DEAD, "answered with 410: nothing more is wanted".to_owned()),
        Some(Outcome::Failed(fault)) => {
            one.fault = fault;
            let pause = FIRST_PAUSE.saturating_mul(1 << (one.tries - 1).clamp(0, 20)).min(LONGEST_PAUSE);
            one.due = now.saturating_add(pause);
            if one.due.saturating_sub(one.at) > GIVES_UP {
                one.state = DEAD;
            }
        }
    }
    if !app.store.keep_notification(&one, now).await? {
        return Ok(());
    }
    if let Some(id) = one.target.strip_prefix("Subscription/") {
        match (one.number, one.state) {
            (0, SENT) => set_status(app, id, "active", "").await?,
            (_, DEAD) => set_status(app, id, "error", &one.fault).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Sends a notification of a subscription; none when it may not, or is not wanted any more.
async fn subscription(
    app: &Arc<App>,
    org: i64,
    id: &str,
    kind: Kind,
    event: Option<&Notification>,
) -> Result<Option<Outcome>, Error> {
    let target = format!("Subscription/{id}");
    let Some(access) = Access::of_subscriber(app, org, &target).await? else { return Ok(None) };
    let Some((asked, mut standing)) = wanted(&access, id, kind).await? else { return Ok(None) };
    if let Some(one) = event {
        if !access.tell(&target, &one.focus).await? {
            return Ok(None);
        }
        standing.asked.push((one.number, one.at, one.focus.clone()));
    }
    let (base, bundle_id) = (app.config.fhir_base(), app.random.uuid());
    let bundle = notification(&base, &bundle_id, app.clock.now(), &standing, kind, asked.ids);
    Ok(Some(post(&app.config.notify, &asked.endpoint, &asked.headers, Some(bundle.to_string())).await))
}

/// What the subscription asks for and how it stands, if it is to be told this.
async fn wanted(access: &Access, id: &str, kind: Kind) -> Result<Option<(SubscriptionAsked, Standing)>, Error> {
    let stored = match access.own_one("Subscription", id).await? {
        Some(stored) => stored.into_inner().value()?,
        None => return Ok(None),
    };
    let status = stored["status"].as_str().unwrap_or_default();
    let fits = if kind == Kind::Handshake { status == "requested" } else { status == "active" };
    let Ok(asked) = read_subscription(&stored, access.organisation_id()) else { return Ok(None) };
    let standing = Standing { error: String::new(), ..access.how_it_stands(id, &stored).await? };
    Ok(fits.then_some((asked, standing)))
}

/// Calls an `Endpoint` of the older notified pull: an empty POST with the id of the `Task` at the end of the address.
async fn pull(app: &Arc<App>, one: &Notification, id: &str) -> Result<Option<Outcome>, Error> {
    let Some(access) = Access::of_subscriber(app, one.org, &one.target).await? else { return Ok(None) };
    let Some(endpoint) = access.own_one("Endpoint", id).await? else { return Ok(None) };
    let Some(mut url) = pull_address(&endpoint.into_inner().value()?) else { return Ok(None) };
    if !access.tell(&one.target, &one.focus).await? {
        return Ok(None);
    }
    let task = one.focus.strip_prefix("Task/").unwrap_or_default();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().push(task);
    }
    Ok(Some(post(&app.config.notify, &url, &[], None).await))
}

/// Says in the `Subscription` itself how it stands.
async fn set_status(app: &Arc<App>, id: &str, status: &str, fault: &str) -> Result<(), Error> {
    let hub = Access::inside(app, Actor::Hub, "HSYSADMIN");
    let mut patch = vec![json!({"op": "replace", "path": "/status", "value": status})];
    if !fault.is_empty() {
        patch.push(json!({"op": "add", "path": "/error", "value": fault}));
    }
    let (rtype, id) = ("Subscription".to_owned(), id.to_owned());
    let done = hub.write(Interaction::Patch { rtype, id, patch: Patch::Json(json!(patch)), if_match: None }).await;
    match done {
        // It was taken away meanwhile.
        Err(error) if [404, 410].contains(&error.status) => Ok(()),
        done => done.map(drop),
    }
}
