//! Abuse of permissions: given by the wrong person, of the wrong kind, not in force, or not understood.

use serde_json::{Value, json};

use super::probe::{tells, told};
use crate::support::builders::{
    BSN, bundle, coded, codes, condition, consent, deny, labelled, patient, permit, permit_categories, user,
};
use crate::support::world::{CODE, CONDITION, PATIENT, World};
use crate::support::{Caller, on_both};

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// Whether home care sees Anna's condition, asked in several ways that must agree.
async fn vvt_sees(world: &World) -> bool {
    let vvt = world.server.vvt();
    let read = vvt.get(CONDITION).await.status == 200;
    for path in ["Condition?_id=c1", "Condition?patient=Patient/h1", "Patient?_has:Condition:patient:code=13645005"] {
        assert_eq!(!vvt.get(path).await.expect(200).json()["entry"].is_null(), read, "{path}");
    }
    read
}

async fn attack_36_searches_for_permissions_and_objections(world: World) {
    let id = world.consents(with(deny("org-gp"), "code", codes(&["mental-health"]))).await;
    let mut wish = consent(PATIENT, json!({"type": "permit"}));
    wish["scope"] = coded("http://terminology.hl7.org/CodeSystem/consentscope", "treatment");
    wish["category"] = json!([coded("http://snomed.info/sct", "129125009")]);
    wish["provision"] = json!({"type": "permit", "code": [coded("http://snomed.info/sct", "305351004")]});
    world.server.hospital().put("Consent/wish", &wish).await.expect(201);
    let (gp, anna) = (world.server.gp(), world.server.patient(&world.anna));
    for path in [
        "Consent".to_owned(),
        "Consent?status=active".to_owned(),
        "Consent?_id:missing=false".to_owned(),
        format!("Consent?patient={PATIENT}"),
        format!("Consent?patient={}", world.anna.reference()),
        "Consent?_type=x&_filter=status eq active".to_owned(),
        "Consent/_history".to_owned(),
        "_history?_count=500".to_owned(),
        "Patient/h1/Consent".to_owned(),
        "Patient/h1/$everything?_type=Consent".to_owned(),
        "Patient/h1/*?_type=Consent".to_owned(),
        "Patient?_id=h1&_revinclude=Consent:patient".to_owned(),
        "?_type=Consent,Condition&_count=100".to_owned(),
        "$graphql?query={ConsentList{id scope{coding{code}}}}".to_owned(),
        "Patient/h1/$acp".to_owned(),
        "$meta".to_owned(),
    ] {
        let text = told(&gp.get(&path).await);
        assert!(!text.contains("patient-privacy") && !text.contains(&id), "{path}: {text}");
    }
    for path in [format!("Consent/{id}"), format!("Consent/{id}/_history"), format!("Consent/{id}/_history/1")] {
        for caller in [gp.clone(), world.server.hospital(), gp.emergency("onwel"), world.server.patient(&world.bert)] {
            caller.get(&path).await.expect(404);
        }
        anna.get(&path).await.expect(200);
    }
    let chained = [
        "Patient?_has:Consent:patient:scope=patient-privacy",
        "Consent?patient.birthdate=1950-03-04&scope=patient-privacy",
    ];
    for path in chained {
        assert_eq!(gp.get(path).await.json()["entry"], Value::Null, "{path}");
        assert!(anna.get(path).await.expect(200).json()["entry"].is_array(), "{path}, the patient");
    }
    // What is a wish and no permission is data as any other.
    assert_eq!(gp.get("Consent").await.expect(200).matches(), ["Consent/wish"]);
    assert!(told(&gp.get("Patient/h1/$acp").await.expect(200)).contains("305351004"));
}

