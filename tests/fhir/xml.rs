//! XML in and out (<https://hl7.org/fhir/R4/xml.html>).

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

async fn xml_and_json_are_the_same_resource(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    let xml = hospital.with("accept", "application/fhir+xml").get("Condition/c1").await.expect(200).text();
    assert!(xml.contains("<Condition xmlns=\"http://hl7.org/fhir\">"), "{xml}");
    let copy = xml.replace("<id value=\"c1\"/>", "<id value=\"c2\"/>");
    let put = hospital.send(reqwest::Method::PUT, "Condition/c2", Some(("application/fhir+xml", copy.into()))).await;
    put.expect(201);
    let (mut one, mut two) = (hospital.get("Condition/c1").await.json(), hospital.get("Condition/c2").await.json());
    for body in [&mut one, &mut two] {
        let map = body.as_object_mut().expect("object");
        map.remove("id");
        map.sort_keys();
    }
    assert_eq!(one, two);
}

async fn outcomes_and_bundles_are_xml_when_asked(server: Server) {
    let (hospital, _) = hospital(&server).await;
    let xml = hospital.with("accept", "application/fhir+xml");
    assert!(xml.get("Condition/absent").await.expect(404).text().contains("<OperationOutcome"));
    assert!(xml.get("Condition").await.expect(200).text().contains("<type value=\"searchset\"/>"));
    assert!(xml.get("metadata").await.expect(200).text().contains("<CapabilityStatement"));
    let made = xml
        .send(
            reqwest::Method::POST,
            "Patient",
            Some((
                "application/fhir+xml",
                "<Patient xmlns=\"http://hl7.org/fhir\"><active value=\"true\"/></Patient>".into(),
            )),
        )
        .await;
    assert!(made.expect(201).text().contains("<active value=\"true\"/>"));
}

on_both! {
    xml_and_json_are_the_same_resource,
    outcomes_and_bundles_are_xml_when_asked,
}
