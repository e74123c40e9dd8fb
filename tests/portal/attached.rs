//! Files inside records: through the door, as what they are, and not at all otherwise.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::people::{as_patient, as_professional, patient_with_record, post, professional};
use crate::support::browser::Browser;
use crate::support::region::organization;
use crate::support::{Person, Server, builders, on_both};

on_both!(
    a_statement_is_had_by_who_may_see_it,
    what_is_not_what_it_says_is_not_had,
    an_emergency_of_one_opens_no_file_and_no_handoff_of_another,
);

const PDF: &[u8] = b"%PDF-1.7\nverklaring\n%%EOF\n";

fn statement(patient: &str, attachment: &Value) -> Value {
    let mut body = builders::consent(patient, json!({}));
    body["scope"] = builders::coded("http://terminology.hl7.org/CodeSystem/consentscope", "adr");
    body["category"] = json!([builders::coded("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "acd")]);
    body["provision"] = json!({"code": [builders::coded("urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.14.1", "NR")]});
    body["sourceAttachment"] = attachment.clone();
    body
}

fn attachment(content_type: &str, bytes: &[u8]) -> Value {
    json!({"contentType": content_type, "title": "Mijn <b>verklaring", "data": STANDARD.encode(bytes)})
}

async fn permit(server: &Server, person: &Person, categories: &[&str]) {
    let provision = builders::permit_categories(&organization("gp"), categories);
    server.patient(person).post("Consent", &builders::consent(&person.reference(), provision)).await.expect(201);
}

/// The answer to a GET with the cookies of a browser.
async fn fetch(server: &Server, browser: &Browser<'_>, path: &str) -> reqwest::Response {
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = server.client().get(format!("{}{path}", server.base())).header("cookie", cookies.join("; "));
    request.send().await.expect("answer")
}

async fn a_statement_is_had_by_who_may_see_it(server: Server) {
    let (person, patient) = patient_with_record(&server).await;
    let hospital = server.hospital();
    let id = hospital.post("Consent", &statement(&patient, &attachment("application/pdf", PDF))).await.expect(201).id();
    let paper = json!({
        "resourceType": "DocumentReference", "status": "current", "subject": {"reference": patient},
        "type": builders::coded("http://loinc.org", "42348-3"), "description": "Wilsverklaring op papier",
        "content": [
            {"attachment": attachment("text/plain", b"Ik wil dit niet.")},
            {"attachment": attachment("image/png", b"\x89PNG\r\n\x1a\nrest")},
            {"attachment": {"contentType": "application/pdf", "url": "https://elsewhere.example/x.pdf"}},
        ],
    });
    let paper = hospital.post("DocumentReference", &paper).await.expect(201).id();
    professional(&server, "dokter", "gp").await;
    let mut doctor = as_professional(&server, "dokter").await;
    let start = format!("/zorg/patient/{}", person.id);
    let file = format!("{start}/bijlage/Consent/{id}");
    permit(&server, &person, &["problems"]).await;
    let (hidden, absent) = (doctor.get(&file).await, doctor.get(&format!("{start}/bijlage/Consent/absent")).await);
    assert_eq!((hidden.status, absent.status), (404, 404));
    assert_eq!(hidden.text.replace(&id, ""), absent.text.replace("absent", ""), "as for nothing");

    permit(&server, &person, &["wishes"]).await;
    let page = doctor.get(&format!("{start}/document/wensen")).await.text;
    assert!(
        page.contains(&format!("href=\"{file}\"")) && page.contains("Bekijk de verklaring: Mijn &#60;b&#62;"),
        "{page}"
    );
    assert!(page.contains("(PDF, 1 kB)") && !page.contains("elsewhere.example"), "{page}");
    assert_eq!(page.matches("Wilsverklaring op papier").count(), 1, "{page}");
    let answer = fetch(&server, &doctor, &file).await;
    assert_eq!(answer.status(), 200);
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-disposition", "attachment; filename=\"verklaring.pdf\""),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.headers()[name], value);
    }
    assert!(answer.headers()["content-security-policy"].to_str().expect("text").contains("sandbox"));
    assert_eq!(answer.bytes().await.expect("a file"), PDF);
    let other = format!("{start}/bijlage/DocumentReference/{paper}");
    assert_eq!(doctor.get(&other).await.text, "Ik wil dit niet.");
    let picture = fetch(&server, &doctor, &format!("{other}?deel=2")).await;
    assert_eq!(
        (&picture.headers()["content-type"], picture.status().as_u16()),
        (&"image/png".parse().expect("value"), 200)
    );
    for part in ["3", "4", "0", "x", "99999999999999999999"] {
        assert_eq!(doctor.get(&format!("{other}?deel={part}")).await.status, 404, "{part}");
    }

    let mut owner = as_patient(&server, &person).await;
    let own = format!("/documenten/bijlage/Consent/{id}");
    assert!(owner.get("/documenten/wensen").await.text.contains(&format!("href=\"{own}\"")));
    assert_eq!(fetch(&server, &owner, &own).await.bytes().await.expect("a file"), PDF);
    let looked = owner.get("/gekeken").await.text;
    assert!(looked.contains("Dokter dokter"), "{looked}");
    let (stranger, _) = patient_with_record(&server).await;
    assert_eq!(as_patient(&server, &stranger).await.get(&own).await.status, 404);
}

