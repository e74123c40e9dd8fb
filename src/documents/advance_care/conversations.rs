//! The conversations in which it was agreed, who is to tell the relatives, and the forms that were filled in.

use super::super::record::Record;
use super::super::rows;
use super::super::value::{SNOMED, coded, holds, is_key, list, text};
use super::super::view::Section;
use super::super::{Source, Text};
use crate::questionnaire::acp::is_response;

const CARE_PLANNING: &str = "713603004";

/// `Procedure` and `Encounter` about advance care planning. A conversation that is recorded as both is shown once.
pub(super) fn conversations(record: &Record<'_>) -> Section {
    let procedures: Vec<&Source> =
        record.all("Procedure").filter(|source| coded(&source.resource["code"], SNOMED, CARE_PLANNING)).collect();
    let mut found: Vec<&Source> = record
        .all("Encounter")
        .filter(|source| {
            let reason = list(&source.resource, "reasonReference").iter().any(|reference| {
                record
                    .target(&source.resource, reference)
                    .is_some_and(|target| coded(&target["code"], SNOMED, CARE_PLANNING))
            });
            reason || holds(&source.resource, "reasonCode", SNOMED, CARE_PLANNING)
        })
        .collect();
    let within = |source: &&Source| {
        let visit = text(&source.resource, "encounter.reference").and_then(|literal| record.local(literal));
        !visit.is_some_and(|name| found.iter().any(|other| is_key(name, &other.resource)))
    };
    let alone: Vec<&Source> = procedures.iter().copied().filter(within).collect();
    found.extend(alone);
    rows::section(record, Text::new("Gesprekken", "Conversations"), None, &found)
}

/// Agreements on telling the relatives.
pub(super) fn informing(record: &Record<'_>) -> Section {
    let found: Vec<&Source> = record
        .all("CommunicationRequest")
        .chain(record.all("Communication"))
        .filter(|source| holds(&source.resource, "category", SNOMED, "223449006"))
        .collect();
    rows::section(record, Text::new("Naasten informeren", "Informing relatives"), None, &found)
}

/// Completed forms, whatever version of the form.
pub(super) fn forms(record: &Record<'_>) -> Section {
    let found: Vec<&Source> =
        record.all("QuestionnaireResponse").filter(|source| is_response(&source.resource)).collect();
    rows::section(record, Text::new("Ingevuld formulier", "Completed form"), None, &found)
}