async fn attack_46_permissions_that_others_give(world: World) {
    let vvt = world.server.vvt();
    let own = vvt.post("Patient", &patient(&world.anna.bsn)).await.expect(201).id();
    let linked = with(patient("999999990"), "link", json!([{"other": {"reference": PATIENT}, "type": "seealso"}]));
    let linked = with(linked, "identifier", json!([]));
    let linked = vvt.post("Patient", &without(linked, "identifier")).await.expect(201).id();
    let bsn = json!({"identifier": {"system": BSN, "value": world.anna.bsn}});
    let own_words = consent(&world.anna.reference(), permit("org-vvt"));
    let subjects = [
        json!({"reference": format!("Patient/{own}")}),
        json!({"reference": format!("Patient/{linked}")}),
        json!({"reference": PATIENT}),
        json!({"reference": world.anna.reference()}),
        bsn.clone(),
    ];
    for subject in subjects {
        let mut body = with(own_words.clone(), "patient", subject);
        body["performer"] = json!([{"reference": world.anna.reference()}]);
        for caller in [world.server.vvt(), world.server.patient(&world.bert)] {
            caller.post("Consent", &body).await.expect(422);
            caller.put("Consent/forged", &with(body.clone(), "id", json!("forged"))).await.expect(422);
            caller.put("Consent?_id=forged", &with(body.clone(), "id", json!("forged"))).await.expect(422);
            caller.post("", &bundle("transaction", vec![("POST", "Consent", body.clone())])).await.expect(422);
            let batch = caller.post("", &bundle("batch", vec![("POST", "Consent", body.clone())])).await.expect(200);
            assert_eq!(batch.json()["entry"][0]["response"]["status"], "422 Unprocessable Entity");
        }
        for status in ["draft", "proposed"] {
            let body = with(body.clone(), "status", json!(status));
            // Refused where it names two persons, or one whom the writer does not know.
            let answer = vvt.post("Consent", &body).await;
            assert!([201, 422].contains(&answer.status), "{}", answer.text());
        }
        assert!(!vvt_sees(&world).await);
    }
    // A consent of Bert's with Anna in its other elements is of two persons: it has no effect for her.
    let mut of_bert = consent(&world.bert.reference(), permit("org-vvt"));
    of_bert["performer"] = json!([{"reference": world.anna.reference()}]);
    world.server.patient(&world.bert).post("Consent", &of_bert).await.expect(422);
    let instance = json!([{"meaning": "instance", "reference": {"reference": CONDITION}}]);
    let of_bert = consent(&world.bert.reference(), with(permit("org-vvt"), "data", instance));
    world.server.patient(&world.bert).post("Consent", &of_bert).await.expect(201);
    assert!(!vvt_sees(&world).await, "what Bert permits of Anna's");
    world.server.patient(&world.anna).post("Consent", &own_words).await.expect(201);
    assert!(vvt_sees(&world).await, "the twin: Anna herself");
}

fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().expect("object").remove(name);
    body
}

async fn attack_47_permissions_that_a_professional_records(world: World) {
    let (hospital, anna) = (world.server.hospital(), world.server.patient(&world.anna));
    let objection = world.consents(deny("org-vvt")).await;
    let proposal = with(consent(PATIENT, permit("org-vvt")), "status", json!("proposed"));
    let id = hospital.post("Consent", &proposal).await.expect(201).id();
    let path = format!("Consent/{id}");
    assert!(!vvt_sees(&world).await);
    let activate = json!([{"op": "replace", "path": "/status", "value": "active"}]);
    for caller in [world.server.hospital(), world.server.vvt(), world.server.gp(), world.server.patient(&world.bert)] {
        let status = caller.patch(&path, &activate).await.status;
        assert!([403, 404, 422].contains(&status), "{status}");
        let objection = format!("Consent/{objection}");
        let end = json!([{"op": "replace", "path": "/status", "value": "inactive"}]);
        let status = caller.patch(&objection, &end).await.status;
        assert!([403, 404, 422].contains(&status), "{status}");
        caller.delete(&objection).await;
        anna.get(&objection).await.expect(200);
    }
    // Confirmed by the patient it is hers; even then it does not beat her objection.
    anna.get("Consent?status=proposed").await.expect(200);
    anna.patch(&path, &activate).await.expect(200);
    assert!(!vvt_sees(&world).await, "an objection stays above it");
    anna.delete(&format!("Consent/{objection}")).await.expect(204);
    assert!(vvt_sees(&world).await, "the twin: confirmed, and no objection any more");
    let end = json!([{"op": "replace", "path": "/provision/type", "value": "deny"}]);
    let status = hospital.patch(&path, &end).await.status;
    assert!([403, 404, 422].contains(&status), "who proposed it cannot change it afterwards: {status}");
    assert!(vvt_sees(&world).await);
}

