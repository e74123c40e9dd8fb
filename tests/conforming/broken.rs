//! For each of our profiles: something that keeps it, and copies of that which are broken by hand, each found at its place.

use serde_json::{Value, json};
use spil::documents::{medication_overview, nursing_handoff, patient_summary, stored_document};
use spil_fhir_profiles::profile::{OWN_BASE, validate};

use super::{Library, Person, REGION, composed, errors, people};

type Change = fn(&mut Value);
type Row = (&'static str, Change);

/// Holds the good one and every broken copy against a profile. `at` is where the part that is changed stands.
fn table(name: &str, good: &Value, at: &str, rows: &[Row]) {
    let library = Library::own();
    let profile = format!("{OWN_BASE}{name}");
    let part = |whole: &Value| match at {
        "" => whole.clone(),
        _ => whole["entry"][0]["resource"].clone(),
    };
    let asked = part(good);
    let issues = validate(&asked, &[&profile], &library);
    assert_eq!(errors(&issues), [], "{name}");
    for (place, change) in rows {
        let mut bad = asked.clone();
        change(&mut bad);
        assert_ne!(bad, asked, "{name}: {place} was not changed");
        let issues = validate(&bad, &[&profile], &library);
        let found = errors(&issues);
        assert!(found.iter().any(|(at, _)| at == place), "{name}: {place} in {found:?}");
    }
}

fn remove(value: &mut Value, name: &str) {
    value.as_object_mut().expect("an object").shift_remove(name);
}

fn truus() -> Person {
    people().into_iter().find(|person| person.name == "truus").expect("truus")
}

fn whoever_has(rtype: &str, fits: impl Fn(&Value) -> bool) -> (Person, Value) {
    let has = |person: Person| {
        let found =
            person.sources.iter().map(|source| &source.resource).find(|one| one["resourceType"] == rtype && fits(one));
        let found = found.cloned()?;
        Some((person, found))
    };
    people().into_iter().filter(|person| !person.name.contains(' ')).find_map(has).expect("somebody")
}

/// What every document of ours asks of its Composition.
const DOCUMENT: [Row; 8] = [
    ("Composition.status", |c| c["status"] = json!("preliminary")),
    ("Composition.type", |c| c["type"]["coding"][0]["code"] = json!("1")),
    ("Composition.subject", |c| remove(c, "subject")),
    ("Composition.subject.reference", |c| c["subject"]["reference"] = json!("Group/1")),
    ("Composition.custodian", |c| remove(c, "custodian")),
    ("Composition.author", |c| remove(c, "author")),
    ("Composition.section", |c| remove(c, "section")),
    ("Composition.section[0].title", |c| remove(&mut c["section"][0], "title")),
];

fn rows(more: &[Row]) -> Vec<Row> {
    DOCUMENT.iter().chain(more).copied().collect()
}

#[test]
fn a_broken_medication_overview_is_found_at_its_fault() {
    let bundle = composed(&truus(), medication_overview).bundle;
    table(
        "MedicationOverview",
        &bundle,
        "document",
        &rows(&[
            ("Composition.section", |c| remove(&mut c["section"][0], "code")),
            ("Composition.section", |c| c["section"][1]["code"] = c["section"][0]["code"].clone()),
            ("Composition.section[0].text", |c| remove(&mut c["section"][0], "text")),
            ("Composition.section[0].entry[0].reference", |c| {
                c["section"][0]["entry"][0]["reference"] = json!("Condition/1");
            }),
            ("Composition.type", |c| drop(c["type"]["coding"].as_array_mut().expect("codings").pop())),
        ]),
    );
}

#[test]
fn a_broken_advance_care_plan_is_found_at_its_fault() {
    let (person, _) = whoever_has("Consent", |one| one["scope"]["coding"][0]["code"] == "treatment");
    let bundle = composed(&person, spil::documents::advance_care).bundle;
    table(
        "AcpDocument",
        &bundle,
        "document",
        &rows(&[
            ("Composition.section[0].text", |c| remove(&mut c["section"][0], "text")),
            ("Composition.section[0].entry[0].reference", |c| {
                c["section"][0]["entry"][0]["reference"] = json!("Condition/1");
            }),
        ]),
    );
}

#[test]
fn a_broken_handoff_is_found_at_its_fault() {
    let own: &[Row] = &[
        ("Composition.section[0]", |c| c["section"][0]["code"]["coding"][0]["code"] = json!("1")),
        ("Composition.section", |c| {
            let again = c["section"][0].clone();
            c["section"].as_array_mut().expect("sections").push(again);
        }),
        ("Composition.section[0].code", |c| remove(&mut c["section"][0], "code")),
        ("Composition.section[0].section[0]", |c| {
            c["section"][0]["section"][0]["code"]["coding"][0]["code"] = json!("420134006");
        }),
        ("Composition.section[0].section[0].title", |c| remove(&mut c["section"][0]["section"][0], "title")),
        ("Composition.section[0].section", |c| {
            let again = c["section"][0]["section"][0].clone();
            c["section"][0]["section"].as_array_mut().expect("sections").push(again);
        }),
        ("Composition.section[0].section[0].section", |c| {
            let inner = c["section"][0]["section"][0].clone();
            c["section"][0]["section"][0]["section"] = json!([inner]);
        }),
    ];
    let (person, stored) = whoever_has("Composition", |_| true);
    let bundle = composed(&person, |input| stored_document(input, &stored)).bundle;
    let mut all = rows(own);
    all.push(("Composition.section[0].section[1].entry[0].reference", |c| {
        c["section"][0]["section"][1]["entry"][0]["reference"] = json!("Condition/1");
    }));
    table("HandoffComposition", &bundle, "document", &all);
    let bundle = composed(&person, |input| nursing_handoff(input, None)).bundle;
    table("HandoffComposition", &bundle, "document", &rows(own));
}

#[test]
fn a_broken_patient_summary_is_found_at_its_fault() {
    let bundle = composed(&truus(), patient_summary).bundle;
    table(
        "PatientSummary",
        &bundle,
        "document",
        &rows(&[
            ("Composition.section", |c| drop(c["section"].as_array_mut().expect("sections").remove(0))),
            ("Composition.section[0]", |c| remove(&mut c["section"][0], "entry")),
            ("Composition.section[0].text", |c| remove(&mut c["section"][0], "text")),
            ("Composition.section[0].code", |c| remove(&mut c["section"][0], "code")),
            ("Composition.section[3]", |c| c["section"][3]["code"]["coding"][0]["code"] = json!("1-8")),
            ("Composition.section", |c| c["section"][3] = c["section"][4].clone()),
            ("Composition.section[0].entry[0].reference", |c| {
                c["section"][0]["entry"][0]["reference"] = json!("Flag/1");
            }),
            ("Composition.section[0].section", |c| c["section"][0]["section"] = json!([c["section"][1].clone()])),
        ]),
    );
}

#[test]
fn a_document_that_is_not_whole_is_found() {
    let library = Library::own();
    let good = composed(&truus(), patient_summary).bundle;
    let faults: [Row; 5] = [
        ("Bundle", |b| remove(b, "timestamp")),
        ("Bundle", |b| b["entry"].as_array_mut().expect("entries").swap(0, 1)),
        ("Bundle.entry[0].resource.subject.reference", |b| drop(b["entry"].as_array_mut().expect("entries").remove(1))),
        ("Bundle.entry[2].fullUrl", |b| b["entry"][2]["fullUrl"] = b["entry"][3]["fullUrl"].clone()),
        ("Bundle.entry[0].resource.custodian.reference", |b| {
            b["entry"][0]["resource"]["custodian"]["reference"] = json!("Organization/nobody");
        }),
    ];
    for (place, change) in faults {
        let mut bad = good.clone();
        change(&mut bad);
        let issues = validate(&bad, &[], &library);
        let found = errors(&issues);
        assert!(found.iter().any(|(at, _)| *at == place), "{place} in {found:?}");
    }
}

#[test]
fn a_broken_task_is_found_at_its_fault() {
    let (_, task) = whoever_has("Task", |one| one["code"]["coding"][0]["code"] == "308292007");
    table(
        "HandoffTask",
        &task,
        "",
        &[
            ("Task.code", |t| t["code"]["coding"][0]["code"] = json!("1")),
            ("Task.code", |t| remove(t, "code")),
            ("Task.status", |t| t["status"] = json!("ready")),
            ("Task.intent", |t| t["intent"] = json!("plan")),
            ("Task.requester", |t| remove(t, "requester")),
            ("Task.owner", |t| remove(t, "owner")),
            ("Task.owner.reference", |t| t["owner"] = json!({"reference": "Patient/1"})),
            ("Task.for.reference", |t| t["for"] = json!({"reference": "Group/1"})),
            ("Task", |t| remove(t, "input")),
            ("Task", |t| {
                t["for"]["identifier"] =
                    json!({"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "999998298"});
            }),
            ("Task", |t| {
                t["status"] = json!("in-progress");
                remove(t, "for");
            }),
            ("Task.input", |t| {
                let again = t["input"][0].clone();
                t["input"].as_array_mut().expect("a list").push(again);
            }),
            ("Task.input[0].value", |t| {
                remove(&mut t["input"][0], "valueReference");
                t["input"][0]["valueString"] = json!("x");
            }),
            ("Task.input[0].value.reference", |t| {
                t["input"][0]["valueReference"] = json!({"reference": "Condition/1"});
            }),
            ("Task.focus.reference", |t| t["focus"] = json!({"reference": "Condition/1"})),
        ],
    );
}

#[test]
fn a_broken_privacy_consent_is_found_at_its_fault() {
    let consents = &REGION.privacy_consents;
    let nested = consents.iter().find(|one| one["provision"]["provision"].is_array()).expect("one with an exception");
    table(
        "PrivacyConsent",
        nested,
        "",
        &[
            ("Consent.implicitRules", |c| c["implicitRules"] = json!("urn:x")),
            ("Consent.modifierExtension", |c| c["modifierExtension"] = json!([{"url": "urn:x", "valueCode": "x"}])),
            ("Consent.scope", |c| c["scope"]["coding"][0]["code"] = json!("treatment")),
            ("Consent.patient", |c| remove(c, "patient")),
            ("Consent.patient.reference", |c| c["patient"] = json!({"display": "x"})),
            ("Consent.dateTime", |c| remove(c, "dateTime")),
            ("Consent.performer", |c| remove(c, "performer")),
            ("Consent.organization", |c| remove(c, "organization")),
            ("Consent.policy[0].uri", |c| c["policy"] = json!([{"authority": "urn:x"}])),
            ("Consent.provision", |c| remove(c, "provision")),
            ("Consent.provision.type", |c| remove(&mut c["provision"], "type")),
            ("Consent.provision.actor[0].role", |c| {
                c["provision"]["actor"][0]["role"]["coding"][0]["code"] = json!("AUT");
            }),
            ("Consent.provision.actor[0].reference.reference", |c| {
                c["provision"]["actor"][0]["reference"] = json!({"reference": "Device/1"});
            }),
            ("Consent.provision.action", |c| c["provision"]["action"] = json!([{"text": "x"}])),
            ("Consent.provision.securityLabel", |c| c["provision"]["securityLabel"] = json!([{"code": "R"}])),
            ("Consent.provision.purpose[0]", |c| c["provision"]["purpose"][0]["system"] = json!("urn:x")),
            ("Consent.provision.class[0]", |c| {
                c["provision"]["class"] = json!([{"system": "urn:x", "code": "Condition"}]);
            }),
            ("Consent.provision.code[0]", |c| c["provision"]["code"][0]["coding"][0]["code"] = json!("identity")),
            ("Consent.provision.code[0]", |c| c["provision"]["code"][0] = json!({"text": "alles"})),
            ("Consent.provision.data[0].meaning", |c| {
                c["provision"]["data"] = json!([{"meaning": "related", "reference": {"reference": "Condition/1"}}]);
            }),
            ("Consent.provision.data[0].reference.reference", |c| {
                c["provision"]["data"] =
                    json!([{"meaning": "instance", "reference": {"reference": "https://x.example/Condition/1"}}]);
            }),
            ("Consent.provision.provision[0].type", |c| remove(&mut c["provision"]["provision"][0], "type")),
            ("Consent.provision.provision[0].code[0]", |c| {
                c["provision"]["provision"][0]["code"][0]["coding"][0]["code"] = json!("nonsense");
            }),
            ("Consent.provision.provision[0].provision", |c| {
                c["provision"]["provision"][0]["provision"] = json!([{"type": "permit"}]);
            }),
        ],
    );
}

fn notice() -> Value {
    let words = |words: &str| json!({"status": "additional", "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{words}</div>")});
    json!({"resourceType": "Composition", "status": "final", "date": "2026-09-01", "title": "Aanmelding",
        "type": {"coding": [{"system": "http://snomed.info/sct", "code": "721915006"}]},
        "author": [{"reference": "Organization/hospital"}], "custodian": {"reference": "Organization/hospital"},
        "section": [{"title": "Zorgvraag", "code": {"text": "zorg"}, "text": words("Hulp bij wassen, twee keer per dag."),
            "entry": [{"reference": "Condition/1"}]}]})
}

#[test]
fn an_advance_notice_that_tells_who_it_is_about_is_found() {
    table(
        "AdvanceNoticeComposition",
        &notice(),
        "",
        &[
            ("Composition.type", |c| c["type"]["coding"][0]["code"] = json!("1")),
            ("Composition.status", |c| c["status"] = json!("amended")),
            ("Composition.subject", |c| c["subject"] = json!({"reference": "Patient/1"})),
            ("Composition.text", |c| c["text"] = c["section"][0]["text"].clone()),
            ("Composition.contained", |c| c["contained"] = json!([{"resourceType": "Patient", "id": "a"}])),
            ("Composition.encounter", |c| c["encounter"] = json!({"reference": "Encounter/1"})),
            ("Composition.attester", |c| {
                c["attester"] = json!([{"mode": "personal", "party": {"reference": "Patient/1"}}]);
            }),
            ("Composition.author[0].reference", |c| c["author"][0]["reference"] = json!("RelatedPerson/1")),
            ("Composition.custodian", |c| remove(c, "custodian")),
            ("Composition.section", |c| remove(c, "section")),
            ("Composition.section[0].title", |c| remove(&mut c["section"][0], "title")),
            ("Composition.section[0].code", |c| remove(&mut c["section"][0], "code")),
            ("Composition.section[0].entry[0].reference", |c| {
                c["section"][0]["entry"][0]["reference"] = json!("Patient/1");
            }),
            ("Composition.section[0].entry[0].display", |c| {
                c["section"][0]["entry"][0]["display"] = json!("A. Jansen");
            }),
            ("Composition.section[0].focus", |c| c["section"][0]["focus"] = json!({"reference": "Patient/1"})),
            // A reference to a person, wherever it stands.
            ("Composition.section[0]", |c| {
                c["section"][0]["extension"] =
                    json!([{"url": "urn:x", "valueReference": {"reference": "RelatedPerson/1"}}]);
            }),
            // A citizen service number in the title or in the words.
            ("Composition.section[0]", |c| c["section"][0]["title"] = json!("Zorg voor 999998298")),
            ("Composition.section[0]", |c| {
                c["section"][0]["text"]["div"] =
                    json!("<div xmlns=\"http://www.w3.org/1999/xhtml\">BSN 999998298</div>");
            }),
        ],
    );
}

fn list() -> Value {
    let part = |url: &str, name: &str, value: Value| json!({"url": url, name: value});
    let nictiz = "http://nictiz.nl/fhir/StructureDefinition/ext-MedicationOverview.";
    json!({"resourceType": "List", "status": "current", "mode": "snapshot", "date": "2025-01-01", "subject": {"reference": "Patient/1"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "11181000146103"}]},
        "source": {"extension": [{"url": format!("{nictiz}SourceOrganization"), "valueReference": {"reference": "Organization/1"}}]},
        "extension": [{"url": format!("{nictiz}Verification"), "extension": [
            part("verificationPatient", "valueBoolean", json!(true)),
            part("verificationPatientDate", "valueDateTime", json!("2025-01-01")),
            part("verificationHealthProfessional", "valueBoolean", json!(false)),
        ]}],
        "entry": [{"item": {"reference": "MedicationRequest/1"}}, {"item": {"reference": "Observation/1"}}]})
}

