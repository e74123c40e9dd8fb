//! The seven building blocks and the product come back as their owners wrote them, with every extension of the profiles, as JSON
//! and as XML.

use serde_json::{Value, json};
use spil_fhir_profiles::xml;

use super::blocks::{
    ADMINISTRATION, AGREEMENT, DISPENSE, GIVEN, REQUEST, SCHEDULE, SNOMED, USE, block, duration, extension, with,
};
use crate::support::builders::{coded, patient};
use crate::support::{Caller, Server, on_both};

fn to(reference: &str) -> Value {
    json!({"reference": reference, "type": reference.split('/').next()})
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("a number")
}

/// A dosage with all that MP9 can say.
fn dosage() -> Value {
    let needed = extension("ext-Dosage-AsNeededFor", "valueCodeableConcept", coded(SNOMED, "25064002"));
    json!({
        "extension": [needed], "sequence": 1, "text": "1 tablet om 8 uur, zo nodig bij hoofdpijn, maximaal 3 per dag",
        "additionalInstruction": [coded("https://referentiemodel.nhg.org/tabellen/nhg-tabel-25-gebruiksvoorschrift", "1009")],
        "timing": {"repeat": {
            "boundsDuration": {"value": 3, "unit": "week", "system": "http://unitsofmeasure.org", "code": "wk"},
            "frequency": 1, "period": number("1.0"), "periodUnit": "d", "dayOfWeek": ["mon", "thu"], "timeOfDay": ["08:00:00"],
        }},
        "asNeededCodeableConcept": coded(SNOMED, "25064002"),
        "route": coded("urn:oid:2.16.840.1.113883.2.4.4.9", "9"),
        "doseAndRate": [{
            "doseRange": {"low": {"value": number("0.50"), "unit": "stuk"}, "high": {"value": 1, "unit": "stuk"}},
            "rateRatio": {"numerator": {"value": 2}, "denominator": {"value": 1, "unit": "uur"}},
        }],
        "maxDosePerPeriod": {"numerator": {"value": 3}, "denominator": {"value": 1, "unit": "dag"}},
    })
}

/// Type, id and the block with every extension that its profile has.
fn blocks() -> Vec<(&'static str, Value)> {
    let text = |name: &str| extension(name, "valueString", json!("tekst"));
    let moment = |name: &str| extension(name, "valueDateTime", json!("2026-01-05T09:15:00+01:00"));
    let concept = |name: &str| extension(name, "valueCodeableConcept", coded(SNOMED, "1"));
    let flag = |name: &str| extension(name, "valueBoolean", json!(true));
    let refers = |name: &str, reference: &str| extension(name, "valueReference", to(reference));
    let cycle = json!({"value": 28, "unit": "dag", "system": "http://unitsofmeasure.org", "code": "d"});
    let modifiers = json!([
        concept("ext-StopType"),
        extension("ext-InstructionsForUse.RepeatPeriodCyclicalSchedule", "valueDuration", cycle),
    ]);
    let mut period = json!({"start": "2026-01-05T08:00:00+01:00"});
    period["extension"] = json!([duration(3, "wk")]);
    let condition = extension("ext-PeriodOfUse.Condition", "valueString", json!("tot de pijn over is"));
    period["extension"].as_array_mut().expect("a list").push(condition);
    let product = json!({"medicationReference": to("Medication/m")});
    let new = |category: &str, more: Vec<Value>, elements: Value| {
        let mut one = block(category, "Patient/h", "1", "2026-01-05", period.clone());
        one.as_object_mut().expect("a resource").remove("medicationCodeableConcept");
        let list = one["extension"].as_array_mut().expect("extensions");
        list.extend(more);
        list.extend([moment("ext-RegistrationDateTime"), text("ext-RenderedDosageInstruction")]);
        with(with(one, product.clone()), elements)
    };
    let stops = json!({"modifierExtension": modifiers});
    let dosed = json!({"dosageInstruction": [dosage()], "modifierExtension": modifiers, "note": [{"text": "let op"}]});
    let category = extension("ext-ResourceCategory", "valueCodeableConcept", coded(SNOMED, AGREEMENT));
    let derived = |reference: &str| with(to(reference), json!({"extension": [category]}));
    vec![
        (
            "MedicationRequest/ma",
            new(
                AGREEMENT,
                vec![
                    concept("ext-MedicationAgreement.MedicationAgreementAdditionalInformation"),
                    refers("ext-MedicationAgreement.NextPractitioner", "PractitionerRole/r"),
                    refers("ext-MedicationAgreement.RelationMedicationUse", "MedicationStatement/mgb"),
                    refers("ext-RelationAdministrationAgreement", "MedicationDispense/ta"),
                ],
                dosed.clone(),
            ),
        ),
        (
            "MedicationRequest/vv",
            new(
                REQUEST,
                vec![
                    concept("ext-DispenseRequest.AdditionalWishes"),
                    concept("ext-DispenseRequest.FinancialIndicationCode"),
                ],
                json!({"basedOn": [to("MedicationRequest/ma")], "dispenseRequest": {
                    "extension": [refers("ext-DispenseRequest.DispenseLocation", "Location/l")],
                    "validityPeriod": period, "numberOfRepeatsAllowed": 2,
                    "quantity": {"value": number("30.0"), "unit": "stuk"},
                }}),
            ),
        ),
        (
            "MedicationRequest/wds",
            new(SCHEDULE, Vec::new(), with(dosed.clone(), json!({"basedOn": [to("MedicationRequest/ma")]}))),
        ),
        (
            "MedicationDispense/ta",
            new(
                ADMINISTRATION,
                vec![
                    concept("ext-AdministrationAgreement.AdditionalInformation"),
                    concept("ext-AdministrationAgreement.ReasonModificationOrDiscontinuation"),
                    concept("ext-MedicationDispense.DistributionForm"),
                    flag("ext-CopyIndicator"),
                ],
                with(dosed.clone(), json!({"authorizingPrescription": [to("MedicationRequest/ma")]})),
            ),
        ),
        (
            "MedicationDispense/mve",
            new(
                DISPENSE,
                vec![
                    concept("ext-MedicationDispense.MedicationDispenseAdditionalInformation"),
                    moment("ext-MedicationDispense.RequestDate"),
                ],
                json!({"quantity": {"value": number("30.00")}, "daysSupply": {"value": 30, "unit": "dag"}}),
            ),
        ),
        (
            "MedicationStatement/mgb",
            new(
                USE,
                vec![
                    flag("ext-AsAgreedIndicator"),
                    flag("ext-CopyIndicator"),
                    refers("ext-MedicationUse2.Author", "PractitionerRole/r"),
                    refers("ext-MedicationUse2.Prescriber", "PractitionerRole/r"),
                ],
                with(
                    stops,
                    json!({"dosage": [dosage()], "derivedFrom": [derived("MedicationRequest/ma"), derived("MedicationDispense/ta")]}),
                ),
            ),
        ),
        (
            "MedicationAdministration/mtd",
            new(
                GIVEN,
                vec![
                    moment("ext-MedicationAdministration2.AgreedDateTime"),
                    concept("ext-MedicationAdministration2.InjectionPatchSite"),
                    concept("ext-MedicationAdministration2.ReasonForDeviation"),
                ],
                json!({"supportingInformation": [to("MedicationDispense/ta")], "request": to("MedicationRequest/ma"),
                    "dosage": {"dose": {"value": number("0.50"), "unit": "stuk"}}}),
            ),
        ),
        (
            "Medication/m",
            json!({
                "resourceType": "Medication", "code": coded("urn:oid:2.16.840.1.113883.2.4.4.10", "12345"),
                "form": coded("urn:oid:2.16.840.1.113883.2.4.4.11", "1"), "batch": {"lotNumber": "A1"},
                "ingredient": [{"itemCodeableConcept": {"text": "metoprolol"}, "strength": {
                    "numerator": {"value": number("50.0"), "unit": "mg"}, "denominator": {"value": 1}}}],
            }),
        ),
    ]
}

