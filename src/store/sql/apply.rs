//! How a batch of commits becomes rows: few statements whatever its size.

use std::collections::{HashMap, HashSet};

use crate::store::commit::{Change, Commit, PersonKey};
use crate::store::tx::{Bulk, Dialect, Kind, StoreError, Tx};
use crate::store::value::{Arg, Cell};

use super::{audit, contained, full_text, index};

/// The highest numbers in use, and the end of the audit chain.
pub struct Heads {
    /// Highest row number.
    pub rid: i64,
    /// Highest person number.
    pub person: i64,
    /// Number of the last audit record.
    pub seq: i64,
    /// Hash of the last audit record.
    pub hash: Vec<u8>,
}

impl Heads {
    /// Reads them inside the writer's transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(tx: &mut dyn Tx) -> Result<Self, StoreError> {
        let sql = "SELECT (SELECT MAX(rid) FROM resource), (SELECT MAX(person) FROM person), \
                   (SELECT seq FROM audit ORDER BY seq DESC LIMIT 1), \
                   (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1)";
        let rows = tx.rows(sql, Vec::new()).await?;
        let row = rows.first();
        Ok(Self {
            rid: row.map_or(0, |row| row.int(0)),
            person: row.map_or(0, |row| row.int(1)),
            seq: row.map_or(0, |row| row.int(2)),
            hash: row.map_or_else(Vec::new, |row| row.bytes(3).to_vec()),
        })
    }
}

/// The positions of the commits that were made against something that is no longer so.
///
/// # Errors
/// When the database fails.
pub async fn stale(tx: &mut dyn Tx, commits: &[(usize, &Commit)]) -> Result<HashSet<usize>, StoreError> {
    let mut stale = HashSet::new();
    let current = current(tx, commits).await?;
    let policies = policies(tx, commits).await?;
    for (at, commit) in commits {
        let versions_hold = commit
            .expect
            .iter()
            .all(|expect| current.get(&(expect.rtype, expect.id.as_str())).copied() == expect.current);
        let policies_hold =
            commit.policies.iter().all(|(person, policy)| policies.get(person).copied().unwrap_or_default() == *policy);
        if !versions_hold || !policies_hold {
            stale.insert(*at);
            continue;
        }
        for check in &commit.checks {
            let rows = tx.rows(&check.sql, check.args.clone()).await?;
            let found: HashSet<i64> = rows.iter().map(|row| row.int(0)).collect();
            if found != check.rids.iter().copied().collect() {
                stale.insert(*at);
                break;
            }
        }
    }
    Ok(stale)
}

/// The row and version of every expected resource that exists.
async fn current<'c>(
    tx: &mut dyn Tx,
    commits: &[(usize, &'c Commit)],
) -> Result<HashMap<(u16, &'c str), (i64, i64)>, StoreError> {
    let expects: Vec<_> = commits.iter().flat_map(|(_, commit)| &commit.expect).collect();
    let mut current = HashMap::new();
    if expects.is_empty() {
        return Ok(current);
    }
    let ids = expects.iter().map(|expect| expect.id.clone()).collect();
    let types: HashSet<i64> = expects.iter().map(|expect| i64::from(expect.rtype)).collect();
    let sql = format!(
        "SELECT rtype, id, rid, version FROM resource WHERE rtype IN {} AND id IN {}",
        tx.dialect().ints("$1"),
        tx.dialect().texts("$2")
    );
    let rows = tx.rows(&sql, vec![Arg::Ints(types.into_iter().collect()), Arg::Texts(ids)]).await?;
    let found: HashMap<(i64, &str), (i64, i64)> =
        rows.iter().map(|row| ((row.int(0), row.text(1)), (row.int(2), row.int(3)))).collect();
    for expect in expects {
        if let Some(place) = found.get(&(i64::from(expect.rtype), expect.id.as_str())) {
            current.insert((expect.rtype, expect.id.as_str()), *place);
        }
    }
    Ok(current)
}

async fn policies(tx: &mut dyn Tx, commits: &[(usize, &Commit)]) -> Result<HashMap<i64, i64>, StoreError> {
    let persons: HashSet<i64> =
        commits.iter().flat_map(|(_, commit)| &commit.policies).map(|(person, _)| *person).collect();
    if persons.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!("SELECT person, policy FROM person WHERE person IN {}", tx.dialect().ints("$1"));
    let rows = tx.rows(&sql, vec![Arg::Ints(persons.into_iter().collect())]).await?;
    Ok(rows.iter().map(|row| (row.int(0), row.int(1))).collect())
}

/// Writes commits that have been found to hold.
///
/// # Errors
/// When the database fails.
pub async fn apply(tx: &mut dyn Tx, heads: &mut Heads, commits: &[&Commit]) -> Result<(), StoreError> {
    let changes: Vec<&Change> = commits.iter().flat_map(|commit| &commit.changes).collect();
    let mut persons = HashMap::new();
    if !changes.is_empty() {
        persons = find_persons(tx, heads, &changes).await?;
        let mut placed = Vec::with_capacity(changes.len());
        for change in changes {
            let rid = change.rid.unwrap_or_else(|| {
                heads.rid += 1;
                heads.rid
            });
            placed.push((rid, person_of(&change.person, &persons), change));
        }
        clear(tx, &placed).await?;
        write_resources(tx, &placed).await?;
        index::write(tx, &placed).await?;
        write_policies(tx, &placed).await?;
        write_handoffs(tx, &placed).await?;
    }
    let entries: Vec<_> = commits.iter().flat_map(|commit| &commit.audits).collect();
    audit::append(tx, heads, &entries, |key| person_of(key, &persons)).await
}

/// A change with its row number and person number.
pub type Placed<'c> = (i64, i64, &'c Change);

