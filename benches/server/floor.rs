//! What is possible at best: the same bytes without any work, the same rows without any server.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;
use rusqlite::params_from_iter;
use rusqlite::types::{ToSqlOutput, ValueRef};
use spil::store::{Cell, Dialect, Store};
use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, AssertSqlSafe, Connection as _, PgConnection};
use std::time::{Duration, Instant};

use super::load::{Cell as Measured, float};
use super::machine;
use super::process::tell;

/// The tables of one write, and the column that numbers their rows.
const TABLES: [(&str, &str); 12] = [
    ("resource", "rid"),
    ("history", "rid"),
    ("ix_token", "rid"),
    ("ix_string", "rid"),
    ("ix_reference", "rid"),
    ("ix_date", "rid"),
    ("ix_number", "rid"),
    ("ix_quantity", "rid"),
    ("ix_uri", "rid"),
    ("audit", "seq"),
    ("audit_person", "seq"),
    ("audit_recent", "seq"),
];

/// Serves the bytes of a file for every address, until killed; writes its own address into `file`.
pub async fn still(file: &str, body: &str) {
    let body = Bytes::from(std::fs::read(body).expect("the bytes to serve"));
    let handler = get(move || {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "application/fhir+json")], body) }
    });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().route("/{*rest}", handler);
    tell(file, address);
    axum::serve(listener, router).await.expect("the static server runs");
}

/// Rows of one table as they were written.
struct Captured {
    table: &'static str,
    types: Vec<String>,
    /// Positions of the number and of the id.
    number: usize,
    id: Option<usize>,
    rows: Vec<Vec<Cell>>,
}

/// The rows of the newest writes.
pub struct Batch {
    tables: Vec<Captured>,
    /// Highest number of a row and of an audit record among them.
    last: [i64; 2],
    /// How many resources and audit records there are.
    span: [i64; 2],
}

impl Batch {
    /// Captures the newest `resources` resources and `audits` audit records.
    pub async fn capture(store: &Store, resources: i64, audits: i64) -> Self {
        let (last, span) = (heads(store).await, [resources, audits]);
        let mut tables = Vec::new();
        for (table, number) in TABLES {
            let which = usize::from(number == "seq");
            let columns = columns(store, table).await;
            let sql = format!("SELECT * FROM {table} WHERE {number} > $1 ORDER BY {number}");
            let rows = store.rows(&sql, vec![(last[which] - span[which]).into()]).await.expect("rows");
            let position = |name: &str| columns.iter().position(|(column, _)| column == name);
            tables.push(Captured {
                table,
                number: position(number).expect("a numbered table"),
                id: position("id"),
                types: columns.iter().map(|(_, kind)| kind.clone()).collect(),
                rows: rows.into_iter().map(|row| row.0).collect(),
            });
        }
        Self { tables, last, span }
    }

    /// The rows with numbers that go on from the highest in use.
    fn renumber(&mut self, last: [i64; 2]) {
        for captured in &mut self.tables {
            let which = usize::from(captured.table.starts_with("audit"));
            let shift = last[which] + self.span[which] - self.last[which];
            for row in &mut captured.rows {
                if let Some(Cell::Int(number)) = row.get_mut(captured.number) {
                    *number += shift;
                    let id = format!("00000000-0000-4000-8000-{number:012}");
                    if let Some(at) = captured.id {
                        row[at] = Cell::Text(id);
                    }
                }
            }
        }
        self.last = [last[0] + self.span[0], last[1] + self.span[1]];
    }
}

/// The highest numbers of a row and of an audit record.
async fn heads(store: &Store) -> [i64; 2] {
    let sql = "SELECT (SELECT MAX(rid) FROM resource), (SELECT MAX(seq) FROM audit)";
    let heads = &store.rows(sql, Vec::new()).await.expect("the heads")[0];
    [heads.int(0), heads.int(1)]
}

/// Names and types of a table's columns, in their order.
async fn columns(store: &Store, table: &str) -> Vec<(String, String)> {
    let sql = match store.dialect() {
        Dialect::Sqlite => "SELECT name, type FROM pragma_table_info($1)",
        Dialect::Postgres => {
            "SELECT column_name::text, data_type::text FROM information_schema.columns \
             WHERE table_name = $1 ORDER BY ordinal_position"
        }
    };
    let rows = store.rows(sql, vec![table.into()]).await.expect("columns");
    rows.iter().map(|row| (row.text(0).to_owned(), row.text(1).to_owned())).collect()
}

