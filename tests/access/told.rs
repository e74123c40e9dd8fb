//! What the record of a pass says was released: to whom it belongs, how much, of which categories, and on what ground.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use spil::access::{Access, Released};
use spil::ctx::{Actor, Ctx, OrganisationActor, PatientActor, Scope, Scopes};
use spil_consent::Say;

use super::world::{CODE, PATIENT, World};
use crate::support::builders::{bundle, condition, patient, weight};
use crate::support::region::organization;
use crate::support::{hub, on_both};

/// The newest record: what was done with what, on what ground, how many of which categories, whose.
async fn newest(world: &World) -> String {
    let store = &world.server.app().store;
    let rows = store.rows("SELECT seq, body FROM audit ORDER BY seq DESC LIMIT 1", Vec::new()).await.expect("the log");
    let (seq, kept) = (rows[0].int(0), serde_json::from_str::<Value>(rows[0].text(1)).expect("JSON"));
    let persons = store.log_persons(seq - 1, seq).await.expect("the log").remove(&seq).unwrap_or_default();
    let mut whose = Vec::new();
    for (name, who) in [("anna", &world.anna), ("bert", &world.bert)] {
        let (person, _) = store.patient(&who.id).await.expect("the store").expect("a person");
        whose.extend(persons.contains(&person).then_some(name));
    }
    let text = |name: &str| kept[name].as_str().unwrap_or_default();
    let list = |name: &str| kept[name].as_array().map_or(String::new(), |all| Value::from(all.clone()).to_string());
    let mut said = vec![text("verb").to_owned(), text("target").to_owned(), text("query").to_owned()];
    said.extend([list("others"), text("ground").to_owned(), kept["count"].to_string(), list("categories")]);
    said.extend(kept["consent"].as_str().map(|_| "by a consent".to_owned()));
    said.extend([whose.join("+"), text("refused").to_owned()]);
    said.retain(|part| !part.is_empty());
    said.join(" ")
}

