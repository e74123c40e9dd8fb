//! Reads of what is not the caller's: by id, as it was, as it is gone, and by the headers of HTTP.

use serde_json::Value;

use super::probe::{Three, tells};
use crate::access::hidden::World as Hidden;
use crate::support::builders::{bundle, condition};
use crate::support::world::{CODE, CONDITION, PATIENT, World};
use crate::support::{Caller, Engine, Fixture as _, on_both};

async fn attack_14_guessed_ids(engine: Engine) {
    let three = Three::on(engine).await;
    three
        .probe(&[
            "Condition/s1",
            "Condition/s2",
            "Condition/s1/_history/1",
            "Condition/s1/_history/2",
            "Condition/s1?_summary=text",
            "Condition/s1?_format=xml",
            "Encounter/e1",
            "Patient/bh",
            "Composition/s1?_elements=title",
            "Observation/s1",
        ])
        .await;
    three.alike(&["Condition/s1/_history/9", "Condition/s1/_history/0", "Condition/s1/_history/-1"]).await;
    three
        .each(async |_, gp: Caller<'_>| {
            vec![
                ("head", gp.head("Condition/s1").await),
                ("head of a version", gp.head("Condition/s1/_history/1").await),
                ("head of a patient", gp.head("Patient/bh").await),
                ("in a batch", gp.post("", &bundle("batch", vec![("GET", "Condition/s1", Value::Null)])).await),
                ("head in a batch", gp.post("", &bundle("batch", vec![("HEAD", "Condition/s1", Value::Null)])).await),
            ]
        })
        .await;
    drop(three);
    // Ids of the server tell neither order nor time: version 4, from the source of randomness.
    let world = World::on(engine).await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(world.server.gp().post("Condition", &condition(PATIENT, CODE)).await.expect(201).id());
    }
    for pair in ids.windows(2) {
        assert!(pair[0].len() == 36 && pair[0].as_bytes()[14] == b'4' && pair[0][..8] != pair[1][..8], "{pair:?}");
    }
}

async fn attack_16_deleted_and_hidden(three: Three) {
    three
        .probe(&[
            "Condition/gone",
            "Condition/gone/_history",
            "Condition/gone/_history/1",
            "Condition/gone/_history/2",
            "Condition/gone/_history?_count=1",
            "_history?_count=500",
        ])
        .await;
    three
        .alike(&["Condition/gone/$meta", "Condition?_id=gone", "Condition/gone/$validate", "Condition/gone/_history/3"])
        .await;
    three.permitted.server.gp().get("Condition/gone").await.expect(410);
    three
        .each(async |_, gp: Caller<'_>| {
            vec![
                ("head", gp.head("Condition/gone").await),
                ("etag", gp.with("if-none-match", "W/\"2\"").get("Condition/gone").await),
                ("patch", gp.patch("Condition/gone", &serde_json::json!([])).await),
            ]
        })
        .await;
}

async fn attack_17_etags_and_version_numbers(three: Three) {
    three
        .each(async |_: &Hidden, gp: Caller<'_>| {
            let body = condition("Patient/ag", "1");
            let patch = serde_json::json!([{"op": "replace", "path": "/onsetDateTime", "value": "2024"}]);
            vec![
                ("304 by the first version", gp.with("if-none-match", "W/\"1\"").get("Condition/s1").await),
                ("304 by the current one", gp.with("if-none-match", "W/\"2\"").get("Condition/s1").await),
                ("304 by any", gp.with("if-none-match", "*").get("Condition/s1").await),
                (
                    "304 by time",
                    gp.with("if-modified-since", "Mon, 02 Mar 2026 09:00:00 GMT").get("Condition/s1").await,
                ),
                (
                    "304 by a later time",
                    gp.with("if-modified-since", "Mon, 02 Mar 2099 09:00:00 GMT").get("Condition/s1").await,
                ),
                ("412 of an update", gp.with("if-match", "W/\"2\"").put("Condition/s1", &body).await),
                ("412 of a patch", gp.with("if-match", "W/\"1\"").patch("Condition/s1", &patch).await),
                ("412 of a deletion", gp.with("if-match", "W/\"1\"").delete("Condition/s1").await),
                ("a range", gp.with("range", "bytes=0-3").get("Condition/s1").await),
                ("304 of a patient", gp.with("if-none-match", "W/\"1\"").head("Patient/bh").await),
            ]
        })
        .await;
}

