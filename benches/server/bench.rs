//! The cells of one server at one size.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use super::client::Connection;
use super::dataset::Dataset;
use super::fill::{Filled, Source};
use super::floor;
use super::load::{self, Cell, Operation, Requests, Sample};
use super::options::Options;
use super::process::{Process, STILL, fresh_file};
use super::report::{Line, Report};
use super::target::Target;
use super::world::World;

/// At most so many resources in one commit of the writer.
const MOST_CHANGES: usize = 2_000;
/// Time before the first cell of an operation that is not measured.
const WARM_UP: Duration = Duration::from_millis(500);
/// A cell and its floor are measured in so many turns.
const TURNS: u32 = 4;
/// Entries of a large transaction.
const LARGE: usize = 1_000;

/// The cells of one server at one size.
pub struct Bench<'a> {
    report: &'a mut Report,
    options: &'a Options,
    server: &'a str,
    target: Target,
    stored: usize,
    next: Arc<AtomicUsize>,
    /// Our own server with its database, for the floors of writes and what only it can do.
    pub world: Option<(&'a mut World, &'a str)>,
}

impl<'a> Bench<'a> {
    /// No cell yet.
    pub fn new(report: &'a mut Report, options: &'a Options, server: &'a str, target: Target, stored: usize) -> Self {
        Self { report, options, server, target, stored, next: Arc::default(), world: None }
    }

    /// Every operation that is wanted.
    pub async fn run(&mut self, filled: &Filled, source: &Arc<Source>) {
        // A server that is started anew has another address, not another name.
        let data = |target: &Target| Dataset::of(&target.site, source, filled);
        self.reads(&data(&self.target)).await;
        self.writes(&data(&self.target)).await;
    }

