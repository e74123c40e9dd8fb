//! `spil serve`: the server for production.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::server;

use super::failure::{Because as _, Failure};
use super::log::{self, LogForm};
use super::place::{self, Place, private_folder};
use super::{run, say};

/// Serves until SIGINT or SIGTERM.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    #[arg(long, value_name = "FORM", value_enum, default_value_t, help = log::HELP)]
    log: LogForm,
}

impl Serve {
    /// Serves.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        log::start(self.log, "info,sqlx=warn");
        let mut config = self.place.config()?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        server::tls(&config).because("HTTPS cannot be set up")?;
        let listener = run::listen(&config.server.listen).await?;
        if let Some(folder) = config.sqlite_file().as_deref().and_then(|file| file.parent())
            && folder != PathBuf::new()
            && !folder.is_dir()
        {
            private_folder(folder)?;
        }
        let (listen, base) = (config.server.listen.clone(), config.server.base.clone());
        let app = place::start(config).await?;
        place::definitions(&app).await?;
        let signals = run::Signals::catch()?;
        say::line(&format!("Spil listens on {listen}, reached at {base}"));
        run::serve(app, listener, signals).await?;
        Ok(ExitCode::SUCCESS)
    }
}