#[test]
fn a_broken_list_of_medicines_is_found_at_its_fault() {
    table(
        "MedicationOverviewList",
        &list(),
        "",
        &[
            ("List.code", |l| l["code"]["coding"][0]["code"] = json!("1")),
            ("List.status", |l| l["status"] = json!("retired")),
            ("List.subject", |l| remove(l, "subject")),
            ("List.date", |l| remove(l, "date")),
            ("List.source", |l| remove(l, "source")),
            ("List.source", |l| l["source"] = json!({"display": "x"})),
            ("List.extension", |l| remove(l, "extension")),
            ("List.extension[0].extension", |l| {
                drop(l["extension"][0]["extension"].as_array_mut().expect("a list").remove(0));
            }),
            ("List.extension[0].extension", |l| {
                let again = l["extension"][0]["extension"][1].clone();
                l["extension"][0]["extension"].as_array_mut().expect("a list").push(again);
            }),
            ("List.extension[0].extension[0].value", |l| {
                l["extension"][0]["extension"][0] = json!({"url": "verificationPatient", "valueCode": "yes"});
            }),
            ("List.entry[0].deleted", |l| l["entry"][0]["deleted"] = json!(false)),
            ("List.entry[0].item.reference", |l| l["entry"][0]["item"]["reference"] = json!("Condition/1")),
        ],
    );
}
