//! A resource in the shape of each profile of the Dutch standard for advance care planning (IKNL PZP 1.0.0-rc2): written in JSON
//! and in XML it comes back as it was sent, with every extension, and is found by its profile under both bases.

use reqwest::Method;
use serde_json::{Value, json};
use spil_fhir_profiles::xml;

use crate::support::builders::{BSN, coded, consent, permit};
use crate::support::{Caller, Server, on_both};

const NEW: &str = "https://api.iknl.nl/docs/pzp/r4/StructureDefinition/";
const OLD: &str = "https://fhir.iknl.nl/fhir/StructureDefinition/";
const NICTIZ: &str = "http://nictiz.nl/fhir/StructureDefinition/";
const SCT: &str = "http://snomed.info/sct";
const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
const NULL: &str = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";
const CONTACT: &str = "urn:oid:2.16.840.1.113883.2.4.3.11.22.472";

/// The profiles, and the address that a resource of each has here.
pub const PROFILES: [(&str, &str); 17] = [
    ("ACP-Patient", "Patient/p"),
    ("ACP-Encounter", "Encounter/e"),
    ("ACP-Procedure", "Procedure/p"),
    ("ACP-TreatmentDirective", "Consent/limit"),
    ("ACP-AdvanceDirective", "Consent/will"),
    ("ACP-MedicalPolicyGoal", "Goal/g"),
    ("ACP-SpecificCareWishes", "Observation/wishes"),
    ("ACP-PreferredPlaceOfDeath", "Observation/place"),
    ("ACP-PositionRegardingEuthanasia", "Observation/euthanasia"),
    ("ACP-OrganDonationChoiceRegistration", "Observation/donor"),
    ("ACP-SenseOfPurpose", "Observation/purpose"),
    ("ACP-MedicalDevice", "DeviceUseStatement/u"),
    ("ACP-MedicalDevice.Product-ICD", "Device/icd"),
    ("ACP-InformRelativesRequest", "CommunicationRequest/c"),
    ("ACP-ContactPerson", "RelatedPerson/r"),
    ("ACP-HealthProfessional-Practitioner", "Practitioner/d"),
    ("ACP-HealthProfessional-PractitionerRole", "PractitionerRole/d"),
];

fn to(reference: &str) -> Value {
    json!({"reference": reference})
}

fn person(bsn: &str) -> Value {
    json!({"resourceType": "Patient",
        "extension": [{"url": format!("{NEW}ext-Patient.LegallyCapableMedicalTreatmentDecisions"), "extension": [
            {"url": "legallyCapable", "valueBoolean": true},
            {"url": "legallyCapableComment", "valueString": "Op 1 maart besproken"}]}],
        "identifier": [{"system": BSN, "value": bsn}], "name": [{"family": "Hartman", "given": ["Hendrik"]}],
        "birthDate": "1961-01-01"})
}

fn directives() -> Vec<(&'static str, Value)> {
    let limit = json!({"resourceType": "Consent", "status": "active", "scope": coded(SCOPE, "treatment"),
        "extension": [{"url": format!("{NICTIZ}ext-Comment"), "valueString": "Na overleg"}],
        "modifierExtension": [{"url": format!("{NICTIZ}ext-TreatmentDirective2.SpecificationOther"), "valueString": "Alleen thuis"}],
        "category": [coded(SCT, "129125009")], "patient": to("Patient/p"), "dateTime": "2026-01-05",
        "policy": [{"uri": "https://wetten.overheid.nl/"}],
        "provision": {"actor": [{"role": coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "CONSENTER"),
            "reference": to("RelatedPerson/r")}], "code": [coded(SCT, "40617009")]}});
    let will = json!({"resourceType": "Consent", "status": "active", "scope": coded(SCOPE, "adr"),
        "category": [coded("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "acd")],
        "patient": to("Patient/p"), "dateTime": "2026-01-05", "policy": [{"uri": "https://wetten.overheid.nl/"}],
        "sourceAttachment": {"contentType": "application/pdf", "data": "JVBERi0xLjcK"},
        "provision": {"actor": [{"role": coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "RESPRSN"),
            "reference": to("RelatedPerson/r")}],
            "code": [coded("urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.14.1", "NR")]}});
    vec![("ACP-TreatmentDirective", limit), ("ACP-AdvanceDirective", will)]
}

fn observations() -> Vec<(&'static str, Value)> {
    let observation = |code: &str, more: Value| {
        let mut body = json!({"resourceType": "Observation", "status": "final", "code": coded(SCT, code),
            "subject": to("Patient/p"), "encounter": to("Encounter/e"), "effectiveDateTime": "2026-01-05"});
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        body
    };
    let unknown = json!({"valueCodeableConcept": coded(NULL, "UNK")});
    vec![
        (
            "ACP-SpecificCareWishes",
            observation("153851000146100", json!({"valueString": "Thuis blijven", "method": coded(SCT, "370819000")})),
        ),
        (
            "ACP-PreferredPlaceOfDeath",
            observation("395091006", json!({"valueCodeableConcept": coded(SCT, "264362003")})),
        ),
        ("ACP-PositionRegardingEuthanasia", observation("340171000146104", unknown)),
        (
            "ACP-OrganDonationChoiceRegistration",
            observation(
                "570801000146104",
                json!({"valueCodeableConcept": coded(SCT, "373066001"), "method": coded(SCT, "1156040003")}),
            ),
        ),
        ("ACP-SenseOfPurpose", observation("247751003", json!({"valueString": "De kleinkinderen"}))),
    ]
}

