//! The storage contract: what every engine must do, in the same words.

mod audit;
mod checkpoint;
mod commit;
mod engines;
mod group;
mod index;
mod read;
mod tampered;
mod views;

use spil::clock::{Random as _, SystemRandom};
use spil::store::commit::{AuditEntry, Change, Commit, CommitError, Expect, Method, PersonKey, Telling};
use spil::store::{Asker, Store};
use spil::tlog::Signer;
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::index::extract;

use crate::support::engine::Database;
use crate::support::{Engine, Fixture};

/// A store on a database of its own.
pub struct Kept {
    store: Store,
    database: Database,
}

impl Fixture for Kept {
    async fn on(engine: Engine) -> Self {
        let database = Database::fresh(engine);
        let store = Store::open(&database.url, 4).await.expect("the store opens");
        Self { store, database }
    }
}

impl Kept {
    /// How many rows a table has.
    async fn count(&self, table: &str) -> i64 {
        let rows = self.store.rows(&format!("SELECT COUNT(*) FROM {table}"), Vec::new()).await.expect("rows");
        rows[0].int(0)
    }

    /// The number of sound records, or the first that is not.
    async fn verified(&self) -> Result<i64, i64> {
        verified(&self.store).await
    }

    /// Writes one change with a record of it.
    async fn write(&self, change: Change) -> Result<(), CommitError> {
        self.store.commit(Commit { changes: vec![change], audits: vec![audit()], ..Commit::default() }).await
    }

    /// The row and version of a resource.
    async fn place(&self, rtype: &str, id: &str) -> Option<(i64, i64)> {
        let record = self.store.current(number(rtype), id, by(0)).await.expect("read")?;
        Some((record.rid, record.version))
    }
}

/// The number of sound records, or the first that is not.
async fn verified(store: &Store) -> Result<i64, i64> {
    let found = store.verify_audit(signer().verifier(), Vec::new()).await.expect("read");
    found.map(|whole| whole.records).map_err(|fault| fault.record().expect("a record"))
}

/// The key of the log in these tests.
fn signer() -> Signer {
    Signer::new("example.org/audit", [7; 32]).expect("a key")
}

fn number(rtype: &str) -> u16 {
    type_number(rtype).expect("a type")
}

/// A new `Condition` with a code.
fn condition(id: &str, code: &str, person: PersonKey) -> Change {
    let body = serde_json::json!({
        "resourceType": "Condition", "id": id, "code": {"coding": [{"system": "urn:s", "code": code}]},
        "onsetDateTime": "2025-11-01",
    });
    Change {
        rid: None,
        rtype: number("Condition"),
        id: id.to_owned(),
        version: 1,
        updated: 1000,
        method: Method::Create,
        person,
        category: 3,
        labels: 0,
        source: 10,
        period: Some((5, 9)),
        index: extract(&body),
        body: body.to_string().into_bytes().into(),
        policy_users: None,
        handoff: Vec::new(),
        telling: Telling::default(),
    }
}

/// The next version of what is at `place`.
fn next(place: (i64, i64), change: Change) -> Change {
    Change { rid: Some(place.0), version: place.1 + 1, method: Method::Update, ..change }
}

fn expect(id: &str, current: Option<(i64, i64)>) -> Expect {
    Expect { rtype: number("Condition"), id: id.to_owned(), current }
}

fn audit() -> AuditEntry {
    AuditEntry {
        at: 1000,
        persons: vec![1],
        keys: Vec::new(),
        org: 10,
        refused: false,
        emergency: false,
        body: format!("{{\"n\":\"{}\"}}", SystemRandom.uuid()),
    }
}

/// An organisation that looks at a time before which no handoff of these tests ends.
pub fn by(org: i64) -> Asker {
    Asker { org, now: 0 }
}
