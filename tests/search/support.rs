//! Runs searches on the region of these tests, on `SQLite` in memory and on `PostgreSQL` in a database of its own.

use spil::search::{Options, Query, parse};
use spil::store::sql::search::{Sql, Visibility, cursor, includes, page};
use spil::store::{Arg, Cell, Dialect, Row};
use spil_fhir_profiles::parameters::parameters;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};
use sqlx::{TypeInfo as _, ValueRef as _};

use super::region;
use crate::support::postgres::Postgres;

const SQLITE: [&str; 4] = [
    include_str!("../../migrations/sqlite/0001_records.sql"),
    include_str!("../../migrations/sqlite/0003_leaner_indexes.sql"),
    include_str!("../../migrations/sqlite/0005_search.sql"),
    include_str!("../../migrations/sqlite/0012_handoff_until.sql"),
];
const POSTGRES: [&str; 4] = [
    include_str!("../../migrations/postgres/0001_records.sql"),
    include_str!("../../migrations/postgres/0003_leaner_indexes.sql"),
    include_str!("../../migrations/postgres/0005_search.sql"),
    include_str!("../../migrations/postgres/0012_handoff_until.sql"),
];

pub const NOW: i64 = 1_717_200_000_000;

/// A database with the region in it.
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Every engine there is, filled.
pub async fn engines() -> Vec<Db> {
    let mut sqlite = SqliteConnection::connect("sqlite::memory:").await.expect("sqlite");
    let fill = format!("{}\n{}", SQLITE.concat(), region::script(Dialect::Sqlite));
    sqlite.execute(sqlx::raw_sql(AssertSqlSafe(fill))).await.expect("the region in sqlite");
    let mut all = vec![Db::Sqlite(sqlite)];
    let url = Postgres::shared().fresh_database();
    let mut postgres = PgConnection::connect(&url).await.expect("postgres");
    let fill = format!("{}\n{}", POSTGRES.concat(), region::script(Dialect::Postgres));
    postgres.execute(sqlx::raw_sql(AssertSqlSafe(fill))).await.expect("the region in postgres");
    all.push(Db::Postgres(postgres));
    all
}

impl Db {
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub async fn rows(&mut self, sql: Sql) -> Vec<Row> {
        let text = sql.text.clone();
        match self {
            Self::Sqlite(connection) => {
                let query = sqlx::query_with(AssertSqlSafe(sql.text), for_sqlite(sql.args));
                let rows = connection.fetch_all(query).await.unwrap_or_else(|error| panic!("{error}\n{text}"));
                rows.iter().map(from_sqlite).collect()
            }
            Self::Postgres(connection) => {
                let query = sqlx::query_with(AssertSqlSafe(sql.text), for_postgres(sql.args));
                let rows = connection.fetch_all(query).await.unwrap_or_else(|error| panic!("{error}\n{text}"));
                rows.iter().map(from_postgres).collect()
            }
        }
    }

    /// The ids of one page.
    pub async fn ids(&mut self, query: &Query, visibility: &Visibility) -> Vec<String> {
        let sql = page(self.dialect(), query, visibility);
        self.rows(sql).await.iter().map(|row| row.text(2).to_owned()).collect()
    }

    /// The ids of all pages of `size`, in their order; a walk that does not end is cut off.
    pub async fn walk(&mut self, mut asked: Query, size: u32) -> Vec<String> {
        asked.count = size;
        let mut seen = Vec::new();
        for _ in 0..10 {
            let mut rows = self.rows(page(self.dialect(), &asked, &everything())).await;
            let more = rows.len() > size as usize;
            rows.truncate(size as usize);
            seen.extend(rows.iter().map(|row| row.text(2).to_owned()));
            let Some(last) = rows.last().filter(|_| more) else { break };
            let next = cursor(&asked, last).encode();
            assert!(asked.continue_after(&next), "{next}");
        }
        seen
    }

    /// The ids of what one round of includes adds, sorted.
    pub async fn included(
        &mut self,
        query: &Query,
        visibility: &Visibility,
        rows: &[(u16, i64)],
        first: bool,
    ) -> Vec<Row> {
        let mut found = Vec::new();
        for sql in includes(self.dialect(), query, visibility, rows, first) {
            found.extend(self.rows(sql).await);
        }
        found
    }
}

/// Reads `Type?name=value&…`.
pub fn query(text: &str) -> Query {
    let (rtype, pairs) = pairs(text);
    parse(rtype, &pairs, &options()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

pub fn pairs(text: &str) -> (&str, Vec<(String, String)>) {
    let (rtype, rest) = text.split_once('?').unwrap_or((text, ""));
    let pairs = rest.split('&').filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, "")));
    (rtype, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

pub fn options() -> Options<'static> {
    Options {
        lenient: false,
        max_count: 100,
        default_count: 20,
        now: NOW,
        base_url: "https://spil.example/fhir",
        parameters: parameters(),
    }
}

/// No limit.
pub fn everything() -> Visibility {
    Visibility { everything: true, ..Visibility::default() }
}

fn for_sqlite(args: Vec<Arg>) -> SqliteArguments {
    let mut bound = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => bound.add(value),
            Arg::Real(value) => bound.add(value),
            Arg::Text(value) => bound.add(value),
            Arg::Bytes(value) => bound.add(value),
            Arg::Ints(values) => bound.add(serde_json::to_string(&values).expect("json")),
            Arg::Texts(values) => bound.add(serde_json::to_string(&values).expect("json")),
        }
        .expect("an argument");
    }
    bound
}

fn for_postgres(args: Vec<Arg>) -> PgArguments {
    let mut bound = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => bound.add(value),
            Arg::Real(value) => bound.add(value),
            Arg::Text(value) => bound.add(value),
            Arg::Bytes(value) => bound.add(value),
            Arg::Ints(values) => bound.add(values),
            Arg::Texts(values) => bound.add(values),
        }
        .expect("an argument");
    }
    bound
}

fn from_sqlite(row: &sqlx::sqlite::SqliteRow) -> Row {
    let cell = |at: usize| {
        let value = row.try_get_raw(at).expect("a column");
        if value.is_null() {
            return Cell::Null;
        }
        match value.type_info().name() {
            "INTEGER" | "BOOLEAN" => Cell::Int(row.get_unchecked(at)),
            "REAL" => Cell::Real(row.get_unchecked(at)),
            "BLOB" => Cell::Bytes(row.get_unchecked(at)),
            _ => Cell::Text(row.get_unchecked(at)),
        }
    };
    Row((0..row.len()).map(cell).collect())
}

fn from_postgres(row: &sqlx::postgres::PgRow) -> Row {
    let cell = |at: usize| {
        let value = row.try_get_raw(at).expect("a column");
        if value.is_null() {
            return Cell::Null;
        }
        match value.type_info().name() {
            "INT8" => Cell::Int(row.get(at)),
            "INT4" => Cell::Int(row.get::<i32, _>(at).into()),
            "FLOAT8" => Cell::Real(row.get(at)),
            "BYTEA" => Cell::Bytes(row.get(at)),
            _ => Cell::Text(row.get(at)),
        }
    };
    Row((0..row.len()).map(cell).collect())
}
