//! Who took part in a pass, as the agents of an `AuditEvent`: the user, the system that asked, and this server. Their kinds are
//! those of the profiles of IHE BALP; a role is there for each, as NEN 7513 asks.

use serde_json::{Value, json};

use super::audit_event::coding;
use super::audit_record::{Agent, Kept, Professional};
use super::pass::Verb;

const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const PROVENANCE: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
const ROLE_CLASS: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleClass";
const SECURITY_ROLE: &str = "http://terminology.hl7.org/CodeSystem/extra-security-role-type";
const UZI_ROLE: &str = "http://fhir.nl/fhir/NamingSystem/uzi-rolcode";
const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const ABSENT_REASON: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
/// The rules that a ground is one of.
pub const GROUNDS: &str = "https://spil.example/fhir/CodeSystem/ground";

/// Kinds of the user, of the system that asked and of this server.
struct Kinds {
    user: Value,
    client: Value,
    server: Value,
}

fn kinds(verb: Verb) -> Kinds {
    let kind = |system: &str, code: &str| json!({"coding": [coding(system, code)]});
    // Who gives data is the source, who gets it the destination.
    let (user, client, server) = match verb.action() {
        "R" => ("IRCP", kind(DICOM, "110152"), kind(DICOM, "110153")),
        "E" => ("IRCP", kind(DICOM, "110153"), kind(DICOM, "110152")),
        "D" => ("AUT", kind(DICOM, "110150"), kind(PROVENANCE, "custodian")),
        _ => ("AUT", kind(DICOM, "110153"), kind(DICOM, "110152")),
    };
    Kinds { user: kind(PARTICIPATION, user), client, server }
}

/// The agents of a pass; the one who asked is the first.
pub(super) fn agents(kept: &Kept<'_>, verb: Verb) -> Vec<Value> {
    let Kinds { user, client, server } = kinds(verb);
    let mut agents = Vec::new();
    match &kept.agent {
        Agent::Hub => {
            let who = json!({"display": "Spil", "identifier": {"value": kept.base}});
            agents.push(system(&client, "Spil", &who, kept));
        }
        Agent::Patient { id, subject, name, relation, client: app } => {
            let mut who = json!({"identifier": {"value": subject}});
            let mut role = json!({"coding": [coding(ROLE_CLASS, "PAT")]});
            match relation {
                None => who["reference"] = json!(format!("Patient/{id}")),
                Some(relation) => role = json!({"text": relation}),
            }
            let mut agent = person(&user, Some(name), &who, &role, kept);
            if let Some(app) = app {
                agent["altId"] = json!(app);
            }
            agents.push(agent);
            let app = app.as_deref().unwrap_or("portal");
            agents.push(system(&client, app, &json!({"identifier": {"value": app}}), kept));
        }
        Agent::Organisation { id, name, ura, client: app, professional } => {
            if let Some(Professional { id, name, role }) = professional {
                let who = id.as_ref().or(name.as_ref()).unwrap_or(app);
                let who = json!({"identifier": {"value": who}});
                agents.push(person(&user, name.as_deref(), &who, &function(role.as_deref()), kept));
            }
            let who = json!({
                "reference": format!("Organization/{id}"), "display": name,
                "identifier": {"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": ura},
            });
            let mut agent = system(&client, name, &who, kept);
            agent["altId"] = json!(app);
            agents.push(agent);
        }
    }
    // Whoever is named first has asked; the system did so for somebody, or for itself.
    let policy = format!("{GROUNDS}#{}", kept.ground);
    for (at, agent) in agents.iter_mut().enumerate() {
        agent["requestor"] = json!(at == 0);
        agent["policy"] = json!([policy]);
    }
    agents.push(json!({
        "type": server, "role": [role_of_system()], "who": {"identifier": {"value": kept.base}},
        "requestor": false, "network": {"address": kept.base, "type": "5"},
    }));
    agents
}

fn purpose(kept: &Kept<'_>) -> Value {
    json!([{"coding": [coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", &kept.purpose)]}])
}

fn person(kind: &Value, name: Option<&str>, who: &Value, role: &Value, kept: &Kept<'_>) -> Value {
    let mut agent = json!({"type": kind, "role": [role], "who": who, "purposeOfUse": purpose(kept)});
    if let Some(name) = name {
        agent["name"] = json!(name);
    }
    agent
}

fn system(kind: &Value, name: &str, who: &Value, kept: &Kept<'_>) -> Value {
    // Where the request came from is not kept: behind a proxy it would be the proxy.
    let network = json!({"extension": [{"url": ABSENT, "valueCode": "unknown"}]});
    json!({
        "type": kind, "role": [role_of_system()], "who": who, "name": name, "network": network,
        "purposeOfUse": purpose(kept),
    })
}

fn role_of_system() -> Value {
    json!({"coding": [coding(SECURITY_ROLE, "dataprocessor")]})
}

/// The role of a professional, with its system when it is a code of the UZI register.
fn function(role: Option<&str>) -> Value {
    let Some(role) = role else { return json!({"coding": [coding(ABSENT_REASON, "unknown")]}) };
    let is_code = |(left, right): (&str, &str)| {
        let digits = |text: &str, many| text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(left, 2) && digits(right, 3)
    };
    if role.split_once('.').is_some_and(is_code) {
        return json!({"coding": [coding(UZI_ROLE, role)], "text": role});
    }
    json!({"text": role})
}
