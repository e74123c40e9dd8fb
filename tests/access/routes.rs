//! Every route of the FHIR API with every kind of caller. A route without a row here fails the test.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::world::{CALLERS, CODE, PATIENT, World};
use crate::medication::blocks::{ADMINISTRATION, AGREEMENT, block};
use crate::support::builders::{bundle, condition};
use crate::support::{Response, on_both};

/// An answer that holds nothing: an empty searchset, or an entry that was not found.
const NONE: u16 = 0;

/// Method, route, request and what each of [`CALLERS`] gets.
pub type Row = (&'static str, &'static str, &'static str, Value, [u16; 7]);

/// Reads: what is hidden is absent.
const SEEN: [u16; 7] = [401, 404, 200, 404, 200, 200, 404];
/// Changes by id or condition: only the source, and who sees it hears that.
const OWN: [u16; 7] = [401, 404, 403, 404, 200, 403, 403];
/// What is not possible for anybody.
const NEVER: [u16; 7] = [401, 405, 405, 405, 405, 405, 405];
/// A query about everything: an answer for all, with what each may see in it (`graphql.rs` looks at that).
const ASKED: [u16; 7] = [401, 200, 200, 200, 200, 200, 200];
/// What needs a client that is registered for it by name (`view_run.rs` has one).
const BY_NAME: [u16; 7] = [401, 403, 403, 403, 403, 403, 403];
/// What is told to the organisation alone whose it is.
const OF_THE_SOURCE: [u16; 7] = [401, 404, 404, 404, 200, 404, 404];
/// What is for patients only, each their own.
const OF_PATIENTS: [u16; 7] = [401, 403, 403, 403, 403, 200, 200];
/// Deletions: what is hidden is not there.
const GONE: [u16; 7] = [401, 204, 403, 204, 204, 403, 403];

fn rows() -> Vec<Row> {
    let body = condition(PATIENT, CODE);
    let patch = json!([{"op": "replace", "path": "/onsetDateTime", "value": "2025"}]);
    let meta = json!({"tag": [{"system": "urn:t", "code": "t"}]});
    let tag = json!({"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": meta}]});
    let ask = bundle("batch", vec![("GET", "Condition/c1", Value::Null)]);
    let found = [401, NONE, 200, NONE, 200, 200, NONE];
    let created = [401, 201, 201, 201, 201, 403, 403];
    let all = [200; 7];
    let number = json!([{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "{bsn}"}]);
    let whose = parameters(&json!([{"name": "patient", "valueIdentifier": number[0]}]));
    let number = json!({"resourceType": "Patient", "identifier": number});
    let by_code = "Condition?code=http://snomed.info/sct|13645005";
    vec![
        ("GET", "/fhir/metadata", "metadata", Value::Null, all),
        ("GET", "/health/live", "/health/live", Value::Null, all),
        ("GET", "/health/ready", "/health/ready", Value::Null, all),
        ("POST", "/fhir", "", ask.clone(), found),
        ("POST", "/fhir/", "/fhir/", ask, found),
        ("GET", "/fhir", "/fhir?_type=Condition,Patient&_filter=_id eq c1", Value::Null, found),
        ("GET", "/fhir/", "/fhir/?_type=Condition,Encounter&_content=13645005", Value::Null, found),
        ("POST", "/fhir/_search", "_search", form("_type=Condition&_id=c1"), found),
        // Before anything is created: what was deleted stays in a history.
        ("GET", "/fhir/{rtype}/_history", "Condition/_history", Value::Null, found),
        ("GET", "/fhir/_history", "_history?_count=500", Value::Null, [401, 200, 200, 200, 200, 200, 200]),
        ("POST", "/fhir/$convert", "$convert", body.clone(), [401, 200, 200, 200, 200, 200, 200]),
        ("GET", "/fhir/{rtype}/{id}/{target}", "Patient/h1/Condition", Value::Null, SEEN),
        ("GET", "/fhir/{rtype}/{id}/{target}", "Patient/h1/*", Value::Null, SEEN),
        (
            "POST",
            "/fhir/{rtype}/{id}/{target}/_search",
            "Patient/h1/Condition/_search",
            form("code=1"),
            [401, 404, NONE, 404, NONE, NONE, 404],
        ),
        ("GET", "/fhir/$meta", "$meta", Value::Null, [401, 200, 200, 200, 200, 200, 200]),
        ("GET", "/fhir/{rtype}/$meta", "Condition/$meta", Value::Null, [401, 200, 200, 200, 200, 200, 200]),
        ("GET", "/fhir/{rtype}/{id}/$meta", "Condition/c1/$meta", Value::Null, SEEN),
        ("POST", "/fhir/{rtype}/{id}/$meta-add", "Condition/c1/$meta-add", tag.clone(), OWN),
        ("POST", "/fhir/{rtype}/{id}/$meta-delete", "Condition/c1/$meta-delete", tag.clone(), OWN),
        ("GET", "/fhir/{rtype}/{id}/_history/{version}/$meta", "Condition/c1/_history/1/$meta", Value::Null, SEEN),
        (
            "POST",
            "/fhir/{rtype}/{id}/_history/{version}/$meta-add",
            "Condition/c1/_history/1/$meta-add",
            tag.clone(),
            NEVER,
        ),
        (
            "POST",
            "/fhir/{rtype}/{id}/_history/{version}/$meta-delete",
            "Condition/c1/_history/1/$meta-delete",
            tag,
            NEVER,
        ),
        ("GET", "/fhir/AuditEvent", "AuditEvent", Value::Null, [401, 403, 403, 403, 403, 200, 200]),
        ("GET", "/fhir/AuditEvent", "AuditEvent?patient={hub}", Value::Null, [401, 404, 404, 404, 404, 200, 404]),
        (
            "POST",
            "/fhir/AuditEvent/_search",
            "AuditEvent/_search",
            form("patient={hub}"),
            [401, 404, 404, 404, 404, 200, 404],
        ),
        ("GET", "/fhir/AuditEvent/{id}", "AuditEvent/{audit}", Value::Null, [401, 403, 403, 403, 403, 200, 404]),
        ("GET", "/fhir/{rtype}", by_code, Value::Null, found),
        ("GET", "/fhir/{rtype}", "Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|{bsn}", Value::Null, found),
        ("POST", "/fhir/{rtype}/_search", "Condition/_search", form("code=13645005"), found),
        ("POST", "/fhir/{rtype}", "Condition", body.clone(), created),
        ("PUT", "/fhir/{rtype}", by_code, body.clone(), [401, 201, 403, 201, 200, 403, 403]),
        ("PATCH", "/fhir/{rtype}", by_code, patch.clone(), OWN),
        ("DELETE", "/fhir/{rtype}", by_code, Value::Null, GONE),
        ("GET", "/fhir/{rtype}/{id}", "Condition/c1", Value::Null, SEEN),
        ("GET", "/fhir/{rtype}/{id}", PATIENT, Value::Null, SEEN),
        ("GET", "/fhir/{rtype}/{id}", "Consent/{consent}", Value::Null, [401, 404, 404, 404, 404, 200, 404]),
        ("PUT", "/fhir/{rtype}/{id}", "Condition/c1", body, OWN),
        ("PATCH", "/fhir/{rtype}/{id}", "Condition/c1", patch, OWN),
        ("DELETE", "/fhir/{rtype}/{id}", "Condition/c1", Value::Null, GONE),
        ("GET", "/fhir/{rtype}/{id}/_history", "Condition/c1/_history", Value::Null, SEEN),
        ("GET", "/fhir/{rtype}/{id}/_history", "Patient/h1/_history", Value::Null, SEEN),
        ("GET", "/fhir/{rtype}/{id}/_history/{version}", "Condition/c1/_history/1", Value::Null, SEEN),
        ("GET", "/fhir/Patient/{id}/$medication-overview", "Patient/h1/$medication-overview", Value::Null, SEEN),
        (
            "GET",
            "/fhir/$medication-overview",
            "$medication-overview?patient=http://fhir.nl/fhir/NamingSystem/bsn|{bsn}",
            Value::Null,
            SEEN,
        ),
        ("POST", "/fhir/$medication-overview", "$medication-overview", whose.clone(), SEEN),
        ("GET", "/fhir/Patient/{id}/$acp", "Patient/h1/$acp", Value::Null, SEEN),
        ("GET", "/fhir/Patient/{id}/$summary", "Patient/h1/$summary", Value::Null, SEEN),
        ("POST", "/fhir/Patient/{id}/$summary", "Patient/h1/$summary", parameters(&json!([])), SEEN),
        ("GET", "/fhir/Patient/{id}/$eoverdracht", "Patient/h1/$eoverdracht", Value::Null, SEEN),
        (
            "GET",
            "/fhir/Patient/{id}/$consent-check",
            "Patient/h1/$consent-check?organisation={org}&category=problems",
            Value::Null,
            SEEN,
        ),
        ("GET", "/fhir/Composition/{id}/$document", "Composition/d1/$document", Value::Null, SEEN),
        ("GET", "/fhir/Patient/{id}/$everything", "Patient/h1/$everything", Value::Null, SEEN),
        ("POST", "/fhir/Patient/{id}/$everything", "Patient/h1/$everything", parameters(&json!([])), SEEN),
        ("GET", "/fhir/Patient/$everything", "Patient/$everything", Value::Null, OF_PATIENTS),
        ("POST", "/fhir/Patient/$everything", "Patient/$everything", parameters(&json!([])), OF_PATIENTS),
        ("GET", "/fhir/Encounter/{id}/$everything", "Encounter/e1/$everything", Value::Null, SEEN),
        ("POST", "/fhir/Encounter/{id}/$everything", "Encounter/e1/$everything", parameters(&json!([])), SEEN),
        ("GET", "/fhir/Observation/$lastn", "Observation/$lastn?patient=h1&code=29463-7", Value::Null, found),
        (
            "POST",
            "/fhir/Observation/$lastn",
            "Observation/$lastn?patient=h1&code=29463-7",
            parameters(&json!([])),
            found,
        ),
        (
            "GET",
            "/fhir/$latest-stops",
            "$latest-stops?patient=http://fhir.nl/fhir/NamingSystem/bsn|{bsn}",
            Value::Null,
            found,
        ),
        ("POST", "/fhir/$latest-stops", "$latest-stops", whose.clone(), found),
        (
            "GET",
            "/fhir/MedicationRequest/$latest-stops",
            "MedicationRequest/$latest-stops?patient=http://fhir.nl/fhir/NamingSystem/bsn|{bsn}",
            Value::Null,
            found,
        ),
        ("POST", "/fhir/MedicationRequest/$latest-stops", "MedicationRequest/$latest-stops", whose.clone(), found),
        (
            "GET",
            "/fhir/MedicationDispense/$latest-stops",
            "MedicationDispense/$latest-stops?patient=http://fhir.nl/fhir/NamingSystem/bsn|{bsn}",
            Value::Null,
            found,
        ),
        ("POST", "/fhir/MedicationDispense/$latest-stops", "MedicationDispense/$latest-stops", whose, found),
        ("POST", "/fhir/Patient/$match", "Patient/$match", number, found),
        (
            "POST",
            "/fhir/{rtype}/$validate",
            "Condition/$validate",
            condition(PATIENT, CODE),
            [401, 200, 200, 200, 200, 200, 200],
        ),
        ("GET", "/fhir/{rtype}/{id}/$validate", "Condition/c1/$validate", Value::Null, SEEN),
        ("POST", "/fhir/{rtype}/{id}/$validate", "Condition/c1/$validate", parameters(&json!([])), SEEN),
        ("GET", "/fhir/$graphql", "$graphql?query={ConditionList(code:\"13645005\"){id}}", Value::Null, ASKED),
        ("POST", "/fhir/$graphql", "$graphql", json!({"query": "{ConditionList(code: \"13645005\") {id}}"}), ASKED),
        ("GET", "/fhir/{rtype}/{id}/$graphql", "Condition/c1/$graphql?query={id}", Value::Null, SEEN),
        ("POST", "/fhir/{rtype}/{id}/$graphql", "Condition/c1/$graphql", json!({"query": "{id}"}), SEEN),
        (
            "POST",
            "/fhir/ViewDefinition/$run",
            "ViewDefinition/$run",
            json!({"resourceType": "ViewDefinition"}),
            BY_NAME,
        ),
        (
            "GET",
            "/fhir/SearchParameter/{id}/$index-status",
            "SearchParameter/s1/$index-status",
            Value::Null,
            [401, 403, 403, 403, 403, 403, 403],
        ),
        ("GET", "/fhir/Subscription/$status", "Subscription/$status?id=s1", Value::Null, OF_THE_SOURCE),
        ("POST", "/fhir/Subscription/$status", "Subscription/$status?id=s1", parameters(&json!([])), OF_THE_SOURCE),
        ("GET", "/fhir/Subscription/{id}/$status", "Subscription/s1/$status", Value::Null, OF_THE_SOURCE),
        ("POST", "/fhir/Subscription/{id}/$status", "Subscription/s1/$status", parameters(&json!([])), OF_THE_SOURCE),
        ("GET", "/fhir/Subscription/{id}/$events", "Subscription/s1/$events", Value::Null, OF_THE_SOURCE),
        ("POST", "/fhir/Subscription/{id}/$events", "Subscription/s1/$events", parameters(&json!([])), OF_THE_SOURCE),
    ]
    .into_iter()
    .chain(super::defining::rows())
    .collect()
}

