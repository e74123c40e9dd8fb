//! The requests of the Dutch standard for advance care planning (IKNL PZP 1.0.0-rc2, <https://api.iknl.nl/docs/pzp/r4/>), word
//! for word, in every form in which a client may send them and have them answered.

use reqwest::Method;
use serde_json::{Value, json};
use spil_fhir_profiles::xml;

use crate::support::builders::{bundle, coded, condition, consent, encounter, entries, patient, permit, weight};
use crate::support::{Caller, Engine, Fixture, Person, Server, on_both};

const SCT: &str = "http://snomed.info/sct";
const OTHER: &str = "urn:example:codes";
const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
const FORM: &str = "application/x-www-form-urlencoded";

/// Number of the request, type and query, the matches, and what is included. `[id]` and `<bsn>` are filled in, nothing else;
/// `[hub]` is the hub's own `Patient` of the same person.
pub type Row = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
pub const REQUESTS: [Row; 10] = [
    ("0", "Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|<bsn>", &["Patient/[id]", "Patient/[hub]"], &[]),
    ("1a", "Procedure?patient=Patient/[id]&code=http://snomed.info/sct|713603004&_include=Procedure:encounter", &["Procedure/talk"], &["Encounter/talk"]),
    ("1b", "Encounter?patient=Patient/[id]&reason-reference:Procedure.code=http://snomed.info/sct|713603004&_include=Encounter:reason-reference", &["Encounter/talk"], &["Procedure/talk"]),
    ("2", "Consent?patient=Patient/[id]&scope=http://terminology.hl7.org/CodeSystem/consentscope|treatment&category=http://snomed.info/sct|129125009&_include=Consent:actor", &["Consent/limit"], &["Patient/[id]", "Practitioner/doctor", "RelatedPerson/daughter"]),
    ("3", "Consent?patient=Patient/[id]&scope=http://terminology.hl7.org/CodeSystem/consentscope|adr&category=http://terminology.hl7.org/CodeSystem/consentcategorycodes|acd&_include=Consent:actor", &["Consent/will"], &["RelatedPerson/daughter"]),
    ("4", "Goal?patient=Patient/[id]&category=http://snomed.info/sct|713603004", &["Goal/policy"], &[]),
    ("5", "Observation?patient=Patient/[id]&code=http://snomed.info/sct|153851000146100,395091006,340171000146104,247751003,570801000146104", &["Observation/wishes", "Observation/place", "Observation/place-by-another-code", "Observation/euthanasia", "Observation/purpose", "Observation/donor"], &[]),
    ("6", "DeviceUseStatement?patient=Patient/[id]&device.type=http://snomed.info/sct|72506001,465460004,468542000,704707009,1263462004,1236894001&_include=DeviceUseStatement:device", &["DeviceUseStatement/icd", "DeviceUseStatement/pacemaker"], &["Device/icd", "Device/pacemaker"]),
    ("7", "CommunicationRequest?patient=Patient/[id]&category=http://snomed.info/sct|223449006", &["CommunicationRequest/tell"], &[]),
    ("M2", "QuestionnaireResponse?patient=Patient/[id]&questionnaire=https://api.iknl.nl/docs/pzp/r4/Questionnaire/ACP-zib2020", &["QuestionnaireResponse/new", "QuestionnaireResponse/old", "QuestionnaireResponse/own"], &[]),
];

/// The hospital and the nursing home hold the data of Anna, and the hospital those of somebody else; Anna permits the practice.
struct Planned {
    server: Server,
    anna: Person,
}

