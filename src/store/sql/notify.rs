//! Who is told of handoffs, and what each has been told: written in the transaction of what it is about, sent afterwards.

use crate::store::Store;
use crate::store::commit::{News, Subscriber};
use crate::store::tx::{Statement, Step, StoreError};
use crate::store::value::{Arg, Row};

use super::apply::Placed;

/// State of a notification: it waits to be sent.
pub const WAITING: i64 = 0;
/// It was sent and answered well.
pub const SENT: i64 = 1;
/// It was not sent: who is to be told may not see it (any more), or wants to be told no more.
pub const WITHHELD: i64 = 2;
/// It was tried for days without success.
pub const DEAD: i64 = 3;

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// `Subscription/id` or `Endpoint/id`.
    pub target: String,
    /// Number of the event; 0 is the handshake.
    pub number: i64,
    /// When it happened, ms.
    pub at: i64,
    /// `Task/id`; empty for the handshake.
    pub focus: String,
    /// One of the states.
    pub state: i64,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next, ms.
    pub due: i64,
    /// What went wrong last.
    pub fault: String,
    /// The organisation that is told.
    pub org: i64,
}

/// What a subscriber has been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The organisation.
    pub org: i64,
    /// Whether it is told of what happens.
    pub active: bool,
    /// Events until now.
    pub events: i64,
}

const COLUMNS: &str = "n.target, n.number, n.at, n.focus, n.state, n.tries, n.due, n.fault, s.org";

fn read(row: &Row) -> Notification {
    Notification {
        target: row.text(0).to_owned(),
        number: row.int(1),
        at: row.int(2),
        focus: row.text(3).to_owned(),
        state: row.int(4),
        tries: row.int(5),
        due: row.int(6),
        fault: row.text(7).to_owned(),
        org: row.int(8),
    }
}

/// Adds what the changes have to tell, and who wants to be told from now on.
pub(super) fn write(steps: &mut Vec<Step<'_>>, placed: &[Placed<'_>]) {
    for (_, _, change) in placed {
        if let Some(subscriber) = &change.telling.subscriber {
            subscribe(steps, subscriber, change.updated);
        }
        if let Some(News { owner, requester, focus }) = &change.telling.news {
            let which = "active = 1 AND ((org = $1 AND as_owner = 1) OR (org = $2 AND as_requester = 1))";
            let args: Vec<Arg> = vec![(*owner).into(), (*requester).into()];
            let insert = format!(
                "INSERT INTO notification (target, number, at, focus, state, tries, due, fault) \
                 SELECT target, next, $3, $4, {WAITING}, 0, $3, '' FROM subscriber WHERE {which}"
            );
            let mut all = args.clone();
            all.extend([change.updated.into(), focus.as_str().into()]);
            steps.push(Step::Run(Statement::new(insert, all)));
            let update = format!("UPDATE subscriber SET next = next + 1 WHERE {which}");
            steps.push(Step::Run(Statement::new(update, args)));
        }
    }
}

fn subscribe(steps: &mut Vec<Step<'_>>, subscriber: &Subscriber, now: i64) {
    let Subscriber { target, org, active, shakes, part, heartbeat } = subscriber;
    let upsert = "INSERT INTO subscriber (target, org, active, as_owner, as_requester, heartbeat, next, sent) \
                  VALUES ($1, $2, $3, $4, $5, $6, 1, $7) ON CONFLICT (target) DO UPDATE SET org = excluded.org, \
                  active = excluded.active, as_owner = excluded.as_owner, as_requester = excluded.as_requester, \
                  heartbeat = excluded.heartbeat, sent = excluded.sent";
    let number = |is: bool| Arg::from(i64::from(is));
    let args: Vec<Arg> = vec![
        target.as_str().into(),
        (*org).into(),
        number(*active),
        number(part.owner),
        number(part.requester),
        (*heartbeat).into(),
        now.into(),
    ];
    steps.push(Step::Run(Statement::new(upsert, args)));
    if *shakes {
        let shake = format!(
            "INSERT INTO notification (target, number, at, focus, state, tries, due, fault) \
             VALUES ($1, 0, $2, '', {WAITING}, 0, $2, '') ON CONFLICT (target, number) DO UPDATE SET \
             at = excluded.at, state = {WAITING}, tries = 0, due = excluded.due, fault = ''"
        );
        steps.push(Step::Run(Statement::new(shake, vec![target.as_str().into(), now.into()])));
    }
}

