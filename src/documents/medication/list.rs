//! The overview as the `List` that MP9 had until January 2026 (`mp-MedicationOverview`, `SNOMED` 11181000146103), for systems
//! that still read that: a searchset with the `List`, the agreements (MA, TA) and the use (MGB) of the treatments that are shown,
//! products, weight and height, and the patient.

use super::super::record::Record;
use super::super::value::{SNOMED, key, text};
use super::super::{Input, close, dates};
use super::block::{BASE, Role};
use super::safety;
use super::treatment::{Treatment, treatments};
use super::verification::{Check, checks};
use serde_json::{Value, json};
use std::collections::HashSet;

/// The profile of the list.
pub const OVERVIEW_PROFILE: &str = "http://nictiz.nl/fhir/StructureDefinition/mp-MedicationOverview";

/// Composes the searchset.
pub fn medication_overview_list(input: &Input<'_>) -> Value {
    let record = Record::new(input);
    let shown = treatments(&record);
    let blocks: Vec<String> = blocks(&shown);
    let measures = [safety::WEIGHT, safety::HEIGHT].into_iter();
    let measures = measures.filter_map(|codes| key(&safety::latest(&record, codes)?.0.resource));
    let named: Vec<String> = blocks.iter().cloned().chain(products(&record, &blocks)).chain(measures).collect();
    let entries: Vec<Value> = named.iter().map(|name| json!({"item": {"reference": name}})).collect();
    let author = input.author;
    let mut list = json!({
        "resourceType": "List",
        "id": input.document_id,
        "meta": {"profile": [OVERVIEW_PROFILE]},
        "extension": [verified(&checks(&record))],
        "status": "current",
        "mode": "snapshot",
        "title": "Medicijnoverzicht",
        "code": {"coding": [{"system": SNOMED, "code": "11181000146103", "display": "medicatieoverzicht"}]},
        "subject": {"reference": key(input.patient)},
        "date": dates::instant(input.now_ms),
        "source": {
            "extension": [{
                "url": format!("{BASE}ext-MedicationOverview.SourceOrganization"),
                "valueReference": {"reference": author.reference, "display": author.organisation},
            }],
            "type": "Device",
            "display": author.organisation,
        },
    });
    if blocks.is_empty() {
        let coding =
            json!({"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "unavailable"});
        list["emptyReason"] =
            json!({"coding": [coding], "text": "In de gegevens die hier te zien zijn, staat geen medicijn."});
    } else {
        list["entry"] = Value::Array(entries);
    }
    let reached = close::reach(&record, named.iter().map(String::as_str));
    let base = input.base.trim_end_matches('/');
    let entry = |url: String, mode: &str, resource: &Value| json!({"fullUrl": url, "resource": resource, "search": {"mode": mode}});
    let placed =
        |mode: &str, resource: &Value| entry(format!("{base}/{}", key(resource).unwrap_or_default()), mode, resource);
    let mut all =
        vec![entry(format!("urn:uuid:{}", input.document_id), "include", &list), placed("include", input.patient)];
    for source in reached.into_iter().map(|at| record.at(at)) {
        let name = key(&source.resource).unwrap_or_default();
        let mode = if blocks.contains(&name) { "match" } else { "include" };
        all.push(placed(mode, &source.resource));
    }
    json!({"resourceType": "Bundle", "id": input.document_id, "type": "searchset", "total": blocks.len(), "entry": all})
}

/// `Type/id` of the agreements and of the use, of all treatments.
fn blocks(shown: &[Treatment<'_>]) -> Vec<String> {
    let counts = [Role::Agreement, Role::Pharmacy, Role::Use];
    let parts = shown.iter().flat_map(|item| &item.parts).filter(|part| counts.contains(&part.role));
    let mut seen = HashSet::new();
    parts.map(|part| part.key.clone()).filter(|name| seen.insert(name.clone())).collect()
}

/// The products that the blocks name.
fn products(record: &Record<'_>, blocks: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for source in blocks.iter().filter_map(|name| record.get(name)) {
        let literal = text(&source.resource, "medicationReference.reference").and_then(|found| record.local(found));
        let fits = |name: &&str| record.get(name).is_some() && !out.iter().any(|known| known == name);
        out.extend(literal.filter(fits).map(str::to_owned));
    }
    out
}

/// The extension on verification; what is not known to be verified is not.
fn verified(found: &super::verification::Checks<'_>) -> Value {
    let mut parts = Vec::new();
    let mut add = |name: &str, check: &Option<Check<'_>>| {
        parts.push(json!({"url": name, "valueBoolean": check.is_some()}));
        if let Some(check) = check {
            parts.push(json!({"url": format!("{name}Date"), "valueDateTime": check.at}));
        }
    };
    add("verificationPatient", &found.patient);
    add("verificationHealthProfessional", &found.professional);
    json!({"url": format!("{BASE}ext-MedicationOverview.Verification"), "extension": parts})
}
