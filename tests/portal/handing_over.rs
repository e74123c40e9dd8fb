//! A transfer nurse hands a patient over: fills in, asks several for a place, chooses, waits for the patient.

use super::people::{EVIL, as_patient, as_professional, link, patient_with_record, post, professional};
use crate::support::browser::{Browser, hidden};
use crate::support::region::organization;
use crate::support::{Person, Server, on_both};

on_both!(
    a_nurse_asks_several_chooses_one_and_the_patient_agrees,
    a_notice_that_tells_who_it_is_is_not_sent,
    only_who_has_accepted_can_be_chosen,
    what_has_started_stops_when_both_want_it,
    nobody_asks_a_patient_for_another_without_a_handoff,
);

const NOTICE: &str = "Vrouw van 90. Nodig: hulp bij wassen en lopen.";

/// The patient with a record, and the hospital's nurse in the workspace.
async fn begun(server: &Server) -> (Person, String, Browser<'_>) {
    let (person, patient) = patient_with_record(server).await;
    for (name, kind) in [("zaal", "hospital"), ("wijk", "vvt"), ("ggz", "mental_health")] {
        professional(server, name, kind).await;
    }
    let nurse = as_professional(server, "zaal").await;
    (person, format!("/zorg/patient/{}/overdragen", patient.trim_start_matches("Patient/")), nurse)
}

fn fields<'f>(to: &'f [String], notice: &'f str) -> Vec<(&'f str, &'f str)> {
    let mut fields = vec![
        ("transfer", "2026-03-20"),
        ("notice", notice),
        ("text-420134006", "Penicilline: let op."),
        ("along-420134006", "1"),
        ("text-365178001", "Hulp bij wassen <b>en</b> aankleden."),
    ];
    fields.extend(to.iter().map(|id| ("to", id.as_str())));
    fields
}

async fn answers(server: &Server, name: &str, action: &str, reason: &str) {
    let mut browser = as_professional(server, name).await;
    let inbox = browser.get("/zorg/overdrachten").await.text;
    let address = inbox.split("action=\"").find(|part| part.starts_with("/zorg/overdrachten/")).expect("a form");
    let address = address.split('"').next().expect("an address").to_owned();
    post(&mut browser, "/zorg/overdrachten", &address, &[("action", action), ("reason", reason)]).await;
}

fn form_of(page: &str) -> String {
    let found = page.split("action=\"").find(|part| part.starts_with("/zorg/verzonden/")).expect("a form");
    found.split('"').next().expect("an address").to_owned()
}

