//! `ViewDefinition/$run` (<https://sql-on-fhir.org/>) for the region's statistics.

use serde_json::{Value, json};

use crate::support::builders::{bundle, consent, deny, patient, permit, weight};
use crate::support::region::client_id;
use crate::support::{Caller, Person, Server, on_both};

/// The home-care organisation, registered for statistics by name.
async fn statistics(server: &Server) -> Caller<'_> {
    let store = &server.app().store;
    let mut client = store.client(&client_id("vvt")).await.expect("rows").expect("a client");
    "system/*.cruds system/ViewDefinition.r".clone_into(&mut client.scope);
    spil::auth::check_client(&client).expect("a good client");
    store.register_client(&client).await.expect("registered");
    server.vvt().scope("system/ViewDefinition.r").purpose("HRESCH")
}

fn view() -> Value {
    json!({
        "resourceType": "ViewDefinition", "resource": "Observation", "status": "active",
        "constant": [{"name": "weight", "valueCode": "29463-7"}],
        "where": [{"path": "code.coding.exists(code = %weight)"}],
        "select": [
            {"column": [
                {"name": "id", "path": "getResourceKey()"},
                {"name": "person", "path": "subject.getReferenceKey(Patient)"},
                {"name": "day", "path": "effective.ofType(dateTime)"},
                {"name": "kg", "path": "value.ofType(Quantity).value"},
            ]},
            {"forEach": "code.coding", "column": [{"name": "code", "path": "code"}]},
        ],
    })
}

fn ask(view: &Value, more: &[(&str, Value)]) -> Value {
    let mut list = vec![json!({"name": "viewResource", "resource": view})];
    list.extend(more.iter().map(|(name, value)| json!({"name": name, "valueCode": value})));
    json!({"resourceType": "Parameters", "parameter": list})
}

/// A person with a weight at the hospital, and what the person lays down.
async fn person(server: &Server, id: &str, provisions: &[Value]) -> Person {
    let person = server.person().await;
    let reference = format!("Patient/{id}");
    let observation = format!("Observation/{id}");
    let record = vec![
        ("PUT", reference.as_str(), patient(&person.bsn)),
        ("PUT", observation.as_str(), weight(&reference, "2026-01-05", "72.50")),
    ];
    server.hospital().post("", &bundle("transaction", record)).await.expect(200);
    for provision in provisions {
        let body = consent(&person.reference(), provision.clone());
        server.patient(&person).post("Consent", &body).await.expect(201);
    }
    person
}

fn for_research(mut provision: Value) -> Value {
    provision["purpose"] = json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH"}]);
    provision
}

async fn rows(caller: &Caller<'_>) -> Vec<Value> {
    let answer = caller.post("ViewDefinition/$run", &ask(&view(), &[("_format", json!("json"))])).await.expect(200);
    answer.json().as_array().expect("rows").clone()
}

/// The default is a refusal: only a permission that names the purpose counts, and an objection stays above it.
async fn only_who_permits_statistics_by_name_is_counted(server: Server) {
    let caller = statistics(&server).await;
    person(&server, "silent", &[]).await;
    person(&server, "general", &[permit("org-vvt")]).await;
    person(&server, "elsewhere", &[for_research(permit("org-gp"))]).await;
    person(&server, "objects", &[for_research(permit("org-vvt")), for_research(deny("org-vvt"))]).await;
    assert_eq!(rows(&caller).await, Vec::<Value>::new());
    let yes = person(&server, "yes", &[for_research(permit("org-vvt"))]).await;
    let found = rows(&caller).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["day"], &found[0]["code"]), (&json!("2026-01-05"), &json!("29463-7")));
    assert_eq!(found[0]["kg"].to_string(), "72.50");
    server.vvt().put("Patient/own", &patient(&crate::support::region::bsn(40))).await.expect(201);
    server.vvt().put("Observation/own", &weight("Patient/own", "2026-01-05", "60")).await.expect(201);
    assert_eq!(rows(&caller).await.len(), 1, "what it holds itself is not counted either");
    let log = server.patient(&yes).get("AuditEvent").await.expect(200).text();
    assert!(log.contains("HRESCH"), "the person reads back that it was counted: {log}");
    let officer = server.vvt().claim(&json!({"subject_role": "privacy-officer"}));
    let log = officer.get("AuditEvent").await.expect(200).text();
    assert!(log.contains("HRESCH") && !log.contains(&yes.bsn), "its organisation does not read who was: {log}");
    let body = consent(&yes.reference(), for_research(deny("org-vvt")));
    server.patient(&yes).post("Consent", &body).await.expect(201);
    assert_eq!(rows(&caller).await, Vec::<Value>::new(), "a withdrawal works at once");
}

