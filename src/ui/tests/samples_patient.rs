//! Sample data for the pages on which a patient reads.

use super::super::patient::category::Item;
use super::super::patient::documents::Document;
use super::super::patient::item::Version;
use super::super::patient::overview::{Emergency, Question, Share};
use super::super::patient::parts::{Look, SourceProblem, Tile};
use super::super::patient::representatives::Representative;
use super::super::patient::{categories, category, documents, item, looked, overview, representatives};
use super::super::shared::category::CATEGORIES;
use super::super::shared::form::{Choice, Errors, Fact, Link};
use super::super::shared::frame::{Lang, Section};
use super::samples::{Rendered, husband, patient, texts};

fn problem(lang: Lang) -> SourceProblem {
    SourceProblem {
        source: "Streekziekenhuis Oostermeer".to_owned(),
        text: lang.t("het ziekenhuis gaf geen antwoord.", "the hospital did not answer.").to_owned(),
        retry_href: "/gegevens?opnieuw=2".to_owned(),
    }
}

fn tiles(lang: Lang, all: bool) -> Vec<Tile> {
    let counts = [8, 2, 5, 24, 31, 3, 6, 1, 4, 7, 9, 0, 2, 0];
    let pairs = CATEGORIES.iter().zip(counts).filter(|(_, count)| all || *count > 0);
    let tile = |(category, count): (&super::super::shared::category::Category, usize)| Tile {
        href: format!("/gegevens/{}", category.code),
        name: category.name(lang).to_owned(),
        count,
        newest: if count == 0 { String::new() } else { lang.t("20 november 2026", "20 November 2026").to_owned() },
        incomplete: category.code == "results",
    };
    pairs.map(tile).collect()
}

fn looks(lang: Lang) -> Vec<Look> {
    let t = |dutch: &'static str, english: &'static str| lang.t(dutch, english).to_owned();
    let seen = Look {
        when: t("21 november 2026 om 9:31", "21 November 2026 at 9:31"),
        organisation: "Huisartsenpraktijk De Linde".to_owned(),
        person: "K. Vermeulen".to_owned(),
        role: t("doktersassistent", "assistant"),
        on_behalf_of: Some("dr. M. Jansen".to_owned()),
        what: vec![t("Medicatieoverzicht", "Medication overview")],
        why: t("Uw behandeling", "Your treatment"),
        allowed: true,
        ..Look::default()
    };
    let emergency = Look {
        when: t("21 november 2026 om 2:14", "21 November 2026 at 2:14"),
        organisation: "Huisartsenpost Oostermeer".to_owned(),
        person: "dr. S. Bakker".to_owned(),
        role: t("huisarts", "GP"),
        on_behalf_of: None,
        what: vec![t("Medicijnen", "Medicines"), t("Allergieën", "Allergies")],
        emergency_reason: Some(t(
            "Gevonden met verminderd bewustzijn, geen familie aanwezig",
            "Found with reduced consciousness, no family present",
        )),
        ..seen.clone()
    };
    let refused = Look {
        when: t("20 november 2026 om 16:02", "20 November 2026 at 16:02"),
        organisation: "Apotheek Het Anker".to_owned(),
        automatic: true,
        on_behalf_of: None,
        what: vec![t("Uitslagen", "Test results")],
        allowed: false,
        refusal: t("U heeft dit niet toegestaan", "You did not allow this"),
        ..seen.clone()
    };
    vec![seen, emergency, refused]
}

