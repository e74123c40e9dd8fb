//! `$graphql` (<https://hl7.org/fhir/R4/graphql.html>).

use serde_json::{Value, json};

use super::hospital;
use crate::support::builders::{bundle, condition, encounter, weight};
use crate::support::{Caller, Response, Server, on_both};

async fn record(server: &Server) -> (Caller<'_>, String) {
    let (hospital, patient) = hospital(server).await;
    let mut person = hospital.get(&patient).await.json();
    person["name"] = json!([
        {"use": "official", "family": "Jansen", "given": ["Anna", "Maria"]},
        {"use": "nickname", "given": ["An"]},
        {"family": "Smit", "given": ["Anna"]},
    ]);
    person["managingOrganization"] = json!({"reference": "Organization/org-hospital"});
    person["contained"] = json!([{"resourceType": "Practitioner", "id": "p", "name": [{"family": "Arts"}]}]);
    person["generalPractitioner"] = json!([{"reference": "#p"}, {"reference": "Practitioner/none"}]);
    person["_birthDate"] = json!({"extension": [{"url": "urn:x", "valueString": "y"}]});
    hospital.put(&patient, &person).await.expect(200);
    let mut problem = condition(&patient, "38341003");
    problem["encounter"] = json!({"reference": "Encounter/e1"});
    let requests = vec![
        ("PUT", "Encounter/e1", encounter(&patient)),
        ("PUT", "Condition/c1", problem),
        ("PUT", "Condition/c2", condition(&patient, "73211009")),
        ("PUT", "Observation/o1", weight(&patient, "2026-01-05", "72.50")),
    ];
    hospital.post("", &bundle("transaction", requests)).await.expect(200);
    (hospital, patient)
}

async fn ask(caller: &Caller<'_>, place: &str, query: &str) -> Response {
    caller.post(&format!("{place}$graphql"), &json!({"query": query})).await
}

/// The data, when nothing went wrong.
async fn data(caller: &Caller<'_>, place: &str, query: &str) -> Value {
    let body = ask(caller, place, query).await.expect(200).json();
    assert_eq!(body["errors"], Value::Null, "{query}: {body}");
    body["data"].clone()
}

async fn fields_lists_and_directives_shape_the_answer(server: Server) {
    let (hospital, patient) = record(&server).await;
    let place = format!("{patient}/");
    for (query, expected) in [
        (
            "{resourceType birthDate gender}",
            json!({"resourceType": "Patient", "birthDate": "1950-03-04", "gender": "female"}),
        ),
        (
            "{born: birthDate __typename deceasedBoolean}",
            json!({"born": "1950-03-04", "__typename": "Patient", "deceasedBoolean": null}),
        ),
        (
            "{_birthDate {extension {url valueString}}}",
            json!({"_birthDate": {"extension": [{"url": "urn:x", "valueString": "y"}]}}),
        ),
        ("{name(use: official) {family given}}", json!({"name": [{"family": "Jansen", "given": ["Anna", "Maria"]}]})),
        ("{name(fhirpath: \"family.exists()\") {family}}", json!({"name": [{"family": "Jansen"}, {"family": "Smit"}]})),
        ("{name(_offset: 1, _count: 1) {use}}", json!({"name": [{"use": "nickname"}]})),
        (
            "{name {family} name {use}}",
            json!({"name": [
                {"family": "Jansen", "use": "official"}, {"family": null, "use": "nickname"}, {"family": "Smit", "use": null},
            ]}),
        ),
        ("{name @first {family}}", json!({"name": [{"family": "Jansen"}]})),
        (
            "{name @flatten {family given}}",
            json!({"family": ["Jansen", "Smit"], "given": ["Anna", "Maria", "An", "Anna"]}),
        ),
        ("{name(use: official) @flatten {family @singleton}}", json!({"family": "Jansen"})),
        (
            "{name(fhirpath: \"use.exists()\") @slice(path: \"use\") {given}}",
            json!({
                "name.official": [{"given": ["Anna", "Maria"]}], "name.nickname": [{"given": ["An"]}],
            }),
        ),
        ("{gender @skip(if: true) birthDate @include(if: true)}", json!({"birthDate": "1950-03-04"})),
        (
            "{...who ... on Patient {birthDate} ... on Group {quantity}} fragment who on Patient {gender}",
            json!({
                "gender": "female", "birthDate": "1950-03-04",
            }),
        ),
        (
            "{generalPractitioner(_count: 1) {resource {... on Practitioner {name {family}}}}}",
            json!({
                "generalPractitioner": [{"resource": {"name": [{"family": "Arts"}]}}],
            }),
        ),
        (
            "{generalPractitioner {reference resource(optional: true) {id}}}",
            json!({"generalPractitioner": [
                {"reference": "#p", "resource": {"id": "p"}}, {"reference": "Practitioner/none", "resource": null},
            ]}),
        ),
    ] {
        assert_eq!(data(&hospital, &place, query).await, expected, "{query}");
    }
    let number = ask(&hospital, "Observation/o1/", "{valueQuantity {value unit}}").await.text();
    assert!(number.contains("72.50"), "a number stays as it was written: {number}");
    let two = ask(&hospital, &place, "{name @flatten {family @singleton}}").await.expect(200).json();
    assert_eq!((&two["data"]["family"], two["errors"].is_array()), (&json!("Jansen"), true), "{two}");
    let lost = ask(&hospital, &place, "{generalPractitioner(_offset: 1) {resource {id}}}").await.expect(200).json();
    assert_eq!(lost["errors"][0]["path"], json!(["generalPractitioner", "resource"]), "{lost}");
}

