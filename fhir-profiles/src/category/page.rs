//! The tables in words, for those who must judge whether they are right: a clinician, a patient, a privacy officer.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::table::{CATEGORIES, LABELS, Named, Row};
use super::{GENERAL, all, by_number};

const NAMES: &str = include_str!("../../profiles/code-names.tsv");

const OPENING: &str = "\
# Welke gegevens waar horen · Which data belong where

Een patiënt geeft toestemming per soort gegevens. Deze pagina zegt van elk gegeven bij welke soort het hoort, en wanneer het
ook als gevoelig is gemerkt. Staat een gegeven op meer plaatsen, dan geldt de regel die het meest beschermt.
Klopt er iets niet? De regels staan in `fhir-profiles/profiles/`; deze pagina wordt daaruit gemaakt.

*A patient permits by kind of data. This page says of every record to which kind it belongs, and when it is also marked as
sensitive. Where a record stands at several places, the rule that protects most holds. The rules are in
`fhir-profiles/profiles/`; this page is made from them (`SPIL_REFRESH=1 cargo test --test main -- categories`).*
";

const LABELS_OPENING: &str = "
# Gevoelige gegevens · Sensitive data

Een gegeven met een merk is alleen te zien voor wie de patiënt dat merk ook heeft gegund. Het merk komt van wie het gegeven
schreef (`meta.security`) **of** van een code in het gegeven zelf, ook als de schrijver het merk vergat.

*Marked data are seen only by those to whom the patient permits the mark as well. The mark is put by the writer
(`meta.security`) **or** by a code in the record itself, also if the writer forgot it.*
";

/// What people read of a category or a label.
#[derive(Debug, Clone)]
pub struct Words {
    /// Its name in Dutch.
    pub dutch: String,
    /// Its name in English.
    pub english: String,
    /// What it is, in Dutch.
    pub dutch_meaning: String,
    /// What it is, in English.
    pub english_meaning: String,
}

/// The page `docs/data-categories.md`. The words of categories and labels are those of the consent engine.
pub fn page(words: impl Fn(&str) -> Words) -> String {
    let names = Names::read();
    let mut tables = Named::default();
    let (categories, labels) = (tables.rows(CATEGORIES), tables.rows(LABELS));
    let mut text = OPENING.to_owned();
    for category in all() {
        heading(&mut text, category.code, &words(category.code));
        let rows = categories.iter().filter(|row| row.gives == category.code);
        if by_number(GENERAL) == Some(category) {
            let types: Vec<_> = rows.map(|row| row.rtype).collect();
            let _ = writeln!(text, "\n{}.", types.join(", "));
            continue;
        }
        text.push('\n');
        for row in rows {
            let alone = categories.iter().filter(|other| other.rtype == row.rtype).count() == 1;
            names.row(&mut text, row, alone);
        }
    }
    text.push_str(LABELS_OPENING);
    for (code, bits) in super::LABEL_CODES {
        heading(&mut text, code, &words(code));
        let written: Vec<_> = super::LABELS.iter().filter(|one| one.1 == bits).map(|one| one.0).collect();
        let _ = writeln!(text, "\n- `meta.security`: {}", written.join(", "));
        for row in labels.iter().filter(|row| row.gives == code) {
            names.row(&mut text, row, true);
        }
    }
    text.push_str("\n# Lijsten · Lists\n");
    for (list, values) in &tables.lists {
        let _ = writeln!(text, "\n## `{list}`\n");
        let mut systems: Vec<&str> = values.iter().map(|value| system(value)).collect();
        systems.dedup();
        for one in systems {
            let of: Vec<_> =
                values.iter().filter(|value| system(value) == one).map(|value| names.code(value)).collect();
            let _ = writeln!(text, "- {one}: {}", of.join("; "));
        }
    }
    text
}

fn heading(text: &mut String, code: &str, words: &Words) {
    let Words { dutch, english, dutch_meaning, english_meaning } = words;
    let _ = write!(text, "\n## {dutch} · {english} (`{code}`)\n\n{dutch_meaning} *{english_meaning}*\n");
}

fn system(value: &str) -> &str {
    value.split_once('|').map_or("", |(system, _)| system)
}

/// English and Dutch by system and code.
pub(super) struct Names(pub(super) HashMap<(&'static str, &'static str), (&'static str, &'static str)>);

impl Names {
    pub(super) fn read() -> Self {
        let lines = NAMES.lines().filter(|line| !line.starts_with('#')).skip(1);
        let cells = lines.map(|line| line.split('\t').collect::<Vec<_>>());
        Self(cells.filter(|row| row.len() == 4).map(|row| ((row[0], row[1]), (row[2], row[3]))).collect())
    }

    fn both(&self, system: &str, code: &str) -> String {
        match self.0.get(&(system, code)) {
            Some((english, dutch)) if english == dutch => (*english).to_owned(),
            Some((english, dutch)) => format!("{dutch} · {english}"),
            None => code.to_owned(),
        }
    }

    /// A value of the table by name, with its code.
    fn code(&self, value: &str) -> String {
        match value.split_once('|') {
            Some((_, "*")) => self.both(system(value), "*"),
            Some((system, code)) => format!("{} ({code})", self.both(system, code)),
            None => value.to_owned(),
        }
    }

    fn row(&self, text: &mut String, row: &Row, alone: bool) {
        text.push_str("- ");
        if row.rtype != "*" {
            let _ = write!(text, "**{}** (`{}`): ", self.both("type", row.rtype), row.rtype);
        }
        let _ = match row.path {
            None if alone => writeln!(text, "altijd · always"),
            None => writeln!(text, "al het andere · everything else"),
            Some(path) if row.values == "true" => writeln!(text, "{}", self.both("place", path)),
            Some(path) => {
                let value = |value: &str| match value.strip_prefix('$') {
                    Some(list) => format!("lijst · list [`{list}`](#{list})"),
                    None => self.code(value),
                };
                let values: Vec<_> = row.values.split(',').map(value).collect();
                writeln!(text, "{}: {}", self.both("place", path), values.join("; "))
            }
        };
    }
}
