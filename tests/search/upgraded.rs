//! A parameter that came with a version of the server: what was stored by an older one is indexed before it can be asked for.

use std::sync::Arc;

use serde_json::json;
use spil::access::{Interaction, index_step};
use spil::app::App;
use spil::clock::SystemRandom;
use spil::config::Config;
use spil_fhir_profiles::definition::type_number;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use super::kept::Still;
use crate::medication::blocks::{ADMINISTRATION, AGREEMENT, USE, block, duration, stopping};
use crate::support::engine::Database;
use crate::support::server::START;
use crate::support::{Engine, hub};

const MIGRATION: &str = include_str!("../../migrations/sqlite/0014_period_of_use.sql");
const SAME: &str = include_str!("../../migrations/postgres/0014_period_of_use.sql");

async fn open(database: &Database) -> Arc<App> {
    let mut config = Config::default();
    config.database.url.clone_from(&database.url);
    spil::server::start(config, Arc::new(Still), Arc::new(SystemRandom)).await.expect("it starts")
}

async fn put(app: &Arc<App>, rtype: &str, id: &str, mut body: serde_json::Value) {
    body["id"] = json!(id);
    let (rtype, id) = (rtype.to_owned(), id.to_owned());
    hub(app, START).write(Interaction::Update { rtype, id, body, if_match: None }).await.expect("written");
}

async fn found(app: &Arc<App>, rtype: &str, query: &[(&str, &str)]) -> Result<Vec<String>, u16> {
    let pairs: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let found = hub(app, START).search(rtype, &pairs, false).await.map_err(|error| error.status)?;
    let mut ids: Vec<_> = found.get().matches.iter().map(|stored| stored.id.clone()).collect();
    ids.sort();
    Ok(ids)
}

/// Makes a database what an older version left: without the rows, and the migration comes after the data.
async fn as_of_old(engine: Engine, database: &Database) {
    let rows = ["ix_token", "ix_date"].map(|table| format!("DELETE FROM {table} WHERE param BETWEEN 8012 AND 8023;"));
    let script = AssertSqlSafe(format!("{}{MIGRATION}", rows.concat()));
    match engine {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(&database.url).await.expect("sqlite");
            connection.execute(sqlx::raw_sql(script)).await.expect("done");
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(&database.url).await.expect("postgres");
            connection.execute(sqlx::raw_sql(script)).await.expect("done");
        }
    }
}

async fn what_was_stored_before_is_indexed(engine: Engine) {
    let database = Database::fresh(engine);
    let before = open(&database).await;
    assert!(!index_step(&before).await.expect("a step"), "a new database has nothing to index");
    let mut period = json!({"start": "2023-03-01"});
    period["extension"] = json!([duration(2, "wk")]);
    let kinds =
        [("MedicationRequest", AGREEMENT), ("MedicationDispense", ADMINISTRATION), ("MedicationStatement", USE)];
    for (rtype, category) in kinds {
        let body = block(category, "Patient/elsewhere", "1", "2023-01-01", period.clone());
        put(&before, rtype, "plain", body.clone()).await;
        put(&before, rtype, "stop", stopping(body, "410546004")).await;
    }
    drop(before);
    as_of_old(engine, &database).await;
    let app = open(&database).await;
    let weeks = [("period-of-use", "2023-03")];
    let stops = [("period-of-use", "2026"), ("is-latest-stop", "true")];
    for (rtype, category) in kinds {
        assert_eq!(found(&app, rtype, &weeks).await, Err(400), "{rtype} waits");
        assert_eq!(found(&app, rtype, &stops).await, Err(400), "{rtype} waits");
        // What is written meanwhile has its rows.
        let body = block(category, "Patient/elsewhere", "2", "2023-01-01", period.clone());
        put(&app, rtype, "later", stopping(body, "410546004")).await;
    }
    while index_step(&app).await.expect("a step") {}
    for (rtype, _) in kinds {
        assert_eq!(
            found(&app, rtype, &weeks).await,
            Ok(["later", "plain", "stop"].map(str::to_owned).to_vec()),
            "{rtype}"
        );
        assert_eq!(found(&app, rtype, &stops).await, Ok(["later", "stop"].map(str::to_owned).to_vec()), "{rtype}");
    }
    // The numbers of those that are given begin where they always did.
    let given = json!({
        "resourceType": "SearchParameter", "url": "urn:example:n", "name": "N", "status": "active", "description": "N",
        "code": "note", "base": ["Basic"], "type": "string", "expression": "Basic.code.text",
    });
    put(&app, "SearchParameter", "n", given).await;
    let numbers = app.store.rows("SELECT MAX(number) FROM search_parameter", Vec::new()).await.expect("rows");
    assert_eq!(numbers[0].int(0), 10_000);
    let listed = app.parameters.get();
    let named = listed.parameters.of("MedicationRequest").filter(|param| param.code == "period-of-use").count();
    assert_eq!(named, 1);
}

#[test]
fn the_migration_names_the_types_by_their_numbers() {
    assert_eq!(MIGRATION, SAME);
    let numbers = ["MedicationRequest", "MedicationDispense", "MedicationStatement"].map(type_number);
    assert_eq!(numbers, [78, 76, 79].map(Some));
}

#[tokio::test]
async fn what_was_stored_before_is_indexed_on_sqlite() {
    what_was_stored_before_is_indexed(Engine::Sqlite).await;
}

#[tokio::test]
async fn what_was_stored_before_is_indexed_on_postgres() {
    what_was_stored_before_is_indexed(Engine::Postgres).await;
}