async fn attack_29_operations_on_what_is_hidden(three: Three) {
    three
        .probe(&[
            "Patient/bh/$everything",
            "Patient/ah/$everything",
            "Patient/ah/$everything?_type=Condition,AllergyIntolerance",
            "Patient/ah/$everything?start=2020-01-01&end=2030-01-01&_count=1",
            "Encounter/e1/$everything",
            "Observation/$lastn?patient=ah&category=vital-signs",
            "Observation/$lastn?patient=bh&category=vital-signs",
            "Composition/s1/$document",
            "Patient/bh/$acp",
            "Patient/bh/$medication-overview",
            "Patient/bh/$eoverdracht",
            "Patient/bh/$consent-check?organisation=org-gp&category=problems",
            "Condition/s1/$validate",
            "Condition/s1/$graphql?query={code{coding{code}}}",
            "Condition/s1/$meta",
            "$meta",
            "Patient/bh/*",
            "Encounter/e1/Condition",
        ])
        .await;
    three
        .alike(&[
            "Patient/bh/$consent-check?organisation=org-vvt&category=problems",
            "Patient/bh/$graph?graph=x",
            "Patient/bh/$diff",
            "Condition/s1/$nonsense",
            "Patient/$everything",
            "Patient/bh/$export",
            "$export",
            "Patient/bh/$summary",
        ])
        .await;
    three
        .each(async |world: &Hidden, gp: Caller<'_>| {
            let bsn = serde_json::json!([{"system": crate::support::builders::BSN, "value": world.bert.bsn}]);
            let who = serde_json::json!({"resourceType": "Patient", "identifier": bsn});
            let none = serde_json::json!({"resourceType": "Parameters"});
            let tag = serde_json::json!({"tag": [{"system": "urn:t", "code": "t"}]});
            let tag =
                serde_json::json!({"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": tag}]});
            let bundled = bundle("batch", vec![("GET", "Patient/bh/$everything", Value::Null)]);
            vec![
                ("match", gp.post("Patient/$match", &who).await),
                ("everything by POST", gp.post("Patient/bh/$everything", &none).await),
                ("everything in a batch", gp.post("", &bundled).await),
                ("validate by POST", gp.post("Condition/s1/$validate", &none).await),
                ("add a tag", gp.post("Condition/s1/$meta-add", &tag).await),
                ("validate a deletion", gp.get("Condition/s1/$validate?mode=delete").await),
            ]
        })
        .await;
}

/// GraphQL asks through the same door, however often and however deep.
async fn attack_33_graphql(engine: Engine) {
    let three = Three::on(engine).await;
    three
        .probe(&[
            "$graphql?query={Condition(id:\"s1\"){id code{coding{code}}}}",
            "$graphql?query={a:Condition(id:\"s1\"){id} b:Condition(id:\"s2\"){id} c:Patient(id:\"bh\"){id}}",
            "$graphql?query={ConditionList{id}}",
            "$graphql?query={ConditionList(code:\"38341003\"){subject{resource{...on Patient{birthDate}}}}}",
            "$graphql?query={MedicationRequest(id:\"m1\"){encounter{resource{...on Encounter{status}}}}}",
            "$graphql?query={MedicationRequestList{encounter{resource(optional:true){id}}}}",
            "$graphql?query={Patient(id:\"ah\"){ConditionList(_reference:patient){id}}}",
            "$graphql?query={PatientList(birthdate:\"1933-03-03\"){id}}",
            "$graphql?query={ConditionConnection(_count:1){count next edges{resource{id}}}}",
            "$graphql?query=query x{ConditionList{id}} ",
            "Patient/ah/$graphql?query={ConditionList(_reference:subject){id}}",
            "Patient/bh/$graphql?query={id}",
            "MedicationRequest/m1/$graphql?query={encounter{resource{id}}}",
        ])
        .await;
    three
        .alike(&[
            "$graphql?query={__schema{types{name}}}",
            "$graphql?query={AuditEventList{id}}",
            "$graphql?query={ConsentList{id}}",
            "$graphql?query={Consent(id:\"k1\"){id}}",
            "$graphql?query=mutation{ConditionDelete(id:\"s1\"){id}}",
        ])
        .await;
    drop(three);
    let world = World::on(engine).await;
    let query = format!("$graphql?query={{{}}}", "a:Condition(id:\"c1\"){code{coding{code}}}");
    let (gp, vvt) = (world.server.gp(), world.server.vvt());
    assert!(gp.get(&query).await.expect(200).text().contains(CODE));
    assert!(!vvt.get(&query).await.text().contains(CODE));
    assert!(!gp.scope("system/Patient.rs").get(&query).await.text().contains(CODE), "a token for another type");
    // A thousand aliases, or the same nested a hundred deep, is refused, for those who may see it as well.
    let aliases: Vec<String> = (0..1000).map(|at| format!("a{at}:Condition(id:\"c{at}\"){{id}}")).collect();
    let nested = "subject{resource{...on Patient{ConditionList(_reference:patient){".repeat(40);
    for text in [format!("{{{}}}", aliases.join(" ")), format!("{{ConditionList{{{nested}id{}", "}}}}".repeat(41))] {
        let answer = gp.post("$graphql", &serde_json::json!({"query": text})).await;
        assert!(answer.status == 400 || answer.json()["errors"].is_array(), "{}", answer.status);
    }
    tells(&gp, &vvt, CODE, &[CONDITION]).await;
}

on_both! {
    attack_14_guessed_ids,
    attack_16_deleted_and_hidden,
    attack_17_etags_and_version_numbers,
    attack_29_operations_on_what_is_hidden,
    attack_33_graphql,
}
