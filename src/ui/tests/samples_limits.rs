//! Sample data for the limits of treatment.

use super::super::provider::limits::{Contact, List, Model, Row};
use super::super::provider::untold;
use super::super::shared::form::Link;
use super::super::shared::frame::{Lang, Section};
use super::samples::professional;

fn row(treatment: &str, word: &str, sign: &'static str, class: &'static str, said: &[&str]) -> Row {
    Row {
        treatment: treatment.to_owned(),
        word: word.to_owned(),
        sign,
        class,
        explained: said.iter().map(|line| (*line).to_owned()).collect(),
        agreed: String::new(),
    }
}

/// A list with every answer that there is.
pub fn agreed(lang: Lang) -> List {
    let (no, yes) = ((lang.t("Niet", "No"), "✕", "no"), (lang.t("Wel", "Yes"), "✓", "yes"));
    let depends = lang.t("Anders", "Depends");
    let only = lang.t("Alleen als het thuis echt niet kan.", "Only when home is not possible.");
    let clash = lang.t("Strijdig", "Conflict");
    List {
        rows: vec![
            row(lang.t("Reanimeren", "Resuscitation"), no.0, no.1, no.2, &[]),
            row(
                lang.t("Beademen", "Artificial ventilation"),
                clash,
                "≠",
                "clash",
                &["Wel: De Linde", "Niet: Oostermeer"],
            ),
            row(lang.t("Opname in het ziekenhuis", "Admission to hospital"), depends, "±", "other", &[only]),
            row(lang.t("Antibiotica", "Antibiotics"), yes.0, yes.1, yes.2, &[]),
            Row {
                agreed: "3 mei 2024, J. Peters".to_owned(),
                ..row(
                    lang.t("ICD uitzetten", "Switching off the ICD"),
                    lang.t("Onbekend", "Unknown"),
                    "?",
                    "unknown",
                    &[],
                )
            },
        ],
        agreed: lang.t("De rest is afgesproken: 12 maart 2026", "The rest was agreed: 12 March 2026").to_owned(),
        unknown: true,
    }
}

/// A list in which nothing is known.
pub fn unknown(lang: Lang) -> List {
    let word = lang.t("Onbekend", "Unknown");
    let rows = vec![row(lang.t("Reanimeren", "Resuscitation"), word, "?", "unknown", &[])];
    List { rows, unknown: true, agreed: String::new() }
}

/// The page with it.
pub fn limits_of(lang: Lang) -> Model {
    Model {
        frame: professional(lang, Section::Search),
        name: "A. de Boer-Visser".to_owned(),
        born: lang.t("3 mei 1936", "3 May 1936").to_owned(),
        patient_href: "/zorg/patient/1".to_owned(),
        document_href: "/zorg/patient/1/document/wensen".to_owned(),
        list: agreed(lang),
        capable: lang.t("Kan niet zelf beslissen over behandelingen.", "Cannot decide on treatments alone.").to_owned(),
        contacts: vec![Contact {
            name: "M. de Boer".to_owned(),
            role: lang.t("Wettelijk vertegenwoordiger", "Legal representative").to_owned(),
            phones: vec![Link::new("tel:0600012001", "06-0001 2001"), Link::new("", "bij de buren")],
        }],
        made: lang.t("Opgehaald op 21 november 2026 om 22:14.", "Fetched on 21 November 2026 at 22:14.").to_owned(),
        emergency_until: Some(
            lang.t("Open tot 22 november 2026 om 2:14.", "Open until 22 November 2026 at 2:14.").to_owned(),
        ),
    }
}

/// What did not arrive.
pub fn untold_of(lang: Lang) -> untold::Model {
    let one = untold::System {
        host: "epd.oostermeer.example".to_owned(),
        messages: lang.t("2 meldingen", "2 messages").to_owned(),
        since: lang.t("12 november 2026 om 9:10", "12 November 2026 at 9:10").to_owned(),
        tries: lang.t("34 keer", "34 times").to_owned(),
        fault: lang.t("Er kwam geen verbinding tot stand.", "There was no connection.").to_owned(),
        again: lang.t("Dit blijft staan.", "This stays.").to_owned(),
        waits: false,
        anew: "Subscription/s1".to_owned(),
    };
    let other = untold::System { waits: true, anew: String::new(), ..one.clone() };
    untold::Model { frame: professional(lang, Section::Inbox), systems: vec![one, other] }
}
