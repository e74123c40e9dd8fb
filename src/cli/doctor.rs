//! `spil doctor`: is everything in order?

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use spil_consent::{Content, Directive, Effect, Holder, Rule, User};
use spil_fhir_profiles::time::format_instant;

use crate::access::Access;
use crate::access::Directory;
use crate::app::App;
use crate::ctx::Actor;
use crate::store::ParameterState;
use crate::tlog::Checkpoint;

use super::failure::{Because as _, Failure};
use super::place::Place;
use super::say;

/// 2025-01-01, ms: a clock before this day is wrong.
const LEAST: i64 = 1_735_689_600_000;

/// Checks the database, the keys, the directory of organisations and the clock; exit code 1 when something is wrong.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Prints the permissions of a patient that are in force, as the server reads them
    Consent(Consent),
}

#[derive(Debug, Args)]
struct Consent {
    /// Id of the Patient
    patient: String,
    #[command(flatten)]
    place: Place,
}

impl Doctor {
    /// Looks.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        if let Some(Action::Consent(consent)) = self.action {
            return consent.run().await;
        }
        // Keys are read when the program is put together: one that is damaged is told then.
        let app = self.place.open().await?;
        say::line("database      answers, its tables are of this version");
        say::line("keys          readable");
        let mut sound = organisations(&app).await?;
        sound &= parameters(&app).await?;
        sound &= log(&app).await?;
        let last = app.store.last_audit().await.because("the log cannot be read")?;
        let now = app.clock.now();
        let clock = if now < LEAST {
            Err("stands before 2025".to_owned())
        } else if last.is_some_and(|last| last > now + 60_000) {
            Err("stands before the last record of the log".to_owned())
        } else {
            Ok(format_instant(now))
        };
        sound &= clock.is_ok();
        match clock {
            Ok(now) => say::line(&format!("clock         {now}")),
            Err(fault) => say::line(&format!("clock         WRONG: {fault}")),
        }
        Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// How far the checkpoints of the log are. Whether the log is whole says `spil audit verify`.
async fn log(app: &Arc<App>) -> Result<bool, Failure> {
    let end = app.store.log_end().await.because("the log cannot be read")?;
    let newest = app.store.newest_checkpoint().await.because("the log cannot be read")?;
    let Some(newest) = newest else {
        say::line(&format!("log           {end} records, no checkpoint yet"));
        return Ok(true);
    };
    match Checkpoint::open(&newest.note, app.log_key.verifier()) {
        Ok(_) if newest.size <= end => {
            say::line(&format!("log           {end} records, {} of them under a signed checkpoint", newest.size));
            return Ok(true);
        }
        Ok(_) => say::line(&format!("log           WRONG: it ends at {end}, a checkpoint has seen {}", newest.size)),
        Err(error) => say::line(&format!("log           WRONG: the newest checkpoint: {error}")),
    }
    Ok(false)
}

/// How far the index of each search parameter is that was given at run time.
async fn parameters(app: &Arc<App>) -> Result<bool, Failure> {
    let all = app.store.search_parameters().await.because("the database cannot be read")?;
    let mut sound = true;
    for one in &all {
        let name = one.custom.as_ref().map_or(one.id.as_str(), |custom| custom.code.as_str());
        let bases = one.custom.as_ref().map(|custom| custom.bases.clone()).unwrap_or_default();
        let state = one.state.as_str();
        match (&one.fault, one.state) {
            (Some(fault), _) => {
                sound = false;
                say::line(&format!("parameter     WRONG: `{name}` {state}: {fault}"));
            }
            (None, ParameterState::Requested | ParameterState::Indexing) => {
                let indexed = app.store.indexed(&bases, one.done).await.because("the database cannot be read")?;
                say::line(&format!("parameter     `{name}` {state}: {} of {} resources", indexed.0, indexed.1));
            }
            (None, _) => say::line(&format!("parameter     `{name}` {state}")),
        }
    }
    Ok(sound)
}

