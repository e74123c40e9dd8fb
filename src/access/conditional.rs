//! Conditional interactions: a search whose answer must still be the same when the change is written.

use crate::error::Error;
use crate::search::{Options, Query};
use crate::store::Record;
use crate::store::commit::Check;
use crate::store::sql::search as sql;

use super::absent::NOBODY;
use super::plan::Plan;
use super::search::problems;
use super::{Access, types};

impl Access {
    /// The one visible match of a query, or none; the writer checks that it stays so.
    ///
    /// # Errors
    /// 412 when there are several, 400 when the query has no or unknown parameters.
    pub(super) async fn one(
        &self,
        plan: &mut Plan,
        rtype: &str,
        pairs: &[(String, String)],
    ) -> Result<Option<Record>, Error> {
        if !self.ctx.allows(rtype, 's') {
            return Err(Error::forbidden("a condition needs a token that allows searching this type"));
        }
        let base = self.app.config.fhir_base();
        let set = self.app.parameters.get();
        let options = Options {
            lenient: false,
            max_count: 2,
            default_count: 2,
            now: self.ctx.now,
            base_url: &base,
            parameters: &set.parameters,
        };
        let mut query = self.read_query(rtype, pairs, &options).await?.map_err(problems)?;
        if query.filters.is_empty() {
            return Err(Error::bad_request("required", "a condition needs at least one search parameter"));
        }
        self.may_look_into(&query)?;
        self.bind(&mut query).await?;
        // Somebody may become known before the change is written: the writer must find that out.
        query.person = query.person.filter(|person| *person != NOBODY);
        let view = self.view(query.person).await?;
        plan.policies.extend(view.policies());
        query.count = 2 + u32::try_from(plan.deleted.len()).unwrap_or(u32::MAX - 2);
        let narrowed = Query { sort: Vec::new(), after: None, includes: Vec::new(), ..query };
        let statement = sql::page(self.app.store.dialect(), &narrowed, &view.visibility);
        let rows = self.app.store.rows(&statement.text, statement.args.clone()).await?;
        let rids: Vec<i64> = rows.iter().map(|row| row.int(0)).collect();
        let several = rids.iter().filter(|rid| !plan.deleted.contains(rid)).count() > 1;
        plan.checks.push(Check { sql: statement.text, args: statement.args, rids });
        let records = self
            .confirm(rows, &view)
            .await?
            .ok_or_else(|| Error::conflict("permissions changed while the condition was read; try again"))?;
        if several {
            return Err(Error::precondition("the condition matches more than one resource"));
        }
        Ok(records.into_iter().find(|record| !plan.deleted.contains(&record.rid)))
    }

    /// Reads the current versions of all that is named in one go.
    pub(super) async fn read_ahead(&self, plan: &mut Plan, named: &[(&str, &str)]) -> Result<(), Error> {
        let known = |(rtype, id): &(&str, &str)| Some((types::number(rtype).ok()?, (*id).to_owned()));
        let mut wanted: Vec<(u16, String)> = named.iter().filter_map(known).collect();
        wanted.sort();
        wanted.dedup();
        if wanted.len() < 2 {
            return Ok(());
        }
        let mut found = self.app.store.currents(&wanted, self.asker()).await?;
        plan.read = wanted.into_iter().map(|place| (place.clone(), found.remove(&place))).collect();
        Ok(())
    }

    /// The current row of a type and id, noted as what the change relies on.
    pub(super) async fn expect(&self, plan: &mut Plan, rtype: &str, id: &str) -> Result<Option<Record>, Error> {
        let number = types::number(rtype)?;
        let record = match plan.read.remove(&(number, id.to_owned())) {
            Some(read) => read,
            None => self.app.store.current(number, id, self.asker()).await?,
        };
        plan.expect.push(crate::store::commit::Expect {
            rtype: number,
            id: id.to_owned(),
            current: record.as_ref().map(|record| (record.rid, record.version)),
        });
        Ok(record)
    }
}