/// Who asks what, with which body => the status, and what the record of it says.
const TABLE: &str = r#"
permitted GET Condition/c1 => 200 read Condition/c1 consent 1 [3] by a consent anna
permitted GET Condition/c1/_history/1 => 200 vread Condition/c1/_history/1 consent 1 [3] by a consent anna
permitted GET Condition/c1/_history => 200 history-instance Condition/c1 consent 1 [3] by a consent anna
permitted GET Condition/_history => 200 history-type Condition/_history consent 1 [3] by a consent anna
permitted GET _history => 200 history-system _history consent 9 [0,3,4,7,11,30] by a consent anna
permitted GET Condition?code=13645005 => 200 search-type Condition?code consent 1 [3] by a consent anna
permitted GET Condition?code=nothing => 200 search-type Condition?code none 0
permitted GET Condition?patient=Patient/h1 => 200 search-type Condition?patient consent 1 [3] by a consent anna
permitted GET Condition?_summary=count => 200 search-type Condition?_summary none 0
permitted GET Patient?_id=h1&_revinclude=Condition:patient => 200 search-type Patient?_id&_revinclude consent 2 [0,3] by a consent anna
permitted GET Observation?patient=Patient/h1&_include=Observation:subject => 200 search-type Observation?patient&_include consent 2 [0,4] by a consent anna
permitted GET Patient/h1/Condition => 200 search-type Patient/h1/Condition? consent 1 [3] by a consent anna
permitted GET Patient/h1/* => 200 search-type Patient/h1/*? consent 6 [0,3,4,7,11] by a consent anna
permitted GET Encounter/e1/Condition => 200 search-type Encounter/e1/Condition? none 0 anna
permitted GET Patient/h1/$everything => 200 operation Patient/h1/$everything consent 6 [0,3,4,7,11] by a consent anna
permitted GET Encounter/e1/$everything => 200 operation Encounter/e1/$everything consent 2 [0,7] by a consent anna
permitted GET Patient/h1/$acp => 200 operation Patient/h1/$acp consent 4 [0,4,7] by a consent anna
permitted GET Patient/h1/$medication-overview => 200 operation Patient/h1/$medication-overview consent 3 [0,4] by a consent anna
permitted GET Composition/d1/$document => 200 operation Composition/d1/$document consent 3 [3,11] by a consent anna
permitted GET Observation/$lastn?patient=Patient/h1&category=vital-signs => 200 operation Observation/$lastn?patient&category consent 1 [4] by a consent anna
permitted GET $meta => 200 operation $meta none 0
permitted GET Condition/$meta => 200 operation Condition/$meta none 0
permitted GET CodeSystem/colours => 200 read CodeSystem/colours directory 1 [30]
permitted GET CodeSystem?url=http://example.org/fhir/CodeSystem/colours => 200 search-type CodeSystem?url directory 1 [30]
permitted GET Condition/absent => 404 read Condition/absent none 0 absent
permitted POST Patient/$match named => 200 operation Patient/$match consent 2 [0] by a consent anna
permitted GET {anna}/$consent-check?organisation=org-gp&category=problems => 200 operation {anna}/$consent-check none 0 anna
other GET Condition/c1 => 404 read Condition/c1 none 0 anna no permission
other GET Condition/c1/_history => 404 history-instance Condition/c1 none 0 anna no permission
other GET Condition/c1/_history/1 => 404 vread Condition/c1/_history/1 none 0 anna no permission
other GET Condition?patient=Patient/h1 => 200 search-type Condition?patient none 0
other PUT Patient/v1 theirs => 201 update Patient/v1 own 1 [0] anna
other GET Condition?patient=Patient/v1 => 200 search-type Condition?patient none 0 anna no permission
other GET Condition => 200 search-type Condition? none 0
other GET Patient/h1/$everything => 404 operation Patient/h1/$everything none 0 anna no permission
permitted GET Patient/h1/$summary => 200 operation Patient/h1/$summary consent 4 [0,3,4] by a consent anna
other GET Patient/h1/$summary => 404 operation Patient/h1/$summary none 0 anna no permission
other GET Patient/h1/$acp => 404 operation Patient/h1/$acp none 0 anna no permission
other GET Composition/d1/$document => 404 operation Composition/d1/$document none 0 anna no permission
other GET Patient/h1/Condition => 404 search-type Patient/h1/Condition? none 0 anna no permission
other GET CodeSystem/colours => 200 read CodeSystem/colours directory 1 [30]
other GET _history => 200 history-system _history own 4 [0,30] anna
source GET Condition/c1 => 200 read Condition/c1 own 1 [3] anna
source GET Condition?patient=Patient/h1 => 200 search-type Condition?patient own 1 [3] anna
source GET Patient/h1/$everything => 200 operation Patient/h1/$everything own 5 [0,3,4,7,11] anna
source GET _history => 200 history-system _history own 8 [0,3,4,7,11,30] anna
patient GET Condition/c1 => 200 read Condition/c1 own 1 [3] anna
patient GET Condition => 200 search-type Condition? own 1 [3] anna
patient GET Condition/c1/_history => 200 history-instance Condition/c1 own 1 [3] anna
patient GET Patient/$everything => 200 operation Patient/$everything own 8 [0,3,4,7,11,31] anna
patient GET {anna}/$consent-check?organisation=org-gp&category=problems => 200 operation {anna}/$consent-check none 0 anna
patient GET Consent => 200 search-type Consent? own 1 [31] anna
patient GET CodeSystem/colours => 200 read CodeSystem/colours directory 1 [30]
other-patient GET Condition/c1 => 404 read Condition/c1 none 0 anna no permission
permitted PUT Condition/g1 own => 201 update Condition/g1 own 1 [3] anna
permitted PUT Condition/g1 own => 200 update Condition/g1 own 1 [3] anna
permitted GET $meta => 200 operation $meta own 1 [3] anna
permitted PATCH Condition/g1 patch => 200 patch Condition/g1 own 1 [3] anna
permitted DELETE Condition/g1 => 204 delete Condition/g1 own 1 [3] anna
permitted DELETE Condition/g1 => 204 delete Condition/g1 own 1
permitted GET Condition/g1 => 410 read Condition/g1 own 1 [3] anna
permitted POST / both => 200 transaction Condition/g2 ["Observation/g3"] own 2 [3,4] anna
permitted PUT Condition/c1 own => 403 update Condition/c1 none 0 anna refused with 403
permitted POST Condition/$validate own => 200 operation Condition/$validate none 0
permitted DELETE Condition?patient=Patient/h1&code=nothing => 204 delete own 1
"#;

async fn each_pass_says_what_was_released(world: World) {
    let mut own = condition(PATIENT, CODE);
    own["meta"]["tag"] = json!([{"system": "http://example.org/tag", "code": "x"}]);
    let patch = json!([{"op": "replace", "path": "/onsetDateTime", "value": "2025-12-01"}]);
    let both = bundle(
        "transaction",
        vec![("PUT", "Condition/g2", own.clone()), ("PUT", "Observation/g3", weight(PATIENT, "2026-02-01", "70"))],
    );
    let named = json!({"resourceType": "Parameters", "parameter": [
        {"name": "resource", "resource": patient(&world.anna.bsn)}]});
    let theirs = patient(&world.anna.bsn);
    let bodies = json!({"own": own, "patch": patch, "both": both, "named": named, "theirs": theirs});
    let mut faults = Vec::new();
    for line in TABLE.trim().lines().map(|line| line.replace("{anna}", &world.anna.reference())) {
        let (asked, expected) = line.split_once(" => ").expect("a row");
        let words: Vec<&str> = asked.split(' ').collect();
        let method = Method::from_bytes(words[1].as_bytes()).expect("a method");
        let media = if method == Method::PATCH { "application/json-patch+json" } else { "application/fhir+json" };
        let body = words.get(3).map(|name| (media, bodies[*name].to_string().into()));
        let address = words[2].trim_start_matches('/');
        let status = world.caller(&words[0].replace('-', " ")).send(method, address, body).await.status;
        let found = format!("{status} {}", newest(&world).await);
        if found != expected {
            faults.push(format!("{asked} => {found}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The door, opened for the system of the hospital with these scopes; none for all.
async fn hospital(world: &World, scopes: Option<&str>) -> Access {
    let server = &world.server;
    let directory = hub(server.app(), server.now()).directory().await.expect("the directory");
    let org = directory.by_id(&organization("hospital")).expect("the hospital").clone();
    let actor = OrganisationActor {
        org: org.org,
        id: org.id,
        kind: org.kind,
        name: org.name,
        ura: org.ura,
        client_id: "test".to_owned(),
        subject: None,
    };
    let scope =
        |rtype: &str| Scope { context: "system".to_owned(), rtype: rtype.to_owned(), interactions: "rs".to_owned() };
    let ctx = Ctx {
        actor: Actor::Organisation(actor),
        purpose: "TREAT".to_owned(),
        reason: None,
        scopes: scopes.map(|rtype| Arc::new(Scopes(vec![scope(rtype)]))),
        request_id: "test".to_owned(),
        now: server.now(),
    };
    Access::new(Arc::clone(server.app()), ctx)
}

async fn an_organisation_takes_along_what_it_wrote_and_nothing_else(world: World) {
    world.permit("org-hospital").await;
    world.server.gp().put("Condition/g1", &condition(PATIENT, CODE)).await.expect(201);
    world.server.hospital().get("Condition/g1").await.expect(200);
    let door = hospital(&world, None).await;
    let before = world.server.audits().await;
    let page = door.own("Condition", None).await.expect("own data").into_inner();
    let ids: Vec<_> = page.resources.iter().map(|stored| stored.id.as_str()).collect();
    assert_eq!((ids, page.next), (vec!["c1"], None));
    assert_eq!(world.server.audits().await, before + 1);
    assert_eq!(newest(&world).await, "search-type Condition?_export=own own 1 [3] anna");
    for (rtype, after) in [("Condition", Some("nonsense")), ("Nonsense", None)] {
        assert!(door.own(rtype, after).await.is_err(), "{rtype} {after:?}");
    }
    assert!(hospital(&world, Some("Condition")).await.own("Condition", None).await.is_ok());
    let narrow = hospital(&world, Some("Observation")).await.own("Condition", None).await;
    assert_eq!(narrow.err().map(|error| error.status), Some(403));
    let none = hub(world.server.app(), world.server.now()).own("Condition", None).await;
    assert_eq!(none.err().map(|error| error.status), Some(403), "who is no organisation has nothing to take along");
}

async fn the_audience_is_who_may_see_it_beside_its_source(world: World) {
    let store = &world.server.app().store;
    let (person, _) = store.patient(&world.anna.id).await.expect("the store").expect("Anna");
    let ctx = |scopes| Ctx {
        actor: Actor::Patient(PatientActor {
            person,
            patient_id: world.anna.id.clone(),
            subject: world.anna.username.clone(),
            name: "Anna".to_owned(),
            relation: None,
            say: Say::Alone,
            client_id: None,
        }),
        purpose: "PATRQT".to_owned(),
        reason: None,
        scopes,
        request_id: "test".to_owned(),
        now: world.server.now(),
    };
    let portal = Access::new(Arc::clone(world.server.app()), ctx(None));
    for permitted in ["org-hospital", "org-vvt"] {
        world.permit(permitted).await;
    }
    let mut names = portal.audience("Condition", "c1").await.expect("an answer").into_inner();
    names.sort();
    assert_eq!(names, ["Huisartsenpraktijk De Linde", "Thuiszorg West"], "the hospital wrote it");
    assert_eq!(newest(&world).await, "operation Condition/c1/$audience none 0 anna");
    world.server.hospital().put("Patient/b1", &patient(&world.bert.bsn)).await.expect(201);
    world.server.hospital().put("Condition/b2", &condition("Patient/b1", CODE)).await.expect(201);
    for id in ["absent", "b2"] {
        let answer = portal.audience("Condition", id).await.map(Released::into_inner);
        assert_eq!(answer.expect_err("not hers").status, 404);
        assert_eq!(newest(&world).await, format!("operation Condition/{id}/$audience none 0 anna absent"));
    }
    let app = Access::new(Arc::clone(world.server.app()), ctx(Some(Arc::new(Scopes(Vec::new())))));
    for door in [app, hospital(&world, None).await] {
        let answer = door.audience("Condition", "c1").await.map(Released::into_inner);
        assert_eq!(answer.expect_err("not at the portal").status, 403);
    }
}

async fn own_data_comes_page_by_page(world: World) {
    let many = (0..501).map(|at| (at, condition(PATIENT, CODE))).collect::<Vec<_>>();
    let names: Vec<String> = many.iter().map(|(at, _)| format!("Condition/m{at}")).collect();
    let entries = many.into_iter().zip(&names).map(|((_, body), name)| ("PUT", name.as_str(), body)).collect();
    world.server.hospital().post("", &bundle("transaction", entries)).await.expect(200);
    let door = hospital(&world, None).await;
    let first = door.own("Condition", None).await.expect("a page").into_inner();
    let second = door.own("Condition", first.next.as_deref()).await.expect("a page").into_inner();
    assert_eq!((first.resources.len(), second.resources.len(), second.next), (500, 2, None));
    assert!(second.resources.iter().all(|one| first.resources.iter().all(|other| other.id != one.id)));
}

on_both! {
    each_pass_says_what_was_released,
    an_organisation_takes_along_what_it_wrote_and_nothing_else,
    own_data_comes_page_by_page,
    the_audience_is_who_may_see_it_beside_its_source,
}
