//! Callers of the door that the command line stands for.

use spil_consent::Say;

use crate::app::App;
use crate::ctx::{Actor, OrganisationActor, PatientActor};

use super::failure::{Because as _, Failure};

/// A system of an organisation.
pub fn organisation(org: i64, id: &str, kind: &str, name: &str, ura: &str, client_id: &str) -> Actor {
    Actor::Organisation(OrganisationActor {
        org,
        id: id.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        ura: ura.to_owned(),
        client_id: client_id.to_owned(),
        subject: None,
    })
}

/// A patient.
pub fn patient(person: i64, id: &str, subject: &str, name: &str) -> Actor {
    Actor::Patient(PatientActor {
        person,
        patient_id: id.to_owned(),
        subject: subject.to_owned(),
        name: name.to_owned(),
        relation: None,
        say: Say::Alone,
        client_id: None,
    })
}

/// A registered organisation, by URA number.
pub async fn registered(app: &App, ura: &str, client_id: &str) -> Result<Actor, Failure> {
    let found = app.store.organisation_of_ura(ura).await.because("the database cannot be read")?;
    let one = found.ok_or_else(|| Failure::plain(format!("no organisation with URA number `{ura}` is registered")))?;
    Ok(organisation(one.org, &one.id, &one.kind, &one.name, &one.ura, client_id))
}
