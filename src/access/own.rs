//! What an organisation is itself the source of, page by page: for taking its data along.

use spil_consent::Ground;

use crate::error::Error;
use crate::search::Query;
use crate::store::Record;
use crate::store::commit::Check;
use crate::store::sql::search::{Visibility, page};

use super::plan::Plan;
use super::visibility::View;
use super::{Access, Pass, Released, Stored, Verb, types};

/// Resources on a page.
const PAGE: u32 = 500;

/// A page of own resources, with where the next one starts.
#[derive(Debug, Clone)]
pub struct OwnPage {
    /// The resources.
    pub resources: Vec<Stored>,
    /// What to ask the next page with; none on the last page.
    pub next: Option<String>,
}

impl Access {
    /// A page of the resources of a type that the caller is the source of; what others permit is not among them.
    ///
    /// # Errors
    /// 403 when the caller is no organisation or the token does not allow it.
    pub async fn own(&self, rtype: &str, after: Option<&str>) -> Result<Released<OwnPage>, Error> {
        let mut query = Query::new(types::number(rtype)?, PAGE);
        let own = self.ctx.org().filter(|_| self.ctx.allows(rtype, 's'));
        let own = own.ok_or_else(|| Error::forbidden("only an organisation can take its own data along"))?;
        if after.is_some_and(|after| !query.continue_after(after)) {
            return Err(Error::bad_request("value", "this page is not valid here"));
        }
        let visibility = Visibility { own: Some(own), ..Visibility::default() };
        let view = View { visibility, rules: std::collections::HashMap::new() };
        let page = self.attempt(query, &view).await?;
        let (found, records) = page.ok_or_else(|| Error::conflict("permissions changed; try again"))?;
        let mut pass = Pass::new(Verb::Search, None);
        pass.query = Some(format!("{rtype}?_export=own"));
        pass.count = records.len();
        pass.persons = records.iter().map(|record| record.person).collect();
        pass.categories = records.iter().map(|record| record.category).collect();
        pass.ground = Ground::Own;
        self.record(&pass).await?;
        Ok(Released(OwnPage { resources: found.matches, next: found.next }))
    }

    /// What an organisation wrote itself and a query finds; the writer checks that it stays so.
    pub(super) async fn own_rows(&self, plan: &mut Plan, org: i64, query: &Query) -> Result<Vec<Record>, Error> {
        let own = Visibility { own: Some(org), ..Visibility::default() };
        let statement = page(self.app.store.dialect(), query, &own);
        let mut rows = self.app.store.rows(&statement.text, statement.args.clone()).await?;
        let rids = rows.iter().map(|row| row.int(0)).collect();
        plan.checks.push(Check { sql: statement.text, args: statement.args, rids });
        Ok(rows.iter_mut().map(Record::from_row).collect())
    }
}
