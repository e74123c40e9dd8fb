//! Links to the next page, in the hands of others and changed.

use serde_json::Value;

use super::probe::{is_empty, told};
use crate::support::builders::condition;
use crate::support::world::{CODE, PATIENT, World};
use crate::support::{Caller, on_both};

/// The link to the next page in an answer.
fn next(page: &Value) -> String {
    let links = page["link"].as_array().expect("links");
    let next = links.iter().find(|link| link["relation"] == "next").unwrap_or_else(|| panic!("no next page: {page}"));
    next["url"].as_str().expect("url").to_owned()
}

async fn attack_06_page_links(world: World) {
    let (hospital, gp) = (world.server.hospital(), world.server.gp());
    for at in 0..3 {
        hospital.put(&format!("Condition/x{at}"), &condition(PATIENT, CODE)).await.expect(201);
    }
    for path in [
        "Condition?_count=1",
        "Condition?_count=1&_sort=-_lastUpdated",
        "Condition/_history?_count=1",
        "Patient/h1/$everything?_count=1",
        "Patient/h1/Condition?_count=1",
        "Patient/h1/*?_count=1",
    ] {
        let link = next(&gp.get(path).await.expect(200).json());
        assert!(gp.get(&link).await.expect(200).text().contains("fullUrl"), "the twin: {path}");
        world.server.nobody().get(&link).await.expect(401);
        let others = [hospital.clone(), world.server.vvt(), gp.purpose("HPAYMT"), gp.emergency("onwel")];
        for other in others.iter().chain(&[world.server.patient(&world.anna), world.server.patient(&world.bert)]) {
            let status = other.get(&link).await.status;
            assert!([400, 403, 404].contains(&status), "{path}, another caller: {status}");
        }
        let narrow = gp.scope("system/MedicationRequest.rs").get(&link).await;
        assert!(narrow.status == 403 || is_empty(&narrow), "{path}, a narrow token: {}", narrow.text());
        for changed in changes(&link) {
            gp.get(&changed).await.expect(400);
        }
    }
    let link = next(&gp.get("Condition?_count=1").await.expect(200).json());
    let elsewhere =
        ["/Observation?", "/Condition/_history?", "/Patient/h1/$everything?", "/Patient/h1/Condition?", "?"];
    for place in elsewhere {
        let status = gp.get(&link.replace("/Condition?", place)).await.status;
        assert_eq!(status, 400, "the link of a search at {place}");
    }
    // More than the link says is not looked at.
    let more = format!("{link}&patient={}&_summary=count", world.bert.reference());
    assert_eq!(told(&gp.get(&more).await), told(&gp.get(&link).await));
    after_withdrawal(&world, &gp).await;
}

/// The same link, cut, turned around, or with a letter changed at places all over.
fn changes(link: &str) -> Vec<String> {
    let (front, sealed) = link.split_once("_page=").expect("a sealed link");
    let mut all =
        vec![String::new(), sealed[1..].to_owned(), sealed.chars().rev().collect(), format!("{sealed}{sealed}")];
    all.push(sealed[..sealed.len() - 4].to_owned());
    for at in (0..sealed.len()).step_by(17) {
        let other = if sealed.as_bytes()[at] == b'A' { "B" } else { "A" };
        all.push(format!("{}{other}{}", &sealed[..at], &sealed[at + 1..]));
    }
    all.into_iter().map(|sealed| format!("{front}_page={sealed}")).collect()
}

/// A link that was good when it was made gives nothing once the permission is withdrawn.
async fn after_withdrawal(world: &World, gp: &Caller<'_>) {
    let links = [
        next(&gp.get("Condition?_count=1").await.json()),
        next(&gp.get("Condition/_history?_count=1").await.json()),
        next(&gp.get("Patient/h1/$everything?_count=1").await.json()),
        next(&gp.get("Patient/h1/*?_count=1").await.json()),
    ];
    let anna = world.server.patient(&world.anna);
    for consent in anna.get("Consent?status=active").await.expect(200).matches() {
        anna.delete(&consent).await.expect(204);
    }
    for link in links {
        let after = gp.get(&link).await;
        assert!(!after.text().contains(CODE) && !after.text().contains("fullUrl"), "{link}: {}", after.text());
    }
}

on_both! {
    attack_06_page_links,
}
