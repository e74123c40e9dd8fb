//! The region many times over, so that a planner cares, and never analysed: as a database is right after a bulk load.

use spil::store::Dialect;
use spil::store::sql::contained::ROOM;
use spil::store::sql::search::Sql;
use sqlx::{AssertSqlSafe, Executor as _};

use super::support::{Db, engines};

/// How often the region is there.
const COPIES: i64 = 300;
/// Numbers of one copy lie within so many.
const STEP: i64 = 1_000;

/// The index tables with the columns after `rid`, `param`, `ord` and `person`.
const INDEXES: [(&str, &str); 7] = [
    ("ix_token", "system, code, label, id_type"),
    ("ix_string", "normal, exact"),
    (
        "ix_reference",
        "target_type, CASE WHEN target_id = '' THEN '' ELSE target_id || '-' || g END, system, value, label",
    ),
    ("ix_date", "low, high"),
    ("ix_number", "low, high"),
    ("ix_quantity", "system, code, unit, low, high, base, base_low, base_high"),
    ("ix_uri", "uri"),
];

/// Every engine there is, filled.
pub async fn large_engines() -> Vec<Db> {
    let mut all = engines().await;
    for db in &mut all {
        for statement in statements(db.dialect()) {
            db.run(&statement).await;
        }
    }
    all
}

fn statements(dialect: Dialect) -> Vec<String> {
    let series = match dialect {
        Dialect::Sqlite => format!(
            "(WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < {COPIES}) SELECT g FROM s)"
        ),
        Dialect::Postgres => format!("(SELECT g FROM generate_series(1, {COPIES}) g)"),
    };
    let shift = |column: &str| format!("{column} + {STEP} * g");
    let person = format!("CASE WHEN person > 0 THEN person + {STEP} * g ELSE person END");
    let mut all = Vec::new();
    if dialect == Dialect::Postgres {
        // A planner that was told nothing must do well too.
        let tables = INDEXES.iter().map(|(table, _)| *table).chain(["resource", "person", "handoff_item", "contained"]);
        all.extend(tables.map(|table| format!("ALTER TABLE {table} SET (autovacuum_enabled = false)")));
    }
    // What is contained lies below zero, by its container.
    let rid = format!("CASE WHEN rid < 0 THEN rid - {STEP} * {ROOM} * g ELSE rid + {STEP} * g END");
    let position = "param, person, latitude, x, y, z";
    all.push(format!("INSERT INTO ix_position SELECT {rid}, {position} FROM ix_position, {series} s"));
    let parent = shift("parent");
    all.push(format!("INSERT INTO contained SELECT {rid}, {parent}, rtype, id FROM contained, {series} s"));
    for (table, rest) in INDEXES {
        all.push(format!("INSERT INTO {table} SELECT {rid}, param, ord, {person}, {rest} FROM {table}, {series} s"));
    }
    let rid = shift("rid");
    all.push(format!(
        "INSERT INTO resource SELECT {rid}, rtype, id || '-' || g, version, updated + g, deleted, {person}, category, labels, \
         source, data_from, data_to, body FROM resource, {series} s"
    ));
    let number = shift("person");
    all.push(format!("INSERT INTO person SELECT {number}, bsn || '-' || g, policy FROM person, {series} s"));
    let item = shift("item");
    all.push(format!(
        "INSERT INTO handoff_item (task, org, item) SELECT task + {STEP} * g, org, {item} FROM handoff_item, {series} s"
    ));
    all
}

impl Db {
    /// Runs a statement.
    pub async fn run(&mut self, text: &str) {
        let sql = sqlx::raw_sql(AssertSqlSafe(text.to_owned()));
        match self {
            Self::Sqlite(connection) => drop(connection.execute(sql).await.unwrap_or_else(|it| panic!("{it}\n{text}"))),
            Self::Postgres(connection) => {
                connection.execute(sql).await.unwrap_or_else(|it| panic!("{it}\n{text}"));
            }
        }
    }

    /// The plan of a statement, a step a line. `PostgreSQL` is asked for the plan of a prepared statement that does not know
    /// its arguments, when `generic`.
    pub async fn plan(&mut self, sql: Sql, generic: bool) -> String {
        let (column, text, args) = match (self.dialect(), generic) {
            (Dialect::Sqlite, _) => (3, format!("EXPLAIN QUERY PLAN {}", sql.text), sql.args),
            (Dialect::Postgres, false) => (0, format!("EXPLAIN {}", sql.text), sql.args),
            (Dialect::Postgres, true) => {
                let nulls = vec!["NULL"; sql.args.len()].join(", ");
                let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
                self.run(&format!("SET plan_cache_mode = force_generic_plan; PREPARE asked AS {}", sql.text)).await;
                (0, format!("EXPLAIN EXECUTE asked{nulls}"), Vec::new())
            }
        };
        let rows = self.rows(Sql { text, args }).await;
        if generic && self.dialect() == Dialect::Postgres {
            self.run("DEALLOCATE asked; RESET plan_cache_mode").await;
        }
        rows.iter().map(|row| row.text(column).to_owned()).collect::<Vec<_>>().join("\n")
    }
}