async fn a_nurse_asks_several_chooses_one_and_the_patient_agrees(server: Server) {
    let (person, address, mut nurse) = begun(&server).await;
    let form = nurse.get(&address).await;
    for part in ["Allergieën", "Penicilline", "Vooraankondiging", "name=\"text-365178001\"", "Meer toevoegen"] {
        assert!(form.text.contains(part), "{part}: {}", form.text);
    }
    assert!(!form.text.contains(EVIL), "{}", form.text);
    let to = [organization("vvt"), organization("mental_health")];
    let sent = post(&mut nurse, &address, &address, &fields(&to, NOTICE)).await;
    assert!(
        sent.address.ends_with("/zorg/verzonden") && sent.text.contains("Gevraagd"),
        "{} {}",
        sent.address,
        sent.text
    );
    assert_eq!(sent.text.matches("<article>").count(), 2);
    // What the candidates see tells nobody.
    let mut other = as_professional(&server, "wijk").await;
    let inbox = other.get("/zorg/overdrachten").await.text;
    let notice = other.get(link(&inbox, "/zorg/overdrachten/").expect("the notice")).await;
    assert!(notice.status == 200 && notice.text.contains("hulp bij wassen"), "{}", notice.text);
    assert!(!notice.text.contains(&person.bsn) && !notice.text.contains("Jansen"), "{}", notice.text);
    answers(&server, "ggz", "reject", "Vol").await;
    answers(&server, "wijk", "accept", "").await;
    let page = nurse.get("/zorg/verzonden").await.text;
    assert!(page.contains("Heeft plaats") && page.contains("Vol") && page.contains("Kies deze"), "{page}");
    let task = form_of(page.split("value=\"choose\"").next().expect("a part").rsplit("<form").next().expect("a form"));
    let page = post(&mut nurse, "/zorg/verzonden", &task, &[("action", "choose")]).await;
    assert!(page.text.contains("nog geen toestemming"), "{}", page.text);
    let id = task.rsplit('/').next().expect("an id").to_owned();
    let vvt = server.vvt();
    vvt.get(&format!("Task/{id}")).await.expect(404);

    let mut owner = as_patient(&server, &person).await;
    let page = owner.get("/toestemmingen").await.text;
    assert!(page.contains("Thuiszorg West") && page.contains("wil uw zorg overdragen"), "{page}");
    let question = hidden(page.split("action=\"/toestemmingen/vraag\"").nth(1).expect("a form"), "id");
    post(&mut owner, "/toestemmingen", "/toestemmingen/vraag", &[("id", &question), ("answer", "yes")]).await;

    let page = nurse.get("/zorg/verzonden").await.text;
    assert!(page.contains("Gekozen") && !page.contains("nog geen toestemming"), "{page}");
    let task = vvt.get(&format!("Task/{id}")).await.expect(200).json();
    let document = task["input"][1]["valueReference"]["reference"].as_str().expect("the handoff").to_owned();
    let bundle = vvt.get(&format!("{document}/$document")).await.expect(200);
    let text = bundle.text();
    for part in ["Penicilline: let op.", "91936005", "&lt;b&gt;en&lt;/b&gt;", "eOverdracht-TransferDate"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("44054006"), "a section that was not taken along: {text}");
    let composition = &bundle.json()["entry"][0]["resource"];
    let known = server.hospital().post("Composition/$validate", composition).await.expect(200).text();
    assert!(!known.contains("\"error\""), "{known}");
    answers(&server, "wijk", "start", "").await;
    answers(&server, "wijk", "complete", "").await;
    assert!(nurse.get("/zorg/verzonden").await.text.contains("Afgerond"));
    // The other candidate was told no more than that it is over.
    assert!(!server.mental_health().get("Task").await.text().contains("Patient/"));
}

async fn a_notice_that_tells_who_it_is_is_not_sent(server: Server) {
    let (person, address, mut nurse) = begun(&server).await;
    let to = [organization("vvt")];
    for notice in [format!("Zorg voor BSN {}", person.bsn), "Mevrouw Jansen heeft hulp nodig".to_owned()] {
        let page = post(&mut nurse, &address, &address, &fields(&to, &notice)).await;
        assert!(page.text.contains("Dit vertelt wie het is"), "{}", page.text);
        assert!(page.text.contains("Penicilline: let op."), "what was typed stays: {}", page.text);
    }
    let page = post(&mut nurse, &address, &address, &fields(&[], NOTICE)).await;
    assert!(page.text.contains("Kies wie u vraagt"), "{}", page.text);
    assert!(nurse.get("/zorg/verzonden").await.text.contains("nog niets verstuurd"));
    assert_eq!(server.vvt().get("Task").await.expect(200).matches(), [""; 0]);
}

async fn only_who_has_accepted_can_be_chosen(server: Server) {
    let (_, address, mut nurse) = begun(&server).await;
    let to = [organization("vvt")];
    let page = post(&mut nurse, &address, &address, &fields(&to, NOTICE)).await;
    let task = form_of(&page.text);
    for (action, status) in [("choose", 422), ("onzin", 400)] {
        assert_eq!(post(&mut nurse, "/zorg/verzonden", &task, &[("action", action)]).await.status, status, "{action}");
    }
    // Nobody else moves it here.
    let mut other = as_professional(&server, "wijk").await;
    assert_eq!(post(&mut other, "/zorg/overdrachten", &task, &[("action", "cancel")]).await.status, 422);
    let page = post(&mut nurse, "/zorg/verzonden", &task, &[("action", "cancel")]).await;
    assert!(page.text.contains("Ingetrokken"), "{}", page.text);
}

