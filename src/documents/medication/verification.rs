//! Who checked the overview, with whom and when, as a `List` says that its source wrote
//! (<http://nictiz.nl/fhir/StructureDefinition/ext-MedicationOverview.Verification>), and what changed since.

use super::super::record::{Record, origin};
use super::super::value::{SNOMED, coded, extension, key, kind, text};
use super::super::view::{Block, Section};
use super::super::{Source, Text, dates};
use super::block::BASE;
use super::treatment::Treatment;

/// A check with one of the two.
pub(super) struct Check<'a> {
    source: &'a Source,
    /// The day or moment, as it was written.
    pub(super) at: String,
    order: i64,
}

/// The newest check with the patient, and the newest with a professional.
#[derive(Default)]
pub(super) struct Checks<'a> {
    pub(super) patient: Option<Check<'a>>,
    pub(super) professional: Option<Check<'a>>,
}

/// Reads the checks. Only what was done is one.
pub(super) fn checks<'a>(record: &Record<'a>) -> Checks<'a> {
    let lists = || record.all("List").filter(|source| coded(&source.resource["code"], SNOMED, "11181000146103"));
    let newest = |flag: &str, date: &str| {
        lists()
            .filter_map(|source| {
                let told = extension(&source.resource, &format!("{BASE}ext-MedicationOverview.Verification"))?;
                if extension(told, flag)?["valueBoolean"] != true {
                    return None;
                }
                let said = extension(told, date).and_then(|found| text(found, "valueDateTime"));
                let at = said.or_else(|| text(&source.resource, "date"))?.to_owned();
                let order = moment(source, &at);
                Some(Check { source, at, order })
            })
            .max_by_key(|check| check.order)
    };
    Checks {
        patient: newest("verificationPatient", "verificationPatientDate"),
        professional: newest("verificationHealthProfessional", "verificationHealthProfessionalDate"),
    }
}

/// The moment of a check: of a mere day the moment of the list itself, when that is the same day.
fn moment(source: &Source, at: &str) -> i64 {
    let list = ["date", "meta.lastUpdated"].into_iter().filter_map(|name| text(&source.resource, name));
    let same_day = |other: &&str| at.len() <= 10 && other.len() > 10 && dates::day(other) == dates::day(at);
    list.filter(same_day).map(dates::order).next().unwrap_or_else(|| dates::order(at))
}

/// The section about the checks.
pub(super) fn section(record: &Record<'_>, treatments: &[Treatment<'_>]) -> Section {
    let mut out = Section::new(("Controle van dit overzicht", "Check of this overview"));
    let found = checks(record);
    let with = [
        (&found.patient, ("Gecontroleerd met de patiënt", "Checked with the patient")),
        (&found.professional, ("Gecontroleerd met een zorgverlener", "Checked with a professional")),
    ];
    for (check, (nl, en)) in with {
        let Some(check) = check else { continue };
        let (day, by) = (dates::readable(&check.at), who(record, check.source));
        out.blocks.push(Block::Paragraph(Text::new(
            format!("{nl} op {}, vastgelegd door {}.", day.nl, by.nl),
            format!("{en} on {}, recorded by {}.", day.en, by.en),
        )));
        out.entries.extend(key(&check.source.resource));
    }
    let last = [&found.patient, &found.professional].into_iter().flatten().map(|check| check.order).max();
    out.blocks.push(match last {
        Some(moment) => since(treatments, moment),
        None => Block::Paragraph(Text::new(
            "In de gegevens die hier te zien zijn, staat niet dat dit overzicht is gecontroleerd.",
            "The data that can be seen here does not say that this overview was checked.",
        )),
    });
    out
}

fn who(record: &Record<'_>, source: &Source) -> Text {
    let resource = &source.resource;
    let author = record.target(resource, &resource["source"]);
    if author.is_some_and(|author| kind(author) == "Patient") {
        return Text::new("de patiënt", "the patient");
    }
    let organisation = origin(source);
    match record.name(resource, &resource["source"]) {
        Some(name) if name.contains(&organisation.nl) => Text::same(name),
        Some(name) => Text::same(format!("{name}, {}", organisation.nl)),
        None => organisation,
    }
}

/// The medicines of which something was written later.
fn since(treatments: &[Treatment<'_>], moment: i64) -> Block {
    let mut names: Vec<Text> = Vec::new();
    for item in treatments.iter().filter(|item| item.parts.iter().any(|part| part.changed > moment)) {
        if !names.contains(&item.lead.part.name) {
            names.push(item.lead.part.name.clone());
        }
    }
    if names.is_empty() {
        return Block::Paragraph(Text::new(
            "Daarna is er niets veranderd aan wat hier te zien is.",
            "Nothing that can be seen here changed after that.",
        ));
    }
    let names = Text::join(&names, ", ");
    Block::Warning(Text::new(format!("Daarna veranderd: {}.", names.nl), format!("Changed after that: {}.", names.en)))
}
