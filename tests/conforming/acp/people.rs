//! The profiles of people and of the conversation.

use serde_json::json;

use super::table::Says::{Count, Holds, Is, Only, To};
use super::table::{Mark, Profile, SCT};
use super::{point, remove, swap, twice};

const CAPABLE: &str =
    "https://api.iknl.nl/docs/pzp/r4/StructureDefinition/ext-Patient.LegallyCapableMedicalTreatmentDecisions";
const RELATED: &str = "http://hl7.org/fhir/StructureDefinition/patient-relatedPerson";

pub(super) const PATIENT: Profile = Profile {
    name: "ACP-Patient",
    rtype: "Patient",
    parent: Some("nl-core-Patient"),
    slices: &[
        ("extension", "url", "capable", Mark::Address(CAPABLE)),
        ("contact.extension", "url", "related", Mark::Address(RELATED)),
    ],
    rules: &[
        ("name", Count(1, "*"), |b| remove(b, "name")),
        ("extension:capable", Count(0, "1"), |b| twice(&mut b["extension"])),
        ("contact.extension:related.value[x]", To(&["ACP-ContactPerson"]), |b| {
            let other = json!({"url": RELATED, "valueReference": {"reference": "RelatedPerson/other"}});
            b["contact"] = json!([{"extension": [other], "name": {"text": "Eva"}}]);
        }),
    ],
};

/// The extension of the patient; what breaks it is done to the patient who has it.
pub(super) const CAPABILITY: Profile = Profile {
    name: "ext-Patient.LegallyCapableMedicalTreatmentDecisions",
    rtype: "Extension",
    parent: None,
    slices: &[
        ("extension", "url", "able", Mark::Address("legallyCapable")),
        ("extension", "url", "comment", Mark::Address("legallyCapableComment")),
    ],
    rules: &[
        ("extension:able", Count(0, "1"), |b| {
            let able = b["extension"][0]["extension"][0].clone();
            b["extension"][0]["extension"].as_array_mut().expect("parts").push(able);
        }),
        ("extension:able.value[x]", Only("boolean"), |b| {
            b["extension"][0]["extension"][0] = json!({"url": "legallyCapable", "valueString": "ja"});
        }),
        ("extension:comment", Count(0, "1"), |b| {
            let comment = b["extension"][0]["extension"][1].clone();
            b["extension"][0]["extension"].as_array_mut().expect("parts").push(comment);
        }),
        ("extension:comment.value[x]", Only("string"), |b| {
            b["extension"][0]["extension"][1] = json!({"url": "legallyCapableComment", "valueCode": "ja"});
        }),
    ],
};

pub(super) const CONTACT: Profile = Profile {
    name: "ACP-ContactPerson",
    rtype: "RelatedPerson",
    parent: Some("nl-core-ContactPerson"),
    slices: &[],
    rules: &[
        ("patient", To(&["ACP-Patient"]), |b| point(&mut b["patient"], "Patient/other")),
        (
            "",
            Holds(
                "role",
                "relationship.coding.where(\
                 (system = 'urn:oid:2.16.840.1.113883.2.4.3.11.22.472' and (code in ('01' | '02' | '03' | '04' | '05' | '06' \
                 | '07' | '09' | '11' | '14' | '15' | '19' | '20' | '21' | '23' | '24'))) \
                 or (system = 'urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.23.1' \
                 and (code in ('100001' | '100002' | '100003' | '100004'))) \
                 or (system = 'http://snomed.info/sct' and code = '310141000146103')).exists()",
            ),
            |b| {
                let sister = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "SIS"});
                b["relationship"] = json!([{"coding": [sister]}]);
            },
        ),
    ],
};

/// Nothing of its own: all is said by what it builds on.
pub(super) const PRACTITIONER: Profile = Profile {
    name: "ACP-HealthProfessional-Practitioner",
    rtype: "Practitioner",
    parent: Some("nl-core-HealthProfessional-Practitioner"),
    slices: &[],
    rules: &[],
};

/// That the person is one of those above refuses nobody.
pub(super) const ROLE: Profile = Profile {
    name: "ACP-HealthProfessional-PractitionerRole",
    rtype: "PractitionerRole",
    parent: Some("nl-core-HealthProfessional-PractitionerRole"),
    slices: &[],
    rules: &[],
};

/// Who were there goes by slices that are open: they refuse nobody.
pub(super) const ENCOUNTER: Profile = Profile {
    name: "ACP-Encounter",
    rtype: "Encounter",
    parent: Some("nl-core-Encounter"),
    slices: &[],
    rules: &[("subject", To(&["ACP-Patient"]), |b| point(&mut b["subject"], "Group/g"))],
};

pub(super) const PROCEDURE: Profile = Profile {
    name: "ACP-Procedure",
    rtype: "Procedure",
    parent: Some("nl-core-Procedure-event"),
    slices: &[],
    rules: &[
        ("subject", To(&["ACP-Patient"]), |b| point(&mut b["subject"], "Group/g")),
        ("encounter", To(&["ACP-Encounter"]), |b| point(&mut b["encounter"], "Encounter/other")),
        ("code", Count(1, "1"), |b| remove(b, "code")),
        ("code", Is(SCT, "713603004"), |b| swap(&mut b["code"], "1")),
    ],
};
