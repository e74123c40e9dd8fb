//! The patient sees the record, permits, objects, withdraws, and sees who looked.

use serde_json::json;
use spil::store::Dialect;

use super::people::{EVIL, as_patient, choose, ids, patient_with_record, post, total};
use crate::support::browser::hidden;
use crate::support::region::organization;
use crate::support::{Person, Server, builders, on_both};

on_both!(
    a_permission_works_at_once_and_stops_at_once,
    an_objection_goes_before_everything,
    an_objection_closes_what_the_same_organisation_was_permitted,
    a_choice_that_cannot_be_read_closes_all_and_says_so,
    what_a_professional_proposes_waits_for_the_patient,
    a_stranger_sees_and_changes_nothing,
    who_acts_for_another_sees_that_record,
);

async fn found(server: &Server, person: &Person, rtype: &str) -> usize {
    let bundle = server.gp().get(&format!("{rtype}?patient.identifier={}|{}", builders::BSN, person.bsn)).await;
    total(&bundle.expect(200).json())
}

async fn a_permission_works_at_once_and_stops_at_once(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    let mut browser = as_patient(&server, &person).await;
    let page = browser.get("/gegevens/problems").await;
    assert!(page.text.contains("Ziekenhuis Oost") && page.text.contains("1 november 2025"), "{}", page.text);
    assert!(!page.text.contains("<script>") && !page.text.contains("<img src=x"), "{EVIL} is escaped");
    assert_eq!(found(&server, &person, "Condition").await, 0);

    let gp = organization("gp");
    let list = choose(&mut browser, &[("organisation", &gp), ("choice", "all")]).await;
    assert!(list.address.ends_with("/toestemmingen"), "after a form comes a redirect");
    assert!(list.text.contains("mag al uw gegevens zien, behalve: psychische en sociale zorg"), "{}", list.text);
    assert_eq!(found(&server, &person, "Condition").await, 1);
    let looked = browser.get("/gekeken").await.text;
    assert!(looked.contains("Huisartsenpraktijk De Linde") && looked.contains("Klachten en diagnoses"), "{looked}");
    let list_file = browser.get("/gekeken/lijst.csv").await.text;
    assert!(list_file.contains("Huisartsenpraktijk De Linde"), "{list_file}");

    let id = ids(&list).remove(0);
    let changed = choose(&mut browser, &[("id", &id), ("organisation", &gp), ("choice", "emergency")]).await;
    assert_eq!(ids(&changed), std::slice::from_ref(&id), "a change is a change of the same choice");
    assert_eq!(
        (found(&server, &person, "Condition").await, found(&server, &person, "AllergyIntolerance").await),
        (0, 1)
    );

    let stopped = post(&mut browser, "/toestemmingen", "/toestemmingen/stoppen", &[("id", &id)]).await;
    assert!(stopped.text.contains("Dit is gestopt") && stopped.text.contains("Klachten en diagnoses"));
    assert_eq!(found(&server, &person, "AllergyIntolerance").await, 0);
    let history = browser.get(&format!("/toestemmingen/{id}/geschiedenis")).await;
    assert_eq!(history.text.matches("class=\"when\"").count(), 3, "{}", history.text);
}

/// Code by code what is stored is understood when it is written; a later version may know other codes.
async fn a_choice_that_cannot_be_read_closes_all_and_says_so(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    let mut browser = as_patient(&server, &person).await;
    let first = choose(&mut browser, &[("organisation", &organization("gp")), ("choice", "all")]).await;
    let list = choose(&mut browser, &[("organisation", &organization("vvt")), ("choice", "all")]).await;
    assert!(!list.text.contains("niet te lezen"), "{}", list.text);
    let store = &server.app().store;
    let sql = match store.dialect() {
        Dialect::Sqlite => "UPDATE resource SET body = CAST(replace(CAST(body AS TEXT), $1, $2) AS BLOB) WHERE id = $3",
        Dialect::Postgres => {
            "UPDATE resource SET body = convert_to(replace(convert_from(body, 'UTF8'), $1, $2), 'UTF8') WHERE id = $3"
        }
    };
    let id = ids(&list).into_iter().find(|id| !ids(&first).contains(id)).expect("the second");
    let args = vec!["\"wishes\"".into(), "\"wishful\"".into(), id.as_str().into()];
    store.statements(vec![(sql, args)]).await.expect("changed");
    assert_eq!(found(&server, &person, "Condition").await, 0);
    let page = browser.get("/toestemmingen").await;
    assert!(page.text.contains("Deze keuze is niet te lezen"), "{}", page.text);
    let overview = browser.get("/overzicht").await;
    assert!(overview.text.contains("Een van uw keuzes is niet te lezen"), "{}", overview.text);

    post(&mut browser, "/toestemmingen", "/toestemmingen/stoppen", &[("id", &id)]).await;
    let page = browser.get("/toestemmingen").await;
    assert!(!page.text.contains("niet te lezen"), "{}", page.text);
    assert_eq!(found(&server, &person, "Condition").await, 1, "what the GP may see it sees again");
}

