//! Search inference: what a search tells of what it does not give.

use serde_json::{Value, json};

use super::probe::{Three, is_empty, tells, told};
use crate::support::builders::{condition, patient, weight};
use crate::support::world::{CODE, CONDITION, PATIENT, World};
use crate::support::{Engine, Fixture as _, on_both};

async fn attack_01_chained_search_through_a_hidden_subject(three: Three) {
    three
        .probe(&[
            "Observation?patient.birthdate=1933-03-03",
            "Observation?subject:Patient.birthdate=1933-03-03&value-quantity=72.5",
            "Condition?patient.identifier={bert}",
            "Condition?subject:Patient.identifier={bert}",
            "Condition?patient.name=verborgen",
            "Condition?encounter.class=IMP",
            "Condition?encounter.patient.birthdate=1950-03-04",
            "MedicationRequest?encounter.class=IMP",
            "MedicationRequest?encounter.patient.birthdate=1950-03-04",
            "MedicationRequest?encounter:Encounter.subject:Patient.family=jansen",
            "Composition?entry:Condition.code=38341003",
            "Condition?patient._has:AllergyIntolerance:patient:code=91936005",
        ])
        .await;
    three.alike(&["MedicationRequest?patient.family=verborgen", "Encounter?patient.identifier={bert}"]).await;
}

async fn attack_02_has_value_probing(engine: Engine) {
    let three = Three::on(engine).await;
    three
        .probe(&[
            "Patient?_has:Condition:patient:code=38341003",
            "Patient?_has:Condition:subject:code=38341003",
            "Patient?_has:Condition:patient:code:not=35489007",
            "Patient?_has:Condition:patient:onset-date=ge2025",
            "Patient?_has:Condition:patient:onset-date:missing=false",
            "Patient?_has:Observation:patient:value-quantity=gt72",
            "Patient?_has:Encounter:patient:_has:Condition:encounter:code=38341003",
            "Patient?_has:Encounter:patient:class=IMP",
            "Encounter?_has:MedicationRequest:encounter:code=C03CA01",
            "Condition?_has:Composition:entry:status=final",
            "Patient?_id=ah,bh&_has:AllergyIntolerance:patient:code=91936005",
        ])
        .await;
    // Nobody asks through the log or through permissions, and of somebody else's there is nothing to find.
    three
        .alike(&[
            "Patient?_has:AuditEvent:patient:action=R",
            "Patient?_has:AuditEvent:entity:outcome=0",
            "Patient?_has:Consent:patient:status=active",
            "Patient?_has:Consent:patient:_lastUpdated=ge2020",
        ])
        .await;
    drop(three);
    from_the_directory(World::on(engine).await).await;
}

/// What everybody may see is no window on who points at it.
async fn from_the_directory(world: World) {
    let hospital = world.server.hospital();
    let doctor = json!({"resourceType": "Practitioner", "name": [{"family": "Kwikstaart"}]});
    hospital.put("Practitioner/d1", &doctor).await.expect(201);
    let mut treated = condition(PATIENT, CODE);
    treated["asserter"] = json!({"reference": "Practitioner/d1"});
    hospital.put("Condition/a1", &treated).await.expect(201);
    let (gp, vvt) = (world.server.gp(), world.server.vvt());
    vvt.get("Practitioner/d1").await.expect(200);
    let asked = [
        "Practitioner?_has:Condition:asserter:code=13645005",
        "Practitioner?_has:Condition:asserter:patient.birthdate=1950-03-04",
        "Practitioner?_has:Condition:asserter:_has:Composition:entry:status=final",
    ];
    tells(&gp, &vvt, "Kwikstaart", &asked[..2]).await;
    assert!(is_empty(&vvt.get(asked[2]).await));
    for path in ["Practitioner?_id=d1&_revinclude=Condition:asserter", "Practitioner/d1/Condition", "Practitioner/d1/*"]
    {
        let (open, shut) = (gp.get(path).await.expect(200), vvt.get(path).await.expect(200));
        assert!(told(&open).contains(CODE) && !told(&shut).contains(CODE), "{path}: {}", shut.text());
    }
}

