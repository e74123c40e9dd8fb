//! What patients permit and refuse, over HTTP.

use serde_json::{Value, json};
use spil::access::Interaction;

use super::world::{CODE, CONDITION, PATIENT, World};
use crate::support::builders::{
    allergy, coded, codes, consent, deny, holder, holder_kind, labelled, permit, permit_categories, prescription, user,
    user_kind, weight,
};
use crate::support::on_both;

/// Whether the GP practice reads the condition and the prescription.
async fn sees(world: &World, kind: &'static str) -> (bool, bool) {
    let mut seen = Vec::new();
    for path in [CONDITION, "MedicationRequest/m1"] {
        let read = world.server.system(kind).get(path).await.status == 200;
        let (rtype, id) = path.split_once('/').expect("a path");
        let listed =
            !world.server.system(kind).get(&format!("{rtype}?_id={id}")).await.expect(200).matches().is_empty();
        assert_eq!(read, listed, "{path}: what is read is found, and what is not is not");
        seen.push(read);
    }
    (seen[0], seen[1])
}

async fn with_prescription(world: &World) {
    world.server.hospital().put("MedicationRequest/m1", &prescription(PATIENT, "N02BE01")).await.expect(201);
}

fn with(mut provision: Value, name: &str, value: Value) -> Value {
    provision[name] = value;
    provision
}

