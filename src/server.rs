//! Starting, serving and stopping.

use std::path::Path;
use std::sync::Arc;

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
use crate::routes;
use crate::seal::Sealer;
use crate::store::Store;
use crate::terminology::Conformance;

/// Opens the database, loads the keys and puts the program together.
///
/// # Errors
/// When the database cannot be used or a key is damaged.
pub async fn start(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Arc<App>, Error> {
    let store = Store::open(&config.database.url, config.database.readers).await?;
    let auth = Auth::load(&store, &config, random.as_ref()).await?;
    let sealer = Sealer::load(&store, random.as_ref()).await?;
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
        policies,
        directory,
        parameters,
        profiles,
        clock,
        random,
    }))
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
