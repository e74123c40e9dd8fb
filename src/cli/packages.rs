//! `spil packages`: FHIR NPM packages with profiles, value sets, code systems, concept maps, search parameters.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::access::Access;
use crate::app::App;
use crate::ctx::Actor;
use crate::packages::{self, Manifest, Report, Source};

use super::failure::{Because as _, Failure};
use super::log::{self, LogForm};
use super::place::Place;
use super::say;

/// Installs, lists and removes FHIR NPM packages.
#[derive(Debug, Args)]
pub struct Packages {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Install(Install),
    List(List),
    Remove(Remove),
}

/// Installs packages: `.tgz` files, or folders with package.json.
///
/// Takes the definitions of FHIR R4 that have a canonical address (profiles, value sets, code systems, concept maps, search
/// parameters, …) and naming systems; examples are left alone. The hub is their source, so every caller who signed in may read
/// them. Versions stand beside each other; without a version the newest is meant. Installing again changes only what is
/// different. A server that runs on the same database sees it at once. Exit code: 0 everything was stored, 1 something was
/// refused (each told on standard error), 2 a package could not be used.
#[derive(Debug, Args)]
struct Install {
    /// Files or folders
    #[arg(required = true, value_name = "PACKAGE")]
    packages: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Lists what is installed.
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    place: Place,
}

/// Removes packages, and the definitions that no other package brought.
#[derive(Debug, Args)]
struct Remove {
    /// As `name@version`, or `name` for all its versions
    #[arg(required = true, value_name = "NAME[@VERSION]")]
    packages: Vec<String>,
    #[command(flatten)]
    place: Place,
}

impl Packages {
    /// Does what is asked.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        log::start(LogForm::Text, "warn");
        match self.command {
            Command::Install(command) => command.run().await,
            Command::List(command) => command.run().await,
            Command::Remove(command) => command.run().await,
        }
    }
}

/// The door, opened for the hub, once for every request.
fn hub(app: &Arc<App>) -> impl Fn() -> Access + Sync + '_ {
    || Access::inside(app, Actor::Hub, "HSYSADMIN")
}

impl Install {
    async fn run(self) -> Result<ExitCode, Failure> {
        // First what can be seen to be wrong, so that a mistake changes nothing.
        let mut sources = Vec::new();
        for path in &self.packages {
            let named = || format!("`{}` cannot be installed", path.display());
            let source = Source::at(path).because(named()).map_err(Failure::usage)?;
            let manifest = source.manifest().because(named()).map_err(Failure::usage)?;
            sources.push((source, manifest));
        }
        let app = self.place.open().await.map_err(Failure::usage)?;
        let mut is_whole = true;
        for (source, manifest) in sources {
            let named = format!("{}@{}", manifest.name, manifest.version);
            is_whole &= one(&app, &source, manifest)
                .await
                .map_err(|error| Failure::new(format!("the installation of {named} stopped"), error).usage())?;
        }
        Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Installs one package; whether nothing was refused.
async fn one(app: &Arc<App>, source: &Source, manifest: Manifest) -> Result<bool, crate::error::Error> {
    let begun = Instant::now();
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {pos} files") {
        bar.set_style(style);
    }
    bar.set_message(format!("{}@{}", manifest.name, manifest.version));
    let open = hub(app);
    let step = |done: u64| bar.set_position(done);
    let report = packages::install(source, manifest, (&app.store, app.clock.now()), &open, &step).await;
    bar.finish_and_clear();
    let report = report?;
    tell(&report, begun.elapsed().as_secs_f64());
    Ok(report.refused == 0)
}

fn tell(report: &Report, seconds: f64) {
    say::outcome(&report.refusals, &report.stored);
    let mut counts = format!("{} stored, {} unchanged, {} refused", report.total(), report.unchanged, report.refused);
    for (count, what) in [(report.removed, "removed"), (report.skipped, "other files left alone")] {
        if count > 0 {
            counts = format!("{counts}, {count} {what}");
        }
    }
    let Manifest { name, version, .. } = &report.manifest;
    say::line(&format!("  {name}@{version}: {counts}, in {seconds:.1} s"));
    if !report.missing.is_empty() {
        say::line(&format!("  It needs what is not installed: {}", report.missing.join(", ")));
    }
}

impl List {
    async fn run(self) -> Result<ExitCode, Failure> {
        let app = self.place.open().await.map_err(Failure::usage)?;
        let all = app.store.packages().await.because("the database cannot be read")?;
        if all.is_empty() {
            say::line("No packages are installed.");
            return Ok(ExitCode::SUCCESS);
        }
        let rows: Vec<Vec<String>> = all
            .into_iter()
            .map(|one| {
                let moment = spil_fhir_profiles::time::format_instant(one.installed);
                vec![one.name, one.version, one.items.to_string(), moment]
            })
            .collect();
        say::table(&["NAME", "VERSION", "DEFINITIONS", "INSTALLED"], &rows);
        Ok(ExitCode::SUCCESS)
    }
}

impl Remove {
    async fn run(self) -> Result<ExitCode, Failure> {
        let app = self.place.open().await.map_err(Failure::usage)?;
        let all = app.store.packages().await.because("the database cannot be read")?;
        let mut chosen = Vec::new();
        for asked in &self.packages {
            let (name, version) = match asked.rsplit_once('@') {
                Some((name, version)) if !name.is_empty() => (name, Some(version)),
                _ => (asked.as_str(), None),
            };
            let before = chosen.len();
            chosen.extend(all.iter().filter(|one| one.name == name && version.is_none_or(|want| want == one.version)));
            if chosen.len() == before {
                return Err(Failure::plain(format!("no package `{asked}` is installed")).usage());
            }
        }
        for one in chosen {
            let open = hub(&app);
            let removed = packages::remove(&app.store, &open, (&one.name, &one.version)).await;
            let removed = removed.because(format!("{}@{} cannot be removed", one.name, one.version))?;
            say::line(&format!("  {}@{}: {removed} definitions removed", one.name, one.version));
        }
        Ok(ExitCode::SUCCESS)
    }
}