async fn each_way_to_permit_opens_what_it_names_and_no_more(world: World) {
    with_prescription(&world).await;
    let nested = json!([{"type": "deny", "code": codes(&["medication"])}]);
    let class = json!([{"system": "http://hl7.org/fhir/resource-types", "code": "MedicationRequest"}]);
    let act = |code: &str| json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": code}]);
    let instance = json!([{"meaning": "instance", "reference": {"reference": CONDITION}}]);
    let hospital = json!([user("org-vvt"), holder("org-hospital")]);
    let pharmacy = json!([user("org-vvt"), holder("org-pharmacy")]);
    let table = [
        ("everything", permit("org-vvt"), (true, true)),
        ("another organisation", permit("org-pharmacy"), (false, false)),
        ("its kind", json!({"type": "permit", "actor": [user_kind("X3")]}), (true, true)),
        ("another kind", json!({"type": "permit", "actor": [user_kind("J8")]}), (false, false)),
        ("a category", permit_categories("org-vvt", &["medication"]), (false, true)),
        ("two categories", permit_categories("org-vvt", &["problems", "results"]), (true, false)),
        ("a type", with(permit("org-vvt"), "class", class), (false, true)),
        ("one resource", with(permit("org-vvt"), "data", instance), (true, false)),
        ("an exception", with(permit("org-vvt"), "provision", nested), (true, false)),
        ("data of the hospital", with(permit("org-vvt"), "actor", hospital), (true, true)),
        ("data of the pharmacy", with(permit("org-vvt"), "actor", pharmacy), (false, false)),
        (
            "data of hospitals",
            with(permit("org-vvt"), "actor", json!([user("org-vvt"), holder_kind("V6")])),
            (true, true),
        ),
        (
            "data of pharmacies",
            with(permit("org-vvt"), "actor", json!([user("org-vvt"), holder_kind("J8")])),
            (false, false),
        ),
        ("now", with(permit("org-vvt"), "period", json!({"start": "2026-03-02", "end": "2026-03-02"})), (true, true)),
        ("until yesterday", with(permit("org-vvt"), "period", json!({"end": "2026-03-01"})), (false, false)),
        ("from tomorrow", with(permit("org-vvt"), "period", json!({"start": "2026-03-03"})), (false, false)),
        ("for treatment", with(permit("org-vvt"), "purpose", act("TREAT")), (true, true)),
        ("for research", with(permit("org-vvt"), "purpose", act("HRESCH")), (false, false)),
        ("of a period", with(permit("org-vvt"), "dataPeriod", json!({"start": "2026-01-01"})), (false, true)),
        ("nothing", deny("org-vvt"), (false, false)),
    ];
    let mut faults = Vec::new();
    for (name, provision, expected) in table {
        let id = world.consents(provision).await;
        let seen = sees(&world, "vvt").await;
        if seen != expected {
            faults.push(format!("{name}: {seen:?}, not {expected:?}"));
        }
        world.server.patient(&world.anna).delete(&format!("Consent/{id}")).await.expect(204);
        assert_eq!(sees(&world, "vvt").await, (false, false), "{name}, withdrawn");
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

async fn an_objection_wins_and_what_is_more_specific_wins(world: World) {
    with_prescription(&world).await;
    let table = [
        ("an equal objection", vec![permit("org-vvt"), deny("org-vvt")], (false, false)),
        ("an objection to a category", vec![permit("org-vvt"), deny_category("org-vvt", "medication")], (true, false)),
        ("a permit of a category", vec![deny("org-vvt"), permit_categories("org-vvt", &["medication"])], (false, true)),
        (
            "an objection to a kind, a permit of one",
            vec![json!({"type": "deny", "actor": [user_kind("X3")]}), permit("org-vvt")],
            (true, true),
        ),
        (
            "a permit of a kind, an objection to one",
            vec![json!({"type": "permit", "actor": [user_kind("X3")]}), deny("org-vvt")],
            (false, false),
        ),
    ];
    for (name, provisions, expected) in table {
        let mut ids = Vec::new();
        for provision in provisions {
            ids.push(world.consents(provision).await);
        }
        assert_eq!(sees(&world, "vvt").await, expected, "{name}");
        for id in ids {
            world.server.patient(&world.anna).delete(&format!("Consent/{id}")).await.expect(204);
        }
    }
}

fn deny_category(organization: &str, category: &str) -> Value {
    with(deny(organization), "code", codes(&[category]))
}

async fn a_withdrawal_works_on_the_next_request_of_any_kind(world: World) {
    let gp = world.server.gp();
    let id = world.permit("org-vvt").await;
    let vvt = world.server.vvt();
    let link = world.server.hospital();
    for at in 0..3 {
        link.put(&format!("Condition/x{at}"), &condition_of(CODE)).await.expect(201);
    }
    let page = vvt.get("Condition?_count=1").await.expect(200).json();
    let next = page["link"].as_array().expect("links").iter().find(|link| link["relation"] == "next").expect("next");
    let next = next["url"].as_str().expect("url").to_owned();
    world.server.patient(&world.anna).delete(&format!("Consent/{id}")).await.expect(204);
    for path in [CONDITION, "Condition/c1/_history", "Condition/c1/_history/1", PATIENT, "Patient/h1/$acp"] {
        vvt.get(path).await.expect(404);
        gp.get(path).await.expect(200);
    }
    for path in ["Condition", "Condition?_summary=count", "Patient?_has:Condition:patient:code=13645005", &next] {
        let found = vvt.get(path).await.expect(200).json();
        assert!(found["entry"].is_null() && found["total"].as_i64().is_none_or(|total| total == 0), "{path} {found}");
    }
}

fn condition_of(code: &str) -> Value {
    crate::support::builders::condition(PATIENT, code)
}

async fn a_permission_ends_with_its_period(world: World) {
    world.consents(with(permit("org-vvt"), "period", json!({"end": "2026-03-02T09:59:59+01:00"}))).await;
    let vvt = world.server.vvt();
    vvt.get(CONDITION).await.expect(404);
    world.consents(with(permit("org-vvt"), "period", json!({"end": "2026-03-02T12:00:00Z"}))).await;
    vvt.get(CONDITION).await.expect(200);
    world.server.set_clock(1_772_452_801_000);
    vvt.get(CONDITION).await.expect(404);
    assert_eq!(vvt.get("Condition").await.expect(200).matches(), Vec::<String>::new());
}

async fn a_sensitive_label_needs_a_permission_that_names_it(world: World) {
    let hospital = world.server.hospital();
    for (at, label) in ["PSY", "SDV", "STD", "GDIS", "HIV"].into_iter().enumerate() {
        hospital.put(&format!("Condition/s{at}"), &labelled(condition_of(CODE), label)).await.expect(201);
        world.server.gp().get(&format!("Condition/s{at}")).await.expect(404);
        world.server.patient(&world.anna).get(&format!("Condition/s{at}")).await.expect(200);
    }
    for (name, opened) in [
        ("mental-health", vec!["Condition/s0", "Condition/s1"]),
        ("sexual-health", vec!["Condition/s2"]),
        ("genetics", vec!["Condition/s3"]),
        ("hiv", vec!["Condition/s4"]),
    ] {
        let id = world.consents(permit_categories("org-vvt", &["problems", name])).await;
        let mut expected = opened.clone();
        expected.insert(0, CONDITION);
        assert_eq!(world.server.vvt().get("Condition").await.matches(), expected, "{name}");
        world.server.patient(&world.anna).delete(&format!("Consent/{id}")).await.expect(204);
    }
}

async fn a_record_of_mental_health_is_open_to_whom_it_names_only(world: World) {
    let ggz = world.server.mental_health();
    let own = ggz.post("Patient", &crate::support::builders::patient(&world.anna.bsn)).await.expect(201).id();
    let problem = crate::support::builders::condition(&format!("Patient/{own}"), "35489007");
    ggz.put("Condition/g1", &labelled(problem, "PSY")).await.expect(201);
    world.server.gp().get("Condition/g1").await.expect(404);
    world.consents(permit_categories("org-vvt", &["problems", "mental-health"])).await;
    world.server.vvt().get("Condition/g1").await.expect(200);
    world.server.gp().get("Condition/g1").await.expect(404);
    world.server.patient(&world.anna).get("Condition/g1").await.expect(200);
}

async fn an_organisation_cannot_give_itself_permission(world: World) {
    let vvt = world.server.vvt();
    let own = vvt.post("Patient", &crate::support::builders::patient(&world.anna.bsn)).await.expect(201).id();
    for reference in [format!("Patient/{own}"), world.anna.reference(), PATIENT.to_owned()] {
        let active = consent(&reference, permit("org-vvt"));
        vvt.post("Consent", &active).await.expect(422);
        let mut proposed = active.clone();
        proposed["status"] = json!("proposed");
        if reference == PATIENT {
            // It cannot see that one: whose consent it is, is not known to it.
            vvt.post("Consent", &proposed).await.expect(422);
            continue;
        }
        let id = vvt.post("Consent", &proposed).await.expect(201).id();
        vvt.get(CONDITION).await.expect(404);
        vvt.put(&format!("Consent/{id}"), &with(active, "id", json!(id))).await.expect(422);
        let activate = json!([{"op": "replace", "path": "/status", "value": "active"}]);
        vvt.patch(&format!("Consent/{id}"), &activate).await.expect(422);
        let entry = crate::support::builders::bundle(
            "transaction",
            vec![("POST", "Consent", consent(&reference, permit("org-vvt")))],
        );
        vvt.post("", &entry).await.expect(422);
        vvt.get(CONDITION).await.expect(404);
    }
    // The patient confirms the last one, which then works, and is the patient's own: no organisation can change it.
    let found = world.server.patient(&world.anna).get("Consent?status=proposed").await.matches();
    let path = found.first().expect("a proposal").clone();
    let activate = json!([{"op": "replace", "path": "/status", "value": "active"}]);
    world.server.patient(&world.anna).patch(&path, &activate).await.expect(200);
    vvt.get(CONDITION).await.expect(200);
    let answer = vvt.patch(&path, &json!([{"op": "remove", "path": "/provision/actor"}])).await.status;
    assert!([403, 404].contains(&answer), "{answer}");
    vvt.delete(&path).await;
    vvt.get(CONDITION).await.expect(200);
}

async fn another_patient_cannot_consent(world: World) {
    let bert = world.server.patient(&world.bert);
    for reference in [world.anna.reference(), PATIENT.to_owned()] {
        bert.post("Consent", &consent(&reference, permit("org-vvt"))).await.expect(422);
        let mut body = consent(&reference, permit("org-vvt"));
        body["performer"] = json!([{"reference": world.bert.reference()}]);
        bert.post("Consent", &body).await.expect(422);
    }
    let id = world.permit("org-pharmacy").await;
    bert.delete(&format!("Consent/{id}")).await.expect(204);
    world.server.pharmacy().get(CONDITION).await.expect(200);
    bert.put(&format!("Consent/{id}"), &consent(&world.bert.reference(), deny("org-pharmacy"))).await.expect(404);
    world.server.pharmacy().get(CONDITION).await.expect(200);
    world.server.vvt().get(CONDITION).await.expect(404);
}

async fn consents_to_treatment_are_never_permissions(world: World) {
    let patient = world.server.patient(&world.anna);
    for scope in ["treatment", "adr"] {
        let mut body = consent(&world.anna.reference(), permit("org-vvt"));
        body["scope"] = coded("http://terminology.hl7.org/CodeSystem/consentscope", scope);
        patient.post("Consent", &body).await.expect(201);
        world.server.vvt().get(CONDITION).await.expect(404);
    }
    let wishes = world.server.gp().get("Consent").await.matches();
    assert_eq!(wishes.len(), 2, "the GP practice sees the wishes and no privacy consent");
    let mut both = consent(&world.anna.reference(), permit("org-vvt"));
    both["scope"]["coding"].as_array_mut().expect("list").push(json!({"code": "treatment"}));
    patient.post("Consent", &both).await;
    assert_eq!(world.server.gp().get("Consent").await.matches(), wishes);
    let acp = world.server.gp().get("Patient/h1/$acp").await.expect(200).text();
    assert!(!acp.contains("patient-privacy"), "{acp}");
}

/// A consent that is turned into something else is no permission any more: what was permitted by it must not linger.
async fn a_permission_that_becomes_a_treatment_consent_permits_nothing(world: World) {
    let id = world.permit("org-vvt").await;
    world.server.vvt().get(CONDITION).await.expect(200);
    let mut body = consent(&world.anna.reference(), permit("org-vvt"));
    body["scope"] = coded("http://terminology.hl7.org/CodeSystem/consentscope", "treatment");
    world.server.patient(&world.anna).put(&format!("Consent/{id}"), &body).await.expect(200);
    world.server.vvt().get(CONDITION).await.expect(404);
    assert_eq!(world.server.vvt().get("Condition").await.expect(200).matches(), Vec::<String>::new());
}

async fn a_consent_that_is_not_in_force_permits_nothing(world: World) {
    for status in ["draft", "proposed", "rejected", "inactive", "entered-in-error"] {
        let mut body = consent(&world.anna.reference(), permit("org-vvt"));
        body["status"] = json!(status);
        world.server.patient(&world.anna).post("Consent", &body).await.expect(201);
        world.server.vvt().get(CONDITION).await.expect(404);
    }
}

async fn a_consent_that_cannot_be_carried_out_is_refused(world: World) {
    let patient = world.server.patient(&world.anna);
    for (name, provision) in [
        ("an unknown category", permit_categories("org-vvt", &["nonsense"])),
        ("an unknown organisation", permit("org-nobody")),
        (
            "an end before the start",
            with(permit("org-vvt"), "period", json!({"start": "2026-03-03", "end": "2026-03-01"})),
        ),
        (
            "two levels",
            with(permit("org-vvt"), "provision", json!([{"type": "deny", "provision": [{"type": "permit"}]}])),
        ),
        ("a security label", with(permit("org-vvt"), "securityLabel", json!([{"code": "N"}]))),
        ("no type", json!({"actor": [user("org-vvt")]})),
        (
            "a modifier",
            with(permit("org-vvt"), "modifierExtension", json!([{"url": "http://x.example", "valueBoolean": true}])),
        ),
    ] {
        let status = patient.post("Consent", &consent(&world.anna.reference(), provision)).await.status;
        assert!([400, 422].contains(&status), "{name}: {status}");
    }
    world.server.vvt().get(CONDITION).await.expect(404);
}

async fn somebody_acts_for_the_patient_only_while_registered(world: World) {
    let patient = world.server.patient(&world.bert);
    patient.get(CONDITION).await.expect(404);
    patient.post("Consent", &consent(&world.anna.reference(), permit("org-vvt"))).await.expect(422);
    world.server.vvt().get(CONDITION).await.expect(404);
}

async fn a_patient_writes_own_measurements_only(world: World) {
    let patient = world.server.patient(&world.anna);
    let id = patient.post("Observation", &weight(&world.anna.reference(), "2026-03-01", "71.5")).await.expect(201).id();
    let path = format!("Observation/{id}");
    world.server.vvt().get(&path).await.expect(404);
    world.consents(permit_categories("org-vvt", &["measurements"])).await;
    world.server.vvt().get(&path).await.expect(404);
    world.consents(permit_categories("org-vvt", &["own-measurements"])).await;
    world.server.vvt().get(&path).await.expect(200);
    patient.post("Observation", &weight(&world.bert.reference(), "2026-03-01", "71.5")).await.expect(422);
    patient.post("AllergyIntolerance", &allergy(&world.anna.reference(), "91936005")).await.expect(403);
    world.server.vvt().put(&path, &weight(PATIENT, "2026-03-01", "1.0")).await.expect(403);
}

/// Whoever writes it: one that names another person too would be nobody's, and do nothing.
async fn a_consent_about_two_persons_is_refused_and_not_left_without_effect(world: World) {
    let other = world.bert.reference();
    let mut provision = deny("org-gp");
    provision["data"] = json!([{"meaning": "instance", "reference": {"reference": CONDITION}}]);
    world.consents(provision.clone()).await;
    provision["data"][0]["reference"]["reference"] = json!(other);
    let body = consent(&world.anna.reference(), provision);
    world.server.patient(&world.anna).post("Consent", &body).await.expect(422);
    let mut proposed = body.clone();
    proposed["status"] = json!("proposed");
    let refused = world.server.hospital().post("Consent", &proposed).await.expect(422).json();
    assert_eq!(refused["issue"][0]["expression"][0], "Consent.patient", "{refused}");
    let as_hub = Interaction::Create { rtype: "Consent".to_owned(), body, if_none_exist: None };
    let fault = crate::support::hub(world.server.app(), world.server.now()).write(as_hub).await.expect_err("refused");
    assert_eq!(fault.status, 422);
}

on_both! {
    a_consent_about_two_persons_is_refused_and_not_left_without_effect,
    each_way_to_permit_opens_what_it_names_and_no_more,
    an_objection_wins_and_what_is_more_specific_wins,
    a_withdrawal_works_on_the_next_request_of_any_kind,
    a_permission_ends_with_its_period,
    a_sensitive_label_needs_a_permission_that_names_it,
    a_record_of_mental_health_is_open_to_whom_it_names_only,
    an_organisation_cannot_give_itself_permission,
    another_patient_cannot_consent,
    consents_to_treatment_are_never_permissions,
    a_permission_that_becomes_a_treatment_consent_permits_nothing,
    a_consent_that_is_not_in_force_permits_nothing,
    a_consent_that_cannot_be_carried_out_is_refused,
    somebody_acts_for_the_patient_only_while_registered,
    a_patient_writes_own_measurements_only,
}
