//! Read and vread (<https://hl7.org/fhir/R4/http.html#read>).

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

async fn a_read_answers_with_the_resource_and_its_version(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let made = hospital.post("Condition", &condition(&patient, "1")).await.expect(201);
    let path = format!("Condition/{}", made.id());
    let read = hospital.get(&path).await.expect(200);
    assert_eq!(read.body, made.body, "the bytes are those of the write");
    assert_eq!(read.header("etag"), "W/\"1\"");
    assert_eq!(read.header("last-modified"), "Mon, 02 Mar 2026 09:00:00 GMT");
    assert_eq!(read.header("content-type"), "application/fhir+json; charset=utf-8");
    let head = hospital.head(&path).await.expect(200);
    assert_eq!((head.header("etag"), head.body.len()), ("W/\"1\"", 0));
    hospital.with("if-none-match", "W/\"1\"").get(&path).await.expect(304);
    hospital.with("if-none-match", "W/\"2\"").get(&path).await.expect(200);
}

async fn what_the_caller_holds_is_not_sent_again(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    server.advance(1_500);
    hospital.put("Condition/c1", &condition(&patient, "2")).await.expect(200);
    for (name, value, current, old) in [
        ("if-none-match", "W/\"2\"", 304, 200),
        ("if-none-match", "\"2\"", 304, 200),
        ("if-none-match", "W/\"7\", W/\"2\"", 304, 200),
        ("if-none-match", "*", 304, 304),
        ("if-none-match", "W/\"1\"", 200, 304),
        ("if-modified-since", "Mon, 02 Mar 2026 09:00:01 GMT", 304, 304),
        ("if-modified-since", "Mon, 02 Mar 2026 09:00:00 GMT", 200, 304),
        ("if-modified-since", "nonsense", 200, 200),
    ] {
        let caller = hospital.with(name, value);
        for (path, status) in [("Condition/c1", current), ("Condition/c1/_history/1", old)] {
            let answer = caller.get(path).await.expect(status);
            assert!(
                answer.header("etag").starts_with("W/") && !answer.header("last-modified").is_empty(),
                "{name} {value}"
            );
            assert_eq!(answer.body.is_empty(), status == 304, "{name}: {value}");
            assert_eq!(caller.head(path).await.status, status);
        }
    }
    let both = hospital.with("if-none-match", "W/\"1\"").with("if-modified-since", "Mon, 02 Mar 2027 09:00:00 GMT");
    both.get("Condition/c1").await.expect(200);
}

async fn head_answers_like_get_without_a_body(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    for path in [
        "metadata",
        "Condition/c1",
        "Condition/c1/_history/1",
        "Condition/c1/_history",
        "Condition/_history",
        "_history",
        "Condition?code=1",
        &format!("{patient}/Condition"),
        "Condition/c1/$meta",
        "Condition/absent",
        "Condition?nonsense=1",
    ] {
        let (get, head) = (hospital.get(path).await, hospital.head(path).await);
        assert_eq!((get.status, head.body.len()), (head.status, 0), "{path}");
        for name in ["etag", "last-modified", "content-type", "content-length"] {
            assert_eq!(get.header(name), head.header(name), "{path} {name}");
        }
    }
}

async fn a_write_waits_for_nothing_to_be_there(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let writer = hospital.with("if-none-match", "*");
    writer.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    writer.put("Condition/c1", &condition(&patient, "2")).await.expect(412);
    hospital.delete("Condition/c1").await.expect(204);
    writer.put("Condition/c1", &condition(&patient, "3")).await.expect(201);
    hospital.with("if-none-match", "W/\"1\"").put("Condition/c1", &condition(&patient, "1")).await.expect(400);
    hospital.with("if-match", "W/\"0\"").put("Condition/c1", &condition(&patient, "1")).await.expect(400);
}

async fn a_version_can_be_read_after_it_was_replaced(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    server.advance(1000);
    hospital.put("Condition/c1", &condition(&patient, "2")).await.expect(200);
    let old = hospital.get("Condition/c1/_history/1").await.expect(200);
    assert_eq!((old.header("etag"), old.json()["code"]["coding"][0]["code"].as_str()), ("W/\"1\"", Some("1")));
    let new = hospital.get("Condition/c1/_history/2").await.expect(200);
    assert_eq!(new.json()["meta"]["lastUpdated"], "2026-03-02T09:00:01.000Z");
    for version in ["0", "3", "-1", "x", "1.0", "99999999999999999999"] {
        hospital.get(&format!("Condition/c1/_history/{version}")).await.expect(404);
    }
}

async fn what_is_not_there_is_told_in_an_outcome(server: Server) {
    let (hospital, _) = hospital(&server).await;
    for (path, status) in [
        ("Condition/absent", 404),
        ("Nothing/1", 404),
        ("Condition/absent/_history", 404),
        ("Condition/a/b/c/d", 404),
        ("Condition/1/$nonsense", 404),
        ("Patient/absent/_history", 404),
        ("AuditEvent/1/_history", 404),
        ("%00/1", 404),
    ] {
        let answer = hospital.get(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert_eq!(answer.json()["resourceType"], "OperationOutcome", "{path}");
    }
    for (method, path) in
        [("DELETE", "metadata"), ("PUT", "Condition/1/_history"), ("TRACE", "Condition/1"), ("PUT", "")]
    {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = hospital.send(method.clone(), path, None).await.expect(405);
        assert_eq!(answer.json()["resourceType"], "OperationOutcome", "{method} {path}");
    }
}

async fn the_form_of_the_answer_is_negotiated(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    for (accept, media) in [
        ("application/fhir+json", "application/fhir+json"),
        ("*/*", "application/fhir+json"),
        ("application/fhir+xml", "application/fhir+xml"),
        ("application/fhir+json;q=0.1, application/fhir+xml", "application/fhir+xml"),
        ("text/xml", "application/fhir+xml"),
    ] {
        let answer = hospital.with("accept", accept).get("Condition/c1").await.expect(200);
        assert!(answer.header("content-type").starts_with(media), "{accept}");
    }
    hospital.with("accept", "image/png").get("Condition/c1").await.expect(406);
    let by_query = hospital.get("Condition/c1?_format=xml").await.expect(200);
    assert!(by_query.text().starts_with('<'));
    hospital.get("Condition/c1?_format=pdf").await.expect(406);
}

on_both! {
    a_read_answers_with_the_resource_and_its_version,
    what_the_caller_holds_is_not_sent_again,
    head_answers_like_get_without_a_body,
    a_write_waits_for_nothing_to_be_there,
    a_version_can_be_read_after_it_was_replaced,
    what_is_not_there_is_told_in_an_outcome,
    the_form_of_the_answer_is_negotiated,
}
