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
    let told = statement["rest"][0]["documentation"].as_str().expect("words");
    assert!(told.contains("FeedingTubeSystem"), "which zibs are base resources: {told}");
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

/// What the statement tells about interactions is what the table of routes and the other tests show.
async fn interactions_are_told_as_they_are(server: Server) {
    let statement = server.nobody().get("metadata").await.expect(200).json();
    let rest = &statement["rest"][0];
    let codes = |list: &serde_json::Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|one| one["code"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(codes(&rest["interaction"]), ["transaction", "batch", "history-system", "search-system"]);
    assert_eq!((&rest["security"]["cors"], rest["compartment"].as_array().map(Vec::len)), (&true.into(), Some(5)));
    assert!(
        statement["patchFormat"]
            .as_array()
            .is_some_and(|formats| formats.contains(&"application/merge-patch+json".into()))
    );
    let resources = rest["resource"].as_array().expect("types");
    let of = |rtype: &str| resources.iter().find(|one| one["type"] == rtype).expect("a type");
    let patient = of("Patient");
    for code in
        ["read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type"]
    {
        assert!(codes(&patient["interaction"]).contains(&code.to_owned()), "{code}");
    }
    assert_eq!(
        (&patient["conditionalRead"], &patient["versioning"]),
        (&"full-support".into(), &"versioned-update".into())
    );
    let operations: Vec<_> =
        patient["operation"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
    for name in ["meta", "meta-add", "meta-delete"] {
        assert!(operations.contains(&name), "{operations:?}");
    }
    assert_eq!(codes(&of("AuditEvent")["interaction"]), ["read", "search-type"]);
}

on_both! {
    everybody_may_read_what_the_server_can,
    interactions_are_told_as_they_are,
}
