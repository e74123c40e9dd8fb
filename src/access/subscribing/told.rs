//! What subscribers were told, for themselves, and whether they may be told: asked anew before each notification.

use std::sync::Arc;

use serde_json::Value;
use spil_consent::HUB;

use crate::app::App;
use crate::ctx::{Actor, OrganisationActor};
use crate::error::Error;
use crate::store::sql::notify::{DEAD, Notification};

use super::super::{Access, Pass, Released, Stored, Verb, types};

/// The purpose of what the hub does for an organisation that is told of a handoff.
const PURPOSE: &str = "TREAT";
/// Most events of one answer.
const MOST: i64 = 1_000;

/// How a subscription stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Id of the `Subscription`.
    pub id: String,
    /// Its status.
    pub status: String,
    /// Its topic.
    pub topic: String,
    /// What went wrong last; empty when nothing did.
    pub error: String,
    /// Events until now.
    pub events: i64,
    /// The events that were asked for: number, time, `Task/id`.
    pub asked: Vec<(i64, i64, String)>,
}

/// Something that an organisation could not be told (yet).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// `Subscription/id` or `Endpoint/id`.
    pub target: String,
    /// Number of the event; 0 is the handshake.
    pub number: i64,
    /// When it happened, ms.
    pub at: i64,
    /// How often it was tried.
    pub tries: i64,
    /// What went wrong last.
    pub fault: String,
    /// When it is tried again; none: never.
    pub again: Option<i64>,
}

impl Access {
    /// The door, held open for an organisation that is to be told something; none when there is no such organisation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_subscriber(app: &Arc<App>, org: i64, target: &str) -> Result<Option<Self>, Error> {
        let now = app.clock.now();
        let directory = app.directory.get(&app.store, now).await?;
        let Some(found) = directory.get(org) else { return Ok(None) };
        let actor = Actor::Organisation(OrganisationActor {
            org,
            id: found.id.clone(),
            kind: found.kind.clone(),
            name: found.name.clone(),
            ura: found.ura.clone(),
            client_id: target.to_owned(),
            subject: None,
        });
        Ok(Some(Self::inside(app, actor, PURPOSE)))
    }

    /// Whether the caller may be told of `Task/id` now; when it is, that is on the record before it is told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell(&self, target: &str, focus: &str) -> Result<bool, Error> {
        let id = focus.strip_prefix("Task/").unwrap_or_default();
        let task = self.app.store.current(types::number("Task")?, id, self.asker()).await?;
        let Some(task) = task.filter(|task| !task.deleted) else { return Ok(false) };
        let verdict = self.judge(&task).await?;
        if !verdict.permit {
            return Ok(false);
        }
        let mut pass = Pass::new(Verb::Operation, Some(focus.to_owned()));
        pass.query = Some(format!("{target}/$notify"));
        pass.persons = vec![task.person];
        pass.categories.insert(task.category);
        pass.count = 1;
        (pass.ground, pass.consent) = (verdict.ground, verdict.consent);
        self.record(&pass).await?;
        Ok(true)
    }

    /// A resource that the caller is the source of, or the hub for it, read for the hub's own work: nothing of it leaves but to
    /// its source, so that no record is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_one(&self, rtype: &str, id: &str) -> Result<Option<Released<Stored>>, Error> {
        let found = self.app.store.current(types::number(rtype)?, id, self.asker()).await?;
        let own = found.filter(|record| !record.deleted && [self.org(), HUB].contains(&record.source));
        let directory = self.directory().await?;
        Ok(own.map(|record| Released(Stored::new(record, &directory))))
    }

    /// How a subscription stands by what is stored in it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn how_it_stands(&self, id: &str, body: &Value) -> Result<Standing, Error> {
        let told = self.app.store.told(&format!("Subscription/{id}")).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Standing {
            id: id.to_owned(),
            status: text(&body["status"]),
            topic: text(&body["criteria"]),
            error: text(&body["error"]),
            events: told.map_or(0, |told| told.events),
            asked: Vec::new(),
        })
    }

    /// How a subscription of the caller stands, with the events of these numbers that it may (still) be told.
    ///
    /// # Errors
    /// 404 when it is absent or not the caller's.
    pub async fn subscription(&self, id: &str, events: Option<(i64, i64)>) -> Result<Released<Standing>, Error> {
        let body = self.read("Subscription", id).await?.into_inner().value()?;
        let mut standing = self.how_it_stands(id, &body).await?;
        let target = format!("Subscription/{id}");
        if let Some((from, to)) = events {
            for one in self.app.store.events(&target, from, to, MOST).await? {
                if self.tell(&target, &one.focus).await? {
                    standing.asked.push((one.number, one.at, one.focus));
                }
            }
        }
        Ok(Released(standing))
    }

    /// What the organisation of the caller could not be told, the newest first.
    ///
    /// # Errors
    /// 404 for who is no organisation.
    pub async fn untold(&self) -> Result<Released<Vec<Untold>>, Error> {
        if !matches!(self.ctx.actor, Actor::Organisation(_)) {
            return Err(Error::not_found());
        }
        let found = self.app.store.untold(self.org()).await?;
        let told = |one: Notification| Untold {
            again: (one.state != DEAD).then_some(one.due),
            target: one.target,
            number: one.number,
            at: one.at,
            tries: one.tries,
            fault: one.fault,
        };
        Ok(Released(found.into_iter().map(told).collect()))
    }
}
