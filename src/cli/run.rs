//! Serving until a signal says stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
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

/// The signals that stop the program in order. Caught before it says that it is ready: whoever reads that may send one.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Catches them from now on.
    pub fn catch() -> Result<Self, Failure> {
        let caught = |kind| signal(kind).because("signals cannot be received");
        Ok(Self { terminate: caught(SignalKind::terminate())?, interrupt: caught(SignalKind::interrupt())? })
    }
}

/// Serves until a signal says stop, then lets requests that are running finish.
pub async fn serve(app: Arc<App>, listener: TcpListener, signals: Signals) -> Result<(), Failure> {
    let (stop, stopped) = watch::channel(false);
    let Signals { mut terminate, mut interrupt } = signals;
    let mut asked = stopped.clone();
    let mut late = stopped;
    let log = Arc::clone(&app);
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
    let done = tokio::select! {
        done = serving => done.because("serving failed"),
        () = waiting => Ok(()),
        () = overdue => Ok(()),
    };
    server::checkpoint(&log).await;
    done
}
