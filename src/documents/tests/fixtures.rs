//! Small resources in the shapes of the Dutch profiles.

use super::super::Source;
use serde_json::{Value, json};

const NICTIZ: &str = "http://nictiz.nl/fhir/StructureDefinition/";

pub(super) fn from(organisation: &str, resource: Value) -> Source {
    Source { resource, organisation: organisation.to_owned() }
}

pub(super) fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p1",
        "identifier": [{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "999911120"}],
        "name": [{"use": "official", "text": "Anna de Vries", "family": "de Vries", "given": ["Anna"]}],
        "gender": "female", "birthDate": "1935-02-11",
        "link": [{"other": {"reference": "Patient/p-other"}, "type": "seealso"}]
    })
}

pub(super) fn sct(code: &str, display: &str) -> Value {
    json!({"coding": [{"system": "http://snomed.info/sct", "code": code, "display": display}]})
}

pub(super) fn loinc(code: &str, display: &str) -> Value {
    json!({"coding": [{"system": "http://loinc.org", "code": code, "display": display}]})
}

fn extension(name: &str, value: &str, content: &Value) -> Value {
    json!({"url": format!("{NICTIZ}{name}"), value: content})
}

fn extensions(mbh: &str, start: &str, end: Option<&str>, dose: &str) -> Value {
    let mut period = json!({"start": start});
    if let Some(end) = end {
        period["end"] = json!(end);
    }
    json!([
        extension("ext-TimeInterval.Period", "valuePeriod", &period),
        extension(
            "ext-PharmaceuticalTreatment.Identifier",
            "valueIdentifier",
            &json!({"system": "urn:oid:1.2.3", "value": mbh})
        ),
        extension("ext-RenderedDosageInstruction", "valueString", &json!(dose))
    ])
}

fn stop(resource: &mut Value, code: &str) {
    resource["modifierExtension"] = json!([extension("ext-StopType", "valueCodeableConcept", &sct(code, "gestopt"))]);
}

pub(super) fn medicine(id: &str, code: &str, name: &str) -> Value {
    json!({
        "resourceType": "Medication", "id": id,
        "code": {"coding": [{"system": "urn:oid:2.16.840.1.113883.2.4.4.10", "code": code, "display": name}]}
    })
}

/// A building block: medicine, treatment, made on, first day, last day, dose.
pub(super) struct Made<'a>(
    pub(super) &'a str,
    pub(super) &'a str,
    pub(super) &'a str,
    pub(super) &'a str,
    pub(super) Option<&'a str>,
    pub(super) &'a str,
);

/// A medication agreement.
pub(super) fn ma(id: &str, made: &Made<'_>) -> Value {
    json!({
        "resourceType": "MedicationRequest", "id": id,
        "extension": extensions(made.1, made.3, made.4, made.5),
        "status": "unknown", "intent": "order",
        "category": [sct("33633005", "voorschrijven van geneesmiddel")],
        "medicationReference": {"reference": format!("Medication/{}", made.0)},
        "subject": {"reference": "Patient/p-hospital"},
        "authoredOn": made.2,
        "requester": {"reference": "PractitionerRole/role1"}
    })
}

/// A medication agreement that ends another.
pub(super) fn stop_ma(id: &str, ends: &str, code: &str, made: &Made<'_>) -> Value {
    let mut out = ma(id, made);
    stop(&mut out, code);
    out["priorPrescription"] = json!({"reference": format!("MedicationRequest/{ends}")});
    out["reasonCode"] = json!([{"text": "bijwerking"}]);
    out
}

/// A pharmacy agreement.
pub(super) fn ta(id: &str, agreement: &str, made: &Made<'_>) -> Value {
    let mut extensions = extensions(made.1, made.3, made.4, made.5);
    extensions.as_array_mut().unwrap().push(extension(
        "ext-AdministrationAgreement.AdministrationAgreementDateTime",
        "valueDateTime",
        &json!(made.2),
    ));
    json!({
        "resourceType": "MedicationDispense", "id": id,
        "extension": extensions,
        "status": "unknown",
        "category": sct("422037009", "toedieningsafspraak"),
        "medicationReference": {"reference": format!("Medication/{}", made.0)},
        "subject": {"reference": "Patient/p-pharmacy"},
        "performer": [{"actor": {"reference": "Organization/pharmacy"}}],
        "authorizingPrescription": [{"reference": format!("MedicationRequest/{agreement}")}]
    })
}