async fn nobody_can_be_told_from_the_rows(server: Server) {
    let caller = statistics(&server).await;
    let anna = person(&server, "anna", &[for_research(permit("org-vvt"))]).await;
    let text = json!({
        "resourceType": "ViewDefinition", "resource": "Patient", "status": "active",
        "select": [{"column": [
            {"name": "id", "path": "id"}, {"name": "family", "path": "name.family"},
            {"name": "bsn", "path": "identifier.value"}, {"name": "born", "path": "birthDate"}, {"name": "sex", "path": "gender"},
        ]}],
    });
    let found = caller.post("ViewDefinition/$run", &ask(&text, &[("_format", json!("json"))])).await.expect(200).json();
    for row in found.as_array().expect("rows") {
        assert_eq!((&row["family"], &row["bsn"]), (&Value::Null, &Value::Null), "{row}");
        assert_eq!((&row["born"], &row["sex"]), (&json!("1950"), &json!("female")), "{row}");
        assert!(row["id"] != "anna" && row["id"] != anna.id, "{row}");
    }
    let measured = rows(&caller).await;
    assert!(measured[0]["id"] != "anna" && measured[0]["person"] != "anna", "{measured:?}");
    assert_eq!(measured[0]["person"], found[0]["id"], "what belongs together can be put together");
}

async fn it_takes_the_client_the_scope_and_the_purpose(server: Server) {
    let body = ask(&view(), &[]);
    let caller = statistics(&server).await;
    caller.post("ViewDefinition/$run", &body).await.expect(200);
    caller.purpose("TREAT").post("ViewDefinition/$run", &body).await.expect(403);
    server.vvt().purpose("HRESCH").scope("system/Observation.rs").post("ViewDefinition/$run", &body).await.expect(403);
    server.gp().purpose("HRESCH").post("ViewDefinition/$run", &body).await.expect(403);
    let anna = server.person().await;
    server.patient(&anna).post("ViewDefinition/$run", &body).await.expect(403);
    server.nobody().post("ViewDefinition/$run", &body).await.expect(401);
}

async fn the_table_comes_in_each_form_and_a_wrong_view_is_refused(server: Server) {
    let caller = statistics(&server).await;
    for id in ["a", "b"] {
        person(&server, id, &[for_research(permit("org-vvt"))]).await;
    }
    let csv = caller.post("ViewDefinition/$run", &ask(&view(), &[("_format", json!("csv"))])).await.expect(200);
    assert!(csv.header("content-type").starts_with("text/csv"));
    let lines: Vec<String> = csv.text().lines().map(str::to_owned).collect();
    assert_eq!((lines.len(), lines[0].as_str()), (3, "id,person,day,kg,code"));
    assert!(lines[1].ends_with(",2026-01-05,72.50,29463-7"), "{lines:?}");
    let bare = caller.post("ViewDefinition/$run?_format=csv&header=false", &view()).await.expect(200);
    assert_eq!(bare.text().lines().count(), 2);
    let ndjson = caller.post("ViewDefinition/$run", &ask(&view(), &[])).await.expect(200);
    assert_eq!((ndjson.header("content-type"), ndjson.text().lines().count()), ("application/x-ndjson", 2));
    let one = caller.post("ViewDefinition/$run?_limit=1", &view()).await.expect(200);
    assert_eq!(one.text().lines().count(), 1);
    let mut bad = view();
    bad["select"] = json!([{"column": [{"name": "a b", "path": "id"}]}]);
    for (path, body, status) in [
        ("ViewDefinition/$run", bad, 400),
        ("ViewDefinition/$run", json!({"resourceType": "Patient"}), 400),
        ("ViewDefinition/$run", json!({"resourceType": "Parameters"}), 400),
        ("ViewDefinition/$run?patient=x", view(), 400),
        ("ViewDefinition/$run?_limit=0", view(), 400),
        ("ViewDefinition/$run?_format=parquet", view(), 406),
    ] {
        caller.post(path, &body).await.expect(status);
    }
}

on_both! {
    only_who_permits_statistics_by_name_is_counted,
    nobody_can_be_told_from_the_rows,
    it_takes_the_client_the_scope_and_the_purpose,
    the_table_comes_in_each_form_and_a_wrong_view_is_refused,
}
