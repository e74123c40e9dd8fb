//! Things that carry others: documents, bundles, lists, and what is contained.

use serde_json::{Value, json};

use super::probe::{tells, told};
use crate::support::builders::{allergy, bundle, coded, condition, encounter, patient, permit_categories, weight};
use crate::support::on_both;
use crate::support::world::{CODE, CONDITION, PATIENT, World};

/// A document is composed anew each time, of what the reader may see now.
async fn attack_23_a_document_with_hidden_parts(world: World) {
    let hospital = world.server.hospital();
    let handoff = json!({
        "resourceType": "Composition", "status": "final", "type": coded("http://snomed.info/sct", "11171000146100"),
        "subject": {"reference": PATIENT}, "date": "2026-02-01", "author": [{"display": "Arts"}], "title": "Overdracht",
        "section": [{"title": "Diagnose", "entry": [{"reference": CONDITION}, {"reference": "Observation/o1"}]}],
    });
    let task = |status: &str| {
        json!({
            "resourceType": "Task", "status": status, "intent": "order", "code": coded("http://snomed.info/sct", "308292007"),
            "for": {"reference": PATIENT}, "focus": {"reference": "Composition/h1"},
            "owner": {"reference": "Organization/org-vvt"},
        })
    };
    hospital.put("Composition/h1", &handoff).await.expect(201);
    hospital.put("Task/t1", &task("requested")).await.expect(201);
    let id = world.consents(permit_categories("org-vvt", &["nursing"])).await;
    let vvt = world.server.vvt();
    let document = "Composition/h1/$document";
    let before = told(&vvt.get(document).await.expect(200));
    assert!(!before.contains(CODE) && !before.contains("72.5"), "before it is accepted: {before}");
    vvt.put("Task/t1", &task("accepted")).await.expect(200);
    assert!(told(&vvt.get(document).await.expect(200)).contains(CODE), "the twin: while it runs");
    hospital.put("Task/t1", &task("cancelled")).await.expect(200);
    let after = told(&vvt.get(document).await.expect(200));
    assert!(!after.contains(CODE) && !after.contains("72.5"), "an old handoff: {after}");
    for path in [CONDITION, "Patient/h1/$eoverdracht", "Composition?_id=h1&_include=Composition:entry"] {
        assert!(!told(&vvt.get(path).await).contains(CODE), "{path}");
    }
    world.server.patient(&world.anna).delete(&format!("Consent/{id}")).await.expect(204);
    vvt.get(document).await.expect(404);
    // By category: the letter may be read and what it names may not.
    world.consents(permit_categories("org-pharmacy", &["documents"])).await;
    let pharmacy = world.server.pharmacy();
    let letter = told(&pharmacy.get("Composition/d1/$document").await.expect(200));
    assert!(letter.contains("Brief") && !letter.contains(CODE), "{letter}");
    assert!(told(&world.server.gp().get("Composition/d1/$document").await.expect(200)).contains(CODE));
    narratives(&world).await;
    // That a file says the same as the page is proved in `tests/documents/served.rs`.
    for form in ["text/html", "application/fhir+xml"] {
        let shown = pharmacy.with("accept", form).get("Composition/d1/$document").await;
        assert!(!shown.text().contains(CODE), "{form}: {}", shown.text());
    }
}

