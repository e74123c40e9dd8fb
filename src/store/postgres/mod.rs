//! `PostgreSQL` by pipelining: statements are sent one behind the other without waiting for the answers in between, reads
//! of many requests share a few connections, and a transaction of the writer is two round trips.

mod bind;
mod connection;
mod readers;
mod together;
mod writing;

use std::str::FromStr as _;

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use super::tx::{Answer, Dialect, Engine, StoreError, Tx};
use super::value::{Arg, Row};
use readers::Readers;
use writing::PgTx;

/// A `PostgreSQL` database.
pub struct PgEngine {
    config: Config,
    /// The same address, for the migrations.
    options: PgConnectOptions,
    readers: Readers,
}

impl PgEngine {
    /// The database at `url`; at most `readers` connections read.
    ///
    /// # Errors
    /// When the URL cannot be read, or asks for an encrypted connection.
    pub fn new(url: &str, readers: usize) -> Result<Self, StoreError> {
        let mut config = Config::from_str(url)?;
        if config.get_ssl_mode() == SslMode::Require {
            let text = "the database URL asks for an encrypted connection (`sslmode=require`), which this version does not \
                        make: use a socket, the machine itself or a private network, and leave `sslmode` out";
            return Err(StoreError::Unusable(text.to_owned()));
        }
        config.application_name("spil");
        let options = PgConnectOptions::from_str(url)?.application_name("spil").disable_statement_logging();
        Ok(Self { readers: Readers::new(config.clone(), readers), config, options })
    }
}

impl Engine for PgEngine {
    fn rows<'a>(&'a self, sql: &'a str, args: Vec<Arg>) -> Answer<'a, Vec<Row>> {
        Box::pin(self.readers.rows(sql, args))
    }

    fn writer(&self) -> Answer<'_, Box<dyn Tx>> {
        Box::pin(async move { Ok(Box::new(PgTx::open(self.config.clone()).await?) as Box<dyn Tx>) })
    }

    fn migrate(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let pool =
                sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_with(self.options.clone()).await?;
            let migrated = sqlx::migrate!("./migrations/postgres").run(&pool).await;
            pool.close().await;
            migrated.map_err(|error| StoreError::Unusable(error.to_string()))
        })
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }
}
