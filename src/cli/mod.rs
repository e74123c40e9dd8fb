//! The command line: one file per command. The only place that prints, and that reads the clock and the environment.
#![expect(clippy::doc_markdown, reason = "the comments of arguments are the help texts")]

mod audit;
mod caller;
mod client;
mod demo;
mod doctor;
mod export;
mod failure;
mod import;
mod keys;
mod log;
mod migrate;
mod organisation;
mod packages;
mod place;
mod representative;
mod run;
mod say;
mod serve;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// Spil: a personal health environment and health-data exchange hub for a Dutch care region, on FHIR R4.
#[derive(Debug, Parser)]
#[command(name = "spil", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Import(import::Import),
    Export(export::Export),
    Client(client::Client),
    Organisation(organisation::Organisation),
    Representative(representative::Representative),
    Packages(packages::Packages),
    Audit(audit::Audit),
    Doctor(doctor::Doctor),
    Token(token::Token),
}

/// Runs the command that the arguments name. Exit code 0: done; 1: failed, or something was refused; 2: cannot run.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too, with exit code 0.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::from(2) };
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new("the program cannot start", error).tell(),
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(failure) => failure.tell(),
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo(command) => command.run().await,
        Command::Serve(command) => command.run().await,
        Command::Migrate(command) => command.run().await,
        Command::Import(command) => command.run().await,
        Command::Export(command) => command.run().await,
        Command::Client(command) => command.run().await,
        Command::Organisation(command) => command.run().await,
        Command::Representative(command) => command.run().await,
        Command::Packages(command) => command.run().await,
        Command::Audit(command) => command.run().await,
        Command::Doctor(command) => command.run().await,
        Command::Token(command) => command.run().await,
    }
}
