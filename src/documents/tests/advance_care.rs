//! The advance care plan.

use super::super::{Source, advance_care};
use super::fixtures::{directive, directory, from, loinc, observation, sct};
use super::{lines, resources, section, with};
use serde_json::{Value, json};

const TREAT: &str = "Wel of niet behandelen";
const CPR: (&str, &str) = ("89666000", "Cardiopulmonale resuscitatie");
const IC: (&str, &str) = ("305351004", "Opname op intensive care");

fn record(resources: Vec<Value>) -> Vec<Source> {
    let mut out = directory();
    out.extend(resources.into_iter().map(|resource| from("Ziekenhuis Noord", resource)));
    out
}

#[test]
fn the_newest_directive_of_each_treatment_counts_and_resuscitation_goes_first() {
    let document = with(
        &record(vec![
            directive("d1", IC, "eerst overleg met de dochter", "2024-03-01"),
            directive("d2", CPR, "permit", "2020-03-01"),
            directive("d3", CPR, "deny", "2024-03-01"),
        ]),
        advance_care,
    );
    let who = "J. Peters, internist (Ziekenhuis Noord); Anna de Vries";
    // An empty column is left out of the second table.
    assert_eq!(
        lines(&document.view, TREAT),
        [
            format!("Reanimeren | Niet |  | {who} | 1 maart 2024 | Ziekenhuis Noord"),
            format!(
                "Opname op de intensive care | Anders | eerst overleg met de dochter | {who} | 1 maart 2024 | Ziekenhuis Noord"
            ),
            format!("Reanimeren | Wel | {who} | 1 maart 2020 | Ziekenhuis Noord"),
        ]
    );
}

#[test]
fn directives_that_contradict_on_one_day_are_both_shown() {
    let document = with(
        &record(vec![directive("d1", CPR, "permit", "2024-03-01"), directive("d2", CPR, "deny", "2024-03-01")]),
        advance_care,
    );
    let rows = lines(&document.view, TREAT);
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.contains("Op dezelfde dag staan er verschillende afspraken")), "{rows:?}");
}

#[test]
fn a_withdrawn_directive_is_history() {
    let mut withdrawn = directive("d1", IC, "permit", "2012-09-11");
    withdrawn["status"] = json!("inactive");
    let document = with(&record(vec![withdrawn]), advance_care);
    let found = section(&document.view, TREAT).unwrap();
    assert_eq!(found.blocks.len(), 1);
    let super::Block::Table(table) = &found.blocks[0] else { panic!("a table is expected") };
    assert!(table.past);
}

#[test]
fn a_privacy_consent_is_never_part_of_it() {
    let mut privacy = directive("privacy", CPR, "permit", "2024-01-01");
    privacy["scope"]["coding"][0]["code"] = json!("patient-privacy");
    let document = with(&record(vec![privacy]), advance_care);
    assert!(lines(&document.view, TREAT)[0].contains("staan geen afspraken"));
    assert!(!document.bundle.to_string().contains("privacy"));
}

#[test]
fn a_statement_on_paper_is_listed_by_its_title() {
    let paper = |id: &str, kind: &str, status: &str| {
        json!({
            "resourceType": "DocumentReference", "id": id, "status": status, "type": loinc(kind, "verklaring"),
            "subject": {"reference": "Patient/p-hospital"}, "date": "2024-03-01T10:00:00Z", "description": format!("Brief {id}"),
            "content": [{"attachment": {"contentType": "application/pdf", "data": "JVBERi0=", "title": format!("Scan {id}")}}],
        })
    };
    let statement = |id: &str, name: &str, value: Value| {
        let mut out = directive(id, ("NR", ""), "deny", "2024-03-01");
        out["scope"]["coding"][0]["code"] = json!("adr");
        out[name] = value;
        out
    };
    let document = with(
        &record(vec![
            paper("a", "42348-3", "current"),
            paper("b", "42348-3", "superseded"),
            paper("c", "34133-9", "current"),
            statement("s1", "sourceAttachment", json!({"contentType": "application/pdf", "data": "JVBERi0="})),
            statement("s2", "sourceReference", json!({"reference": "DocumentReference/c"})),
        ]),
        advance_care,
    );
    let rows = lines(&document.view, "Schriftelijke verklaringen");
    let count = |words: &str| rows.iter().filter(|row| row.contains(words)).count();
    assert_eq!((rows.len(), count("Bestand: Scan a"), count("Scan b")), (4, 1, 1), "{rows:?}");
    assert_eq!((count("Document: bijgevoegd"), count("Document: Brief c")), (1, 1), "{rows:?}");
    assert!(rows[3].contains("Scan b"), "what was replaced is history: {rows:?}");
    assert!(resources(&document.bundle).iter().any(|found| found["id"] == "a"));
}

