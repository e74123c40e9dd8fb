//! `cargo bench`: the server over TCP on both engines, and beside each figure the floor below which it cannot fall.
//!
//! Read a figure as a share of its floor: both are measured in the same run on the same machine. The floor of a read or
//! search is a handler that returns the same bytes and does nothing else; that of a write is the same rows (resource,
//! history, index and audit) inserted by prepared statements on one bare connection, as many writes in one durable
//! transaction as there are connections.

mod client;
mod dataset;
mod floor;
mod load;
mod machine;
mod options;
#[path = "../../tests/support/postgres.rs"]
mod postgres;
mod report;
mod start;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use client::Connection;
use dataset::{Dataset, ENTRIES};
use load::{Cell, Operation, Requests, float};
use options::Options;
use report::{Line, Report, say};
use world::World;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// At most so many transactions of a hundred in one commit of the writer (2,000 changes).
const MOST_TRANSACTIONS: usize = 20;
/// Time before the first cell of an operation that is not measured.
const WARM_UP: Duration = Duration::from_millis(300);

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, url, base, file] = words.as_slice()
        && word == start::SERVE
    {
        start::serve(url, base, file).await;
        return ExitCode::SUCCESS;
    }
    let options = match Options::read(words.into_iter()) {
        Ok(options) => options,
        Err(text) => {
            say(&text);
            return ExitCode::FAILURE;
        }
    };
    let mut report = Report::default();
    for engine in ["sqlite", "postgres"] {
        if options.engines.iter().any(|wanted| wanted == engine) {
            run(&mut report, &options, engine).await;
        }
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(Path::to_path_buf).unwrap_or_default();
    if let Some(size) = machine::size(&target.join("release/spil")) {
        report.fact("size of the program".to_owned(), size, "MB");
    }
    report.save(&target.join("bench.json"));
    ExitCode::SUCCESS
}

/// A database of one run; its files go with it.
struct Database {
    url: String,
    folder: Option<PathBuf>,
}

impl Database {
    fn new(engine: &str) -> Self {
        if engine == "postgres" {
            return Self { url: postgres::Postgres::shared().fresh_database(), folder: None };
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self { url: format!("sqlite:{}", folder.join("spil.db").display()), folder: Some(folder) }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            drop(std::fs::remove_dir_all(folder));
        }
    }
}

/// Everything on one engine.
async fn run(report: &mut Report, options: &Options, engine: &'static str) {
    let database = Database::new(engine);
    let world = World::start(&database.url).await;
    report.fact(format!("{engine}: memory of the benchmark and the empty server"), machine::memory("self"), "MB");
    let data = Dataset::load(&world, options.copies).await;
    say(&format!("{engine}: {} loaded, {} transactions refused", data.origin, data.refused));
    let rate = float(data.resources as u64) / data.seconds;
    report.fact(format!("{engine}: resources loaded over one connection"), float(data.resources as u64), "");
    report.fact(format!("{engine}: resources loaded per second"), rate, "");
    world.permit_practice(&data.patients).await;
    report::head();
    let mut bench = Bench { report, options, engine, url: &database.url, world: &world, next: Arc::default() };
    bench.reads(&data).await;
    bench.writes(&data).await;
    report.fact(format!("{engine}: memory of the benchmark and the server, after"), machine::memory("self"), "MB");
    let token = world.token(0).await;
    let base = world.app.config.server.base.clone();
    let read = data.reads(&token)(0);
    world.stop();
    start::measure(report, engine, &database.url, &base, &read).await;
}

/// The cells of one engine.
struct Bench<'a> {
    report: &'a mut Report,
    options: &'a Options,
    engine: &'static str,
    url: &'a str,
    world: &'a World,
    next: Arc<AtomicUsize>,
}

impl Bench<'_> {
    async fn reads(&mut self, data: &Dataset) {
        for (name, organisation) in [("read own", 0), ("read consented", 1)] {
            if self.options.wants(name) {
                let requests = data.reads(&self.world.token(organisation).await);
                self.answered(name, requests).await;
            }
        }
        for (name, organisation) in [("search own", 0), ("search consented", 1)] {
            if self.options.wants(name) {
                let requests = data.searches(&self.world.token(organisation).await);
                self.answered(name, requests).await;
            }
        }
    }

    async fn writes(&mut self, data: &Dataset) {
        let token = self.world.token(0).await;
        if self.options.wants("create") {
            self.written("create", data.creates(&token), 201, 1).await;
        }
        if self.options.wants("update") {
            let operation = self.operation("update", data.updates(&token), 200);
            self.warm_up(&operation);
            for connections in self.options.connections.clone() {
                let cell = self.measure(&operation, connections);
                self.line("update", connections, cell, None);
            }
        }
        if self.options.wants("transaction") {
            let token = self.world.token(0).await;
            self.written("transaction", data.transactions(&token), 200, ENTRIES).await;
        }
    }

    /// An operation that answers bytes, beside a server that knows them.
    async fn answered(&mut self, name: &'static str, requests: Requests) {
        let body = typical(self.world, &requests).await;
        let operation = self.operation(name, requests, 200);
        let floor = floor::static_server(body).await;
        let bare = Operation { name: "floor", address: floor, database: None, ..operation.clone() };
        self.warm_up(&operation);
        for connections in self.options.connections.clone() {
            let cell = self.measure(&operation, connections);
            let floor = self.options.floors.then(|| self.measure(&bare, connections));
            self.line(name, connections, cell, floor);
        }
    }

    /// An operation that writes, beside the rows alone; `resources` are written by each request.
    async fn written(&mut self, name: &'static str, requests: Requests, status: u16, resources: usize) {
        let operation = self.operation(name, requests, status);
        self.warm_up(&operation);
        let most = if resources == 1 { usize::MAX } else { MOST_TRANSACTIONS };
        let mut measured = Vec::new();
        for connections in self.options.connections.clone() {
            let cell = self.measure(&operation, connections);
            let requests = connections.min(most);
            let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
            let batch = floor::Batch::capture(&self.world.app.store, count(requests * resources), count(requests));
            measured.push((connections, cell, requests, batch.await));
        }
        for (connections, cell, requests, batch) in measured {
            let floor = if self.options.floors {
                let store = &self.world.app.store;
                Some(floor::inserts(self.url, store, batch, requests as u64, self.options.time).await)
            } else {
                None
            };
            self.line(name, connections, cell, floor);
        }
    }

    fn operation(&self, name: &'static str, requests: Requests, status: u16) -> Operation {
        Operation { name, address: self.world.address, requests, status, database: self.world.database }
    }

    fn warm_up(&self, operation: &Operation) {
        load::run(operation, 8, WARM_UP, &self.next);
    }

    fn measure(&self, operation: &Operation, connections: usize) -> Cell {
        tokio::task::block_in_place(|| load::run(operation, connections, self.options.time, &self.next))
    }

    fn line(&mut self, operation: &'static str, connections: usize, cell: Cell, floor: Option<Cell>) {
        let engine = self.engine;
        self.report.line(Line { engine, operation, connections, cell, floor });
    }
}

/// The body of middle length among the first answers.
async fn typical(world: &World, requests: &Requests) -> Vec<u8> {
    let mut connection = Connection::open(world.address).await;
    let mut bodies = Vec::new();
    for at in 0..51 {
        let answer = connection.send(&requests(at)).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        bodies.push(answer.body);
    }
    bodies.sort_by_key(Vec::len);
    bodies.swap_remove(25)
}
