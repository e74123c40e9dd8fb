//! The limits of treatment in the workspace: what may be seen, first, and nothing of what may not.

use serde_json::{Value, json};

use super::people::{as_patient, as_professional, patient_with_record, post, professional};
use crate::support::region::organization;
use crate::support::{Person, Server, builders, on_both};

on_both!(the_limits_are_read_by_who_may_see_wishes_only, an_emergency_shows_the_limits_first);

const CPR: &str = "89666000";

fn directive(patient: &str, code: &str, effect: &str) -> Value {
    let mut body = builders::consent(patient, json!({"type": effect}));
    body["scope"] = builders::coded("http://terminology.hl7.org/CodeSystem/consentscope", "treatment");
    body["category"] = json!([builders::coded("http://snomed.info/sct", "129125009")]);
    body["provision"]["code"] = json!([builders::coded("http://snomed.info/sct", code)]);
    body
}

/// A patient of whom the hospital knows one limit and one representative.
async fn with_limits(server: &Server) -> Person {
    let (person, patient) = patient_with_record(server).await;
    let hospital = server.hospital();
    hospital.post("Consent", &directive(&patient, CPR, "deny")).await.expect(201);
    let daughter = json!({
        "resourceType": "RelatedPerson", "active": true, "patient": {"reference": patient},
        "relationship": [builders::coded("urn:oid:2.16.840.1.113883.2.4.3.11.22.472", "24")],
        "name": [{"text": "M. Dochter<b>"}], "telecom": [{"system": "phone", "value": "06-0001 2001"}],
    });
    hospital.post("RelatedPerson", &daughter).await.expect(201);
    person
}

async fn permit(server: &Server, person: &Person, category: &str) -> String {
    let provision = builders::permit_categories(&organization("gp"), &[category]);
    let body = builders::consent(&person.reference(), provision);
    server.patient(person).post("Consent", &body).await.expect(201).id()
}

async fn the_limits_are_read_by_who_may_see_wishes_only(server: Server) {
    let person = with_limits(&server).await;
    professional(&server, "dokter", "gp").await;
    let mut doctor = as_professional(&server, "dokter").await;
    let address = format!("/zorg/patient/{}/grenzen", person.id);
    let hidden = doctor.get(&address).await;
    let absent = doctor.get("/zorg/patient/absent/grenzen").await;
    assert_eq!((hidden.status, absent.status), (404, 404));
    assert_eq!(hidden.text.replace(&person.id, ""), absent.text.replace("absent", ""), "as for nobody");

    // Who may see something else sees that nothing is known, in the words for a patient without any agreement.
    let other = permit(&server, &person, "problems").await;
    let page = doctor.get(&address).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.text.matches("verdict unknown").count(), 7, "{}", page.text);
    assert!(!page.text.contains("verdict no") && !page.text.contains("Dochter"), "{}", page.text);
    assert!(page.text.contains("Niet bekend: er staat geen afspraak in wat u mag zien"), "{}", page.text);
    assert!(page.text.contains("Misschien ziet u niet alles"), "{}", page.text);

    let mut patient = as_patient(&server, &person).await;
    assert_eq!(patient.get(&address).await.status, 403, "it is a page of the workspace");
    permit(&server, &person, "wishes").await;
    let page = doctor.get(&address).await;
    assert_eq!((page.text.matches("verdict no\"").count(), page.text.matches("verdict unknown").count()), (1, 6));
    let first = page.text.split("<li class").nth(1).expect("a row");
    assert!(first.contains("Reanimeren") && first.contains("Niet</strong>"), "{first}");
    let start = doctor.get(&format!("/zorg/patient/{}", person.id)).await.text;
    assert!(start.contains(&format!("href=\"{address}\"")), "one tap away: {start}");
    let looked = patient.get("/gekeken").await.text;
    assert!(looked.contains("Behandelgrenzen") && looked.contains("Dokter dokter"), "{looked}");
    server.patient(&person).delete(&format!("Consent/{other}")).await.expect(204);
    assert!(doctor.get(&address).await.text.contains("verdict no\""), "the other permission is not needed");
}

async fn an_emergency_shows_the_limits_first(server: Server) {
    let person = with_limits(&server).await;
    professional(&server, "post", "gp_post").await;
    let mut doctor = as_professional(&server, "post").await;
    let address = format!("/zorg/patient/{}/grenzen", person.id);
    assert_eq!(doctor.get(&address).await.status, 404);
    let fields = [("bsn", person.bsn.as_str()), ("reason", "Bewusteloos gevonden"), ("confirm", "1")];
    let page = post(&mut doctor, "/zorg/spoed", "/zorg/spoed", &fields).await;
    let (limits, documents) = (page.text.find("verdict no\""), page.text.find("id=\"documents\""));
    assert!(limits.is_some() && limits < documents, "{}", page.text);
    let (tap, alert) = (page.text.find(&format!("href=\"{address}\"")), page.text.find("class=\"alert\""));
    assert!(tap.is_some() && tap < alert, "before anything else: {}", page.text);
    let page = doctor.get(&address).await;
    for part in ["verdict no\"", "Geopend bij spoed", "href=\"tel:0600012001\"", "M. Dochter&#60;b&#62;"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
}
