//! Writes that would tell, and writes that would claim.

use serde_json::{Value, json};

use super::probe::Three;
use crate::access::hidden::World as Hidden;
use crate::support::builders::{
    BSN, allergy, bundle, coded, condition, deny, holder, labelled, patient, permit_categories, user, weight,
};
use crate::support::world::{CODE, CONDITION, PATIENT, World};
use crate::support::{Caller, on_both};

async fn attack_18_conditional_writes(three: Three) {
    three
        .each(async |world: &Hidden, gp: Caller<'_>| {
            let body = condition("Patient/ag", "1");
            let patch = json!([{"op": "replace", "path": "/onsetDateTime", "value": "2024"}]);
            let bsn = format!("identifier={BSN}|{}", world.bert.bsn);
            let conditional = |condition: &str| {
                json!({"resourceType": "Bundle", "type": "transaction", "entry": [{
                    "resource": body, "request": {"method": "POST", "url": "Condition", "ifNoneExist": condition},
                }]})
            };
            let if_match = json!({"resourceType": "Bundle", "type": "transaction", "entry": [{
                "resource": body, "request": {"method": "PUT", "url": "Condition/s1", "ifMatch": "W/\"2\""},
            }]});
            vec![
                ("create", gp.with("if-none-exist", "code=38341003").post("Condition", &body).await),
                ("create by chain", gp.with("if-none-exist", "encounter.class=IMP").post("Condition", &body).await),
                ("create a patient", gp.with("if-none-exist", &bsn).post("Patient", &patient(&world.bert.bsn)).await),
                ("create in a Bundle", gp.post("", &conditional("code=38341003")).await),
                ("create in a Bundle by id", gp.post("", &conditional("_id=s1")).await),
                ("update", gp.put("AllergyIntolerance?code=91936005", &allergy("Patient/ag", "91936005")).await),
                ("update in a Bundle", gp.post("", &if_match).await),
                ("patch", gp.patch("Condition?code=35489007", &patch).await),
                ("patch by a chain", gp.patch("Condition?patient.birthdate=1933-03-03", &patch).await),
                ("delete", gp.delete("Observation?value-quantity=72.5").await),
                ("delete by BSN", gp.delete(&format!("Patient?{bsn}")).await),
                ("delete by id", gp.delete("Condition?_id=s1").await),
            ]
        })
        .await;
    // Nothing of the hospital's was changed by it.
    for world in [&three.hidden, &three.permitted] {
        let found = world.server.hospital().get("Condition/s1/_history?_summary=count").await.expect(200).json();
        assert_eq!(found["total"], 2);
        world.server.hospital().get("Observation/s1").await.expect(200);
    }
}

async fn attack_19_transactions_with_a_forbidden_entry(three: Three) {
    let own = || ("POST", "Condition", condition("Patient/ag", "4711"));
    three
        .each(async |_: &Hidden, gp: Caller<'_>| {
            let patch = json!({"resourceType": "Binary", "contentType": "application/json-patch+json",
                "data": "W3sib3AiOiJyZW1vdmUiLCJwYXRoIjoiL29uc2V0RGF0ZVRpbWUifV0="});
            let with = |entry: (&'static str, &'static str, Value)| bundle("transaction", vec![own(), entry]);
            let batch = |entry: (&'static str, &'static str, Value)| bundle("batch", vec![own(), entry]);
            vec![
                ("patch", gp.post("", &with(("PATCH", "Condition/s1", patch.clone()))).await),
                ("read", gp.post("", &with(("GET", "Condition/s1", Value::Null))).await),
                ("search", gp.post("", &with(("GET", "Condition?code=38341003", Value::Null))).await),
                ("history", gp.post("", &with(("GET", "Condition/s1/_history", Value::Null))).await),
                ("delete", gp.post("", &with(("DELETE", "Condition/s1", Value::Null))).await),
                ("delete in a batch", gp.post("", &batch(("DELETE", "Condition/s1", Value::Null))).await),
                ("patch in a batch", gp.post("", &batch(("PATCH", "Condition/s1", patch))).await),
            ]
        })
        .await;
    // All or nothing: where one entry is refused nothing of the others is left.
    let gp = three.hidden.server.gp();
    let count = async || gp.get("Condition?code=4711&_summary=count").await.expect(200).json()["total"].clone();
    let before = count().await;
    let refused = bundle("transaction", vec![own(), ("PATCH", "Condition?code=38341003", json!({}))]);
    let answer = gp.post("", &refused).await;
    assert!((400..500).contains(&answer.status) && !answer.text().contains("\"location\""), "{}", answer.text());
    assert_eq!(count().await, before);
    gp.post("", &bundle("transaction", vec![own()])).await.expect(200);
    assert_ne!(count().await, before, "the twin");
}

