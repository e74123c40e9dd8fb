//! Medicines: what it is, how to use it (`https://hl7.org/fhir/R4/medicationrequest.html` and its kin).

use super::super::text::Text;
use super::super::value::{at, concept, extension, first_text, kind, list, literal, quantity, text};
use super::words;
use super::{Names, Presented, named_all, period, said_all, same, when};
use serde_json::Value;

const RENDERED: &str = "http://nictiz.nl/fhir/StructureDefinition/ext-RenderedDosageInstruction";

/// What a `Medication` is called: its name, else what is in it.
pub(in super::super) fn medication_name(medication: &Value) -> Option<String> {
    if kind(medication) != "Medication" {
        return None;
    }
    concept(&medication["code"])
        .or_else(|| list(medication, "ingredient").iter().find_map(|part| concept(&part["itemCodeableConcept"])))
        .map(str::to_owned)
}

/// The medicine that a prescription, supply, use or administration is about.
pub(in super::super) fn medication_of(resource: &Value, names: &Names<'_>) -> Option<String> {
    concept(&resource["medicationCodeableConcept"])
        .map(str::to_owned)
        .or_else(|| names(resource, &resource["medicationReference"]))
}

/// How to use a medicine, as the source wrote it or else put together from the parts.
pub(in super::super) fn dose(resource: &Value) -> Option<Text> {
    if let Some(whole) = extension(resource, RENDERED).and_then(|found| text(found, "valueString")) {
        return Some(Text::same(whole));
    }
    let field = if kind(resource) == "MedicationStatement" { "dosage" } else { "dosageInstruction" };
    let items = list(resource, field);
    let parts: Vec<Text> = items.iter().filter_map(instruction).collect();
    if parts.is_empty() {
        return same(text(resource, "dosage.text"));
    }
    Some(Text::join(&parts, "; "))
}

fn instruction(dosage: &Value) -> Option<Text> {
    if let Some(words) = first_text(dosage, &["text", "patientInstruction"]) {
        return Some(Text::same(words));
    }
    let rate = at(dosage, "doseAndRate");
    let amount = rate
        .get(0)
        .unwrap_or(rate)
        .as_object()
        .and_then(|fields| fields.get("doseQuantity"))
        .and_then(quantity)
        .map(Text::same);
    let repeat = &dosage["timing"]["repeat"];
    let often = frequency(repeat);
    let needed = dosage["asNeededBoolean"].as_bool() == Some(true) || dosage.get("asNeededCodeableConcept").is_some();
    let when_needed = needed.then(|| Text::new("als het nodig is", "when needed"));
    let parts: Vec<Text> = [amount, often, when_needed].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| Text::join(&parts, ", "))
}

fn frequency(repeat: &Value) -> Option<Text> {
    let times = literal(&repeat["frequency"]);
    let every = literal(&repeat["period"])?;
    let (nl, en) = match text(repeat, "periodUnit")? {
        "h" => ("uur", "hour"),
        "d" => ("dag", "day"),
        "wk" => ("week", "week"),
        "mo" => ("maand", "month"),
        "a" => ("jaar", "year"),
        "min" => ("minuut", "minute"),
        _ => return None,
    };
    let times = times.unwrap_or_else(|| "1".to_owned());
    if every == "1" || every == "1.0" {
        return Some(Text::new(format!("{times} keer per {nl}"), format!("{times} times per {en}")));
    }
    Some(Text::new(format!("{times} keer per {every} {nl}"), format!("{times} times per {every} {en}")))
}

/// How a prescription, supply, use or administration reads.
pub(super) fn line(resource: &Value, names: &Names<'_>) -> Presented {
    let title = medication_of(resource, names).map_or_else(|| Text::new("Medicijn", "Medicine"), Text::same);
    let stop = extension(resource, "http://nictiz.nl/fhir/StructureDefinition/ext-StopType").is_some();
    let of_use = extension(resource, "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Period")
        .map(|found| &found["valuePeriod"])
        .or_else(|| resource.get("effectivePeriod"));
    let out = Presented::titled(title)
        .with(("Soort", "Kind"), Some(what(resource)))
        .with(("Gebruik", "Use"), dose(resource))
        .with(("Periode", "Period"), of_use.and_then(period))
        .with(("Reden", "Reason"), said_all(list(resource, "reasonCode")))
        .with(("Voorgeschreven door", "Prescribed by"), one(resource, &resource["requester"], names))
        .with(("Door", "By"), named_all(resource, list(resource, "performer"), "actor", names))
        .with(("Hoeveelheid", "Amount"), quantity(&resource["quantity"]).map(Text::same))
        .with(("Meegegeven op", "Handed over on"), when(text(resource, "whenHandedOver")))
        .noted(resource)
        .dated(
            resource,
            &[
                "authoredOn",
                "whenHandedOver",
                "whenPrepared",
                "dateAsserted",
                "effectiveDateTime",
                "effectivePeriod.start",
            ],
        );
    let stopped = stop.then(|| Text::new("Gestopt", "Stopped"));
    out.standing(stopped.or_else(|| words::status(text(resource, "status"))))
}

fn one(holder: &Value, reference: &Value, names: &Names<'_>) -> Option<Text> {
    names(holder, reference).map(Text::same)
}

fn what(resource: &Value) -> Text {
    let category = super::super::value::codes(resource, "category");
    let pair = match kind(resource) {
        "MedicationRequest" if category.contains(&"52711000146108") => {
            ("Vraag aan de apotheek", "Request to the pharmacy")
        }
        "MedicationRequest" if category.contains(&"395067002") => ("Wisselend schema", "Varying schedule"),
        "MedicationRequest" => ("Afspraak met de voorschrijver", "Agreement with the prescriber"),
        "MedicationDispense" if category.contains(&"422037009") => {
            ("Afspraak van de apotheek", "Agreement of the pharmacy")
        }
        "MedicationDispense" => ("Meegegeven door de apotheek", "Handed over by the pharmacy"),
        "MedicationStatement" => ("Eigen gebruik", "Own use"),
        _ => ("Toegediend", "Given"),
    };
    pair.into()
}

/// `Medication`: the product itself.
pub(super) fn product(medication: &Value) -> Presented {
    let title = medication_name(medication).map_or_else(|| Text::new("Medicijn", "Medicine"), Text::same);
    let parts: Vec<Text> = list(medication, "ingredient")
        .iter()
        .filter_map(|part| concept(&part["itemCodeableConcept"]).map(Text::same))
        .collect();
    Presented::titled(title)
        .with(("Vorm", "Form"), same(concept(&medication["form"])))
        .with(("Bevat", "Contains"), Some(Text::join(&parts, ", ")))
}
