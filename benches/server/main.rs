//! `cargo bench`: the server over TCP on both engines, and beside each figure the floor below which it cannot fall; or, with
//! `--base`, the same load on any other FHIR R4 server.
//!
//! Read a figure as a share of its floor: both are measured in the same run on the same machine, in turns. The server, the
//! floor of reads and the client are processes of their own, so CPU time per request is the server's alone. The floor of a
//! read or search is a handler that returns the same bytes and does nothing else; that of a write is the same rows
//! (resource, history, index and audit) inserted by prepared statements on one bare connection, as many writes in one
//! durable transaction as there are connections.

mod bench;
mod client;
mod compose;
mod dataset;
mod fill;
mod floor;
mod load;
mod machine;
mod options;
#[path = "../../tests/support/postgres.rs"]
mod postgres;
mod process;
mod report;
mod stage;
mod target;
mod timing;
mod validate;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use fill::Source;
use options::Options;
use report::{Report, say};
use spil::clock::{Clock as _, SystemClock};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let roles: Vec<&str> = words.iter().map(String::as_str).collect();
    match roles.as_slice() {
        [process::SERVE, file, url, base] => world::serve(file, url, base).await,
        [process::STILL, file, body] => floor::still(file, body).await,
        _ => return measure(words).await.map_or_else(|text| refuse(&text), |()| ExitCode::SUCCESS),
    }
    ExitCode::SUCCESS
}

fn refuse(text: &str) -> ExitCode {
    say(text);
    ExitCode::FAILURE
}

async fn measure(words: Vec<String>) -> Result<(), String> {
    let options = Options::read(words.into_iter())?;
    let mut report = Report::default();
    if options.base.is_none() && options.timing == 0 && options.wants("validate") {
        validate::run(&mut report);
    }
    if options.base.is_none() && options.timing == 0 && options.wants("compose") {
        compose::run(&mut report).await;
    }
    // These are measured by themselves.
    if options.only.iter().all(|name| name == "validate" || name == "compose") && !options.only.is_empty() {
        return Ok(());
    }
    let source = Arc::new(Source::find(options.data.as_deref(), SystemClock.now())?);
    if let Some(base) = &options.base {
        stage::other_server(&mut report, &options, &source, base).await?;
    } else {
        for engine in ["sqlite", "postgres"] {
            if options.engines.iter().any(|wanted| wanted == engine) {
                match options.timing {
                    0 => stage::our_server(&mut report, &options, &source, engine).await,
                    samples => timing::run(&mut report, engine, samples).await,
                }
            }
        }
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(Path::to_path_buf).unwrap_or_default();
    if let Some(size) = machine::size(&target.join("release/spil")) {
        report.fact("size of the program".to_owned(), size, "MB");
    }
    report.fact("load of the machine at the end".to_owned(), machine::load(), "");
    report.save(&target.join("bench.json"));
    Ok(())
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
        let folder = process::fresh_file("data");
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
