//! From an interaction to a draft: which resource, which version, and whether the caller may do it at all.

use serde_json::Value;

use crate::error::Error;
use crate::store::Record;
use crate::store::commit::Method;

use super::draft::{Draft, create, nothing};
use super::patch::Patch;
use super::plan::Plan;
use super::write::Interaction;
use super::{Access, types};

impl Access {
    /// Finds what an interaction is about and whether the caller may do it at all. Takes the resource out of it.
    pub(super) async fn draft(&self, plan: &mut Plan, interaction: &mut Interaction) -> Result<Draft, Error> {
        let (rtype, letter) = interaction.needs();
        let rtype = types::name(types::number(rtype)?);
        self.may_write(rtype, letter)?;
        match interaction {
            Interaction::Create { body, if_none_exist, .. } => {
                if let Some(pairs) = if_none_exist
                    && let Some(found) = self.one(plan, rtype, pairs).await?
                {
                    let id = found.id.clone();
                    return Ok(Draft { current: Some(found), ..nothing(rtype, &id) });
                }
                if if_none_exist.is_none()
                    && let Some(found) = self.standing(plan, rtype, body).await?
                {
                    let (id, posted) = (found.id.clone(), Some(body.take()));
                    return Ok(Draft { current: Some(found), posted, ..nothing(rtype, &id) });
                }
                let id = self.app.random.uuid();
                Ok(create(rtype, id, body.take()))
            }
            Interaction::Update { id, body, if_match, .. } => {
                let current = self.expect(plan, rtype, id).await?;
                self.draft_update(rtype, id, current, body.take(), *if_match).await
            }
            Interaction::ConditionalUpdate { query, body, if_match, .. } => {
                if let Some(found) = self.one(plan, rtype, query).await? {
                    let id = found.id.clone();
                    let current = self.expect(plan, rtype, &id).await?;
                    return self.draft_update(rtype, &id, current, body.take(), *if_match).await;
                }
                let id = body["id"].as_str().map_or_else(|| self.app.random.uuid(), str::to_owned);
                let current = self.expect(plan, rtype, &id).await?;
                self.draft_update(rtype, &id, current, body.take(), *if_match).await
            }
            Interaction::Patch { id, patch, if_match, .. } => {
                let current = self.expect(plan, rtype, id).await?;
                self.draft_patch(rtype, id, current, patch, *if_match).await
            }
            Interaction::ConditionalPatch { query, patch, if_match, .. } => {
                let found = self.one(plan, rtype, query).await?.ok_or_else(Error::not_found)?;
                let current = self.expect(plan, rtype, &found.id).await?;
                self.draft_patch(rtype, &found.id, current, patch, *if_match).await
            }
            Interaction::Delete { id, if_match, .. } => {
                let current = self.expect(plan, rtype, id).await?;
                self.draft_delete(rtype, id, current, *if_match).await
            }
            Interaction::ConditionalDelete { query, .. } => match self.one(plan, rtype, query).await? {
                None => Ok(nothing(rtype, "")),
                Some(found) => {
                    let current = self.expect(plan, rtype, &found.id).await?;
                    self.draft_delete(rtype, &found.id, current, None).await
                }
            },
        }
    }

    async fn draft_update(
        &self,
        rtype: &str,
        id: &str,
        current: Option<Record>,
        mut body: Value,
        if_match: Option<i64>,
    ) -> Result<Draft, Error> {
        if let Some(map) = body.as_object_mut()
            && map.get("id").is_none_or(|given| given != id)
        {
            if map.contains_key("id") {
                let text = "the id in the resource is not the id in the address";
                return Err(Error::bad_request("value", text).at(format!("{rtype}.id")));
            }
            map.insert("id".to_owned(), Value::String(id.to_owned()));
        }
        let Some(record) = current else {
            if if_match.is_some_and(|version| version > 0) {
                return Err(Error::precondition("there is no such version"));
            }
            return Ok(create(rtype, id.to_owned(), body));
        };
        if !self.judge(&record).await?.permit {
            // With If-Match the answer is that of an absent one. Without, an absent one would be created, which is not
            // possible here: an address names no source, so two resources at one could not be told apart by who may see
            // both, and to refuse every id that a client chooses would end loading by PUT. So this tells that the id is
            // taken and nothing else; ids that the server gives cannot be guessed.
            let absent = Error::precondition("there is no such version");
            return Err(if if_match.is_some_and(|version| version > 0) { absent } else { Error::not_found() });
        }
        if !(record.deleted && if_match == Some(0)) {
            matches_version(&record, if_match)?;
        }
        if !record.deleted {
            self.may_change(&record, Some(&body))?;
        } else if !self.owns(&record) {
            return Err(Error::not_found());
        }
        let method = Some(Method::Update);
        Ok(Draft { current: Some(record), method, body: Some(body), ..nothing(rtype, id) })
    }

    async fn draft_patch(
        &self,
        rtype: &str,
        id: &str,
        current: Option<Record>,
        patch: &Patch,
        if_match: Option<i64>,
    ) -> Result<Draft, Error> {
        let record = current.ok_or_else(Error::not_found)?;
        if !self.judge(&record).await?.permit {
            return Err(Error::not_found());
        }
        if record.deleted {
            return Err(Error::new(410, "deleted", "this resource was deleted"));
        }
        matches_version(&record, if_match)?;
        if matches!(patch, Patch::Meta(..)) && !self.owns(&record) {
            return Err(Error::forbidden("only the source of this resource can change its labels"));
        }
        let body = patch.apply(serde_json::from_slice(&record.body).map_err(Error::internal)?)?;
        if body["id"] != *id || body["resourceType"] != *rtype {
            return Err(Error::unprocessable("business-rule", "a patch cannot change id or resourceType"));
        }
        self.may_change(&record, Some(&body))?;
        let method = Some(Method::Patch);
        Ok(Draft { current: Some(record), method, body: Some(body), ..nothing(rtype, id) })
    }

    async fn draft_delete(
        &self,
        rtype: &str,
        id: &str,
        current: Option<Record>,
        if_match: Option<i64>,
    ) -> Result<Draft, Error> {
        // Absent, hidden and already gone are answered alike: there is nothing there (any more).
        let Some(record) = current else { return Ok(nothing(rtype, id)) };
        if record.deleted || !self.judge(&record).await?.permit {
            return Ok(nothing(rtype, id));
        }
        matches_version(&record, if_match)?;
        self.may_change(&record, None)?;
        let method = Some(Method::Delete);
        Ok(Draft { current: Some(record), method, ..nothing(rtype, id) })
    }
}

fn matches_version(record: &Record, if_match: Option<i64>) -> Result<(), Error> {
    match if_match {
        Some(0) => Err(Error::precondition("there is such a resource already")),
        Some(version) if version != record.version => {
            Err(Error::precondition("the version in If-Match is not the current one"))
        }
        _ => Ok(()),
    }
}
