//! Wishes and limits in care: asked in the workspace and in the portal, kept as a form and as building blocks.

use serde_json::{Value, json};
use spil::access::{Access, Interaction};
use spil::ctx::{Actor, PatientActor};
use spil_consent::Say;

use super::people::{as_patient, as_professional, patient_with_record, post, professional, total};
use crate::support::browser::Page;
use crate::support::{Caller, Person, Server, builders, on_both};

on_both!(
    a_gp_writes_down_what_was_discussed,
    a_patient_writes_down_the_own_wishes,
    what_is_wrong_is_told_and_nothing_is_kept,
    only_who_decides_for_a_patient_writes_the_wishes,
    the_door_refuses_whoever_does_not_decide,
    what_a_patient_wants_opens_nothing,
    the_form_that_is_installed_is_the_one_that_is_asked,
);

const MINUTE: i64 = 60_000;
const FORM: &str = "/documenten/wensen/invullen";

/// A conversation: no resuscitation, intensive care after deliberation, at home, a daughter who is called.
const TALK: [(&str, &str); 20] = [
    ("q-963", "2026-03-02"),
    ("q-1406", "1"),
    ("q-1407", "Begrijpt korte vragen"),
    ("q-973", "Eva"),
    ("q-975", "Bos"),
    ("q-976", "0612345678"),
    ("q-977", "1"),
    ("q-983", "6"),
    ("q-999", "2"),
    ("q-1386", "1"),
    ("q-1002", "Wil rustig <b>sterven</b>"),
    ("q-1390", "2"),
    ("q-1391", "Eerst overleg met Eva"),
    ("q-1006", "0"),
    ("q-1190", "De hond moet mee"),
    ("q-1191", "0"),
    ("q-1193", "1"),
    ("q-1435", "0"),
    ("q-1196", "Muziek"),
    ("q-1200", "0"),
];

/// The patient with a record at the GP too, and the GP's page of it.
async fn at_the_gp(server: &Server) -> (Person, String) {
    let (person, _) = patient_with_record(server).await;
    let made = server.gp().post("Patient", &builders::patient(&person.bsn)).await.expect(201);
    professional(server, "huisarts", "gp").await;
    (person, made.id())
}

async fn fill_in(server: &Server, address: &str, fields: &[(&str, &str)]) -> Page {
    let mut gp = as_professional(server, "huisarts").await;
    post(&mut gp, address, address, fields).await
}

async fn count(caller: &Caller<'_>, query: &str) -> usize {
    let found = caller.get(query).await.expect(200).json();
    let all = found["entry"].as_array().into_iter().flatten();
    all.filter(|entry| entry["search"]["mode"] == "match").count()
}

/// The requests for an advance care plan, with how much each finds.
async fn requests(caller: &Caller<'_>, bsn: &str, expected: [usize; 9]) {
    let of = format!("patient.identifier={}|{bsn}", builders::BSN);
    let sct = "http://snomed.info/sct|";
    let scope = "http://terminology.hl7.org/CodeSystem/consentscope|";
    let queries = [
        format!("Procedure?{of}&code={sct}713603004&_include=Procedure:encounter"),
        format!("Encounter?{of}&reason-reference:Procedure.code={sct}713603004&_include=Encounter:reason-reference"),
        format!("Consent?{of}&scope={scope}treatment&category={sct}129125009&_include=Consent:actor"),
        format!("Goal?{of}&category={sct}713603004"),
        format!("Observation?{of}&code={sct}153851000146100,395091006,340171000146104,247751003,570801000146104"),
        format!("DeviceUseStatement?{of}&device.type={sct}72506001,465460004&_include=DeviceUseStatement:device"),
        format!("CommunicationRequest?{of}&category={sct}223449006"),
        format!("RelatedPerson?{of}"),
        format!("QuestionnaireResponse?{of}&questionnaire=https://spil.example/fhir/Questionnaire/AcpZib2020"),
    ];
    for (query, expected) in queries.iter().zip(expected) {
        assert_eq!(count(caller, query).await, expected, "{query}");
    }
}

