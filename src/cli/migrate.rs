//! `spil migrate`: the tables of the database.

use std::process::ExitCode;

use clap::Args;

use crate::store::Store;

use super::failure::{Because as _, Failure};
use super::place::{Place, private_folder};
use super::say;

/// Makes the tables of the database, or brings them up to this version. `spil serve` does so at its start too.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    place: Place,
}

impl Migrate {
    /// Migrates.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let config = self.place.config()?;
        if let Some(folder) = config.sqlite_file().as_deref().and_then(|file| file.parent())
            && !folder.as_os_str().is_empty()
            && !folder.is_dir()
        {
            private_folder(folder)?;
        }
        Store::open(&config.database.url, 1).await.because("the database cannot be brought up to date")?;
        say::line("The database is up to date.");
        Ok(ExitCode::SUCCESS)
    }
}
