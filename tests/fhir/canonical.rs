//! Definitions with several names: searched and written by each. The tables here are the tests' own.

use serde_json::{Value, json};

use crate::search::differential::{Dice, number};
use crate::support::builders::{consent, patient, permit, permit_categories, weight};
use crate::support::{Caller, Response, Server, on_both};

const NEW: &str = "https://api.iknl.nl/docs/pzp/r4";
const OLD: &str = "https://fhir.iknl.nl/fhir";
/// The names of the one questionnaire.
const NAMES: [&str; 3] = [
    "https://api.iknl.nl/docs/pzp/r4/Questionnaire/ACP-zib2020",
    "https://fhir.iknl.nl/fhir/Questionnaire/ACP-zib2020",
    "https://spil.example/fhir/Questionnaire/AcpZib2020",
];
const VERSIONS: [&str; 3] = ["", "|0.1.3-beta3", "|1.0.0-rc2"];

fn answers(patient: &str, questionnaire: &str) -> Value {
    json!({"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": questionnaire,
        "subject": {"reference": patient}, "authored": "2026-01-05"})
}

/// The questionnaire of each match.
fn questionnaires(answer: &Response) -> Vec<String> {
    let body = answer.json();
    let entries = body["entry"].as_array().cloned().unwrap_or_default();
    let mut found: Vec<String> =
        entries.iter().map(|entry| entry["resource"]["questionnaire"].as_str().expect("a name").to_owned()).collect();
    found.sort();
    found
}

/// The hospital with a patient of its own, and answers to the questionnaire under each name and version.
async fn filled(server: &Server) -> Caller<'_> {
    let hospital = server.hospital();
    hospital.put("Patient/h1", &patient(&server.person().await.bsn)).await.expect(201);
    for (at, name) in NAMES.iter().enumerate() {
        for (of, version) in VERSIONS.iter().enumerate() {
            let body = answers("Patient/h1", &format!("{name}{version}"));
            hospital.put(&format!("QuestionnaireResponse/q{at}{of}"), &body).await.expect(201);
        }
    }
    for (id, name) in [("other", format!("{NEW}/Questionnaire/Other")), ("far", format!("{}x", NAMES[0]))] {
        hospital.put(&format!("QuestionnaireResponse/{id}"), &answers("Patient/h1", &name)).await.expect(201);
    }
    hospital
}

async fn a_questionnaire_is_found_by_each_of_its_names_and_called_by_the_one_that_was_asked(server: Server) {
    let hospital = filled(&server).await;
    for name in NAMES {
        for (of, version) in VERSIONS.iter().enumerate() {
            let asked = format!("questionnaire={name}{version}");
            let (all, narrow) = (VERSIONS.len() * NAMES.len(), NAMES.len());
            let mut expected: Vec<String> = if version.is_empty() {
                VERSIONS.iter().flat_map(|version| vec![format!("{name}{version}"); NAMES.len()]).collect()
            } else {
                vec![format!("{name}{version}"); NAMES.len()]
            };
            expected.sort();
            assert_eq!(expected.len(), if version.is_empty() { all } else { narrow });
            for answer in [
                hospital.get(&format!("QuestionnaireResponse?{asked}")).await,
                hospital.search("QuestionnaireResponse", &asked).await,
                hospital.get(&format!("QuestionnaireResponse?_filter=questionnaire eq \"{name}{version}\"")).await,
                hospital.get(&format!("Patient/h1/QuestionnaireResponse?{asked}")).await,
            ] {
                let answer = answer.expect(200);
                assert_eq!(questionnaires(&answer), expected, "{asked}: {}", answer.text());
                if !version.is_empty() {
                    assert_eq!(
                        answer.matches(),
                        (0..3).map(|at| format!("QuestionnaireResponse/q{at}{of}")).collect::<Vec<_>>()
                    );
                }
            }
            let through = format!("Patient?_has:QuestionnaireResponse:patient:{asked}&_id=h1");
            assert_eq!(hospital.get(&through).await.expect(200).matches(), ["Patient/h1"]);
        }
    }
    for unknown in
        [format!("{}|2", NAMES[0]), format!("{OLD}/Questionnaire/Unknown"), format!("{OLD}s/Questionnaire/ACP-zib2020")]
    {
        let answer = hospital.get(&format!("QuestionnaireResponse?questionnaire={unknown}")).await.expect(200);
        assert!(answer.matches().is_empty(), "{unknown}");
    }
}

/// Both were asked for, so each is called what it is called; a third name becomes the first that was asked.
async fn who_asks_by_two_names_gets_both(server: Server) {
    let hospital = filled(&server).await;
    let asked = format!("QuestionnaireResponse?questionnaire={}|1.0.0-rc2,{}|1.0.0-rc2", NAMES[1], NAMES[0]);
    let mut expected =
        vec![format!("{}|1.0.0-rc2", NAMES[0]), format!("{}|1.0.0-rc2", NAMES[1]), format!("{}|1.0.0-rc2", NAMES[1])];
    expected.sort();
    assert_eq!(questionnaires(&hospital.get(&asked).await.expect(200)), expected);
}

