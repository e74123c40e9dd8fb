//! What is hidden is absent: the same requests on three servers, one where the data is not, one where it is and the caller
//! may not see it, one where the caller may. The first two answer alike, byte for byte; the third does not.

use serde_json::{Value, json};

use super::asked::{reads, searches};
use super::world::letter;
use crate::support::builders::{
    allergy, bundle, coded, condition, consent, encounter, labelled, patient, permit, permit_categories, prescription,
    weight,
};
use crate::support::{Caller, Engine, Person, Response, Server, on_both};

/// What the server has that the GP practice may not always see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// Nothing of it is there.
    Absent,
    /// It is there, and the practice may not see it.
    Hidden,
    /// The practice may see it.
    Permitted,
}

/// A server with or without the secrets.
pub struct World {
    /// The server.
    pub server: Server,
    /// Of her the practice may see medication.
    pub anna: Person,
    /// Of him nothing.
    pub bert: Person,
}

/// Of Anna the practice may see medication, and holds a `Patient` of its own; of Bert nothing.
pub async fn world(engine: Engine, secrets: Secrets) -> World {
    let server = Server::start(engine).await;
    let (anna, bert) = (server.person().await, server.person().await);
    let hospital = server.hospital();
    let known = vec![
        ("PUT", "Patient/ah", patient(&anna.bsn)),
        ("PUT", "MedicationRequest/m1", prescription_in("Patient/ah", "Encounter/e1")),
        ("PUT", "MedicationRequest/m2", prescription("Patient/ah", "N02BE01")),
    ];
    hospital.post("", &bundle("transaction", known)).await.expect(200);
    server.gp().put("Patient/ag", &patient(&anna.bsn)).await.expect(201);
    server.gp().put("Observation/own", &weight("Patient/ag", "2026-01-01", "70")).await.expect(201);
    if secrets != Secrets::Absent {
        let mut person = patient(&bert.bsn);
        person["name"] = json!([{"family": "Verborgen"}]);
        person["birthDate"] = json!("1933-03-03");
        let mut problem = condition("Patient/ah", "38341003");
        problem["encounter"] = json!({"reference": "Encounter/e1"});
        let secret = vec![
            ("PUT", "Encounter/e1", encounter("Patient/ah")),
            ("PUT", "Condition/s1", problem.clone()),
            ("PUT", "Condition/s2", labelled(condition("Patient/ah", "35489007"), "PSY")),
            ("PUT", "AllergyIntolerance/s1", allergy("Patient/ah", "91936005")),
            ("PUT", "Observation/s1", weight("Patient/ah", "2026-01-05", "72.5")),
            ("PUT", "Composition/s1", letter("Patient/ah", "Condition/s1")),
            ("PUT", "Patient/bh", person),
            ("PUT", "Condition/b1", condition("Patient/bh", "38341003")),
            ("PUT", "MedicationRequest/b1", prescription("Patient/bh", "N02BE01")),
            ("PUT", "Observation/b1", weight("Patient/bh", "2026-01-05", "72.5")),
        ];
        hospital.post("", &bundle("transaction", secret)).await.expect(200);
        hospital.put("Condition/s1", &problem).await.expect(200);
        hospital.put("Condition/gone", &condition("Patient/ah", "38341003")).await.expect(201);
        hospital.delete("Condition/gone").await.expect(204);
        server.patient(&bert).post("Consent", &consent(&bert.reference(), permit("org-vvt"))).await.expect(201);
    }
    let provision = match secrets {
        Secrets::Permitted => json!({
            "type": "permit",
            "actor": [crate::support::builders::user("org-gp")],
            "provision": [permit_categories("org-gp", &["mental-health"])],
        }),
        _ => permit_categories("org-gp", &["medication"]),
    };
    let of_anna = server.patient(&anna);
    of_anna.put("Consent/k1", &consent(&anna.reference(), provision)).await.expect(201);
    if secrets == Secrets::Permitted {
        of_anna.post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
        let of_bert = server.patient(&bert);
        of_bert.put("Consent/k2", &consent(&bert.reference(), permit("org-gp"))).await.expect(201);
    }
    World { server, anna, bert }
}

fn prescription_in(patient: &str, encounter: &str) -> Value {
    let mut body = prescription(patient, "C03CA01");
    body["encounter"] = json!({"reference": encounter});
    body
}

/// An answer without what is different every time: dates of the transport, made-up ids, sealed links, the port.
pub fn plain(server: &Server, response: &Response) -> String {
    let mut lines: Vec<String> = response
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id", "content-length"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    let text = format!("{}\n{}\n\n{}", response.status, lines.join("\n"), response.text());
    without_ids(&text.replace(server.base(), "BASE"))
}