    async fn reads(&mut self, data: &Dataset) {
        let own = self.world.is_some();
        let names: [(&'static str, usize, bool); 4] = [
            (if own { "read own" } else { "read" }, 0, true),
            ("read consented", 1, own),
            (if own { "search own" } else { "search" }, 0, true),
            ("search consented", 1, own),
        ];
        for (name, caller, possible) in names {
            if possible && self.options.wants(name) {
                let token = self.target.token(caller).await;
                let requests = if name.starts_with("read") { data.reads(&token) } else { data.searches(&token) };
                self.answered(name, requests).await;
            }
        }
        for what in ["read", "search"] {
            self.cost(what);
        }
    }

    /// What consent costs: the same requests by another organisation and by the source.
    fn cost(&mut self, what: &str) {
        let Some(connections) = self.options.connections.last().copied() else { return };
        let cell = |of: &str| self.report.last(self.server, &format!("{what} {of}"), connections);
        let (Some(own), Some(consented)) = (cell("own"), cell("consented")) else { return };
        let cpu = |cell: &Cell| cell.server_cpu + cell.database_cpu;
        let (rate, cpu) = (100.0 * (1.0 - consented.rate / own.rate), 100.0 * (cpu(consented) / cpu(own) - 1.0));
        let server = self.server;
        self.report.fact(format!("{server}: throughput that consent costs a {what}"), rate, "%");
        self.report.fact(format!("{server}: CPU that consent adds to a {what}"), cpu, "%");
    }

    async fn writes(&mut self, data: &Dataset) {
        if self.options.wants("create") {
            let token = self.target.token(0).await;
            self.written("create", data.creates(&token), &[201], 1).await;
        }
        if self.options.wants("update") {
            let token = self.target.token(0).await;
            let operation = self.operation("update", data.updates(&token), &[200]);
            self.warm_up(&operation);
            for connections in self.options.connections.clone() {
                let cell = self.measure(&operation, connections, self.options.time).cell();
                self.line("update", connections, 1, cell, None);
            }
        }
        for name in ["transaction", "transaction large"] {
            if self.options.wants(name) {
                let token = self.target.token(0).await;
                let (requests, entries) = if name == "transaction" {
                    data.transactions(&token)
                } else {
                    data.large_transactions(&token, LARGE)
                };
                self.written(name, requests, &[200], entries).await;
            }
        }
    }

    /// An operation that answers bytes, beside a server that knows them.
    async fn answered(&mut self, name: &'static str, requests: Requests) {
        let body = typical(&self.target, &requests).await;
        let operation = self.operation(name, requests, &[200]);
        self.warm_up(&operation);
        let file = fresh_file("body");
        std::fs::write(&file, body).expect("the bytes are written");
        let with_floor = self.options.floors && self.world.is_some();
        let still =
            if with_floor { Some(Process::start(STILL, &[&file.display().to_string()], "/still").await) } else { None };
        let bare = still.as_ref().map(|process| Operation {
            name: "floor",
            address: process.address,
            server: Some(process.number()),
            database: None,
            ..operation.clone()
        });
        for connections in self.options.connections.clone() {
            let (mut cell, mut floor) = (Sample::default(), Sample::default());
            for _ in 0..TURNS {
                cell.add(self.measure(&operation, connections, self.options.time / TURNS));
                if let Some(bare) = &bare {
                    floor.add(self.measure(bare, connections, self.options.time / TURNS));
                }
            }
            self.line(name, connections, 1, cell.cell(), bare.is_some().then(|| floor.cell()));
        }
        drop(std::fs::remove_file(file));
    }

    /// An operation that writes, beside the rows alone; `resources` are written by each request.
    async fn written(&mut self, name: &'static str, requests: Requests, statuses: &'static [u16], resources: usize) {
        let operation = self.operation(name, requests, statuses);
        self.warm_up(&operation);
        let most = (MOST_CHANGES / resources).max(1);
        let mut measured = Vec::new();
        for connections in self.options.connections.clone() {
            let cell = self.measure(&operation, connections, self.options.time).cell();
            let requests = connections.min(most);
            let batch = match &self.world {
                Some((world, _)) if self.options.floors => {
                    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
                    Some(floor::Batch::capture(&world.store, count(requests * resources), count(requests)).await)
                }
                _ => None,
            };
            measured.push((connections, cell, requests, batch));
        }
        let time = self.options.time;
        if let Some((world, _)) = &mut self.world {
            world.pause();
        }
        for (connections, cell, requests, batch) in measured {
            let floor = match (&self.world, batch) {
                (Some((world, url)), Some(batch)) => {
                    Some(floor::inserts(url, &world.store, batch, requests as u64, time).await)
                }
                _ => None,
            };
            self.line(name, connections, resources, cell, floor);
        }
        if let Some((world, _)) = &mut self.world {
            world.resume().await;
            self.target = world.target();
        }
    }

    fn operation(&self, name: &'static str, requests: Requests, statuses: &'static [u16]) -> Operation {
        let Target { site, process, database, .. } = &self.target;
        Operation { name, address: site.address, requests, statuses, server: *process, database: *database }
    }

    fn warm_up(&self, operation: &Operation) {
        drop(self.measure(operation, 8, WARM_UP));
    }

    fn measure(&self, operation: &Operation, connections: usize, time: Duration) -> Sample {
        tokio::task::block_in_place(|| load::run(operation, connections, time, &self.next))
    }

    fn line(&mut self, operation: &'static str, connections: usize, resources: usize, cell: Cell, floor: Option<Cell>) {
        let (server, stored) = (self.server.to_owned(), self.stored);
        self.report.line(Line { server, stored, operation, connections, resources, cell, floor });
    }
}

/// The body of middle length among the first answers.
async fn typical(target: &Target, requests: &Requests) -> Vec<u8> {
    let mut connection = Connection::open(target.site.address).await;
    let mut bodies = Vec::new();
    for at in 0..51 {
        let answer = connection.send(&requests(at)).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        bodies.push(answer.body);
    }
    bodies.sort_by_key(Vec::len);
    bodies.swap_remove(25)
}
