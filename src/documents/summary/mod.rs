//! The patient summary in the form of the International Patient Summary (<http://hl7.org/fhir/uv/ips>, 2.0): what somebody who
//! does not know the patient must know first.
//!
//! Problems, allergies and medicines are always there. Where the record that can be seen holds none of them, the section says
//! that there is no information (`unavailable`), never that there is nothing: what is hidden and what nobody wrote down look
//! the same. Somebody who wrote down that no allergy is known made a record, which is shown as such.

mod choose;

use super::compose::{Type, compose};
use super::record::Record;
use super::text::Text;
use super::value::{LOINC, list, text};
use super::view::{Block, Section};
use super::{Document, Input, Kind, Source, advance_care, eoverdracht, medication, rows};
use serde_json::{Value, json};

/// The profile of the Composition.
pub const IPS_COMPOSITION: &str = "http://hl7.org/fhir/uv/ips/StructureDefinition/Composition-uv-ips";

/// The sections that are always there, with what they say when there is nothing to show.
const REQUIRED: [(&str, &str, &str); 3] = [
    (
        "11450-4",
        "Over klachten en diagnoses is hier geen informatie te zien.",
        "No information on problems can be seen here.",
    ),
    ("48765-2", "Over allergieën is hier geen informatie te zien.", "No information on allergies can be seen here."),
    ("10160-0", "Over medicijnen is hier geen informatie te zien.", "No information on medicines can be seen here."),
];

type Choice = fn(&Record<'_>, &Value) -> bool;

/// A section that is one table of records.
struct Part {
    code: (&'static str, &'static str),
    title: (&'static str, &'static str),
    rtypes: &'static [&'static str],
    choice: Choice,
}

const fn part(
    code: (&'static str, &'static str),
    title: (&'static str, &'static str),
    rtypes: &'static [&'static str],
    choice: Choice,
) -> Part {
    Part { code, title, rtypes, choice }
}

const PROBLEMS: Part = part(
    ("11450-4", "Problem list - Reported"),
    ("Klachten en diagnoses", "Problems"),
    &["Condition"],
    choose::problem,
);
const ALLERGIES: Part = part(
    ("48765-2", "Allergies and adverse reactions Document"),
    ("Allergieën", "Allergies"),
    &["AllergyIntolerance"],
    choose::allergy,
);
const REST: &[Part] = &[
    part(("104605-1", "Alert"), ("Waarschuwingen", "Alerts"), &["Flag"], choose::alert),
    part(
        ("11369-6", "History of Immunization note"),
        ("Vaccinaties", "Immunizations"),
        &["Immunization"],
        choose::given,
    ),
    part(
        ("30954-2", "Relevant diagnostic tests/laboratory data note"),
        ("Uitslagen", "Results"),
        &["DiagnosticReport", "Observation"],
        choose::result,
    ),
    part(
        ("47519-4", "History of Procedures Document"),
        ("Behandelingen en operaties", "Procedures"),
        &["Procedure"],
        choose::procedure,
    ),
    part(
        ("46264-8", "History of medical device use"),
        ("Medische hulpmiddelen", "Medical devices"),
        &["DeviceUseStatement"],
        choose::device,
    ),
    part(
        ("11348-0", "History of Past illness note"),
        ("Eerdere klachten en diagnoses", "Past problems"),
        &["Condition"],
        choose::past_problem,
    ),
    part(("8716-3", "Vital signs note"), ("Metingen", "Vital signs"), &["Observation"], choose::vital_sign),
    part(
        ("29762-2", "Social history note"),
        ("Leefstijl en wonen", "Social history"),
        &["Observation"],
        choose::social,
    ),
    part(
        ("10162-6", "History of pregnancies note"),
        ("Zwangerschap", "Pregnancy"),
        &["Observation"],
        choose::pregnancy,
    ),
    part(("18776-5", "Plan of care note"), ("Zorgplan", "Plan of care"), &["CarePlan"], choose::plan),
];

