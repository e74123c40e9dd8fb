//! `spil representative`: who acts for whom.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use spil_consent::Capacity;
use spil_fhir_profiles::time::{format_day, parse_range};

use crate::access::Access;
use crate::app::App;
use crate::ctx::Actor;
use crate::store::sql::auth::Representation;

use super::failure::{Because as _, Failure};
use super::place::Place;
use super::say;

/// Registers who acts for a patient, lists them, and ends it. The patient sees each change in the log.
#[derive(Debug, Args)]
pub struct Representative {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Lets somebody who can sign in act for a patient
    Add(Add),
    /// Lists who acts for a patient
    List(List),
    /// Ends that somebody acts for a patient
    Remove(Remove),
}

#[derive(Debug, Args)]
struct Add {
    /// Id of the Patient
    #[arg(long)]
    patient: String,
    /// Name with which the representative signs in
    #[arg(long)]
    username: String,
    /// parent or guardian (of a minor), curator or mentor (appointed by a court), or another word, which is a written mandate
    #[arg(long)]
    relation: String,
    /// First day on which it holds no more, as 2027-12-31; a written mandate must have one
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// A child of twelve or older agreed that the parent acts
    #[arg(long)]
    agreed: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct List {
    /// Id of the Patient
    patient: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Remove {
    /// Id of the Patient
    #[arg(long)]
    patient: String,
    /// Name with which the representative signs in
    #[arg(long)]
    username: String,
    #[command(flatten)]
    place: Place,
}

impl Representative {
    /// Does what is asked.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        match self.action {
            Action::Add(add) => add.run().await,
            Action::List(list) => list.run().await,
            Action::Remove(remove) => remove.run().await,
        }
    }
}

/// The person of a `Patient`.
async fn person(app: &App, patient: &str) -> Result<i64, Failure> {
    let found = app.store.person_of_patient(patient).await.because("the database cannot be read")?;
    found.ok_or_else(|| Failure::plain(format!("there is no Patient `{patient}`")).usage())
}

/// Keeps the record of a change.
async fn note(app: &Arc<App>, person: i64, change: &str) -> Result<(), Failure> {
    let hub = Access::inside(app, Actor::Hub, "HSYSADMIN");
    hub.note_representation(person, change).await.because("the record of this change cannot be kept")
}

impl Add {
    async fn run(self) -> Result<ExitCode, Failure> {
        let until = match &self.until {
            None => None,
            Some(day) => {
                let moment = parse_range(day).map(|(from, _)| from);
                Some(moment.ok_or_else(|| Failure::plain(format!("`{day}` is not a day like 2027-12-31")).usage())?)
            }
        };
        let capacity = Capacity::of(&self.relation);
        if capacity == Capacity::Mandate && until.is_none() {
            return Err(Failure::plain("a written mandate has an end: give --until").usage());
        }
        let app = self.place.open().await.map_err(Failure::usage)?;
        if until.is_some_and(|until| until <= app.clock.now()) {
            return Err(Failure::plain("the end of it has passed already").usage());
        }
        let person = person(&app, &self.patient).await?;
        let account = app.store.account(&self.username).await.because("the database cannot be read")?;
        let account =
            account.ok_or_else(|| Failure::plain(format!("nobody signs in as `{}`", self.username)).usage())?;
        if account.patient.as_deref() == Some(self.patient.as_str()) {
            return Err(Failure::plain("a patient needs nobody to act in the own record").usage());
        }
        note(&app, person, &format!("add={}&relation={}", self.username, self.relation)).await?;
        let agreed = self.agreed.then(|| app.clock.now());
        let to = Representation { patient: self.patient.clone(), relation: self.relation, until, agreed };
        app.store.register_representative(&self.username, &to).await.because("it cannot be registered")?;
        say::line(&format!(
            "`{}` acts for Patient `{}` as {}, as far as the law permits.",
            account.display, self.patient, to.relation
        ));
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> Result<ExitCode, Failure> {
        let app = self.place.open().await.map_err(Failure::usage)?;
        person(&app, &self.patient).await?;
        let all = app.store.representatives(&self.patient, app.clock.now()).await;
        let moment = |at: Option<i64>| at.map_or_else(String::new, format_day);
        let rows: Vec<Vec<String>> = all
            .because("the database cannot be read")?
            .into_iter()
            .map(|(username, name, one)| vec![username, name, one.relation, moment(one.until), moment(one.agreed)])
            .collect();
        say::table(&["USERNAME", "NAME", "RELATION", "UNTIL", "CHILD AGREED"], &rows);
        Ok(ExitCode::SUCCESS)
    }
}

impl Remove {
    async fn run(self) -> Result<ExitCode, Failure> {
        let app = self.place.open().await.map_err(Failure::usage)?;
        let person = person(&app, &self.patient).await?;
        note(&app, person, &format!("remove={}", self.username)).await?;
        let removed = app.store.drop_representative(&self.username, &self.patient).await;
        if removed.because("it cannot be ended")? {
            say::line(&format!("`{}` does not act for Patient `{}` any more.", self.username, self.patient));
            return Ok(ExitCode::SUCCESS);
        }
        Err(Failure::plain(format!("`{}` did not act for Patient `{}`", self.username, self.patient)).usage())
    }
}
