//! Where the data is: `--data`, `--database`, `--config` and the environment.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::access::Access;
use crate::app::App;
use crate::clock::{ServerClock, SystemRandom};
use crate::config::Config;
use crate::ctx::Actor;
use crate::definitions;
use crate::server;

use super::failure::{Because as _, Failure};

/// Name of the database file in a data folder.
pub const FILE: &str = "spil.db";

/// Which database a command works on.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Folder with the data: the database is DIR/spil.db
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Its address.
    #[arg(long, value_name = "URL", help = "Database: sqlite:PATH or postgres://user:password@host/name")]
    pub database: Option<String>,
    /// The settings file.
    #[arg(
        long,
        value_name = "FILE",
        help = "Settings file (TOML); every setting also as SPIL_SECTION_KEY in the environment"
    )]
    pub config: Option<PathBuf>,
}

impl Place {
    /// The settings: file, then environment, then arguments.
    pub fn config(&self) -> Result<Config, Failure> {
        let mut config = Config::read(self.config.as_deref(), environment).because("the settings cannot be used")?;
        if let Some(data) = &self.data {
            config.database.url = sqlite_url(&data.join(FILE));
        }
        if let Some(url) = &self.database {
            config.database.url.clone_from(url);
        }
        Ok(config)
    }

    /// The program on a database that must be there already.
    pub async fn open(&self) -> Result<Arc<App>, Failure> {
        let config = self.config()?;
        if let Some(file) = config.sqlite_file()
            && !file.is_file()
        {
            let text =
                "there is no database at `{}`: name it with --data or --database, or make it with `spil migrate`";
            return Err(Failure::plain(text.replace("{}", &file.display().to_string())).usage());
        }
        start(config).await
    }
}

/// Puts the program together with the machine's clock and randomness.
pub async fn start(config: Config) -> Result<Arc<App>, Failure> {
    server::start(config, Arc::new(ServerClock::start()), Arc::new(SystemRandom))
        .await
        .because("the server cannot start")
}

/// Brings the server's own definitions up to this version.
pub async fn definitions(app: &Arc<App>) -> Result<(), Failure> {
    let open = || Access::inside(app, Actor::Hub, "HSYSADMIN");
    let done = definitions::install(&app.store, app.clock.now(), &open).await;
    done.because("the definitions of Spil cannot be stored")
}

/// The URL of a database file.
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Makes a folder that only its owner can enter.
pub fn private_folder(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    let text = || format!("the folder `{}` cannot be made", folder.display());
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| Failure::new(text(), error))?;
    let mode = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(folder, mode).map_err(|error| Failure::new(text(), error))
}

/// Writes a file that only its owner can read, whole or not at all.
pub fn private_file(file: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let written = || -> std::io::Result<()> {
        let part = file.with_extension("part");
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        std::fs::rename(&part, file)
    };
    written().because(format!("`{}` cannot be written", file.display()))
}