async fn attack_03_counts(three: Three) {
    three
        .probe(&[
            "Condition?_total=accurate&_count=1",
            "Condition?_total=estimate&_count=1",
            "Condition?_total=accurate&_count=0",
            "Condition?_summary=count",
            "Condition?code=38341003&_summary=count",
            "Patient?birthdate=1933-03-03&_summary=count",
            "Patient?_summary=count&_total=estimate",
            "?_type=Condition,Observation&_summary=count",
            "?_type=Condition,Observation&_total=accurate&_count=1",
            "Condition/_history?_summary=count",
            "Condition/_history?_total=accurate&_count=1",
            "_history?_total=accurate&_count=1",
            "Patient/ah/*?_summary=count",
            "Patient/ah/Condition?_summary=count",
            "$graphql?query={ConditionConnection{count}}",
            "Observation/$lastn?category=vital-signs&patient=ah",
        ])
        .await;
}

async fn attack_04_includes(engine: Engine) {
    let three = Three::on(engine).await;
    three
        .probe(&[
            "MedicationRequest?_include=MedicationRequest:encounter",
            "MedicationRequest?_include=MedicationRequest:*",
            "MedicationRequest?_include=*",
            "MedicationRequest?_include:iterate=*",
            "MedicationRequest?_id=m1&_include=MedicationRequest:encounter:Encounter",
            "MedicationRequest?_id=m1&_include=MedicationRequest:subject&_revinclude:iterate=Condition:subject",
            "Patient?_id=ah&_revinclude=Condition:patient",
            "Patient?_id=ah&_revinclude=Condition:*",
            "Patient?_id=ah&_revinclude=*",
            "Patient?_id=ah&_revinclude=Encounter:patient&_revinclude:iterate=Condition:encounter",
            "?_type=MedicationRequest,Patient&_id=m1&_include=*",
            "Patient/ag/MedicationRequest?_include=MedicationRequest:encounter",
        ])
        .await;
    three.alike(&["Patient?_id=ah&_revinclude=Consent:patient", "Patient?_id=ah&_revinclude=AuditEvent:patient"]).await;
    drop(three);
    second_reference(World::on(engine).await).await;
}

/// Found by its second reference: it is about Bert, and names Anna whom the practice may see.
async fn second_reference(world: World) {
    let (hospital, gp) = (world.server.hospital(), world.server.gp());
    hospital.put("Patient/h2", &patient(&world.bert.bsn)).await.expect(201);
    let mut about = weight("Patient/h2", "2026-01-05", "81.5");
    about["focus"] = json!([{"reference": PATIENT}]);
    hospital.put("Observation/focus", &about).await.expect(201);
    for path in [
        "Patient?_id=h1&_revinclude=Observation:focus",
        "Patient?_id=h1&_revinclude=Observation:*",
        "Patient?_id=h1&_revinclude=*",
    ] {
        let found = gp.get(path).await.expect(200);
        assert!(found.matches() == [PATIENT] && !found.text().contains("81.5"), "{path}: {}", found.text());
        assert!(hospital.get(path).await.expect(200).included().contains(&"Observation/focus".to_owned()), "{path}");
    }
    tells(&hospital, &gp, "81.5", &["Observation?focus=Patient/h1", "Observation?focus:Patient.birthdate=1950-03-04"])
        .await;
}

async fn attack_05_the_order_of_what_is_hidden(three: Three) {
    three
        .probe(&[
            "Observation?_sort=value-quantity&_count=1",
            "Observation?_sort=-value-quantity&_count=1",
            "Observation?_sort=-date,value-quantity&_count=1",
            "Condition?_sort=code&_count=1",
            "Condition?_sort=-_lastUpdated&_count=1",
            "Patient?_sort=family&_count=1",
            "Patient?_sort=-family,birthdate&_count=1",
            "Patient?_sort=birthdate&_count=2",
            "Patient?_sort=_id&_count=1",
            "Patient/ah/Observation?_sort=value-quantity&_count=1",
            "$graphql?query={ObservationList(_sort:\"-value-quantity\",_count:1){id}}",
        ])
        .await;
}

