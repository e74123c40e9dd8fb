//! Search: the caller's view is part of every statement, and each row is judged again before it is released.

use std::collections::HashSet;
use std::sync::LazyLock;

use spil_fhir_profiles::category;
use spil_fhir_profiles::definition::definitions;

use crate::error::{Error, Fault};
use crate::search::{self, Contained, Filter, Limits, Options, Query, Total};
use crate::store::sql::search as sql;
use crate::store::{Record, Row};

use super::absent::NOBODY;
use super::called::as_asked;
use super::visibility::View;
use super::{Access, Directory, Pass, Released, Stored, Verb, types};

/// Matches on a page when the caller names no number.
const DEFAULT_COUNT: u32 = 50;
/// Most matches on a page.
const MAX_COUNT: u32 = 1_000;
/// Up to so many matches of a type are counted for `_total=estimate`.
const ESTIMATED: i64 = 10_000;
/// How often a search is done again because permissions changed under it.
const TRIES: usize = 4;

/// One page of a search.
#[derive(Debug, Clone)]
pub struct Found {
    /// The matches.
    pub matches: Vec<Stored>,
    /// What was included.
    pub included: Vec<Stored>,
    /// The number of matches on all pages, if asked.
    pub total: Option<i64>,
    /// The query, as it was understood.
    pub query: Query,
    /// The sealed link to the next page.
    pub next: Option<String>,
}

/// Whether rows of a type are open to all who signed in.
pub fn is_public(rtype: u16) -> bool {
    static PUBLIC: LazyLock<HashSet<u16>> =
        LazyLock::new(|| category::general_types().iter().filter_map(|name| definitions().type_number(name)).collect());
    PUBLIC.contains(&rtype)
}

impl Access {
    /// Searches a type (or, without one, the types that `_type` names) with decoded pairs, or continues a page with `_page`.
    ///
    /// # Errors
    /// 400 with every fault of the query; 403 when the token does not allow it.
    pub async fn search(
        &self,
        rtype: &str,
        pairs: &[(String, String)],
        lenient: bool,
    ) -> Result<Released<Found>, Error> {
        self.search_within(rtype, rtype, pairs, lenient, &Bounds::default()).await
    }

    /// The same at an address below the base, within bounds that are not in the query.
    pub(super) async fn search_within(
        &self,
        address: &str,
        rtype: &str,
        pairs: &[(String, String)],
        lenient: bool,
        bounds: &Bounds,
    ) -> Result<Released<Found>, Error> {
        let mut pass = search_pass(address, pairs);
        if !rtype.is_empty() {
            types::number(rtype)?;
            self.may_search(rtype, &pass).await?;
        }
        let (mut query, pairs) = self.parse(address, rtype, pairs, lenient).await?;
        for number in query.types() {
            self.may_search(types::name(number), &pass).await?;
        }
        if query.contained != Contained::No {
            query.containers = self.readable();
        }
        bounds.narrow(&mut query);
        let done = match self.may_look_into(&query) {
            Ok(()) => self.run(query).await,
            Err(error) => Err(error),
        };
        let (mut found, matched, view) = match done {
            Err(error) if error.status == 403 => {
                self.record(&pass.refuse("refused with 403")).await?;
                return Err(error);
            }
            other => other?,
        };
        found.next = match found.next.take() {
            Some(after) => Some(self.seal_page(address, pairs, after)?),
            None => None,
        };
        let directory = self.directory().await?;
        self.note(&mut pass, &found, &matched, &view, &directory);
        self.record(&pass).await?;
        Ok(Released(found))
    }

    async fn may_search(&self, rtype: &str, pass: &Pass) -> Result<(), Error> {
        if self.ctx.allows(rtype, 's') {
            return Ok(());
        }
        self.record(&pass.clone().refuse("scope")).await?;
        Err(Error::forbidden("the token does not allow searching this type"))
    }

