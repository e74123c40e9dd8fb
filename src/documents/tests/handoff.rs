//! The nursing handoff.

use super::super::{Source, nursing_handoff, stored_document};
use super::fixtures::{directory, from, loinc, observation, sct};
use super::{lines, resources, section, with};
use serde_json::{Value, json};

fn problem(id: &str, name: &str) -> Value {
    json!({
        "resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p-hospital"},
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
        "code": {"text": name}, "onsetDateTime": "2025-05-01"
    })
}

fn record() -> Vec<Source> {
    let mut out = directory();
    let mut wound = problem("wound", "Doorligplek aan de hiel");
    wound["code"] = json!({"coding": [{"system": "http://snomed.info/sct", "code": "399912005"}], "text": "Doorligplek aan de hiel"});
    let pulse = |id: &str, day: &str| {
        observation(id, &loinc("8867-4", "Heart rate"), day, ("valueQuantity", json!({"value": 72, "unit": "/min"})))
    };
    for resource in [
        problem("hip", "Gebroken heup"),
        problem("falls", "Risico op vallen"),
        wound,
        json!({
            "resourceType": "CarePlan", "id": "nursing", "status": "active", "intent": "plan",
            "category": [sct("9632001", "verpleegkundige interventie")], "subject": {"reference": "Patient/p-hospital"},
            "addresses": [{"reference": "Condition/falls"}],
            "activity": [{"detail": {"status": "in-progress", "description": "Begeleiden bij lopen"}}]
        }),
        pulse("old", "2025-06-01"),
        pulse("new", "2025-06-14"),
        observation(
            "walk",
            &sct("282097004", "lopen"),
            "2025-06-14",
            ("valueCodeableConcept", json!({"text": "Met rollator"})),
        ),
    ] {
        out.push(from("Ziekenhuis Noord", resource));
    }
    out
}

#[test]
fn the_record_is_laid_out_in_the_section_tree() {
    let document = with(&record(), |input| nursing_handoff(input, None));
    let view = &document.view;
    let cases = [
        ("Klachten en diagnoses nu", "Gebroken heup", 1),
        ("Problemen en acties van de verpleging", "Risico op vallen", 2),
        ("Huid en wonden", "Doorligplek aan de hiel", 1),
        ("Metingen", "Hartslag | 72 /min | 14 juni 2025", 1),
        ("Bewegen", "Lopen | Met rollator", 1),
    ];
    for (title, expected, count) in cases {
        let rows = lines(view, title);
        assert_eq!(rows.len(), count, "{title}: {rows:?}");
        assert!(rows.iter().any(|row| row.contains(expected)), "{title}: {rows:?}");
    }
    assert!(section(view, "Zwangerschap").is_none());
    let composition = resources(&document.bundle)[0];
    let codes: Vec<&str> = composition["section"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|found| found["code"]["coding"][0]["code"].as_str())
        .collect();
    assert_eq!(codes, ["371524004", "773130005", "5531000179105"]);
    assert_eq!(composition["type"]["coding"][0]["code"], "11171000146100");
}

fn sent() -> Value {
    json!({
        "resourceType": "Composition", "id": "sent", "status": "final", "title": "Overdracht",
        "type": sct("11171000146100", "verpleegkundige overdracht"),
        "subject": {"reference": "Patient/p-hospital"}, "date": "2025-06-14T09:00:00+02:00",
        "author": [{"reference": "PractitionerRole/role1"}],
        "text": {"status": "generated", "div": "<div>Heup en depressie</div>"},
        "section": [{
            "code": sct("371524004", "Clinical report"), "title": "Klinisch",
            "section": [
                {
                    "code": sct("52870002", "Admitting diagnosis"), "title": "Reden",
                    "text": {"status": "additional", "div": "<div>Heup; depressie</div>"},
                    "entry": [{"reference": "Condition/hip"}, {"reference": "Condition/hidden", "display": "Depressie"}]
                },
                {
                    "title": "Alleen verborgen",
                    "text": {"status": "additional", "div": "<div>Depressie</div>"},
                    "entry": [{"reference": "Condition/hidden2"}]
                },
                {"title": "Verhaal", "text": {"status": "additional", "div": "<div><p>Slaapt goed</p></div>"}}
            ]
        }]
    })
}

#[test]
fn what_is_hidden_leaves_no_trace_in_a_stored_document() {
    let mut resources_in = record();
    let mut hip = problem("hip", "Gebroken heup");
    hip["evidence"] = json!([{"detail": [{"reference": "Condition/hidden", "display": "Depressie"}]}]);
    hip["text"] = json!({"status": "generated", "div": "<div>Heup door depressie</div>"});
    hip["recorder"] = json!({"reference": "Practitioner/elsewhere", "display": "A. Bakker"});
    resources_in.retain(|source| source.resource["id"] != "hip");
    resources_in.push(from("Ziekenhuis Noord", hip));
    let document = with(&resources_in, |input| stored_document(input, &sent()));
    let text = document.bundle.to_string();
    assert!(!text.to_lowercase().contains("depressie"), "{text}");
    assert!(!text.contains("hidden"), "{text}");
    assert!(!format!("{:?}", document.view).to_lowercase().contains("depressie"));
    let found = resources(&document.bundle);
    assert_eq!(found[0]["resourceType"], "Composition");
    assert_eq!(found[0]["id"], "sent");
    assert_eq!(found[1]["id"], "p1");
    let hip = found.iter().find(|item| item["id"] == "hip").unwrap();
    assert_eq!(hip["recorder"], json!({"display": "A. Bakker"}));
    assert_eq!(hip["subject"]["reference"], "Patient/p1");
    assert_eq!(lines(&document.view, "Klachten en diagnoses nu").len(), 1);
    assert_eq!(lines(&document.view, "Verhaal"), ["Slaapt goed"]);
    assert!(section(&document.view, "Alleen verborgen").is_none());
    assert!(document.view.origin.iter().any(|(_, value)| value.nl.starts_with("J. Peters")));
}

#[test]
fn a_sent_handoff_goes_before_the_record() {
    let document = with(&record(), |input| nursing_handoff(input, Some(&sent())));
    assert_eq!(resources(&document.bundle)[0]["id"], "sent");
}

#[test]
fn only_the_newest_agreement_on_a_treatment_is_handed_over() {
    let document = with(&super::region::record(), |input| nursing_handoff(input, None));
    let rows = lines(&document.view, "Wensen en grenzen");
    let resuscitate: Vec<&String> = rows.iter().filter(|row| row.starts_with("Reanimeren")).collect();
    assert_eq!(resuscitate.len(), 1, "{rows:?}");
    assert!(resuscitate[0].starts_with("Reanimeren | Niet"), "{rows:?}");
    assert!(resources(&document.bundle).iter().all(|found| found["id"] != "d0"));
}
