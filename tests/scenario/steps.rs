//! The six steps, in order, on one region.

use reqwest::Method;
use serde_json::{Value, json};

use super::portal::{Browser, Page};
use super::records::{self, HOSPITAL_PROBLEM, MEDICINE, PSYCHIATRIC};
use super::region::Region;
use super::system::System;

/// The patient of the scenario: nothing permitted yet.
const PATIENT: &str = "truus";
const FHIR_JSON: &str = "application/fhir+json";

struct Story<'r> {
    region: &'r Region,
    bsn: &'r str,
    /// `Patient` id of the hospital's own resource.
    hospital_patient: String,
    condition: String,
    care_plan: String,
}

/// Plays the main job.
pub async fn run(region: &Region) {
    let mut story = bring(region).await;
    println!("1. hospital, practice, pharmacy and mental health have brought their data");
    nobody_else_sees(&story).await;
    println!("2. nobody but the source sees any of it; the practice finds nobody beyond its own");
    let mut patient = permit(&mut story).await;
    println!("3. the patient sees all of it and permits");
    others_read(&story).await;
    println!("4. medication overview, nursing handoff and wishes are read, as Bundle and as page");
    looked_and_withdrawn(&story, &mut patient).await;
    println!("5. the patient sees who looked and withdraws; the next request finds nobody");
    emergency(&story, &mut patient).await;
    println!("6. the out-of-hours physician opens in an emergency; 'never' stays closed; the patient sees it in red");
}

async fn bring(region: &Region) -> Story<'_> {
    let patient = region.patient(PATIENT);
    let (bsn, name) = (patient["bsn"].as_str().expect("bsn"), patient["name"].as_str().expect("name"));
    let hospital = System::sign_in(region, "hospital", "TREAT", None).await;
    let written = hospital.transaction(records::hospital(bsn, name)).await;
    let place = |at: usize| {
        let location = written[at]["response"]["location"].as_str().expect("location");
        location.split("/_history").next().expect("place").to_owned()
    };
    assert!(
        written[2]["response"]["status"].as_str().is_some_and(|status| status.starts_with("201")),
        "{}",
        written[2]
    );
    let address = format!("Patient/{}", patient["id"].as_str().expect("id"));
    hospital.transaction(records::addressed(&address)).await;
    assert_eq!(hospital.get(&address).await.status, 404, "an address to write to, not to read");
    System::sign_in(region, "gp", "TREAT", None).await.transaction(records::practice(bsn, name)).await;
    System::sign_in(region, "pharmacy", "TREAT", None).await.transaction(records::pharmacy(bsn, name)).await;
    System::sign_in(region, "mental_health", "TREAT", None).await.transaction(records::psychiatry(bsn, name)).await;
    let own = hospital.get(&place(2)).await;
    assert_eq!(own.status, 200, "{}", own.text);
    Story { region, bsn, hospital_patient: place(0), condition: place(2), care_plan: place(6) }
}

/// Every way to ask; none may tell the asked from an absent one.
async fn finds_nothing(system: &System<'_>, story: &Story<'_>) {
    let bsn = "http://fhir.nl/fhir/NamingSystem/bsn%7C";
    // A BSN that passes the 11-proof and that nobody here has.
    let nobody = "999990482";
    for path in [
        "Patient?identifier={bsn}",
        "Patient?identifier={bsn}&_total=accurate",
        "Condition?patient.identifier={bsn}",
        "MedicationRequest?patient.identifier={bsn}&_include=MedicationRequest:medication",
        "Observation?patient.identifier={bsn}&_summary=count",
    ] {
        let asked = system.get(&path.replace("{bsn}", &format!("{bsn}{}", story.bsn))).await;
        let absent = system.get(&path.replace("{bsn}", &format!("{bsn}{nobody}"))).await;
        assert_eq!(asked.shape(), absent.shape(), "{path}");
        assert_eq!(asked.status, 200, "{path}");
    }
    for (path, absent) in [
        (story.condition.as_str(), "Condition/00000000-0000-4000-8000-00000000dead"),
        (story.hospital_patient.as_str(), "Patient/00000000-0000-4000-8000-00000000dead"),
    ] {
        for suffix in ["", "/_history", "/_history/1"] {
            let hidden = system.get(&format!("{path}{suffix}")).await;
            let gone = system.get(&format!("{absent}{suffix}")).await;
            assert_eq!((hidden.status, &hidden.text), (404, &gone.text), "{path}{suffix}");
        }
    }
    for operation in ["$medication-overview", "$acp", "$eoverdracht"] {
        let hidden = system.get(&format!("{}/{operation}", story.hospital_patient)).await;
        assert_eq!(hidden.status, 404, "{operation}: {}", hidden.text);
    }
    let condition = system.get(&format!("Condition?_id={}", &story.condition["Condition/".len()..])).await;
    assert!(condition.resources().is_empty());
}