async fn resources_are_read_searched_and_followed_both_ways(server: Server) {
    let (hospital, patient) = record(&server).await;
    let id = patient.trim_start_matches("Patient/");
    let read = format!("{{one: Patient(id: \"{id}\") {{id}} none: Patient(id: \"nobody\") {{id}}}}");
    assert_eq!(data(&hospital, "", &read).await, json!({"one": {"id": id}, "none": null}));
    let list = "{ConditionList(code: \"38341003\") {id subject {resource(type: Patient) {birthDate}} encounter {resource {... on Encounter {status}}}}}";
    assert_eq!(
        data(&hospital, "", list).await,
        json!({"ConditionList": [
            {"id": "c1", "subject": {"resource": {"birthDate": "1950-03-04"}}, "encounter": {"resource": {"status": "finished"}}},
        ]})
    );
    let sorted = "{ConditionList(_sort: \"_id\", _count: 1, _offset: 1) {id}}";
    assert_eq!(data(&hospital, "", sorted).await, json!({"ConditionList": [{"id": "c2"}]}));
    let back =
        "{ConditionList(_reference: patient, code: \"73211009\") {id} ObservationList(_reference: subject) {id}}";
    let found = data(&hospital, &format!("{patient}/"), back).await;
    assert_eq!(found, json!({"ConditionList": [{"id": "c2"}], "ObservationList": [{"id": "o1"}]}));
    let first = "{ConditionConnection(_count: 1, _sort: \"_id\") {count pagesize next edges {mode resource {id}}}}";
    let page = data(&hospital, "", first).await;
    let page = &page["ConditionConnection"];
    assert_eq!((&page["count"], &page["edges"][0]["resource"]["id"]), (&json!(2), &json!("c1")), "{page}");
    let body = json!({
        "query": "query Next($cursor: String!) {ConditionConnection(_cursor: $cursor) {next edges {resource {id}}}} query Other {PatientList {id}}",
        "operationName": "Next", "variables": {"cursor": page["next"]},
    });
    let next = hospital.post("$graphql", &body).await.expect(200).json();
    assert_eq!(
        next["data"],
        json!({"ConditionConnection": {"next": null, "edges": [{"resource": {"id": "c2"}}]}}),
        "{next}"
    );
    let get = format!("{patient}/$graphql?query={}", urlencoding::encode("{gender}"));
    let answer = hospital.get(&get).await.expect(200);
    assert_eq!(
        (answer.json(), answer.header("content-type")),
        (json!({"data": {"gender": "female"}}), "application/json; charset=utf-8")
    );
    let bare = hospital
        .send(reqwest::Method::POST, "$graphql", Some(("application/graphql", "{PatientList {id}}".into())))
        .await;
    assert_eq!(bare.expect(200).json()["data"]["PatientList"][0]["id"], id);
}

