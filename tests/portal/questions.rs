//! A professional asks in the workspace, the patient answers in the portal: yes, less, or no.

use super::people::{as_patient, as_professional, patient_with_record, post, professional};
use crate::support::browser::{Browser, Page, hidden};
use crate::support::builders::BSN;
use crate::support::region::organization;
use crate::support::{Person, Server, on_both};

on_both!(
    yes_permits_what_was_asked_and_no_more,
    less_is_possible_and_more_is_not,
    no_and_silence_permit_nothing,
    the_form_says_what_is_wrong_and_never_who_there_is,
);

const WHY: &str = "U komt volgende week bij ons.";

async fn ask(browser: &mut Browser<'_>, bsn: &str, categories: &[&str]) -> Page {
    let mut fields = vec![("bsn", bsn), ("why", WHY)];
    fields.extend(categories.iter().map(|code| ("category", *code)));
    post(browser, "/zorg/vragen", "/zorg/vragen", &fields).await
}

/// What the nursing home sees: conditions and allergies.
async fn sees(server: &Server, person: &Person) -> (usize, usize) {
    let mut counts = Vec::new();
    for rtype in ["Condition", "AllergyIntolerance"] {
        let path = format!("{rtype}?patient.identifier={BSN}|{}", person.bsn);
        counts.push(server.vvt().get(&path).await.expect(200).matches().len());
    }
    (counts[0], counts[1])
}

async fn asked<'s>(server: &'s Server, categories: &[&str]) -> (Person, Browser<'s>, String) {
    let (person, patient) = patient_with_record(server).await;
    professional(server, "wijk", "vvt").await;
    // The work that an emergency gives to the privacy officer is a Task of the patient too, and no question.
    server.gp_post().emergency("onwel").get(&patient).await.expect(200);
    let mut nurse = as_professional(server, "wijk").await;
    let page = ask(&mut nurse, &person.bsn, categories).await;
    assert!(page.text.contains("De vraag is verstuurd"), "{}", page.text);
    assert_eq!(sees(server, &person).await, (0, 0), "a question opens nothing");
    let mut browser = as_patient(server, &person).await;
    assert!(browser.get("/overzicht").await.text.contains("vraagt uw toestemming"), "the first page says so");
    let page = browser.get("/toestemmingen").await;
    assert!(page.text.contains("Zij vragen uw toestemming") && page.text.contains(WHY), "{}", page.text);
    let form = page.text.split("action=\"/toestemmingen/vraag\"").nth(1).expect("a form");
    let id = hidden(form, "id");
    (person, browser, id)
}

/// Confirms the form with one category for an organisation.
async fn confirm(browser: &mut Browser<'_>, id: &str, organisation: &str, category: &str) -> Page {
    let fields = [
        ("question", id),
        ("organisation", organisation),
        ("choice", "some"),
        ("category", category),
        ("step", "confirm"),
    ];
    post(browser, &format!("/toestemmingen/nieuw?vraag={id}"), "/toestemmingen/bevestigen", &fields).await
}

async fn yes_permits_what_was_asked_and_no_more(server: Server) {
    let (person, mut browser, id) = asked(&server, &["problems", "wishes"]).await;
    let fields = [("id", id.as_str()), ("answer", "yes")];
    let page = post(&mut browser, "/toestemmingen", "/toestemmingen/vraag", &fields).await;
    assert!(!page.text.contains("Zij vragen uw toestemming"), "{}", page.text);
    assert_eq!(sees(&server, &person).await, (1, 0));
    assert_eq!(post(&mut browser, "/toestemmingen", "/toestemmingen/vraag", &fields).await.status, 404);
    let mut nurse = as_professional(&server, "wijk").await;
    assert!(ask(&mut nurse, &person.bsn, &["allergies"]).await.text.contains("verstuurd"), "it may ask again");
}

async fn less_is_possible_and_more_is_not(server: Server) {
    let (person, mut browser, id) = asked(&server, &["problems", "allergies"]).await;
    let page = browser.get(&format!("/toestemmingen/nieuw?vraag={id}")).await;
    assert!(page.text.contains("value=\"problems\" checked") && !page.text.contains("value=\"medication\" checked"));
    for (category, kind) in [("medication", "vvt"), ("allergies", "gp")] {
        let page = confirm(&mut browser, &id, &organization(kind), category).await;
        assert!(page.status == 200 && page.text.contains("class=\"error\""), "{}", page.text);
        assert_eq!(sees(&server, &person).await, (0, 0));
    }
    let page = confirm(&mut browser, &id, &organization("vvt"), "allergies").await;
    assert!(page.address.ends_with("/toestemmingen") && !page.text.contains("Zij vragen"), "{}", page.text);
    assert_eq!(sees(&server, &person).await, (0, 1));
}

async fn no_and_silence_permit_nothing(server: Server) {
    let (person, mut browser, id) = asked(&server, &["problems"]).await;
    let mut nurse = as_professional(&server, "wijk").await;
    let again = ask(&mut nurse, &person.bsn, &["allergies"]).await;
    assert!(again.text.contains("stelde deze patiënt al een vraag"), "one question at a time: {}", again.text);
    let stranger = server.person().await;
    let mut other = as_patient(&server, &stranger).await;
    let fields = [("id", id.as_str()), ("answer", "yes")];
    assert_eq!(post(&mut other, "/toestemmingen", "/toestemmingen/vraag", &fields).await.status, 404);
    assert_eq!(sees(&server, &person).await, (0, 0));
    let page = post(&mut browser, "/toestemmingen", "/toestemmingen/vraag", &[("id", &id), ("answer", "no")]).await;
    assert!(!page.text.contains("Zij vragen uw toestemming"), "{}", page.text);
    assert_eq!(sees(&server, &person).await, (0, 0));
}

async fn the_form_says_what_is_wrong_and_never_who_there_is(server: Server) {
    professional(&server, "wijk", "vvt").await;
    let mut nurse = as_professional(&server, "wijk").await;
    let page = post(&mut nurse, "/zorg/vragen", "/zorg/vragen", &[("bsn", "1"), ("until", "2001-01-01")]).await;
    for field in ["bsn", "category", "why", "until"] {
        assert!(page.text.contains(&format!("id=\"{field}-error\"")), "{field}: {}", page.text);
    }
    // Nobody has this number.
    let sent = ask(&mut nurse, "999998298", &["problems"]).await;
    assert!(sent.text.contains("De vraag is verstuurd"), "{}", sent.text);
}