/// Every registered organisation has its `Organization`, and every system its organisation.
async fn organisations(app: &Arc<App>) -> Result<bool, Failure> {
    let hub = Access::inside(app, Actor::Hub, "HSYSADMIN");
    let all = app.store.organisations().await.because("the database cannot be read")?;
    let mut faults = Vec::new();
    for one in &all {
        if hub.read("Organization", &one.id).await.is_err() {
            faults.push(format!("organisation `{}` has no Organization/{}", one.ura, one.id));
        }
    }
    for client in app.store.clients().await.because("the database cannot be read")? {
        if client.org.is_some_and(|org| all.iter().all(|one| one.org != org)) {
            faults.push(format!("client `{}` is of an organisation that is not registered", client.client_id));
        }
    }
    say::line(&format!("directory     {} organisations", all.len()));
    for fault in &faults {
        say::line(&format!("              WRONG: {fault}"));
    }
    Ok(faults.is_empty())
}

impl Consent {
    async fn run(self) -> Result<ExitCode, Failure> {
        let app = self.place.open().await?;
        let hub = Access::inside(&app, Actor::Hub, "HSYSADMIN");
        let rules = hub.laid_down(&self.patient).await.because(format!("patient `{}`", self.patient))?;
        let directory = hub.directory().await.because("the directory cannot be read")?;
        if rules.get().is_empty() {
            say::line("No permissions are in force: nobody but the sources and the patient sees anything.");
        }
        rules.get().iter().for_each(|directive| tell(directive, &directory));
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(directive: &Directive, directory: &Directory) {
    say::line(&format!("Consent/{} version {}", directive.consent, directive.version));
    match (&directive.content, directive.unreadable()) {
        (_, Some(why)) => say::line(&format!("  UNREADABLE, refuses everything: {why}")),
        (Content::Unreadable(why), None) => say::line(&format!("  UNREADABLE, refuses everything: {why}")),
        (Content::Rule(rule), None) => {
            tell_rule(rule, directory, "  ");
            for exception in &rule.exceptions {
                say::line("  except");
                tell_rule(exception, directory, "    ");
            }
        }
    }
}

fn tell_rule(rule: &Rule, directory: &Directory, indent: &str) {
    let effect = match rule.effect {
        Effect::Permit => "permits",
        Effect::Deny => "objects",
    };
    let users = rule.users.iter().map(|user| match user {
        User::Person(id) => format!("professional {id}"),
        User::Organisation(org) => directory.name(*org),
        User::Kind(kind) => format!("every {kind}"),
        User::All => "everybody".to_owned(),
    });
    let holders = rule.holders.iter().map(|holder| match holder {
        Holder::Organisation(org) => directory.name(*org),
        Holder::Kind(kind) => format!("every {kind}"),
        Holder::All => "everybody".to_owned(),
    });
    let list = |words: Vec<String>, none: &str| if words.is_empty() { none.to_owned() } else { words.join(", ") };
    say::line(&format!("{indent}{effect}  for {}", list(users.collect(), "whom the rule above names")));
    say::line(&format!("{indent}data of   {}", list(holders.collect(), "whom the rule above names")));
    say::line(&format!("{indent}purposes  {}", list(rule.purposes.clone(), "any")));
    say::line(&format!("{indent}from      {}", period(rule.period)));
    let categories = spil_consent::CategorySet::SUBJECTS;
    let named: Vec<String> = (0..32)
        .filter_map(spil_consent::Category::from_number)
        .filter(|category| categories.contains(*category) && rule.target.categories.contains(*category))
        .map(|category| category.code().to_owned())
        .collect();
    say::line(&format!("{indent}what      {}", list(named, "everything")));
    if !rule.target.classes.is_empty() {
        say::line(&format!("{indent}types     {}", rule.target.classes.join(", ")));
    }
    if !rule.target.instances.is_empty() {
        let ids = rule.target.instances.iter().map(|(rtype, id)| format!("{rtype}/{id}")).collect::<Vec<_>>();
        say::line(&format!("{indent}only      {}", ids.join(", ")));
    }
    if let Some(bounds) = rule.target.data_period {
        say::line(&format!("{indent}data from {}", period(Some(bounds))));
    }
}

fn period(bounds: Option<(i64, i64)>) -> String {
    let (from, to) = bounds.unwrap_or((i64::MIN, i64::MAX));
    let text =
        |ms: i64, none: &str| if ms == i64::MIN || ms == i64::MAX { none.to_owned() } else { format_instant(ms) };
    format!("{} until {}", text(from, "always"), text(to, "withdrawn"))
}
