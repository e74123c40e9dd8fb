//! Problems, allergies and warnings.

use super::super::text::Text;
use super::super::value::{codes, concept, list, quantity, text};
use super::words;
use super::{Names, Presented, named_all, period, said, said_all, same, when};
use serde_json::Value;

fn standing(resource: &Value) -> Option<Text> {
    codes(resource, "verificationStatus")
        .into_iter()
        .find_map(words::certainty)
        .or_else(|| codes(resource, "clinicalStatus").into_iter().find_map(|code| words::status(Some(code))))
}

fn onset(resource: &Value, name: &str) -> Option<Text> {
    when(text(resource, &format!("{name}DateTime")))
        .or_else(|| same(text(resource, &format!("{name}String"))))
        .or_else(|| period(&resource[&format!("{name}Period")]))
        .or_else(|| quantity(&resource[&format!("{name}Age")]).map(Text::same))
}

/// `Condition`: a problem, a wound, a legal situation.
pub(super) fn condition(condition: &Value, names: &Names<'_>) -> Presented {
    let title = said(&condition["code"])
        .or_else(|| list(condition, "category").iter().find_map(said))
        .unwrap_or_else(|| ("Klacht of diagnose", "Problem").into());
    Presented::titled(title)
        .with(("Sinds", "Since"), onset(condition, "onset"))
        .with(("Tot", "Until"), onset(condition, "abatement"))
        .with(("Ernst", "Severity"), said(&condition["severity"]))
        .with(("Plaats op het lichaam", "Body site"), said_all(list(condition, "bodySite")))
        .with(("Stadium", "Stage"), list(condition, "stage").iter().find_map(|stage| said(&stage["summary"])))
        .with(
            ("Vastgesteld door", "Established by"),
            named_all(condition, std::slice::from_ref(&condition["asserter"]), "", names),
        )
        .noted(condition)
        .dated(condition, &["onsetDateTime", "onsetPeriod.start", "recordedDate"])
        .standing(standing(condition))
}

/// `AllergyIntolerance`.
pub(super) fn allergy(allergy: &Value) -> Presented {
    let title = said(&allergy["code"]).unwrap_or_else(|| ("Allergie", "Allergy").into());
    let kinds: Vec<Text> =
        list(allergy, "category").iter().filter_map(Value::as_str).filter_map(words::allergy_kind).collect();
    let mut out = Presented::titled(title)
        .with(("Soort", "Kind"), Some(Text::join(&kinds, ", ")))
        .with(("Hoe gevaarlijk", "How dangerous"), text(allergy, "criticality").and_then(words::severity));
    for reaction in list(allergy, "reaction") {
        let severity = text(reaction, "severity").and_then(words::severity);
        let parts: Vec<Text> = said_all(list(reaction, "manifestation")).into_iter().chain(severity).collect();
        let words = Text::join(&parts, ", ");
        let words = if words.is_empty() { same(text(reaction, "description")) } else { Some(words) };
        out = out.with(("Reactie", "Reaction"), words);
    }
    out.with(("Laatste keer", "Last time"), when(text(allergy, "lastOccurrence")))
        .noted(allergy)
        .dated(allergy, &["onsetDateTime", "recordedDate", "lastOccurrence"])
        .standing(standing(allergy))
}

/// `Flag`: a warning or a contra-indication.
pub(super) fn flag(flag: &Value) -> Presented {
    let title = said(&flag["code"]).unwrap_or_else(|| ("Waarschuwing", "Warning").into());
    let medicine = codes(flag, "category").contains(&"140401000146105");
    let kind: Text = if medicine {
        ("Let op bij medicijnen", "Take care with medicines").into()
    } else {
        ("Waarschuwing", "Warning").into()
    };
    Presented::titled(title)
        .with(("Soort", "Kind"), Some(kind))
        .with(("Periode", "Period"), period(&flag["period"]))
        .noted(flag)
        .dated(flag, &["period.start"])
        .standing(words::status(text(flag, "status")))
}

/// A summary of findings, or the illnesses in a family.
pub(super) fn impression(resource: &Value) -> Presented {
    let title = said(&resource["code"])
        .or_else(|| said(&resource["relationship"]))
        .unwrap_or_else(|| ("Bevinding", "Finding").into());
    let family: Vec<Text> = list(resource, "condition").iter().filter_map(|item| said(&item["code"])).collect();
    Presented::titled(title)
        .with(("", ""), same(text(resource, "summary")))
        .with(("", ""), same(text(resource, "description")))
        .with(("Ziekten", "Illnesses"), Some(Text::join(&family, ", ")))
        .with(("Reden", "Reason"), same(concept(&resource["statusReason"])))
        .noted(resource)
        .dated(resource, &["effectiveDateTime", "effectivePeriod.start", "date"])
        .standing(words::status(text(resource, "status")))
}