async fn attack_07_that_something_changed(three: Three) {
    let asked = [
        "Condition?_lastUpdated=ge2026-01-01",
        "Condition/_history?_since=2020",
        "Patient?_lastUpdated=ge2026-03-02T09:00:00Z",
        "Patient/_history?_since=2020",
        "Patient/ah/$everything?_since=2020-01-01",
        "Patient/bh/$everything?_since=2020-01-01",
        "_history?_since=2026-03-02T09:00:00Z",
        "?_type=Condition,Patient&_lastUpdated=ge2026-01-01",
        "Observation?_lastUpdated=ge2026-01-01&_sort=-_lastUpdated",
    ];
    three.probe(&asked).await;
    // What happens to hidden things between two looks shows nowhere.
    for (world, shows) in [(&three.hidden, false), (&three.permitted, true)] {
        let (gp, hospital) = (world.server.gp(), world.server.hospital());
        let mut before = Vec::new();
        for path in asked {
            before.push(gp.get(path).await.text());
        }
        world.server.advance(60_000);
        hospital.put("Condition/s1", &condition("Patient/ah", "73211009")).await.expect(200);
        hospital.put("Condition/s9", &condition("Patient/bh", "73211009")).await.expect(201);
        hospital.put("Observation/s9", &weight("Patient/bh", "2026-01-05", "99")).await.expect(201);
        hospital.put("Patient/bh", &patient(&world.bert.bsn)).await.expect(200);
        hospital.delete("Composition/s1").await.expect(204);
        for (path, before) in asked.iter().zip(&before) {
            let after = gp.get(path).await.text();
            assert_eq!(without_moment(before) != without_moment(&after), shows, "{path}: {before}\n{after}");
        }
    }
}

/// A Bundle without the moment at which it was made and without its sealed links.
fn without_moment(bundle: &str) -> Value {
    let mut bundle: Value = serde_json::from_str(bundle).expect("json");
    for name in ["id", "meta", "link"] {
        bundle.as_object_mut().expect("object").remove(name);
    }
    bundle
}

async fn attack_08_other_ways_to_ask(engine: Engine) {
    let three = Three::on(engine).await;
    three
        .probe(&[
            "Condition?_filter=code eq 38341003",
            "Condition?_filter=code eq 38341003 or encounter.class eq IMP",
            "Condition?_filter=not (code eq 1)",
            "Condition?_filter=patient.birthdate eq 1933-03-03",
            "Condition?_filter=(_id eq s1) or (_id eq b1)",
            "Patient?_filter=family co \"erborg\"",
            "Patient?identifier={bert}",
            "Condition?clinical-status:in=http://hl7.org/fhir/ValueSet/condition-clinical",
            "Condition?clinical-status:not-in=http://hl7.org/fhir/ValueSet/administrative-gender",
            "Condition?_content=38341003",
            "Observation?code-value-quantity=29463-7$gt71",
            "Observation?combo-code-value-quantity=29463-7$gt71",
            "?_type=Condition,Encounter&_filter=_id eq e1",
        ])
        .await;
    three
        .alike(&[
            "Condition?_query=everything",
            "Condition?code:below=http://snomed.info/sct|38341003",
            "Condition?code:above=http://snomed.info/sct|38341003",
            "Condition?patient:identifier={bert}",
            "Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|NNNLD|{bert}",
            "Condition?_list=s1",
            "Condition?_filter=code eq 1' or '1'='1",
            "Condition?code=1' OR '1'='1",
            "Condition?_sort=code;drop",
        ])
        .await;
    drop(three);
    by_list(World::on(engine).await).await;
}

