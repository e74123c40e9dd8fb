//! `spil organisation`: who takes part.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use super::failure::{Because as _, Failure};
use super::place::Place;
use super::say;

/// Registers organisations that take part, and lists them.
#[derive(Debug, Args)]
pub struct Organisation {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Registers an organisation, or changes the name and kind of one that is registered
    Add(Add),
    /// Lists the organisations
    List(List),
}

#[derive(Debug, Args)]
struct Add {
    /// URA number, eight digits
    #[arg(long)]
    ura: String,
    /// Id of its Organization resource
    #[arg(long)]
    id: String,
    /// Kind of organisation
    #[arg(long, value_enum)]
    kind: Kind,
    /// Name as people know it
    #[arg(long)]
    name: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    place: Place,
}

/// Kinds of organisation.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// General practice
    Gp,
    /// Out-of-hours general practice
    #[value(name = "gp_post")]
    GpPost,
    /// Hospital
    Hospital,
    /// Nursing home or home care
    Vvt,
    /// Pharmacy
    Pharmacy,
    /// Mental health care
    #[value(name = "mental_health")]
    MentalHealth,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Gp => "gp",
            Self::GpPost => "gp_post",
            Self::Hospital => "hospital",
            Self::Vvt => "vvt",
            Self::Pharmacy => "pharmacy",
            Self::MentalHealth => "mental_health",
        }
    }
}

impl Organisation {
    /// Does what is asked.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        match self.action {
            Action::Add(add) => add.run().await,
            Action::List(list) => list.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<ExitCode, Failure> {
        if self.ura.len() != 8 || !self.ura.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Failure::plain(format!("`{}` is not a URA number: it has eight digits", self.ura)).usage());
        }
        let is_id = (1..=64).contains(&self.id.len())
            && self.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        if !is_id {
            let text = format!("`{}` is not a FHIR id: at most 64 letters, digits, `-` and `.`", self.id);
            return Err(Failure::plain(text).usage());
        }
        let app = self.place.open().await?;
        let org = app.store.register_organisation(&self.id, &self.ura, self.kind.code(), &self.name).await;
        let org = org.because("the organisation cannot be registered")?;
        let org = org.ok_or_else(|| Failure::plain("this URA number or id belongs to another organisation"))?;
        say::line(&format!("Organisation `{}` is registered with number {org}.", self.name));
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> Result<ExitCode, Failure> {
        let app = self.place.open().await?;
        let all = app.store.organisations().await.because("the database cannot be read")?;
        let rows: Vec<Vec<String>> =
            all.into_iter().map(|one| vec![one.org.to_string(), one.ura, one.kind, one.id, one.name]).collect();
        say::table(&["NUMBER", "URA", "KIND", "ID", "NAME"], &rows);
        Ok(ExitCode::SUCCESS)
    }
}
