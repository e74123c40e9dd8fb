//! Who may see one resource now: the question of the patient, answered by the engine for every organisation.

use spil_consent::decide;

use crate::error::Error;
use crate::store::Asker;

use super::judge::{directives, item, request};
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
            let (_, rules) = directives(&self.app, &directory, record.person, record.policy).await?;
            let asking = crate::ctx::OrganisationActor {
                org: org.org,
                id: org.id.clone(),
                kind: org.kind.clone(),
                name: org.name.clone(),
                ura: org.ura.clone(),
                client_id: String::new(),
                subject: None,
            };
            let decision = decide(&request(&asking, "TREAT", self.moment()), &rules, &item(&record, &directory));
            if decision.permit && record.source != org.org {
                names.push(org.name.clone());
            }
        }
        self.record(&pass).await?;
        Ok(Released(names))
    }
}