/// A narrative says again what the entries hold: where one of them is hidden it goes, and where all are seen it stays.
async fn narratives(world: &World) {
    let told_as = |words: &str| json!({"status": "generated", "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{words}</div>")});
    let letter = json!({
        "resourceType": "Composition", "status": "final", "type": coded("http://loinc.org", "18842-5"),
        "subject": {"reference": PATIENT}, "date": "2026-02-01", "author": [{"display": "Arts"}], "title": "Brief",
        "text": told_as("geheel"),
        "section": [
            {"title": "Vooraf", "text": told_as("groet")},
            {"title": "Samen", "text": told_as("samen"), "section": [
                {"title": "Diagnose", "text": told_as("diagnose"), "entry": [{"reference": CONDITION}]},
                {"title": "Dank", "text": told_as("dank")},
            ]},
        ],
    });
    let hospital = world.server.hospital();
    hospital.put("Composition/n1", &letter).await.expect(201);
    hospital.put("Composition/n2", &json!({
        "resourceType": "Composition", "status": "final", "type": coded("http://loinc.org", "18842-5"), "title": "Brief",
        "subject": {"reference": PATIENT}, "date": "2026-02-01", "author": [{"display": "Arts"}], "text": told_as("geheel"),
    })).await.expect(201);
    let words = ["geheel", "groet", "samen", "diagnose", "dank"];
    for path in ["Composition/n1", "Composition/n1/_history/1", "Composition?_id=n1", "Composition/n1/$document"] {
        let hidden = world.server.pharmacy().get(path).await.expect(200).text();
        let kept: Vec<&str> = words.into_iter().filter(|word| hidden.contains(&format!(">{word}<"))).collect();
        assert_eq!(kept, ["groet", "dank"], "{path}: {hidden}");
        for caller in [world.server.gp(), hospital.clone(), world.server.patient(&world.anna)] {
            let seen = caller.get(path).await.expect(200).text();
            assert!(words.iter().all(|word| seen.contains(&format!(">{word}<"))), "{path}: {seen}");
        }
    }
    let whole = world.server.pharmacy().get("Composition/n2").await.expect(200).text();
    assert!(whole.contains(">geheel<"), "nothing in it is hidden: {whole}");
}

/// A Bundle that is stored is of everybody in it: with two persons in it, it is its source's only.
async fn attack_24_bundles_that_are_stored(world: World) {
    let hospital = world.server.hospital();
    hospital.put("Patient/h2", &patient(&world.bert.bsn)).await.expect(201);
    let document = |others: Vec<Value>| {
        let letter = crate::support::world::letter(PATIENT, "Condition/x");
        let mut entries = vec![json!({"fullUrl": "urn:uuid:6b3ad1a1-5b5e-4f0a-9d0b-0c5f3a3d6d01", "resource": letter})];
        entries.extend(others.into_iter().map(|resource| json!({
            "fullUrl": format!("urn:uuid:6b3ad1a1-5b5e-4f0a-9d0b-{:012}", resource.to_string().len()), "resource": resource,
        })));
        json!({
            "resourceType": "Bundle", "type": "document", "timestamp": "2026-02-01T10:00:00Z",
            "identifier": {"system": "urn:x", "value": "1"}, "entry": entries,
        })
    };
    let one = document(vec![condition(PATIENT, "73211009")]);
    let two = document(vec![condition(PATIENT, "73211009"), condition("Patient/h2", "38341003")]);
    hospital.put("Bundle/b1", &one).await.expect(201);
    hospital.put("Bundle/b2", &two).await.expect(201);
    let (gp, vvt) = (world.server.gp(), world.server.vvt());
    let asked = ["Bundle/b1", "Bundle?_id=b1", "Bundle/b1/_history/1", "Bundle?composition:Composition.title=Brief"];
    for path in asked {
        assert!(!told(&vvt.get(path).await).contains("73211009"), "{path}");
    }
    tells(&gp, &vvt, "73211009", &asked[..3]).await;
    let both = [
        "Bundle/b2",
        "Bundle?_id=b2",
        "Bundle",
        "Bundle?composition.patient.birthdate=1950-03-04",
        "Bundle?_content=38341003",
        "Bundle?message:MessageHeader.code=x",
        "Bundle/_history",
    ];
    for path in both {
        for caller in [&gp, &vvt, &world.server.patient(&world.anna), &world.server.patient(&world.bert)] {
            assert!(!told(&caller.get(path).await).contains("38341003"), "{path}");
        }
    }
    assert!(told(&hospital.get("Bundle/b2").await.expect(200)).contains("38341003"));
    // What is inside is found under no address of its own.
    for path in ["Condition?code=73211009", "Composition?title=Brief&entry=Condition/x"] {
        assert_eq!(gp.get(path).await.json()["entry"], Value::Null, "{path}");
    }
}