fn person_of(key: &PersonKey, persons: &HashMap<PersonKey, i64>) -> i64 {
    match key {
        PersonKey::Nobody => 0,
        PersonKey::Unclear => -1,
        PersonKey::Known(person) => *person,
        PersonKey::Bsn(_) | PersonKey::New(_) => persons.get(key).copied().unwrap_or(-1),
    }
}

/// Numbers for the persons that the changes name by BSN or bring along; new ones are made.
async fn find_persons(
    tx: &mut dyn Tx,
    heads: &mut Heads,
    changes: &[&Change],
) -> Result<HashMap<PersonKey, i64>, StoreError> {
    let mut persons: HashMap<PersonKey, i64> = HashMap::new();
    let wanted: HashSet<&PersonKey> = changes
        .iter()
        .map(|change| &change.person)
        .filter(|key| matches!(key, PersonKey::Bsn(_) | PersonKey::New(_)))
        .collect();
    if wanted.is_empty() {
        return Ok(persons);
    }
    let numbers: Vec<String> =
        wanted.iter().filter_map(|key| if let PersonKey::Bsn(bsn) = key { Some(bsn.clone()) } else { None }).collect();
    if !numbers.is_empty() {
        let sql = format!("SELECT bsn, person FROM person WHERE bsn IN {}", tx.dialect().texts("$1"));
        for row in tx.rows(&sql, vec![Arg::Texts(numbers)]).await? {
            persons.insert(PersonKey::Bsn(row.text(0).to_owned()), row.int(1));
        }
    }
    let mut rows = Vec::new();
    for key in wanted {
        if !persons.contains_key(key) {
            heads.person += 1;
            let bsn = if let PersonKey::Bsn(bsn) = key { Cell::Text(bsn.clone()) } else { Cell::Null };
            rows.push(vec![Cell::Int(heads.person), bsn, Cell::Int(0)]);
            persons.insert(key.clone(), heads.person);
        }
    }
    let columns = &[("person", Kind::Int), ("bsn", Kind::Text), ("policy", Kind::Int)];
    tx.insert(Bulk { table: "person", columns, rows }).await?;
    Ok(persons)
}

/// Takes away what older versions of the changed resources left.
async fn clear(tx: &mut dyn Tx, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let mut rids: Vec<i64> = placed.iter().filter_map(|(_, _, change)| change.rid).collect();
    if rids.is_empty() {
        return Ok(());
    }
    rids.extend(contained::of(tx, &rids).await?);
    let tables = ["resource", "policy_user", "contained"].into_iter().chain(index::TABLES).map(|table| (table, "rid"));
    let others = [("handoff_item", "task"), ("full_text", full_text::key(tx.dialect()))];
    let deletes = tables.chain(others).map(|(table, column)| {
        let rids = tx.dialect().ints("$1");
        format!("DELETE FROM {table} WHERE {column} IN {rids}")
    });
    let deletes: Vec<String> = deletes.collect();
    match tx.dialect() {
        Dialect::Sqlite => {
            for sql in deletes {
                tx.execute(&sql, vec![Arg::Ints(rids.clone())]).await?;
            }
        }
        // One round trip for all tables.
        Dialect::Postgres => {
            let parts: Vec<String> =
                deletes.iter().enumerate().map(|(at, delete)| format!("d{at} AS ({delete})")).collect();
            tx.execute(&format!("WITH {} SELECT 1", parts.join(", ")), vec![Arg::Ints(rids)]).await?;
        }
    }
    Ok(())
}

