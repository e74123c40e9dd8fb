//! A record as it is kept: only what differs from pass to pass. One is written on every read, and as an `AuditEvent` it would be
//! five times as long; it becomes one when somebody looks (`audit_event`).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::ctx::{Actor, Ctx};
use crate::error::Error;

use super::Pass;

/// What is kept of a pass, beside the columns of the record. Elements are added to it, never renamed: a record stays as it was
/// written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept<'p> {
    /// What was done, as a code of `http://hl7.org/fhir/restful-interaction`.
    pub verb: Cow<'p, str>,
    /// The address of the server.
    pub base: Cow<'p, str>,
    /// Why, as a code of v3-ActReason.
    pub purpose: Cow<'p, str>,
    /// Who asked.
    pub agent: Agent<'p>,
    /// `Type/id` of the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Cow<'p, str>>,
    /// Further resources, as `Type/id`.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub others: Cow<'p, [String]>,
    /// The search or operation as it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Cow<'p, str>>,
    /// On what ground.
    pub ground: Cow<'p, str>,
    /// How many resources were released or written.
    pub count: usize,
    /// Numbers of the categories of what was released or written.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub categories: Cow<'p, [u8]>,
    /// The stated reason of an emergency access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'p, str>>,
    /// The consent that decided, as `id/version`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Cow<'p, str>>,
    /// Refused, with the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Cow<'p, str>>,
    /// `X-Request-Id`.
    pub request: Cow<'p, str>,
}

/// Who asked, with the names of that moment.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Agent<'p> {
    /// The hub itself.
    Hub,
    /// A patient, or who acts for one.
    Patient {
        /// `Patient` id of the account.
        id: Cow<'p, str>,
        /// Subject of the identity provider.
        subject: Cow<'p, str>,
        /// Name.
        name: Cow<'p, str>,
        /// The relation, when acting for another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        relation: Option<Cow<'p, str>>,
        /// The app; none is the portal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<Cow<'p, str>>,
    },
    /// A system of an organisation.
    Organisation {
        /// `Organization` id.
        id: Cow<'p, str>,
        /// Name.
        name: Cow<'p, str>,
        /// URA number.
        ura: Cow<'p, str>,
        /// OAuth client.
        client: Cow<'p, str>,
        /// On whose behalf.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        professional: Option<Professional<'p>>,
    },
}

/// The professional on whose behalf a system asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Professional<'p> {
    /// Identifier given by the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Cow<'p, str>>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'p, str>>,
    /// Role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Cow<'p, str>>,
}

/// Most records are shorter than this, in bytes.
const USUAL: usize = 512;

fn text(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

fn some(text: Option<&String>) -> Option<Cow<'_, str>> {
    text.map(|text| Cow::Borrowed(text.as_str()))
}

impl<'p> Kept<'p> {
    /// What is kept of a pass on a server with this address.
    pub fn of(ctx: &'p Ctx, pass: &'p Pass, base: &'p str) -> Self {
        Self {
            verb: text(pass.verb.code()),
            base: text(base),
            purpose: text(&ctx.purpose),
            agent: agent(&ctx.actor),
            target: some(pass.target.as_ref()),
            others: Cow::Borrowed(&pass.others),
            query: some(pass.query.as_ref()),
            ground: text(pass.ground.code()),
            count: pass.count,
            categories: pass.categories.iter().copied().collect(),
            reason: some(ctx.reason.as_ref()),
            consent: some(pass.consent.as_ref()),
            refused: some(pass.refused.as_ref()),
            request: text(&ctx.request_id),
        }
    }

    /// The text of the record.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn text(&self) -> Result<String, Error> {
        let mut bytes = Vec::with_capacity(USUAL);
        serde_json::to_writer(&mut bytes, self).map_err(Error::internal)?;
        String::from_utf8(bytes).map_err(Error::internal)
    }
}

fn agent(actor: &Actor) -> Agent<'_> {
    match actor {
        Actor::Hub => Agent::Hub,
        Actor::Patient(actor) => Agent::Patient {
            id: text(&actor.patient_id),
            subject: text(&actor.subject),
            name: text(&actor.name),
            relation: some(actor.relation.as_ref()),
            client: some(actor.client_id.as_ref()),
        },
        Actor::Organisation(actor) => Agent::Organisation {
            id: text(&actor.id),
            name: text(&actor.name),
            ura: text(&actor.ura),
            client: text(&actor.client_id),
            professional: actor.subject.as_ref().map(|subject| Professional {
                id: some(subject.id.as_ref()),
                name: some(subject.name.as_ref()),
                role: some(subject.role.as_ref()),
            }),
        },
    }
}