/// What was sent comes back as it was sent; nothing of the hidden patient is added to it.
async fn attack_20_write_and_read_back(three: Three) {
    for world in [&three.absent, &three.hidden] {
        let gp = world.server.gp().with("prefer", "return=representation");
        for reference in ["Patient/bh", "Patient/ah", "Patient/bh/_history/1"] {
            let sent = json!({"reference": reference});
            let mut body = weight(reference, "2026-02-02", "70");
            body["encounter"] = json!({"reference": "Encounter/e1"});
            let made = gp.post("Observation", &body).await.expect(201).json();
            let id = made["id"].as_str().expect("an id").to_owned();
            for seen in [made, gp.get(&format!("Observation/{id}")).await.expect(200).json()] {
                assert_eq!((&seen["subject"], &seen["encounter"]), (&sent, &json!({"reference": "Encounter/e1"})));
            }
            let patch = json!([{"op": "add", "path": "/note", "value": [{"text": "x"}]}]);
            let changed = gp.patch(&format!("Observation/{id}"), &patch).await.expect(200).json();
            assert_eq!(changed["subject"], sent);
            let found = gp.get(&format!("Observation?_id={id}&_include=Observation:encounter")).await.expect(200);
            assert_eq!((found.matches().len(), found.included().len()), (1, 0), "{reference}");
        }
    }
    three
        .each(async |_: &Hidden, gp: Caller<'_>| {
            let body = |id: &str| {
                let mut body = weight("Patient/bh", "2026-02-02", "70");
                body["id"] = json!(id);
                body
            };
            gp.put("Observation/w1", &body("w1")).await.expect(201);
            let include = "Observation?_id=w1&_include=Observation:subject";
            vec![
                ("an include of the subject", gp.get(include).await),
                ("a chain", gp.get("Observation?_id=w1&patient.birthdate=1933-03-03").await),
            ]
        })
        .await;
}

/// Labels close. Whoever does not hold a resource cannot take them away, also not by what it may change.
async fn attack_21_labels_taken_away(world: World) {
    let hospital = world.server.hospital();
    let mut task = labelled(handoff("org-vvt", CONDITION), "PSY");
    hospital.put("Task/t1", &task).await.expect(201);
    hospital.put("Condition/s1", &labelled(condition(PATIENT, CODE), "PSY")).await.expect(201);
    world.consents(permit_categories("org-vvt", &["nursing", "mental-health"])).await;
    world.consents(permit_categories("org-pharmacy", &["nursing"])).await;
    let (vvt, pharmacy) = (world.server.vvt(), world.server.pharmacy());
    vvt.get("Task/t1").await.expect(200);
    pharmacy.get("Task/t1").await.expect(404);
    task["status"] = json!("accepted");
    let mut bare = task.clone();
    bare.as_object_mut().expect("object").remove("meta");
    task["meta"]["security"] = json!([{"system": "urn:x", "code": "N"}]);
    let status = json!({"op": "replace", "path": "/status", "value": "accepted"});
    let label = json!({"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": {"security": [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"},
    ]}}]});
    let refused = [
        vvt.patch("Task/t1", &json!([status, {"op": "remove", "path": "/meta/security"}])).await,
        vvt.patch("Task/t1", &json!([status, {"op": "remove", "path": "/meta"}])).await,
        vvt.patch("Task/t1", &json!([{"op": "replace", "path": "/meta/security/0/code", "value": "N"}])).await,
        vvt.put("Task/t1", &bare).await,
        vvt.put("Task/t1", &task).await,
        vvt.post("Task/t1/$meta-delete", &label).await,
        vvt.patch("Condition/s1", &json!([{"op": "remove", "path": "/meta/security"}])).await,
        world.server.gp().patch("Condition/s1", &json!([{"op": "remove", "path": "/meta/security"}])).await,
        world.server.gp().post("Condition/s1/$meta-delete", &label).await,
        world.server.patient(&world.anna).post("Condition/s1/$meta-delete", &label).await,
    ];
    for (at, answer) in refused.iter().enumerate() {
        assert!((400..500).contains(&answer.status), "{at}: {}", answer.text());
        pharmacy.get("Task/t1").await.expect(404);
    }
    let kept = hospital.get("Task/t1").await.expect(200).json();
    assert_eq!(kept["meta"]["security"][0]["code"], "PSY", "{kept}");
    // The addressee may do what is its own, and the source may change its labels.
    vvt.patch("Task/t1", &json!([status])).await.expect(200);
    pharmacy.get("Task/t1").await.expect(404);
    hospital.post("Condition/s1/$meta-delete", &label).await.expect(200);
    world.server.gp().get("Condition/s1").await.expect(200);
}

