//! Search parameters that are given at run time: refused, indexed, searched, taken away.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use spil::access::{Access, Entry, Interaction, index_step};
use spil::app::App;
use spil::clock::SystemRandom;
use spil::config::Config;
use spil::store::sql::auth::Client;

use super::kept::Still;
use crate::support::builders::{coded, consent, patient, permit, weight};
use crate::support::engine::Database;
use crate::support::server::START;
use crate::support::{Caller, Engine, Fixture, Server, hub, on_both};

const NOTE: &str = "urn:example:note";
const ALL: &str = "system/*.cruds system/SearchParameter.cruds";

/// A parameter of `Basic` that looks for the text of an extension.
fn note(id: &str, code: &str) -> Value {
    json!({
        "resourceType": "SearchParameter", "id": id, "url": format!("urn:example:{id}"), "name": "Note",
        "status": "active", "description": "The note", "code": code, "base": ["Basic"], "type": "string",
        "expression": format!("Basic.extension('{NOTE}').value"),
    })
}

fn basic(text: &str) -> Value {
    let extension = json!([{"url": NOTE, "valueString": text}]);
    json!({"resourceType": "Basic", "code": coded("urn:example:kind", "note"), "extension": extension})
}

/// Servers on one database whose index is worked on only when the test says so.
struct Process {
    app: Arc<App>,
    database: Arc<Database>,
}

impl Fixture for Process {
    async fn on(engine: Engine) -> Self {
        Self::open(Arc::new(Database::fresh(engine))).await
    }
}

impl Process {
    async fn open(database: Arc<Database>) -> Self {
        let mut config = Config::default();
        config.database.url.clone_from(&database.url);
        let app = spil::server::start(config, Arc::new(Still), Arc::new(SystemRandom)).await.expect("it starts");
        Self { app, database }
    }

    /// Another server on the same database.
    async fn another(&self) -> Self {
        Self::open(Arc::clone(&self.database)).await
    }

    fn hub(&self) -> Access {
        hub(&self.app, START)
    }

    async fn put(&self, resource: Value) -> Result<u16, u16> {
        let text = |name: &str| resource[name].as_str().expect("text").to_owned();
        let (rtype, id) = (text("resourceType"), text("id"));
        let written = self.hub().write(Interaction::Update { rtype, id, body: resource, if_match: None }).await;
        written.map(|written| written.get().status).map_err(|error| error.status)
    }

    async fn fill(&self, from: usize, to: usize) {
        let entry = |at: usize| {
            let body = basic(if at.is_multiple_of(7) { "seventh" } else { "other" });
            let interaction = Interaction::Create { rtype: "Basic".to_owned(), body, if_none_exist: None };
            Entry { at, full_url: None, interaction }
        };
        self.hub().transaction(&(from..to).map(entry).collect::<Vec<_>>()).await.expect("written");
    }