/// What is hidden is null as what is absent, in every way that leads there.
async fn what_is_hidden_is_null(server: Server) {
    let (_, patient) = record(&server).await;
    let id = patient.trim_start_matches("Patient/");
    let gp = server.gp();
    let query = |id: &str, code: &str| {
        format!(
            "{{Patient(id: \"{id}\") {{id}} ConditionList(code: \"{code}\") {{id}} PatientList(_id: \"{id}\") {{id}} \
             ConditionConnection(code: \"{code}\") {{count next edges {{resource {{id}}}}}}}}"
        )
    };
    let hidden = ask(&gp, "", &query(id, "38341003")).await.expect(200).json();
    let absent = ask(&gp, "", &query("nobody", "1")).await.expect(200).json();
    assert_eq!(hidden, absent);
    assert_eq!(hidden["data"]["Patient"], Value::Null);
    ask(&gp, &format!("{patient}/"), "{id}").await.expect(404);
    gp.put("Patient/g1", &crate::support::builders::patient(&crate::support::region::bsn(8))).await.expect(201);
    for reference in ["Encounter/e1", "Encounter/none"] {
        let mut problem = condition("Patient/g1", "1");
        problem["encounter"] = json!({"reference": reference});
        gp.put("Condition/g1", &problem).await;
        let seen = ask(&gp, "Condition/g1/", "{encounter {resource {id}}}").await.expect(200).json();
        assert_eq!(seen["data"], json!({"encounter": {"resource": null}}), "{reference}: {seen}");
    }
    let before = server.audits().await;
    ask(&gp, "", &query(id, "1")).await.expect(200);
    assert_eq!(server.audits().await - before, 4, "each read and search leaves its record");
}

async fn what_is_no_query_or_costs_too_much_is_refused(server: Server) {
    let (hospital, patient) = record(&server).await;
    let deep = format!("{{{}id{}}}", "partOf {resource(type: Organization) {".repeat(30), "}}".repeat(30));
    let place = format!("{patient}/");
    for (place, query) in [
        ("", "{"),
        ("", ""),
        ("", "mutation {PatientDelete(id: \"x\") {id}}"),
        ("", "subscription {PatientList {id}}"),
        ("", "{__schema {types {name}}}"),
        ("", "{PatientList {nonsense}}"),
        ("", "{PatientList}"),
        ("", "{NothingList {id}}"),
        ("", "{PatientList {name(nonsense: 1) {family}}}"),
        ("", "{PatientList {birthDate {x}}}"),
        ("", "{PatientList @upside {id}}"),
        ("", "{PatientList {...lost}}"),
        ("", "{PatientList {...a}} fragment a on Patient {...a}"),
        ("", "{Patient {id}}"),
        ("", "query A {PatientList {id}} query B {PatientList {id}}"),
        ("", "query A($x: String!) {PatientList(name: $x) {id}}"),
        ("", "{PatientList(name: $x) {id}}"),
        ("", "{PatientList(_include: \"Patient:organization\") {id}}"),
        ("", "{PatientList(_count: 1001) {id}}"),
        (place.as_str(), "{ConditionList {id}}"),
        (place.as_str(), "{a: gender a: birthDate}"),
        (place.as_str(), "{name(fhirpath: \"((\") {family}}"),
        ("Organization/org-hospital/", deep.as_str()),
    ] {
        let refused = ask(&hospital, place, query).await.expect(400).json();
        assert_eq!(
            refused["errors"][0]["extensions"]["resource"]["resourceType"], "OperationOutcome",
            "{query}: {refused}"
        );
    }
    let wrong = ask(&hospital, "", "{PatientList(nonsense: \"x\") {id}}").await.expect(200).json();
    assert!(wrong["errors"].is_array() && wrong["data"]["PatientList"].is_null(), "{wrong}");
    let many: Vec<String> = (0..201).map(|at| format!("p{at}: Patient(id: \"x{at}\") {{id}}")).collect();
    ask(&hospital, "", &format!("{{{}}}", many.join(" "))).await.expect(400);
    ask(&server.nobody(), "", "{PatientList {id}}").await.expect(401);
    ask(&hospital, "Nothing/1/", "{id}").await.expect(404);
    let narrow = hospital.scope("system/Condition.rs");
    let seen = ask(&narrow, "", "{PatientList {id} ConditionList(_id: \"c1\") {id subject {resource {id}}}}")
        .await
        .expect(200)
        .json();
    assert_eq!(
        seen["data"],
        json!({"PatientList": null, "ConditionList": [{"id": "c1", "subject": {"resource": null}}]})
    );
}

on_both! {
    fields_lists_and_directives_shape_the_answer,
    resources_are_read_searched_and_followed_both_ways,
    what_is_hidden_is_null,
    what_is_no_query_or_costs_too_much_is_refused,
}
