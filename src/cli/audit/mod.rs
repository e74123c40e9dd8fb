//! `spil audit`: is the log whole, and how does somebody else see that?

mod proved;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::tlog::{Checkpoint, Consistency, Inclusion, Verifier};

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
    /// Checks that no record or checkpoint was changed, removed or put in between; exit code 1 when one was
    Verify(Verify),
    /// Prints the newest signed checkpoint, to be kept elsewhere
    Checkpoint(Newest),
    /// Prints the public key that checkpoints are signed with
    Key(Key),
    /// Prints the proof that a record is in the log
    Prove(Prove),
    /// Checks a proof that was printed by `prove` or `checkpoint --since`; needs no database
    CheckProof(CheckProof),
}

#[derive(Debug, Args)]
struct Verify {
    /// A checkpoint that was kept elsewhere: the log must begin with what it says
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Newest {
    /// An older checkpoint: prints the proof that the log begins with what it says, and then the newest one
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Key {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Prove {
    /// Number of the record
    record: i64,
    /// Leave the record itself out: the proof holds no personal data then
    #[arg(long)]
    hash_only: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct CheckProof {
    /// The proof
    file: PathBuf,
    /// The public key of the log, as `spil audit key` prints it
    #[arg(long, value_name = "KEY")]
    key: String,
    /// The older checkpoint, when the proof is one of `checkpoint --since`
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
}

impl Audit {
    /// Does what is asked.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        match self.action {
            Action::Verify(verify) => verify.run().await?,
            Action::Checkpoint(newest) => newest.run().await?,
            Action::Key(key) => {
                let app = key.place.open().await?;
                say::line(&app.log_key.verifier().to_string());
            }
            Action::Prove(prove) => prove.run().await?,
            Action::CheckProof(check) => check.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file);
    text.because(format!("`{}` cannot be read", file.display())).map_err(Failure::usage)
}

/// A checkpoint that was kept in a file.
fn kept(file: &Path, key: &Verifier) -> Result<Checkpoint, Failure> {
    Checkpoint::open(&read(file)?, key).because(format!("the checkpoint in `{}`", file.display()))
}

impl Verify {
    async fn run(self) -> Result<(), Failure> {
        let app = self.place.open().await?;
        let key = app.log_key.verifier();
        let elsewhere = self.checkpoint.iter().map(|file| kept(file, key)).collect::<Result<Vec<_>, _>>()?;
        let found = app.store.verify_audit(key, elsewhere).await.because("the log cannot be read")?;
        let whole = found.because("the log is damaged")?;
        say::line(&format!(
            "The log is whole: {} records, {} of them under {} signed checkpoints.",
            whole.records, whole.witnessed, whole.checkpoints
        ));
        if !self.checkpoint.is_empty() {
            say::line(&format!("It begins with what {} checkpoints from elsewhere say.", self.checkpoint.len()));
        }
        Ok(())
    }
}

impl Newest {
    async fn run(self) -> Result<(), Failure> {
        let app = self.place.open().await?;
        if let Some(file) = &self.since {
            let old = kept(file, app.log_key.verifier())?;
            let proof = app.store.prove_since(old, &app.log_key).await.because("nothing can be proved")?;
            say::text(&proof.text());
            return Ok(());
        }
        let newest = app.store.checkpoint(&app.log_key).await.because("no checkpoint can be made")?;
        let newest = newest.ok_or_else(|| Failure::plain("the log is empty"))?;
        say::text(&newest.note);
        Ok(())
    }
}

impl Prove {
    async fn run(self) -> Result<(), Failure> {
        let app = self.place.open().await?;
        let found = app.store.prove(self.record, &app.log_key).await.because("nothing can be proved")?;
        let absent = || Failure::plain(format!("there is no record {}", self.record));
        let (record, proof) = found.ok_or_else(absent)?;
        let extra = if self.hash_only { proved::hash(&record) } else { proved::record(&record) };
        say::text(&Inclusion { extra, ..proof }.text());
        Ok(())
    }
}

impl CheckProof {
    fn run(self) -> Result<(), Failure> {
        let key = Verifier::read(&self.key).because("--key").map_err(Failure::usage)?;
        let text = read(&self.file)?;
        if let Some(proof) = Consistency::read(&text) {
            let file = self.since.as_ref();
            let file = file.ok_or_else(|| Failure::plain("this proof is about an older one: name it with --since"));
            let old = kept(file.map_err(Failure::usage)?, &key)?;
            let new = proof.holds(old, &key).because("the proof")?;
            let new = new.ok_or_else(|| Failure::plain("the proof does not hold: the log was rewritten"))?;
            say::line(&format!("The log of {} records begins with those {}.", new.size, old.size));
            return Ok(());
        }
        let proof = Inclusion::read(&text).ok_or_else(|| Failure::plain("this is not a proof").usage())?;
        let fails = || Failure::plain("the proof does not hold: this record is not in the log that was signed");
        let (leaf, told) = proved::leaf(&proof.extra, proof.index).ok_or_else(fails)?;
        let checkpoint = proof.holds(leaf, &key).because("the proof")?.ok_or_else(fails)?;
        say::line(&format!("Record {} is in the signed log of {} records.", proof.index + 1, checkpoint.size));
        if let Some(told) = told {
            say::line(&told);
        }
        Ok(())
    }
}