/// The kinds of those who agreed last.
async fn agreed(caller: &Caller<'_>, bsn: &str) -> Vec<String> {
    let query = format!("Consent?patient.identifier={}|{bsn}&scope=treatment&_sort=-date&_count=1", builders::BSN);
    let found = caller.get(&query).await.expect(200).json();
    let actors = found["entry"][0]["resource"]["provision"]["actor"].as_array().cloned().unwrap_or_default();
    let kind = |actor: &Value| actor["reference"]["reference"].as_str()?.split('/').next().map(str::to_owned);
    actors.iter().filter_map(kind).collect()
}

async fn a_gp_writes_down_what_was_discussed(server: Server) {
    let (person, id) = at_the_gp(&server).await;
    let address = format!("/zorg/patient/{id}/wensen");
    let mut gp = as_professional(&server, "huisarts").await;
    let page = gp.get(&format!("/zorg/patient/{id}")).await;
    assert!(page.text.contains(&format!("href=\"{address}\"")), "{}", page.text);
    let page = gp.get(&address).await;
    for part in ["Reanimeren", "name=\"q-1386\"", "name=\"q-976\"", "value=\"2026-03-02\"", "Alleen bij: "] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    for part in ["name=\"q-970\"", "name=\"q-966\"", "name=\"q-1410\""] {
        assert!(!page.text.contains(part), "{part} is not asked");
    }
    let done = fill_in(&server, &address, &TALK).await;
    assert!(done.address.ends_with(&format!("/zorg/patient/{id}/document/wensen")), "{} {}", done.address, done.text);
    for part in ["Reanimeren", "Niet", "Wil rustig &lt;b&gt;sterven", "Eva Bos", "De hond moet mee", "Eerst overleg"] {
        assert!(done.text.contains(part), "{part}: {}", done.text);
    }
    let own = server.gp();
    requests(&own, &person.bsn, [1, 1, 2, 1, 5, 1, 1, 1, 1]).await;
    let patient = own.get(&format!("Patient/{id}")).await.expect(200).json();
    assert_eq!(patient["extension"][0]["extension"][0]["valueBoolean"], false, "{patient}");
    let found = own.get("QuestionnaireResponse").await.expect(200).json();
    let response = &found["entry"][0]["resource"];
    assert_eq!(
        (response["author"]["reference"].as_str(), response["status"].as_str()),
        (Some("Practitioner/practitioner-huisarts"), Some("completed"))
    );
    assert!(
        response.to_string().contains("Dokter huisarts") && response["encounter"]["reference"].is_string(),
        "{response}"
    );
    assert_eq!(
        own.post("QuestionnaireResponse/$validate", response).await.expect(200).json()["issue"][0]["severity"],
        "information"
    );
    let name = "https://fhir.iknl.nl/fhir/Questionnaire/ACP-zib2020";
    let by_name = format!("QuestionnaireResponse?questionnaire={name}");
    let found = own.get(&by_name).await.expect(200).json();
    assert_eq!(found["entry"][0]["resource"]["questionnaire"], name, "it is called as it was asked: {found}");
    assert!(done.text.contains("Ingevuld formulier"), "{}", done.text);
    // The next conversation begins with the last; the newest counts, the older stays as history.
    let again = gp.get(&address).await.text;
    for part in ["Eerst overleg met Eva", "Overgenomen uit het formulier van"] {
        assert!(again.contains(part), "{part}: {again}");
    }
    server.advance(MINUTE);
    assert_eq!(agreed(&own, &person.bsn).await, ["RelatedPerson", "Practitioner"], "the address book has no role");
    let role = json!({"resourceType": "PractitionerRole", "practitioner": {"reference": "Practitioner/practitioner-huisarts"},
        "organization": {"reference": format!("Organization/{}", crate::support::region::organization("gp"))}});
    own.post("PractitionerRole", &role).await.expect(201);
    let done = fill_in(&server, &address, &[("q-963", "2026-03-02"), ("q-1386", "0")]).await;
    assert_eq!(agreed(&own, &person.bsn).await, ["Patient", "PractitionerRole"], "who agrees does so in a role");
    let (now, before) = done.text.split_once("Eerder afgesproken").expect("history");
    assert!(now.contains("Wel") && before.contains("Niet"), "{}", done.text);
    // Nobody else sees it without permission.
    requests(&server.hospital(), &person.bsn, [0; 9]).await;
    professional(&server, "elders", "vvt").await;
    let mut other = as_professional(&server, "elders").await;
    assert_eq!(other.get(&address).await.status, 404);
    let refused = post(&mut other, "/zorg/zoeken", &address, &TALK).await;
    assert_eq!(refused.status, 404);
    // Whom the patient permits reads it by the requests of the standard, and at a glance on the page of an emergency.
    let permit = builders::consent(&format!("Patient/{}", person.id), builders::permit("org-vvt"));
    server.patient(&person).post("Consent", &permit).await.expect(201);
    requests(&server.vvt(), &person.bsn, [2, 2, 3, 1, 5, 1, 1, 1, 2]).await;
    let page = other.get(&format!("/zorg/patient/{id}/grenzen")).await;
    for part in ["Reanimeren", "</span> Wel<", "tel:0612345678", "Eva Bos"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
}

async fn a_patient_writes_down_the_own_wishes(server: Server) {
    let (person, _) = at_the_gp(&server).await;
    let mut browser = as_patient(&server, &person).await;
    assert!(browser.get("/documenten").await.text.contains(FORM));
    let page = browser.get(FORM).await;
    assert!(page.text.contains("Uw wensen en grenzen") && !page.text.contains("name=\"q-1406\""), "{}", page.text);
    let own: Vec<(&str, &str)> =
        TALK.into_iter().filter(|(name, _)| !["q-1406", "q-1407", "q-1200"].contains(name)).collect();
    let done = post(&mut browser, FORM, FORM, &own).await;
    assert!(done.address.ends_with("/documenten/wensen") && done.text.contains("De hond moet mee"), "{}", done.text);
    assert!(browser.get(FORM).await.text.contains("De hond moet mee"), "the last stands there again");
    // It is the patient's own: the GP sees it with permission, and not without.
    requests(&server.gp(), &person.bsn, [0; 9]).await;
    server
        .patient(&person)
        .post("Consent", &builders::consent(&format!("Patient/{}", person.id), builders::permit("org-gp")))
        .await
        .expect(201);
    requests(&server.gp(), &person.bsn, [0, 0, 2, 1, 5, 1, 0, 1, 1]).await;
    let found = server
        .gp()
        .get(&format!("Consent?patient.identifier={}|{}&scope=treatment", builders::BSN, person.bsn))
        .await
        .expect(200)
        .json();
    let actors = &found["entry"][0]["resource"]["provision"]["actor"];
    assert_eq!(
        (actors.as_array().map(Vec::len), actors[0]["reference"]["reference"].as_str()),
        (Some(1), Some(format!("Patient/{}", person.id).as_str()))
    );
}

async fn what_is_wrong_is_told_and_nothing_is_kept(server: Server) {
    let (person, id) = at_the_gp(&server).await;
    let address = format!("/zorg/patient/{id}/wensen");
    for (field, value, also) in [
        ("q-963", "2026-03-03", ""),
        ("q-963", "gisteren", ""),
        ("q-1386", "2", "q-1001"),
        ("q-1386", "9", ""),
        ("q-1402", "0", "q-1404"),
        ("q-1001", "soms", ""),
        ("q-964", "Iemand anders", "-"),
        ("q-9999", "x", ""),
    ] {
        let date = if field == "q-963" { value } else { "2026-03-02" };
        let fields = [("q-963", date), (field, value), ("q-1196", "Muziek")];
        let from = usize::from(field == "q-963");
        let page = fill_in(&server, &address, &fields[from..]).await;
        if also == "-" {
            // What is not asked is not taken from the form either.
            let found = server.gp().get("QuestionnaireResponse").await.expect(200).text();
            assert!(page.address.ends_with("/document/wensen") && !found.contains("Iemand anders"), "{found}");
            continue;
        }
        let name = if also.is_empty() { field } else { also };
        assert!(page.text.contains(&format!("href=\"#{name}\"")), "{field}={value}: {}", page.text);
        if field == "q-1386" && also == "q-1001" {
            assert!(page.text.contains("Reanimeren – Anders, namelijk: Vul dit in."), "{}", page.text);
        }
        assert!(page.text.contains("Muziek"), "what was filled in stays: {}", page.text);
    }
    let kept = server.gp().get("QuestionnaireResponse").await.expect(200).json();
    assert_eq!(total(&kept), 1, "only the one without a fault: {kept}");
    let mut browser = as_patient(&server, &person).await;
    let page = browser.post(FORM, &[("q-963", "2026-03-02"), ("q-1196", "Muziek")]).await;
    assert_eq!(page.status, 403, "without the token of the session");
}

async fn only_who_decides_for_a_patient_writes_the_wishes(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    let (partner, mentor) = (server.person().await, server.person().await);
    server.represent(&partner, &person, None).await;
    server.represent_as(&mentor, &person, "mentor", None).await;
    let fields = [("q-963", "2026-03-02"), ("q-1386", "1")];
    let switch = [("person", person.id.as_str())];
    let mut browser = as_patient(&server, &partner).await;
    post(&mut browser, "/machtigingen", "/machtigingen/wisselen", &switch).await;
    assert!(!browser.get("/documenten").await.text.contains(FORM));
    assert_eq!(browser.get(FORM).await.status, 403);
    assert_eq!(post(&mut browser, "/documenten", FORM, &fields).await.status, 403);
    assert_eq!(count(&server.patient(&person), "Consent?scope=treatment").await, 0);
    let mut browser = as_patient(&server, &mentor).await;
    post(&mut browser, "/machtigingen", "/machtigingen/wisselen", &switch).await;
    let done = post(&mut browser, FORM, FORM, &fields).await;
    assert!(done.address.ends_with("/documenten/wensen"), "{}", done.text);
    let found = server.patient(&person).get("Consent?scope=treatment").await.expect(200).json();
    let agreed = &found["entry"][0]["resource"]["provision"]["actor"][0]["reference"];
    assert_eq!(agreed["type"], "RelatedPerson", "who decided is told: {found}");
}

/// The same without the pages: an app in which somebody acts for the patient.
async fn the_door_refuses_whoever_does_not_decide(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    let number = server.app().store.person_of_patient(&person.id).await.expect("a row").expect("a person");
    let of = |relation: Option<&str>| {
        let actor = Actor::Patient(PatientActor {
            person: number,
            patient_id: person.id.clone(),
            subject: "sub-x".to_owned(),
            name: "Iemand".to_owned(),
            relation: relation.map(str::to_owned),
            say: Say::Alone,
            client_id: None,
        });
        Access::inside(server.app(), actor, "PATRQT")
    };
    let consent = |scope: &str| {
        let mut consent = builders::consent(&format!("Patient/{}", person.id), builders::permit("org-gp"));
        consent["scope"]["coding"][0]["code"] = json!(scope);
        consent
    };
    let create = |body: Value| Interaction::Create { rtype: "Consent".to_owned(), body, if_none_exist: None };
    for scope in ["treatment", "adr"] {
        assert_eq!(
            of(Some("partner")).write(create(consent(scope))).await.expect_err("refused").status,
            403,
            "{scope}"
        );
        of(Some("mentor")).write(create(consent(scope))).await.expect("who decides by law");
        of(None).write(create(consent(scope))).await.expect("the patient");
    }
    // To permit looking is another matter; and what the patient wrote is not taken away either.
    of(Some("partner")).write(create(consent("patient-privacy"))).await.expect("a permission");
    let found = server.patient(&person).get("Consent?scope=adr").await.expect(200).json();
    let id = found["entry"][0]["resource"]["id"].as_str().expect("an id").to_owned();
    let delete = || Interaction::Delete { rtype: "Consent".to_owned(), id: id.clone(), if_match: None };
    assert_eq!(of(Some("partner")).write(delete()).await.expect_err("refused").status, 403);
    of(None).write(delete()).await.expect("the patient");
}

async fn what_a_patient_wants_opens_nothing(server: Server) {
    let (person, _) = at_the_gp(&server).await;
    let sees = format!("Condition?patient.identifier={}|{}", builders::BSN, person.bsn);
    assert_eq!(count(&server.gp(), &sees).await, 0);
    let mut browser = as_patient(&server, &person).await;
    let yes = [
        ("q-963", "2026-03-02"),
        ("q-1386", "0"),
        ("q-1387", "0"),
        ("q-1390", "0"),
        ("q-1393", "0"),
        ("q-1396", "0"),
        ("q-1399", "0"),
        ("q-1402", "0"),
        ("q-1404", "Alles delen"),
    ];
    let done = post(&mut browser, FORM, FORM, &yes).await;
    assert!(done.address.ends_with("/documenten/wensen"), "{}", done.text);
    assert_eq!(count(&server.gp(), &sees).await, 0, "to be treated is not to be read");
    assert_eq!(count(&server.patient(&person), "Consent?scope=treatment").await, 7);
    // The twin: a permission does.
    server
        .patient(&person)
        .post("Consent", &builders::consent(&format!("Patient/{}", person.id), builders::permit("org-gp")))
        .await
        .expect(201);
    assert_eq!(count(&server.gp(), &sees).await, 1);
    // A patient writes goals of this kind only, and nothing about others.
    let goal = |code: &str| {
        json!({
            "resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "doel"},
            "category": [builders::coded("http://snomed.info/sct", code)], "subject": {"reference": format!("Patient/{}", person.id)},
        })
    };
    server.patient(&person).post("Goal", &goal("713603004")).await.expect(201);
    server.patient(&person).post("Goal", &goal("1")).await.expect(422);
    server.patient(&person).post("Device", &json!({"resourceType": "Device"})).await.expect(422);
}

fn questionnaire(kind: &str) -> Value {
    json!({
        "resourceType": "Questionnaire", "status": "active", "version": "1.0.0-rc2", "title": "Landelijk",
        "url": "https://api.iknl.nl/docs/pzp/r4/Questionnaire/ACP-zib2020",
        "item": [
            {"linkId": "963", "type": "dateTime", "text": "Datum"},
            {"linkId": "598", "type": "group", "text": "Verder", "item": [
                {"linkId": "1196", "type": kind, "text": "Wat nog van belang is"},
            ]},
        ],
    })
}

async fn the_form_that_is_installed_is_the_one_that_is_asked(server: Server) {
    let (person, id) = at_the_gp(&server).await;
    let address = format!("/zorg/patient/{id}/wensen");
    let create = |body: Value| Interaction::Create { rtype: "Questionnaire".to_owned(), body, if_none_exist: None };
    server.as_hub(create(questionnaire("text"))).await;
    let mut gp = as_professional(&server, "huisarts").await;
    let page = gp.get(&address).await;
    assert!(page.text.contains("Wat nog van belang is") && !page.text.contains("Reanimeren"), "{}", page.text);
    post(&mut gp, &address, &address, &[("q-963", "2026-03-02"), ("q-1196", "Muziek")]).await;
    let canonical = "https://api.iknl.nl/docs/pzp/r4/Questionnaire/ACP-zib2020";
    let query =
        format!("QuestionnaireResponse?patient.identifier={}|{}&questionnaire={canonical}", builders::BSN, person.bsn);
    assert_eq!(count(&server.gp(), &query).await, 1);
    // One that cannot be shown is said to be so, and ours is asked.
    server.advance(MINUTE);
    server.as_hub(create(questionnaire("quantity"))).await;
    let page = gp.get(&address).await;
    assert!(page.text.contains("kan hier niet worden getoond") && page.text.contains("Reanimeren"), "{}", page.text);
}