async fn nobody_else_sees(story: &Story<'_>) {
    for kind in ["vvt", "gp_post"] {
        let system = System::sign_in(story.region, kind, "TREAT", None).await;
        let own = system.find_patient(story.bsn).await;
        // The nursing organisation may know this patient itself; what others brought stays hidden all the same.
        if own.is_none() {
            finds_nothing(&system, story).await;
        }
    }
    practice_sees_only_its_own(story).await;
}

/// The practice finds what it brought itself, and of others nothing.
async fn practice_sees_only_its_own(story: &Story<'_>) {
    let practice = System::sign_in(story.region, "gp", "TREAT", None).await;
    let answer = practice
        .get(&format!("Condition?patient.identifier=http://fhir.nl/fhir/NamingSystem/bsn%7C{}&_count=200", story.bsn))
        .await;
    assert!(answer.text.contains("Hoge bloeddruk volgens de huisarts"), "{}", answer.text);
    assert!(!answer.text.contains(HOSPITAL_PROBLEM), "{}", answer.text);
    assert!(!answer.text.contains(PSYCHIATRIC), "{}", answer.text);
    assert_eq!(practice.get(&story.condition).await.status, 404);
    assert_eq!(practice.get(&story.hospital_patient).await.status, 404);
    let overview = practice.get(&format!("{}/$medication-overview", story.hospital_patient)).await;
    assert_eq!(overview.status, 404);
}

async fn decide(browser: &mut Browser<'_>, organisation: &Value, fields: &[(&str, &str)]) -> Page {
    let page = browser.get("/toestemmingen/nieuw").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let mut form = page.form("/toestemmingen");
    if let Some(id) = organisation["id"].as_str() {
        form = form.with("organisation", id);
    }
    for (name, value) in fields {
        form = if *name == "category" { form.and(name, value) } else { form.with(name, value) };
    }
    let confirm = browser.submit(form).await;
    assert_eq!(confirm.status, 200, "{}", confirm.text());
    let done = browser.submit(confirm.form("/toestemmingen").with("step", "confirm")).await;
    assert_eq!(done.status, 200, "{}", done.text());
    done
}

async fn permit<'r>(story: &mut Story<'r>) -> Browser<'r> {
    let region = story.region;
    let account = region.patient(PATIENT);
    let (username, password) =
        (account["username"].as_str().expect("user"), account["password"].as_str().expect("word"));
    let mut browser = Browser::sign_in(region, username, password, "/login?role=patient").await;
    let problems = browser.get("/gegevens/problems").await;
    let text = problems.text();
    assert!(text.contains(HOSPITAL_PROBLEM), "{text}");
    assert!(text.contains("Hoge bloeddruk volgens de huisarts"), "{text}");
    assert!(text.contains(records::ADDRESSED), "what was written to the hub's own Patient: {text}");
    let hospital = region.organisation("hospital")["name"].as_str().expect("name");
    assert!(text.contains(hospital), "the source is named: {text}");
    assert!(browser.get("/gegevens/medication").await.text().contains(MEDICINE));

    decide(&mut browser, region.organisation("gp"), &[("choice", "all")]).await;
    decide(&mut browser, region.organisation("vvt"), &[("choice", "nursing"), ("until", "2027-12-31")]).await;
    decide(&mut browser, region.organisation("gp_post"), &[("choice", "emergency")]).await;
    decide(&mut browser, &json!({}), &[("organisation", "*"), ("choice", "object"), ("category", "mental-health")])
        .await;
    let list = browser.get("/toestemmingen").await.text();
    for kind in ["gp", "vvt", "gp_post"] {
        assert!(list.contains(region.organisation(kind)["name"].as_str().expect("name")), "{list}");
    }
    browser
}

