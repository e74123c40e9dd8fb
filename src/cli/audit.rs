//! `spil audit verify`: is the log whole?

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::{Because as _, Failure};
use super::place::Place;
use super::say;

/// Looks after the log of every access.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Checks that no record was changed, removed or put in between; exit code 1 when one was
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    #[command(flatten)]
    place: Place,
}

impl Audit {
    /// Does what is asked.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let Action::Verify(verify) = self.action;
        let app = verify.place.open().await?;
        match app.store.verify_audit().await.because("the log cannot be read")? {
            Ok(count) => {
                say::line(&format!("The log is whole: {count} records."));
                Ok(ExitCode::SUCCESS)
            }
            Err(seq) => Err(Failure::plain(format!("the log is damaged at record {seq}"))),
        }
    }
}
