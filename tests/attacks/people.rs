//! Roads from one person to another: links, the log, derived facts, statistics, and somebody in two roles.

use serde_json::{Value, json};
use spil::store::sql::auth::Account;

use super::probe::{tells, told};
use crate::support::browser::Browser;
use crate::support::builders::{
    BSN, bundle, coded, condition, consent, encounter, labelled, patient, permit, permit_categories, prescription,
    weight,
};
use crate::support::region::{PASSWORD, client_id, organization};
use crate::support::world::{CODE, CONDITION, PATIENT, World};
use crate::support::{Server, on_both};

/// A `Patient`, `Person` or `RelatedPerson` of one's own that names another patient is no bridge to that patient's record.
async fn attack_31_links_grafted_to_another_patient(world: World) {
    let (vvt, gp) = (world.server.vvt(), world.server.gp());
    let nameless = |link: &str| {
        json!({
            "resourceType": "Patient", "birthDate": "1950-03-04", "name": [{"family": "Jansen", "given": ["Anna"]}],
            "link": [{"other": {"reference": link}, "type": "seealso"}],
        })
    };
    let hub = world.anna.reference();
    let grafts = [
        ("Patient/v1", nameless(PATIENT)),
        ("Patient/v2", nameless(&hub)),
        (
            "Person/v3",
            json!({"resourceType": "Person", "link": [{"target": {"reference": PATIENT}, "assurance": "level4"}]}),
        ),
        (
            "Person/v4",
            json!({"resourceType": "Person", "link": [{"target": {"reference": hub}}, {"target": {"reference": "Patient/v1"}}]}),
        ),
        (
            "RelatedPerson/v5",
            json!({"resourceType": "RelatedPerson", "patient": {"reference": PATIENT}, "identifier": [{"system": BSN, "value": world.bert.bsn}]}),
        ),
        (
            "Linkage/v6",
            json!({"resourceType": "Linkage", "item": [
                {"type": "source", "resource": {"reference": "Patient/v1"}}, {"type": "alternate", "resource": {"reference": PATIENT}},
            ]}),
        ),
        ("Patient/v7", patient(&world.anna.bsn)),
    ];
    for (path, body) in &grafts {
        vvt.put(path, body).await.expect(201);
    }
    for path in [
        CONDITION,
        "Condition",
        "Condition?patient=v1",
        "Condition?patient=v7",
        "Condition?patient=Patient/h1",
        "Condition?patient.link=Patient/h1",
        "Condition?patient._has:Patient:link:birthdate=1950-03-04",
        "Condition?patient._has:Person:patient:_id=v3",
        "Patient/v1/Condition",
        "Patient/v7/Condition",
        "Patient/v1/$everything",
        "Patient/v7/$everything",
        "Patient/v7/$acp",
        "Patient/v7/$medication-overview",
        "Observation/$lastn?patient=v7&category=vital-signs",
        "Patient?_id=v1&_include=Patient:link",
        "Patient?_id=v1&_include=Patient:link&_revinclude:iterate=Condition:patient",
        "Patient?_id=v7&_revinclude=Condition:patient",
        "Person?_id=v3&_include=Person:patient",
        "RelatedPerson?_include=RelatedPerson:patient",
        "$graphql?query={Patient(id:\"v7\"){ConditionList(_reference:patient){id code{coding{code}}}}}",
        "$graphql?query={PatientList(_id:\"v1\"){link{other{resource{id}}}}}",
    ] {
        let text = told(&vvt.get(path).await);
        assert!(
            !text.contains(CODE) && !text.contains("Patient/h1\",\"resource") && !text.contains("72.5"),
            "{path}: {text}"
        );
        assert!(!text.contains(&world.anna.bsn) || path.contains("v7"), "{path}: {text}");
    }
    // A record that has begun as somebody's does not become another's.
    let mut mine = nameless(PATIENT);
    mine["identifier"] = json!([{"system": BSN, "value": world.anna.bsn}]);
    vvt.put("Patient/v1", &mine).await.expect(422);
    let take = json!([{"op": "replace", "path": "/identifier/0/value", "value": world.bert.bsn}]);
    vvt.patch("Patient/v7", &take).await.expect(422);
    // The twin: who is permitted, by the number of the same person.
    vvt.get("Patient/v7").await.expect(200);
    tells(&gp, &vvt, CODE, &["Condition?patient=Patient/h1", "Patient?_id=h1&_revinclude=Condition:patient"]).await;
    world.permit("org-vvt").await;
    tells(
        &vvt,
        &world.server.pharmacy(),
        CODE,
        &["Condition?patient=v7", "Patient/v7/Condition", "Patient/v7/$everything"],
    )
    .await;
    let still = vvt.get("Condition?patient=v1").await.expect(200);
    assert!(!still.text().contains(CODE), "without a number it is somebody else: {}", still.text());
}