/// A resource without what the server adds.
fn plain(mut resource: Value) -> Value {
    let map = resource.as_object_mut().expect("a resource");
    map.remove("meta");
    map.remove("id");
    resource
}

async fn send(caller: &Caller<'_>, name: &str, resource: &Value, as_xml: bool) {
    let mut resource = resource.clone();
    resource["id"] = json!(name.split('/').nth(1));
    if !as_xml {
        caller.put(name, &resource).await.expect(201);
        return;
    }
    let bytes = xml::from_json(&resource).expect("xml");
    let body = Some(("application/fhir+xml", bytes.into()));
    caller.send(reqwest::Method::PUT, name, body).await.expect(201);
}

async fn each_block_comes_back_as_it_was_written(server: Server) {
    let anna = server.person().await;
    for (as_xml, owner, other) in [(false, server.hospital(), "gp"), (true, server.gp(), "hospital")] {
        let home = if as_xml { "x" } else { "h" };
        owner.put(&format!("Patient/{home}"), &patient(&anna.bsn)).await.expect(201);
        let permitted = crate::support::builders::permit(&format!("org-{other}"));
        let body = crate::support::builders::consent(&anna.reference(), permitted);
        server.patient(&anna).post("Consent", &body).await.expect(201);
        for (name, resource) in blocks() {
            let text = resource.to_string().replace("Patient/h", &format!("Patient/{home}"));
            let resource: Value = serde_json::from_str(&text).expect("json");
            let name = if as_xml { format!("{name}-x") } else { name.to_owned() };
            send(&owner, &name, &resource, as_xml).await;
            for caller in [owner.clone(), server.system(other)] {
                let found = caller.get(&name).await.expect(200).json();
                assert_eq!(plain(found), plain(resource.clone()), "{name}");
                let found = caller.with("accept", "application/fhir+xml").get(&name).await.expect(200);
                let found = xml::to_json(&found.body).expect("json");
                assert_eq!(plain(found), plain(resource.clone()), "{name} as XML");
            }
        }
    }
}

on_both! {
    each_block_comes_back_as_it_was_written,
}