/// Inserts the batch over and over, each time in one durable transaction. Counts batches times `per`.
pub async fn inserts(url: &str, store: &Store, mut batch: Batch, per: u64, time: Duration) -> Measured {
    let mut target = Target::open(url).await;
    batch.renumber(heads(store).await);
    target.write(&batch).await;
    let beside = target.process.map_or(0, machine::process_cpu);
    let (start, own) = (Instant::now(), machine::own_cpu());
    let mut batches = 0;
    while start.elapsed() < time {
        batch.renumber(batch.last);
        target.connection.write(&batch).await;
        batches += 1;
    }
    let count = batches * per;
    let each = |cpu: u64| float(cpu) / float(count);
    let database = target.process.map_or(0, machine::process_cpu) - beside;
    Measured {
        count,
        rate: float(count) / start.elapsed().as_secs_f64(),
        server_cpu: each(machine::own_cpu() - own),
        database_cpu: each(database),
        ..Measured::default()
    }
}

/// A bare connection, and the process at its other end.
struct Target {
    connection: Bare,
    process: Option<u64>,
}

/// A connection of either engine.
enum Bare {
    Sqlite(rusqlite::Connection),
    Postgres(PgConnection),
}

impl Target {
    async fn open(url: &str) -> Self {
        if let Some(file) = url.strip_prefix("sqlite:") {
            let connection = rusqlite::Connection::open(file).expect("the database opens");
            connection.busy_timeout(Duration::from_secs(10)).expect("a timeout");
            connection.set_prepared_statement_cache_capacity(100);
            let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; \
                           PRAGMA wal_autocheckpoint = 4000;";
            connection.execute_batch(pragmas).expect("the settings");
            return Self { connection: Bare::Sqlite(connection), process: None };
        }
        let mut connection = PgConnection::connect(url).await.expect("the database opens");
        let process: i32 =
            sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.expect("a process");
        Self { connection: Bare::Postgres(connection), process: u64::try_from(process).ok() }
    }

    async fn write(&mut self, batch: &Batch) {
        self.connection.write(batch).await;
    }
}

impl Bare {
    async fn write(&mut self, batch: &Batch) {
        match self {
            Self::Sqlite(connection) => write_sqlite(connection, batch),
            Self::Postgres(connection) => write_postgres(connection, batch).await,
        }
    }
}

fn write_sqlite(connection: &mut rusqlite::Connection, batch: &Batch) {
    connection.execute_batch("BEGIN IMMEDIATE").expect("begins");
    for captured in batch.tables.iter().filter(|captured| !captured.rows.is_empty()) {
        let marks = vec!["?"; captured.types.len()].join(",");
        let sql = format!("INSERT INTO {} VALUES ({marks})", captured.table);
        let mut statement = connection.prepare_cached(&sql).expect("a statement");
        for row in &captured.rows {
            let values = row.iter().map(|cell| match cell {
                Cell::Null => ValueRef::Null,
                Cell::Int(value) => ValueRef::Integer(*value),
                Cell::Real(value) => ValueRef::Real(*value),
                Cell::Text(value) => ValueRef::Text(value.as_bytes()),
                Cell::Bytes(value) => ValueRef::Blob(value),
            });
            statement.execute(params_from_iter(values.map(ToSqlOutput::Borrowed))).expect("inserts");
        }
    }
    connection.execute_batch("COMMIT").expect("commits");
}

async fn write_postgres(connection: &mut PgConnection, batch: &Batch) {
    sqlx::raw_sql("BEGIN").execute(&mut *connection).await.expect("begins");
    for captured in batch.tables.iter().filter(|captured| !captured.rows.is_empty()) {
        let arrays: Vec<String> =
            captured.types.iter().enumerate().map(|(at, kind)| format!("${}::{kind}[]", at + 1)).collect();
        let sql = format!("INSERT INTO {} SELECT * FROM UNNEST({})", captured.table, arrays.join(","));
        let mut arguments = PgArguments::default();
        for (at, kind) in captured.types.iter().enumerate() {
            let cells = captured.rows.iter().map(|row| &row[at]);
            match kind.as_str() {
                "bigint" => arguments.add(
                    cells.map(|cell| if let Cell::Int(value) = cell { Some(*value) } else { None }).collect::<Vec<_>>(),
                ),
                "double precision" => arguments.add(
                    cells
                        .map(|cell| if let Cell::Real(value) = cell { Some(*value) } else { None })
                        .collect::<Vec<_>>(),
                ),
                "bytea" => arguments.add(
                    cells
                        .map(|cell| if let Cell::Bytes(value) = cell { Some(&value[..]) } else { None })
                        .collect::<Vec<_>>(),
                ),
                _ => arguments.add(
                    cells
                        .map(|cell| if let Cell::Text(value) = cell { Some(&value[..]) } else { None })
                        .collect::<Vec<_>>(),
                ),
            }
            .expect("a column");
        }
        sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut *connection).await.expect("inserts");
    }
    sqlx::raw_sql("COMMIT").execute(&mut *connection).await.expect("commits");
}