/// Who treats whom and who looked stands in the log, which is the patient's alone.
async fn attack_35_the_log_and_provenance(world: World) {
    let (gp, vvt, anna) = (world.server.gp(), world.server.vvt(), world.server.patient(&world.anna));
    gp.claim(&json!({"subject_name": "Dr. Zichtbaar"})).get(CONDITION).await.expect(200);
    let event = anna.get("AuditEvent").await.expect(200).json()["entry"][0]["resource"]["id"].clone();
    let event = format!("AuditEvent/{}", event.as_str().expect("an id"));
    let bert = world.server.patient(&world.bert);
    for path in [
        "AuditEvent",
        &event,
        "AuditEvent?patient=Patient/h1",
        "AuditEvent/_history",
        "Patient/h1/AuditEvent",
        "?_type=AuditEvent,Patient",
        "Patient?_id=h1&_revinclude=AuditEvent:patient",
        "Patient?_id=h1&_revinclude=*",
        "Patient/h1/$everything?_type=AuditEvent",
        "Patient/h1/*?_type=AuditEvent",
        "_history?_count=500",
        "$graphql?query={AuditEventList{id}}",
    ] {
        for caller in [&gp, &vvt, &world.server.hospital(), &gp.emergency("onwel")] {
            let text = told(&caller.get(path).await);
            assert!(!text.contains("\"resourceType\":\"AuditEvent\""), "{path}: {text}");
        }
        let text = told(&bert.get(path).await);
        assert!(!text.contains("Zichtbaar"), "{path}: {text}");
    }
    assert!(told(&anna.get(&event).await.expect(200)).contains("Zichtbaar"));
    let forms = "patient=Patient/h1";
    gp.search("AuditEvent", forms).await.expect(404);
    gp.post("AuditEvent", &json!({"resourceType": "AuditEvent"})).await.expect(405);
    assert_eq!(bert.search("AuditEvent", &format!("patient={}", world.anna.reference())).await.status, 404);
    // The log names who looked; no number of anybody else, nor where anybody lives.
    let log = told(&anna.get("AuditEvent").await.expect(200));
    assert!(!log.contains(&world.bert.bsn) && !log.contains("\"line\""), "{log}");
    // A Provenance about a record that is hidden is hidden with it, whether it names the patient or not.
    let provenance = |patient: bool| {
        let mut body = json!({
            "resourceType": "Provenance", "recorded": "2026-01-01T00:00:00Z", "target": [{"reference": CONDITION}],
            "agent": [{"who": {"display": "Dr. Zichtbaar"}}],
        });
        if patient {
            body["target"].as_array_mut().expect("list").push(json!({"reference": PATIENT}));
        }
        body
    };
    let hospital = world.server.hospital();
    hospital.put("Provenance/p1", &provenance(false)).await.expect(201);
    hospital.put("Provenance/p2", &provenance(true)).await.expect(201);
    for path in [
        "Provenance?target=Condition/c1",
        "Provenance?target:Condition.code=13645005",
        "Condition?_id=c1&_revinclude=Provenance:target",
        "Provenance?patient=Patient/h1",
        "Provenance",
        "Provenance/p1",
        "Provenance/p2",
    ] {
        let text = told(&vvt.get(path).await);
        assert!(!text.contains("Zichtbaar"), "{path}: {text}");
        assert!(told(&hospital.get(path).await).contains("Zichtbaar"), "{path}");
    }
    gp.get("Provenance/p1").await.expect(404);
    tells(&gp, &vvt, "Zichtbaar", &["Provenance/p2", "Provenance?patient=Patient/h1"]).await;
}

