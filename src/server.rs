//! Starting, serving and stopping.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use tokio::net::TcpListener;

use crate::access::{DirectoryCache, Policies};
use crate::app::App;
use crate::auth::Auth;
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::error::Error;
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
    let conformance = Conformance::new(store.clone());
    Ok(Arc::new(App { config, store, conformance, auth, sealer, policies, directory, clock, random }))
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
    let service = routes::router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await.map_err(Error::internal)
}

/// `GET /health/ready`: 200 when the database answers.
pub async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    match app.store.rows("SELECT 1", Vec::new()).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