/// `_list` through a list that is hidden, and through one of the asker's own that names what is hidden.
async fn by_list(world: World) {
    let list = |entry: &str| {
        json!({
            "resourceType": "List", "status": "current", "mode": "working", "subject": {"reference": PATIENT},
            "entry": [{"item": {"reference": entry}}],
        })
    };
    world.server.hospital().put("List/l1", &list(CONDITION)).await.expect(201);
    world.server.vvt().put("List/own", &list(CONDITION)).await.expect(201);
    let (gp, vvt) = (world.server.gp(), world.server.vvt());
    tells(&gp, &vvt, CODE, &["Condition?_list=l1", "Condition?_list=l1&_summary=false"]).await;
    for path in ["Condition?_list=own", "Condition?_list=own,l1", "List?item:Condition.code=13645005"] {
        assert_eq!(vvt.get(path).await.json()["entry"], Value::Null, "{path}");
    }
    assert_eq!(gp.get("List?item:Condition.code=13645005").await.expect(200).matches(), ["List/l1"]);
}

async fn attack_09_words_of_hidden_text(world: World) {
    let mut body = condition(PATIENT, "38341003");
    body["text"] = json!({
        "status": "additional",
        "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">kwikstaart aan de waterkant</div>",
    });
    body["note"] = json!([{"text": "een goudplevier"}]);
    world.server.hospital().put("Condition/t1", &body).await.expect(201);
    let (gp, vvt) = (world.server.gp(), world.server.vvt());
    let asked = [
        "Condition?_text=kwikstaart",
        "Condition?_content=goudplevier",
        "Condition?_content=kwikstaart&_summary=count",
        "?_type=Condition,Observation&_content=goudplevier",
        "Condition?_text=kwik* OR niets",
    ];
    for path in asked {
        let (open, shut) = (gp.get(path).await, vvt.get(path).await);
        let found = |text: String| text.contains("Condition/t1") || text.contains("\"total\":1");
        assert!(!found(shut.text()) && shut.status == open.status, "{path}: {}", shut.text());
        assert!(found(open.text()) || open.status == 400, "{path}, permitted: {}", open.text());
    }
    assert_eq!(gp.get(asked[0]).await.expect(200).matches(), ["Condition/t1"]);
    // Nor does the order or a score of what may be seen tell of what may not.
    let own = |text: &str| {
        let mut body = condition(&world.bert.reference(), "1");
        body["note"] = json!([{"text": text}]);
        body
    };
    vvt.put("Condition/v1", &own("goudplevier")).await.expect(201);
    vvt.put("Condition/v2", &own("goudplevier en nog veel meer woorden van een verslag")).await.expect(201);
    let before = vvt.get("Condition?_content=goudplevier").await.expect(200);
    assert_eq!(before.matches(), ["Condition/v1", "Condition/v2"]);
    for at in 0..20 {
        world.server.hospital().put(&format!("Condition/w{at}"), &body).await.expect(201);
    }
    let after = vvt.get("Condition?_content=goudplevier").await.expect(200);
    assert_eq!(before.text(), after.text());
    assert!(!after.text().contains("score"), "{}", after.text());
}

/// What stands in records does not show in what a code or a value set is said to be.
async fn attack_12_terminology(three: Three) {
    let asked = [
        "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/condition-clinical",
        "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&filter=f",
        "CodeSystem/$lookup?system=http://terminology.hl7.org/CodeSystem/condition-clinical&code=active",
        "CodeSystem/$lookup?system=http://snomed.info/sct&code=38341003",
        "ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/condition-clinical&code=active\
         &system=http://terminology.hl7.org/CodeSystem/condition-clinical",
        "ConceptMap/$translate?system=http://snomed.info/sct&code=38341003",
    ];
    three.alike(&asked).await;
    let known = three.permitted.server.gp().get(asked[0]).await.expect(200);
    assert!(known.text().contains("\"active\"") && !known.text().contains("count"), "{}", known.text());
    three.probe(&["Condition?clinical-status:in=http://hl7.org/fhir/ValueSet/condition-clinical"]).await;
}

on_both! {
    attack_01_chained_search_through_a_hidden_subject,
    attack_02_has_value_probing,
    attack_03_counts,
    attack_04_includes,
    attack_05_the_order_of_what_is_hidden,
    attack_07_that_something_changed,
    attack_08_other_ways_to_ask,
    attack_09_words_of_hidden_text,
    attack_12_terminology,
}
