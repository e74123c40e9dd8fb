//! Who may see one resource now: the question of the patient, answered by the engine for every organisation.

use crate::error::Error;
use crate::store::Asker;

use super::{Access, Pass, Released, Verb, types};

impl Access {
    /// The names of the organisations that may see a resource for treatment, apart from its source.
    ///
    /// # Errors
    /// 404 when it is absent or not the caller's; 403 when the caller is not a patient at the portal.
    pub async fn audience(&self, rtype: &str, id: &str) -> Result<Released<Vec<String>>, Error> {
        let person = self.whole_person()?;
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("{rtype}/{id}/$audience"));
        pass.persons = vec![person];
        let number = types::number(rtype)?;
        let directory = self.directory().await?;
        let mut names = Vec::new();
        for org in directory.all() {
            let record = self.app.store.current(number, id, Asker { org: org.org, now: self.ctx.now }).await?;
            let Some(record) = record.filter(|record| record.person == person) else {
                self.record(&pass.refuse("absent")).await?;
                return Err(Error::not_found());
            };
            if record.source != org.org && self.open_to(org, &record).await? {
                names.push(org.name.clone());
            }
        }
        self.record(&pass).await?;
        Ok(Released(names))
    }
}