/// Columns that `resource` and `history` share, after their own.
fn shared_cells(person: i64, change: &Change) -> [Cell; 7] {
    let bound = |value: Option<i64>| value.map_or(Cell::Null, Cell::Int);
    [
        Cell::Int(person),
        Cell::Int(change.category.into()),
        Cell::Int(change.labels.into()),
        Cell::Int(change.source),
        bound(change.period.map(|(from, _)| from)),
        bound(change.period.map(|(_, to)| to)),
        Cell::Bytes(change.body.clone()),
    ]
}

async fn write_resources(tx: &mut dyn Tx, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let mut current = Vec::with_capacity(placed.len());
    let mut history = Vec::with_capacity(placed.len());
    for (rid, person, change) in placed {
        let deleted = i64::from(change.method == crate::store::commit::Method::Delete);
        let mut row = vec![
            Cell::Int(*rid),
            Cell::Int(change.rtype.into()),
            Cell::Text(change.id.clone()),
            Cell::Int(change.version),
            Cell::Int(change.updated),
            Cell::Int(deleted),
        ];
        row.extend(shared_cells(*person, change));
        current.push(row);
        let mut row = vec![
            Cell::Int(*rid),
            Cell::Int(change.version),
            Cell::Int(change.updated),
            Cell::Int(change.method as i64),
        ];
        row.extend(shared_cells(*person, change));
        history.push(row);
    }
    tx.insert(Bulk { table: "resource", columns: RESOURCE, rows: current }).await?;
    tx.insert(Bulk { table: "history", columns: HISTORY, rows: history }).await
}

const RESOURCE: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("rtype", Kind::Int),
    ("id", Kind::Text),
    ("version", Kind::Int),
    ("updated", Kind::Int),
    ("deleted", Kind::Int),
    ("person", Kind::Int),
    ("category", Kind::Int),
    ("labels", Kind::Int),
    ("source", Kind::Int),
    ("data_from", Kind::Int),
    ("data_to", Kind::Int),
    ("body", Kind::Bytes),
];

const HISTORY: &[(&str, Kind)] = &[
    ("rid", Kind::Int),
    ("version", Kind::Int),
    ("updated", Kind::Int),
    ("method", Kind::Int),
    ("person", Kind::Int),
    ("category", Kind::Int),
    ("labels", Kind::Int),
    ("source", Kind::Int),
    ("data_from", Kind::Int),
    ("data_to", Kind::Int),
    ("body", Kind::Bytes),
];

/// Keeps whom each privacy consent could permit, and moves the person's policy on.
async fn write_policies(tx: &mut dyn Tx, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    let mut moved: HashSet<i64> = HashSet::new();
    for (rid, person, change) in placed {
        if let Some(users) = &change.policy_users {
            moved.insert(*person);
            for (kind, key) in users {
                rows.push(vec![Cell::Int(*rid), Cell::Int(*person), Cell::Int(*kind), Cell::Text(key.clone())]);
            }
        }
    }
    if moved.is_empty() {
        return Ok(());
    }
    let columns = &[("rid", Kind::Int), ("person", Kind::Int), ("user_kind", Kind::Int), ("user_key", Kind::Text)];
    tx.insert(Bulk { table: "policy_user", columns, rows }).await?;
    let sql = format!("UPDATE person SET policy = policy + 1 WHERE person IN {}", tx.dialect().ints("$1"));
    tx.execute(&sql, vec![Arg::Ints(moved.into_iter().collect())]).await?;
    Ok(())
}

/// Keeps what a running handoff names, for the organisation that it is addressed to.
async fn write_handoffs(tx: &mut dyn Tx, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    for (rid, person, change) in placed {
        let Some((org, names)) = &change.handoff else { continue };
        for rtype in names.iter().map(|(rtype, _)| *rtype).collect::<HashSet<_>>() {
            let ids = names.iter().filter(|(other, _)| *other == rtype).map(|(_, id)| id.clone()).collect();
            // Only the same person's data, from the sender itself: a Task cannot lend out what others hold.
            let sql = format!(
                "INSERT INTO handoff_item (task, org, item) SELECT $1, $2, rid FROM resource \
                 WHERE rtype = $3 AND person = $4 AND source = $5 AND deleted = 0 AND id IN {}",
                tx.dialect().texts("$6")
            );
            let args = vec![
                (*rid).into(),
                (*org).into(),
                i64::from(rtype).into(),
                (*person).into(),
                change.source.into(),
                Arg::Texts(ids),
            ];
            tx.execute(&sql, args).await?;
        }
    }
    Ok(())
}