#[test]
fn wishes_goals_people_and_conversations_have_their_place() {
    let document = with(
        &record(vec![
            json!({
                "resourceType": "Goal", "id": "g1", "lifecycleStatus": "active", "startDate": "2024-03-01",
                "category": [sct("713603004", "advance care planning")],
                "description": sct("713148004", "Palliatief"), "subject": {"reference": "Patient/p-hospital"}
            }),
            observation(
                "o1",
                &sct("395091006", "voorkeursplek"),
                "2024-03-01",
                ("valueCodeableConcept", sct("264362003", "thuis")),
            ),
            observation(
                "o2",
                &sct("340171000146104", "standpunt"),
                "2024-03-01",
                ("valueCodeableConcept", sct("340201000146103", "Wenst geen euthanasie")),
            ),
            json!({
                "resourceType": "Device", "id": "icd", "type": sct("72506001", "ICD"), "patient": {"reference": "Patient/p-hospital"}
            }),
            json!({
                "resourceType": "DeviceUseStatement", "id": "use", "status": "active",
                "subject": {"reference": "Patient/p-hospital"}, "device": {"reference": "Device/icd", "display": "ICD"}
            }),
            json!({
                "resourceType": "RelatedPerson", "id": "r1", "patient": {"reference": "Patient/p-hospital"},
                "relationship": [{"coding": [{"system": "urn:oid:2.16.840.1.113883.2.4.3.11.22.472", "code": "24"}]}],
                "name": [{"text": "Eva de Vries"}], "telecom": [{"system": "phone", "value": "0612345678"}]
            }),
            json!({
                "resourceType": "Procedure", "id": "talk", "status": "completed", "code": sct("713603004", "advance care planning"),
                "subject": {"reference": "Patient/p-hospital"}, "performedDateTime": "2024-03-01",
                "performer": [{"actor": {"reference": "PractitionerRole/role1"}}],
                "encounter": {"reference": "Encounter/visit"}
            }),
            json!({
                "resourceType": "Encounter", "id": "visit", "status": "finished",
                "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
                "subject": {"reference": "Patient/p-hospital"}, "period": {"start": "2024-03-01"},
                "reasonReference": [{"reference": "Procedure/talk"}],
                "participant": [{"individual": {"reference": "RelatedPerson/r1"}}]
            }),
        ]),
        advance_care,
    );
    let view = &document.view;
    assert!(lines(view, "Doel van de behandeling")[0].starts_with("Klachten verlichten"));
    assert_eq!(lines(view, "Wensen").len(), 2);
    assert!(lines(view, "Wensen")[0].starts_with("Waar iemand wil overlijden | Thuis | 1 maart 2024"));
    assert!(lines(view, "Apparaat in het lichaam (ICD)")[0].starts_with("ICD"));
    assert!(lines(view, "Vertegenwoordiger en contactpersonen")[0].contains("Rol: Wettelijk vertegenwoordiger"));
    let talks = lines(view, "Gesprekken");
    assert_eq!(talks.len(), 1);
    assert!(talks[0].contains("Bezoek thuis") && talks[0].contains("Eva de Vries"), "{talks:?}");
    assert!(resources(&document.bundle).iter().any(|found| found["id"] == "talk"));
}

/// A completed form, under one of its names, with the answer to whether the patient can decide.
fn form(id: &str, canonical: &str, code: &str, authored: &str) -> Value {
    json!({
        "resourceType": "QuestionnaireResponse", "id": id, "status": "completed", "authored": authored,
        "questionnaire": canonical, "subject": {"reference": "Patient/p-hospital"},
        "item": [{"linkId": "26", "item": [{"linkId": "1406", "text": "Wilsbekwaam?", "answer": [{
            "valueCoding": {"code": code, "display": "antwoord"},
            "item": [{"linkId": "1407", "answer": [{"valueString": "Vergeet veel."}]}],
        }]}]}],
    })
}

#[test]
fn the_newest_form_tells_who_decides_under_whatever_name_it_has() {
    let document = with(
        &record(vec![
            form("f1", "https://fhir.iknl.nl/fhir/Questionnaire/ACP-zib2020|0.1.3-beta3", "1", "2023-01-01T10:00:00Z"),
            form("f2", "https://spil.example/fhir/Questionnaire/AcpZib2020", "0", "2024-01-01T10:00:00Z"),
            form("f3", "https://example.org/Questionnaire/ACP", "1", "2025-01-01T10:00:00Z"),
        ]),
        advance_care,
    );
    let contacts = section(&document.view, "Vertegenwoordiger en contactpersonen").expect("a section");
    let super::Block::Paragraph(words) = &contacts.blocks[0] else { panic!("a sentence is expected") };
    assert_eq!(
        words.nl,
        "Volgens het formulier van 1 januari 2024: Kan niet zelf beslissen over behandelingen. Vergeet veel."
    );
    assert_eq!(lines(&document.view, "Ingevuld formulier").len(), 2, "another form is no part of the plan");
}