/// Only the name differs in an answer to a search; everything else is of what is stored.
async fn what_is_stored_stays_as_it_was_sent(server: Server) {
    let hospital = filled(&server).await;
    let read = hospital.get("QuestionnaireResponse/q11").await.expect(200);
    assert_eq!(read.json()["questionnaire"], format!("{}|0.1.3-beta3", NAMES[1]));
    assert_eq!(read.header("etag"), "W/\"1\"");
    let asked = format!("QuestionnaireResponse?_id=q11&questionnaire={}", NAMES[0]);
    let found = hospital.get(&asked).await.expect(200).json()["entry"][0]["resource"].clone();
    assert_eq!(found["questionnaire"], format!("{}|0.1.3-beta3", NAMES[0]));
    let mut expected = read.json();
    expected["questionnaire"] = found["questionnaire"].clone();
    assert_eq!(found, expected, "version and moment too");
    for path in ["QuestionnaireResponse/q11", "QuestionnaireResponse/q11/_history/1"] {
        assert_eq!(hospital.get(path).await.expect(200).text(), read.text(), "{path}");
    }
    let versions = hospital.get("QuestionnaireResponse/q11/_history").await.expect(200).json();
    assert_eq!(versions["entry"][0]["resource"], read.json());
    let unasked = hospital.get("QuestionnaireResponse?_id=q11").await.expect(200).json();
    assert_eq!(unasked["entry"][0]["resource"], read.json());
    // What was found by another name can be written back: it is stored as it is sent, then.
    hospital.with("if-match", "W/\"1\"").put("QuestionnaireResponse/q11", &found).await.expect(200);
    let again = hospital.get("QuestionnaireResponse/q11").await.expect(200);
    assert_eq!(
        (again.json()["questionnaire"].clone(), again.header("etag")),
        (found["questionnaire"].clone(), "W/\"2\"")
    );
}

async fn a_condition_by_one_name_meets_what_another_name_wrote(server: Server) {
    let hospital = server.hospital();
    hospital.put("Patient/h1", &patient(&server.person().await.bsn)).await.expect(201);
    let once = |name: &str| format!("questionnaire={name}");
    let (first, second) = (answers("Patient/h1", NAMES[1]), answers("Patient/h1", NAMES[0]));
    let made = hospital.with("if-none-exist", &once(NAMES[1])).post("QuestionnaireResponse", &first).await.expect(201);
    let met = hospital.with("if-none-exist", &once(NAMES[0])).post("QuestionnaireResponse", &second).await.expect(200);
    assert_eq!((made.id(), made.json()), (met.id(), met.json()), "answered as it is stored");
    let other = once(&format!("{NEW}/Questionnaire/Other"));
    hospital.with("if-none-exist", &other).post("QuestionnaireResponse", &second).await.expect(201);
}

/// `_profile`, `url` and `instantiates-canonical`, and `:below` from the base that definitions share.
async fn other_parameters_know_the_names_too(server: Server) {
    let hospital = server.hospital();
    hospital.put("Patient/h1", &patient(&server.person().await.bsn)).await.expect(201);
    for (id, base) in [("new", NEW), ("old", OLD), ("none", "http://example.org")] {
        let mut wish = weight("Patient/h1", "2026-01-05", "71");
        let one = format!("{base}/StructureDefinition/ACP-SpecificCareWishes|1");
        wish["meta"] = json!({"profile": [one, "http://example.org/other"]});
        hospital.put(&format!("Observation/{id}"), &wish).await.expect(201);
        let questions =
            json!({"resourceType": "Questionnaire", "status": "draft", "url": format!("{base}/Questionnaire/Q")});
        hospital.put(&format!("Questionnaire/{id}"), &questions).await.expect(201);
        let plan = json!({"resourceType": "CarePlan", "status": "active", "intent": "plan",
            "subject": {"reference": "Patient/h1"}, "instantiatesCanonical": [format!("{base}/PlanDefinition/p")]});
        hospital.put(&format!("CarePlan/{id}"), &plan).await.expect(201);
    }
    for (base, other) in [(NEW, OLD), (OLD, NEW)] {
        for (rtype, query, place) in [
            ("Observation", format!("_profile={base}/StructureDefinition/ACP-SpecificCareWishes"), "/meta/profile/0"),
            ("Observation", format!("_profile={base}/StructureDefinition/ACP-SpecificCareWishes|1"), "/meta/profile/0"),
            ("Observation", format!("_profile:below={base}/StructureDefinition"), "/meta/profile/0"),
            ("Observation", format!("_profile:below={base}"), "/meta/profile/0"),
            ("Questionnaire", format!("url={base}/Questionnaire/Q"), "/url"),
            ("Questionnaire", format!("url:below={base}/Questionnaire"), "/url"),
            ("Questionnaire", format!("url:above={base}/Questionnaire/Q/more"), "/url"),
            ("CarePlan", format!("instantiates-canonical={base}/PlanDefinition/p"), "/instantiatesCanonical/0"),
        ] {
            let answer = hospital.get(&format!("{rtype}?{query}")).await.expect(200);
            assert_eq!(answer.matches(), [format!("{rtype}/new"), format!("{rtype}/old")], "{query}");
            assert!(!answer.json()["entry"].to_string().contains(other), "{query}: {}", answer.text());
            for entry in answer.json()["entry"].as_array().expect("entries") {
                let name = entry["resource"].pointer(place).and_then(Value::as_str).unwrap_or_default();
                assert!(name.starts_with(base), "{query}: {entry}");
            }
        }
    }
    let not = hospital.get(&format!("Questionnaire?_filter=url ne \"{OLD}/Questionnaire/Q\"")).await.expect(200);
    assert_eq!(not.matches(), ["Questionnaire/none"]);
    let none = hospital.get(&format!("Observation?_profile={OLD}/StructureDefinition/ACP-SpecificCareWishes|2")).await;
    assert!(none.expect(200).matches().is_empty(), "a version narrows");
}