fn overview_page(lang: Lang) -> overview::Model {
    let t = |dutch: &'static str, english: &'static str| lang.t(dutch, english).to_owned();
    let share = |name: &str, allows: bool, what: String| Share {
        organisation: name.to_owned(),
        allows,
        what,
        until: t("Tot 31 december 2026", "Until 31 December 2026"),
    };
    overview::Model {
        frame: patient(lang, Section::Overview),
        greeting: t("Goedemorgen, mevrouw De Boer", "Good morning, Mrs De Boer"),
        emergencies: vec![Emergency {
            when: t("21 november 2026 om 2:14", "21 November 2026 at 2:14"),
            person: "dr. S. Bakker".to_owned(),
            role: t("huisarts", "GP"),
            organisation: "Huisartsenpost Oostermeer".to_owned(),
            reason: t(
                "Gevonden met verminderd bewustzijn, geen familie aanwezig",
                "Found with reduced consciousness, no family present",
            ),
            what: t("Medicijnen, allergieën", "Medicines, allergies"),
            href: "/gekeken?emergency=1".to_owned(),
        }],
        questions: vec![Question {
            text: t(
                "Streekziekenhuis Oostermeer schreef op dat Zorggroep De Wilgen uw overdracht mag zien. Klopt dat?",
                "Streekziekenhuis Oostermeer wrote down that Zorggroep De Wilgen may see your handoff. Is that right?",
            ),
            link: Link { href: "/toestemmingen#proposed".to_owned(), label: t("Geef antwoord", "Answer") },
        }],
        problems: vec![problem(lang)],
        categories: tiles(lang, false).into_iter().take(6).collect(),
        documents: vec![
            Link { href: "/documenten/medicatie".to_owned(), label: t("Medicatieoverzicht", "Medication overview") },
            Link { href: "/documenten/wensen".to_owned(), label: t("Wensen en grenzen", "Wishes and limits") },
        ],
        looks: looks(lang),
        shares: vec![
            share("Huisartsenpraktijk De Linde", true, t("Alles", "Everything")),
            share(
                "Huisartsenpost Oostermeer",
                true,
                t("Medicijnen, allergieën, wensen", "Medicines, allergies, wishes"),
            ),
            share(lang.t("Iedereen", "Everybody"), false, t("Psychische en sociale zorg", "Mental and social care")),
        ],
    }
}

fn category_page(lang: Lang, items: Vec<Item>, problems: Vec<SourceProblem>) -> category::Model {
    let next_href = (!items.is_empty()).then(|| "/gegevens/measurements?cursor=x".to_owned());
    category::Model {
        frame: patient(lang, Section::Data),
        name: lang.t("Metingen", "Measurements").to_owned(),
        explanation: lang.t("Wat een zorgverlener bij u mat.", "What a professional measured.").to_owned(),
        items,
        problems,
        previous_href: None,
        next_href,
    }
}

fn items(lang: Lang) -> Vec<Item> {
    let item = |id: u8, title: &str, summary: &str, ended: bool| Item {
        title: title.to_owned(),
        summary: summary.to_owned(),
        date: lang.t("20 november 2026 om 8:30", "20 November 2026 at 8:30").to_owned(),
        source: "Streekziekenhuis Oostermeer".to_owned(),
        details: vec![
            Fact::new(lang.t("Houding", "Position"), lang.t("Zittend", "Sitting")),
            Fact::new(lang.t("Plaats", "Place"), lang.t("Linkerarm", "Left arm")),
        ],
        href: format!("/gegevens/measurements/{id}"),
        original_href: format!("/gegevens/measurements/{id}/origineel"),
        ended,
    };
    vec![
        item(1, lang.t("Bloeddruk", "Blood pressure"), "128/82 mmHg", false),
        item(2, lang.t("Gewicht", "Weight"), "64,5 kg", false),
        item(3, lang.t("Hartslag", "Heart rate"), "71 / min", true),
    ]
}

fn item_page(lang: Lang) -> item::Model {
    let t = |dutch: &'static str, english: &'static str| lang.t(dutch, english).to_owned();
    let version = |shown: bool, change: String| Version {
        when: t("20 november 2026 om 8:30", "20 November 2026 at 8:30"),
        by: "Streekziekenhuis Oostermeer".to_owned(),
        change,
        href: "/gegevens/measurements/1/versies/1".to_owned(),
        shown,
    };
    item::Model {
        frame: husband(lang, Section::Data),
        title: t("Bloeddruk", "Blood pressure"),
        summary: "128/82 mmHg".to_owned(),
        category: Link { href: "/gegevens/measurements".to_owned(), label: t("Metingen", "Measurements") },
        date: t("20 november 2026 om 8:30", "20 November 2026 at 8:30"),
        source: "Streekziekenhuis Oostermeer".to_owned(),
        writer: "J. Postma".to_owned(),
        details: vec![
            Fact::new(lang.t("Bovendruk", "Systolic"), "128 mmHg"),
            Fact::new(lang.t("Onderdruk", "Diastolic"), "82 mmHg"),
        ],
        old_version: Some("/gegevens/measurements/1".to_owned()),
        versions: vec![version(false, t("Verbeterd", "Corrected")), version(true, t("Opgeschreven", "Written"))],
        visible_to: texts(&["Huisartsenpraktijk De Linde"]),
        original_href: "/gegevens/measurements/1/origineel".to_owned(),
    }
}