/// A warning that was derived of something hidden leads to it by no road, and closes with the label of what it was made of.
async fn attack_37_what_is_derived_of_hidden_data(world: World) {
    let hospital = world.server.hospital();
    let mut hidden = labelled(prescription(PATIENT, "N05AX08"), "PSY");
    hidden["note"] = json!([{"text": "geheim"}]);
    let issue = json!({
        "resourceType": "DetectedIssue", "status": "final", "patient": {"reference": PATIENT},
        "implicated": [{"reference": "MedicationRequest/m1"}, {"reference": "MedicationRequest/m2"}],
    });
    let flag = |code: &str| {
        json!({
            "resourceType": "Flag", "status": "active", "subject": {"reference": PATIENT},
            "code": coded("http://snomed.info/sct", code),
        })
    };
    let telling = json!({
        "resourceType": "Communication", "status": "completed", "subject": {"reference": PATIENT},
        "about": [{"reference": "MedicationRequest/m2"}], "payload": [{"contentString": "geheim"}],
    });
    let record = vec![
        ("PUT", "MedicationRequest/m1", prescription(PATIENT, "N02BE01")),
        ("PUT", "MedicationRequest/m2", hidden),
        ("PUT", "DetectedIssue/i1", issue.clone()),
        ("PUT", "DetectedIssue/i2", labelled(issue, "PSY")),
        ("PUT", "Flag/f1", flag("35489007")),
        ("PUT", "Flag/f2", flag("73211009")),
        ("PUT", "Communication/t1", labelled(telling, "PSY")),
    ];
    hospital.post("", &bundle("transaction", record)).await.expect(200);
    world.consents(permit_categories("org-pharmacy", &["medication", "problems", "documents"])).await;
    world.consents(permit_categories("org-vvt", &["medication", "problems", "documents", "mental-health"])).await;
    let (less, more) = (world.server.pharmacy(), world.server.vvt());
    for path in [
        "MedicationRequest/m2",
        "MedicationRequest?code=N05AX08",
        "DetectedIssue?implicated:MedicationRequest.code=N05AX08",
        "DetectedIssue?_id=i1&_include=DetectedIssue:implicated",
        "MedicationRequest?_has:DetectedIssue:implicated:_id=i1",
        "$graphql?query={DetectedIssue(id:\"i1\"){implicated{resource(optional:true){...on MedicationRequest{medicationCodeableConcept{coding{code}}}}}}}",
        "Patient/h1/$medication-overview",
        "Patient/h1/$everything",
    ] {
        assert!(!told(&less.get(path).await).contains("\"N05AX08\""), "{path}");
        let text = told(&more.get(path).await.expect(200));
        assert!(
            text.contains("\"N05AX08\"") || path.contains("DetectedIssue?implicated") && text.contains("i1"),
            "{path}: {text}"
        );
    }
    let chained = less.get("DetectedIssue?implicated:MedicationRequest.code=N05AX08").await.expect(200);
    assert_eq!(chained.json()["entry"], Value::Null, "{}", chained.text());
    for path in ["DetectedIssue/i2", "Flag/f1", "Communication/t1"] {
        less.get(path).await.expect(404);
        more.get(path).await.expect(200);
    }
    for path in ["DetectedIssue/i1", "Flag/f2", "MedicationRequest/m1"] {
        less.get(path).await.expect(200);
    }
}

/// Rows for statistics name nobody, and the difference of two days is at most somebody who said yes in between.
async fn attack_38_statistics_and_their_difference(server: Server) {
    let store = &server.app().store;
    let mut client = store.client(&client_id("vvt")).await.expect("rows").expect("a client");
    "system/*.cruds system/ViewDefinition.r".clone_into(&mut client.scope);
    store.register_client(&client).await.expect("registered");
    let caller = server.vvt().scope("system/ViewDefinition.r").purpose("HRESCH");
    let view = |narrowed: Option<&str>| {
        let mut view = json!({
            "resourceType": "ViewDefinition", "resource": "Observation", "status": "active",
            "select": [{"column": [
                {"name": "person", "path": "subject.getReferenceKey(Patient)"}, {"name": "id", "path": "id"},
                {"name": "kg", "path": "value.ofType(Quantity).value"},
            ]}],
        });
        if let Some(path) = narrowed {
            view["where"] = json!([{"path": path}]);
        }
        view
    };
    let rows = async |narrowed: Option<&str>| {
        let answer = caller.post("ViewDefinition/$run?_format=json", &view(narrowed)).await.expect(200);
        answer.json().as_array().expect("rows").clone()
    };
    let (anna, bert) = (server.person().await, server.person().await);
    for (person, id, kg) in [(&anna, "a", "71.25"), (&bert, "b", "82.5")] {
        let reference = format!("Patient/{id}");
        let observation = format!("Observation/{id}");
        let record = vec![
            ("PUT", reference.as_str(), patient(&person.bsn)),
            ("PUT", observation.as_str(), weight(&reference, "2026-01-05", kg)),
        ];
        server.hospital().post("", &bundle("transaction", record)).await.expect(200);
    }
    let mut research = permit("org-vvt");
    research["purpose"] = json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH"}]);
    server.patient(&anna).post("Consent", &consent(&anna.reference(), research.clone())).await.expect(201);
    let first = rows(None).await;
    assert_eq!(first.len(), 1, "{first:?}");
    server.hospital().put("Observation/b", &weight("Patient/b", "2026-01-06", "83.5")).await.expect(200);
    assert_eq!(rows(None).await.len(), 1, "what happens to somebody who said no makes no difference");
    // Nobody is singled out by what is known of them.
    for path in ["id = 'a'", "subject.reference = 'Patient/a'", "subject.identifier.exists()", "id = 'b'"] {
        assert_eq!(rows(Some(path)).await, Vec::<Value>::new(), "{path}");
    }
    server.patient(&bert).post("Consent", &consent(&bert.reference(), research)).await.expect(201);
    let second = rows(None).await;
    assert_eq!(second.len(), 2, "{second:?}");
    for row in first.iter().chain(&second) {
        let text = row.to_string();
        for known in [&anna.bsn, &anna.id, &bert.bsn, &bert.id, &"\"a\"".to_owned(), &"\"b\"".to_owned()] {
            assert!(!text.contains(known.as_str()), "{known} in {text}");
        }
    }
    server.gp().purpose("HRESCH").post("ViewDefinition/$run?_format=json", &view(None)).await.expect(403);
}

