//! Who acts for whom, for the page where people see and end it.

use spil_consent::{Capacity, Say, Standing, acting};

use super::grantee;
use super::session::{PatientRole, Session};
use crate::app::App;
use crate::error::Error;

/// One person who acts for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// `Patient` id of the person for whom, or the name to sign in with of the person who acts.
    pub key: String,
    /// Name of the other person.
    pub name: String,
    /// The relation (`parent`, `spouse`, …).
    pub relation: String,
    /// Until when, ms.
    pub until: Option<i64>,
    /// Whether this person acts now; else it is a parent who waits for the child to agree.
    pub acts: bool,
    /// Whether a child decides about it.
    pub with_child: bool,
}

impl Acting {
    /// Whether the person for whom is acted can end it.
    pub fn can_stop(&self) -> bool {
        self.with_child || !Capacity::of(&self.relation).is_legal()
    }
}

/// For whom the person who is signed in may act.
///
/// # Errors
/// When the database fails.
pub async fn acts_for(app: &App, session: &Session) -> Result<Vec<Acting>, Error> {
    let mut all = Vec::new();
    for one in app.store.representations(&session.subject, app.clock.now()).await? {
        let Some(found) = grantee::find(app, &session.subject, &one.patient, app.clock.now()).await? else { continue };
        let name = app.store.display_of_patient(&one.patient).await?.unwrap_or_default();
        let with_child = found.say == Say::Together;
        all.push(Acting { key: one.patient, name, relation: one.relation, until: one.until, acts: true, with_child });
    }
    Ok(all)
}

/// Who may act for the person whose record is in use, and the parents who wait for the child to agree.
///
/// # Errors
/// When the database fails.
pub async fn acting_for_me(app: &App, session: &Session) -> Result<Vec<Acting>, Error> {
    let (Some(patient), now) = (session.patient(), app.clock.now()) else { return Ok(Vec::new()) };
    let Some((_, represented)) = grantee::represented(app, &patient.patient_id, now).await? else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for (key, name, to) in app.store.representatives(&patient.patient_id, now).await? {
        let standing = grantee::standing(&to);
        let acts = acting(standing, represented, now).is_some();
        let asked = acting(Standing { agreed: true, ..standing }, represented, now);
        if let Some(say) = asked {
            let with_child = say == Say::Together;
            all.push(Acting { key, name, relation: to.relation, until: to.until, acts, with_child });
        }
    }
    Ok(all)
}

/// Ends that somebody acts for the person who is signed in. Only that person can, and not where the law rules; a child of twelve
/// or older takes back that it agreed.
///
/// # Errors
/// When the database fails.
pub async fn stop_acting(app: &App, session: &Session, key: &str) -> Result<bool, Error> {
    let Some((patient, one)) = mine(app, session, key).await? else { return Ok(false) };
    if !one.can_stop() {
        return Ok(false);
    }
    if one.with_child {
        return Ok(app.store.agree_to_representative(key, &patient.patient_id, None).await?);
    }
    Ok(app.store.drop_representative(key, &patient.patient_id).await?)
}

/// Lets a parent act again for a child of twelve or older, which only the child can say.
///
/// # Errors
/// When the database fails.
pub async fn agree_to(app: &App, session: &Session, key: &str) -> Result<bool, Error> {
    let Some((patient, one)) = mine(app, session, key).await? else { return Ok(false) };
    if !one.with_child {
        return Ok(false);
    }
    Ok(app.store.agree_to_representative(key, &patient.patient_id, Some(app.clock.now())).await?)
}

/// Somebody who acts for the person who is signed in, when that person looks at the own record.
async fn mine<'s>(app: &App, session: &'s Session, key: &str) -> Result<Option<(&'s PatientRole, Acting)>, Error> {
    let Some(patient) = session.patient().filter(|patient| patient.relation.is_none()) else { return Ok(None) };
    let all = acting_for_me(app, session).await?;
    Ok(all.into_iter().find(|one| one.key == key).map(|one| (patient, one)))
}
