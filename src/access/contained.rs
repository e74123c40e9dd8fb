//! Contained resources in the answer of a search (<https://hl7.org/fhir/R4/search.html#contained>): the container, or what it
//! contains alone. Either way it is the container that is judged.

use std::collections::HashMap;

use serde_json::Value;
use spil_fhir_profiles::definition::definitions;

use crate::error::Error;
use crate::search::{Contained, Query};
use crate::store::Record;
use crate::store::sql::search as sql;

use super::visibility::View;
use super::{Access, Directory, Stored, types};

impl Access {
    /// The types that the token allows to read; none for all.
    pub(super) fn readable(&self) -> Option<Vec<u16>> {
        let all: Vec<u16> =
            (0..=u16::MAX).map_while(|number| definitions().type_name(number).map(|_| number)).collect();
        let allowed = |rtype: &u16| ['r', 's'].iter().any(|letter| self.ctx.allows(types::name(*rtype), *letter));
        let readable: Vec<u16> = all.iter().copied().filter(allowed).collect();
        (readable.len() < all.len()).then_some(readable)
    }

    /// The matches as they are answered.
    pub(super) async fn shown(
        &self,
        query: &Query,
        records: &[Record],
        view: &View,
        directory: &Directory,
    ) -> Result<Vec<Stored>, Error> {
        let whole = |record: &Record| Stored::new(record.clone(), directory);
        if query.contained == Contained::No || !query.contained_alone {
            return Ok(records.iter().map(whole).collect());
        }
        let rids: Vec<i64> = records.iter().map(|record| record.rid).collect();
        let statement = sql::matched(self.app.store.dialect(), query, &view.visibility, rids);
        let mut inside: HashMap<i64, Vec<String>> = HashMap::new();
        for row in self.app.store.rows(&statement.text, statement.args).await? {
            inside.entry(row.int(0)).or_default().push(row.text(1).to_owned());
        }
        let mut shown = Vec::new();
        for record in records {
            let matched = inside.remove(&record.rid).unwrap_or_default();
            if matched.is_empty() {
                // With `both`: it matches itself.
                shown.push(whole(record));
                continue;
            }
            let body: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
            for fragment in matched {
                let contained = body["contained"].as_array().into_iter().flatten();
                let one = contained.into_iter().find(|one| one["id"].as_str() == fragment.strip_prefix('#'));
                let Some(one) = one else { continue };
                let body = serde_json::to_vec(one).map_err(Error::internal)?;
                shown.push(Stored { id: format!("{}{fragment}", record.id), body: body.into(), ..whole(record) });
            }
        }
        Ok(shown)
    }
}