/// A supply.
pub(super) fn mve(id: &str, mbh: &str, medicine: &str, day: &str) -> Value {
    json!({
        "resourceType": "MedicationDispense", "id": id,
        "extension": [extension("ext-PharmaceuticalTreatment.Identifier", "valueIdentifier", &json!({"system": "urn:oid:1.2.3", "value": mbh}))],
        "status": "completed",
        "category": sct("373784005", "verstrekking"),
        "medicationReference": {"reference": format!("Medication/{medicine}")},
        "subject": {"reference": "Patient/p-pharmacy"},
        "performer": [{"actor": {"reference": "Organization/pharmacy"}}],
        "whenHandedOver": day
    })
}

/// What the patient takes.
pub(super) fn mgb(id: &str, as_agreed: bool, made: &Made<'_>) -> Value {
    let mut extensions = extensions(made.1, made.3, made.4, made.5);
    let list = extensions.as_array_mut().unwrap();
    list.remove(0);
    list.push(extension("ext-AsAgreedIndicator", "valueBoolean", &json!(as_agreed)));
    json!({
        "resourceType": "MedicationStatement", "id": id,
        "extension": extensions,
        "status": "unknown",
        "category": sct("422979000", "medicatiegebruik"),
        "medicationReference": {"reference": format!("Medication/{}", made.0)},
        "subject": {"reference": "Patient/p1"},
        "effectivePeriod": {"start": made.3},
        "dateAsserted": made.2,
        "note": [{"text": "wordt er duizelig van"}]
    })
}

/// The prescriber, with role and organisations.
pub(super) fn directory() -> Vec<Source> {
    vec![
        from(
            "Ziekenhuis Noord",
            json!({"resourceType": "Practitioner", "id": "doc1", "name": [{"text": "J. Peters"}]}),
        ),
        from(
            "Ziekenhuis Noord",
            json!({
                "resourceType": "PractitionerRole", "id": "role1",
                "practitioner": {"reference": "Practitioner/doc1", "display": "J. Peters"},
                "organization": {"reference": "Organization/hospital", "display": "Ziekenhuis Noord"},
                "specialty": [{"text": "internist"}]
            }),
        ),
        from("Ziekenhuis Noord", json!({"resourceType": "Organization", "id": "hospital", "name": "Ziekenhuis Noord"})),
        from("Apotheek Zuid", json!({"resourceType": "Organization", "id": "pharmacy", "name": "Apotheek Zuid"})),
    ]
}

/// A treatment directive: `kind` is permit, deny, or a sentence that says what else.
pub(super) fn directive(id: &str, treatment: (&str, &str), kind: &str, day: &str) -> Value {
    let mut out = json!({
        "resourceType": "Consent", "id": id, "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "treatment"}]},
        "category": [sct("129125009", "verrichting met expliciete context")],
        "patient": {"reference": "Patient/p-hospital"},
        "dateTime": day,
        "policy": [{"uri": "https://wetten.overheid.nl/"}],
        "provision": {
            "actor": [
                {
                    "role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "CONSENTER"}]},
                    "reference": {"reference": "PractitionerRole/role1"}
                },
                {
                    "role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "CONSENTER"}]},
                    "reference": {"reference": "Patient/p-hospital"}
                }
            ],
            "code": [sct(treatment.0, treatment.1)]
        }
    });
    if kind == "permit" || kind == "deny" {
        out["provision"]["type"] = json!(kind);
    } else {
        out["modifierExtension"] =
            json!([extension("ext-TreatmentDirective2.SpecificationOther", "valueString", &json!(kind))]);
    }
    out
}

/// An observation of the patient.
pub(super) fn observation(id: &str, code: &Value, day: &str, value: (&str, Value)) -> Value {
    let mut out = json!({
        "resourceType": "Observation", "id": id, "status": "final", "code": code,
        "subject": {"reference": "Patient/p-hospital"},
        "effectiveDateTime": day
    });
    out[value.0] = value.1;
    out
}
