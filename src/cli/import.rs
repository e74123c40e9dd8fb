//! `spil import`: a folder of FHIR files on behalf of an organisation.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::access::Access;
use crate::import::{self, Report};

use super::failure::{Because as _, Failure};
use super::log::{self, LogForm};
use super::place::Place;
use super::{caller, say};

/// Loads a folder of FHIR files (JSON, XML, NDJSON) on behalf of an organisation.
///
/// Patients are stored first. A resource that has an id keeps it. Transaction Bundles are stored whole or not at all; one
/// of over 1,000 entries or 10 MiB is stored in parts. Symbolic links are not followed. Exit code: 0 everything was stored,
/// 1 something was refused (each told on standard error), 2 the import could not run.
#[derive(Debug, Args)]
pub struct Import {
    /// Folder with the files
    folder: PathBuf,
    /// URA number of the organisation that is the source
    #[arg(long, value_name = "URA")]
    organisation: String,
    #[command(flatten)]
    place: Place,
}

impl Import {
    /// Loads it.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        log::start(LogForm::Text, "warn");
        let files = import::find(&self.folder);
        let files = files.because(format!("`{}` cannot be read", self.folder.display())).map_err(Failure::usage)?;
        let app = self.place.open().await.map_err(Failure::usage)?;
        let actor = caller::registered(&app, &self.organisation, "spil-import").await.map_err(Failure::usage)?;
        let begun = Instant::now();
        let bar = ProgressBar::new(u64::try_from(files.sources.len()).unwrap_or(u64::MAX));
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} files, {eta} left") {
            bar.set_style(style);
        }
        let open = || Access::inside(&app, actor.clone(), "TREAT");
        let step = |done: usize| bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
        let report = import::import(&files, &open, app.random.as_ref(), &step).await;
        bar.finish_and_clear();
        let report = report.because("the import stopped").map_err(Failure::usage)?;
        tell(&report, begun.elapsed().as_secs_f64());
        Ok(if report.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn tell(report: &Report, seconds: f64) {
    say::outcome(&report.refusals, &report.stored);
    let skipped =
        if report.skipped == 0 { String::new() } else { format!(", {} other files left alone", report.skipped) };
    let counts = format!("{} stored, {} refused{skipped}", report.total(), report.refused);
    say::line(&format!("  {counts}, in {seconds:.1} s"));
}