fn documents_page(lang: Lang) -> documents::Model {
    let document = |title: &str, explanation: &str, href: &str, source: &str| Document {
        title: title.to_owned(),
        explanation: explanation.to_owned(),
        source: source.to_owned(),
        date: lang.t("20 november 2026", "20 November 2026").to_owned(),
        href: href.to_owned(),
        save_href: if href.is_empty() { String::new() } else { format!("{href}/pdf") },
        fill_href: if href.is_empty() { "/documenten/wensen/invullen".to_owned() } else { String::new() },
    };
    documents::Model {
        frame: patient(lang, Section::Data),
        made: vec![
            document(
                lang.t("Medicatieoverzicht", "Medication overview"),
                lang.t("Wat u nu slikt. Handig bij een nieuwe dokter.", "What you take now. Useful with a new doctor."),
                "/documenten/medicatie",
                "",
            ),
            document(
                lang.t("Verpleegkundige overdracht", "Nursing handoff"),
                lang.t("Welke zorg u nodig heeft.", "Which care you need."),
                "/documenten/overdracht",
                "",
            ),
            document(
                lang.t("Wensen en grenzen", "Wishes and limits"),
                lang.t("Welke behandeling u wel of niet wilt.", "Which treatment you do or do not want."),
                "",
                "",
            ),
        ],
        received: vec![document(
            lang.t("Ontslagbrief", "Discharge letter"),
            "",
            "/documenten/12",
            "Streekziekenhuis Oostermeer",
        )],
    }
}

fn looked_page(lang: Lang, found: bool) -> looked::Model {
    let choice =
        |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned(), ..Choice::default() };
    looked::Model {
        frame: patient(lang, Section::Looked),
        looks: if found { looks(lang) } else { vec![] },
        total: if found {
            lang.t("43 keer gekeken", "Looked 43 times")
        } else {
            lang.t("0 keer gekeken", "Looked 0 times")
        }
        .to_owned(),
        from: if found { String::new() } else { "2026-13-41".to_owned() },
        to: String::new(),
        organisations: vec![choice("10", "Huisartsenpraktijk De Linde"), choice("11", "Huisartsenpost Oostermeer")],
        refused: !found,
        emergency: false,
        errors: if found {
            Errors::default()
        } else {
            Errors::default().with("from", lang.t("Deze datum bestaat niet.", "This date does not exist."))
        },
        previous_href: None,
        next_href: found.then(|| "/gekeken?cursor=x".to_owned()),
        place: if found { lang.t("Pagina 1 van 5", "Page 1 of 5").to_owned() } else { String::new() },
        csv_href: "/gekeken.csv".to_owned(),
    }
}

fn representatives_page(lang: Lang) -> representatives::Model {
    let person = |name: &str, relation: &str, current: bool| Representative {
        id: "7".to_owned(),
        name: name.to_owned(),
        relation: relation.to_owned(),
        rights: texts(&[
            lang.t("Alle gegevens bekijken", "See all data"),
            lang.t("Kiezen wie wat mag zien", "Choose who may see what"),
        ]),
        until: lang.t("Tot 1 mei 2027", "Until 1 May 2027").to_owned(),
        current,
        can_stop: true,
        waits: false,
    };
    representatives::Model {
        frame: husband(lang, Section::Representatives),
        for_me: vec![person("L. Hendriks", lang.t("Dochter", "Daughter"), false)],
        for_others: vec![
            person("Mevrouw G. Hendriks", lang.t("Echtgenote", "Wife"), true),
            person("T. Hendriks", lang.t("Kleinzoon", "Grandson"), false),
        ],
    }
}

/// All of them.
pub fn pages(lang: Lang) -> Vec<Rendered> {
    let mut quiet = overview_page(lang);
    quiet.frame = husband(lang, Section::Overview);
    (quiet.emergencies, quiet.questions, quiet.problems) = (vec![], vec![], vec![]);
    (quiet.categories, quiet.documents, quiet.looks, quiet.shares) = (vec![], vec![], vec![], vec![]);
    let list = categories::Model {
        frame: patient(lang, Section::Data),
        categories: tiles(lang, true),
        problems: vec![],
        missing: texts(&["Fysiotherapie Vooruit"]),
    };
    vec![
        ("overview", overview::page(&overview_page(lang))),
        ("overview-empty", overview::page(&quiet)),
        ("categories", categories::page(&list)),
        ("category", category::page(&category_page(lang, items(lang), vec![]))),
        ("category-empty", category::page(&category_page(lang, vec![], vec![]))),
        ("category-problem", category::page(&category_page(lang, vec![], vec![problem(lang)]))),
        ("item", item::page(&item_page(lang))),
        ("documents", documents::page(&documents_page(lang))),
        ("looked", looked::page(&looked_page(lang, true))),
        ("looked-wrong", looked::page(&looked_page(lang, false))),
        ("representatives", representatives::page(&representatives_page(lang))),
    ]
}
