//! The overview over HTTP: GP, pharmacy, hospital, home care and patient, each on their own part.

use serde_json::{Value, json};

use super::blocks::{ADMINISTRATION, AGREEMENT, BASE, DISPENSE, GIVEN, SNOMED, USE, block, extension, stopping, with};
use crate::support::builders::{BSN, allergy, bundle, coded, consent, patient, permit, permit_categories, weight};
use crate::support::{Caller, Person, Response, Server, on_both};

const DRUG: &str = "C03CA01";

/// Everybody may see everything of the patient; the GP, the pharmacy and the hospital each have a `Patient` of their own.
async fn region(server: &Server) -> Person {
    let anna = server.person().await;
    for organisation in ["org-gp", "org-pharmacy", "org-hospital", "org-vvt"] {
        let body = consent(&anna.reference(), permit(organisation));
        server.patient(&anna).post("Consent", &body).await.expect(201);
    }
    for (caller, id) in [(server.gp(), "Patient/g"), (server.pharmacy(), "Patient/a"), (server.hospital(), "Patient/h")]
    {
        caller.put(id, &patient(&anna.bsn)).await.expect(201);
    }
    anna
}

fn dosed(block: Value, dose: &str) -> Value {
    let name = if block["resourceType"] == "MedicationStatement" { "dosage" } else { "dosageInstruction" };
    with(block, json!({name: [{"text": dose}]}))
}

/// The page that a caller reads, in Dutch.
/// The page, without the code at its end, which is another each time.
async fn page(caller: &Caller<'_>, anna: &Person, query: &str) -> String {
    let path = format!("Patient/{}/$medication-overview{query}", anna.id);
    let page = caller.with("accept", "text/html").get(&path).await.expect(200).text();
    page.split("<footer>").next().unwrap_or_default().to_owned()
}

fn part<'p>(page: &'p str, title: &str) -> &'p str {
    let Some(at) = page.find(&format!(">{title}<")) else { return "" };
    page[at..].split("</section>").next().unwrap_or_default()
}

fn everybody<'s>(server: &'s Server, anna: &Person) -> Vec<(&'static str, Caller<'s>)> {
    vec![
        ("the GP", server.gp()),
        ("the pharmacy", server.pharmacy()),
        ("the hospital", server.hospital()),
        ("home care", server.vvt()),
        ("the patient", server.patient(anna)),
    ]
}

/// The GP prescribes, the pharmacy hands over, the patient tells; then the GP stops it.
async fn a_stop_by_the_gp_is_in_the_next_overview_of_everyone(server: Server) {
    let anna = region(&server).await;
    let since = json!({"start": "2026-01-05"});
    let agreement = dosed(block(AGREEMENT, "Patient/g", "1", "2026-01-05", since.clone()), "1 tablet per dag");
    server.gp().put("MedicationRequest/ma", &agreement).await.expect(201);
    let processed = dosed(block(ADMINISTRATION, "Patient/a", "1", "2026-01-06", since.clone()), "1 tablet per dag");
    server.pharmacy().put("MedicationDispense/ta", &processed).await.expect(201);
    let handed = block(DISPENSE, "Patient/a", "1", "2026-02-06", Value::Null);
    server.pharmacy().put("MedicationDispense/mve", &handed).await.expect(201);
    for (who, caller) in everybody(&server, &anna) {
        let text = page(&caller, &anna, "").await;
        let used = part(&text, "Nu in gebruik");
        assert!(
            used.contains(DRUG) && used.contains("1 tablet per dag") && used.contains("6 februari 2026"),
            "{who}: {text}"
        );
        assert!(part(&text, "Gestopt in de afgelopen twee maanden").is_empty(), "{who}");
    }
    let stop = block(AGREEMENT, "Patient/g", "1", "2026-03-02", json!({"start": "2026-01-05", "end": "2026-03-01"}));
    let stop = with(
        stopping(stop, "113371000146109"),
        json!({
            "identifier": [{"system": "urn:example:blocks", "value": "stop"}], "reasonCode": [{"text": "bijwerking"}],
            "priorPrescription": {"reference": "MedicationRequest/ma"}, "requester": {"display": "huisarts Linde"},
        }),
    );
    server.gp().put("MedicationRequest/stop", &stop).await.expect(201);
    for (who, caller) in everybody(&server, &anna) {
        let text = page(&caller, &anna, "").await;
        let stopped = part(&text, "Gestopt in de afgelopen twee maanden");
        for expected in
            [DRUG, "1 maart 2026", "Definitief gestopt", "Reden: bijwerking", "bij de apotheek loopt het nog"]
        {
            assert!(stopped.contains(expected), "{who} {expected}: {text}");
        }
        assert!(!part(&text, "Nu in gebruik").contains(DRUG), "{who}");
    }
    // The pharmacy follows, and what did not fit is gone.
    let until = json!({"start": "2026-01-05", "end": "2026-03-01"});
    let follows = stopping(block(ADMINISTRATION, "Patient/a", "1", "2026-03-02", until), "113371000146109");
    server.pharmacy().put("MedicationDispense/stop", &follows).await.expect(201);
    for (who, caller) in everybody(&server, &anna) {
        assert!(!page(&caller, &anna, "").await.contains("bij de apotheek loopt het nog"), "{who}");
    }
}

