//! Every section of the nursing handoff (eOverdracht, <https://informatiestandaarden.nictiz.nl/wiki/vpk:V4.0_FHIR_eOverdracht>)
//! with what belongs in it, in the shapes of zib 2020.

use super::super::{Source, nursing_handoff, stored_document};
use super::fixtures::{directive, directory, from, loinc, observation, sct};
use super::{lines, resources, with};
use serde_json::{Value, json};

const SUBJECT: &str = "Patient/p-hospital";

/// The code of a section and its title.
const SECTIONS: [(&str, &str); 34] = [
    ("405624007", "Persoon en organisatie"),
    ("302147001", "Contactpersonen en verzekering"),
    ("185362004", "Verzender"),
    ("275645009", "Ontvanger"),
    ("109481000146101", "Leefsituatie"),
    ("365474007", "Gezin"),
    ("365867006", "Juridische situatie"),
    ("365512000", "Wonen"),
    ("108329005", "Wensen en grenzen"),
    ("365448001", "Meedoen en hulp van anderen"),
    ("371524004", "Gezondheid"),
    ("405623001", "Zorgverleners"),
    ("52870002", "Klachten en diagnoses nu"),
    ("417662000", "Eerdere klachten en diagnoses"),
    ("420134006", "Allergieën"),
    ("308813009", "Waarschuwingen"),
    ("225317005", "Beperking van de vrijheid"),
    ("363788007", "Metingen"),
    ("11011000146108", "Pijn"),
    ("773130005", "Verpleegplan"),
    ("86644006", "Problemen en acties van de verpleging"),
    ("722091001", "Doelen en uitkomsten"),
    ("308335008", "Opnames en afspraken"),
    ("5531000179105", "Dagelijks functioneren"),
    ("365178001", "Zelfzorg"),
    ("364832000", "Bewegen"),
    ("300893006", "Eten en drinken"),
    ("106019003", "Plassen en ontlasting"),
    ("106076001", "Huid en wonden"),
    ("106147001", "Horen en zien"),
    ("284465006", "Omgaan met de ziekte"),
    ("36456004", "Denken en stemming"),
    ("118232004", "Zwangerschap"),
    ("397966007", "Documenten"),
];

fn of(rtype: &str, id: &str, more: Value) -> Value {
    let about = match rtype {
        "RelatedPerson" | "AllergyIntolerance" | "NutritionOrder" => "patient",
        "Coverage" => "beneficiary",
        _ => "subject",
    };
    and(json!({"resourceType": rtype, "id": id, about: {"reference": SUBJECT}}), more)
}

/// A resource with more elements.
fn and(mut body: Value, more: Value) -> Value {
    if let Value::Object(members) = more {
        for (name, value) in members {
            body[name] = value;
        }
    }
    body
}

fn found(code: &str) -> Value {
    let concept = if code.contains('-') { loinc(code, "gevonden") } else { sct(code, "gevonden") };
    observation(&format!("o{code}"), &concept, "2025-06-14", ("valueString", json!("x")))
}

fn problem(id: &str, more: Value) -> Value {
    let active =
        json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]});
    and(of("Condition", id, json!({"clinicalStatus": active, "code": {"text": id}})), more)
}

fn problem_of(category: &str) -> Value {
    problem(&format!("p{category}"), json!({"category": [sct(category, "soort")]}))
}

fn all(codes: &[&str]) -> Vec<Value> {
    codes.iter().map(|code| found(code)).collect()
}

fn of_mind(id: &str) -> Value {
    let mut body = found("106136008");
    body["id"] = json!(id);
    body["category"] = json!([sct("384821006", "psychische functie")]);
    body
}

