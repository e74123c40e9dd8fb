//! `GET [base]/metadata`: the CapabilityStatement, made from the tables of routes, types and search parameters
//! (<https://hl7.org/fhir/R4/capabilitystatement.html>).

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::definition::resource_types;
use spil_fhir_profiles::parameters::{ParamKind, Parameters};

use crate::app::App;
use crate::definitions::operations::OWN;
use crate::http::{Form, Offer, accepted, query_pairs};

use super::answer;

/// Operations of the standard that every resource has.
const OF_EVERY_TYPE: [&str; 5] = ["validate", "graphql", "meta", "meta-add", "meta-delete"];

/// Operations of a type: type, code.
pub const OPERATIONS: &[(&str, &str)] = &[
    ("Patient", "medication-overview"),
    ("Patient", "acp"),
    ("Patient", "eoverdracht"),
    ("Patient", "summary"),
    ("Patient", "consent-check"),
    ("Composition", "document"),
    ("Patient", "everything"),
    ("Encounter", "everything"),
    ("Observation", "lastn"),
    ("MedicationRequest", "latest-stops"),
    ("MedicationDispense", "latest-stops"),
    ("Patient", "match"),
    ("SearchParameter", "index-status"),
    ("Subscription", "status"),
    ("Subscription", "events"),
    ("ValueSet", "expand"),
    ("ValueSet", "validate-code"),
    ("CodeSystem", "lookup"),
    ("CodeSystem", "validate-code"),
    ("CodeSystem", "subsumes"),
    ("ConceptMap", "translate"),
];

/// The operation of the International Patient Summary.
const IPS_SUMMARY: &str = "http://hl7.org/fhir/uv/ips/OperationDefinition/summary";

/// What a reader of the nursing handoff must know of its building blocks.
const UNPROFILED: &str = "Building blocks (zibs 2020) of the nursing handoff that have no R4 profile of Nictiz are base resources \
    with the codes of the zib: FamilySituation, OutcomeOfCare, Respiration with AdministeredOxygen, FeedingTubeSystem, Infusion, \
    BladderFunction, AbilityToManageMedication and AbilityToPerformNursingActivities.";

/// Operations on the whole server.
const OF_THE_SYSTEM: [&str; 2] = ["graphql", "convert"];

/// `$latest-stops` as Nictiz defines it.
const LATEST_STOPS: &str = "http://nictiz.nl/fhir/OperationDefinition/mp-latest-stops";

/// The operations on subscriptions, of their backport to R4.
const SUBSCRIPTIONS: &str = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription";

/// The types whose compartments can be searched.
const COMPARTMENTS: [&str; 5] = ["device", "encounter", "patient", "practitioner", "relatedPerson"];

/// Answers to everybody, signed in or not.
pub async fn metadata(State(app): State<Arc<App>>, headers: HeaderMap, uri: Uri) -> Response {
    let form = query_pairs(uri.query().unwrap_or_default()).and_then(|pairs| accepted(&headers, &pairs, Offer::Data));
    let form = match form {
        Ok(form) => form,
        Err(error) => return answer::refuse(&error, Form::Json),
    };
    answer::render(form, answer::resource(StatusCode::OK, &statement(&app), form))
}

fn statement(app: &App) -> Value {
    let base = app.config.fhir_base();
    let oauth = |path: &str| format!("{}/oauth/{path}", app.config.server.base);
    let set = app.parameters.get();
    let types = resource_types().iter().filter(|rtype| **rtype != "Parameters");
    let resources: Vec<Value> = types.map(|rtype| resource(rtype, &set.parameters)).collect();
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-21",
        "kind": "instance",
        "software": {"name": "Spil", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {"description": "Spil: health-data exchange under the patient's consent", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/fhir+xml", "json", "xml"],
        "patchFormat": [
            "application/json-patch+json", "application/merge-patch+json", "application/fhir+json", "application/fhir+xml",
        ],
        "rest": [{
            "mode": "server",
            "documentation": UNPROFILED,
            "security": {
                "cors": !app.config.server.cors_origins.is_empty(),
                "service": [{"coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                    "code": "SMART-on-FHIR",
                }]}],
                "extension": [{
                    "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                    "extension": [
                        {"url": "token", "valueUri": oauth("token")},
                        {"url": "authorize", "valueUri": oauth("authorize")},
                        {"url": "introspect", "valueUri": oauth("introspect")},
                        {"url": "revoke", "valueUri": oauth("revoke")},
                    ],
                }],
                "description": "What a caller may not see does not exist for that caller. Scopes are enforced beside \
                                the patient's consent.",
            },
            "interaction": [{"code": "transaction"}, {"code": "batch"}, {"code": "history-system"}, {"code": "search-system"}],
            "compartment": COMPARTMENTS.map(|owner| format!("http://hl7.org/fhir/CompartmentDefinition/{owner}")),
            "operation": of_the_system(),
            "resource": resources,
        }],
    })
}

