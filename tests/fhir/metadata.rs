//! The CapabilityStatement (<https://hl7.org/fhir/R4/http.html#capabilities>).

use spil_fhir_profiles::definition::resource_types;

use crate::support::{Server, on_both};

async fn everybody_may_read_what_the_server_can(server: Server) {
    let statement = server.nobody().get("metadata").await.expect(200).json();
    assert_eq!(
        (statement["resourceType"].as_str(), statement["fhirVersion"].as_str()),
        (Some("CapabilityStatement"), Some("4.0.1"))
    );
    let faults = spil_fhir_profiles::validate::validate(&statement);
    assert!(faults.is_empty(), "{faults:?}");
    let listed: Vec<_> = statement["rest"][0]["resource"]
        .as_array()
        .expect("types")
        .iter()
        .map(|one| one["type"].as_str().expect("type"))
        .collect();
    let missing: Vec<_> = resource_types().iter().filter(|rtype| !listed.contains(*rtype)).collect();
    assert_eq!(missing, [&"Parameters"]);
    server.nobody().with("accept", "image/png").get("metadata").await.expect(406);
    for path in ["metadata/x", "metadata/x/y/z"] {
        server.nobody().get(path).await;
    }
}

on_both! {
    everybody_may_read_what_the_server_can,
}
