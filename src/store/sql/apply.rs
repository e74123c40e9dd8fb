//! How a batch of commits becomes rows: few statements whatever its size. First everything is asked that the batch relies
//! on ([`Questions`], [`Facts`]), then everything is written ([`Writing`]).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use spil_fhir_profiles::index::IndexRows;

use crate::store::commit::{Change, Commit, Expect, Lent, PersonKey};
use crate::store::tx::{Bulk, Dialect, Field, Kind, Statement, Step, StoreError};
use crate::store::value::{Arg, Cell, Row};

use super::parameter::{self, DefinitionChange, IndexStep};
use super::{audit, contained, full_text, index, notify, versions};

/// The highest numbers in use, and the end of the audit chain.
#[derive(Debug, Default)]
pub struct Heads {
    /// Highest row number.
    pub rid: i64,
    /// Highest person number.
    pub person: i64,
    /// The end of the audit log.
    pub log: audit::End,
    /// Version of the set of search parameters.
    pub parameters: i64,
    /// The next number of a search parameter, if one was ever given.
    pub parameter: Option<i64>,
}

const HEADS: &str = "SELECT (SELECT MAX(rid) FROM resource), (SELECT MAX(person) FROM person), \
                     (SELECT seq FROM audit ORDER BY seq DESC LIMIT 1), \
                     (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), \
                     (SELECT MAX(version) FROM search_parameter_change), \
                     (SELECT MAX(number + size) FROM search_parameter), \
                     (SELECT seq FROM audit_recent LIMIT 1)";

/// What a batch must know before it is written.
pub struct Questions<'c> {
    commits: &'c [&'c Commit],
    /// Ids of the expected resources by type.
    expects: BTreeMap<u16, Vec<String>>,
    persons: Vec<i64>,
    numbers: Vec<String>,
    /// Rows that are replaced.
    replaced: Vec<i64>,
}

impl<'c> Questions<'c> {
    /// What these commits rely on.
    pub fn of(commits: &'c [&'c Commit]) -> Self {
        let mut expects: BTreeMap<u16, Vec<String>> = BTreeMap::new();
        for expect in commits.iter().flat_map(|commit| &commit.expect) {
            expects.entry(expect.rtype).or_default().push(expect.id.clone());
        }
        let persons: HashSet<i64> =
            commits.iter().flat_map(|commit| &commit.policies).map(|(person, _)| *person).collect();
        let changes = commits.iter().flat_map(|commit| &commit.changes);
        let replaced = changes.clone().filter_map(|change| change.rid).collect();
        let numbers: HashSet<&String> = changes
            .filter_map(|change| if let PersonKey::Bsn(bsn) = &change.person { Some(bsn) } else { None })
            .collect();
        let numbers = numbers.into_iter().cloned().collect();
        Self { commits, expects, persons: persons.into_iter().collect(), numbers, replaced }
    }

    /// The statements, in the order in which [`Facts::read`] takes their answers.
    pub fn statements(&self, dialect: Dialect) -> Vec<Statement<'c>> {
        if self.commits.is_empty() {
            return Vec::new();
        }
        let mut all = vec![Statement::new(HEADS, Vec::new())];
        for (rtype, ids) in &self.expects {
            let is_one = dialect.one_of_texts("id", "$2");
            let sql = format!("SELECT id, rid, version FROM resource WHERE rtype = $1 AND {is_one}");
            all.push(Statement::new(sql, vec![i64::from(*rtype).into(), Arg::Texts(ids.clone())]));
        }
        if !self.persons.is_empty() {
            let sql = format!("SELECT person, policy FROM person WHERE {}", dialect.one_of_ints("person", "$1"));
            all.push(Statement::new(sql, vec![Arg::Ints(self.persons.clone())]));
        }
        if !self.numbers.is_empty() {
            let sql = format!("SELECT bsn, person FROM person WHERE {}", dialect.one_of_texts("bsn", "$1"));
            all.push(Statement::new(sql, vec![Arg::Texts(self.numbers.clone())]));
        }
        if !self.replaced.is_empty() {
            all.push(contained::question(dialect, self.replaced.clone()));
        }
        let checks = self.commits.iter().flat_map(|commit| &commit.checks);
        all.extend(checks.map(|check| Statement::new(check.sql.as_str(), check.args.as_slice())));
        let steps = self.commits.iter().filter_map(|commit| commit.step.as_ref());
        all.extend(steps.flat_map(|step| parameter::questions(dialect, step)));
        all
    }
}

/// What the database answered.
#[derive(Default)]
pub struct Facts {
    heads: Heads,
    /// Row and version by type and id.
    current: HashMap<u16, HashMap<String, (i64, i64)>>,
    policies: HashMap<i64, i64>,
    persons: HashMap<PersonKey, i64>,
    /// Rows of what the replaced resources contain.
    contained: Vec<i64>,
    /// What the checks found, by commit.
    found: Vec<Vec<HashSet<i64>>>,
    /// What a step of the work on an index asked.
    step: Vec<Vec<Row>>,
}