/// A doctor who is also a patient: at work the record of her own is as closed as that of anybody.
async fn attack_40_a_professional_who_is_also_a_patient(world: World) {
    let server = &world.server;
    let rows = server.app().store.rows("SELECT org FROM organisation WHERE id = $1", vec![organization("vvt").into()]);
    let org = rows.await.expect("rows")[0].int(0);
    let mut account = Account {
        username: world.anna.username.clone(),
        subject: format!("sub-{}", world.anna.username),
        password: spil::auth::hash_password(PASSWORD, server.app().random.as_ref()).expect("hash"),
        display: "Anna Arts".to_owned(),
        patient: Some(world.anna.id.clone()),
        ..Account::default()
    };
    account.practitioner = Some("practitioner-anna".to_owned());
    account.practitioner_role = Some("01.015".to_owned());
    account.org = Some(org);
    server.app().store.register_account(&account).await.expect("account");
    let work = server.vvt().claim(&json!({
        "subject_id": "practitioner-anna", "subject_name": "Anna Arts", "subject_role": "01.015",
    }));
    let own = server.patient(&world.anna);
    for path in [CONDITION, "Observation/o1", "Condition?patient=Patient/h1", "Patient/h1/$everything", "Condition"] {
        tells(&own, &work, if path.contains("Obs") { "72.5" } else { CODE }, &[path]).await;
    }
    work.get(&world.anna.reference()).await.expect(404);
    work.get("AuditEvent").await.expect(403);
    let status = work.post("Consent", &consent(&world.anna.reference(), permit("org-vvt"))).await.status;
    assert_eq!(status, 422, "not at work either");
    // Nor the other way around: her own token opens no patient of her work.
    server.vvt().put("Patient/v2", &patient(&world.bert.bsn)).await.expect(201);
    server.vvt().put("Encounter/v2", &encounter("Patient/v2")).await.expect(201);
    server.vvt().put("Condition/v2", &condition("Patient/v2", "38341003")).await.expect(201);
    tells(&work, &own, "38341003", &["Condition/v2", "Condition?patient=v2"]).await;
    // At the portal a session is in one role.
    let mut browser = Browser::new(server);
    let page = browser.sign_in("/zorg/inloggen", &world.anna.username, PASSWORD).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let page = browser.get("/overzicht").await;
    assert!(!page.address.ends_with("/overzicht") || page.status != 200, "{} {}", page.status, page.address);
    let mut browser = Browser::new(server);
    let page = browser.sign_in("/inloggen", &world.anna.username, PASSWORD).await;
    assert!(page.address.ends_with("/overzicht") && page.status == 200, "the twin: {}", page.address);
    let page = browser.get("/zorg/zoeken").await;
    assert!(!page.address.ends_with("/zorg/zoeken") || page.status != 200, "{} {}", page.status, page.address);
}

on_both! {
    attack_31_links_grafted_to_another_patient,
    attack_35_the_log_and_provenance,
    attack_37_what_is_derived_of_hidden_data,
    attack_38_statistics_and_their_difference,
    attack_40_a_professional_who_is_also_a_patient,
}
