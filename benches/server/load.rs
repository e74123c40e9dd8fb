//! One cell of the table: so many connections, each with one request at a time, for so long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::client::Connection;
use super::machine;

/// Makes request number `n` of an operation.
pub type Requests = Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>;

/// What is sent, and where.
#[derive(Clone)]
pub struct Operation {
    /// Name in the table.
    pub name: &'static str,
    /// The server.
    pub address: SocketAddr,
    /// The requests.
    pub requests: Requests,
    /// The statuses that an answer may have.
    pub statuses: &'static [u16],
    /// The process of the server, when it is on this machine and ours.
    pub server: Option<u64>,
    /// The process whose family serves the database, if any.
    pub database: Option<u64>,
}

/// What was seen in one stretch of time; several add up.
#[derive(Default)]
pub struct Sample {
    /// Latencies, µs.
    latencies: Vec<u64>,
    seconds: f64,
    server: u64,
    client: u64,
    database: u64,
}

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// Answers in the time.
    pub count: u64,
    /// Requests per second.
    pub rate: f64,
    /// Median latency, ms.
    pub p50: f64,
    /// 99th percentile, ms.
    pub p99: f64,
    /// CPU of the server, µs per request.
    pub server_cpu: f64,
    /// CPU of the client, µs per request.
    pub client_cpu: f64,
    /// CPU of the database server, µs per request.
    pub database_cpu: f64,
}

impl Sample {
    /// Adds what was seen at another time.
    pub fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.seconds += other.seconds;
        self.server += other.server;
        self.client += other.client;
        self.database += other.database;
    }

    /// The figures.
    pub fn cell(mut self) -> Cell {
        self.latencies.sort_unstable();
        let count = self.latencies.len() as u64;
        let per = |micros: u64| float(micros) / float(count).max(1.0);
        Cell {
            count,
            rate: float(count) / self.seconds.max(1e-9),
            p50: percentile(&self.latencies, 50),
            p99: percentile(&self.latencies, 99),
            server_cpu: per(self.server),
            client_cpu: per(self.client),
            database_cpu: per(self.database),
        }
    }
}

/// Runs an operation on threads of its own; numbers of requests go on from `next`.
pub fn run(operation: &Operation, connections: usize, time: Duration, next: &Arc<AtomicUsize>) -> Sample {
    let (operation, next) = (operation.clone(), Arc::clone(next));
    let client = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(drive(&operation, connections, time, &next))
    });
    client.join().expect("the client finishes")
}

async fn drive(operation: &Operation, connections: usize, time: Duration, next: &Arc<AtomicUsize>) -> Sample {
    let mut opened = Vec::with_capacity(connections);
    for _ in 0..connections {
        opened.push(Connection::open(operation.address).await);
    }
    let server = || operation.server.map_or(0, machine::process_cpu);
    let database = || operation.database.map_or(0, machine::family_cpu);
    let before = (server(), machine::thread_cpu(), database());
    let start = Instant::now();
    let tasks: Vec<_> = opened
        .into_iter()
        .map(|connection| tokio::spawn(one(operation.clone(), connection, start + time, Arc::clone(next))))
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.expect("a connection finishes"));
    }
    Sample {
        latencies,
        seconds: start.elapsed().as_secs_f64(),
        server: server().saturating_sub(before.0),
        client: machine::thread_cpu().saturating_sub(before.1),
        database: database().saturating_sub(before.2),
    }
}

async fn one(operation: Operation, mut connection: Connection, end: Instant, next: Arc<AtomicUsize>) -> Vec<u64> {
    let mut latencies = Vec::new();
    while Instant::now() < end {
        let request = (operation.requests)(next.fetch_add(1, Ordering::Relaxed));
        let sent = Instant::now();
        let answer = connection.send(&request).await;
        latencies.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
        let text = || String::from_utf8_lossy(&answer.body[..answer.body.len().min(2000)]).into_owned();
        assert!(operation.statuses.contains(&answer.status), "{}: {} {}", operation.name, answer.status, text());
    }
    latencies
}

fn percentile(sorted: &[u64], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(0.0, |micros| float(*micros) / 1000.0)
}

/// Counts and times are far below 2^52.
#[expect(clippy::cast_precision_loss, reason = "counts and times are far below 2^52")]
pub fn float(number: u64) -> f64 {
    number as f64
}
