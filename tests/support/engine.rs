//! Every test that touches a database runs on both engines.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::postgres::Postgres;

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// `SQLite`, in a folder of its own.
    Sqlite,
    /// `PostgreSQL`, in a database of its own.
    Postgres,
}

/// A new, empty database; its files go when it is dropped.
pub struct Database {
    /// Its address, as the settings name it.
    pub url: String,
    folder: Option<PathBuf>,
}

impl Database {
    /// Makes one.
    pub fn fresh(engine: Engine) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        if engine == Engine::Postgres {
            return Self { url: Postgres::shared().fresh_database(), folder: None };
        }
        let name = format!("spil-test-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        Self { url: format!("sqlite:{}", folder.join("spil.db").display()), folder: Some(folder) }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // What is left behind lies in the folder for temporary files.
            drop(std::fs::remove_dir_all(folder));
        }
    }
}

/// What a test starts from.
pub trait Fixture: Sized {
    /// Makes it on an engine.
    async fn on(engine: Engine) -> Self;
}

impl Fixture for Engine {
    async fn on(engine: Engine) -> Self {
        engine
    }
}

/// Runs one test on one engine.
pub async fn run<F: Fixture, T: Future<Output = ()>>(engine: Engine, test: impl FnOnce(F) -> T) {
    test(F::on(engine).await).await;
}

/// Makes a test for each engine of functions that take a [`Fixture`].
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        $(
            mod $name {
                use crate::support::{Engine, run};

                #[tokio::test]
                async fn sqlite() {
                    run(Engine::Sqlite, super::$name).await;
                }

                #[tokio::test]
                async fn postgres() {
                    run(Engine::Postgres, super::$name).await;
                }
            }
        )+
    };
}

pub(crate) use on_both;