/// What belongs in the section of persons and their situation, and in those of health.
fn person_and_health() -> Vec<(&'static str, Vec<Value>)> {
    let resolved =
        json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved"}]});
    let will = of(
        "Consent",
        "will",
        json!({"status": "active", "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "adr"}]},
            "patient": {"reference": SUBJECT}, "dateTime": "2025-01-01", "provision": {"code": [{"text": "Niet reanimeren"}]}}),
    );
    let help = json!({"status": "active", "intent": "plan", "category": [sct("243114000", "hulp")], "title": "Hulp"});
    let restraint =
        json!({"status": "in-progress", "category": sct("225317005", "vrijheid"), "code": {"text": "Bedhek"}});
    vec![
        (
            "302147001",
            vec![
                of("RelatedPerson", "daughter", json!({"name": [{"text": "Eva"}]})),
                of("Coverage", "insurance", json!({"status": "active", "payor": [{"display": "Verzekeraar"}]})),
            ],
        ),
        ("365474007", all(&["365474007"])),
        ("365867006", vec![problem_of("303186005"), problem_of("151701000146105")]),
        ("365512000", all(&["365508006"])),
        (
            "108329005",
            [vec![will, directive("limit", ("89666000", "Reanimatie"), "deny", "2025-01-01")], all(&["395091006"])]
                .concat(),
        ),
        ("365448001", [all(&["314845004"]), vec![of("CarePlan", "help", help)]].concat()),
        ("405623001", vec![of("CareTeam", "team", json!({"status": "active", "name": "Team Zuid"}))]),
        ("52870002", vec![problem("hip", json!({}))]),
        ("417662000", vec![problem("pneumonia", json!({"clinicalStatus": resolved}))]),
        ("420134006", vec![of("AllergyIntolerance", "penicillin", json!({"code": {"text": "Penicilline"}}))]),
        ("308813009", vec![of("Flag", "mrsa", json!({"status": "active", "code": {"text": "MRSA"}}))]),
        ("225317005", vec![of("Procedure", "rail", restraint)]),
        ("363788007", all(&["85354-9", "8867-4", "8310-5", "9279-1", "29463-7", "8302-2"])),
        ("11011000146108", all(&["225908003"])),
    ]
}

/// Aids by their kind, and zibs that have no profile of R4 by the name of the profile that a system gives them: tubes and lines
/// for what goes in, catheters for what goes out.
fn tubes() -> [(&'static str, Vec<Value>); 2] {
    let kind = |id: &str, code: &str| {
        let device = json!({"resourceType": "Device", "id": id, "type": sct(code, id)});
        let usage = json!({"status": "active", "contained": [device], "device": {"reference": format!("#{id}")}});
        of("DeviceUseStatement", id, usage)
    };
    let claims = |body: Value, profile: &str| {
        let url = format!("http://nictiz.nl/fhir/StructureDefinition/{profile}");
        and(body, json!({"meta": {"profile": [url]}}))
    };
    let in_use = |id: &str| of("DeviceUseStatement", id, json!({"status": "active", "device": {"display": id}}));
    let feeds = vec![
        kind("nose-tube", "17102003"),
        kind("stomach-tube", "470571004"),
        kind("line", "82449006"),
        claims(in_use("feeding-tube"), "nl-core-FeedingTubeSystem"),
        claims(in_use("drip"), "nl-core-Infusion"),
    ];
    // By its profile alone: no code of an observation is known to the table.
    let passes = vec![kind("catheter", "20568009"), claims(found("28273000"), "nl-core-BladderFunction")];
    [("300893006", feeds), ("106019003", passes)]
}

/// What belongs in the sections of nursing and of daily life, and the documents.
fn nursing() -> Vec<(&'static str, Vec<Value>)> {
    let plan = json!({"status": "active", "intent": "plan", "category": [sct("9632001", "verpleging")],
        "addresses": [{"reference": "Condition/falls"}], "title": "Begeleiden"});
    let used = |id: &str, more: Value| of("DeviceUseStatement", id, more);
    let aid = |name: &str| json!({"status": "active", "device": {"display": name}});
    let mut hearing = used("hearing-aid", aid("Hoortoestel"));
    hearing["meta"] =
        json!({"profile": ["http://nictiz.nl/fhir/StructureDefinition/nl-core-HearingFunction.HearingAid"]});
    let visit = json!({"status": "finished", "period": {"start": "2025-06-01"},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}});
    let outcome = json!({"status": "final", "code": sct("722091001", "uitkomst"), "conclusion": "Loopt weer"});
    let diet = json!({"status": "active", "intent": "order", "dateTime": "2025-06-01", "oralDiet": {"type": [{"text": "Zacht"}]}});
    let letter = json!({"status": "current", "description": "Brief", "content": [{"attachment": {"title": "Brief"}}]});
    let mut photo = letter.clone();
    photo["type"] = loinc("72170-4", "foto");
    let sore = problem("sore", json!({"code": sct("399912005", "decubitus")}));
    let goal = json!({"lifecycleStatus": "active", "description": {"text": "Zelf lopen"}});
    vec![
        ("86644006", vec![problem("falls", json!({})), of("CarePlan", "care", plan)]),
        ("722091001", vec![of("Goal", "walk", goal), of("DiagnosticReport", "outcome", outcome)]),
        ("308335008", vec![of("Encounter", "stay", visit)]),
        (
            "365178001",
            all(&[
                "284785009",
                "165235000",
                "704434006",
                "288883002",
                "288852001",
                "284779002",
                "288470005",
                "285033005",
            ]),
        ),
        ("364832000", [all(&["301438001"]), vec![used("walker", aid("Rollator"))]].concat()),
        (
            "300893006",
            [all(&["8881000146104", "414648004", "710853006"]), vec![of("NutritionOrder", "diet", diet)]].concat(),
        ),
        ("106019003", [all(&["111989001", "129009001"]), vec![problem_of("245857005")]].concat()),
        (
            "106076001",
            [
                vec![problem_of("416462003"), problem_of("125666000"), problem_of("95320005"), sore],
                all(&["39126-8", "405009004"]),
                vec![of("DocumentReference", "photo", photo)],
            ]
            .concat(),
        ),
        ("106147001", [all(&["47078008", "281004000"]), vec![hearing]].concat()),
        ("284465006", all(&["363910003"])),
        ("36456004", vec![problem_of("384821006"), of_mind("memory")]),
        ("118232004", all(&["118185001"])),
        ("397966007", vec![of("DocumentReference", "letter", letter)]),
    ]
}

