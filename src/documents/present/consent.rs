//! Wishes and limits: treatment directives and advance directives. A privacy consent is only named here, not explained.

use super::super::text::Text;
use super::super::value::{coded, codes, concept, extension, list, text};
use super::super::view::Mark;
use super::words;
use super::{Names, Presented, named_all, said, same};
use crate::questionnaire::acp::switches_off;
use serde_json::Value;

const OTHER: &str = "http://nictiz.nl/fhir/StructureDefinition/ext-TreatmentDirective2.SpecificationOther";
const NULL: &str = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";

/// The treatment or the kind of statement that a directive is about.
pub(in super::super) fn treatment(consent: &Value) -> Text {
    let code = list(consent, "provision.code").first();
    let kind = code.and_then(|found| match first_code(found) {
        Some("NR") => Some(Text::new("Verklaring: niet reanimeren", "Statement: do not resuscitate")),
        Some("EU") => Some(Text::new("Euthanasieverzoek", "Euthanasia request")),
        Some("EUD") => Some(Text::new("Euthanasieverzoek bij dementie", "Euthanasia request in case of dementia")),
        Some("DO") => Some(Text::new("Verklaring over orgaandonatie", "Statement on organ donation")),
        Some("VOL" | "VM") => Some(Text::new("Volmacht", "Power of attorney")),
        _ if switches_off(found) => Some(Text::new("ICD uitzetten", "Switching off the ICD")),
        _ if coded(found, NULL, "OTH") => text(found, "text").map(Text::same),
        _ => said(found),
    });
    kind.unwrap_or_else(|| ("Wens of grens", "Wish or limit").into())
}

fn first_code(concept: &Value) -> Option<&str> {
    list(concept, "coding").iter().find_map(|coding| text(coding, "code"))
}

/// Whether the treatment is wanted, with the words for it and the explanation that goes with it.
pub(in super::super) fn answer(consent: &Value) -> (Mark, Text, Option<Text>) {
    let other = extension(consent, OTHER).and_then(|found| text(found, "valueString"));
    let comment = extension(consent, "http://nictiz.nl/fhir/StructureDefinition/ext-Comment")
        .and_then(|found| text(found, "valueString"));
    let explained: Vec<Text> = other.into_iter().chain(comment).map(Text::same).collect();
    let explained = (!explained.is_empty()).then(|| Text::join(&explained, ". "));
    let kind = text(consent, "provision.type");
    match (kind, other) {
        (Some("permit"), None) => (Mark::Yes, ("Wel", "Yes").into(), explained),
        (Some("deny"), None) => (Mark::No, ("Niet", "No").into(), explained),
        _ => (Mark::Other, ("Anders", "Depends").into(), explained),
    }
}

/// How a `Consent` reads.
pub(super) fn line(consent: &Value, names: &Names<'_>) -> Presented {
    let scope = codes(consent, "scope");
    if scope.contains(&"patient-privacy") {
        return Presented::titled(("Toestemming om gegevens te delen", "Permission to share data").into())
            .dated(consent, &["dateTime"])
            .standing(words::status(text(consent, "status")));
    }
    let mut out = Presented::titled(treatment(consent));
    if scope.contains(&"treatment") {
        let (_, words, explained) = answer(consent);
        out = out.with(("Afspraak", "Agreement"), Some(words)).with(("Toelichting", "Explanation"), explained);
    } else {
        out = out.noted(consent);
    }
    let file = same(text(consent, "sourceAttachment.title"))
        .or_else(|| names(consent, &consent["sourceReference"]).map(Text::same))
        .or_else(|| text(consent, "sourceAttachment.data").map(|_| ("bijgevoegd", "attached").into()));
    let ending = extension(
        &consent["provision"],
        "http://nictiz.nl/fhir/StructureDefinition/ext-TreatmentDirective2.ReasonForEnding",
    )
    .and_then(|found| text(found, "valueString"));
    out.with(
        ("Afgesproken met", "Agreed with"),
        named_all(consent, list(consent, "provision.actor"), "reference", names),
    )
    .with(("Document", "Document"), file)
    .with(("Geldt tot", "Valid until"), super::when(text(consent, "provision.period.end")))
    .with(("Waarom niet meer", "Why no longer"), same(ending))
    .with(("Bij", "For"), same(concept(&consent["provision"]["purpose"])))
    .dated(consent, &["dateTime"])
    .standing(words::status(text(consent, "status")))
}