fn handoff(owner: &str, focus: &str) -> Value {
    json!({
        "resourceType": "Task", "status": "requested", "intent": "order",
        "code": coded("http://snomed.info/sct", "308292007"), "for": {"reference": PATIENT},
        "focus": {"reference": focus}, "owner": {"reference": format!("Organization/{owner}")},
    })
}

/// Whose a resource is, of when and in which version, is not the writer's to say.
async fn attack_22_claims_about_origin(world: World) {
    let (vvt, hospital, gp) = (world.server.vvt(), world.server.hospital(), world.server.gp());
    let mut claimed = condition(&world.anna.reference(), CODE);
    claimed["meta"] = json!({
        "source": "urn:ura:90000103", "versionId": "77", "lastUpdated": "2099-01-01T00:00:00Z",
        "tag": [{"system": "https://spil.example", "code": "org-hospital"}],
        "extension": [{"url": "urn:owner", "valueReference": {"reference": "Organization/org-hospital"}}],
    });
    claimed["asserter"] =
        json!({"identifier": {"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": "90000103"}});
    vvt.put("Condition/v1", &claimed).await.expect(201);
    let stored = vvt.get("Condition/v1").await.expect(200).json();
    assert_eq!(
        (&stored["meta"]["versionId"], &stored["meta"]["lastUpdated"]),
        (&json!("1"), &json!("2026-03-02T09:00:00.000Z"))
    );
    let provenance = json!({
        "resourceType": "Provenance", "recorded": "2099-01-01T00:00:00Z", "target": [{"reference": "Condition/v1"}],
        "agent": [{"who": {"reference": "Organization/org-hospital"}}],
    });
    vvt.put("Provenance/p1", &provenance).await.expect(201);
    let letter = json!({
        "resourceType": "Composition", "status": "final", "type": coded("http://loinc.org", "11503-0"),
        "subject": {"reference": world.anna.reference()}, "date": "2026-02-01",
        "author": [{"reference": "Organization/org-hospital"}],
        "custodian": {"reference": "Organization/org-hospital"}, "title": "Brief",
    });
    vvt.put("Composition/v1", &letter).await.expect(201);
    // Anna objects to data of home care; that it says to be of the hospital does not help.
    gp.get("Condition/v1").await.expect(200);
    world.consents(json!({"type": "deny", "actor": [user("org-gp"), holder("org-vvt")]})).await;
    for path in ["Condition/v1", "Composition/v1"] {
        gp.get(path).await.expect(404);
        hospital.get(path).await.expect(404);
        hospital.delete(path).await.expect(204);
        vvt.get(path).await.expect(200);
    }
    gp.get(CONDITION).await.expect(200);
    hospital.get("Provenance/p1").await.expect(404);
    // Nor does a claim take over what is the hospital's.
    vvt.put(CONDITION, &claimed).await.expect(404);
    world.consents(deny("org-pharmacy")).await;
    world.server.pharmacy().get("Condition/v1").await.expect(404);
}

on_both! {
    attack_18_conditional_writes,
    attack_19_transactions_with_a_forbidden_entry,
    attack_20_write_and_read_back,
    attack_21_labels_taken_away,
    attack_22_claims_about_origin,
}