/// The resources that a section with this code names, itself or in its parts.
fn entries<'a>(sections: &'a Value, code: &str) -> Option<Vec<&'a str>> {
    sections.as_array().into_iter().flatten().find_map(|section| {
        if section["code"]["coding"][0]["code"] == code {
            let named = section["entry"].as_array().into_iter().flatten();
            return Some(named.filter_map(|entry| entry["reference"].as_str()).collect());
        }
        entries(&section["section"], code)
    })
}

#[test]
fn each_record_goes_into_its_section() {
    let rows = [person_and_health(), nursing(), tubes().to_vec()].concat();
    let mut record = directory();
    record.extend(rows.iter().flat_map(|(_, resources)| resources).map(|one| from("Ziekenhuis Noord", one.clone())));
    let document = with(&record, |input| nursing_handoff(input, None));
    let composition = resources(&document.bundle)[0];
    for (code, expected) in &rows {
        let found = entries(&composition["section"], code).unwrap_or_else(|| panic!("no section {code}"));
        for resource in expected {
            let name = format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
            assert!(found.iter().any(|one| one.ends_with(&name)), "{name} is not in {code}: {found:?}");
            let places = SECTIONS.iter().filter_map(|(code, _)| entries(&composition["section"], code));
            let times = places.filter(|found| found.iter().any(|one| one.ends_with(&name))).count();
            assert_eq!(times, 1, "{name} stands in one place");
        }
    }
    // A section of which nothing is known is not there.
    let document = with(&directory(), |input| nursing_handoff(input, None));
    let composition = resources(&document.bundle)[0];
    for code in ["365474007", "118232004", "397966007"] {
        assert!(entries(&composition["section"], code).is_none(), "{code}");
    }
}

/// What a sender composed is shown under the titles of the tree, with what each section names; also the two sections of which
/// the record itself knows nothing.
#[test]
fn each_section_that_a_sender_wrote_is_shown_with_its_title() {
    let mut record: Vec<Source> = directory();
    let sections: Vec<Value> = SECTIONS
        .iter()
        .map(|(code, _)| {
            record.push(from("Ziekenhuis Noord", problem(&format!("in-{code}"), json!({}))));
            json!({"code": sct(code, "x"), "entry": [{"reference": format!("Condition/in-{code}")}]})
        })
        .collect();
    let composition = json!({
        "resourceType": "Composition", "id": "sent", "status": "final", "title": "Overdracht",
        "type": sct("11171000146100", "verpleegkundige overdracht"), "subject": {"reference": SUBJECT},
        "date": "2025-06-14T09:00:00+02:00", "author": [{"reference": "PractitionerRole/role1"}], "section": sections,
    });
    let document = with(&record, |input| stored_document(input, &composition));
    for (code, title) in SECTIONS {
        let rows = lines(&document.view, title);
        assert_eq!(rows.len(), 1, "{code} {title}: {rows:?}");
        assert!(rows[0].contains(&format!("in-{code}")), "{code} {title}: {rows:?}");
    }
    assert!(lines(&document.view, "x").is_empty(), "the title is that of the standard");
}