/// What a questionnaire of a response is, in the words of this test: whether it is the one, and its version.
fn meaning(canonical: &str) -> (String, Option<&str>) {
    let (name, version) = canonical.split_once('|').map_or((canonical, None), |(name, version)| (name, Some(version)));
    (if NAMES.contains(&name) { "the one".to_owned() } else { name.to_owned() }, version)
}

/// Random responses of random people, permitted or not: each search gives what is asked for among what the caller can read
/// one by one, and nothing more; what has one name only comes back byte for byte.
async fn names_never_widen_what_somebody_may_see(server: Server) {
    let mut dice = Dice(number("SPIL_SEED", 7));
    let near = [
        format!("{NEW}/Questionnaire/ACP-zib2021"),
        format!("{OLD}/Questionnaire/acp-zib2020"),
        "urn:uuid:1".to_owned(),
    ];
    let names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).chain(near).collect();
    let (hospital, mut people, mut stored) = (server.hospital(), Vec::new(), Vec::new());
    for at in 0..4 {
        let person = server.person().await;
        hospital.put(&format!("Patient/h{at}"), &patient(&person.bsn)).await.expect(201);
        let provision = match at {
            0 => Some(permit("org-gp")),
            1 => Some(permit_categories("org-gp", &["wishes"])),
            2 => Some(permit_categories("org-gp", &["documents"])),
            _ => None,
        };
        if let Some(provision) = provision {
            server.patient(&person).post("Consent", &consent(&person.reference(), provision)).await.expect(201);
        }
        people.push(person);
    }
    for at in 0..48 {
        let canonical = format!("{}{}", dice.one(&names), dice.one(&VERSIONS));
        let body = answers(&format!("Patient/h{}", dice.below(4)), &canonical);
        let id = format!("QuestionnaireResponse/r{at:02}");
        hospital.put(&id, &body).await.expect(201);
        stored.push((id, canonical));
    }
    let mut seen = [0_usize; 2];
    for caller in [server.gp(), server.gp_post(), hospital.clone(), server.patient(&people[1])] {
        let mut readable = Vec::new();
        for (id, canonical) in &stored {
            let read = caller.get(id).await;
            if read.status == 200 {
                readable.push((id.clone(), canonical.clone(), read.text()));
            }
        }
        for name in &names {
            for version in VERSIONS {
                let asked = format!("{name}{version}");
                let (asked, wanted) = meaning(&asked);
                let fits = |canonical: &str| {
                    let (what, of) = meaning(canonical);
                    what == asked && (wanted.is_none() || wanted == of)
                };
                let expected: Vec<_> = readable.iter().filter(|one| fits(&one.1)).collect();
                let query = format!("QuestionnaireResponse?questionnaire={name}{version}&_total=accurate");
                let answer = caller.get(&query).await.expect(200);
                assert_eq!(answer.matches(), expected.iter().map(|one| one.0.clone()).collect::<Vec<_>>(), "{query}");
                assert_eq!(answer.json()["total"], expected.len(), "{query}");
                for (_, canonical, text) in &expected {
                    let renamed = text.replacen(canonical.split('|').next().unwrap_or_default(), name, 1);
                    assert!(answer.text().contains(&renamed), "{query}: {renamed} in {}", answer.text());
                    seen[usize::from(renamed != *text)] += 1;
                }
            }
        }
    }
    assert!(seen[0] > 50 && seen[1] > 50, "both happened often: {seen:?}");
}

on_both! {
    a_condition_by_one_name_meets_what_another_name_wrote,
    a_questionnaire_is_found_by_each_of_its_names_and_called_by_the_one_that_was_asked,
    names_never_widen_what_somebody_may_see,
    other_parameters_know_the_names_too,
    what_is_stored_stays_as_it_was_sent,
    who_asks_by_two_names_gets_both,
}
