//! Documents, reports, questionnaires and messages.

use super::super::dates;
use super::super::text::Text;
use super::super::value::{at, list, text};
use super::observation::value;
use super::words;
use super::{Names, Presented, named_all, said, said_all, same};
use serde_json::Value;

/// `DocumentReference`.
pub(super) fn document(document: &Value, names: &Names<'_>) -> Presented {
    let title = same(text(document, "description"))
        .or_else(|| said(&document["type"]))
        .or_else(|| same(text(document, "content.attachment.title")))
        .unwrap_or_else(|| ("Document", "Document").into());
    Presented::titled(title)
        .with(("Soort", "Kind"), said(&document["type"]))
        .with(("Bestand", "File"), same(text(document, "content.attachment.title")))
        .with(("Door", "By"), named_all(document, list(document, "author"), "", names))
        .dated(document, &["date", "content.attachment.creation"])
        .standing(words::status(text(document, "status")))
}

/// `Composition`.
pub(super) fn composition(composition: &Value, names: &Names<'_>) -> Presented {
    let title = same(text(composition, "title"))
        .or_else(|| said(&composition["type"]))
        .unwrap_or_else(|| ("Verslag", "Report").into());
    let parts: Vec<Text> = list(composition, "section")
        .iter()
        .filter_map(|section| same(text(section, "title")).or_else(|| said(&section["code"])))
        .collect();
    Presented::titled(title)
        .with(("Onderdelen", "Parts"), Some(Text::join(&parts, ", ")))
        .with(("Door", "By"), named_all(composition, list(composition, "author"), "", names))
        .dated(composition, &["date"])
        .standing(words::status(text(composition, "status")))
}

/// `DiagnosticReport` or `ImagingStudy`.
pub(super) fn report(report: &Value, names: &Names<'_>) -> Presented {
    let title = said(&report["code"])
        .or_else(|| same(text(report, "description")))
        .unwrap_or_else(|| ("Uitslag", "Result").into());
    Presented::titled(title)
        .with(("Conclusie", "Conclusion"), same(text(report, "conclusion")))
        .with(("Gevonden", "Found"), said_all(list(report, "conclusionCode")))
        .with(("Bevat", "Contains"), named_all(report, list(report, "result"), "", names))
        .with(("Door", "By"), named_all(report, list(report, "performer"), "", names))
        .dated(report, &["effectiveDateTime", "effectivePeriod.start", "started", "issued"])
        .standing(words::status(text(report, "status")))
}

/// `QuestionnaireResponse`: each question with its answer.
pub(super) fn answers(response: &Value) -> Presented {
    let mut out = Presented::titled(("Ingevulde vragenlijst", "Completed questionnaire").into())
        .dated(response, &["authored"])
        .standing(words::status(text(response, "status")));
    collect(list(response, "item"), &mut out, 0);
    out
}

fn collect(items: &[Value], out: &mut Presented, depth: usize) {
    if depth > 16 {
        return;
    }
    for item in items {
        let given: Vec<Text> = list(item, "answer").iter().filter_map(answer).collect();
        let label = text(item, "text").unwrap_or("");
        if !given.is_empty() {
            let said = std::mem::take(out);
            *out = said.with((label, label), Some(Text::join(&given, ", ")));
        }
        for inside in list(item, "answer") {
            collect(list(inside, "item"), out, depth + 1);
        }
        collect(list(item, "item"), out, depth + 1);
    }
}

fn answer(answer: &Value) -> Option<Text> {
    if let Some(coding) = answer.get("valueCoding") {
        return same(text(coding, "display").or_else(|| text(coding, "code")));
    }
    value(answer)
}

/// `Task`, `CommunicationRequest` or `Communication`.
pub(super) fn message(message: &Value, names: &Names<'_>) -> Presented {
    let title = said(&message["code"])
        .or_else(|| said_all(list(message, "category")))
        .unwrap_or_else(|| ("Bericht of taak", "Message or task").into());
    let words: Vec<Text> =
        list(message, "payload").iter().filter_map(|item| same(text(item, "contentString"))).collect();
    let to = named_all(message, list(message, "recipient"), "", names)
        .or_else(|| names(message, at(message, "owner")).map(Text::same));
    let from = names(message, &message["requester"]).or_else(|| names(message, &message["sender"]));
    Presented::titled(title)
        .with(("", ""), same(text(message, "description")))
        .with(("", ""), Some(Text::join(&words, " ")))
        .with(("Van", "From"), from.map(Text::same))
        .with(("Aan", "To"), to)
        .with(("Reden", "Reason"), said_all(list(message, "reasonCode")))
        .with(("Gewijzigd", "Changed"), text(message, "lastModified").map(dates::readable))
        .noted(message)
        .dated(message, &["authoredOn", "sent", "occurrenceDateTime"])
        .standing(words::status(text(message, "status")))
}
