//! Two servers on which worlds are played, one after the other: on one the world is whole, from the other's database all
//! that the asker may not see is taken away.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;
use serde_json::{Value, json};
use spil::access::Interaction;
use spil_fhir_profiles::definition::definitions;

use super::consents::provision;
use super::random::Settable;
use super::rule::{People, Sight};
use super::world::{By, PERSONS, World};
use crate::support::builders::{consent, patient};
use crate::support::{Caller, Engine, Person, Server};

const INDEXES: [&str; 9] = [
    "ix_token",
    "ix_string",
    "ix_reference",
    "ix_date",
    "ix_number",
    "ix_quantity",
    "ix_uri",
    "ix_position",
    "policy_user",
];
/// How long `SQLite` readers of the server may go on with what they saw, ms.
const NOTICED: u64 = 60;

/// A way to a database past the server.
enum Past {
    Sqlite(Connection),
    Postgres(tokio_postgres::Client),
}

impl Past {
    async fn of(server: &Server) -> Self {
        let url = &server.app().config.database.url;
        if let Some(path) = url.strip_prefix("sqlite:") {
            let connection = Connection::open(path).expect("the file opens");
            connection.busy_timeout(std::time::Duration::from_secs(20)).expect("set");
            return Self::Sqlite(connection);
        }
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("it connects");
        tokio::spawn(connection);
        Self::Postgres(client)
    }

    async fn run(&self, statements: &[String]) {
        let text = format!("BEGIN; {}; COMMIT", statements.join("; "));
        match self {
            Self::Sqlite(connection) => {
                connection.execute_batch(&text).expect("it runs");
                tokio::time::sleep(std::time::Duration::from_millis(NOTICED)).await;
            }
            Self::Postgres(client) => client.batch_execute(&text).await.expect("it runs"),
        }
    }

    /// The column of `full_text` that is the row.
    fn words(&self) -> &'static str {
        if matches!(self, Self::Sqlite(_)) { "rowid" } else { "rid" }
    }
}

/// One server with a way past it.
pub struct Half {
    /// The server.
    pub server: Server,
    /// Its randomness.
    pub random: Arc<Settable>,
    persons: Vec<Person>,
    past: Past,
}

impl Half {
    async fn new(engine: Engine) -> Self {
        let random = Arc::new(Settable::default());
        let server = Server::start_with(engine, random.clone()).await;
        let mut persons = Vec::new();
        for _ in 0..PERSONS {
            persons.push(server.person().await);
        }
        let past = Past::of(&server).await;
        Self { server, random, persons, past }
    }

