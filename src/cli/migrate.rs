//! `spil migrate`: the tables of the database.

use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use super::place::{self, Place, private_folder};
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
        let app = place::start(config).await?;
        place::definitions(&app).await?;
        say::line("The database is up to date.");
        Ok(ExitCode::SUCCESS)
    }
}