/// Puts one letter in the place of UUIDs and sealed links.
fn without_ids(text: &str) -> String {
    let mut plain = String::new();
    for word in text.split_inclusive(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'))
    {
        let (body, end) = word.split_at(word.len() - word.chars().last().map_or(0, char::len_utf8));
        let is_uuid = body.len() == 36 && body.matches('-').count() == 4;
        if is_uuid || body.len() > 60 {
            plain.push('U');
        } else {
            plain.push_str(body);
        }
        plain.push_str(end);
    }
    plain
}

/// What a caller gets, page after page; `{anna}` and `{bert}` stand for their numbers.
pub async fn ask(world: &World, caller: &Caller<'_>, path: &str) -> Vec<String> {
    let bsn = |person: &Person| format!("http://fhir.nl/fhir/NamingSystem/bsn|{}", person.bsn);
    let path = path.replace("{anna}", &bsn(&world.anna)).replace("{bert}", &bsn(&world.bert));
    let mut answer = caller.get(&path).await;
    let mut all = vec![plain(&world.server, &answer)];
    // Every page, as far as the links lead.
    while answer.status == 200 && answer.header("content-type").contains("json") {
        let body = answer.json();
        let next = body["link"].as_array().into_iter().flatten().find(|link| link["relation"] == "next");
        let Some(next) = next.and_then(|link| link["url"].as_str()) else { break };
        answer = caller.get(next).await;
        all.push(plain(&world.server, &answer));
    }
    all
}

/// One of each.
pub async fn the_three(engine: Engine) -> [World; 3] {
    [
        world(engine, Secrets::Absent).await,
        world(engine, Secrets::Hidden).await,
        world(engine, Secrets::Permitted).await,
    ]
}

/// Requests whose answer is the same for those who may: there is nothing in it to see.
const NO_TWIN: [&str; 10] = [
    "Condition/s1?_summary=count",
    "Patient/bh/$consent-check?organisation=org-nobody&category=problems",
    "Patient?_has:Condition:patient:_has:Encounter:diagnosis:class=IMP",
    "Condition?patient:identifier={bert}",
    "Composition?entry=Condition/s1",
    "MedicationRequest?patient.family=verborgen",
    "Consent",
    "Consent?patient=hub-0",
    "Consent?patient=hub-1",
    "Condition?patient=Patient/ag,Patient/bh",
];

async fn what_is_hidden_is_answered_as_what_is_absent(engine: Engine) {
    let [absent, hidden, permitted] = the_three(engine).await;
    let mut faults = Vec::new();
    for path in reads().into_iter().chain(searches()) {
        let without = ask(&absent, &absent.server.gp(), &path).await;
        let with = ask(&hidden, &hidden.server.gp(), &path).await;
        if without != with {
            faults.push(format!("LEAK {path}\nabsent: {}\nhidden: {}", without.join("\n"), with.join("\n")));
        }
        let seen = ask(&permitted, &permitted.server.gp(), &path).await;
        if seen == with && !NO_TWIN.contains(&path.as_str()) {
            faults.push(format!("NO TWIN {path}: {}", seen.join("\n")));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n\n"));
}

/// HEAD, conditions and other forms of the same reads.
async fn headers_do_not_tell_either(engine: Engine) {
    let [absent, hidden, permitted] = the_three(engine).await;
    for path in ["Condition/s1", "Patient/bh", "Condition/s2"] {
        let mut answers = Vec::new();
        for world in [&absent, &hidden, &permitted] {
            let gp = world.server.gp();
            let mut all = vec![
                gp.head(path).await,
                gp.with("if-none-match", "W/\"1\"").get(path).await,
                gp.with("if-none-match", "W/\"2\"").get(path).await,
                gp.with("if-modified-since", "Mon, 02 Mar 2026 09:00:00 GMT").get(path).await,
                gp.with("accept", "application/fhir+xml").get(path).await,
            ];
            let (rtype, id) = path.split_once('/').expect("a path");
            all.push(gp.search(rtype, &format!("_id={id}")).await);
            let inside = bundle("batch", vec![("GET", path, Value::Null)]);
            all.push(gp.post("", &inside).await);
            answers.push(all.iter().map(|answer| plain(&world.server, answer)).collect::<Vec<_>>());
        }
        assert_eq!(answers[0], answers[1], "{path}");
        for (hidden, permitted) in answers[1].iter().zip(&answers[2]) {
            assert_ne!(hidden, permitted, "{path}");
        }
    }
}

/// One write and then a look at what came of it.
async fn writes(world: &World) -> Vec<(String, String)> {
    let gp = world.server.gp();
    let patch = json!([{"op": "replace", "path": "/onsetDateTime", "value": "2024"}]);
    let body = condition("Patient/ag", "38341003");
    let bsn = format!("identifier=http://fhir.nl/fhir/NamingSystem/bsn|{}", world.bert.bsn);
    let pointing = |reference: &str| bundle("transaction", vec![("POST", "Condition", condition(reference, "1"))]);
    let answers = [
        ("patch", gp.patch("Condition/s1", &patch).await),
        ("bad patch", gp.patch("Condition/s1", &json!([{"op": "test", "path": "/id", "value": "x"}])).await),
        ("patch if-match", gp.with("if-match", "W/\"1\"").patch("Condition/s1", &patch).await),
        ("patch of the deleted", gp.patch("Condition/gone", &patch).await),
        ("update if-match", gp.with("if-match", "W/\"2\"").put("Condition/s1", &body).await),
        ("delete", gp.delete("Condition/s1").await),
        ("delete if-match", gp.with("if-match", "W/\"7\"").delete("Condition/s1").await),
        ("delete of the deleted", gp.delete("Condition/gone").await),
        ("conditional delete", gp.delete("Condition?code=38341003").await),
        ("conditional delete by bsn", gp.delete(&format!("Patient?{bsn}")).await),
        ("conditional patch", gp.patch("Condition?code=38341003", &patch).await),
        ("conditional reference", gp.post("", &pointing(&format!("Patient?{bsn}"))).await),
        ("conditional reference to an encounter", gp.post("", &pointing("Encounter?class=IMP")).await),
        ("literal reference", gp.post("", &pointing("Patient/bh")).await),
        ("conditional create", gp.with("if-none-exist", "code=38341003").post("Condition", &body).await),
        (
            "conditional create of a patient",
            gp.with("if-none-exist", &bsn).post("Patient", &patient(&world.bert.bsn)).await,
        ),
        ("conditional update", gp.put("AllergyIntolerance?code=91936005", &allergy("Patient/ag", "91936005")).await),
        ("what is there now", gp.get("Condition?_sort=code").await),
        ("whom it concerns", gp.get("Condition?patient=Patient/bh").await),
        ("by number", gp.get(&format!("Patient?{bsn}")).await),
        ("a record of a person who is known elsewhere", gp.get(&format!("Condition?patient.{bsn}")).await),
    ];
    answers.iter().map(|(name, answer)| ((*name).to_owned(), plain(&world.server, answer))).collect()
}

async fn writes_do_not_tell_what_is_hidden(engine: Engine) {
    let (absent, hidden) = (world(engine, Secrets::Absent).await, world(engine, Secrets::Hidden).await);
    for (without, with) in writes(&absent).await.iter().zip(&writes(&hidden).await) {
        assert_eq!(without, with, "{}", without.0);
    }
    hidden.server.hospital().get("Condition/s1").await.expect(200);
    let found = hidden.server.hospital().get("AllergyIntolerance?code=91936005").await.expect(200);
    assert_eq!(found.matches(), ["AllergyIntolerance/s1"], "nobody changed what the hospital holds");
}

/// An id that the writer chose is taken: that cannot be kept secret, so it is answered without more.
async fn an_update_of_a_hidden_id_tells_nothing_but_that_it_is_taken(engine: Engine) {
    let hidden = world(engine, Secrets::Hidden).await;
    let gp = hidden.server.gp();
    let answer = gp.put("Condition/s1", &condition("Patient/ag", "1")).await.expect(404);
    assert!(!answer.headers.contains_key("etag") && !answer.text().contains("s1"), "{}", answer.text());
    let body = coded("http://snomed.info/sct", "38341003");
    assert_eq!(hidden.server.hospital().get("Condition/s1").await.json()["code"], body);
}

async fn a_page_link_is_for_one_caller(engine: Engine) {
    let world = world(engine, Secrets::Permitted).await;
    let page = world.server.gp().get("Condition?_count=1").await.expect(200).json();
    let link = page["link"].as_array().expect("links").iter().find(|link| link["relation"] == "next").expect("next");
    let next = link["url"].as_str().expect("url");
    world.server.gp().get(next).await.expect(200);
    world.server.nobody().get(next).await.expect(401);
    world.server.hospital().get(next).await.expect(400);
    world.server.patient(&world.anna).get(next).await.expect(400);
    world.server.gp().purpose("HPAYMT").get(next).await.expect(400);
    world.server.gp().get(&next.replace("/Condition?", "/Observation?")).await.expect(400);
    let mut changed = next.to_owned();
    let last = if changed.ends_with('A') { 'B' } else { 'A' };
    changed.pop();
    changed.pop();
    changed.push(last);
    changed.push('x');
    world.server.gp().get(&changed).await.expect(400);
}

on_both! {
    what_is_hidden_is_answered_as_what_is_absent,
    headers_do_not_tell_either,
    writes_do_not_tell_what_is_hidden,
    an_update_of_a_hidden_id_tells_nothing_but_that_it_is_taken,
    a_page_link_is_for_one_caller,
}
