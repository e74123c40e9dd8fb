//! Who acts for whom, for the page where people see and end it.

use super::session::Session;
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
}

/// Relations that the law makes and that nobody ends with a button.
const LEGAL: [&str; 3] = ["parent", "guardian", "mentor"];

impl Acting {
    /// Whether the person for whom is acted can end it.
    pub fn can_stop(&self) -> bool {
        !LEGAL.contains(&self.relation.as_str())
    }
}

/// For whom the person who is signed in may act.
///
/// # Errors
/// When the database fails.
pub async fn acts_for(app: &App, session: &Session) -> Result<Vec<Acting>, Error> {
    let mut all = Vec::new();
    for one in app.store.representations(&session.subject, app.clock.now()).await? {
        let name = app.store.display_of_patient(&one.patient).await?.unwrap_or_default();
        all.push(Acting { key: one.patient, name, relation: one.relation, until: one.until });
    }
    Ok(all)
}

/// Who may act for the person whose record is in use.
///
/// # Errors
/// When the database fails.
pub async fn acting_for_me(app: &App, session: &Session) -> Result<Vec<Acting>, Error> {
    let Some(patient) = session.patient() else { return Ok(Vec::new()) };
    let found = app.store.representatives(&patient.patient_id, app.clock.now()).await?;
    let one = |(key, name, to): (String, String, crate::store::sql::auth::Representation)| Acting {
        key,
        name,
        relation: to.relation,
        until: to.until,
    };
    Ok(found.into_iter().map(one).collect())
}

/// Ends that somebody acts for the person who is signed in. Only that person can, and not where the law rules.
///
/// # Errors
/// When the database fails.
pub async fn stop_acting(app: &App, session: &Session, key: &str) -> Result<bool, Error> {
    let Some(patient) = session.patient().filter(|patient| patient.relation.is_none()) else { return Ok(false) };
    let all = acting_for_me(app, session).await?;
    if !all.iter().any(|one| one.key == key && one.can_stop()) {
        return Ok(false);
    }
    Ok(app.store.drop_representative(key, &patient.patient_id).await?)
}