/// A resource in the shape of each profile.
pub fn resources(bsn: &str) -> Vec<(&'static str, Value)> {
    let mut all = vec![
        ("ACP-Patient", person(bsn)),
        ("ACP-HealthProfessional-Practitioner", json!({"resourceType": "Practitioner", "name": [{"family": "Bos"}]})),
        (
            "ACP-HealthProfessional-PractitionerRole",
            json!({"resourceType": "PractitionerRole", "practitioner": to("Practitioner/d"),
            "specialty": [coded("http://fhir.nl/fhir/NamingSystem/uzi-rolcode", "01.015")]}),
        ),
        (
            "ACP-ContactPerson",
            json!({"resourceType": "RelatedPerson", "patient": to("Patient/p"),
            "relationship": [coded(CONTACT, "24"), coded(SCT, "310141000146103")], "name": [{"family": "Hartman"}]}),
        ),
        (
            "ACP-Encounter",
            json!({"resourceType": "Encounter", "status": "finished", "subject": to("Patient/p"),
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
            "participant": [{"individual": to("PractitionerRole/d")}], "period": {"start": "2026-01-05"},
            "reasonReference": [to("Procedure/p")]}),
        ),
        (
            "ACP-Procedure",
            json!({"resourceType": "Procedure", "status": "completed", "code": coded(SCT, "713603004"),
            "subject": to("Patient/p"), "encounter": to("Encounter/e"), "performedDateTime": "2026-01-05"}),
        ),
        (
            "ACP-MedicalPolicyGoal",
            json!({"resourceType": "Goal", "lifecycleStatus": "active", "category": [coded(SCT, "713603004")],
            "description": coded(SCT, "1351964001"), "subject": to("Patient/p"),
            "note": [{"text": "Besproken met de dochter"}]}),
        ),
        (
            "ACP-MedicalDevice.Product-ICD",
            json!({"resourceType": "Device", "type": coded(SCT, "72506001"), "patient": to("Patient/p")}),
        ),
        (
            "ACP-MedicalDevice",
            json!({"resourceType": "DeviceUseStatement", "status": "active", "subject": to("Patient/p"),
            "device": to("Device/icd")}),
        ),
        (
            "ACP-InformRelativesRequest",
            json!({"resourceType": "CommunicationRequest", "status": "active", "category": [coded(SCT, "223449006")],
            "subject": to("Patient/p"), "sender": to("Patient/p"), "requester": to("PractitionerRole/d"),
            "recipient": [to("RelatedPerson/r")], "authoredOn": "2026-01-05", "reasonCode": [coded(SCT, "713603004")]}),
        ),
    ];
    all.extend(directives());
    all.extend(observations());
    all
}

/// A resource without what the server adds.
fn plain(mut resource: Value) -> Value {
    let meta = resource["meta"].as_object_mut().expect("meta");
    meta.retain(|name, _| name == "profile");
    resource
}

async fn send(owner: &Caller<'_>, place: &str, resource: &Value, media: &'static str) {
    let body =
        if media.ends_with("xml") { xml::from_json(resource).expect("XML") } else { resource.to_string().into_bytes() };
    owner.send(Method::PUT, place, Some((media, body.into()))).await.expect(201);
}

async fn each_profile_comes_back_as_it_was_written_and_is_found(server: Server) {
    let anna = server.person().await;
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    let (hospital, gp) = (server.hospital(), server.gp());
    let all = resources(&anna.bsn);
    assert_eq!(all.len(), PROFILES.len());
    for (media, suffix) in [("application/fhir+json", "-j"), ("application/fhir+xml", "-x")] {
        for (profile, body) in &all {
            let place = PROFILES.iter().find(|one| one.0 == *profile).expect("a profile of the standard").1;
            let mut text = body.to_string();
            for (_, place) in PROFILES {
                text = text.replace(&format!("\"{place}\""), &format!("\"{place}{suffix}\""));
            }
            let mut resource: Value = serde_json::from_str(&text).expect("JSON");
            let place = format!("{place}{suffix}");
            let (rtype, id) = place.split_once('/').expect("an address");
            resource["id"] = json!(id);
            resource["meta"] = json!({"profile": [format!("{NEW}{profile}")]});
            send(&hospital, &place, &resource, media).await;
            for caller in [&hospital, &gp] {
                let read = caller.get(&place).await.expect(200).json();
                assert_eq!(plain(read), plain(resource.clone()), "{profile}");
                let read = caller.with("accept", "application/fhir+xml").get(&place).await.expect(200);
                assert_eq!(plain(xml::to_json(&read.body).expect("XML")), plain(resource.clone()), "{profile} as XML");
                for base in [NEW, OLD] {
                    let answer = caller.get(&format!("{rtype}?_profile={base}{profile}")).await.expect(200);
                    assert!(answer.matches().contains(&place), "{base}{profile}: {:?}", answer.matches());
                }
            }
            let is_public = rtype.starts_with("Practitioner");
            let elsewhere = server.gp_post().get(&place).await;
            assert_eq!(elsewhere.status, if is_public { 200 } else { 404 }, "{profile} without permission");
        }
    }
}

on_both! {
    each_profile_comes_back_as_it_was_written_and_is_found,
}
