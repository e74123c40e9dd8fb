//! The patient's own record by kind of data, each as one pass: what there is of it, and one kind page by page.

use spil_consent::Ground;

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::Holding;

use super::{Access, Pass, Released, Stored, Verb};

/// One page of one kind of data.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// The items, newest first.
    pub items: Vec<Stored>,
    /// Where the next page goes on.
    pub next: Option<(i64, i64)>,
}

impl Access {
    /// How much there is of every category, from whom, and how new it is.
    ///
    /// # Errors
    /// 403 when the caller is not a patient at the portal.
    pub async fn summary(&self) -> Result<Released<Vec<Holding>>, Error> {
        let person = self.whole_person()?;
        let holdings = self.app.store.holdings(person).await?;
        let mut pass = self.own_pass("$summary", person);
        pass.categories = holdings.iter().map(|holding| holding.category).collect();
        self.record(&pass).await?;
        Ok(Released(holdings))
    }

    /// One page of one category, newest first.
    ///
    /// # Errors
    /// 403 when the caller is not a patient at the portal.
    pub async fn shelf(&self, category: u8, after: Option<(i64, i64)>, most: usize) -> Result<Released<Shelf>, Error> {
        let person = self.whole_person()?;
        let wanted = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let mut rows = self.app.store.shelf(person, category, after, wanted).await?;
        let is_more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| is_more).map(|(moment, record)| (*moment, record.rid));
        let mut pass = self.own_pass("$category", person);
        pass.categories = [category].into();
        pass.count = rows.len();
        self.record(&pass).await?;
        let items = self.give(rows.into_iter().map(|(_, record)| record).collect()).await?;
        Ok(Released(Shelf { items, next }))
    }

    /// The person whose whole record the caller may see: at the portal, not through an app with a narrower token.
    pub(super) fn whole_person(&self) -> Result<i64, Error> {
        match &self.ctx.actor {
            Actor::Patient(actor) if self.ctx.scopes.is_none() && actor.person > 0 => Ok(actor.person),
            _ => Err(Error::forbidden("this is for the patient")),
        }
    }

    fn own_pass(&self, operation: &str, person: i64) -> Pass {
        let mut pass = Pass::new(Verb::Operation, None);
        let id = match &self.ctx.actor {
            Actor::Patient(actor) => actor.patient_id.as_str(),
            Actor::Organisation(_) | Actor::Hub => "",
        };
        pass.query = Some(format!("Patient/{id}/{operation}"));
        pass.persons = vec![person];
        pass.ground = Ground::Own;
        pass
    }
}