    /// How many match, or the status of the refusal.
    async fn count(&self, rtype: &str, name: &str, value: &str) -> Result<i64, u16> {
        let pairs = [(name, value), ("_summary", "count")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let found = self.hub().search(rtype, &pairs, false).await;
        found.map(|found| found.get().total.expect("a count")).map_err(|error| error.status)
    }

    async fn state(&self, id: &str) -> (String, i64, i64) {
        let status = self.hub().index_status(id).await.expect("a status").into_inner();
        let part = |at: usize, name: &str| status["parameter"][at][name].clone();
        let number = |at: usize| part(at, "valueInteger").as_i64().expect("a number");
        (part(0, "valueCode").as_str().expect("a state").to_owned(), number(1), number(2))
    }

    /// Rows of parameters that are not of the standard.
    async fn rows(&self) -> i64 {
        let mut rows = 0;
        for table in spil::store::sql::index::TABLES {
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE param >= 10000");
            rows += self.app.store.rows(&sql, Vec::new()).await.expect("rows")[0].int(0);
        }
        rows
    }

    async fn work(&self) {
        while index_step(&self.app).await.expect("a step") {}
    }
}

async fn a_parameter_can_be_asked_for_once_everything_is_indexed(here: Process) {
    here.fill(0, 450).await;
    let there = here.another().await;
    assert_eq!(here.put(note("n", "note")).await, Ok(201));
    assert_eq!(here.state("n").await, ("requested".to_owned(), 0, 450));
    for at in [&here, &there] {
        assert_eq!(at.count("Basic", "note", "seventh").await, Err(400));
        assert!(!at.app.parameters.get().parameters.of("Basic").any(|param| param.code == "note"));
    }
    assert!(index_step(&here.app).await.expect("a step"));
    assert_eq!(here.state("n").await, ("indexing".to_owned(), 200, 450));
    assert_eq!(here.count("Basic", "note", "seventh").await, Err(400));
    // What is written meanwhile, here or there, is indexed at once; another server goes on where this one stopped.
    here.fill(0, 1).await;
    there.fill(0, 1).await;
    there.work().await;
    assert_eq!(there.state("n").await, ("active".to_owned(), 452, 452));
    for at in [&here, &there] {
        assert_eq!(at.count("Basic", "note", "SEV").await, Ok(65 + 2));
        assert_eq!(at.count("Basic", "note:exact", "other").await, Ok(450 - 65));
        assert_eq!(at.count("Basic", "note:missing", "true").await, Ok(0));
        assert_eq!(at.count("Patient", "note", "x").await, Err(400));
    }
    there.fill(0, 1).await;
    assert_eq!(here.count("Basic", "note", "seventh").await, Ok(68));
    assert_eq!(here.rows().await, 453);
}

async fn a_parameter_that_is_taken_away_is_unknown_and_leaves_no_rows(here: Process) {
    here.fill(0, 10).await;
    let there = here.another().await;
    assert_eq!(here.put(note("n", "note")).await, Ok(201));
    here.work().await;
    assert_eq!(there.count("Basic", "note", "other").await, Ok(8));
    let delete = Interaction::Delete { rtype: "SearchParameter".to_owned(), id: "n".to_owned(), if_match: None };
    here.hub().write(delete).await.expect("deleted");
    for at in [&here, &there] {
        assert_eq!(at.count("Basic", "note", "other").await, Err(400));
    }
    // This one has not heard of it; its write must leave no row all the same.
    there.fill(0, 3).await;
    there.work().await;
    assert_eq!(here.rows().await, 0);
    // The name is free again, and means something else.
    let mut again = note("m", "note");
    again["expression"] = json!("Basic.code.coding.code");
    assert_eq!(there.put(again).await, Ok(201));
    here.work().await;
    assert_eq!(here.count("Basic", "note", "note").await, Ok(13));
    assert_eq!(there.count("Basic", "note", "other").await, Ok(0));
}

async fn a_changed_definition_is_indexed_anew_and_a_changed_text_is_not(here: Process) {
    here.fill(0, 10).await;
    assert_eq!(here.put(note("n", "note")).await, Ok(201));
    here.work().await;
    let mut other = note("n", "note");
    other["description"] = json!("Said otherwise");
    assert_eq!(here.put(other.clone()).await, Ok(200));
    assert_eq!(here.count("Basic", "note", "other").await, Ok(8));
    other["expression"] = json!("Basic.code.coding.code");
    assert_eq!(here.put(other.clone()).await, Ok(200));
    assert_eq!(here.count("Basic", "note", "note").await, Err(400));
    here.work().await;
    assert_eq!((here.count("Basic", "note", "note").await, here.rows().await), (Ok(10), 10));
    other["status"] = json!("retired");
    assert_eq!(here.put(other).await, Ok(200));
    assert_eq!(here.count("Basic", "note", "note").await, Err(400));
    here.work().await;
    assert_eq!(here.rows().await, 0);
}

async fn every_kind_of_parameter_can_be_given(here: Process) {
    let mut body = weight("Patient/a", "2026-01-02", "72.5");
    body["id"] = json!("o");
    body["note"] = json!([{"time": "2026-02-01T10:00:00Z", "text": "x"}]);
    body["performer"] = json!([{"reference": "Organization/org"}]);
    body["meta"] = json!({"source": "urn:example:source", "tag": [{"system": "urn:t", "code": "t"}]});
    body["interpretation"] = json!([coded("urn:i", "H")]);
    assert_eq!(here.put(body).await, Ok(201));
    let cases = [
        ("token", "k-token", "Observation.interpretation", "urn:i|H", "urn:i|L"),
        ("date", "k-date", "Observation.note.time", "2026-02", "2026-03"),
        ("reference", "k-reference", "Observation.performer", "Organization/org", "Organization/other"),
        ("quantity", "k-quantity", "Observation.value as Quantity", "72.5||kg", "73.5||kg"),
        ("number", "k-number", "(Observation.value as Quantity).value", "gt72", "gt73"),
        ("uri", "k-uri", "Observation.meta.source", "urn:example:source", "urn:example:other"),
        ("string", "k-string", "Observation.note.text", "x", "y"),
    ];
    for (kind, code, expression, ..) in cases {
        let mut parameter = note(code, code);
        parameter["type"] = json!(kind);
        parameter["base"] = json!(["Observation", "Basic"]);
        parameter["expression"] = json!(expression);
        assert_eq!(here.put(parameter).await, Ok(201), "{code}");
    }
    let mut pair = note("k-pair", "k-pair");
    pair["type"] = json!("composite");
    pair["base"] = json!(["Observation"]);
    pair["expression"] = json!("Observation");
    let part = |definition: &str, expression: &str| json!({"definition": definition, "expression": expression});
    pair["component"] = json!([
        part("urn:example:k-token", "interpretation"),
        part("http://hl7.org/fhir/SearchParameter/clinical-code", "code"),
    ]);
    assert_eq!(here.put(pair).await, Ok(201));
    let mut every = note("k-every", "k-every");
    every["type"] = json!("token");
    every["base"] = json!(["Resource"]);
    every["expression"] = json!("Resource.meta.tag");
    assert_eq!(here.put(every).await, Ok(201));
    here.work().await;
    for (_, code, _, found, missed) in cases {
        assert_eq!(here.count("Observation", code, found).await, Ok(1), "{code}");
        assert_eq!(here.count("Observation", code, missed).await, Ok(0), "{code}");
        assert_eq!(here.count("Basic", code, missed).await, Ok(0), "{code}");
    }
    assert_eq!(here.count("Observation", "k-pair", "H$http://loinc.org|29463-7").await, Ok(1));
    assert_eq!(here.count("Observation", "k-pair", "H$http://loinc.org|1").await, Ok(0));
    assert_eq!(here.count("Observation", "k-every", "urn:t|t").await, Ok(1));
    assert_eq!(here.count("Patient", "k-every", "t").await, Ok(0));
}

async fn what_is_wrong_with_a_definition_is_said(here: Process) {
    assert_eq!(here.put(note("n", "note")).await, Ok(201));
    let change = |name: &str, value: Value| {
        let mut parameter = note("bad", "bad");
        parameter[name] = value;
        parameter
    };
    let composite = |definition: &str| {
        let part = json!({"definition": definition, "expression": "code"});
        let mut parameter = change("type", json!("composite"));
        parameter["component"] = json!([part, part]);
        parameter
    };
    let cases = [
        (change("code", json!("a.b")), "letters, digits"),
        (change("code", json!("a:b")), "letters, digits"),
        (change("code", json!("_mine")), "letters, digits"),
        (change("code", json!("note")), "defined for the same type by urn:example:n"),
        (change("code", json!("author")), "FHIR R4 has a search parameter `author` of Basic"),
        (change("url", json!("urn:example:n")), "another SearchParameter has this address"),
        (change("type", json!("special")), "not `special`"),
        (change("expression", json!("Basic.extension(")), "cannot be read"),
        (change("expression", json!("")), "expression"),
        (composite("urn:example:none"), "no search parameter that is known"),
        (composite("http://hl7.org/fhir/SearchParameter/Observation-code-value-quantity"), "a plain parameter"),
        (change("component", json!([{"definition": "urn:example:n", "expression": "code"}])), "only a composite"),
    ];
    for (parameter, wanted) in cases {
        let (rtype, id) = ("SearchParameter".to_owned(), "bad".to_owned());
        let interaction = Interaction::Update { rtype, id, body: parameter.clone(), if_match: None };
        let error = here.hub().write(interaction).await.expect_err("refused");
        let text = format!("{error:?}");
        assert!([400, 422].contains(&error.status) && text.contains(wanted), "{wanted}: {text}\n{parameter}");
    }
    // What the standard has already is kept as a text, and changes nothing.
    let mut standard = note("std", "author");
    standard["url"] = json!("http://hl7.org/fhir/SearchParameter/Basic-author");
    assert_eq!(here.put(standard).await, Ok(201));
    let mut draft = note("d", "drafted");
    draft["status"] = json!("draft");
    assert_eq!(here.put(draft).await, Ok(201));
    here.work().await;
    assert_eq!(here.app.parameters.get().stored.len(), 1);
}

/// The hospital, registered by name for search parameters.
async fn author(server: &Server) -> Caller<'_> {
    let clients = server.app().store.clients().await.expect("clients");
    let hospital = clients.into_iter().find(|client| client.client_id == "hospital-system").expect("the hospital");
    server.app().store.register_client(&Client { scope: ALL.to_owned(), ..hospital }).await.expect("registered");
    server.hospital().scope(ALL)
}