async fn attack_48_wishes_used_as_permissions(world: World) {
    let anna = world.server.patient(&world.anna);
    let scope = |code: &str| coded("http://terminology.hl7.org/CodeSystem/consentscope", code);
    let mut wish = String::new();
    for (code, status) in [("treatment", 201), ("adr", 201), ("research", 422)] {
        let body = with(consent(&world.anna.reference(), permit("org-vvt")), "scope", scope(code));
        let made = anna.post("Consent", &body).await.expect(status);
        assert!(!vvt_sees(&world).await, "{code}");
        if status == 201 {
            wish = format!("Consent/{}", made.id());
        }
    }
    // "Do resuscitate", that names who is to do it, opens nothing for them, not even itself.
    let mut resuscitate = permit("org-vvt");
    resuscitate["code"] = json!([coded("http://snomed.info/sct", "89666000")]);
    for (caller, patient) in [(&anna, world.anna.reference()), (&world.server.hospital(), PATIENT.to_owned())] {
        let body = with(consent(&patient, resuscitate.clone()), "scope", scope("treatment"));
        let path = format!("Consent/{}", caller.post("Consent", &body).await.expect(201).id());
        assert!(!vvt_sees(&world).await, "{path}");
        world.server.vvt().get(&path).await.expect(404);
        world.server.gp().get(&path).await.expect(200);
    }
    // Of two kinds at once it would be read by organisations, and do nothing; also when a wish is turned into it.
    let mut both = scope("treatment");
    both["coding"].as_array_mut().expect("list").push(json!({"code": "patient-privacy"}));
    for provision in [permit("org-vvt"), deny("org-gp")] {
        let body = with(consent(&world.anna.reference(), provision), "scope", both.clone());
        anna.post("Consent", &body).await.expect(422);
    }
    for caller in [&anna, &world.server.gp()] {
        let add = json!([{"op": "replace", "path": "/scope", "value": both}]);
        let status = caller.patch(&wish, &add).await.status;
        assert!([403, 422].contains(&status), "{status}");
    }
    assert!(!vvt_sees(&world).await);
    let listed = told(&world.server.gp().get("Consent").await.expect(200));
    assert!(listed.contains("\"treatment\"") && !listed.contains("patient-privacy"), "{listed}");
    // And the reverse: a permission is no wish, in no document.
    let id = world.permit("org-vvt").await;
    assert!(vvt_sees(&world).await, "the twin");
    for path in ["Patient/h1/$acp", "Patient/h1/$eoverdracht"] {
        let text = told(&world.server.gp().get(path).await.expect(200));
        assert!(!text.contains(&id) && !text.contains("patient-privacy"), "{path}: {text}");
    }
}

async fn attack_50_permissions_that_are_not_in_force(world: World) {
    let anna = world.server.patient(&world.anna);
    for status in ["draft", "proposed", "rejected", "inactive", "entered-in-error"] {
        let body = with(consent(&world.anna.reference(), permit("org-vvt")), "status", json!(status));
        let id = anna.post("Consent", &body).await.expect(201).id();
        assert!(!vvt_sees(&world).await, "{status}");
        // The same one, brought into force and taken out of it again: only what is current counts.
        let to = |status: &str| json!([{"op": "replace", "path": "/status", "value": status}]);
        anna.patch(&format!("Consent/{id}"), &to("active")).await.expect(200);
        assert!(vvt_sees(&world).await, "the twin");
        anna.patch(&format!("Consent/{id}"), &to(status)).await.expect(200);
        assert!(!vvt_sees(&world).await, "{status} again");
        for version in 1..=3 {
            world.server.vvt().get(&format!("Consent/{id}/_history/{version}")).await.expect(404);
        }
        assert!(!vvt_sees(&world).await, "an old version that was looked at");
    }
    // Two in force: what one says the other does not undo, and both must go.
    let (first, second) = (world.permit("org-vvt").await, world.permit("org-vvt").await);
    anna.delete(&format!("Consent/{first}")).await.expect(204);
    assert!(vvt_sees(&world).await);
    anna.delete(&format!("Consent/{second}")).await.expect(204);
    assert!(!vvt_sees(&world).await);
    let (third, objection) = (world.permit("org-vvt").await, world.consents(deny("org-vvt")).await);
    assert!(!vvt_sees(&world).await, "permitted and refused");
    anna.delete(&format!("Consent/{objection}")).await.expect(204);
    assert!(vvt_sees(&world).await);
    anna.put(&format!("Consent/{third}"), &consent(&world.anna.reference(), permit("org-gp"))).await.expect(200);
    assert!(!vvt_sees(&world).await, "turned to another organisation");
}

