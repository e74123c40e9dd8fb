//! Whether the demo region is in the database: not at all, half, or whole. A half region is never served.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::App;
use crate::config::Config;
use crate::store::Store;

use super::super::failure::{Because as _, Failure};
use super::super::place;

/// Setting that says how far the region is.
const MARK: &str = "demo";
const LOADING: &str = "loading";
const LOADED: &str = "loaded";

/// Holds the data folder for one demo at a time.
pub fn lock(data: &Path) -> Result<File, Failure> {
    let file = data.join("lock");
    let text = format!("`{}` cannot be used", file.display());
    let lock = File::create(&file).because(text.clone())?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            let text = format!(
                "another demo is running on `{}`: stop it first, or name another folder with --data",
                data.display()
            );
            Err(Failure::plain(text))
        }
        Err(TryLockError::Error(error)) => Err(Failure::new(text, error)),
    }
}

/// Opens the database, made empty when asked or needed; tells whether the whole region is in it.
pub async fn open(config: Config, own_file: bool, fresh: bool) -> Result<(Arc<App>, bool), Failure> {
    let file = config.sqlite_file();
    if fresh && own_file {
        remove(file.as_deref())?;
    }
    let is_file = file.is_some();
    let url = config.database.url.clone();
    let store = Store::open(&url, 1).await.because("the database cannot be used")?;
    let mark = store.setting(MARK).await.because("the database cannot be read")?;
    let is_new = store.is_empty().await.because("the database cannot be read")?;
    match mark.as_deref() {
        Some(LOADED) if !fresh => {
            drop(store);
            return Ok((place::start(config).await?, true));
        }
        None if is_new => drop(store),
        None => {
            let text = "this database holds data that is not of the demo: name another one with --database";
            return Err(Failure::plain(text));
        }
        // A half region in a file, or a region that must go. The file stays: an open connection may still clean up after it.
        Some(_) if is_file || fresh => {
            store.empty().await.because("the database cannot be emptied")?;
            drop(store);
        }
        Some(_) => {
            let text = "an earlier demo was stopped while it was loading; start over with --fresh, \
                        which removes everything from this database";
            return Err(Failure::plain(text));
        }
    }
    let app = place::start(config).await?;
    app.store.set(MARK, LOADING).await.because("the database cannot be written")?;
    Ok((app, false))
}

/// Notes that the whole region is there.
pub async fn mark_loaded(app: &App) -> Result<(), Failure> {
    app.store.set(MARK, LOADED).await.because("the database cannot be written")
}

/// Removes a database file with what `SQLite` keeps beside it.
fn remove(file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(PathBuf::from(&name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::new(format!("`{}` cannot be removed", file.display()), error));
            }
            _ => {}
        }
    }
    Ok(())
}
