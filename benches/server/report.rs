//! The table and the file.

use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::load::{Cell, float};

/// One line of the table.
pub struct Line {
    /// `sqlite`, `postgres` or the base of another server.
    pub server: String,
    /// Resources that were stored.
    pub stored: usize,
    /// What was done.
    pub operation: &'static str,
    /// Connections.
    pub connections: usize,
    /// Resources of each request.
    pub resources: usize,
    /// What was measured.
    pub cell: Cell,
    /// The same without checks, index or audit.
    pub floor: Option<Cell>,
}

/// All that is told.
#[derive(Default)]
pub struct Report {
    /// The table.
    pub lines: Vec<Line>,
    /// Single facts: name, value, unit.
    pub facts: Vec<(String, f64, &'static str)>,
}

/// Writes a line of text at once.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody reads along any more: the file still tells everything.
    drop(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// The heading of the table.
pub fn head() {
    say("");
    say(&format!(
        "{:<9} {:>8} {:<18} {:>5} {:>8} {:>9} {:>8} {:>8} {:>10} {:>8} {:>7} | {:>8} {:>8} {:>6} {:>7}",
        "server",
        "stored",
        "operation",
        "conns",
        "req/s",
        "res/s",
        "p50 ms",
        "p99 ms",
        "cpu µs/req",
        "database",
        "client",
        "floor/s",
        "cpu µs",
        "rate",
        "cpu ×"
    ));
}

impl Report {
    /// Adds a line and prints it.
    pub fn line(&mut self, line: Line) {
        let cell = &line.cell;
        let mut text = format!(
            "{:<9} {:>8} {:<18} {:>5} {:>8.0} {:>9.0} {:>8.2} {:>8.2} {:>10.0} {:>8.0} {:>7.0}",
            line.server,
            line.stored,
            line.operation,
            line.connections,
            cell.rate,
            cell.rate * float(line.resources as u64),
            cell.p50,
            cell.p99,
            cell.server_cpu,
            cell.database_cpu,
            cell.client_cpu
        );
        if let Some(floor) = &line.floor {
            let share = format!(
                " | {:>8.0} {:>8.0} {:>5.0}% {:>7.1}",
                floor.rate,
                floor.server_cpu + floor.database_cpu,
                100.0 * cell.rate / floor.rate,
                (cell.server_cpu + cell.database_cpu) / (floor.server_cpu + floor.database_cpu).max(1e-9)
            );
            text.push_str(&share);
        }
        say(&text);
        self.lines.push(line);
    }

    /// The last figure of an operation at so many connections.
    pub fn last(&self, server: &str, operation: &str, connections: usize) -> Option<&Cell> {
        let wanted =
            |line: &&Line| line.server == server && line.operation == operation && line.connections == connections;
        self.lines.iter().rfind(wanted).map(|line| &line.cell)
    }

    /// Adds a fact and prints it.
    pub fn fact(&mut self, name: String, value: f64, unit: &'static str) {
        say(&format!("{name}: {value:.1} {unit}"));
        self.facts.push((name, value, unit));
    }

    /// Adds a fact that was printed already.
    pub fn note(&mut self, name: String, value: f64, unit: &'static str) {
        self.facts.push((name, value, unit));
    }

    /// Writes everything as JSON.
    pub fn save(&self, file: &Path) {
        let cell = |cell: &Cell| {
            json!({
                "count": cell.count, "per_second": cell.rate, "p50_ms": cell.p50, "p99_ms": cell.p99,
                "server_cpu_us": cell.server_cpu, "database_cpu_us": cell.database_cpu,
                "client_cpu_us": cell.client_cpu,
            })
        };
        let line = |line: &Line| {
            json!({
                "server": line.server, "stored": line.stored, "operation": line.operation,
                "connections": line.connections, "resources": line.resources,
                "measured": cell(&line.cell), "floor": line.floor.as_ref().map(cell),
            })
        };
        let lines: Vec<Value> = self.lines.iter().map(line).collect();
        let facts: Vec<Value> =
            self.facts.iter().map(|(name, value, unit)| json!({"name": name, "value": value, "unit": unit})).collect();
        let all = json!({"lines": lines, "facts": facts});
        std::fs::write(file, format!("{all:#}\n")).expect("the file is written");
        say(&format!("written: {}", file.display()));
    }
}