    /// Reads the query; a page link brings its own.
    pub(super) async fn parse(
        &self,
        address: &str,
        rtype: &str,
        pairs: &[(String, String)],
        lenient: bool,
    ) -> Result<(Query, Vec<(String, String)>), Error> {
        let base = self.app.config.fhir_base();
        let set = self.app.parameters.get();
        let options = Options {
            lenient,
            max_count: MAX_COUNT,
            default_count: DEFAULT_COUNT,
            now: self.ctx.now,
            base_url: &base,
            parameters: &set.parameters,
        };
        let Some((_, sealed)) = pairs.iter().find(|(name, _)| name == "_page") else {
            let query = self.read_query(rtype, pairs, &options).await?.map_err(problems)?;
            return Ok((query, pairs.to_vec()));
        };
        let link = self.open_page(address, sealed)?;
        let mut query = self.read_query(rtype, &link.pairs, &options).await?.map_err(problems)?;
        if !query.continue_after(&link.after) {
            return Err(Error::bad_request("value", "this page link is not valid here").at("_page"));
        }
        Ok((query, link.pairs))
    }

    /// Runs a query until the permissions stood still while it ran.
    pub(super) async fn run(&self, query: Query) -> Result<(Found, Vec<Record>, View), Error> {
        for _ in 0..TRIES {
            let mut query = query.clone();
            self.bind_each(&mut query).await?;
            self.refuse_emergency_at_large(&query)?;
            for other in &query.also {
                self.refuse_emergency_at_large(other)?;
            }
            let same = query.also.iter().all(|other| other.person == query.person);
            let view = self.view_in(query.person.filter(|_| same), query.policy.filter(|_| same)).await?;
            if let Some((found, records)) = self.attempt(query, &view).await? {
                return Ok((found, records, view));
            }
        }
        Err(Error::conflict("permissions kept changing while the search ran; try again"))
    }

    /// A token for one type does not ask through others.
    pub(super) fn may_look_into(&self, query: &Query) -> Result<(), Error> {
        let allowed = |rtype: u16| ['r', 's'].iter().any(|letter| self.ctx.allows(types::name(rtype), *letter));
        if query.looked_into().into_iter().all(allowed) {
            return Ok(());
        }
        Err(Error::forbidden("the token does not allow searching through a type that the query names"))
    }

    /// Emergency access is for one patient who is named.
    pub(super) fn refuse_emergency_at_large(&self, query: &Query) -> Result<(), Error> {
        let at_large = query.person.is_none() && !is_public(query.rtype);
        let names_patient = !query.patient_filters().is_empty() || query.rtype == types::number("Patient")?;
        if self.ctx.is_emergency() && at_large && !names_patient {
            return Err(Error::forbidden("emergency access is for one patient: name the patient in the search"));
        }
        Ok(())
    }

    pub(super) async fn attempt(&self, query: Query, view: &View) -> Result<Option<(Found, Vec<Record>)>, Error> {
        let total = self.total(&query, view).await?;
        let mut found = Found { matches: Vec::new(), included: Vec::new(), total, query, next: None };
        if found.query.only_count() {
            return Ok(Some((found, Vec::new())));
        }
        let mut rows = self.page(&found.query, view).await?;
        let most = usize::try_from(found.query.count).unwrap_or(usize::MAX);
        if rows.len() > most {
            rows.truncate(most);
            found.next = rows.last().map(|row| sql::cursor(&found.query, row).encode());
        }
        let Some(records) = self.confirm(rows, view).await? else { return Ok(None) };
        let Some(included) = self.included(&found.query, &records, view).await? else { return Ok(None) };
        let directory = self.directory().await?;
        found.matches = self.shown(&found.query, &records, view, &directory).await?;
        found.included = included.iter().map(|record| Stored::new(record.clone(), &directory)).collect();
        self.hush(found.matches.iter_mut().chain(&mut found.included)).await?;
        as_asked(&found.query, found.matches.iter_mut().chain(&mut found.included))?;
        let records = records.into_iter().chain(included).collect();
        Ok(Some((found, records)))
    }

    /// The number of matches, if it is asked.
    async fn total(&self, query: &Query, view: &View) -> Result<Option<i64>, Error> {
        let dialect = self.app.store.dialect();
        let statement = match query.total {
            Total::Estimate if !query.only_count() => sql::estimate(dialect, query, &view.visibility, ESTIMATED),
            Total::None if !query.only_count() => return Ok(None),
            _ => sql::total(dialect, query, &view.visibility),
        };
        let rows = self.app.store.rows(&statement.text, statement.args).await?;
        Ok(Some(rows.first().map_or(0, |row| row.int(0))))
    }

    /// The rows of one page, with one more if there is a next page.
    pub(super) async fn page(&self, query: &Query, view: &View) -> Result<Vec<Row>, Error> {
        let statement = sql::page(self.app.store.dialect(), query, &view.visibility);
        Ok(self.app.store.rows(&statement.text, statement.args).await?)
    }