fn verified(subject: &str, with: &str, source: Value) -> Value {
    let parts = json!([
        {"url": "verificationPatient", "valueBoolean": with == "Patient"},
        {"url": "verificationHealthProfessional", "valueBoolean": with == "HealthProfessional"},
        {"url": format!("verification{with}Date"), "valueDateTime": "2026-03-02"},
    ]);
    json!({
        "resourceType": "List", "status": "current", "mode": "snapshot", "code": coded(SNOMED, "11181000146103"),
        "extension": [{"url": format!("{BASE}ext-MedicationOverview.Verification"), "extension": parts}],
        "subject": {"reference": subject}, "date": "2026-03-02", "source": source,
    })
}

async fn patient_and_professional_record_that_they_checked_it(server: Server) {
    let anna = region(&server).await;
    let text = page(&server.vvt(), &anna, "").await;
    assert!(text.contains("staat niet dat dit overzicht is gecontroleerd"), "{text}");
    let by_gp = verified("Patient/g", "Patient", json!({"display": "huisarts Linde"}));
    server.gp().post("List", &by_gp).await.expect(201);
    let own = verified(&anna.reference(), "HealthProfessional", json!({"reference": anna.reference()}));
    server.patient(&anna).post("List", &own).await.expect(201);
    for (who, caller) in everybody(&server, &anna) {
        let text = page(&caller, &anna, "").await;
        assert!(text.contains("Gecontroleerd met de patiënt op 2 maart 2026, vastgelegd door huisarts Linde, Huisartsenpraktijk De Linde."), "{who}: {text}");
        assert!(
            text.contains("Gecontroleerd met een zorgverlener op 2 maart 2026, vastgelegd door de patiënt."),
            "{who}: {text}"
        );
        assert!(text.contains("Daarna is er niets veranderd"), "{who}: {text}");
    }
    server.advance(3_600_000);
    let body = block(AGREEMENT, "Patient/g", "1", "2026-03-02T11:00:00+01:00", json!({"start": "2026-03-02"}));
    server.gp().put("MedicationRequest/ma", &body).await.expect(201);
    assert!(page(&server.vvt(), &anna, "").await.contains("Daarna veranderd: C03CA01."));
    // A patient writes this list only, and of the own use.
    let other = with(own.clone(), json!({"code": coded(SNOMED, "1")}));
    server.patient(&anna).post("List", &other).await.expect(422);
    let used = block(USE, &anna.reference(), "1", "2026-03-02", json!({"start": "2026-03-02"}));
    server.patient(&anna).post("MedicationStatement", &used).await.expect(201);
    let plain = with(used, json!({"category": coded(SNOMED, "1")}));
    server.patient(&anna).post("MedicationStatement", &plain).await.expect(422);
    let bert = server.person().await;
    server.patient(&bert).post("List", &own).await.expect(422);
}

