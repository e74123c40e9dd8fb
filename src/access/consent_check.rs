//! `Patient/{id}/$consent-check`: what would be answered, and why.

use spil_consent::{Category, Item, Labels, decide};

use crate::ctx::Actor;
use crate::error::Error;

use super::judge::{directives, request_of};
use super::{Access, Pass, Released, Verb, types};

/// An answer with its reasons.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Whether it would be permitted.
    pub permit: bool,
    /// On what ground.
    pub ground: &'static str,
    /// Reasons in Dutch.
    pub dutch: Vec<String>,
    /// Reasons in English.
    pub english: Vec<String>,
}

impl Access {
    /// Asks the engine for a category, an organisation and a purpose, as of now. The patient may ask about every
    /// organisation, an organisation about itself.
    ///
    /// # Errors
    /// 404 when the patient is absent or hidden, 403 when an organisation asks about another, 400 for unknown codes.
    pub async fn consent_check(
        &self,
        patient_id: &str,
        organisation: &str,
        category: &str,
        purpose: &str,
    ) -> Result<Released<Checked>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("Patient/{patient_id}/$consent-check"));
        self.require("Patient", 'r', &pass).await?;
        let current = self.app.store.current(types::number("Patient")?, patient_id, self.asker()).await?;
        let current = current.filter(|record| !record.deleted && record.person > 0);
        let Some(record) = current else { return Err(self.absent(pass).await?) };
        pass.persons = vec![record.person];
        if !self.judge(&record).await?.permit {
            self.record(&pass.refuse("no permission")).await?;
            return Err(Error::not_found());
        }
        let directory = self.directory().await?;
        let id = organisation.strip_prefix("Organization/").unwrap_or(organisation);
        let org = directory.by_id(id).or_else(|| directory.by_ura(id)).cloned();
        let org = org.ok_or_else(|| Error::bad_request("value", "no such organisation").at("organisation"))?;
        if let Actor::Organisation(actor) = &self.ctx.actor
            && actor.org != org.org
        {
            self.record(&pass.refuse("asked about another organisation")).await?;
            return Err(Error::forbidden("an organisation can ask only about itself"));
        }
        let category = Category::from_code(category)
            .filter(|category| (1..=14).contains(&category.number()))
            .ok_or_else(|| Error::bad_request("code-invalid", "no such data category").at("category"))?;
        let (_, rules) = directives(&self.app, &directory, record.person, record.policy).await?;
        let request = request_of(&org, purpose, self.moment());
        let item = Item {
            holder: 0,
            holder_kind: "",
            category,
            labels: Labels::NONE,
            class: "*",
            id: "*",
            period: None,
            in_handoff: false,
        };
        let decision = decide(&request, &rules, &item);
        self.record(&pass).await?;
        Ok(Released(Checked {
            permit: decision.permit,
            ground: decision.ground.code(),
            dutch: decision.reasons.iter().map(spil_consent::Reason::dutch).collect(),
            english: decision.reasons.iter().map(spil_consent::Reason::english).collect(),
        }))
    }
}
