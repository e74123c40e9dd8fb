//! Loads the region through the door that every system uses: each organisation sends its own records, each patient gives
//! the own permissions.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use crate::access::{Access, Entry, Interaction};
use crate::app::App;
use crate::ctx::Actor;
use crate::demo::{DemoOrganisation, Region};
use crate::fhir::entry::{self, Asked};

use super::super::caller;
use super::super::failure::{Because as _, Failure};
use super::super::say;
use super::accounts;
use super::file::{self, Keys};

/// Loads everything.
pub async fn region(app: &Arc<App>, region: &Region, keys: &Keys) -> Result<(), Failure> {
    let begun = Instant::now();
    let orgs = organisations(app, region, keys).await?;
    file::register_app(app).await?;
    let hub = Access::inside(app, Actor::Hub, "HSYSADMIN");
    let mut count = send(&hub, &region.directory, "the address book").await?;
    count += patients(&hub, region).await?;
    // Passwords are hashed meanwhile.
    let (records, accounts) = tokio::join!(records(app, region, &orgs), accounts::register(app, region, &orgs));
    count += records?;
    accounts?;
    count += consents(app, region).await?;
    say::progress("");
    let seconds = begun.elapsed().as_secs_f64();
    say::line(&format!("  The demo region is loaded: {count} resources in {seconds:.1} s."));
    Ok(())
}

async fn organisations(app: &Arc<App>, region: &Region, keys: &Keys) -> Result<HashMap<String, i64>, Failure> {
    let mut orgs = HashMap::new();
    for one in &region.organisations {
        let number = app.store.register_organisation(&one.id, &one.ura, &one.kind, &one.name).await;
        let number = number.because("an organisation cannot be registered")?;
        let number = number.ok_or_else(|| Failure::plain("an organisation of the demo is registered otherwise"))?;
        let key = keys.get(&one.client_id).cloned().unwrap_or_default();
        file::register_system(app, one, number, &key).await?;
        orgs.insert(one.ura.clone(), number);
    }
    Ok(orgs)
}

/// The hub's own `Patient` of every patient.
async fn patients(hub: &Access, region: &Region) -> Result<usize, Failure> {
    let entries: Vec<Entry> = region
        .patients
        .iter()
        .map(|patient| {
            let body = patient.resource.clone();
            let (rtype, id) = ("Patient".to_owned(), patient.id.clone());
            Entry { at: 0, full_url: None, interaction: Interaction::Update { rtype, id, body, if_match: None } }
        })
        .collect();
    hub.transaction(&entries).await.map_err(|error| refused("the patients", &error))?;
    Ok(entries.len())
}

async fn records(app: &Arc<App>, region: &Region, orgs: &HashMap<String, i64>) -> Result<usize, Failure> {
    let by_ura: HashMap<&str, &DemoOrganisation> =
        region.organisations.iter().map(|one| (one.ura.as_str(), one)).collect();
    let mut count = 0;
    for (at, record) in region.records.iter().enumerate() {
        say::progress(&format!("  Loading the demo region: {} of {}", at + 1, region.records.len()));
        let one = by_ura.get(record.organisation_ura.as_str());
        let number = orgs.get(&record.organisation_ura);
        let (Some(one), Some(number)) = (one, number) else {
            return Err(Failure::plain("the demo region names an organisation that it does not have"));
        };
        let actor = caller::organisation(*number, &one.id, &one.kind, &one.name, &one.ura, &one.client_id);
        let door = Access::inside(app, actor, "TREAT");
        count += send(&door, &record.bundle, &format!("the records of `{}`, bundle {}", one.name, at + 1)).await?;
    }
    Ok(count)
}

async fn consents(app: &Arc<App>, region: &Region) -> Result<usize, Failure> {
    for consent in &region.privacy_consents {
        let reference = consent["patient"]["reference"].as_str().unwrap_or_default();
        let id = reference.strip_prefix("Patient/").unwrap_or(reference);
        let patient = region.patients.iter().find(|patient| patient.id == id);
        let patient = patient.ok_or_else(|| Failure::plain("a permission is of nobody"))?;
        let person = app.store.person_of_patient(id).await.because("the database cannot be read")?;
        let person = person.ok_or_else(|| Failure::plain("a patient was not loaded"))?;
        let actor = caller::patient(person, id, &format!("demo-{}", patient.username), &patient.name);
        let door = Access::inside(app, actor, "PATRQT");
        let interaction =
            Interaction::Create { rtype: "Consent".to_owned(), body: consent.clone(), if_none_exist: None };
        door.write(interaction).await.map_err(|error| refused("a permission", &error))?;
    }
    Ok(region.privacy_consents.len())
}

/// Sends a transaction; gives the number of entries.
async fn send(door: &Access, bundle: &Value, what: &str) -> Result<usize, Failure> {
    let mut entries = Vec::new();
    for (at, entry) in bundle["entry"].as_array().into_iter().flatten().enumerate() {
        match entry::read(entry.clone(), "").map_err(|error| refused(what, &error))? {
            Asked::Write(entry) => entries.push(Entry { at, ..entry }),
            Asked::Read(_) => return Err(Failure::plain(format!("{what}: a read cannot be loaded"))),
        }
    }
    door.transaction(&entries).await.map_err(|error| refused(what, &error))?;
    Ok(entries.len())
}

fn refused(what: &str, error: &crate::error::Error) -> Failure {
    let fault = error.faults.first();
    let place = fault.and_then(|fault| fault.expression.clone()).unwrap_or_default();
    Failure::new(format!("{what}: refused at `{place}`"), error)
}