    /// The caller of a world.
    pub fn caller(&self, world: &World) -> Caller<'_> {
        let asker = &world.asker;
        let system = match asker.by {
            By::Patient(at) => return self.server.patient(&self.persons[at]),
            By::Org(kind) => self.server.system(kind),
        };
        let mut claims = json!({"purpose_of_use": asker.purpose});
        if asker.purpose == "BTG" {
            claims["reason"] = json!("bewusteloos gevonden");
        }
        if let Some(id) = asker.professional {
            claims["subject_id"] = json!(id);
        }
        system.claim(&claims)
    }

    /// Takes away what the last world left; `round` counts the worlds, so that no state of permissions comes back.
    async fn clear(&self, round: i64) {
        let mut all: Vec<String> = INDEXES.iter().map(|table| format!("DELETE FROM {table}")).collect();
        for table in ["resource", "history", "contained", "full_text", "handoff_item", "person", "audit_person"] {
            all.push(format!("DELETE FROM {table}"));
        }
        if matches!(self.past, Past::Sqlite(_)) {
            all.push("DELETE FROM audit_recent".to_owned());
        }
        for (at, person) in self.persons.iter().enumerate() {
            all.push(format!("INSERT INTO person VALUES ({}, '{}', {})", at + 1, person.bsn, round * 1_000));
        }
        self.past.run(&all).await;
    }

    /// Stores a world as those who are in it would.
    async fn fill(&self, world: &World) {
        for person in &self.persons {
            let (rtype, id, body) = ("Patient".to_owned(), person.id.clone(), patient(&person.bsn));
            self.server.as_hub(Interaction::Update { rtype, id, body, if_match: None }).await;
        }
        let rounds = world.things.iter().map(|thing| thing.versions.len()).max().unwrap_or_default();
        for round in 0..rounds {
            self.server.advance(1_000);
            let mut by_writer: BTreeMap<String, (By, Vec<Value>)> = BTreeMap::new();
            for thing in &world.things {
                let Some(version) = thing.versions.get(round) else { continue };
                let request = match &version.body {
                    Some(body) => json!({"request": {"method": "PUT", "url": thing.name()}, "resource": body}),
                    None => json!({"request": {"method": "DELETE", "url": thing.name()}}),
                };
                let last = usize::from(thing.rtype == "Task");
                by_writer.entry(format!("{last}{:?}", thing.by)).or_insert((thing.by, Vec::new())).1.push(request);
            }
            for (by, entries) in by_writer.into_values() {
                if matches!(by, By::Org(_)) && entries.iter().all(|entry| entry["resource"]["resourceType"] == "Task") {
                    continue;
                }
                self.send(by, entries).await;
            }
        }
        self.server.advance(1_000);
        for thing in world.things.iter().filter(|thing| thing.rtype == "Task") {
            let body = thing.now().body.clone().expect("a task is written once");
            let put = json!({"method": "PUT", "url": thing.name()});
            // Of somebody whom the sender does not know it would become somebody's by the hub.
            let subject = body["for"]["reference"].as_str();
            let known = subject.is_none_or(|name| {
                let own = world.things.iter().any(|other| other.name() == name && other.by == thing.by);
                own || self.persons.iter().any(|person| person.reference() == name)
            });
            let accepted = body["status"] == "accepted";
            let mut first = body.clone();
            if accepted {
                first["status"] = json!("requested");
            }
            self.send(thing.by, vec![json!({"request": put, "resource": first})]).await;
            if accepted && known {
                let (rtype, id) = ("Task".to_owned(), thing.id.clone());
                self.server.as_hub(Interaction::Update { rtype, id, body, if_match: None }).await;
            }
        }
        for (at, laid) in world.consents.iter().enumerate() {
            let person = &self.persons[laid.person];
            let body = consent(&person.reference(), provision(&laid.rule));
            let id = format!("k{at}");
            self.server.as_hub(Interaction::Update { rtype: "Consent".to_owned(), id, body, if_match: None }).await;
        }
        self.server.advance(1_000);
    }

    async fn send(&self, by: By, entries: Vec<Value>) {
        let caller = match by {
            By::Org(kind) => self.server.system(kind),
            By::Patient(at) => self.server.patient(&self.persons[at]),
        };
        let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
        let answer = caller.post("", &bundle).await;
        assert_eq!(answer.status, 200, "{}\n{bundle}", answer.text());
    }

    /// Takes all away that the asker may not see; tells how many resources that were.
    async fn blind(&self, world: &World, sight: &Sight<'_>) -> usize {
        let mut rids: HashMap<(u16, String), i64> = HashMap::new();
        let found = self.server.app().store.rows("SELECT rid, rtype, id FROM resource", Vec::new()).await;
        for row in found.expect("rows") {
            rids.insert((u16::try_from(row.int(1)).expect("a type"), row.text(2).to_owned()), row.int(0));
        }
        let place = |rtype: &str, id: &str| {
            let number = definitions().type_number(rtype).expect("a type");
            rids[&(number, id.to_owned())]
        };
        let (mut gone, mut statements) = (Vec::new(), Vec::new());
        let mut known = [false; PERSONS];
        let mut note = |person: i64| {
            if let Some(one) = usize::try_from(person - 1).ok().and_then(|at| known.get_mut(at)) {
                *one = true;
            }
        };
        for thing in &world.things {
            let rid = place(thing.rtype, &thing.id);
            if !sight.sees(thing, thing.now()) {
                gone.push(rid);
                continue;
            }
            note(sight.person(thing, thing.now()));
            for (version, number) in thing.versions.iter().zip(1..) {
                if sight.sees(thing, version) {
                    note(sight.person(thing, version));
                } else {
                    statements.push(format!("DELETE FROM history WHERE rid = {rid} AND version = {number}"));
                }
            }
        }
        for (at, person) in self.persons.iter().enumerate() {
            let sees = sight.sees_hub_patient(at);
            if sees {
                note(i64::try_from(at).expect("few") + 1);
            } else {
                gone.push(place("Patient", &person.id));
            }
        }
        for (at, is_known) in known.iter().enumerate().filter(|(_, is_known)| !**is_known) {
            assert!(!is_known);
            statements.push(format!("DELETE FROM person WHERE person = {}", at + 1));
            let laid = world.consents.iter().enumerate().filter(|(_, laid)| laid.person == at);
            gone.extend(laid.map(|(number, _)| place("Consent", &format!("k{number}"))));
        }
        if !gone.is_empty() {
            let gone = gone.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
            let inner = format!("(SELECT rid FROM contained WHERE parent IN ({gone}))");
            for table in INDEXES {
                statements.push(format!("DELETE FROM {table} WHERE rid IN ({gone}) OR rid IN {inner}"));
            }
            statements.push(format!("DELETE FROM contained WHERE parent IN ({gone})"));
            for (table, column) in
                [("resource", "rid"), ("history", "rid"), ("full_text", self.past.words()), ("handoff_item", "item")]
            {
                statements.push(format!("DELETE FROM {table} WHERE {column} IN ({gone})"));
            }
        }
        if !statements.is_empty() {
            self.past.run(&statements).await;
        }
        gone.len()
    }
}

/// Both servers.
pub struct Stage {
    /// Where everything is.
    pub whole: Half,
    /// Where only that is which the asker may see.
    pub blind: Half,
    /// Who is there.
    pub people: People,
    round: i64,
    requests: AtomicU64,
}

impl Stage {
    /// Two servers with the same people.
    pub async fn new(engine: Engine) -> Self {
        let (whole, blind) = (Half::new(engine).await, Half::new(engine).await);
        let people = People {
            bsns: whole.persons.iter().map(|person| person.bsn.clone()).collect(),
            hub: whole.persons.iter().map(|person| person.id.clone()).collect(),
        };
        Self { whole, blind, people, round: 0, requests: AtomicU64::new(1) }
    }

    /// Before each request: from here on both make up the same.
    pub fn begin(&self) {
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        self.whole.random.begin(request);
        self.blind.random.begin(request);
    }

    /// Plays a world on both; tells how many resources are hidden in it.
    pub async fn play(&mut self, world: &World) -> usize {
        self.round += 1;
        self.begin();
        let both = [&self.whole, &self.blind];
        for half in both {
            half.clear(self.round).await;
            half.fill(world).await;
        }
        assert_eq!(self.whole.server.now(), self.blind.server.now(), "one clock");
        let sight = Sight::new(world, &self.people, self.blind.server.now());
        self.blind.blind(world, &sight).await
    }
}
