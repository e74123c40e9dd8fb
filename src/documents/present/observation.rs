//! Measurements, results, findings and wishes (`https://hl7.org/fhir/R4/observation.html`).

use super::super::dates;
use super::super::text::Text;
use super::super::value::{concept, list, literal, quantity, text};
use super::words::{self, interpretation, yes};
use super::{Names, Presented, named_all, period, said, said_all, same};
use serde_json::Value;

/// Anything in `value[x]` of an element, in words.
pub(in super::super) fn value(holder: &Value) -> Option<Text> {
    let fields = holder.as_object()?;
    let (name, found) = fields.iter().find(|(name, _)| {
        name.strip_prefix("value").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    })?;
    match name.as_str() {
        "valueQuantity" => quantity(found).map(Text::same),
        "valueCodeableConcept" => said(found),
        "valueBoolean" => found.as_bool().map(yes),
        "valueDateTime" | "valueDate" => found.as_str().map(dates::readable),
        "valuePeriod" => period(found),
        "valueRange" => range(found).map(Text::same),
        "valueRatio" => {
            Some(Text::same(format!("{} : {}", quantity(&found["numerator"])?, quantity(&found["denominator"])?)))
        }
        _ => literal(found).map(|words| Text::same(if found.is_number() { words.replace('.', ",") } else { words })),
    }
}

fn range(value: &Value) -> Option<String> {
    match (quantity(&value["low"]), quantity(&value["high"])) {
        (Some(low), Some(high)) => Some(format!("{low} - {high}")),
        (Some(low), None) => Some(format!("≥ {low}")),
        (None, Some(high)) => Some(format!("≤ {high}")),
        (None, None) => None,
    }
}

/// Upper and lower pressure read as people say them.
fn pressure(observation: &Value) -> Option<Text> {
    let part = |code: &str| {
        list(observation, "component")
            .iter()
            .find(|part| list(part, "code.coding").iter().any(|coding| text(coding, "code") == Some(code)))
            .and_then(|part| literal(&part["valueQuantity"]["value"]))
    };
    let (upper, lower) = (part("8480-6")?, part("8462-4")?);
    Some(Text::new(format!("{upper} over {lower} mmHg"), format!("{upper} over {lower} mmHg")))
}

fn references(observation: &Value) -> Option<Text> {
    let found: Vec<String> = list(observation, "referenceRange")
        .iter()
        .filter_map(|item| text(item, "text").map(str::to_owned).or_else(|| range(item)))
        .collect();
    (!found.is_empty()).then(|| Text::same(found.join("; ")))
}

/// How an observation reads.
pub(super) fn line(observation: &Value, names: &Names<'_>) -> Presented {
    let title = said(&observation["code"]).unwrap_or_else(|| ("Meting", "Measurement").into());
    let mut out = Presented::titled(title)
        .dated(observation, &["effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "issued"]);
    let joined = pressure(observation);
    out = out.with(("", ""), joined.clone().or_else(|| value(observation)));
    for part in list(observation, "component") {
        let label = said(&part["code"]).unwrap_or_default();
        let pressure_part = joined.is_some() && label.nl.ends_with("druk");
        if !pressure_part {
            out = out.with((&label.nl, &label.en), value(part));
        }
    }
    let high = list(observation, "interpretation")
        .iter()
        .flat_map(|item| list(item, "coding"))
        .find_map(|coding| interpretation(text(coding, "code")?));
    out.with(("Beoordeling", "Assessment"), high)
        .with(("Normaal is", "Normal range"), references(observation))
        .with(("Plaats op het lichaam", "Body site"), said(&observation["bodySite"]))
        .with(
            ("Manier van meten", "Method"),
            said(&observation["method"]).filter(|_| observation["valueString"].is_null()),
        )
        .with(("Reden dat het ontbreekt", "Why it is missing"), same(concept(&observation["dataAbsentReason"])))
        .with(("Door", "By"), named_all(observation, list(observation, "performer"), "", names))
        .with(("Betreft", "About"), said_all(list(observation, "focus")))
        .noted(observation)
        .standing(words::status(text(observation, "status")))
}
