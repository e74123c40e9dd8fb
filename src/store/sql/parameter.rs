//! The search parameters that were given beside those of the standard, and the filling and emptying of their index.

use std::collections::HashMap;

use spil_fhir_profiles::index::IndexRows;
use spil_fhir_profiles::parameters::{Custom, ParamKind};

use crate::store::tx::{Statement, Step, StoreError};
use crate::store::value::{Arg, Row};
use crate::store::{Dialect, Store};

use super::{apply, index};

/// The first number that is not of the standard.
pub const FIRST: i64 = 10_000;

/// How far a search parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterState {
    /// Asked; nothing that was stored before is indexed.
    Requested = 0,
    /// Being indexed.
    Indexing = 1,
    /// Everything is indexed: it can be searched.
    Active = 2,
    /// It cannot be used.
    Failed = 3,
    /// It was taken away; rows may be left.
    Removed = 4,
    /// Nothing is left of it but its numbers.
    Purged = 5,
}

impl ParameterState {
    fn read(number: i64) -> Self {
        match number {
            0 => Self::Requested,
            1 => Self::Indexing,
            2 => Self::Active,
            4 => Self::Removed,
            5 => Self::Purged,
            _ => Self::Failed,
        }
    }

    /// Its name for people and programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Indexing => "indexing",
            Self::Active => "active",
            Self::Failed => "failed",
            Self::Removed | Self::Purged => "removed",
        }
    }
}

/// A search parameter as it is kept.
#[derive(Debug, Clone)]
pub struct StoredParameter {
    /// The first of its numbers.
    pub number: u16,
    /// Id of the `SearchParameter`.
    pub id: String,
    /// What was understood of it; none if this version of the server no longer can.
    pub custom: Option<Custom>,
    /// How far it is.
    pub state: ParameterState,
    /// The last row that was indexed.
    pub done: i64,
    /// Why it failed.
    pub fault: Option<String>,
}

/// A change of the set of search parameters, as part of a commit.
#[derive(Debug, Clone)]
pub struct DefinitionChange {
    /// Id of the `SearchParameter`.
    pub id: String,
    /// What it means from now on; none if it is gone.
    pub custom: Option<Custom>,
}

/// A step of the work on the index of one search parameter.
#[derive(Debug, Clone)]
pub struct IndexStep {
    /// Its first number.
    pub number: u16,
    /// All of its numbers with the kind of the values.
    pub numbers: Vec<(u16, ParamKind)>,
    /// What is to be done.
    pub work: IndexWork,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum IndexWork {
    /// Adds rows for resources that were stored before.
    Fill {
        /// Where the step before ended.
        from: i64,
        /// Where this one ends.
        to: i64,
        /// Row, version, and what was found.
        found: Vec<(i64, i64, IndexRows)>,
        /// The resource types that have the parameter; empty for all.
        types: Vec<u16>,
        /// Whether nothing came after `to` when this was read.
        last: bool,
    },
    /// Takes rows away.
    Empty,
    /// Notes why it cannot be used.
    Fail(String),
}

/// Most resources whose rows one step takes away.
const PURGED: i64 = 500;

impl Store {
    /// The number of the last change of the set of search parameters.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn parameter_version(&self) -> Result<i64, StoreError> {
        let rows = self.rows("SELECT MAX(version) FROM search_parameter_change", Vec::new()).await?;
        Ok(rows.first().map_or(0, |row| row.int(0)))
    }

