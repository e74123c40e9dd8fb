//! What carries copies of other data is open only to who may see all of it.

use serde_json::{Value, json};

use crate::support::builders::{
    CATEGORY, bundle, codes, condition, consent, deny, labelled, patient, permit, permit_categories, prescription, user,
};
use crate::support::{Person, Server, on_both};

/// A bundle with a problem and a medicine, and a request that contains a psychiatric problem.
async fn record(server: &Server) -> Person {
    let anna = server.person().await;
    let copies = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": condition("Patient/ah", "38341003")}, {"resource": prescription("Patient/ah", "N02BE01")}]});
    let mut inner = labelled(condition("Patient/ah", "35489007"), "PSY");
    inner["id"] = json!("c");
    let request = json!({"resourceType": "ServiceRequest", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/ah"}, "contained": [inner], "reasonReference": [{"reference": "#c"}]});
    let written = vec![
        ("PUT", "Patient/ah", patient(&anna.bsn)),
        ("PUT", "Bundle/b1", copies),
        ("PUT", "ServiceRequest/s1", request),
    ];
    server.hospital().post("", &bundle("transaction", written)).await.expect(200);
    anna
}

async fn says(server: &Server, anna: &Person, provision: Value) {
    let body = consent(&anna.reference(), provision);
    server.patient(anna).post("Consent", &body).await.expect(201);
}

/// Whether the practice gets a carrier: by read, search, history and as what is contained.
async fn is_open(server: &Server, name: &str) -> bool {
    let gp = server.gp();
    let (rtype, id) = name.split_once('/').expect("a name");
    let read = gp.get(name).await.status;
    let found = gp.get(&format!("{rtype}?_id={id}")).await.expect(200).matches().len();
    let history = gp.get(&format!("{name}/_history")).await.status;
    let inside = gp.get("Condition?_contained=true&_containedType=contained").await.expect(200).json();
    let inside = inside["entry"].as_array().map_or(0, Vec::len);
    assert_eq!((read == 200, found == 1, history == 200), (found == 1, read == 200, read == 200), "{name}");
    assert!(rtype != "ServiceRequest" || (inside == 1) == (read == 200), "{inside} of {read}");
    read == 200
}

async fn a_carrier_is_closed_to_who_may_see_a_part_of_it(server: Server) {
    let anna = record(&server).await;
    says(&server, &anna, permit_categories("org-gp", &["documents", "medication", "procedures"])).await;
    assert!(!is_open(&server, "Bundle/b1").await && !is_open(&server, "ServiceRequest/s1").await);
    // One permission must name all: of two, each leaves something closed.
    says(&server, &anna, permit_categories("org-gp", &["problems"])).await;
    assert!(!is_open(&server, "Bundle/b1").await);
    assert_eq!(server.hospital().get("Bundle/b1").await.status, 200);
    assert_eq!(server.patient(&anna).get("Bundle/b1").await.status, 200);
}

async fn a_carrier_is_open_to_who_may_see_all_of_it(server: Server) {
    let anna = record(&server).await;
    says(&server, &anna, permit_categories("org-gp", &["documents", "medication", "problems"])).await;
    assert!(is_open(&server, "Bundle/b1").await && !is_open(&server, "ServiceRequest/s1").await);
    says(&server, &anna, permit_categories("org-gp", &["procedures", "mental-health"])).await;
    assert!(is_open(&server, "ServiceRequest/s1").await);
}

async fn who_may_see_everything_sees_carriers_without_sensitive_parts(server: Server) {
    let anna = record(&server).await;
    says(&server, &anna, permit("org-gp")).await;
    assert!(is_open(&server, "Bundle/b1").await);
    assert!(!is_open(&server, "ServiceRequest/s1").await, "what is inside is labelled, and no rule names that label");
}

async fn an_objection_to_a_part_closes_the_whole(server: Server) {
    let anna = record(&server).await;
    says(&server, &anna, json!({"type": "permit", "actor": [user("org-gp")]})).await;
    let mut objection = deny("org-gp");
    objection["code"] = codes(&["medication"]);
    assert!(objection.to_string().contains(CATEGORY));
    says(&server, &anna, objection).await;
    assert!(!is_open(&server, "Bundle/b1").await);
}

/// Whom a patient trusts, and whom not, is the patient's alone: also as a copy in something else.
async fn a_copy_of_a_privacy_consent_is_for_the_patient_and_its_source(server: Server) {
    let anna = record(&server).await;
    says(&server, &anna, permit("org-gp")).await;
    let hospital = server.hospital();
    let mut copy = consent("Patient/ah", deny("org-vvt"));
    copy["status"] = json!("proposed");
    let copies = json!({"resourceType": "Bundle", "type": "collection",
        "entry": [{"resource": condition("Patient/ah", "38341003")}, {"resource": copy}]});
    hospital.put("Bundle/b2", &copies).await.expect(201);
    copy["id"] = json!("c");
    let request = json!({"resourceType": "ServiceRequest", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/ah"}, "contained": [copy], "supportingInfo": [{"reference": "#c"}]});
    hospital.put("ServiceRequest/s2", &request).await.expect(201);
    for name in ["Bundle/b2", "ServiceRequest/s2"] {
        assert_eq!(server.gp().get(name).await.status, 404, "{name}");
        assert_eq!(server.gp().emergency("onwel").get(name).await.status, 404, "{name}");
        assert_eq!(hospital.get(name).await.status, 200, "{name}");
        assert_eq!(server.patient(&anna).get(name).await.status, 200, "{name}");
    }
    assert_eq!(server.gp().get("Bundle/b1").await.status, 200);
}

on_both! {
    a_carrier_is_closed_to_who_may_see_a_part_of_it,
    a_carrier_is_open_to_who_may_see_all_of_it,
    who_may_see_everything_sees_carriers_without_sensitive_parts,
    an_objection_to_a_part_closes_the_whole,
    a_copy_of_a_privacy_consent_is_for_the_patient_and_its_source,
}
