//! The log on standard error: `RUST_LOG` says what, and never holds data of persons.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

use super::place::environment;

/// What the option is for.
pub const HELP: &str = "How log lines are written (RUST_LOG says which)";

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging; `usual` counts when `RUST_LOG` says nothing.
pub fn start(form: LogForm, usual: &str) {
    let wanted = environment("RUST_LOG").filter(|text| !text.is_empty());
    let filter = EnvFilter::builder().parse_lossy(wanted.as_deref().unwrap_or(usual));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = match form {
        LogForm::Text => lines.with_ansi(false).try_init(),
        LogForm::Json => lines.json().flatten_event(true).try_init(),
    };
    // A second start in one process (tests) keeps the first log.
    drop(started);
}