async fn what_has_started_stops_when_both_want_it(server: Server) {
    use crate::support::builders::{coded, consent, permit_categories};
    use serde_json::json;
    let (person, patient) = patient_with_record(&server).await;
    for (name, kind) in [("zaal", "hospital"), ("wijk", "vvt")] {
        professional(&server, name, kind).await;
    }
    let permission = consent(&person.reference(), permit_categories(&organization("vvt"), &["nursing"]));
    server.patient(&person).post("Consent", &permission).await.expect(201);
    let (hospital, vvt) = (server.hospital(), server.vvt());
    let handoff = json!({
        "resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": patient},
        "code": coded("http://snomed.info/sct", "308292007"),
        "requester": {"reference": format!("Organization/{}", organization("hospital"))},
        "owner": {"reference": format!("Organization/{}", organization("vvt"))},
    });
    hospital.put("Task/t1", &handoff).await.expect(201);
    for status in ["accepted", "in-progress"] {
        let move_to = json!([{"op": "replace", "path": "/status", "value": status}]);
        vvt.patch("Task/t1", &move_to).await.expect(200);
    }
    let mut nurse = as_professional(&server, "zaal").await;
    let page = nurse.get("/zorg/verzonden").await.text;
    assert!(page.contains("value=\"stop\"") && !page.contains("value=\"cancel\""), "{page}");
    let task = form_of(&page);
    assert_eq!(post(&mut nurse, "/zorg/verzonden", &task, &[("action", "cancel")]).await.status, 422);
    let mut other = as_professional(&server, "wijk").await;
    assert!(!other.get("/zorg/overdrachten").await.text.contains("stoppen"));
    // Whether the care is given now or waits makes no difference.
    for (status, answer, state) in
        [("in-progress", "go-on", "Bezig"), ("on-hold", "go-on", "Wacht even"), ("on-hold", "stop", "Ingetrokken")]
    {
        if hospital.get("Task/t1").await.expect(200).json()["status"] != status {
            let move_to = json!([{"op": "replace", "path": "/status", "value": status}]);
            vvt.patch("Task/t1", &move_to).await.expect(200);
        }
        let page = post(&mut nurse, "/zorg/verzonden", &task, &[("action", "stop")]).await;
        assert!(page.text.contains("U heeft gevraagd om te stoppen"), "{}", page.text);
        assert!(!page.text.contains("value=\"stop\""), "{}", page.text);
        assert!(other.get("/zorg/overdrachten").await.text.contains("vraagt om deze overdracht te stoppen"));
        answers(&server, "wijk", answer, "").await;
        let page = nurse.get("/zorg/verzonden").await.text;
        assert!(page.contains(state) && !page.contains("U heeft gevraagd om te stoppen"), "{answer}: {page}");
    }
    assert!(!other.get("/zorg/overdrachten").await.text.contains("stoppen"));
}

async fn nobody_asks_a_patient_for_another_without_a_handoff(server: Server) {
    use crate::support::builders::coded;
    use serde_json::json;
    let (person, patient) = patient_with_record(&server).await;
    let system = "https://spil.example/fhir/CodeSystem/task";
    let category =
        json!({"coding": [{"system": "https://spil.example/fhir/CodeSystem/data-category", "code": "nursing"}]});
    let question = |focus: Option<&str>, about: &str| {
        let mut task = json!({
            "resourceType": "Task", "status": "requested", "intent": "proposal", "code": coded(system, "ask-permission"),
            "description": "omdat", "for": {"reference": about},
            "requester": {"reference": format!("Organization/{}", organization("vvt"))},
            "input": [{"type": coded(system, "category"), "valueCodeableConcept": category}],
        });
        if let Some(focus) = focus {
            task["focus"] = json!({"reference": focus});
        }
        task
    };
    let hospital = server.hospital();
    let mut handoff = json!({
        "resourceType": "Task", "status": "requested", "intent": "order",
        "code": coded("http://snomed.info/sct", "308292007"), "for": {"reference": patient},
        "owner": {"reference": format!("Organization/{}", organization("vvt"))},
    });
    let own = format!("Task/{}", hospital.post("Task", &handoff).await.expect(201).id());
    handoff["owner"] = json!({"reference": format!("Organization/{}", organization("gp"))});
    let elsewhere = format!("Task/{}", hospital.post("Task", &handoff).await.expect(201).id());
    for focus in [None, Some("Task/nothing"), Some(elsewhere.as_str()), Some("Composition/x")] {
        hospital.post("Task", &question(focus, &patient)).await.expect(422);
    }
    hospital.post("Task", &question(Some(&own), &person.reference())).await.expect(422);
    server.gp().post("Task", &question(Some(&own), &patient)).await.expect(422);
    hospital.post("Task", &question(Some(&own), &patient)).await.expect(201);
}
