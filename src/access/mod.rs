//! The only door to health data. A handler holds an [`Access`], made from an authenticated [`Ctx`], and can answer only with
//! what comes out of it: [`Released`] cannot be made anywhere else. Every pass, permitted or refused, leaves one audit
//! record that is on disk before the answer goes out.
//!
//! What is deliberately absent: a way to read without a caller, a way to write without a source, a way past the audit.

mod abreast;
mod absent;
mod asking;
mod audience;
mod audit_agents;
mod audit_event;
mod audit_record;
mod called;
mod claimed;
mod collect;
mod compartment;
mod conditional;
mod consent_check;
mod contained;
mod directory;
mod draft;
mod drafting;
mod everything;
mod fulfil;
mod handoff;
mod history;
mod judge;
mod kind;
mod labels;
mod laid_down;
mod last;
mod latest_stops;
mod links;
mod matching;
mod meta;
mod own;
mod ownership;
mod page_link;
mod parameters;
mod pass;
mod patch;
mod person;
mod plan;
mod profiles;
mod read;
mod rehearse;
mod reindex;
mod representing;
mod review;
mod rules;
mod search;
mod shelf;
mod spoken;
mod standing;
mod statistics;
mod subscribing;
mod terminology;
mod together;
mod trail;
mod trail_officer;
mod transaction;
mod visibility;
mod write;

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::app::App;
use crate::ctx::{Actor, Ctx};
use crate::error::Error;
use crate::store::{Asker, Record};

pub use asking::{Ask, CATEGORY as ASK_CATEGORY, CODE as ASK_CODE, SYSTEM as TASK_SYSTEM};
pub use audit_agents::GROUNDS;
pub use collect::Gathered;
pub use compartment::Compartment;
pub use consent_check::Checked;
pub use directory::{Directory, DirectoryCache, Org};
pub use everything::{About, EverythingPage};
pub use history::{HistoryOf, HistoryPage, Version};
pub use judge::Policies;
pub use latest_stops::{Stops, StopsAsked};
pub use matching::{Grade, Likely};
pub use own::OwnPage;
pub use parameters::{ParameterCache, ParameterSet};
pub use pass::{Pass, Verb};
pub use patch::Patch;
pub use profiles::ProfileCache;
pub use rehearse::Rehearsed;
pub use reindex::{index_step, keep_indexing};
pub use review::{CODE as REVIEW_CODE, EMERGENCY, FINDING, FINDINGS};
pub use rules::fault as consent_fault;
pub use search::Found;
pub use shelf::Shelf;
pub use statistics::Rows;
pub use subscribing::{Asked as SubscriptionAsked, Standing, TOPIC, Untold, pull_address, read as read_subscription};
pub use terminology::Question;
pub use together::{AGREED, agreed};
pub use trail::TrailPage;
pub use transaction::Entry;
pub use write::{Interaction, Written};

/// The door, held open for one caller.
#[derive(Clone)]
pub struct Access {
    app: Arc<App>,
    ctx: Arc<Ctx>,
}

/// Something that the caller may have. Only this module makes it.
#[derive(Debug, Clone)]
pub struct Released<T>(T);

impl<T> Released<T> {
    /// What was released.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// Takes it out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// A released version of a resource.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Resource type.
    pub rtype: &'static str,
    /// Id.
    pub id: String,
    /// Version.
    pub version: i64,
    /// `meta.lastUpdated`, ms.
    pub updated: i64,
    /// Number of the data category.
    pub category: u8,
    /// The organisation that holds it; 0 the hub, 1 the patient.
    pub source: i64,
    /// Its name as people know it.
    pub source_name: String,
    /// The JSON as it is sent.
    pub body: Bytes,
}

impl Stored {
    /// The JSON as a value.
    ///
    /// # Errors
    /// When what is stored is not JSON; that is our fault.
    pub fn value(&self) -> Result<Value, Error> {
        serde_json::from_slice(&self.body).map_err(Error::internal)
    }

    fn new(record: Record, directory: &Directory) -> Self {
        Self {
            rtype: types::name(record.rtype),
            id: record.id,
            version: record.version,
            updated: record.updated,
            category: record.category,
            source: record.source,
            source_name: directory.name(record.source),
            body: record.body.into(),
        }
    }
}

impl Access {
    /// Opens the door for a caller.
    pub fn new(app: Arc<App>, ctx: Ctx) -> Self {
        Self { app, ctx: Arc::new(ctx) }
    }

    /// Opens the door now for somebody for whom the program itself acts: the command line, or the work beside requests.
    pub fn inside(app: &Arc<App>, actor: Actor, purpose: &str) -> Self {
        let (purpose, request_id, now) = (purpose.to_owned(), app.random.uuid(), app.clock.now());
        Self::new(Arc::clone(app), Ctx { actor, purpose, reason: None, scopes: None, request_id, now })
    }

    /// The caller.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// The organisations of the region.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn directory(&self) -> Result<Arc<Directory>, Error> {
        self.app.directory.get(&self.app.store, self.ctx.now).await
    }

    /// Who asks and when, as statements take it.
    fn asker(&self) -> Asker {
        Asker { org: self.org(), now: self.ctx.now }
    }

    /// The number that statements take for the asking organisation; 0 for none.
    fn org(&self) -> i64 {
        self.ctx.org().unwrap_or_default()
    }
}

/// Resource types as numbers.
mod types {
    use spil_fhir_profiles::definition::definitions;

    use crate::error::Error;

    /// The number of a type.
    pub fn number(rtype: &str) -> Result<u16, Error> {
        definitions()
            .type_number(rtype)
            .ok_or_else(|| Error::new(404, "not-supported", "no such resource type in FHIR R4"))
    }

    /// The name of a number.
    pub fn name(rtype: u16) -> &'static str {
        definitions().type_name(rtype).unwrap_or("Resource")
    }
}
