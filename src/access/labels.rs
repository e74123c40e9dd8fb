//! The tags, security labels and profiles that are in use, as far as the caller may see what carries them
//! (<https://hl7.org/fhir/R4/resource-operation-meta.html>).

use serde_json::{Value, json};
use spil_fhir_profiles::definition::resource_types;

use crate::error::Error;
use crate::store::Record;
use crate::store::sql::search as sql;

use super::visibility::View;
use super::{Access, Pass, Released, Verb, types};

/// Most values of one kind.
const MOST: usize = 1_000;
/// How often it is done again because permissions changed under it.
const TRIES: usize = 4;

impl Access {
    /// What resources of a type, or of all types, carry: a `Meta` with `profile`, `tag` and `security`.
    ///
    /// # Errors
    /// 403 when the token does not allow it or in an emergency, 400 when there are more than can be told.
    pub async fn labels(&self, rtype: Option<&str>) -> Result<Released<Value>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(rtype.map_or_else(|| "$meta".to_owned(), |rtype| format!("{rtype}/$meta")));
        let asked = rtype.map(|rtype| types::number(rtype).map(|_| rtype)).transpose()?;
        let all = resource_types().iter().copied().filter(|one| asked.is_none_or(|rtype| rtype == *one));
        let allowed: Vec<u16> =
            all.filter(|rtype| self.ctx.allows(rtype, 's')).filter_map(|rtype| types::number(rtype).ok()).collect();
        if allowed.is_empty() || self.ctx.is_emergency() {
            self.record(&pass.refuse("scope")).await?;
            return Err(Error::forbidden("the token or the purpose does not allow a search at large"));
        }
        for _ in 0..TRIES {
            let view = self.view(None).await?;
            let Some(records) = self.carriers(&allowed, &view).await? else { continue };
            let meta = meta_of(&records)?;
            pass.count = records.len();
            pass.persons = records.iter().map(|record| record.person).collect();
            pass.categories = records.iter().map(|record| record.category).collect();
            self.ground(&mut pass, &records, &view, &*self.directory().await?);
            self.record(&pass).await?;
            return Ok(Released(meta));
        }
        Err(Error::conflict("permissions kept changing while the labels were read; try again"))
    }

    /// Records that together carry everything that is in use; none when permissions moved meanwhile.
    async fn carriers(&self, types: &[u16], view: &View) -> Result<Option<Vec<Record>>, Error> {
        let dialect = self.app.store.dialect();
        let most = i64::try_from(MOST).unwrap_or(i64::MAX).saturating_add(1);
        let mut rids = Vec::new();
        for statement in sql::labels(dialect, types, most, &view.visibility) {
            let rows = self.app.store.rows(&statement.text, statement.args).await?;
            if rows.len() > MOST {
                return Err(Error::bad_request("too-costly", "more than 1,000 labels or profiles are in use"));
            }
            rids.extend(rows.iter().map(|row| row.int(0)));
        }
        rids.sort_unstable();
        rids.dedup();
        let statement = sql::rows(dialect, rids, &view.visibility);
        let rows = self.app.store.rows(&statement.text, statement.args).await?;
        self.confirm(rows, view).await
    }
}

/// What the records carry, each value once.
fn meta_of(records: &[Record]) -> Result<Value, Error> {
    let mut lists: [(&str, Vec<Value>); 3] = [("profile", Vec::new()), ("security", Vec::new()), ("tag", Vec::new())];
    for record in records {
        let body: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
        for (name, list) in &mut lists {
            for one in body["meta"][*name].as_array().into_iter().flatten() {
                let plain = match one.as_str() {
                    Some(_) => one.clone(),
                    None => json!({"system": one["system"], "code": one["code"]}),
                };
                if !list.contains(&plain) {
                    list.push(plain);
                }
            }
        }
    }
    let mut meta = json!({});
    for (name, mut list) in lists {
        list.sort_by_key(ToString::to_string);
        for one in list.iter_mut().filter_map(Value::as_object_mut) {
            one.retain(|_, value| !value.is_null());
        }
        if !list.is_empty() {
            meta[name] = Value::Array(list);
        }
    }
    Ok(meta)
}