    /// Judges rows on their way out; none when a person's permissions have moved on since the query was made.
    pub(super) async fn confirm(&self, rows: Vec<Row>, view: &View) -> Result<Option<Vec<Record>>, Error> {
        let directory = self.directory().await?;
        let mut records = Vec::with_capacity(rows.len());
        for mut row in rows {
            let record = Record::from_row(&mut row);
            let rules = view.rules.get(&record.person);
            let own = self.ctx.org().is_some_and(|org| org == record.source);
            if rules.is_some_and(|(policy, _)| *policy != record.policy && !own) {
                return Ok(None);
            }
            let directives = rules.map(|(_, directives)| directives.as_slice());
            if self.confirms(&record, &directory, directives) {
                records.push(record);
            } else {
                // The condition and the engine disagree: the engine wins, and somebody must look.
                tracing::error!(rid = record.rid, "a row passed the condition and not the engine");
            }
        }
        Ok(Some(records))
    }

    async fn included(&self, query: &Query, matches: &[Record], view: &View) -> Result<Option<Vec<Record>>, Error> {
        let mut seen: HashSet<i64> = matches.iter().map(|record| record.rid).collect();
        let mut round: Vec<(u16, i64)> = matches.iter().map(|record| (record.rtype, record.rid)).collect();
        let mut included: Vec<Record> = Vec::new();
        for number in 0..=Limits::ROUNDS {
            if query.includes.is_empty() || round.is_empty() {
                break;
            }
            let statements = sql::includes(self.app.store.dialect(), query, &view.visibility, &round, number == 0);
            round.clear();
            for statement in statements {
                let rows = self.app.store.rows(&statement.text, statement.args).await?;
                let Some(records) = self.confirm(rows, view).await? else { return Ok(None) };
                for record in records {
                    // A token for one type does not bring others along.
                    let allowed = self.ctx.allows(types::name(record.rtype), 'r');
                    if allowed && seen.insert(record.rid) {
                        round.push((record.rtype, record.rid));
                        included.push(record);
                    }
                }
            }
            if included.len() > usize::try_from(Limits::INCLUDED).unwrap_or(usize::MAX) {
                return Err(Error::bad_request("too-costly", "the search includes more than 1,000 resources"));
            }
        }
        Ok(Some(included))
    }

    /// Completes the record of a search with what it released: matches and what was included.
    pub(super) fn note(&self, pass: &mut Pass, found: &Found, matched: &[Record], view: &View, directory: &Directory) {
        pass.count = found.matches.len() + found.included.len();
        pass.persons = matched.iter().map(|record| record.person).collect();
        pass.persons.extend(found.query.person);
        pass.persons.extend(found.query.also.iter().filter_map(|other| other.person));
        pass.categories = found.matches.iter().chain(&found.included).map(|stored| stored.category).collect();
        self.ground(pass, matched, view, directory);
        // A search about one person who permits nothing, or not even to be found, was refused, whatever there is: the
        // patient reads that back.
        let hidden = view.visibility.granted.is_empty() || types::number("Patient").ok() == Some(found.query.rtype);
        let asked = self.ctx.org().and(found.query.person).is_some_and(|person| person != NOBODY);
        if matched.is_empty() && asked && hidden {
            pass.refused = Some("no permission".to_owned());
        }
    }
}

/// The record of a search in the making; the names of its parameters only.
pub(super) fn search_pass(address: &str, pairs: &[(String, String)]) -> Pass {
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    let mut pass = Pass::new(Verb::Search, None);
    pass.query = Some(format!("{address}?{}", names.join("&")));
    pass
}

/// What a search is limited to beside its query.
#[derive(Debug, Clone, Default)]
pub(super) struct Bounds {
    /// The records of one person.
    pub person: Option<i64>,
    /// A condition.
    pub filter: Option<Filter>,
}

impl Bounds {
    /// Makes them part of a query.
    pub(super) fn narrow(&self, query: &mut Query) {
        query.filters.extend(self.filter.clone());
        if let Some(person) = self.person {
            query.bind(person);
        }
    }
}

/// What is wrong with a query, as a refusal.
pub(super) fn problems(problems: Vec<search::Problem>) -> Error {
    let faults = problems
        .into_iter()
        .map(|problem| Fault { code: problem.code, diagnostics: problem.text, expression: Some(problem.param) })
        .collect();
    Error::faults(400, faults)
}
