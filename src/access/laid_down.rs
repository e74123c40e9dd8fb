//! The rules that hold for a patient, for the one who keeps the hub.

use std::sync::Arc;

use spil_consent::Directive;

use crate::ctx::Actor;
use crate::error::Error;

use super::judge::directives;
use super::{Access, Pass, Released, Verb, types};

impl Access {
    /// What the patient has laid down and is in force, as the engine reads it.
    ///
    /// # Errors
    /// 403 for others than the hub, 404 when there is no such patient.
    pub async fn laid_down(&self, patient_id: &str) -> Result<Released<Arc<Vec<Directive>>>, Error> {
        if !matches!(self.ctx.actor, Actor::Hub) {
            return Err(Error::forbidden("only the hub itself can ask this"));
        }
        let current = self.app.store.current(types::number("Patient")?, patient_id, self.asker()).await?;
        let record = current.filter(|record| !record.deleted && record.person > 0).ok_or_else(Error::not_found)?;
        let directory = self.directory().await?;
        let (_, rules) = directives(&self.app, &directory, record.person, record.policy).await?;
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("Patient/{patient_id}, permissions"));
        pass.persons = vec![record.person];
        pass.ground = spil_consent::Ground::Own;
        self.record(&pass).await?;
        Ok(Released(rules))
    }
}