/// A provision with exceptions in exceptions, so many deep.
fn nested(depth: usize) -> Value {
    let effect = if depth.is_multiple_of(2) { "permit" } else { "deny" };
    let inner = if depth == 0 { Value::Null } else { json!([nested(depth - 1)]) };
    let mut provision = json!({"type": effect});
    if !inner.is_null() {
        provision["provision"] = inner;
    }
    provision
}

/// What cannot be carried out to the letter is refused when it is written: a patient must not believe in an objection
/// that does nothing, nor an organisation in a permission that it reads its own way.
async fn attack_51_permissions_that_are_not_understood(world: World) {
    let anna = world.server.patient(&world.anna);
    let base = world.server.fhir();
    let modifier = json!([{"url": "http://x.example/not", "valueBoolean": true}]);
    let instance = |reference: &str| json!([{"meaning": "instance", "reference": {"reference": reference}}]);
    let class = |code: &str| json!([{"system": "http://hl7.org/fhir/resource-types", "code": code}]);
    let actor = |reference: &str| {
        let mut one = user("org-vvt");
        one["reference"] = json!({"reference": reference});
        json!([one])
    };
    let purpose = |code: &str| json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": code}]);
    let deep = |depth: usize| {
        let mut provision = nested(depth);
        provision["actor"] = json!([user("org-vvt")]);
        provision
    };
    let provisions = [
        ("exceptions two deep", deep(2)),
        ("exceptions three deep", deep(3)),
        ("exceptions ten deep", deep(10)),
        ("a modifier", with(permit("org-vvt"), "modifierExtension", modifier.clone())),
        (
            "a modifier of an actor",
            with(permit("org-vvt"), "actor", json!([with(user("org-vvt"), "modifierExtension", modifier.clone())])),
        ),
        (
            "a modifier of an exception",
            with(permit("org-vvt"), "provision", json!([{"type": "deny", "modifierExtension": modifier}])),
        ),
        ("a category that is not known", with(deny("org-vvt"), "code", codes(&["nonsense"]))),
        ("a category of another system", with(deny("org-vvt"), "code", json!([coded("urn:x", "problems")]))),
        ("a label", with(permit("org-vvt"), "securityLabel", json!([{"code": "R"}]))),
        ("one instance by its address", with(deny("org-vvt"), "data", instance(&format!("{base}/{CONDITION}")))),
        (
            "one instance elsewhere",
            with(deny("org-vvt"), "data", instance("http://elsewhere.example/fhir/Condition/c1")),
        ),
        ("one version of an instance", with(deny("org-vvt"), "data", instance("Condition/c1/_history/1"))),
        ("an instance of no type", with(deny("org-vvt"), "data", instance("condition/c1"))),
        ("a condition for an instance", with(deny("org-vvt"), "data", instance("Condition?code=13645005"))),
        (
            "related instances",
            with(deny("org-vvt"), "data", json!([{"meaning": "related", "reference": {"reference": CONDITION}}])),
        ),
        ("a class that is no type", with(deny("org-vvt"), "class", class("condition"))),
        ("all classes", with(deny("org-vvt"), "class", class("Resource"))),
        ("any class", with(deny("org-vvt"), "class", class("*"))),
        ("an organisation that is not known", with(deny("org-vvt"), "actor", actor("Organization/nobody"))),
        (
            "an organisation elsewhere",
            with(deny("org-vvt"), "actor", actor("http://elsewhere.example/Organization/org-vvt")),
        ),
        ("a version of a professional", with(deny("org-vvt"), "actor", actor("Practitioner/p1/_history/1"))),
        ("a professional without an id", with(deny("org-vvt"), "actor", actor("Practitioner/"))),
        ("a group of people", with(deny("org-vvt"), "actor", actor("CareTeam/1"))),
        ("a purpose that is not known", with(deny("org-vvt"), "purpose", purpose("treat"))),
        (
            "a purpose of another system",
            with(deny("org-vvt"), "purpose", json!([{"system": "urn:x", "code": "TREAT"}])),
        ),
        ("no effect", without(deny("org-vvt"), "type")),
    ];
    let mut faults = Vec::new();
    for (name, provision) in provisions {
        let answer = anna.post("Consent", &consent(&world.anna.reference(), provision)).await;
        if ![400, 422].contains(&answer.status) {
            faults.push(format!("{name}: {}", answer.status));
        }
    }
    for (name, element, value) in [
        (
            "a modifier of the whole",
            "modifierExtension",
            json!([{"url": "http://x.example/not", "valueBoolean": true}]),
        ),
        ("rules to read it by", "implicitRules", json!("http://x.example/rules")),
    ] {
        let body = with(consent(&world.anna.reference(), deny("org-vvt")), element, value);
        let answer = anna.post("Consent", &body).await;
        if ![400, 422].contains(&answer.status) {
            faults.push(format!("{name}: {}", answer.status));
        }
    }
    assert!(faults.is_empty(), "these were taken:\n{}", faults.join("\n"));
    assert!(!vvt_sees(&world).await);
    conflicts(&world, &anna).await;
}