impl Store {
    /// What is to be sent now: of each subscriber what happened first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notifications_due(&self, now: i64, most: i64) -> Result<Vec<Notification>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM notification n JOIN subscriber s ON s.target = n.target \
             WHERE n.state = {WAITING} AND n.due <= $1 AND NOT EXISTS (SELECT 1 FROM notification m \
             WHERE m.target = n.target AND m.state = {WAITING} AND m.number < n.number) \
             ORDER BY n.due, n.target LIMIT $2"
        );
        Ok(self.rows(&sql, vec![now.into(), most.into()]).await?.iter().map(read).collect())
    }

    /// Takes one to send; until `until` nobody else does. False when another server was faster.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_notification(&self, one: &Notification, until: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE notification SET due = $1 WHERE target = $2 AND number = $3 AND state = 0 AND due = $4";
        let args = vec![until.into(), one.target.as_str().into(), one.number.into(), one.due.into()];
        Ok(self.statements(vec![(sql, args)]).await?.first() == Some(&1))
    }

    /// Keeps what became of one that was tried once more; false when another server did that meanwhile, or it began anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_notification(&self, one: &Notification, now: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE notification SET state = $1, tries = $2, due = $3, fault = $4 \
                   WHERE target = $5 AND number = $6 AND at = $7 AND state = 0 AND tries = $2 - 1";
        let args = vec![
            one.state.into(),
            one.tries.into(),
            one.due.into(),
            one.fault.as_str().into(),
            one.target.as_str().into(),
            one.number.into(),
            one.at.into(),
        ];
        let sent = "UPDATE subscriber SET sent = $1 WHERE target = $2";
        let mut all = vec![(sql, args)];
        if one.state == SENT {
            all.push((sent, vec![now.into(), one.target.as_str().into()]));
        }
        Ok(self.statements(all).await?.first() == Some(&1))
    }

    /// Who has heard nothing for as long as its heartbeat; each is given once, by whichever server asks first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heartbeats_due(&self, now: i64) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT target, org, sent FROM subscriber WHERE active = 1 AND heartbeat > 0 \
                   AND sent + heartbeat <= $1 ORDER BY sent LIMIT 100";
        let mut due = Vec::new();
        for row in self.rows(sql, vec![now.into()]).await? {
            let (target, org) = (row.text(0).to_owned(), row.int(1));
            let take = "UPDATE subscriber SET sent = $1 WHERE target = $2 AND sent = $3";
            let args = vec![now.into(), target.as_str().into(), row.int(2).into()];
            if self.statements(vec![(take, args)]).await?.first() == Some(&1) {
                due.push((target, org));
            }
        }
        Ok(due)
    }

    /// What a subscriber has been told; none when nobody subscribed by that name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told(&self, target: &str) -> Result<Option<Told>, StoreError> {
        let sql = "SELECT org, active, next FROM subscriber WHERE target = $1";
        let rows = self.rows(sql, vec![target.into()]).await?;
        Ok(rows.first().map(|row| Told { org: row.int(0), active: row.int(1) == 1, events: row.int(2) - 1 }))
    }

    /// The events of a subscriber, by number, both ends included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events(&self, target: &str, from: i64, to: i64, most: i64) -> Result<Vec<Notification>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM notification n JOIN subscriber s ON s.target = n.target \
             WHERE n.target = $1 AND n.number >= $2 AND n.number <= $3 AND n.number > 0 ORDER BY n.number LIMIT $4"
        );
        let args = vec![target.into(), from.into(), to.into(), most.into()];
        Ok(self.rows(&sql, args).await?.iter().map(read).collect())
    }

    /// What could not be told to an organisation, or not yet, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn untold(&self, org: i64) -> Result<Vec<Notification>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM subscriber s JOIN notification n ON n.target = s.target \
             WHERE s.org = $1 AND (n.state = {DEAD} OR (n.state = {WAITING} AND n.tries > 0)) \
             ORDER BY n.at DESC, n.number DESC LIMIT 200"
        );
        Ok(self.rows(&sql, vec![org.into()]).await?.iter().map(read).collect())
    }

    /// Forgets what was told before a moment. What could not be told stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_notifications(&self, before: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM notification WHERE state IN (1, 2) AND number > 0 AND at < $1";
        self.statements(vec![(sql, vec![before.into()])]).await?;
        Ok(())
    }
}
