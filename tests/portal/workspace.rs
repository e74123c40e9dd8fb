//! The workspace of the professional: nothing without permission, an emergency with a reason, handoffs.

use serde_json::{Value, json};

use super::people::{as_patient, as_professional, choose, link, officer, patient_with_record, post, professional};
use crate::support::browser::{Browser, hidden};
use crate::support::region::organization;
use crate::support::{Server, builders, on_both};

on_both!(
    a_professional_finds_only_who_permits,
    an_emergency_needs_a_reason_and_ends,
    a_handoff_is_read_accepted_and_completed,
    a_handoff_waits_and_then_does_not_take_place,
    a_place_is_asked_for_without_a_name,
    the_privacy_officer_reviews_each_emergency,
);

const HOUR: i64 = 3_600_000;

async fn search(browser: &mut Browser<'_>, bsn: &str) -> String {
    post(browser, "/zorg/zoeken", "/zorg/zoeken", &[("bsn", bsn)]).await.text
}

async fn the_privacy_officer_reviews_each_emergency(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    professional(&server, "post", "gp_post").await;
    for kind in ["gp_post", "gp"] {
        officer(&server, &format!("fg-{kind}"), kind).await;
    }
    let mut watcher = as_professional(&server, "fg-gp_post").await;
    let page = watcher.get("/zorg").await;
    assert!(
        page.address.ends_with("/zorg/toezicht") && page.text.contains("Er is niets te beoordelen"),
        "{}",
        page.text
    );
    for path in ["/zorg/zoeken", "/zorg/spoed", &format!("/zorg/patient/{}", person.id)] {
        assert!(watcher.get(path).await.address.ends_with("/zorg/toezicht"), "{path} is for who treats somebody");
    }
    let mut doctor = as_professional(&server, "post").await;
    let fields = [("bsn", person.bsn.as_str()), ("reason", "Bewusteloos <b>gevonden</b>"), ("confirm", "1")];
    post(&mut doctor, "/zorg/spoed", "/zorg/spoed", &fields).await;

    let page = watcher.get("/zorg/toezicht").await;
    assert_eq!(page.text.matches("name=\"id\"").count(), 1, "{}", page.text);
    for part in ["Dokter post", &person.bsn, "Bewusteloos &#60;b&#62;gevonden"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let id = hidden(&page.text, "id");
    let wrong = post(&mut watcher, "/zorg/toezicht", "/zorg/toezicht", &[("id", &id)]).await;
    assert!(wrong.text.contains("Kies ja of nee"), "{}", wrong.text);
    let no = [("id", id.as_str()), ("finding", "not-justified"), ("note", "")];
    let wrong = post(&mut watcher, "/zorg/toezicht", "/zorg/toezicht", &no).await;
    assert!(wrong.text.contains("Schrijf op waarom"), "{}", wrong.text);
    let no = [("id", id.as_str()), ("finding", "not-justified"), ("note", "Was aanspreekbaar.")];
    let done = post(&mut watcher, "/zorg/toezicht", "/zorg/toezicht", &no).await;
    assert!(done.text.contains("Niet terecht") && done.text.contains("Was aanspreekbaar."), "{}", done.text);
    assert!(done.text.contains("Er is niets te beoordelen"), "{}", done.text);
    // The officer of another organisation sees nothing of it.
    let mut other = as_professional(&server, "fg-gp").await;
    let page = other.get("/zorg/toezicht").await;
    assert!(!page.text.contains(&person.bsn), "{}", page.text);
    assert_eq!(post(&mut other, "/zorg/toezicht", "/zorg/toezicht", &no).await.status, 404);
}

async fn a_professional_finds_only_who_permits(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    professional(&server, "dokter", "gp").await;
    let mut doctor = as_professional(&server, "dokter").await;
    let text = search(&mut doctor, &person.bsn).await;
    assert!(text.contains("Niemand gevonden"), "{text}");
    let unknown = search(&mut doctor, "111222333").await;
    assert_eq!(text.replace(&person.bsn, ""), unknown.replace("111222333", ""), "as for nobody");
    assert!(search(&mut doctor, "123").await.contains("Dit is geen BSN"));
    assert_eq!(doctor.get(&format!("/zorg/patient/{}", person.id)).await.status, 404);

    let mut patient = as_patient(&server, &person).await;
    let refused = patient.get("/gekeken?refused=1").await.text;
    assert!(refused.contains("Dokter dokter, huisarts") && refused.contains("geen toestemming"), "{refused}");
    choose(&mut patient, &[("organisation", &organization("gp")), ("choice", "emergency")]).await;
    let text = search(&mut doctor, &person.bsn).await;
    let page = doctor.get(link(&text, "/zorg/patient/").expect("found")).await;
    assert!(page.text.contains("Penicilline") && !page.text.contains("alert(1)"), "{}", page.text);
    let document = format!("/zorg/patient/{}/document", person.id);
    assert_eq!(doctor.get(&format!("{document}/medicijnen")).await.status, 200);
    assert_eq!(doctor.get(&format!("{document}/onzin")).await.status, 404);
    assert!(doctor.get(&format!("{document}/medicijnen/pdf")).await.text.starts_with("%PDF-"));
    assert_eq!(doctor.get(&format!("{document}/onzin/pdf")).await.status, 404);
    let hidden = document.replace(&person.id, &server.person().await.id);
    assert_eq!(doctor.get(&format!("{hidden}/medicijnen/pdf")).await.status, 404);
}

async fn an_emergency_needs_a_reason_and_ends(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    professional(&server, "post", "gp_post").await;
    let mut doctor = as_professional(&server, "post").await;
    let reason = "Bewusteloos <b>gevonden</b>";
    for fields in [[("reason", ""), ("confirm", "1")], [("reason", reason), ("confirm", "")]] {
        let fields = [("bsn", person.bsn.as_str()), fields[0], fields[1]];
        let page = post(&mut doctor, "/zorg/spoed", "/zorg/spoed", &fields).await;
        assert!(page.text.contains("-error\""), "{}", page.text);
    }
    let fields = [("bsn", person.bsn.as_str()), ("reason", reason), ("confirm", "1")];
    let page = post(&mut doctor, "/zorg/spoed", "/zorg/spoed", &fields).await;
    assert!(page.text.contains("Geopend bij spoed") && page.text.contains("Penicilline"), "{}", page.text);
    let mut other = as_professional(&server, "post").await;
    assert_eq!(other.get(&page.address).await.status, 404, "it is open in that session only");

    let mut patient = as_patient(&server, &person).await;
    let overview = patient.get("/overzicht").await.text;
    assert!(overview.contains("class=\"alert\"") && overview.contains("Bewusteloos"), "{overview}");
    assert!(!overview.contains("<b>gevonden</b>"), "the reason is escaped");
    for _ in 0..8 {
        server.advance(HOUR / 2 - 60_000);
        assert_eq!(doctor.get(&page.address).await.status, 200);
    }
    server.advance(9 * 60_000);
    let closed = doctor.get(&page.address).await;
    assert_eq!(closed.status, 404, "after four hours it is closed: {} {}", closed.address, closed.text);
}

/// A reference to the organisation of this kind.
fn organisation(kind: &str) -> Value {
    json!({"reference": format!("Organization/{}", organization(kind))})
}

async fn a_handoff_is_read_accepted_and_completed(server: Server) {
    let (person, patient) = patient_with_record(&server).await;
    professional(&server, "wijk", "vvt").await;
    let hospital = server.hospital();
    let composition = json!({
        "resourceType": "Composition", "status": "final", "date": "2026-03-02", "title": "Verpleegkundige overdracht",
        "type": builders::coded("http://snomed.info/sct", "11171000146100"),
        "subject": {"reference": patient}, "author": [organisation("hospital")],
        "section": [{"title": "Huid", "text": {"status": "generated",
            "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">Droog</div>"}}],
    });
    let composition = hospital.post("Composition", &composition).await.expect(201).id();
    let task = json!({
        "resourceType": "Task", "status": "requested", "intent": "order",
        "code": builders::coded("http://snomed.info/sct", "308292007"), "for": {"reference": patient},
        "authoredOn": "2026-03-02T08:00:00Z", "requester": organisation("hospital"), "owner": organisation("vvt"),
        "input": [{"type": {"text": "overdracht"}, "valueReference": {"reference": format!("Composition/{composition}")}}],
    });
    let task = hospital.post("Task", &task).await.expect(201).id();
    let mut nurse = as_professional(&server, "wijk").await;
    assert!(nurse.get("/zorg/overdrachten").await.text.contains("Er wachten geen overdrachten"));
    let mut owner = as_patient(&server, &person).await;
    choose(&mut owner, &[("organisation", &organization("vvt")), ("choice", "nursing")]).await;

    let inbox = nurse.get("/zorg/overdrachten").await.text;
    let document = link(&inbox, "/zorg/overdrachten/").unwrap_or_else(|| panic!("a document in {inbox}")).to_owned();
    let file = format!("{document}/pdf");
    let document = nurse.get(&document).await;
    assert!(document.status == 200 && document.text.contains("Huid"), "{}", document.text);
    assert!(document.text.contains(&format!("href=\"{file}\"")), "{}", document.text);
    assert!(nurse.get(&file).await.text.starts_with("%PDF-"));
    assert_eq!(nurse.get("/zorg/overdrachten/absent/lezen/pdf").await.status, 404);
    let file = format!("/zorg/patient/{}/overdracht/{composition}/pdf", person.id);
    assert!(nurse.get(&file).await.text.starts_with("%PDF-"));
    let address = format!("/zorg/overdrachten/{task}");
    for (action, status, word) in [
        ("onzin", 400, "lukt zo niet"),
        ("complete", 422, "lukt zo niet"),
        ("accept", 200, "Aangenomen"),
        ("start", 200, "Bezig"),
        ("complete", 200, "Afgerond"),
        ("start", 422, "lukt zo niet"),
    ] {
        let page = post(&mut nurse, "/zorg/overdrachten", &address, &[("action", action)]).await;
        assert!(page.status == status && page.text.contains(word), "{action}: {} {}", page.status, page.text);
    }
    assert_eq!(hospital.get(&format!("Task/{task}")).await.expect(200).json()["status"], "completed");
}

async fn a_handoff_waits_and_then_does_not_take_place(server: Server) {
    let (person, patient) = patient_with_record(&server).await;
    professional(&server, "wijk", "vvt").await;
    let hospital = server.hospital();
    let task = json!({
        "resourceType": "Task", "status": "requested", "intent": "order",
        "code": builders::coded("http://snomed.info/sct", "308292007"), "for": {"reference": patient},
        "authoredOn": "2026-03-02T08:00:00Z", "requester": organisation("hospital"), "owner": organisation("vvt"),
    });
    let task = hospital.post("Task", &task).await.expect(201).id();
    let mut owner = as_patient(&server, &person).await;
    choose(&mut owner, &[("organisation", &organization("vvt")), ("choice", "nursing")]).await;
    let mut nurse = as_professional(&server, "wijk").await;
    let address = format!("/zorg/overdrachten/{task}");
    let why = ("reason", "Ligt nog op de IC");
    for (fields, status, word) in [
        (vec![("action", "pause"), why], 422, "lukt zo niet"),
        (vec![("action", "accept")], 200, "Aangenomen"),
        (vec![("action", "start")], 200, "Bezig"),
        (vec![("action", "pause")], 400, "lukt zo niet"),
        (vec![("action", "pause"), why], 200, "Ligt nog op de IC"),
    ] {
        let page = post(&mut nurse, "/zorg/overdrachten", &address, &fields).await;
        assert!(page.status == status && page.text.contains(word), "{fields:?}: {} {}", page.status, page.text);
    }
    assert_eq!(hospital.get(&format!("Task/{task}")).await.expect(200).json()["status"], "on-hold");
    // What waits is still to do, and cannot be completed before it goes on.
    let inbox = nurse.get("/zorg/overdrachten").await.text;
    assert!(inbox.contains("Wacht even") && inbox.contains("value=\"fail\""), "{inbox}");
    assert!(!inbox.contains("value=\"complete\"") && !inbox.contains("value=\"pause\""), "{inbox}");
    for (fields, status, word) in [
        (vec![("action", "complete")], 422, "lukt zo niet"),
        (vec![("action", "start")], 200, "Bezig"),
        (vec![("action", "pause"), ("reason", "Familie wil het niet meer")], 200, "Wacht even"),
        (vec![("action", "fail"), ("reason", "Is overleden")], 200, "Is overleden"),
    ] {
        let page = post(&mut nurse, "/zorg/overdrachten", &address, &fields).await;
        assert!(page.status == status && page.text.contains(word), "{fields:?}: {} {}", page.status, page.text);
    }
    let inbox = nurse.get("/zorg/overdrachten").await.text;
    assert!(!inbox.contains("op de IC"), "why it waited before is gone: {inbox}");
    assert!(inbox.contains("Ging niet door") && !inbox.contains("value=\"fail\""), "{inbox}");
    assert_eq!(hospital.get(&format!("Task/{task}")).await.expect(200).json()["status"], "failed");
}

async fn a_place_is_asked_for_without_a_name(server: Server) {
    professional(&server, "wijk", "vvt").await;
    let hospital = server.hospital();
    let notice = json!({
        "resourceType": "Composition", "status": "final", "date": "2026-03-02", "title": "Vooraankondiging",
        "type": builders::coded("http://snomed.info/sct", "721915006"), "author": [organisation("hospital")],
        "section": [{"title": "Zorgvraag", "text": {"status": "generated",
            "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">Vrouw van 90, heup gebroken</div>"}}],
    });
    let notice = hospital.post("Composition", &notice).await.expect(201).id();
    let task = json!({
        "resourceType": "Task", "status": "requested", "intent": "order",
        "code": builders::coded("http://snomed.info/sct", "308292007"),
        "authoredOn": "2026-03-02T08:00:00Z", "requester": organisation("hospital"), "owner": organisation("vvt"),
        "input": [{"type": builders::coded("http://loinc.org", "57830-2"),
            "valueReference": {"reference": format!("Composition/{notice}")}}],
    });
    let task = hospital.post("Task", &task).await.expect(201).id();
    let mut nurse = as_professional(&server, "wijk").await;
    let inbox = nurse.get("/zorg/overdrachten").await.text;
    assert!(inbox.contains("Nog zonder naam") && inbox.contains("Lees de vooraankondiging"), "{inbox}");
    let document = nurse.get(link(&inbox, "/zorg/overdrachten/").expect("a document")).await;
    assert!(document.status == 200 && document.text.contains("heup gebroken"), "{}", document.text);
    let address = format!("/zorg/overdrachten/{task}");
    let page = post(&mut nurse, "/zorg/overdrachten", &address, &[("action", "accept")]).await;
    assert!(page.text.contains("De verzender kiest nu") && !page.text.contains("value=\"complete\""), "{}", page.text);
    assert_eq!(hospital.get(&format!("Task/{task}")).await.expect(200).json()["status"], "accepted");
}