async fn others_read(story: &Story<'_>) {
    medication_overview(story).await;
    handoff(story).await;
    wishes(story).await;
}

async fn medication_overview(story: &Story<'_>) {
    let practice = System::sign_in(story.region, "gp", "TREAT", None).await;
    assert_eq!(practice.get(&story.condition).await.status, 200, "the permission works on the next request");
    let bundle = practice.get(&format!("{}/$medication-overview", story.hospital_patient)).await;
    assert_eq!(bundle.status, 200, "{}", bundle.text);
    let document = bundle.json();
    assert_eq!(
        (&document["type"], &document["entry"][0]["resource"]["resourceType"]),
        (&json!("document"), &json!("Composition"))
    );
    assert!(bundle.text.contains(MEDICINE));
    let page = practice.page(&format!("{}/$medication-overview", story.hospital_patient)).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.to_ascii_lowercase().starts_with("<!doctype html>") && page.text.contains(MEDICINE),
        "{}",
        page.text
    );
    assert!(
        !practice
            .get(&format!("Condition?patient={}&_count=200", story.hospital_patient))
            .await
            .text
            .contains(PSYCHIATRIC)
    );
}

async fn handoff(story: &Story<'_>) {
    let hospital = System::sign_in(story.region, "hospital", "TREAT", None).await;
    let vvt = System::sign_in(story.region, "vvt", "TREAT", None).await;
    let entries = records::handoff(
        &story.hospital_patient,
        &story.condition,
        &story.care_plan,
        hospital.organisation,
        vvt.organisation,
    );
    let written = hospital.transaction(entries).await;
    let place = |at: usize| {
        let location: &str = written[at]["response"]["location"].as_str().expect("location");
        location.split("/_history").next().expect("place").to_owned()
    };
    let (composition, task) = (place(0), place(1));
    let owner = vvt.organisation["id"].as_str().expect("id");
    let inbox = vvt.get(&format!("Task?owner=Organization/{owner}&status=requested")).await;
    assert!(inbox.resources().iter().any(|found| task.ends_with(found["id"].as_str().expect("id"))), "{}", inbox.text);
    assert_eq!(vvt.get(&story.condition).await.status, 404, "nothing but the question before it is accepted");
    let accept = json!([{"op": "replace", "path": "/status", "value": "accepted"}]);
    assert_eq!(vvt.send(Method::PATCH, &task, Some(&accept), FHIR_JSON).await.status, 200);
    let document = vvt.get(&format!("{composition}/$document")).await;
    assert_eq!(document.status, 200, "{}", document.text);
    assert!(document.text.contains(HOSPITAL_PROBLEM), "what the handoff names comes along: {}", document.text);
    let page = vvt.page(&format!("{}/$eoverdracht", story.hospital_patient)).await;
    assert!(page.status == 200 && page.text.contains("Longontsteking"), "{} {}", page.status, page.text);
    for (status, expected) in [("requested", 422), ("in-progress", 200), ("completed", 200), ("accepted", 422)] {
        let patch = json!([{"op": "replace", "path": "/status", "value": status}]);
        let answer = vvt.send(Method::PATCH, &task, Some(&patch), FHIR_JSON).await;
        assert_eq!(answer.status, expected, "{status}: {}", answer.text);
    }
    let seen = hospital.get(&task).await;
    assert_eq!(seen.json()["status"], "completed");
    // Completed: what the handoff named is no longer open because of it.
    assert_eq!(vvt.get(&story.condition).await.status, 404);
}

