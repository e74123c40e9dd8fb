//! How everything is kept: the only folder with SQL. One writer that groups what waits, readers beside it, two engines.

pub mod check;
pub mod commit;
mod heavy;
mod log;
mod postgres;
pub mod sql;
mod sqlite;
mod tx;
mod value;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::{mpsc, oneshot};

pub use sql::audit::{AuditRecord, TrailFilter};
pub use sql::checkpoint::CheckpointError;
pub use sql::index::system_key;
pub use sql::parameter::{DefinitionChange, IndexStep, IndexWork, ParameterState, StoredParameter};
pub use sql::policy::StoredConsent;
pub use sql::resource::{Asker, Record};
pub use sql::shelf::Holding;
pub use sql::terminology::{Concept, NewConcept, Place, Which};
pub use tx::{Bulk, Dialect, Engine, Field, Kind, Statement, Step, StoreError, Tx};
pub use value::{Arg, Cell, Row};

use commit::{Commit, CommitError};
use writer::Job;

/// The database behind the server.
#[derive(Clone)]
pub struct Store {
    dialect: Dialect,
    engine: Arc<dyn Engine>,
    writer: mpsc::Sender<Job>,
    directory_changes: Arc<AtomicI64>,
}

impl Store {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`), makes or upgrades its tables and starts the writer.
    ///
    /// # Errors
    /// When the URL is unknown or the database cannot be used.
    pub async fn open(url: &str, readers: usize) -> Result<Self, StoreError> {
        let engine: Arc<dyn Engine> = match url.split_once(':') {
            Some(("sqlite", path)) => {
                Arc::new(sqlite::SqliteEngine::new(path.trim_start_matches("//").into(), readers))
            }
            Some(("postgres" | "postgresql", _)) => Arc::new(postgres::PgEngine::new(url, readers)?),
            _ => {
                let text = "the database URL must begin with `sqlite:` or `postgres:`";
                return Err(StoreError::Unusable(text.to_owned()));
            }
        };
        engine.migrate().await?;
        let (writer, jobs) = mpsc::channel(1024);
        let tx = engine.writer().await?;
        match engine.dialect() {
            Dialect::Sqlite => writer::on_a_thread(tx, jobs)?,
            Dialect::Postgres => drop(tokio::spawn(writer::run(tx, jobs))),
        }
        let dialect = engine.dialect();
        Ok(Self { dialect, engine, writer, directory_changes: Arc::default() })
    }

    /// How often this process changed the list of organisations: whoever holds a copy compares it.
    pub fn directory_changes(&self) -> i64 {
        self.directory_changes.load(Ordering::Acquire)
    }

    /// Notes that the list of organisations has changed.
    pub(in crate::store) fn directory_changed(&self) {
        self.directory_changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Which dialect the database speaks.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Runs a query on a reader.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rows(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        self.engine.rows(sql, args).await
    }

    /// Runs small statements in one durable transaction; gives the number of rows each touched.
    ///
    /// # Errors
    /// When the database fails; then none of them had an effect.
    pub async fn statements(&self, statements: writer::Statements) -> Result<Vec<u64>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writer.send(Job::Statements(statements, reply)).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Writes a commit; when this returns, it is on disk.
    ///
    /// # Errors
    /// [`CommitError::Changed`] when something that the commit relies on is no longer so; then nothing was written.
    pub async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        let (reply, answer) = oneshot::channel();
        self.writer
            .send(Job::Commit(Box::new(commit), reply))
            .await
            .map_err(|_| CommitError::Store(StoreError::Stopped))?;
        let done = answer.await.map_err(|_| CommitError::Store(StoreError::Stopped))?;
        if matches!(done, Err(CommitError::Changed)) {
            self.engine.look_anew();
        }
        done
    }
}
