//! The last observations of each kind (<https://hl7.org/fhir/R4/observation-operation-lastn.html>).

use crate::error::Error;
use crate::search::{Options, Query};
use crate::store::sql::search as sql;

use super::search::problems;
use super::{Access, Found, Pass, Released, Verb};

/// Most observations of one answer.
const MOST: i64 = 1_000;
/// Most observations of each kind.
const MAX: u32 = 100;

/// Parameters that say whose observations.
const WHOSE: [&str; 2] = ["patient", "subject"];
/// Parameters that say of which kind.
const KIND: [&str; 7] = [
    "category",
    "code",
    "combo-code",
    "code-value-concept",
    "code-value-quantity",
    "code-value-date",
    "code-value-string",
];

impl Access {
    /// The `max` last observations of each kind among those that match; more when several are of the same moment as the
    /// last of them.
    ///
    /// # Errors
    /// 400 with every fault of the query, also when it does not say whose observations or of which kind.
    pub async fn last_observations(&self, pairs: &[(String, String)], max: u32) -> Result<Released<Found>, Error> {
        let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("Observation/$lastn?{}", names.join("&")));
        self.require("Observation", 's', &pass).await?;
        let base = self.app.config.fhir_base();
        let set = self.app.parameters.get();
        let options = Options {
            lenient: false,
            max_count: MAX,
            default_count: 1,
            now: self.ctx.now,
            base_url: &base,
            parameters: &set.parameters,
        };
        let query = self.read_query("Observation", pairs, &options).await?.map_err(problems)?;
        complete(pairs, &query)?;
        if max > MAX {
            return Err(Error::bad_request("too-costly", format!("`max` is at most {MAX}")).at("max"));
        }
        if let Err(error) = self.may_look_into(&query) {
            self.record(&pass.refuse("refused with 403")).await?;
            return Err(error);
        }
        for _ in 0..4 {
            let mut query = query.clone();
            self.bind(&mut query).await?;
            self.refuse_emergency_at_large(&query)?;
            let view = self.view(query.person).await?;
            let statement = sql::lastn(self.app.store.dialect(), &query, &view.visibility, max, MOST);
            let rows = self.app.store.rows(&statement.text, statement.args).await?;
            if rows.len() > usize::try_from(MOST).unwrap_or(usize::MAX) {
                let text = format!("more than {MOST} observations: ask for fewer kinds, or a smaller `max`");
                return Err(Error::bad_request("too-costly", text));
            }
            let Some(records) = self.confirm(rows, &view).await? else { continue };
            let directory = self.directory().await?;
            let total = i64::try_from(records.len()).ok();
            let matches = self.give(records.clone()).await?;
            let found = Found { matches, included: Vec::new(), total, query, next: None };
            self.note(&mut pass, &found, &records, &view, &directory);
            self.record(&pass).await?;
            return Ok(Released(found));
        }
        Err(Error::conflict("permissions kept changing while the search ran; try again"))
    }
}

/// The standard asks whose observations and of which kind; what only shapes a page has no place here.
fn complete(pairs: &[(String, String)], query: &Query) -> Result<(), Error> {
    let base = |name: &str| name.split([':', '.']).next().unwrap_or_default().to_owned();
    let given = |wanted: &[&str]| pairs.iter().any(|(name, _)| wanted.contains(&base(name).as_str()));
    if !given(&WHOSE) {
        return Err(Error::bad_request("required", "say whose observations, by `patient` or `subject`").at("patient"));
    }
    if !given(&KIND) {
        return Err(Error::bad_request("required", "say which observations, by `category` or `code`").at("category"));
    }
    let control = ["_sort", "_count", "_total", "_summary", "_elements", "_include", "_revinclude", "_page"];
    match pairs.iter().find(|(name, _)| control.contains(&base(name).as_str())) {
        Some((name, _)) => Err(Error::bad_request("not-supported", "not possible with this operation").at(name)),
        None if query.filters.is_empty() => Err(Error::bad_request("required", "an empty search")),
        None => Ok(()),
    }
}