/// Whatever names two persons is nobody's but its source's; with one it is that person's.
async fn attack_25_lists_that_name_others(world: World) {
    let hospital = world.server.hospital();
    hospital.put("Patient/h2", &patient(&world.bert.bsn)).await.expect(201);
    let carriers = |other: &str| {
        let name = |reference: &str| json!({"reference": reference});
        vec![
            json!({"resourceType": "List", "status": "current", "mode": "working", "subject": name(PATIENT), "entry": [{"item": name(other)}]}),
            json!({"resourceType": "Group", "type": "person", "actual": true, "member": [{"entity": name(PATIENT)}, {"entity": name(other)}]}),
            json!({"resourceType": "CareTeam", "subject": name(PATIENT), "participant": [{"member": name(other)}]}),
            json!({"resourceType": "Account", "status": "active", "subject": [name(PATIENT), name(other)]}),
            json!({"resourceType": "EpisodeOfCare", "status": "active", "patient": name(PATIENT), "account": [name("Account/x")], "extension": [{"url": "urn:x", "valueReference": name(other)}]}),
            json!({"resourceType": "Appointment", "status": "booked", "participant": [
                {"actor": name(PATIENT), "status": "accepted"}, {"actor": name(other), "status": "accepted"},
            ]}),
            json!({"resourceType": "FamilyMemberHistory", "status": "completed", "patient": name(PATIENT),
                "relationship": {"text": "kind"}, "extension": [{"url": "urn:x", "valueReference": name(other)}]}),
        ]
    };
    let (gp, anna) = (world.server.gp(), world.server.patient(&world.anna));
    let by_number = |body: Value| {
        let number = json!({"type": "Patient", "identifier": {"system": crate::support::builders::BSN, "value": world.bert.bsn}});
        let text = body.to_string().replace("{\"reference\":\"Patient/h2\"}", &number.to_string());
        serde_json::from_str::<Value>(&text).expect("json")
    };
    let tables = [
        ("one", carriers(PATIENT), true),
        ("two", carriers("Patient/h2"), false),
        ("number", carriers("Patient/h2").into_iter().map(by_number).collect(), false),
        ("version", carriers("Patient/h2/_history/1"), false),
        ("elsewhere", carriers("http://elsewhere.example/fhir/Patient/h2"), false),
    ];
    for (name, bodies, seen) in tables {
        for body in bodies {
            let path = format!("{}/{name}", body["resourceType"].as_str().expect("a type"));
            hospital.put(&path, &body).await.expect(201);
            let (rtype, id) = path.split_once('/').expect("a path");
            for caller in [&gp, &anna] {
                let status = caller.get(&path).await.status;
                assert_eq!(status, if seen { 200 } else { 404 }, "{path}");
                let found = caller.get(&format!("{rtype}?_id={id}")).await.expect(200);
                assert_eq!(found.json()["entry"].is_array(), seen, "{path}");
                caller.get(&format!("{path}/_history/1")).await.expect(if seen { 200 } else { 404 });
            }
            hospital.get(&path).await.expect(200);
            world.server.patient(&world.bert).get(&path).await.expect(404);
        }
    }
    let everything = told(&gp.get("Patient/h1/$everything?_count=500").await.expect(200));
    assert!(everything.contains("CareTeam/one") && !everything.contains("CareTeam/two"), "{everything}");
}

/// What is contained goes where its container goes.
async fn attack_26_contained_resources(world: World) {
    let hospital = world.server.hospital();
    let with = |id: &str, contained: Value, reference: &str| {
        let mut body = condition(PATIENT, "73211009");
        body["id"] = json!(id);
        body["contained"] = json!([contained]);
        body["asserter"] = json!({"reference": reference});
        body
    };
    let related = json!({
        "resourceType": "RelatedPerson", "id": "r", "patient": {"reference": PATIENT},
        "name": [{"family": "Kwikstaart"}], "telecom": [{"system": "phone", "value": "0612345678"}],
    });
    let other = json!({
        "resourceType": "Patient", "id": "p", "name": [{"family": "Kwikstaart"}],
        "identifier": [{"system": crate::support::builders::BSN, "value": world.bert.bsn}],
    });
    hospital.put("Condition/r1", &with("r1", related, "#r")).await.expect(201);
    hospital.put("Condition/r2", &with("r2", other, "#p")).await.expect(201);
    let (gp, vvt) = (world.server.gp(), world.server.vvt());
    tells(
        &gp,
        &vvt,
        "Kwikstaart",
        &[
            "Condition/r1",
            "RelatedPerson?_contained=true",
            "RelatedPerson?_contained=both&name=kwikstaart",
            "RelatedPerson?_contained=true&_containedType=contained",
            "RelatedPerson?_contained=true&phone=0612345678",
        ],
    )
    .await;
    let chained = ["Condition?asserter:RelatedPerson.name=kwikstaart", "RelatedPerson?name=kwikstaart"];
    for path in chained {
        assert!(!told(&vvt.get(path).await).contains("Kwikstaart"), "{path}");
    }
    // A contained patient makes it somebody else's too.
    for path in [
        "Condition/r2",
        "Patient?_contained=true&name=kwikstaart",
        "Patient?_contained=both&family=kwikstaart",
        "Patient?_contained=true&_containedType=contained",
        "Condition?_id=r2",
    ] {
        for caller in [&gp, &vvt, &world.server.patient(&world.bert)] {
            assert!(!told(&caller.get(path).await).contains("Kwikstaart"), "{path}");
        }
        assert!(told(&hospital.get(path).await.expect(200)).contains("Kwikstaart"), "{path}");
    }
    // A token for the container only does not search what it contains, and the other way around.
    for scope in ["system/RelatedPerson.rs", "system/Patient.rs"] {
        let text = told(&gp.scope(scope).get("RelatedPerson?_contained=true").await);
        assert!(!text.contains("Kwikstaart"), "{scope}: {text}");
    }
}