async fn an_objection_goes_before_everything(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    let mut browser = as_patient(&server, &person).await;
    let list = choose(&mut browser, &[("organisation", "*"), ("choice", "object"), ("category", "problems")]).await;
    assert!(list.text.contains("ook niet bij spoed"), "{}", list.text);
    let emergency = server.gp_post().emergency("bewusteloos");
    let patients = emergency.get(&format!("Patient?identifier={}|{}", builders::BSN, person.bsn)).await.expect(200);
    let id = patients.json()["entry"][0]["resource"]["id"].as_str().expect("a patient").to_owned();
    let closed = emergency.get(&format!("Condition?patient={id}")).await.expect(200);
    assert_eq!(total(&closed.json()), 0);
    let open = emergency.get(&format!("AllergyIntolerance?patient={id}")).await.expect(200);
    assert_eq!(total(&open.json()), 1);
    let overview = browser.get("/overzicht").await.text;
    assert!(overview.contains("Uw gegevens zijn geopend bij spoed") && overview.contains("bewusteloos"), "{overview}");
    let fields = [("organisation", "*"), ("choice", "all"), ("until", "2020-01-01")];
    let wrong = post(&mut browser, "/toestemmingen/nieuw", "/toestemmingen/nieuw", &fields).await;
    assert!(wrong.text.contains("id=\"organisation-error\"") && wrong.text.contains("id=\"until-error\""));
}

async fn an_objection_closes_what_the_same_organisation_was_permitted(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    let mut browser = as_patient(&server, &person).await;
    let gp = organization("gp");
    choose(&mut browser, &[("organisation", &gp), ("choice", "all")]).await;
    assert_eq!(found(&server, &person, "Condition").await, 1);
    for categories in [vec![("category", "problems")], Vec::new()] {
        let all = categories.is_empty();
        let mut fields = vec![("organisation", gp.as_str()), ("choice", "object")];
        fields.extend(categories);
        let list = choose(&mut browser, &fields).await;
        let seen = (found(&server, &person, "Condition").await, found(&server, &person, "AllergyIntolerance").await);
        assert_eq!(seen, (0, usize::from(!all)), "{}", list.text);
        let objection = ids(&list).pop().expect("an objection");
        post(&mut browser, "/toestemmingen", "/toestemmingen/stoppen", &[("id", &objection)]).await;
        assert_eq!(found(&server, &person, "Condition").await, 1, "what was permitted stays");
    }
    // What is laid down for one organisation goes before what is laid down for all: the page says so.
    let fields = [("organisation", "*"), ("choice", "object"), ("category", "problems")];
    let page = post(&mut browser, "/toestemmingen/nieuw", "/toestemmingen/nieuw", &fields).await;
    assert!(
        page.text.contains("blijft dit zien") && page.text.contains("Huisartsenpraktijk De Linde"),
        "{}",
        page.text
    );
    choose(&mut browser, &fields).await;
    assert_eq!(found(&server, &person, "Condition").await, 1);
}

async fn what_a_professional_proposes_waits_for_the_patient(server: Server) {
    let (person, patient) = patient_with_record(&server).await;
    let mut consent = builders::consent(&patient, builders::permit(&organization("gp")));
    consent["status"] = json!("proposed");
    let made = server.hospital().post("Consent", &consent).await.expect(201);
    let id = made.id();
    let mut browser = as_patient(&server, &person).await;
    assert_eq!(found(&server, &person, "AllergyIntolerance").await, 0);
    let list = browser.get("/toestemmingen").await;
    assert!(list.text.contains("Wacht op uw antwoord") && list.text.contains("Ziekenhuis Oost"), "{}", list.text);
    let fields = [("id", id.as_str()), ("answer", "yes")];
    let list = post(&mut browser, "/toestemmingen", "/toestemmingen/antwoord", &fields).await;
    assert!(list.status == 200 && !list.text.contains("Wacht op uw antwoord"), "{}", list.text);
    assert_eq!(found(&server, &person, "AllergyIntolerance").await, 1);
    assert_eq!(post(&mut browser, "/toestemmingen", "/toestemmingen/antwoord", &fields).await.status, 409);
}

