//! Resources in a database, searched below the routes as the hub, which may see all of them: what the search itself finds.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use serde_json::Value;
use spil::access::{Access, Interaction};
use spil::app::App;
use spil::clock::{Clock, SystemRandom};
use spil::config::Config;
use spil::store::commit::{Change, Commit, Method, PersonKey, Telling};
use spil_consent::HUB;
use spil_fhir_profiles::category;
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::index::extract_with;

use crate::support::engine::Database;
use crate::support::server::START;
use crate::support::{Engine, hub};

/// What cannot be written freely: the server makes every audit record itself, and a privacy consent in force must be one
/// that can be carried out.
const LAID: [&str; 2] = ["AuditEvent", "Consent"];

/// A clock that stands still.
pub struct Still;

impl Clock for Still {
    fn now(&self) -> i64 {
        START
    }
}

/// A database with resources in it.
pub struct Kept {
    app: Arc<App>,
    engine: Engine,
    _database: Database,
}

impl Kept {
    /// Keeps what is accepted; the rest is named.
    pub async fn of(engine: Engine, resources: &[&Value]) -> (Self, Vec<String>) {
        let database = Database::fresh(engine);
        let mut config = Config::default();
        config.database.url.clone_from(&database.url);
        "https://spil.example".clone_into(&mut config.server.base);
        let app = spil::server::start(config, Arc::new(Still), Arc::new(SystemRandom)).await.expect("it starts");
        let kept = Self { app, engine, _database: database };
        let mut refused = Vec::new();
        // One by one: what is newest comes first where nothing else decides the order.
        for resource in resources {
            let text = |name: &str| resource[name].as_str().expect("type and id").to_owned();
            let (rtype, id) = (text("resourceType"), text("id"));
            let name = format!("{rtype}/{id}");
            if LAID.contains(&rtype.as_str()) {
                kept.lay(resource).await;
                continue;
            }
            let interaction = Interaction::Update { rtype, id, body: (*resource).clone(), if_match: None };
            if let Err(error) = kept.hub().write(interaction).await {
                refused.push(format!("{name}: {error:?}"));
            }
        }
        (kept, refused)
    }

    /// Puts a resource into the store with the index rows that the server would give it.
    async fn lay(&self, resource: &Value) {
        let set = self.app.parameters.get();
        let change = Change {
            rid: None,
            rtype: type_number(resource["resourceType"].as_str().expect("a type")).expect("a type of R4"),
            id: resource["id"].as_str().expect("an id").to_owned(),
            version: 1,
            updated: START,
            method: Method::Create,
            person: PersonKey::Nobody,
            category: category::category(resource),
            labels: category::labels(resource).into(),
            source: HUB,
            period: None,
            body: serde_json::to_vec(resource).expect("JSON").into(),
            index: extract_with(&set.parameters, resource).localised(&self.app.config.fhir_base()),
            policy_users: None,
            handoff: Vec::new(),
            telling: Telling::default(),
        };
        let commit = Commit { changes: vec![change], parameters: Some(set.version), ..Commit::default() };
        self.app.store.commit(commit).await.expect("laid");
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    fn hub(&self) -> Access {
        hub(&self.app, START)
    }

    /// The ids that a query finds, in the order of the pages of `count`; or why it is refused.
    pub async fn ids(&self, rtype: &str, pairs: &[(String, String)], count: usize) -> Result<Vec<String>, String> {
        let mut ids = Vec::new();
        let mut asked = pairs.to_vec();
        asked.push(("_count".to_owned(), count.to_string()));
        loop {
            let found = self.hub().search(rtype, &asked, false).await.map_err(|error| format!("{error:?}"))?;
            let found = found.into_inner();
            ids.extend(found.matches.iter().map(|stored| stored.id.clone()));
            let Some(next) = found.next else { return Ok(ids) };
            asked = vec![("_page".to_owned(), next)];
        }
    }

    /// Asks many queries, some at a time; the ids are sorted.
    pub async fn ask(&self, queries: &[Query]) -> Vec<Result<Vec<String>, String>> {
        let ask = |query: &Query| {
            let query = query.clone();
            async move {
                let found = self.ids(&query.rtype, &query.pairs, 1000).await;
                found.map(|mut ids| {
                    ids.sort();
                    ids
                })
            }
        };
        stream::iter(queries).map(ask).buffered(8).collect().await
    }
}

/// A query, as it is and as people read it.
#[derive(Debug, Clone)]
pub struct Query {
    pub rtype: String,
    pub pairs: Vec<(String, String)>,
}

impl Query {
    pub fn new(rtype: &str, name: &str, raw: &str) -> Self {
        Self { rtype: rtype.to_owned(), pairs: vec![(name.to_owned(), raw.to_owned())] }
    }

    /// For people.
    pub fn text(&self) -> String {
        let pairs: Vec<String> = self.pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}?{}", self.rtype, pairs.join("&"))
    }
}