impl Facts {
    /// Reads the answers to the questions.
    pub fn read(questions: &Questions<'_>, answers: Vec<Vec<Row>>) -> Self {
        let mut facts = Self::default();
        let mut answers = answers.into_iter();
        if let Some(row) = answers.next().and_then(|mut rows| rows.pop()) {
            facts.heads = Heads {
                rid: row.int(0),
                person: row.int(1),
                log: audit::End { seq: row.int(2), hash: row.bytes(3).to_vec(), recent: row.opt_int(6) },
                parameters: row.int(4),
                parameter: row.opt_int(5),
            };
        }
        for rtype in questions.expects.keys() {
            let rows = answers.next().unwrap_or_default();
            let places = rows.iter().map(|row| (row.text(0).to_owned(), (row.int(1), row.int(2))));
            facts.current.insert(*rtype, places.collect());
        }
        if !questions.persons.is_empty() {
            let rows = answers.next().unwrap_or_default();
            facts.policies = rows.iter().map(|row| (row.int(0), row.int(1))).collect();
        }
        if !questions.numbers.is_empty() {
            let rows = answers.next().unwrap_or_default();
            facts.persons = rows.iter().map(|row| (PersonKey::Bsn(row.text(0).to_owned()), row.int(1))).collect();
        }
        if !questions.replaced.is_empty() {
            facts.contained = answers.next().unwrap_or_default().iter().map(|row| row.int(0)).collect();
        }
        for commit in questions.commits {
            let found = answers.by_ref().take(commit.checks.len());
            facts.found.push(found.map(|rows| rows.iter().map(|row| row.int(0)).collect()).collect());
        }
        // A commit with a step is alone in its batch.
        facts.step = answers.collect();
        facts
    }

    /// Whether everything that commit number `at` was made against is still so.
    pub fn hold(&self, at: usize, commit: &Commit) -> bool {
        let same = |expect: &Expect| {
            let place = self.current.get(&expect.rtype).and_then(|places| places.get(&expect.id));
            place.copied() == expect.current
        };
        let policy = |person: &i64| self.policies.get(person).copied().unwrap_or_default();
        let found = self.found.get(at).map(Vec::as_slice).unwrap_or_default();
        // Rows that were made by another set of search parameters would be missing in the index, or be left in it.
        commit.parameters.is_none_or(|version| version == self.heads.parameters)
            && commit.expect.iter().all(same)
            && commit.policies.iter().all(|(person, relied)| policy(person) == *relied)
            && commit.checks.len() == found.len()
            && commit.checks.iter().zip(found).all(|(check, found)| *found == check.rids.iter().copied().collect())
    }
}

/// A change with its row number and person number.
pub type Placed<'c> = (i64, i64, &'c Change);

/// Search values with the row number and person number that they are kept under.
pub type Indexed<'c> = (i64, i64, &'c IndexRows);

