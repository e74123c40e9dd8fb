//! A server in a process of its own, so that its CPU time and memory are its own: this same program, started anew.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::client::{Connection, Site};
use super::machine;

/// The word that makes this program the server: `--serve FILE URL BASE`.
pub const SERVE: &str = "--serve";
/// The word that makes it the floor of reads: `--still FILE BODY`.
pub const STILL: &str = "--still";

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Time until it answered, ms.
    pub start: f64,
}

impl Process {
    /// Starts this program with `word`, the file for its address, and `rest`; waits until `path` is answered with 200.
    pub async fn start(word: &str, rest: &[&str], path: &str) -> Self {
        let file = fresh_file("address");
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.arg(word).arg(&file).args(rest).stdin(Stdio::null());
        let start = Instant::now();
        let child = command.spawn().expect("the server starts");
        let mut address: Option<SocketAddr> = None;
        while address.is_none() && start.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(1)).await;
            address = std::fs::read_to_string(&file).ok().and_then(|text| text.parse().ok());
        }
        let address = address.expect("the server is there in time");
        drop(std::fs::remove_file(&file));
        let site = Site::at(&format!("http://{address}")).expect("an address");
        let answer = Connection::open(address).await.send(&site.request("GET", path, "", "", &[])).await;
        assert_eq!(answer.status, 200, "the server is ready");
        Self { child, address, start: start.elapsed().as_secs_f64() * 1000.0 }
    }

    /// Number of the process.
    pub fn number(&self) -> u64 {
        self.child.id().into()
    }

    /// Memory that it holds and the most that it ever held, MB.
    pub fn memory(&self) -> (f64, f64) {
        machine::memory(self.number())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Tells the address that a server listens on to who started it.
pub fn tell(file: &str, address: SocketAddr) {
    let finished = format!("{file}.new");
    std::fs::write(&finished, address.to_string()).expect("the address is written");
    std::fs::rename(&finished, file).expect("the address is in place");
}

/// A file of this run that is not there yet.
pub fn fresh_file(kind: &str) -> PathBuf {
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    folder.join(format!("bench-{}-{kind}-{number}", std::process::id()))
}