/// Which of several decides, from both sides.
async fn conflicts(world: &World, anna: &Caller<'_>) {
    let instance = json!([{"meaning": "instance", "reference": {"reference": CONDITION}}]);
    let class = json!([{"system": "http://hl7.org/fhir/resource-types", "code": "Condition"}]);
    let kind = |effect: &str| json!({"type": effect, "actor": [crate::support::builders::user_kind("X3")]});
    let exception = |effect: &str| json!([{"type": effect, "code": codes(&["problems"])}]);
    for (name, provisions, seen) in [
        ("equal", vec![permit("org-vvt"), deny("org-vvt")], false),
        ("a category", vec![permit("org-vvt"), with(deny("org-vvt"), "code", codes(&["problems"]))], false),
        ("another category", vec![permit("org-vvt"), with(deny("org-vvt"), "code", codes(&["results"]))], true),
        ("a class", vec![permit("org-vvt"), with(deny("org-vvt"), "class", class)], false),
        ("an instance", vec![permit("org-vvt"), with(deny("org-vvt"), "data", instance.clone())], false),
        ("a permitted instance", vec![deny("org-vvt"), with(permit("org-vvt"), "data", instance)], true),
        ("a kind against one", vec![kind("permit"), deny("org-vvt")], false),
        ("one against a kind", vec![kind("deny"), permit("org-vvt")], true),
        ("not to be compared", vec![with(kind("permit"), "code", codes(&["problems"])), deny("org-vvt")], false),
        ("an exception", vec![with(permit("org-vvt"), "provision", exception("deny"))], false),
        ("an exception to a refusal", vec![with(deny("org-vvt"), "provision", exception("permit"))], true),
    ] {
        let mut made = Vec::new();
        for provision in provisions {
            made.push(world.consents(provision).await);
        }
        assert_eq!(vvt_sees(world).await, seen, "{name}");
        for id in made {
            anna.delete(&format!("Consent/{id}")).await.expect(204);
        }
    }
    let hospital = world.server.hospital();
    hospital.put("Condition/s1", &labelled(condition(PATIENT, "35489007"), "PSY")).await.expect(201);
    world.consents(permit_categories("org-vvt", &["problems", "mental-health"])).await;
    tells(&world.server.vvt(), &world.server.gp(), "35489007", &["Condition/s1", "Condition?_id=s1"]).await;
    tells(&world.server.vvt(), &world.server.pharmacy(), CODE, &[CONDITION]).await;
}

on_both! {
    attack_36_searches_for_permissions_and_objections,
    attack_46_permissions_that_others_give,
    attack_47_permissions_that_a_professional_records,
    attack_48_wishes_used_as_permissions,
    attack_50_permissions_that_are_not_in_force,
    attack_51_permissions_that_are_not_understood,
}