async fn a_stranger_sees_and_changes_nothing(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    let stranger = server.person().await;
    let mut owner = as_patient(&server, &person).await;
    let list = choose(&mut owner, &[("organisation", &organization("gp")), ("choice", "all")]).await;
    let id = ids(&list).remove(0);
    let page = owner.get("/gegevens/problems").await.text;
    let item = page.split("href=\"").find(|piece| piece.starts_with("/gegevens/problems/Condition/"));
    let item = item.and_then(|piece| piece.split('"').next()).expect("an item").to_owned();
    let shown = owner.get(&item).await;
    assert!(shown.text.contains("Huisartsenpraktijk De Linde"), "who may see it: {}", shown.text);
    assert_eq!(owner.get(&format!("{item}?versie=1")).await.status, 200);
    assert_eq!(owner.get(&format!("{item}/bron")).await.status, 200);

    let mut browser = as_patient(&server, &stranger).await;
    for address in [item.clone(), format!("{item}/bron"), format!("{item}?versie=1")] {
        assert_eq!(browser.get(&address).await.status, 404, "{address}");
    }
    for (address, status) in [
        (format!("/toestemmingen/{id}/wijzigen"), 404),
        (format!("/toestemmingen/{id}/geschiedenis"), 404),
        (format!("/toestemmingen/{id}/gestopt"), 404),
    ] {
        assert_eq!(browser.get(&address).await.status, status, "{address}");
    }
    for address in ["/toestemmingen/stoppen", "/toestemmingen/wijzigen", "/toestemmingen/antwoord"] {
        let page = post(&mut browser, "/toestemmingen", address, &[("id", &id), ("answer", "yes")]).await;
        assert_eq!(page.status, 404, "{address}");
    }
    let fields = [("id", id.as_str()), ("organisation", "*"), ("choice", "object"), ("step", "confirm")];
    let page = post(&mut browser, "/toestemmingen", "/toestemmingen/bevestigen", &fields).await;
    assert_eq!(page.status, 404);
    assert!(!browser.get("/gekeken?organisation=ook-ik").await.text.contains("<h3>Ziekenhuis Oost"));
    assert_eq!(found(&server, &person, "Condition").await, 1, "nothing has changed");
    let csrf = hidden(&owner.get("/toestemmingen").await.text, "csrf");
    let page = browser.post("/toestemmingen/stoppen", &[("csrf", &csrf), ("id", &id)]).await;
    assert_eq!(page.status, 403, "the token of somebody else's session");
}

async fn who_acts_for_another_sees_that_record(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    let other = server.person().await;
    let mut browser = as_patient(&server, &other).await;
    let fields = [("person", person.id.as_str())];
    assert_eq!(post(&mut browser, "/machtigingen", "/machtigingen/wisselen", &fields).await.status, 403);
    server.represent(&other, &person, None).await;
    let page = post(&mut browser, "/machtigingen", "/machtigingen/wisselen", &fields).await;
    assert!(page.text.contains("U kijkt nu voor"), "{}", page.text);
    assert!(browser.get("/gegevens/allergies").await.text.contains("Penicilline"));

    let mut owner = as_patient(&server, &person).await;
    let looked = owner.get("/gekeken").await.text;
    assert!(looked.contains("Persoon") && looked.contains("partner"), "what a representative does is shown: {looked}");
    let page = owner.get("/machtigingen").await;
    let id = page.text.split("action=\"/machtigingen/stoppen\"").nth(1).map(|piece| hidden(piece, "id")).expect("id");
    let page = post(&mut owner, "/machtigingen", "/machtigingen/stoppen", &[("id", &id)]).await;
    assert!(page.text.contains("Niemand mag voor u kijken"), "{}", page.text);
    assert!(!browser.get("/gegevens/allergies").await.text.contains("Penicilline"), "it ends at once");
}