    /// The search parameters beside those of the standard that are not purged.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search_parameters(&self) -> Result<Vec<StoredParameter>, StoreError> {
        let sql =
            "SELECT number, id, definition, state, done, fault FROM search_parameter WHERE state < 5 ORDER BY number";
        let stored = |row: &Row| StoredParameter {
            number: u16::try_from(row.int(0)).unwrap_or(u16::MAX),
            id: row.text(1).to_owned(),
            custom: serde_json::from_str(row.text(2)).ok(),
            state: ParameterState::read(row.int(3)),
            done: row.int(4),
            fault: row.opt_text(5).map(str::to_owned),
        };
        Ok(self.rows(sql, Vec::new()).await?.iter().map(stored).collect())
    }

    /// The next resources of these types (none: of all) after a row: row, version and JSON.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn to_index(&self, types: &[u16], after: i64, most: i64) -> Result<Vec<(i64, i64, Vec<u8>)>, StoreError> {
        let sql = format!(
            "SELECT rid, version, body FROM resource WHERE deleted = 0 AND rid > $1{} ORDER BY rid LIMIT $2",
            of_types(self.dialect(), types, "$3")
        );
        let mut args = vec![after.into(), most.into()];
        args.extend(type_args(types));
        let mut rows = self.rows(&sql, args).await?;
        Ok(rows.iter_mut().map(|row| (row.int(0), row.int(1), row.take_bytes(2))).collect())
    }

    /// How many resources of these types (none: of all) there are, up to a row and in all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn indexed(&self, types: &[u16], done: i64) -> Result<(i64, i64), StoreError> {
        let sql = format!(
            "SELECT COUNT(CASE WHEN rid <= $1 THEN 1 END), COUNT(*) FROM resource WHERE deleted = 0{}",
            of_types(self.dialect(), types, "$2")
        );
        let mut args = vec![done.into()];
        args.extend(type_args(types));
        let rows = self.rows(&sql, args).await?;
        Ok(rows.first().map_or((0, 0), |row| (row.int(0), row.int(1))))
    }
}

fn of_types(dialect: Dialect, types: &[u16], place: &str) -> String {
    if types.is_empty() { String::new() } else { format!(" AND rtype IN {}", dialect.ints(place)) }
}

fn type_args(types: &[u16]) -> Option<Arg> {
    (!types.is_empty()).then(|| Arg::Ints(types.iter().map(|&rtype| rtype.into()).collect()))
}

/// Adds the changes of the set to what is written: what an id meant before is removed, what it means now gets numbers of
/// its own, from `next` on.
///
/// # Errors
/// When no number is left.
pub fn define(steps: &mut Vec<Step<'_>>, next: Option<i64>, changes: &[&DefinitionChange]) -> Result<(), StoreError> {
    let mut number = next.unwrap_or(FIRST).max(FIRST);
    for change in changes {
        let sql = "UPDATE search_parameter SET state = 4 WHERE id = $1 AND state < 4";
        run(steps, sql, vec![change.id.as_str().into()]);
        let Some(custom) = &change.custom else { continue };
        let size = i64::from(custom.size());
        if number + size > i64::from(u16::MAX) {
            return Err(StoreError::Unusable("no number is left for a search parameter".to_owned()));
        }
        let definition = serde_json::to_string(custom).map_err(|error| StoreError::Engine(Box::new(error)))?;
        let sql = "INSERT INTO search_parameter (number, size, id, url, code, definition, state, done) \
                   VALUES ($1, $2, $3, $4, $5, $6, 0, 0)";
        let texts = [&change.id, &custom.url, &custom.code, &definition].map(|text| Arg::from(text.as_str()));
        run(steps, sql, [number, size].map(Arg::from).into_iter().chain(texts).collect());
        number += size;
    }
    if !changes.is_empty() {
        changed(steps);
    }
    Ok(())
}

fn run(steps: &mut Vec<Step<'_>>, sql: &'static str, args: Vec<Arg>) {
    steps.push(Step::Run(Statement::new(sql, args)));
}

fn changed(steps: &mut Vec<Step<'_>>) {
    let sql = "INSERT INTO search_parameter_change (version) \
               SELECT COALESCE(MAX(version), 0) + 1 FROM search_parameter_change";
    run(steps, sql, Vec::new());
}

/// What a step must know before it is done, in the order in which [`step`] takes the answers.
pub fn questions(dialect: Dialect, step: &IndexStep) -> Vec<Statement<'static>> {
    let state = "SELECT state, done FROM search_parameter WHERE number = $1";
    let mut all = vec![Statement::new(state, vec![Arg::from(i64::from(step.number))])];
    match &step.work {
        IndexWork::Fail(_) => {}
        IndexWork::Empty => {
            for (table, numbers) in tables(&step.numbers) {
                let sql = format!("SELECT rid FROM {table} WHERE param IN {} LIMIT 1", dialect.ints("$1"));
                all.push(Statement::new(sql, vec![Arg::Ints(numbers)]));
            }
        }
        IndexWork::Fill { to, found, types, .. } => {
            let sql = format!(
                "SELECT rid, version, person FROM resource WHERE deleted = 0 AND rid IN {}",
                dialect.ints("$1")
            );
            let rids = found.iter().map(|(rid, _, _)| *rid).collect();
            all.push(Statement::new(sql, vec![Arg::Ints(rids)]));
            let types_only = of_types(dialect, types, "$2");
            let sql = format!("SELECT rid FROM resource WHERE deleted = 0 AND rid > $1{types_only} LIMIT 1");
            let args: Vec<Arg> = std::iter::once(Arg::from(*to)).chain(type_args(types)).collect();
            all.push(Statement::new(sql, args));
        }
    }
    all
}

