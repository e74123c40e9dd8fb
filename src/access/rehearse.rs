//! What a write would be refused for, without doing it (<https://hl7.org/fhir/R4/resource-operation-validate.html>).

use crate::error::{Error, Fault};

use super::plan::Plan;
use super::write::Interaction;
use super::{Access, Pass, Released, Verb};

/// What a rehearsal showed.
#[derive(Debug, Clone)]
pub struct Rehearsed {
    /// Why the write would be refused; nothing if it would be done.
    pub faults: Vec<Fault>,
    /// Whether there is something that the write would change.
    pub exists: bool,
}

impl Access {
    /// Goes through a write as the real one does, up to the point where something would change: permission, versions,
    /// conditions, references, rules. What is hidden is refused as what is absent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rehearse(&self, interaction: &Interaction) -> Result<Released<Rehearsed>, Error> {
        let (rtype, letter) = interaction.needs();
        let mut pass = Pass::new(Verb::Operation, None);
        let id = match interaction {
            Interaction::Update { id, .. } | Interaction::Patch { id, .. } | Interaction::Delete { id, .. } => {
                format!("{rtype}/{id}")
            }
            _ => rtype.to_owned(),
        };
        pass.query = Some(format!("{id}/$validate, to {}", interaction.verb().code()));
        let mut plan = Plan::default();
        let set = self.app.parameters.get();
        let drafted = self.draft(&mut plan, &mut interaction.clone()).await;
        let exists = drafted.as_ref().is_ok_and(|draft| draft.current.as_ref().is_some_and(|found| !found.deleted));
        let done = match drafted {
            Ok(draft) => {
                pass.persons = draft.current.iter().map(|record| record.person).collect();
                // A deletion has nothing to be completed.
                if letter == 'd' { Ok(()) } else { self.complete(vec![draft], set).await.map(|_| ()) }
            }
            Err(error) => Err(error),
        };
        let faults = match done {
            Ok(()) => Vec::new(),
            Err(error) if error.status >= 500 => return Err(error),
            Err(error) => error.faults,
        };
        self.record(&pass).await?;
        Ok(Released(Rehearsed { faults, exists }))
    }

    /// Leaves the record of a validation that looked at nothing but what the caller sent.
    ///
    /// # Errors
    /// When the record cannot be kept.
    pub async fn note_validation(&self, rtype: &str) -> Result<(), Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("{rtype}/$validate"));
        self.record(&pass).await
    }
}