async fn what_the_patient_does_otherwise_is_told(server: Server) {
    let anna = region(&server).await;
    let since = json!({"start": "2026-01-05"});
    let agreement = dosed(block(AGREEMENT, "Patient/g", "1", "2026-01-05", since.clone()), "1 tablet per dag");
    server.gp().put("MedicationRequest/ma", &agreement).await.expect(201);
    let mut used = dosed(block(USE, &anna.reference(), "1", "2026-02-01", since), "1 tablet om de dag");
    used["extension"].as_array_mut().expect("extensions").push(extension(
        "ext-AsAgreedIndicator",
        "valueBoolean",
        json!(false),
    ));
    server.patient(&anna).post("MedicationStatement", &used).await.expect(201);
    for (who, caller) in everybody(&server, &anna) {
        let text = page(&caller, &anna, "").await;
        assert!(
            text.contains("Gebruik wijkt af volgens eigen opgave (1 februari 2026): 1 tablet om de dag."),
            "{who}: {text}"
        );
    }
}

async fn safety_and_administrations_are_in_it(server: Server) {
    let anna = region(&server).await;
    let flag = json!({
        "resourceType": "Flag", "status": "active", "category": [coded(SNOMED, "140401000146105")],
        "code": {"text": "Verminderde nierfunctie"}, "subject": {"reference": "Patient/a"},
    });
    let kidneys = json!({
        "resourceType": "Observation", "status": "final", "code": coded("http://loinc.org", "62238-1"),
        "subject": {"reference": "Patient/h"}, "effectiveDateTime": "2024-05-06", "valueQuantity": {"value": 38, "unit": "mL/min"},
    });
    server.gp().post("AllergyIntolerance", &allergy("Patient/g", "91936005")).await.expect(201);
    server.pharmacy().post("Flag", &flag).await.expect(201);
    server.hospital().post("Observation", &kidneys).await.expect(201);
    server.hospital().post("Observation", &weight("Patient/h", "2026-01-05", "66")).await.expect(201);
    let steps = json!({"resourceType": "Observation", "status": "final", "code": coded("http://loinc.org", "55423-8"),
        "subject": {"reference": "Patient/h"}, "effectiveDateTime": "2026-01-05", "valueQuantity": {"value": 7777}});
    server.hospital().post("Observation", &steps).await.expect(201);
    let given = block(GIVEN, "Patient/h", "1", "2026-03-01T08:00:00+01:00", Value::Null);
    server.hospital().put("MedicationAdministration/mtd", &given).await.expect(201);
    for (who, caller) in everybody(&server, &anna) {
        let text = page(&caller, &anna, "").await;
        for expected in ["91936005", "Verminderde nierfunctie", "38 mL/min", "Ouder dan een jaar", "66 kg"] {
            assert!(text.contains(expected), "{who} {expected}: {text}");
        }
        assert!(!text.contains("7777") && !text.contains("Toegediend"), "{who}");
        let text = page(&caller, &anna, "?include-administrations=true").await;
        assert!(
            part(&text, "Toegediend in de afgelopen twee maanden").contains("1 maart 2026, 08:00 uur"),
            "{who}: {text}"
        );
    }
    let wrong = format!("Patient/{}/$medication-overview?include-administrations=perhaps", anna.id);
    server.gp().get(&wrong).await.expect(400);
}

async fn the_gaps_are_said_and_not_what_is_in_them(server: Server) {
    let anna = region(&server).await;
    let body = block(AGREEMENT, "Patient/g", "1", "2026-01-05", json!({"start": "2026-01-05"}));
    server.gp().put("MedicationRequest/ma", &body).await.expect(201);
    let notice = "misschien is niet alles gedeeld";
    assert!(page(&server.hospital(), &anna, "").await.contains(notice));
    assert!(!page(&server.patient(&anna), &anna, "").await.contains(notice), "the patient sees all");
    // Who may see wishes only is told the same, whatever there is.
    let wishes = consent(&anna.reference(), permit_categories("org-mental-health", &["wishes"]));
    server.patient(&anna).post("Consent", &wishes).await.expect(201);
    let before = page(&server.mental_health(), &anna, "").await;
    assert!(before.contains(notice) && !before.contains(DRUG));
    server.gp().delete("MedicationRequest/ma").await.expect(204);
    assert_eq!(page(&server.mental_health(), &anna, "").await, before);
}