/// What commits that hold become.
pub struct Writing<'c> {
    placed: Vec<Placed<'c>>,
    /// Rows of what the replaced resources contained.
    contained: Vec<i64>,
    /// The rows of `full_text`, once they are made.
    words: OnceLock<Vec<Cell>>,
    /// Persons that are made, with their BSN.
    made: Vec<(i64, Option<&'c str>)>,
    definitions: Vec<&'c DefinitionChange>,
    /// The next number of a search parameter.
    parameter: Option<i64>,
    /// A step of the work on an index with the answers to its questions.
    step: Option<(&'c IndexStep, Vec<Vec<Row>>)>,
    audit: audit::Chained<'c>,
}

impl<'c> Writing<'c> {
    /// Numbers the rows and chains the records.
    pub fn new(facts: Facts, commits: &[&'c Commit]) -> Self {
        let Facts { mut heads, mut persons, contained, step, .. } = facts;
        let mut made = Vec::new();
        let mut placed = Vec::new();
        for change in commits.iter().flat_map(|commit| &commit.changes) {
            if matches!(change.person, PersonKey::Bsn(_) | PersonKey::New(_)) && !persons.contains_key(&change.person) {
                heads.person += 1;
                persons.insert(change.person.clone(), heads.person);
                let bsn = if let PersonKey::Bsn(bsn) = &change.person { Some(bsn.as_str()) } else { None };
                made.push((heads.person, bsn));
            }
            let rid = change.rid.unwrap_or_else(|| {
                heads.rid += 1;
                heads.rid
            });
            placed.push((rid, person_of(&change.person, &persons), change));
        }
        let entries = commits.iter().flat_map(|commit| &commit.audits);
        let audit = audit::Chained::new(heads.log, entries, |key| person_of(key, &persons));
        let definitions = commits.iter().flat_map(|commit| &commit.definitions).collect();
        let step = commits.iter().find_map(|commit| commit.step.as_ref()).map(|one| (one, step));
        let words = OnceLock::new();
        Self { placed, contained, words, made, definitions, parameter: heads.parameter, step, audit }
    }

    /// Everything that is written, in order.
    ///
    /// # Errors
    /// When no number is left for a search parameter.
    pub fn steps(&self, dialect: Dialect) -> Result<Vec<Step<'_>>, StoreError> {
        let mut steps = Vec::new();
        if !self.placed.is_empty() {
            self.write_persons(&mut steps);
            versions::clear(&mut steps, dialect, &self.placed, &self.contained);
            versions::write(&mut steps, &self.placed);
            let own = self.placed.iter().map(|(rid, person, change)| (*rid, *person, &change.index));
            let values: Vec<Indexed<'_>> = own.flat_map(contained::with).collect();
            index::write(&mut steps, &values);
            contained::write(&mut steps, &self.placed);
            let words = self.words.get_or_init(|| full_text::rows(dialect, &self.placed));
            insert(&mut steps, "full_text", full_text::columns(dialect), words.iter().map(Field::from).collect());
            write_policies(&mut steps, dialect, &self.placed);
            write_handoffs(&mut steps, dialect, &self.placed);
            notify::write(&mut steps, &self.placed);
        }
        parameter::define(&mut steps, self.parameter, &self.definitions)?;
        if let Some((step, answers)) = &self.step {
            parameter::step(&mut steps, dialect, step, answers);
        }
        self.audit.write(&mut steps, dialect);
        Ok(steps)
    }

    /// The end of the audit log when this is written.
    pub fn log_end(&self) -> audit::End {
        self.audit.end()
    }

    fn write_persons<'w>(&'w self, steps: &mut Vec<Step<'w>>) {
        let columns = &[("person", Kind::Int), ("bsn", Kind::Text), ("policy", Kind::Int)];
        let row = |(person, bsn): &(i64, Option<&'w str>)| [Field::Int(*person), Field::opt_text(*bsn), Field::Int(0)];
        insert(steps, "person", columns, self.made.iter().flat_map(row).collect());
    }
}

/// Adds the rows as a step, if there are any.
pub(super) fn insert<'w>(
    steps: &mut Vec<Step<'w>>,
    table: &'static str,
    columns: &'static [(&'static str, Kind)],
    fields: Vec<Field<'w>>,
) {
    if !fields.is_empty() {
        steps.push(Step::Insert(Bulk { table, columns, fields }));
    }
}

fn person_of(key: &PersonKey, persons: &HashMap<PersonKey, i64>) -> i64 {
    match key {
        PersonKey::Nobody => 0,
        PersonKey::Unclear => -1,
        PersonKey::Known(person) => *person,
        PersonKey::Bsn(_) | PersonKey::New(_) => persons.get(key).copied().unwrap_or(-1),
    }
}

/// Keeps whom each privacy consent could permit, and moves the person's policy on.
fn write_policies<'w>(steps: &mut Vec<Step<'w>>, dialect: Dialect, placed: &[Placed<'w>]) {
    let mut fields = Vec::new();
    let mut moved: HashSet<i64> = HashSet::new();
    for (rid, person, change) in placed {
        if let Some(users) = &change.policy_users {
            moved.insert(*person);
            for (kind, key) in users {
                fields.extend([Field::Int(*rid), Field::Int(*person), Field::Int(*kind), Field::Text(key)]);
            }
        }
    }
    if moved.is_empty() {
        return;
    }
    let columns = &[("rid", Kind::Int), ("person", Kind::Int), ("user_kind", Kind::Int), ("user_key", Kind::Text)];
    insert(steps, "policy_user", columns, fields);
    let sql = format!("UPDATE person SET policy = policy + 1 WHERE {}", dialect.one_of_ints("person", "$1"));
    steps.push(Step::Run(Statement::new(sql, vec![Arg::Ints(moved.into_iter().collect())])));
}

/// Keeps what a running handoff names, for the organisation that it is addressed to.
fn write_handoffs(steps: &mut Vec<Step<'_>>, dialect: Dialect, placed: &[Placed<'_>]) {
    for (rid, person, change) in placed {
        for Lent { org, until, names } in &change.handoff {
            for rtype in names.iter().map(|(rtype, _)| *rtype).collect::<HashSet<_>>() {
                let ids = names.iter().filter(|(other, _)| *other == rtype).map(|(_, id)| id.clone()).collect();
                // Only the same person's data, from the sender itself: a Task cannot lend out what others hold.
                let sql = format!(
                    "INSERT INTO handoff_item (task, org, item, until) SELECT $1, $2, rid, $7 FROM resource \
                 WHERE rtype = $3 AND person = $4 AND source = $5 AND deleted = 0 AND {}",
                    dialect.one_of_texts("id", "$6")
                );
                let args: Vec<Arg> = vec![
                    (*rid).into(),
                    (*org).into(),
                    i64::from(rtype).into(),
                    (*person).into(),
                    change.source.into(),
                    Arg::Texts(ids),
                    (*until).into(),
                ];
                steps.push(Step::Run(Statement::new(sql, args)));
            }
        }
    }
}