fn of(patient: &str, rtype: &str, more: Value) -> Value {
    let about = if ["Consent", "RelatedPerson", "Device"].contains(&rtype) { "patient" } else { "subject" };
    let mut body = json!({"resourceType": rtype});
    body[about] = json!({"reference": patient});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

fn observation(patient: &str, system: &str, code: &str) -> Value {
    of(patient, "Observation", json!({"status": "final", "code": coded(system, code), "valueString": "x"}))
}

fn directive(patient: &str, scope: &str, category: Value, actors: &[(&str, &str)]) -> Value {
    let actors: Vec<Value> = actors
        .iter()
        .map(|(role, who)| {
            let role = coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", role);
            json!({"role": role, "reference": {"reference": who}})
        })
        .collect();
    let mut body = of(
        patient,
        "Consent",
        json!({"status": "active", "scope": coded(SCOPE, scope), "category": [category],
            "policy": [{"uri": "https://wetten.overheid.nl/"}], "provision": {"type": "deny", "code": [coded(SCT, "89666000")]}}),
    );
    if !actors.is_empty() {
        body["provision"]["actor"] = json!(actors);
    }
    body
}

fn acd() -> Value {
    coded("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "acd")
}

fn talk(patient: &str, system: &str, code: &str, encounter: &str) -> Value {
    let more = json!({"status": "completed", "code": coded(system, code), "encounter": {"reference": encounter}});
    of(patient, "Procedure", more)
}

fn visit(patient: &str, procedure: &str) -> Value {
    let mut body = encounter(patient);
    body["reasonReference"] = json!([{"reference": procedure}]);
    body
}

fn goal(patient: &str, code: &str) -> Value {
    let more =
        json!({"lifecycleStatus": "active", "category": [coded(SCT, code)], "description": coded(SCT, "385987000")});
    of(patient, "Goal", more)
}

fn device(patient: &str, system: &str, code: &str) -> Value {
    of(patient, "Device", json!({"type": coded(system, code)}))
}

fn in_use(patient: &str, device: &str) -> Value {
    of(patient, "DeviceUseStatement", json!({"status": "active", "device": {"reference": device}}))
}

fn told(patient: &str, code: &str) -> Value {
    let more = json!({"status": "active", "category": [coded(SCT, code)], "authoredOn": "2026-01-05"});
    of(patient, "CommunicationRequest", more)
}

fn answers(patient: &str, questionnaire: &str) -> Value {
    of(patient, "QuestionnaireResponse", json!({"status": "completed", "questionnaire": questionnaire}))
}

type Put = (&'static str, &'static str, Value);

/// What one of the requests asks for.
fn asked_for(p: &str) -> Vec<Put> {
    let limit = directive(
        p,
        "treatment",
        coded(SCT, "129125009"),
        &[("CONSENTER", p), ("CONSENTER", "Practitioner/doctor"), ("CONSENTER", "RelatedPerson/daughter")],
    );
    vec![
        ("PUT", "Practitioner/doctor", json!({"resourceType": "Practitioner", "name": [{"family": "Bos"}]})),
        ("PUT", "RelatedPerson/daughter", of(p, "RelatedPerson", json!({"name": [{"family": "Jansen"}]}))),
        ("PUT", "Procedure/talk", talk(p, SCT, "713603004", "Encounter/talk")),
        ("PUT", "Encounter/talk", visit(p, "Procedure/talk")),
        ("PUT", "Consent/limit", limit),
        ("PUT", "Consent/will", directive(p, "adr", acd(), &[("RESPRSN", "RelatedPerson/daughter")])),
        ("PUT", "Goal/policy", goal(p, "713603004")),
        ("PUT", "Observation/wishes", observation(p, SCT, "153851000146100")),
        ("PUT", "Observation/place", observation(p, SCT, "395091006")),
        ("PUT", "Observation/euthanasia", observation(p, SCT, "340171000146104")),
        ("PUT", "Observation/purpose", observation(p, SCT, "247751003")),
        ("PUT", "Observation/donor", observation(p, SCT, "570801000146104")),
        // Of `system|a,b` only the first value has the system: the others are codes of any system.
        ("PUT", "Observation/place-by-another-code", observation(p, OTHER, "395091006")),
        ("PUT", "Device/icd", device(p, SCT, "72506001")),
        ("PUT", "DeviceUseStatement/icd", in_use(p, "Device/icd")),
        ("PUT", "Device/pacemaker", device(p, OTHER, "465460004")),
        ("PUT", "DeviceUseStatement/pacemaker", in_use(p, "Device/pacemaker")),
        ("PUT", "CommunicationRequest/tell", told(p, "223449006")),
        (
            "PUT",
            "QuestionnaireResponse/new",
            answers(p, "https://api.iknl.nl/docs/pzp/r4/Questionnaire/ACP-zib2020|1.0.0-rc2"),
        ),
        (
            "PUT",
            "QuestionnaireResponse/old",
            answers(p, "https://fhir.iknl.nl/fhir/Questionnaire/ACP-zib2020|0.1.3-beta3"),
        ),
        ("PUT", "QuestionnaireResponse/own", answers(p, "https://spil.example/fhir/Questionnaire/AcpZib2020")),
    ]
}

/// What looks like it and is something else: another code, the code of another system, another scope or category.
fn beside(p: &str) -> Vec<Put> {
    vec![
        ("PUT", "Procedure/hip", talk(p, SCT, "52734007", "Encounter/hip")),
        ("PUT", "Procedure/talk-elsewhere", talk(p, OTHER, "713603004", "Encounter/hip")),
        ("PUT", "Encounter/hip", visit(p, "Procedure/hip")),
        ("PUT", "Encounter/because", {
            let mut body = visit(p, "Condition/because");
            body["reasonCode"] = json!([coded(SCT, "713603004")]);
            body
        }),
        ("PUT", "Condition/because", condition(p, "713603004")),
        ("PUT", "Consent/other-category", directive(p, "treatment", coded(SCT, "11291000146105"), &[])),
        ("PUT", "Consent/other-scope", directive(p, "adr", coded(SCT, "129125009"), &[])),
        ("PUT", "Consent/acd-treatment", directive(p, "treatment", acd(), &[])),
        ("PUT", "Goal/walk", goal(p, "282097004")),
        ("PUT", "Observation/weight", weight(p, "2026-01-05", "71")),
        ("PUT", "Observation/wishes-elsewhere", observation(p, OTHER, "153851000146100")),
        ("PUT", "Device/rollator", device(p, SCT, "266731002")),
        ("PUT", "DeviceUseStatement/rollator", in_use(p, "Device/rollator")),
        ("PUT", "Device/elsewhere", device(p, OTHER, "72506001")),
        ("PUT", "DeviceUseStatement/elsewhere", in_use(p, "Device/elsewhere")),
        ("PUT", "CommunicationRequest/other", told(p, "1")),
        ("PUT", "QuestionnaireResponse/other", answers(p, "https://api.iknl.nl/docs/pzp/r4/Questionnaire/Other")),
        (
            "PUT",
            "QuestionnaireResponse/stu3",
            answers(p, "https://api.iknl.nl/docs/pzp/stu3/Questionnaire/ACP-zib2020"),
        ),
    ]
}

impl Fixture for Planned {
    async fn on(engine: Engine) -> Self {
        let server = Server::start(engine).await;
        let (anna, other) = (server.person().await, server.person().await);
        let hospital = server.hospital();
        let mut own = vec![("PUT", "Patient/h1", patient(&anna.bsn))];
        own.extend(asked_for("Patient/h1"));
        own.extend(beside("Patient/h1"));
        hospital.post("", &bundle("transaction", own)).await.expect(200);
        // The same of another patient, who permits the practice as well.
        let theirs = asked_for("Patient/h2");
        let mut text = bundle("transaction", theirs.clone()).to_string();
        for (_, url, _) in &theirs {
            text = text.replace(&format!("\"{url}\""), &format!("\"{url}-b\""));
        }
        let mut requests: Value = serde_json::from_str(&text).expect("JSON");
        let them = json!({"request": {"method": "PUT", "url": "Patient/h2"}, "resource": patient(&other.bsn)});
        requests["entry"].as_array_mut().expect("entries").insert(0, them);
        hospital.post("", &requests).await.expect(200);
        for person in [&anna, &other] {
            // Permissions of the very category that is asked for, which are no wishes.
            let mut permission = consent(&person.reference(), permit("org-gp"));
            permission["category"] = json!([coded(SCT, "129125009"), acd()]);
            server.patient(person).post("Consent", &permission).await.expect(201);
        }
        Self { server, anna }
    }
}

impl Planned {
    fn filled(&self, text: &str) -> String {
        let hub = self.anna.reference().replace("Patient/", "");
        text.replace("[id]", "h1").replace("[hub]", &hub).replace("<bsn>", &self.anna.bsn)
    }

    fn names(&self, list: &[&str]) -> Vec<String> {
        let mut names: Vec<String> = list.iter().map(|name| self.filled(name)).collect();
        names.sort();
        names
    }
}

/// The query as most clients send it: everything that is not plain is encoded.
fn encoded(query: &str) -> String {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').expect("a pair");
        format!("{}={}", urlencoding::encode(name), urlencoding::encode(value))
    };
    query.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// The answers to one request in each form: GET and POST, encoded and not, asked for in JSON and in XML by header and by
/// `_format`.
async fn every_answer(caller: &Caller<'_>, request: &str) -> Vec<(String, Value)> {
    let (rtype, query) = request.split_once('?').expect("a query");
    let mut answers = Vec::new();
    for query in [query.to_owned(), encoded(query)] {
        for media in ["application/fhir+json", "application/fhir+xml", "json", "xml"] {
            let by_header = media.contains('/');
            let query = if by_header { query.clone() } else { format!("{query}&_format={media}") };
            let caller = if by_header { caller.with("accept", media) } else { caller.clone() };
            for method in [Method::GET, Method::POST] {
                let (path, body) = match method {
                    Method::GET => (format!("{rtype}?{query}"), None),
                    _ => (format!("{rtype}/_search"), Some((FORM, query.clone().into()))),
                };
                let what = format!("{method} {path} {query} {media}");
                let answer = caller.send(method, &path, body).await;
                assert_eq!(answer.status, 200, "{what}: {}", answer.text());
                let is_xml = media.ends_with("xml");
                let sent = if is_xml { "application/fhir+xml" } else { "application/fhir+json" };
                assert!(answer.header("content-type").starts_with(sent), "{what}: {}", answer.header("content-type"));
                let value = if is_xml { xml::to_json(&answer.body).expect("XML") } else { answer.json() };
                assert_eq!((&value["resourceType"], &value["type"]), (&json!("Bundle"), &json!("searchset")), "{what}");
                answers.push((what, value));
            }
        }
    }
    assert_eq!(answers.len(), 16);
    answers
}

async fn finds_all(world: &Planned, caller: &Caller<'_>, who: &str, requests: &[Row]) {
    for (number, request, matches, included) in requests {
        let request = world.filled(request);
        for (what, answer) in every_answer(caller, &request).await {
            assert_eq!(entries(&answer, "match"), world.names(matches), "{number} by {who}: {what}");
            assert_eq!(entries(&answer, "include"), world.names(included), "{number} by {who}: {what}");
        }
    }
}

async fn a_permitted_practice_finds_what_each_request_asks_for_and_nothing_else(world: Planned) {
    finds_all(&world, &world.server.gp(), "the practice", &REQUESTS).await;
}

/// They see all the rest as well, so it is the request that leaves it out: permissions too are there for the patient.
async fn so_do_the_source_and_the_patient(world: Planned) {
    let anna = world.server.patient(&world.anna);
    let all = anna.get("Consent?patient=Patient/h1&category=http://snomed.info/sct|129125009").await.expect(200);
    assert_eq!(all.matches().len(), 3, "a limit, one of another scope, and a permission: {}", all.text());
    finds_all(&world, &anna, "the patient", &REQUESTS).await;
    // Its own `Patient` is all that it sees of her: she permits the hospital nothing.
    let hospital = world.server.hospital();
    let own = [("0", REQUESTS[0].1, &["Patient/[id]"] as &[_], REQUESTS[0].3)];
    finds_all(&world, &hospital, "the source", &own).await;
    finds_all(&world, &hospital, "the source", &REQUESTS[1..]).await;
}

async fn a_practice_without_permission_gets_an_empty_bundle(world: Planned) {
    let post = world.server.gp_post();
    for (number, request, ..) in &REQUESTS {
        for (what, answer) in every_answer(&post, &world.filled(request)).await {
            assert!(answer.get("entry").is_none(), "{number}: {what}: {answer}");
            assert!(answer.get("total").is_none_or(|total| total == 0), "{number}: {what}: {answer}");
        }
    }
}

/// The client of these tests leaves a `|` in an address as it is.
#[test]
fn a_bar_is_sent_as_it_is_written() {
    let address =
        reqwest::Url::parse("http://here.example/fhir/Goal?category=http://snomed.info/sct|1").expect("a URL");
    assert_eq!(address.query(), Some("category=http://snomed.info/sct|1"));
    assert_eq!(encoded("a:b=c|d,e&f=g/h"), "a%3Ab=c%7Cd%2Ce&f=g%2Fh");
}

on_both! {
    a_permitted_practice_finds_what_each_request_asks_for_and_nothing_else,
    so_do_the_source_and_the_patient,
    a_practice_without_permission_gets_an_empty_bundle,
}
