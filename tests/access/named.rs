//! A consent names what there is, or it is refused: nobody believes in a permission that does nothing.

use serde_json::{Value, json};

use super::world::{CONDITION, World};
use crate::support::builders::{CATEGORY, coded, consent, permit, user, user_kind};
use crate::support::on_both;

fn with(mut provision: Value, name: &str, value: Value) -> Value {
    provision[name] = value;
    provision
}

/// A provision that permits the nursing home, with one element more.
fn one_more(name: &str, value: Value) -> Value {
    with(permit("org-vvt"), name, json!([value]))
}

async fn what_a_consent_names_must_be_there(world: World) {
    let types = "http://hl7.org/fhir/resource-types";
    let reasons = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    let data = |meaning: &str, reference: &str| json!({"meaning": meaning, "reference": {"reference": reference}});
    let role = |code: &str| coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code);
    let actor = |code: &str, reference: Value| json!({"role": role(code), "reference": reference});
    let literal = |text: &str| json!({"reference": text});
    let identifier = |system: &str, value: &str| json!({"identifier": {"system": system, "value": value}});
    let ura = "http://fhir.nl/fhir/NamingSystem/ura";
    let kinds = "http://nictiz.nl/fhir/NamingSystem/organization-type";
    let more = |reference: Value| with(permit("org-vvt"), "actor", json!([user("org-vvt"), actor("CST", reference)]));
    let by = |reference: Value| json!({"type": "permit", "actor": [actor("IRCP", reference)]});
    let table = [
        ("a type", one_more("class", json!({"system": types, "code": "Condition"})), true),
        ("no type", one_more("class", json!({"system": types, "code": "Conditions"})), false),
        (
            "a type of another list",
            one_more("class", json!({"system": "http://x.example", "code": "Condition"})),
            false,
        ),
        ("a category", one_more("code", coded(CATEGORY, "problems")), true),
        ("who it is, which no permission is about", one_more("code", coded(CATEGORY, "identity")), false),
        ("a category of another list", one_more("code", coded("http://x.example", "problems")), false),
        ("an instance", one_more("data", data("instance", CONDITION)), true),
        ("a version", one_more("data", data("instance", "Condition/c1/_history/1")), false),
        ("an address", one_more("data", data("instance", "http://x.example/Condition/c1")), false),
        ("a search", one_more("data", data("instance", "Condition?code=1")), false),
        ("an id that is none", one_more("data", data("instance", "Condition/c_1")), false),
        ("an id that is empty", one_more("data", data("instance", "Condition/")), false),
        ("an instance of no type", one_more("data", data("instance", "Conditions/c1")), false),
        ("what an organisation wrote", one_more("data", data("authoredby", "Organization/org-hospital")), true),
        ("what a person wrote", one_more("data", data("authoredby", "Practitioner/org-hospital")), false),
        ("what an unknown organisation wrote", one_more("data", data("authoredby", "Organization/x")), false),
        ("what depends on it", one_more("data", data("dependents", CONDITION)), false),
        ("a purpose", one_more("purpose", json!({"system": reasons, "code": "TREAT"})), true),
        ("a purpose nobody can have", one_more("purpose", json!({"system": reasons, "code": "HMARKT"})), false),
        (
            "a purpose of another list",
            one_more("purpose", json!({"system": "http://x.example", "code": "TREAT"})),
            false,
        ),
        ("a source by URA number", more(identifier(ura, "90000103")), true),
        ("a source by kind", more(identifier(kinds, "V6")), true),
        ("a person as source", more(literal("Practitioner/p1")), false),
        ("a user by URA number", by(identifier(ura, "90000104")), true),
        ("a URA number that is unknown", by(identifier(ura, "1")), false),
        ("a kind that is unknown", by(identifier(kinds, "Q9")), false),
        ("a number of another list", by(identifier("http://x.example", "90000104")), false),
        ("a patient as user", by(literal("Patient/h1")), false),
        ("a professional with an id that is none", by(literal("Practitioner/p_1")), false),
        ("the same user twice", with(permit("org-vvt"), "actor", json!([user("org-vvt"), user("org-vvt")])), true),
        ("another role", json!({"type": "permit", "actor": [actor("AUT", literal("Organization/org-vvt"))]}), false),
        ("a period that cannot be read", with(permit("org-vvt"), "dataPeriod", json!({"start": "soon"})), false),
        ("an exception of a kind that is unknown", one_more("provision", by(identifier(kinds, "Q9"))), false),
        ("an exception without a type", one_more("provision", json!({"actor": [user("org-vvt")]})), false),
    ];
    let patient = world.server.patient(&world.anna);
    let mut faults = Vec::new();
    for (name, provision, fits) in table {
        let answer = patient.post("Consent", &consent(&world.anna.reference(), provision)).await;
        if (answer.status == 201) != fits || (!fits && ![400, 422].contains(&answer.status)) {
            faults.push(format!("{name}: {}", answer.text()));
        } else if fits {
            world.server.vvt().get(CONDITION).await.expect(200);
            patient.delete(&format!("Consent/{}", answer.id())).await.expect(204);
        }
        world.server.vvt().get(CONDITION).await.expect(404);
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    // What could turn the meaning around is not passed over, wherever it stands.
    let modifier = json!([{"url": "http://x.example", "valueBoolean": true}]);
    for place in ["", "/policyRule", "/provision/actor/0", "/provision/actor/0/role/coding/0"] {
        let mut whole = consent(&world.anna.reference(), permit("org-vvt"));
        whole.pointer_mut(place).expect("a place")["modifierExtension"] = modifier.clone();
        let status = patient.post("Consent", &whole).await.status;
        assert!([400, 422].contains(&status), "{place}: {status}");
    }
    for (name, value) in [("implicitRules", json!("http://x.example/rules")), ("provision", Value::Null)] {
        let mut whole = consent(&world.anna.reference(), permit("org-vvt"));
        whole.as_object_mut().expect("an object").shift_remove(name);
        if !value.is_null() {
            whole[name] = value;
        }
        patient.post("Consent", &whole).await.expect(422);
    }
}

async fn every_kind_of_organisation_has_its_codes(world: World) {
    for (code, kind) in [
        ("Z3", "gp"),
        ("H1", "gp"),
        ("N6", "gp_post"),
        ("V4", "hospital"),
        ("V5", "hospital"),
        ("V6", "hospital"),
        ("X3", "vvt"),
        ("R5", "vvt"),
        ("M1", "vvt"),
        ("T2", "vvt"),
        ("J8", "pharmacy"),
        ("G5", "mental_health"),
    ] {
        let id = world.consents(json!({"type": "permit", "actor": [user_kind(code)]})).await;
        for other in ["gp_post", "vvt", "pharmacy", "mental_health"] {
            let status = world.server.system(other).get(CONDITION).await.status;
            assert_eq!(status == 200, other == kind, "{code}: {other} {status}");
        }
        world.server.patient(&world.anna).delete(&format!("Consent/{id}")).await.expect(204);
    }
}

on_both! {
    what_a_consent_names_must_be_there,
    every_kind_of_organisation_has_its_codes,
}