/// What a visible resource refers to stays hidden: no road leads from the one to the other.
async fn attack_27_references_to_hidden_things(world: World) {
    let hospital = world.server.hospital();
    hospital.put("Patient/h2", &patient(&world.bert.bsn)).await.expect(201);
    let mut problem = condition(PATIENT, "73211009");
    problem["encounter"] = json!({"reference": "Encounter/e2"});
    let mut seen = encounter(PATIENT);
    seen["class"] = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "EMER"});
    hospital
        .post("", &bundle("transaction", vec![("PUT", "Encounter/e2", seen), ("PUT", "Condition/r1", problem)]))
        .await
        .expect(200);
    world.consents(permit_categories("org-vvt", &["problems"])).await;
    let vvt = world.server.vvt();
    vvt.get("Condition/r1").await.expect(200);
    for path in [
        "Condition?encounter.class=EMER",
        "Condition?_id=r1&_include=Condition:encounter",
        "Condition/r1/$graphql?query={encounter{resource(optional:true){...on Encounter{class{code}}}}}",
        "Encounter/e2",
        "Encounter?_has:Condition:encounter:_id=r1",
        "Patient/h1/$everything",
    ] {
        assert!(!told(&vvt.get(path).await).contains("EMER\""), "{path}");
        let open = told(&world.server.gp().get(path).await.expect(200));
        assert!(open.contains("EMER") || open.contains("Condition/r1"), "{path}: {open}");
    }
    // Mother and child in one resource, by reference or by number: it is of two, and open to its source.
    let number =
        json!({"type": "Patient", "identifier": {"system": crate::support::builders::BSN, "value": world.bert.bsn}});
    for (id, other) in [("m1", json!({"reference": "Patient/h2", "display": "kind"})), ("m2", number)] {
        let mut body = weight(PATIENT, "2026-01-05", "3.456");
        body["focus"] = json!([other]);
        hospital.put(&format!("Observation/{id}"), &body).await.expect(201);
        let asked = format!("Observation?focus.birthdate=1950-03-04&_id={id}");
        for caller in [world.server.gp(), world.server.patient(&world.anna), world.server.patient(&world.bert)] {
            caller.get(&format!("Observation/{id}")).await.expect(404);
            assert!(!told(&caller.get(&asked).await).contains("3.456"));
        }
        hospital.get(&format!("Observation/{id}")).await.expect(200);
    }
    let mut own = weight(PATIENT, "2026-01-05", "4.567");
    own["focus"] = json!([{"reference": PATIENT}]);
    hospital.put("Observation/m3", &own).await.expect(201);
    world.server.gp().get("Observation/m3").await.expect(200);
    hospital.put("AllergyIntolerance/a1", &allergy(PATIENT, "91936005")).await.expect(201);
    tells(&world.server.gp(), &vvt, "91936005", &["AllergyIntolerance?patient=h1"]).await;
}

on_both! {
    attack_23_a_document_with_hidden_parts,
    attack_24_bundles_that_are_stored,
    attack_25_lists_that_name_others,
    attack_26_contained_resources,
    attack_27_references_to_hidden_things,
}