async fn what_is_not_what_it_says_is_not_had(server: Server) {
    let (person, patient) = patient_with_record(&server).await;
    let hospital = server.hospital();
    permit(&server, &person, &["wishes", "problems"]).await;
    professional(&server, "dokter", "gp").await;
    let mut doctor = as_professional(&server, "dokter").await;
    let html: &[u8] = b"<html><script>alert(1)</script></html>";
    let hashed = |hash: &str| {
        let mut file = attachment("application/pdf", PDF);
        file["hash"] = json!(hash);
        file
    };
    for (file, status) in [
        (attachment("application/pdf", PDF), 200),
        (attachment("application/pdf", html), 415),
        (attachment("text/html", html), 415),
        (attachment("image/svg+xml", b"<svg/>"), 415),
        (hashed("AAAAAAAAAAAAAAAAAAAAAAAAAAA="), 415),
        (json!({"contentType": "application/pdf", "url": "https://elsewhere.example/x.pdf"}), 404),
    ] {
        let id = hospital.post("Consent", &statement(&patient, &file)).await.expect(201).id();
        let page = doctor.get(&format!("/zorg/patient/{}/bijlage/Consent/{id}", person.id)).await;
        assert_eq!(page.status, status, "{file}");
        assert!(!page.text.contains("<script>") && (status == 200 || page.text.contains("<h1>")), "{}", page.text);
    }
    // Of other types nothing is had here, though the caller may see them.
    let condition = hospital.post("Condition", &builders::condition(&patient, "44054006")).await.expect(201).id();
    server.gp().get(&format!("Condition/{condition}")).await.expect(200);
    for path in [format!("Condition/{condition}"), "Nonsense/1".to_owned(), format!("Patient/{}", person.id)] {
        assert_eq!(doctor.get(&format!("/zorg/patient/{}/bijlage/{path}", person.id)).await.status, 404, "{path}");
    }
}

async fn an_emergency_of_one_opens_no_file_and_no_handoff_of_another(server: Server) {
    let ((one, of_one), (_, of_other)) = (patient_with_record(&server).await, patient_with_record(&server).await);
    let hospital = server.hospital();
    let mut places = Vec::new();
    for patient in [&of_one, &of_other] {
        let file = statement(patient, &attachment("application/pdf", PDF));
        let file = hospital.post("Consent", &file).await.expect(201).id();
        let handoff = json!({
            "resourceType": "Composition", "status": "final", "date": "2026-03-02", "title": "Overdracht",
            "type": builders::coded("http://snomed.info/sct", "11171000146100"), "subject": {"reference": patient},
            "author": [{"display": "Arts"}],
        });
        let handoff = hospital.post("Composition", &handoff).await.expect(201).id();
        places.push([
            format!("/zorg/patient/{}/bijlage/Consent/{file}", one.id),
            format!("/zorg/patient/{}/overdracht/{handoff}", one.id),
            format!("/zorg/patient/{}/overdracht/{handoff}/pdf", one.id),
        ]);
    }
    professional(&server, "post", "gp_post").await;
    let mut doctor = as_professional(&server, "post").await;
    let fields = [("bsn", one.bsn.as_str()), ("reason", "Bewusteloos gevonden"), ("confirm", "1")];
    post(&mut doctor, "/zorg/spoed", "/zorg/spoed", &fields).await;
    for (own, others) in places[0].iter().zip(&places[1]) {
        assert_eq!(fetch(&server, &doctor, own).await.status(), 200, "{own}");
        assert_eq!(fetch(&server, &doctor, others).await.status(), 404, "{others}");
    }
}