fn of_the_system() -> Vec<Value> {
    let standard = OF_THE_SYSTEM.iter().map(
        |code| json!({"name": code, "definition": format!("http://hl7.org/fhir/OperationDefinition/Resource-{code}")}),
    );
    let run = json!({
        "name": "viewdefinition-run", "definition": "http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run",
        "documentation": "POST [base]/ViewDefinition/$run, for the client that is registered for statistics",
    });
    let stops = json!({"name": "latest-stops", "definition": LATEST_STOPS});
    let overview = json!({
        "name": "medication-overview", "definition": "http://nictiz.nl/fhir/OperationDefinition/Medication-Overview",
    });
    standard.chain([stops, overview, run]).collect()
}

fn resource(rtype: &str, parameters: &Parameters) -> Value {
    let reads_only = rtype == "AuditEvent";
    let codes: &[&str] = if reads_only {
        &["read", "search-type"]
    } else {
        &["read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type"]
    };
    let mut resource = json!({
        "type": rtype,
        "interaction": codes.iter().map(|code| json!({"code": code})).collect::<Vec<_>>(),
    });
    if reads_only {
        resource["documentation"] = json!("the patient's own log; for a privacy officer, what the organisation did");
        resource["searchParam"] = json!([
            {"name": "patient", "type": "reference"},
            {"name": "date", "type": "date"},
            {"name": "outcome", "type": "token"},
        ]);
        return resource;
    }
    for (name, value) in [
        ("versioning", json!("versioned-update")),
        ("readHistory", json!(true)),
        ("updateCreate", json!(true)),
        ("conditionalCreate", json!(true)),
        ("conditionalRead", json!("full-support")),
        ("conditionalUpdate", json!(true)),
        ("conditionalDelete", json!("single")),
        ("referencePolicy", json!(["literal", "logical", "local"])),
    ] {
        resource[name] = value;
    }
    let mut includes = Vec::new();
    let of_all = [
        ("_id", "token"),
        ("_lastUpdated", "date"),
        ("_text", "string"),
        ("_content", "string"),
        ("_list", "string"),
        ("_filter", "string"),
    ];
    let of_all = of_all.iter().map(|(name, kind)| json!({"name": name, "type": kind}));
    let mut search: Vec<Value> = of_all.collect();
    for param in parameters.of(rtype) {
        let mut entry = json!({"name": param.code, "type": param.kind.as_str()});
        if !param.url.is_empty() {
            entry["definition"] = json!(param.url);
        }
        search.push(entry);
        if param.kind == ParamKind::Reference {
            includes.push(json!(format!("{rtype}:{}", param.code)));
        }
    }
    if !includes.is_empty() {
        resource["searchInclude"] = json!(includes);
    }
    resource["searchParam"] = json!(search);
    let operations = operations(rtype);
    if !operations.is_empty() {
        resource["operation"] = json!(operations);
    }
    resource
}

fn operations(rtype: &str) -> Vec<Value> {
    const HL7: &str = "http://hl7.org/fhir/OperationDefinition";
    let own = OPERATIONS.iter().filter(|(on, _)| *on == rtype).map(|(on, code)| {
        let ours = OWN.iter().find(|one| (one.on, one.code) == (*on, *code));
        let definition = match (*on, *code) {
            (_, "latest-stops") => LATEST_STOPS.to_owned(),
            (_, "summary") => IPS_SUMMARY.to_owned(),
            ("Subscription", code) => format!("{SUBSCRIPTIONS}-{code}"),
            (on, code) => ours.map_or_else(|| format!("{HL7}/{on}-{code}"), |one| one.url()),
        };
        json!({"name": code, "definition": definition})
    });
    let every = OF_EVERY_TYPE.iter().map(|code| json!({"name": code, "definition": format!("{HL7}/Resource-{code}")}));
    own.chain(every).collect()
}