async fn only_who_is_registered_by_name_may_define_one(server: Server) {
    let anna = server.person().await;
    let parameter = note("n", "note");
    let gp = server.gp();
    for caller in [&gp, &gp.scope("system/SearchParameter.rs"), &server.patient(&anna)] {
        let refused = caller.put("SearchParameter/n", &parameter).await.expect(403);
        assert!(refused.text().contains("OperationOutcome"), "{}", refused.text());
        caller.post("SearchParameter", &parameter).await.expect(403);
        caller.delete("SearchParameter/n").await.expect(403);
        caller.get("SearchParameter/n/$index-status").await.expect(403);
    }
    // A registration that names the type is not enough when the token does not.
    author(&server).await;
    server.hospital().scope("system/SearchParameter.rs").put("SearchParameter/n", &parameter).await.expect(403);
    author(&server).await.scope("system/Basic.cruds").put("SearchParameter/n", &parameter).await.expect(403);
    author(&server).await.put("SearchParameter/n", &parameter).await.expect(201);
}

async fn the_index_of_a_given_parameter_shows_nobody_more(server: Server) {
    let (anna, berend) = (server.person().await, server.person().await);
    let author = author(&server).await;
    for (at, person) in [&anna, &berend].into_iter().enumerate() {
        author.put(&format!("Patient/h{at}"), &patient(&person.bsn)).await.expect(201);
        let mut body = weight(&format!("Patient/h{at}"), "2026-01-02", "72.5");
        body["id"] = json!(format!("o{at}"));
        body["note"] = json!([{"text": "secret"}]);
        author.put(&format!("Observation/o{at}"), &body).await.expect(201);
    }
    let provision = permit("org-gp");
    server.patient(&anna).post("Consent", &consent(&anna.reference(), provision)).await.expect(201);
    let mut parameter = note("n", "note-text");
    parameter["base"] = json!(["Observation"]);
    parameter["expression"] = json!("Observation.note.text");
    author.put("SearchParameter/n", &parameter).await.expect(201);
    let mut tries = 0;
    loop {
        let status = author.get("SearchParameter/n/$index-status").await.expect(200).json();
        if status["parameter"][0]["valueCode"] == "active" {
            break;
        }
        tries += 1;
        assert!(tries < 400, "{status}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let listed = server.nobody().get("metadata").await.expect(200).text();
    assert!(listed.contains("\"note-text\"") && listed.contains("urn:example:n"));
    let found = author.get("Observation?note-text=secret").await.expect(200);
    assert_eq!(found.matches(), ["Observation/o0", "Observation/o1"]);
    let found = server.gp().get("Observation?note-text=secret").await.expect(200);
    assert_eq!(found.matches(), ["Observation/o0"]);
    let found = server.gp().get("Patient?_has:Observation:patient:note-text=secret").await.expect(200);
    assert!(found.matches().contains(&"Patient/h0".to_owned()));
    assert!(!found.text().contains("h1") && !found.text().contains("hub-1"));
    assert!(server.pharmacy().get("Observation?note-text=secret").await.expect(200).matches().is_empty());
    assert_eq!(
        server.patient(&berend).get("Observation?note-text=secret").await.expect(200).matches(),
        ["Observation/o1"]
    );
    author.delete("SearchParameter/n").await.expect(204);
    server.gp().get("Observation?note-text=secret").await.expect(400);
    assert!(!server.nobody().get("metadata").await.expect(200).text().contains("note-text"));
}

on_both! {
    a_changed_definition_is_indexed_anew_and_a_changed_text_is_not,
    a_parameter_can_be_asked_for_once_everything_is_indexed,
    a_parameter_that_is_taken_away_is_unknown_and_leaves_no_rows,
    every_kind_of_parameter_can_be_given,
    only_who_is_registered_by_name_may_define_one,
    the_index_of_a_given_parameter_shows_nobody_more,
    what_is_wrong_with_a_definition_is_said,
}