/// Adds a step to what is written; one that another server has done meanwhile adds nothing.
pub fn step<'w>(steps: &mut Vec<Step<'w>>, dialect: Dialect, step: &'w IndexStep, answers: &[Vec<Row>]) {
    let number = Arg::from(i64::from(step.number));
    let Some(now) = answers.first().and_then(|rows| rows.first()) else { return };
    let (state, done) = (now.int(0), now.int(1));
    match &step.work {
        IndexWork::Fail(why) if state < 2 => {
            let sql = "UPDATE search_parameter SET state = 3, fault = $2 WHERE number = $1";
            run(steps, sql, vec![number, why.as_str().into()]);
            changed(steps);
        }
        IndexWork::Empty if state == 4 => {
            if answers[1..].iter().all(Vec::is_empty) {
                run(steps, "UPDATE search_parameter SET state = 5 WHERE number = $1", vec![number]);
                changed(steps);
            } else {
                empty(steps, dialect, &step.numbers);
            }
        }
        IndexWork::Fill { from, to, found, last, .. } if state < 2 && done == *from => {
            let [_, current, more] = answers else { return };
            let finished = *last && more.is_empty();
            let sql = "UPDATE search_parameter SET state = $3, done = $2 WHERE number = $1";
            run(steps, sql, vec![number, (*to).into(), if finished { 2 } else { 1 }.into()]);
            fill(steps, dialect, &step.numbers, found, current);
            if finished {
                changed(steps);
            }
        }
        _ => {}
    }
}

/// Adds the rows of the resources that are still as they were read; what was written since has its rows already. The rows
/// carry the person that the resource carries.
fn fill<'w>(
    steps: &mut Vec<Step<'w>>,
    dialect: Dialect,
    numbers: &[(u16, ParamKind)],
    found: &'w [(i64, i64, IndexRows)],
    current: &[Row],
) {
    let person: HashMap<(i64, i64), i64> = current.iter().map(|row| ((row.int(0), row.int(1)), row.int(2))).collect();
    let kept: Vec<apply::Indexed<'w>> =
        found.iter().filter_map(|(rid, version, rows)| Some((*rid, *person.get(&(*rid, *version))?, rows))).collect();
    if kept.is_empty() {
        return;
    }
    let rids: Vec<i64> = kept.iter().map(|(rid, _, _)| *rid).collect();
    for (table, numbers) in tables(numbers) {
        let (rid, param) = (dialect.ints("$1"), dialect.ints("$2"));
        let sql = format!("DELETE FROM {table} WHERE rid IN {rid} AND param IN {param}");
        steps.push(Step::Run(Statement::new(sql, vec![Arg::Ints(rids.clone()), Arg::Ints(numbers)])));
    }
    index::write(steps, &kept);
}

/// Takes some rows of these numbers away.
fn empty(steps: &mut Vec<Step<'_>>, dialect: Dialect, numbers: &[(u16, ParamKind)]) {
    for (table, numbers) in tables(numbers) {
        let param = dialect.ints("$1");
        let sql = format!(
            "DELETE FROM {table} WHERE param IN {param} \
             AND rid IN (SELECT rid FROM {table} WHERE param IN {param} LIMIT $2)"
        );
        steps.push(Step::Run(Statement::new(sql, vec![Arg::Ints(numbers), PURGED.into()])));
    }
}

/// The tables that hold rows of these numbers.
fn tables(numbers: &[(u16, ParamKind)]) -> Vec<(&'static str, Vec<i64>)> {
    let mut tables: Vec<(&'static str, Vec<i64>)> = Vec::new();
    for (number, kind) in numbers {
        let Some(table) = index::table(*kind) else { continue };
        match tables.iter_mut().find(|(name, _)| *name == table) {
            Some((_, numbers)) => numbers.push((*number).into()),
            None => tables.push((table, vec![(*number).into()])),
        }
    }
    tables
}
