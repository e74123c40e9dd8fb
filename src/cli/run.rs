//! Serving until a signal says stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::app::App;
use crate::server;

use super::failure::{Because as _, Failure};

/// So long may requests that are running take after a stop.
const LAST: Duration = Duration::from_secs(10);

/// A listener on `address`.
pub async fn listen(address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.because(format!("cannot listen on `{address}`"))
}

/// Serves until SIGINT or SIGTERM, then lets requests that are running finish.
pub async fn serve(app: Arc<App>, listener: TcpListener) -> Result<(), Failure> {
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate()).because("signals cannot be received")?;
    let mut interrupt = signal(SignalKind::interrupt()).because("signals cannot be received")?;
    let mut asked = stopped.clone();
    let mut late = stopped;
    let serving = server::serve(app, listener, async move { drop(asked.wait_for(|stop| *stop).await) });
    let waiting = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        stop.send_replace(true);
        std::future::pending::<()>().await;
    };
    let overdue = async move {
        drop(late.wait_for(|stop| *stop).await);
        tokio::time::sleep(LAST).await;
    };
    tokio::select! {
        done = serving => done.because("serving failed"),
        () = waiting => Ok(()),
        () = overdue => Ok(()),
    }
}