async fn wishes(story: &Story<'_>) {
    let post = System::sign_in(story.region, "gp_post", "TREAT", None).await;
    let document = post.get(&format!("{}/$acp", story.hospital_patient)).await;
    assert_eq!(document.status, 200, "{}", document.text);
    assert!(document.text.contains("89666000"), "{}", document.text);
    assert!(!document.text.contains("patient-privacy"), "privacy consents are no treatment wishes");
    let page = post.page(&format!("{}/$acp", story.hospital_patient)).await;
    assert!(page.status == 200 && page.text.contains("<table"), "{}", page.text);
    assert_eq!(post.get(&story.condition).await.status, 404, "only the emergency set");
    let consents = post.get(&format!("Consent?patient={}", story.hospital_patient)).await;
    assert!(!consents.text.contains("patient-privacy"), "{}", consents.text);
}

async fn looked_and_withdrawn(story: &Story<'_>, patient: &mut Browser<'_>) {
    let region = story.region;
    let looked = patient.get("/gekeken").await.text();
    let practice = region.organisation("gp");
    let physician = region.professional(&practice["ura"])["name"].as_str().expect("name");
    assert!(looked.contains(practice["name"].as_str().expect("name")), "{looked}");
    assert!(looked.contains(physician), "on whose behalf: {looked}");
    let refused = patient.get("/gekeken?refused=1").await.text();
    assert!(refused.contains(region.organisation("gp_post")["name"].as_str().expect("name")), "{refused}");

    let list = patient.get("/toestemmingen").await;
    let stop = list
        .forms()
        .into_iter()
        .find(|form| form.action.contains("stop") && is_about(&list, form, practice["name"].as_str().expect("name")));
    let stopped = patient.submit(stop.expect("a way to stop")).await;
    let stopped = match stopped.forms().into_iter().find(|form| form.action.contains("stop")) {
        Some(confirm) => patient.submit(confirm.with("step", "confirm")).await,
        None => stopped,
    };
    assert_eq!(stopped.status, 200, "{}", stopped.text());
    practice_sees_only_its_own(story).await;
}

/// Whether a form stands in the card of an organisation: its id comes after the name and before the next heading.
fn is_about(page: &Page, form: &super::portal::Form, name: &str) -> bool {
    let Some((_, id)) = form.fields.iter().find(|(field, _)| field == "id") else { return false };
    page.html.split("<h2").chain(page.html.split("<h3")).any(|card| {
        let title = card.split("</h").next().unwrap_or_default();
        title.contains(name) && card.contains(id.as_str())
    })
}

async fn emergency(story: &Story<'_>, patient: &mut Browser<'_>) {
    let reason = "Bewusteloos gevonden, naasten niet bereikbaar";
    let post = System::sign_in(story.region, "gp_post", "BTG", Some(reason)).await;
    let found = post.find_patient(story.bsn).await.expect("the emergency opens the record");
    let conditions = post.get(&format!("Condition?patient=Patient/{found}&_count=200")).await;
    assert!(conditions.text.contains(HOSPITAL_PROBLEM), "{}", conditions.text);
    assert!(!conditions.text.contains(PSYCHIATRIC), "what is marked never stays closed");
    let at_large = post.get("Condition?_count=200").await;
    assert_eq!(at_large.status, 403, "an emergency is about one patient: {}", at_large.text);
    let overview = patient.get("/overzicht").await;
    assert!(overview.text().contains(reason), "{}", overview.text());
    let looked = patient.get("/gekeken?emergency=1").await.text();
    assert!(looked.contains(reason) && looked.contains("poed"), "{looked}");
}