/// Composes the patient summary.
pub fn patient_summary(input: Input<'_>) -> Document {
    let record = Record::new(&input);
    let mut sections = vec![table(&record, &PROBLEMS), table(&record, &ALLERGIES), medicines(&record)];
    sections.extend(REST.iter().map(|part| table(&record, part)));
    sections.push(directives(&record));
    sections.push(functions(&record));
    for section in &mut sections {
        let words = REQUIRED.iter().find(|one| section.code.is_some_and(|code| code.1 == one.0));
        if let Some((_, nl, en)) = words.filter(|_| section.entries.is_empty()) {
            section.blocks = vec![Block::Paragraph(Text::new(*nl, *en))];
        }
    }
    let kind = Type {
        kind: Kind::Summary,
        profiles: &["PatientSummary", IPS_COMPOSITION],
        codings: &[(LOINC, "60591-5", "Patient summary Document")],
        title: Text::new("Samenvatting van het dossier", "Patient summary"),
    };
    let mut document = compose(&input, &record, kind, sections).close(input);
    complete(&mut document.bundle);
    document
}

fn table(record: &Record<'_>, part: &Part) -> Section {
    let all = part.rtypes.iter().flat_map(|rtype| record.all(rtype));
    let chosen = all.filter(|source| (part.choice)(record, &source.resource));
    let lines = eoverdracht::newest_measurements(rows::lines(record, chosen));
    rows::of_lines(part.title.into(), Some((LOINC, part.code.0, part.code.1)), lines)
}

fn medicines(record: &Record<'_>) -> Section {
    let mut section = medication::in_use(record);
    section.code = Some((LOINC, "10160-0", "History of Medication use Narrative"));
    section
}

/// The agreements on treatment that count now, and the written statements.
fn directives(record: &Record<'_>) -> Section {
    let mut section = advance_care::limits_now(record);
    let statements: Vec<&Source> =
        record.all("Consent").filter(|source| choose::statement(record, &source.resource)).collect();
    let written = rows::section(record, Text::default(), None, &statements);
    section.title = Text::new("Wensen en grenzen", "Advance directives");
    section.code = Some((LOINC, "42348-3", "Advance healthcare directives"));
    section.blocks.extend(written.blocks);
    section.entries.extend(written.entries);
    section
}

/// The guide lists conditions here. What was observed is in the words of the section.
fn functions(record: &Record<'_>) -> Section {
    let conditions: Vec<&Source> =
        record.all("Condition").filter(|source| choose::disability(record, &source.resource)).collect();
    let observed = record.all("Observation").filter(|source| choose::function(record, &source.resource));
    let observed = eoverdracht::newest_measurements(rows::lines(record, observed));
    let title = Text::new("Dagelijks functioneren", "Functional status");
    let code = Some((LOINC, "47420-5", "Functional status assessment note"));
    let mut section = rows::section(record, title, code, &conditions);
    section.blocks.extend(rows::newest_first(Text::default(), observed));
    section
}

/// What the guide asks of machine-readable parts where nothing is known.
fn complete(bundle: &mut Value) {
    let absent = |code: &str| json!({"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": code}]});
    for section in bundle["entry"][0]["resource"]["section"].as_array_mut().into_iter().flatten() {
        let required = REQUIRED.iter().any(|one| text(section, "code.coding.code") == Some(one.0));
        if required && list(section, "entry").is_empty() {
            section["emptyReason"] = json!({
                "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason",
                    "code": "unavailable",
                    "display": "Unavailable",
                }],
                "text": "No information available",
            });
        }
    }
    let patient = &mut bundle["entry"][1]["resource"];
    if text(patient, "birthDate").is_none() && patient.get("_birthDate").is_none() {
        patient["_birthDate"] = absent("unknown");
    }
    if list(patient, "name").is_empty() {
        patient["name"] = json!([{"_text": absent("unknown")}]);
    }
}