fn parameters(list: &Value) -> Value {
    json!({"resourceType": "Parameters", "parameter": list})
}

fn form(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// Sends the request of a row.
async fn ask(world: &World, caller: &str, row: &Row, consent: &str) -> Response {
    let (method, _, request, body, _) = row;
    let own = match caller {
        "other" => "org-vvt",
        "revoked" => "org-gp-post",
        "source" => "org-hospital",
        _ => "org-gp",
    };
    let audit = format!(
        "SELECT MAX(seq) FROM (SELECT * FROM audit_person UNION ALL SELECT * FROM audit_recent) p \
         WHERE person = (SELECT person FROM person WHERE bsn = '{}')",
        world.anna.bsn
    );
    let audit = world.server.app().store.rows(&audit, Vec::new()).await.expect("rows")[0].int(0);
    let fill = |text: &str| {
        text.replace("{hub}", &world.anna.id)
            .replace("{bsn}", &world.anna.bsn)
            .replace("{org}", own)
            .replace("{consent}", consent)
            .replace("{audit}", &audit.to_string())
    };
    let address = fill(request);
    let address = if address.starts_with('/') { format!("{}{address}", world.server.base()) } else { address };
    let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
    let sent = match body {
        Value::Null => None,
        Value::String(text) => Some(("application/x-www-form-urlencoded", fill(text).into())),
        list @ Value::Array(_) => Some(("application/json-patch+json", list.to_string().into())),
        other => Some(("application/fhir+json", fill(&other.to_string()).into())),
    };
    world.caller(caller).send(method, &address, sent).await
}

/// What an answer comes down to.
fn class(response: &Response) -> u16 {
    if response.status != 200 || !response.header("content-type").contains("json") {
        return response.status;
    }
    let body = response.json();
    match body["type"].as_str() {
        Some("searchset" | "history") if body["entry"].is_null() => NONE,
        Some("batch-response") if body["entry"][0]["resource"].is_null() => {
            assert_eq!(body["entry"][0]["response"]["status"], "404 Not Found");
            NONE
        }
        _ => 200,
    }
}

/// Each row on a world of its own column, so that what one caller changes does not help another.
async fn every_route_answers_each_caller_as_the_table_says(world: World) {
    let mut faults = Vec::new();
    let consent = world.consents(crate::support::builders::permit("org-pharmacy")).await;
    let told = crate::notify::subscription("http://127.0.0.1:9/hook", None);
    world.server.hospital().put("Subscription/s1", &told).await.expect(201);
    for (name, category) in [("MedicationRequest/m1", AGREEMENT), ("MedicationDispense/m2", ADMINISTRATION)] {
        let body = block(category, PATIENT, "1", "2026-01-05", json!({"start": "2026-01-05"}));
        world.caller("source").put(name, &body).await.expect(201);
    }
    for row in &rows() {
        for (caller, expected) in CALLERS.iter().zip(row.4) {
            let answer = ask(&world, caller, row, &consent).await;
            if class(&answer) != expected {
                let got = class(&answer);
                faults.push(format!("{} {} as {caller}: {got}, not {expected}: {}", row.0, row.2, answer.text()));
            }
            if answer.status == 401 {
                assert!(answer.header("www-authenticate").starts_with("Bearer"), "{} {}", row.0, row.2);
            }
            restore(&world).await;
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Puts back what a row may have changed.
async fn restore(world: &World) {
    for caller in ["source", "other", "permitted", "revoked"] {
        let found = world.caller(caller).get("Condition?_count=100").await.expect(200).json();
        for entry in found["entry"].as_array().into_iter().flatten() {
            let id = entry["resource"]["id"].as_str().expect("id");
            if id != "c1" {
                world.caller(caller).delete(&format!("Condition/{id}")).await;
            }
        }
    }
    if world.caller("source").get("Condition/c1").await.status != 200 {
        world.caller("source").put("Condition/c1", &condition(PATIENT, CODE)).await.expect(201);
    }
}

async fn a_token_that_is_not_ours_opens_nothing(world: World) {
    let good = world.server.gp().token().await.expect("a token");
    let (body, signature) = good.rsplit_once('.').expect("a signature");
    let turned: String = signature.chars().rev().collect();
    for token in ["nonsense", "a.b.c", &format!("{body}."), &format!("{body}.{turned}"), &format!("{good}x")] {
        let caller = world.server.bearer(token);
        for path in ["Condition", "Condition/c1", "Patient/h1/$acp", "AuditEvent"] {
            caller.get(path).await.expect(401);
        }
    }
    world.server.bearer(&good).get("Condition/c1").await.expect(200);
}

#[test]
fn every_fhir_route_has_a_row_in_the_table() {
    let rows = rows();
    let covered: BTreeSet<_> = rows.iter().map(|(method, route, ..)| (*method, *route)).collect();
    let mut missing = Vec::new();
    for (methods, route, _) in spil::routes::FHIR {
        missing.extend(
            methods.split(' ').filter(|method| !covered.contains(&(*method, route))).map(|method| (method, route)),
        );
    }
    assert!(missing.is_empty(), "no access test for {missing:?}");
}

/// The routes outside the FHIR table are listed by name, so that a new one is seen.
#[test]
fn the_list_of_uncovered_routes_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text =
        String::from("# Routes that tests/access/routes.rs does not go through; made by SPIL_UPDATE=1 ./tests/run.\n");
    for folder in ["src/auth", "src/ui"] {
        let mut files = Vec::new();
        collect(&root.join(folder), &mut files);
        files.sort();
        for file in files {
            let name = file.strip_prefix(root).expect("inside").display().to_string();
            let source = std::fs::read_to_string(&file).expect("a file");
            for call in source.split(".route(").skip(1) {
                let address = call.split(',').next().unwrap_or_default().trim().trim_matches('"');
                writeln!(text, "{name}: {address}").expect("text");
            }
        }
    }
    let file = root.join("tests/access/uncovered.txt");
    if std::env::var_os("SPIL_UPDATE").is_some() {
        std::fs::write(&file, &text).expect("written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(kept, text, "run the tests with SPIL_UPDATE=1 and look at the difference");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

on_both! {
    a_token_that_is_not_ours_opens_nothing,
    every_route_answers_each_caller_as_the_table_says,
}
