//! Treatment directives (`Consent`, scope `treatment`) and advance directives (`Consent`, scope `adr`).

use super::super::present::{consent_answer, consent_treatment};
use super::super::record::{Record, origin};
use super::super::rows;
use super::super::value::{LOINC, SNOMED, coded, codes, holds, key, list, text};
use super::super::view::{Block, Cell, Section, Table};
use super::super::{Source, Text, dates};
use super::newest::{Dated, split};
use crate::questionnaire::acp::agreed_on;
use serde_json::Value;

/// The treatments that matter most in an emergency, in the order in which they are asked.
pub(super) const ORDER: [&str; 7] =
    ["89666000", "40617009", "305351004", "32485007", "116762002", "281789004", "400231000146108"];

/// Kinds of documents that hold a statement.
const PAPERS: [&str; 4] = ["42348-3", "75320-2", "81334-5", "86533-7"];

fn scoped<'a>(record: &Record<'a>, scope: &'static str) -> Vec<&'a Source> {
    record
        .all("Consent")
        .filter(|source| codes(&source.resource, "scope").contains(&scope))
        .filter(|source| !matches!(text(&source.resource, "status"), Some("draft" | "proposed")))
        .collect()
}

/// The treatment, as a key that puts the most urgent first.
fn treatment_key(consent: &Value) -> String {
    let code = agreed_on(consent).find(|code| *code != "OTH");
    match code {
        Some(code) => {
            let place = ORDER.iter().position(|known| *known == code).unwrap_or(ORDER.len());
            format!("{place} {code}")
        }
        None => format!("{} {}", ORDER.len() + 1, consent_treatment(consent).nl.to_lowercase()),
    }
}

/// Whether it was withdrawn or ran out.
fn ended(record: &Record<'_>, consent: &Value) -> bool {
    let over = text(consent, "provision.period.end").and_then(dates::last_day).is_some_and(|end| end < record.today);
    over || matches!(text(consent, "status"), Some("inactive" | "rejected"))
}

/// Only what counts now: what was agreed earlier for the same treatment stays out.
pub(in super::super) fn limits_now(record: &Record<'_>) -> Section {
    let mut out = limits(record);
    out.blocks.retain(|block| matches!(block, Block::Table(table) if !table.past));
    let (current, _) = standing(record);
    out.entries = current.iter().filter_map(|item| key(&item.source.resource)).collect();
    out
}

/// What counts and what is history, the newest first.
pub(super) fn standing<'a>(record: &Record<'a>) -> (Vec<Dated<'a>>, Vec<Dated<'a>>) {
    let dated = scoped(record, "treatment")
        .into_iter()
        .map(|source| Dated::new(source, treatment_key(&source.resource)))
        .collect();
    let (current, mut past) = split(dated);
    let (over, current): (Vec<_>, Vec<_>) = current.into_iter().partition(|item| ended(record, &item.source.resource));
    past.extend(over);
    past.sort_by_key(|item| std::cmp::Reverse(dates::order(&item.date)));
    (current, past)
}

/// The table of treatments: wanted, not wanted, or something else.
pub(super) fn limits(record: &Record<'_>) -> Section {
    let mut out = Section::new(("Wel of niet behandelen", "To treat or not to treat"));
    let (current, past) = standing(record);
    let mut now = table(record, &current);
    now.big = true;
    let mut before = table(record, &past);
    before.past = true;
    before.caption = Text::new("Eerder afgesproken, geldt niet meer", "Agreed earlier, no longer valid");
    out.blocks.extend(now.block());
    out.blocks.extend(before.block());
    out.entries = current.iter().chain(&past).filter_map(|item| key(&item.source.resource)).collect();
    out
}

fn table(record: &Record<'_>, items: &[Dated<'_>]) -> Table {
    let mut table = Table::new(
        ("", ""),
        &[
            ("Behandeling", "Treatment"),
            ("Afspraak", "Agreement"),
            ("Toelichting", "Explanation"),
            ("Afgesproken met", "Agreed with"),
            ("Datum", "Date"),
            ("Bron", "Source"),
        ],
    );
    for item in items {
        let consent = &item.source.resource;
        let (mark, words, explained) = consent_answer(consent);
        let mut title = Cell::new(consent_treatment(consent));
        let rivals = items.iter().filter(|other| other.kind == item.kind && other.date == item.date);
        if rivals.into_iter().any(|other| consent_answer(&other.source.resource).0 != mark) {
            title.remarks.push(Text::new(
                "Op dezelfde dag staan er verschillende afspraken. Vraag na wat geldt.",
                "Different agreements carry the same date. Check which is right.",
            ));
        }
        let mut answer = Cell::new(words);
        answer.mark = Some(mark);
        let until = text(consent, "provision.period.end").map(dates::readable);
        let until = until.map(|day| Text::new(format!("geldt tot {}", day.nl), format!("valid until {}", day.en)));
        table.rows.push(vec![
            title,
            answer,
            Cell::maybe(explained),
            Cell::maybe(agreed_with(record, consent)),
            Cell::day(dates::readable(&item.date)).and(until),
            Cell::new(origin(item.source)),
        ]);
    }
    table
}

/// Everybody who agreed, each once.
pub(super) fn agreed_with(record: &Record<'_>, consent: &Value) -> Option<Text> {
    let mut names: Vec<String> = Vec::new();
    let actors = list(consent, "provision.actor").iter().map(|actor| &actor["reference"]);
    for reference in actors.chain(list(consent, "performer")) {
        names.extend(record.name(consent, reference).filter(|name| !names.contains(name)));
    }
    (!names.is_empty()).then(|| Text::same(names.join("; ")))
}

/// The written statements that count now.
pub(super) fn current_statements<'a>(record: &Record<'a>) -> Vec<&'a Source> {
    scoped(record, "adr").into_iter().filter(|source| !ended(record, &source.resource)).collect()
}

/// Documents with such a statement.
fn papers<'a>(record: &Record<'a>) -> Vec<&'a Source> {
    let is_one = |source: &&Source| {
        let kind = PAPERS.iter().any(|code| coded(&source.resource["type"], LOINC, code));
        kind || holds(&source.resource, "category", SNOMED, "713603004")
    };
    record.all("DocumentReference").filter(is_one).collect()
}

/// Written statements.
pub(super) fn statements(record: &Record<'_>) -> Section {
    let (papers, replaced): (Vec<&Source>, Vec<&Source>) =
        papers(record).into_iter().partition(|source| text(&source.resource, "status") != Some("superseded"));
    let mut current = current_statements(record);
    let mut past: Vec<&Source> =
        scoped(record, "adr").into_iter().filter(|source| ended(record, &source.resource)).collect();
    current.extend(papers);
    past.extend(replaced);
    let title = Text::new("Schriftelijke verklaringen", "Written statements");
    let mut out = rows::section(record, title, None, &current);
    let before = Text::new("Eerdere verklaringen, gelden niet meer", "Earlier statements, no longer valid");
    out.blocks.extend(rows::past(record, before, &past));
    out.entries.extend(past.iter().filter_map(|source| key(&source.resource)));
    out
}
