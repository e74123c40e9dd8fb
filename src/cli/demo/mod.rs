//! `spil demo`: the demo region on this machine.

mod accounts;
mod file;
mod load;
mod sheet;
mod state;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::demo::region;

use super::failure::Failure;
use super::log::{self, LogForm};
use super::place::{self, private_folder, sqlite_url};
use super::{run, say};

/// The region is the same every time.
const SEED: u64 = 2026;

/// Runs the demo region on this machine: six organisations and their patients, none of whom exist.
///
/// The data is kept in the data folder; starting again keeps what was done. The folder also gets `demo.json`, with which a
/// script can play every role. For demonstration only: names, passwords and keys are known.
#[derive(Debug, Args)]
pub struct Demo {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Folder for the data and demo.json
    #[arg(long, value_name = "DIR", default_value = "spil-data")]
    data: PathBuf,
    #[arg(long, value_name = "URL", help = "Another database: sqlite:PATH or postgres://user:password@host/name")]
    database: Option<String>,
    /// Throw the demo data away and start over
    #[arg(long)]
    fresh: bool,
    #[arg(long, value_name = "FORM", value_enum, default_value_t, help = log::HELP)]
    log: LogForm,
}

impl Demo {
    /// Loads the region when it is not there, and serves it.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let begun = Instant::now();
        log::start(self.log, "warn");
        let listener = run::listen(&self.listen).await?;
        private_folder(&self.data)?;
        let _lock = state::lock(&self.data)?;
        let config = self.config(&listener)?;
        let (app, loaded) = state::open(config, self.database.is_none(), self.fresh).await?;
        let region = region(SEED, SystemClock.now());
        let before = if loaded { file::keys(&self.data) } else { file::Keys::new() };
        let keys = file::complete(&app, &region, before, loaded).await?;
        place::definitions(&app).await?;
        if !loaded {
            load::region(&app, &region, &keys).await?;
            state::mark_loaded(&app).await?;
        }
        file::write(&self.data, &app.config, &region, &keys)?;
        let signals = run::Signals::catch()?;
        sheet::print(&app.config, &self.data, &region);
        let kept = if loaded { " (data kept)" } else { "" };
        say::line(&format!("  Ready in {:.1} s{kept}. Ctrl-C stops.", begun.elapsed().as_secs_f64()));
        run::serve(app, listener, signals).await?;
        Ok(ExitCode::SUCCESS)
    }

    fn config(&self, listener: &tokio::net::TcpListener) -> Result<Config, Failure> {
        let address = listener.local_addr().map_err(|error| Failure::new("no address to listen on", error))?;
        let mut config = Config::default();
        // `localhost:8080` stays as it was written; port 0 becomes the port that was found.
        let host = self.listen.rsplit_once(':').map_or("127.0.0.1", |(host, _)| host);
        let host = if address.ip().is_unspecified() { "127.0.0.1" } else { host };
        config.server.listen = address.to_string();
        config.server.base = format!("http://{host}:{}", address.port());
        config.database.url = self.database.clone().unwrap_or_else(|| sqlite_url(&self.data.join(place::FILE)));
        config.idp.built_in = true;
        config.notify.private = true;
        Ok(config)
    }
}
