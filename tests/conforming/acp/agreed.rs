//! The profiles of what is agreed and told: treatments, statements, the goal, the device, the relatives.

use serde_json::json;

use super::table::Says::{Count, Holds, In, Is, To};
use super::table::{Mark, Profile, SCT};
use super::{point, remove, swap, twice};

const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
const PLANNING: &str = "713603004";

pub(super) const TREATMENT: Profile = Profile {
    name: "ACP-TreatmentDirective",
    rtype: "Consent",
    parent: Some("nl-core-TreatmentDirective2"),
    slices: &[
        ("category", "", "directive", Mark::Code(SCT, "129125009")),
        ("provision.actor", "role", "agreed", Mark::Code(ROLE, "CONSENTER")),
    ],
    rules: &[
        ("scope", Is(SCOPE, "treatment"), |b| swap(&mut b["scope"], "adr")),
        ("category:directive", Count(1, "1"), |b| swap(&mut b["category"][0], "1")),
        ("patient", To(&["ACP-Patient"]), |b| point(&mut b["patient"], "Patient/other")),
        ("source[x]:sourceReference", To(&["ACP-AdvanceDirective"]), |b| {
            b["sourceReference"] = json!({"reference": "QuestionnaireResponse/q"});
        }),
        (
            "provision.actor:agreed.reference",
            To(&["ACP-Patient", "ACP-HealthProfessional-PractitionerRole", "ACP-ContactPerson"]),
            |b| {
                point(&mut b["provision"]["actor"][0]["reference"], "Practitioner/d");
            },
        ),
        ("provision.code", Count(0, "1"), |b| twice(&mut b["provision"]["code"])),
        ("provision.code", In("ACP-Treatment", true), |b| swap(&mut b["provision"]["code"][0], "400231000146108")),
        ("provision.code", Holds("other", "coding.where(code = 'OTH').exists() implies text.exists()"), |b| {
            let other = json!({"system": super::table::NULL, "code": "OTH"});
            b["provision"]["code"][0] = json!({"coding": [other]});
        }),
        (
            "",
            Holds(
                "decision",
                "provision.type.exists() xor modifierExtension.where(url = \
                 'http://nictiz.nl/fhir/StructureDefinition/ext-TreatmentDirective2.SpecificationOther').exists()",
            ),
            |b| b["provision"]["type"] = json!("deny"),
        ),
    ],
};

pub(super) const STATEMENT: Profile = Profile {
    name: "ACP-AdvanceDirective",
    rtype: "Consent",
    parent: Some("nl-core-AdvanceDirective"),
    slices: &[
        ("category", "", "directive", Mark::Code("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "acd")),
        ("provision.actor", "role", "representative", Mark::Code(ROLE, "RESPRSN")),
    ],
    rules: &[
        ("scope", Is(SCOPE, "adr"), |b| swap(&mut b["scope"], "treatment")),
        ("category:directive", Count(1, "1"), |b| swap(&mut b["category"][0], "dnr")),
        ("patient", To(&["ACP-Patient"]), |b| point(&mut b["patient"], "Patient/other")),
        ("provision.actor:representative", Count(0, "1"), |b| twice(&mut b["provision"]["actor"])),
        ("provision.code", Count(0, "1"), |b| twice(&mut b["provision"]["code"])),
        ("provision.code", In("ACP-Statement", true), |b| swap(&mut b["provision"]["code"][0], "VOLM")),
    ],
};

pub(super) const GOAL: Profile = Profile {
    name: "ACP-MedicalPolicyGoal",
    rtype: "Goal",
    parent: None,
    slices: &[],
    rules: &[
        ("category", Count(1, "*"), |b| remove(b, "category")),
        ("category", Is(SCT, PLANNING), |b| swap(&mut b["category"][0], "1")),
        ("description", In("ACP-MedicalPolicyGoal", true), |b| swap(&mut b["description"], "225353007")),
        ("subject", To(&["ACP-Patient"]), |b| point(&mut b["subject"], "Group/g")),
    ],
};

pub(super) const DEVICE_USE: Profile = Profile {
    name: "ACP-MedicalDevice",
    rtype: "DeviceUseStatement",
    parent: Some("nl-core-MedicalDevice"),
    slices: &[],
    // That the device is one of those below or any other of the Dutch profile refuses no device at all.
    rules: &[("subject", To(&["ACP-Patient"]), |b| point(&mut b["subject"], "Group/g"))],
};

pub(super) const DEVICE: Profile = Profile {
    name: "ACP-MedicalDevice.Product-ICD",
    rtype: "Device",
    parent: Some("nl-core-MedicalDevice.Product"),
    slices: &[],
    rules: &[("type", In("ACP-MedicalDeviceProductType-ICD", true), |b| swap(&mut b["type"], "14106009"))],
};

pub(super) const INFORM: Profile = Profile {
    name: "ACP-InformRelativesRequest",
    rtype: "CommunicationRequest",
    parent: None,
    slices: &[],
    rules: &[
        ("category", Count(1, "*"), |b| remove(b, "category")),
        ("category", Is(SCT, "223449006"), |b| swap(&mut b["category"][0], "1")),
        ("subject", Count(1, "1"), |b| remove(b, "subject")),
        ("subject", To(&["ACP-Patient"]), |b| point(&mut b["subject"], "Group/g")),
        ("encounter", To(&["ACP-Encounter"]), |b| b["encounter"] = json!({"reference": "Encounter/other"})),
        ("requester", Count(1, "1"), |b| remove(b, "requester")),
        ("requester", To(&["ACP-HealthProfessional-PractitionerRole", "ACP-HealthProfessional-Practitioner"]), |b| {
            point(&mut b["requester"], "Organization/o");
        }),
        ("sender", Count(1, "1"), |b| remove(b, "sender")),
        ("sender", To(&["ACP-Patient"]), |b| point(&mut b["sender"], "Practitioner/d")),
        ("recipient", To(&["ACP-ContactPerson"]), |b| point(&mut b["recipient"][0], "Practitioner/d")),
        ("reasonCode", Count(1, "*"), |b| remove(b, "reasonCode")),
        ("reasonCode", Is(SCT, PLANNING), |b| swap(&mut b["reasonCode"][0], "1")),
        ("", Holds("dated", "authoredOn.exists() or encounter.exists()"), |b| remove(b, "authoredOn")),
    ],
};
