//! What Spil's own codes mean, asked as an integrator would.

use serde_json::{Value, json};
use spil::definitions;
use spil_fhir_profiles::profile::{OWN, OWN_BASE};

use super::animals::hub;
use crate::support::builders::{consent, permit_categories};
use crate::support::world::{PATIENT, World};
use crate::support::{Server, on_both};

const CATEGORY: &str = "https://spil.example/fhir/CodeSystem/data-category";
const GENERIC: &str = "http://minvws.github.io/generiekefuncties-docs/CodeSystem/nl-gf-data-categories-cs";

on_both! {
    the_categories_are_published_under_their_address,
    what_is_there_is_not_stored_again,
    an_organisation_cannot_change_what_a_category_means,
    terminology_knows_the_categories,
    our_profiles_are_published_and_hold,
    a_permission_for_an_unpublished_code_is_refused,
}

async fn publish(server: &Server) {
    let app = server.app();
    definitions::install(&app.store, app.clock.now(), &hub(server)).await.expect("published");
}

async fn the_categories_are_published_under_their_address(server: Server) {
    server.gp().get("CodeSystem/data-category").await.expect(404);
    publish(&server).await;
    let anna = server.person().await;
    for caller in [server.gp(), server.patient(&anna)] {
        let body = caller.get("CodeSystem/data-category").await.expect(200).json();
        assert_eq!(body["url"], CATEGORY);
        assert_eq!(body["concept"].as_array().map(Vec::len), Some(20));
        for path in ["ConceptMap/data-category-mitz", "ConceptMap/nl-gf-data-category", "CodeSystem/ground"] {
            caller.get(path).await.expect(200);
        }
        assert_eq!(caller.get(&format!("CodeSystem?url={CATEGORY}")).await.expect(200).matches().len(), 1);
    }
}

async fn what_is_there_is_not_stored_again(server: Server) {
    publish(&server).await;
    let records = server.audits().await;
    publish(&server).await;
    assert_eq!(server.audits().await, records);
    // Deleted behind its back: the next version brings it back, and what it was before stays.
    server.app().store.change_setting("definitions", "another").await.expect("changed");
    publish(&server).await;
    let version = server.gp().get("CodeSystem/data-category").await.expect(200).json()["meta"]["versionId"].clone();
    assert_eq!(version, "1");
}

async fn an_organisation_cannot_change_what_a_category_means(server: Server) {
    publish(&server).await;
    let mut body = server.gp().get("CodeSystem/data-category").await.expect(200).json();
    body["concept"] = json!([{"code": "everything"}]);
    server.gp().put("CodeSystem/data-category", &body).await.expect(403);
    server.gp().delete("CodeSystem/data-category").await.expect(403);
    // One with the same address under another id belongs to the organisation; ours stays what is meant.
    body["id"] = json!("mine");
    body["version"] = json!("99.0");
    let own = server.gp().put("CodeSystem/mine", &body).await;
    assert_eq!(own.status, 201, "{}", own.text());
    let lookup = server.gp().get(&format!("CodeSystem/$lookup?system={CATEGORY}&code=everything")).await;
    assert_eq!(lookup.status, 404, "{}", lookup.text());
}

async fn terminology_knows_the_categories(server: Server) {
    publish(&server).await;
    let gp = server.gp();
    let found =
        gp.get(&format!("CodeSystem/$lookup?system={CATEGORY}&code=wishes&displayLanguage=nl")).await.expect(200);
    assert!(found.text().contains("Wensen en grenzen"), "{}", found.text());
    let set = "https://spil.example/fhir/ValueSet/data-category";
    let expanded = gp.get(&format!("ValueSet/$expand?url={set}")).await.expect(200).json();
    assert_eq!(expanded["expansion"]["total"], 20);
    let valid = format!("ValueSet/$validate-code?url={set}&system={CATEGORY}&code=");
    let result = |answer: Value| {
        answer["parameter"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|one| one["name"] == "result" && one["valueBoolean"] == true)
    };
    assert!(result(gp.get(&format!("{valid}hiv")).await.expect(200).json()));
    assert!(!result(gp.get(&format!("{valid}everything")).await.expect(200).json()));
    let map = "https://spil.example/fhir/ConceptMap/nl-gf-data-category";
    let path = format!("ConceptMap/$translate?url={map}&system={GENERIC}&code=AllergyIntolerance");
    let answer = gp.get(&path).await.expect(200);
    assert!(answer.text().contains("\"allergies\""), "{}", answer.text());
    let mitz = format!(
        "ConceptMap/$translate?url=https://spil.example/fhir/ConceptMap/data-category-mitz&system={CATEGORY}&code=medication"
    );
    assert!(gp.get(&mitz).await.expect(200).text().contains("GGC013"));
}

async fn our_profiles_are_published_and_hold(server: Server) {
    server.gp().get("StructureDefinition/PrivacyConsent").await.expect(404);
    publish(&server).await;
    let gp = server.gp();
    for (name, _) in OWN {
        let body = gp.get(&format!("StructureDefinition/{name}")).await.expect(200).json();
        let url = format!("{OWN_BASE}{name}");
        assert_eq!(body["url"], url.as_str());
        assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(gp.get(&format!("StructureDefinition?url={url}")).await.expect(200).matches().len(), 1);
    }
    let mut body = consent("Patient/p1", permit_categories("org-gp", &["wishes"]));
    body["performer"] = json!([{"reference": "Patient/p1"}]);
    body["organization"] = json!([{"reference": "Organization/spil-hub"}]);
    body["policy"] = json!([{"uri": "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal"}]);
    let ask = |body: &Value| {
        let profile = json!({"name": "profile", "valueUri": format!("{OWN_BASE}PrivacyConsent")});
        json!({"resourceType": "Parameters", "parameter": [profile, {"name": "resource", "resource": body}]})
    };
    let good = gp.post("Consent/$validate", &ask(&body)).await.expect(200);
    assert!(!good.text().contains("\"error\""), "{}", good.text());
    // Identity comes along with every permission: nobody names it. The server's own value set says so.
    body["provision"]["code"][0]["coding"][0]["code"] = json!("identity");
    let bad = gp.post("Consent/$validate", &ask(&body)).await.expect(200);
    assert_eq!(bad.json()["issue"][0]["expression"][0], "Consent.provision.code[0]", "{}", bad.text());
    assert_eq!(bad.json()["issue"][0]["code"], "code-invalid");
}

/// What a permission can name is what is published, code by code.
async fn a_permission_for_an_unpublished_code_is_refused(world: World) {
    publish(&world.server).await;
    let patient = world.server.patient(&world.anna);
    let system = patient.get("CodeSystem/data-category").await.expect(200).json();
    let codes = system["concept"]
        .as_array()
        .expect("concepts")
        .iter()
        .map(|one| (one["code"].as_str().expect("a code").to_owned(), one["property"][0]["valueCode"].clone()));
    for (code, kind) in codes.chain(["everything", "psychiatry"].map(|code| (code.to_owned(), json!("none")))) {
        let consent = consent(PATIENT, permit_categories("org-gp", &[&code]));
        let answer = patient.post("Consent", &consent).await;
        let status = if kind == "category" || kind == "label" { 201 } else { 422 };
        assert_eq!(answer.status, status, "{code}: {}", answer.text());
    }
}
