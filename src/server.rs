//! Starting, serving and stopping.

use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::ServiceExt;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use tokio::net::TcpListener;

use crate::access::{DirectoryCache, ParameterCache, Policies, ProfileCache, keep_indexing};
use crate::app::App;
use crate::auth::Auth;
use crate::clock::{Clock, Random};
use crate::config::{Config, ConfigError};
use crate::error::Error;
use crate::http::tls::{self, Peer, TlsListener};
use crate::notify::keep_telling;
use crate::routes;
use crate::seal::Sealer;
use crate::store::Store;
use crate::terminology::Conformance;
use crate::tlog::Signer;
use crate::vouch::Voucher;

/// Opens the database, loads the keys and puts the program together.
///
/// # Errors
/// When the database cannot be used or a key is damaged.
pub async fn start(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Arc<App>, Error> {
    let store = Store::open(&config.database.url, config.database.readers).await?;
    let auth = Auth::load(&store, &config, random.as_ref()).await?;
    let sealer = Sealer::load(&store, random.as_ref()).await?;
    let voucher = Voucher::load(&store, random.as_ref()).await?;
    let log_key = log_key(&store, &config, random.as_ref()).await?;
    let (policies, directory) = (Policies::default(), DirectoryCache::default());
    let parameters = ParameterCache::load(&store).await?;
    let conformance = Conformance::new(store.clone());
    let profiles = ProfileCache::default();
    Ok(Arc::new(App {
        config,
        store,
        conformance,
        auth,
        sealer,
        voucher,
        log_key,
        policies,
        directory,
        parameters,
        profiles,
        telling: tokio::sync::Notify::new(),
        clock,
        random,
    }))
}

/// The key that checkpoints of the audit log are signed with, made at the first start. It keeps the name of the address that the
/// server had then: a log is known by that name.
async fn log_key(store: &Store, config: &Config, random: &dyn Random) -> Result<Signer, Error> {
    const NAME: &str = "log-key";
    if let Some(text) = store.setting(NAME).await? {
        return Signer::read(&text).map_err(Error::internal);
    }
    let mut seed = [0; 32];
    random.fill(&mut seed);
    let base = config.server.base.split_once("://").map_or("", |(_, base)| base);
    let origin: String = base.chars().filter(|letter| !letter.is_whitespace() && *letter != '+').collect();
    let new = Signer::new(&format!("{origin}/audit"), seed).map_err(Error::internal)?;
    Signer::read(&store.setting_once(NAME, &new.written()).await?).map_err(Error::internal)
}

/// Makes a checkpoint of the audit log now and then, when something was written.
async fn keep_checkpoints(app: Weak<App>) {
    loop {
        let Some(app) = app.upgrade() else { return };
        checkpoint(&app).await;
        let seconds = app.config.audit.checkpoint_seconds.max(1);
        drop(app);
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

/// Makes a checkpoint of what was written since the last one.
pub async fn checkpoint(app: &App) {
    if let Err(error) = app.store.checkpoint(&app.log_key).await {
        tracing::error!(error = %error, "no checkpoint of the audit log could be made");
    }
}

/// Serves until `stop` is done, then finishes what is running.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let settings = tls(&app.config).map_err(Error::internal)?;
    tokio::spawn(keep_indexing(Arc::downgrade(&app)));
    tokio::spawn(keep_checkpoints(Arc::downgrade(&app)));
    if app.config.notify.send {
        tokio::spawn(keep_telling(Arc::downgrade(&app)));
    }
    let service = ServiceExt::<Request>::into_make_service_with_connect_info::<Peer>(routes::service(app));
    let done = match settings {
        None => axum::serve(listener, service).with_graceful_shutdown(stop).await,
        Some(settings) => {
            let listener = TlsListener::new(listener, settings).map_err(Error::internal)?;
            axum::serve(listener, service).with_graceful_shutdown(stop).await
        }
    };
    done.map_err(Error::internal)
}

/// What HTTPS needs, or none for plain HTTP.
///
/// # Errors
/// When the files named in the settings cannot be used, in words for who runs the server.
pub fn tls(config: &Config) -> Result<Option<Arc<rustls::ServerConfig>>, ConfigError> {
    let Some((certificate, key)) = config.server.tls()? else { return Ok(None) };
    tls::settings(Path::new(&certificate), Path::new(&key)).map(Some).map_err(ConfigError)
}

/// `GET /health/ready`: 200 when the database answers.
pub async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    match app.store.rows("SELECT 1", Vec::new()).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