async fn it_comes_as_the_list_too(server: Server) {
    let anna = region(&server).await;
    let body = block(AGREEMENT, "Patient/g", "1", "2026-01-05", json!({"start": "2026-01-05"}));
    server.gp().put("MedicationRequest/ma", &body).await.expect(201);
    let number = format!("$medication-overview?patient={BSN}|{}", anna.bsn);
    let profile = "http://nictiz.nl/fhir/StructureDefinition/mp-MedicationOverview";
    let by_id = format!("Patient/{}/$medication-overview", anna.id);
    let names = |answer: &Response| answer.matches();
    for (caller, path) in [
        (server.hospital(), number.clone()),
        (server.hospital(), format!("{by_id}?_profile={profile}")),
        (server.hospital(), format!("{by_id}?_profile={profile}-Bundle")),
        (server.patient(&anna), "$medication-overview".to_owned()),
    ] {
        let answer = caller.get(&path).await.expect(200);
        assert_eq!(names(&answer), ["MedicationRequest/ma"], "{path}");
        let list = answer.json()["entry"][0]["resource"].clone();
        assert_eq!(
            (&list["resourceType"], &list["entry"][0]["item"]["reference"]),
            (&json!("List"), &json!("MedicationRequest/ma"))
        );
        assert_eq!(answer.json()["total"], 1);
    }
    let parameters = json!({"resourceType": "Parameters", "parameter": [
        {"name": "patient", "valueIdentifier": {"system": BSN, "value": anna.bsn}},
    ]});
    assert_eq!(
        names(&server.hospital().post("$medication-overview", &parameters).await.expect(200)),
        ["MedicationRequest/ma"]
    );
    let document =
        server.hospital().get(&format!("{number}&_profile=http://hl7.org/fhir/StructureDefinition/Composition")).await;
    assert_eq!(document.expect(200).json()["type"], "document");
    assert_eq!(server.hospital().get(&by_id).await.expect(200).json()["type"], "document");
    let xml = server.hospital().with("accept", "application/fhir+xml").get(&number).await.expect(200).text();
    assert!(xml.contains("<List"), "{xml}");
    for bad in [
        "$medication-overview",
        "$medication-overview?patient=",
        &format!("{number}&nonsense=1"),
        &format!("{by_id}?_profile=urn:x"),
    ] {
        server.hospital().get(bad).await.expect(400);
    }
    // Hidden and absent are one.
    let [hidden, absent] =
        [anna.bsn.as_str(), "999990482"].map(|bsn| format!("$medication-overview?patient={BSN}|{bsn}"));
    let hidden = server.mental_health().get(&hidden).await.expect(404);
    assert_eq!(hidden.body, server.mental_health().get(&absent).await.expect(404).body);
}

/// A hidden block leaves no trace in the overview, and neither does a hidden check.
async fn what_is_hidden_is_in_no_overview(server: Server) {
    let anna = server.person().await;
    let secret = crate::support::builders::labelled(
        block(AGREEMENT, "Patient/h", "1", "2026-01-05", json!({"start": "2026-01-05"})),
        "PSY",
    );
    let check = crate::support::builders::labelled(verified("Patient/h", "Patient", json!({"display": "arts"})), "PSY");
    let requests = vec![
        ("PUT", "Patient/h", patient(&anna.bsn)),
        ("PUT", "MedicationRequest/secret", secret),
        ("PUT", "List/secret", check),
    ];
    server.hospital().post("", &bundle("transaction", requests)).await.expect(200);
    for organisation in ["org-gp", "org-hospital"] {
        let body = consent(&anna.reference(), permit(organisation));
        server.patient(&anna).post("Consent", &body).await.expect(201);
    }
    let before = page(&server.gp(), &anna, "").await;
    assert!(page(&server.hospital(), &anna, "").await.contains("Gecontroleerd met de patiënt"));
    assert!(!before.contains("Gecontroleerd") && !before.contains(DRUG));
    for name in ["MedicationRequest/secret", "List/secret"] {
        server.hospital().delete(name).await.expect(204);
    }
    assert_eq!(page(&server.gp(), &anna, "").await, before);
}

on_both! {
    a_stop_by_the_gp_is_in_the_next_overview_of_everyone,
    it_comes_as_the_list_too,
    patient_and_professional_record_that_they_checked_it,
    safety_and_administrations_are_in_it,
    the_gaps_are_said_and_not_what_is_in_them,
    what_is_hidden_is_in_no_overview,
    what_the_patient_does_otherwise_is_told,
}
