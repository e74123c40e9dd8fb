//! Sample data for the workspace of the professional.

use super::super::provider::inbox::{Handoff, Stage};
use super::super::provider::patient::{Document, Group, Item};
use super::super::provider::{emergency, hand_over, inbox, landing, limits, patient, review, search, sent, untold};
use super::super::shared::document as wrapper;
use super::super::shared::form::{Choice, Errors, Link};
use super::super::shared::frame::{Lang, Section, SignedIn};
use super::samples::{Rendered, document, nobody, professional};
use super::samples_limits::{self, agreed, limits_of, unknown};

fn search_page(lang: Lang, outcome: search::Outcome, errors: Errors) -> Result<String, askama::Error> {
    let frame = professional(lang, Section::Search);
    search::page(&search::Model { frame, bsn: "999901163".to_owned(), outcome, errors })
}

fn patient_page(lang: Lang) -> Result<String, askama::Error> {
    let item = |title: &str, summary: &str, date: &str, source: &str| Item {
        title: title.to_owned(),
        summary: summary.to_owned(),
        date: date.to_owned(),
        source: source.to_owned(),
    };
    patient::page(&patient::Model {
        frame: professional(lang, Section::Search),
        name: "A. de Boer-Visser".to_owned(),
        born: lang.t("3 mei 1936 (90 jaar)", "3 May 1936 (90 years)").to_owned(),
        bsn: "9999•••63".to_owned(),
        limits_href: "/zorg/patient/1/grenzen".to_owned(),
        list: agreed(lang),
        hand_over_href: "/zorg/patient/1/overdragen".to_owned(),
        wishes_href: "/zorg/patient/1/wensen".to_owned(),
        emergency_until: Some(
            lang.t("Open tot 22 november 2026 om 2:14.", "Open until 22 November 2026 at 2:14.").to_owned(),
        ),
        documents: vec![
            Document {
                title: lang.t("Verpleegkundige overdracht", "Nursing handoff").to_owned(),
                note: "Streekziekenhuis Oostermeer, 20 november 2026".to_owned(),
                href: "/zorg/document/1".to_owned(),
            },
            Document {
                title: lang.t("Wensen en grenzen", "Wishes and limits").to_owned(),
                note: lang.t("Samengesteld uit wat u mag zien", "Put together from what you may see").to_owned(),
                href: "/zorg/document/2".to_owned(),
            },
        ],
        categories: vec![Group {
            name: lang.t("Wensen en grenzen", "Wishes and limits").to_owned(),
            items: vec![
                item(
                    lang.t("Reanimatie", "Resuscitation"),
                    lang.t("Niet doen", "Do not"),
                    "12 maart 2026",
                    "Huisartsenpraktijk De Linde",
                ),
                item(
                    lang.t("Beademing", "Ventilation"),
                    lang.t("Niet doen", "Do not"),
                    "12 maart 2026",
                    "Huisartsenpraktijk De Linde",
                ),
            ],
            all: Some(Link::new(
                "/zorg/patient/1/wishes",
                lang.t("Alles over wensen en grenzen", "All wishes and limits"),
            )),
        }],
    })
}

fn handoff(lang: Lang, key: &str, stage: Stage) -> Handoff {
    Handoff {
        key: key.to_owned(),
        action_href: format!("/zorg/overdrachten/{key}"),
        patient: lang.t("A. de Boer-Visser, geboren op 3 mei 1936", "A. de Boer-Visser, born on 3 May 1936").to_owned(),
        patient_href: if stage == Stage::Rejected { String::new() } else { "/zorg/patient/1".to_owned() },
        document_href: if stage == Stage::Rejected { String::new() } else { "/zorg/document/1".to_owned() },
        is_notice: false,
        sender: "Streekziekenhuis Oostermeer, J. Postma".to_owned(),
        sent: lang.t("20 november 2026 om 15:40", "20 November 2026 at 15:40").to_owned(),
        about: lang
            .t("Zorg thuis na opname, vanaf 23 november", "Care at home after admission, from 23 November")
            .to_owned(),
        stage,
        stop_href: if matches!(stage, Stage::Started | Stage::Paused) {
            "/zorg/overdrachten/stop".to_owned()
        } else {
            String::new()
        },
        note: if stage == Stage::Rejected {
            lang.t("Geen plaats deze week", "No room this week").to_owned()
        } else {
            String::new()
        },
    }
}

/// Handoffs in each stage.
fn handoffs(lang: Lang) -> inbox::Model {
    let all = |stages: [(&str, Stage); 4]| stages.map(|(key, stage)| handoff(lang, key, stage)).to_vec();
    inbox::Model {
        frame: professional(lang, Section::Inbox),
        open: all([("h1", Stage::Requested), ("h2", Stage::Accepted), ("h5", Stage::Started), ("h6", Stage::Paused)]),
        closed: all([
            ("h3", Stage::Completed),
            ("h4", Stage::Rejected),
            ("h7", Stage::Failed),
            ("h8", Stage::Cancelled),
        ]),
    }
}

/// All of them.
pub fn pages(lang: Lang) -> Vec<Rendered> {
    let found = search::Outcome::Found {
        name: "A. de Boer-Visser".to_owned(),
        born: lang.t("3 mei 1936", "3 May 1936").to_owned(),
        href: "/zorg/patient/1".to_owned(),
    };
    let wrong = Errors::default().with(
        "bsn",
        lang.t("Dit nummer klopt niet. Kijk de 9 cijfers na.", "This number is not right. Check the 9 digits."),
    );
    let unreasoned = Errors::default()
        .with("reason", lang.t("Schrijf op waarom dit nodig is.", "Write down why this is necessary."))
        .with("confirm", lang.t("Zet een kruis bij deze zin.", "Tick this sentence."));
    let form = |errors| emergency::Model {
        frame: professional(lang, Section::Emergency),
        bsn: "999901163".to_owned(),
        reason: String::new(),
        confirmed: false,
        hours: lang.t("De gegevens blijven 24 uur open.", "The data stay open for 24 hours.").to_owned(),
        errors,
    };
    let handoffs = handoffs(lang);
    let none = inbox::Model { frame: professional(lang, Section::Inbox), open: vec![], closed: vec![] };
    vec![
        ("care-landing", landing::page(&landing::Model { frame: nobody(lang), demo: true })),
        ("care-search", search_page(lang, search::Outcome::NotAsked, Errors::default())),
        ("care-search-wrong", search_page(lang, search::Outcome::NotAsked, wrong)),
        ("care-search-nobody", search_page(lang, search::Outcome::Nobody, Errors::default())),
        ("care-search-found", search_page(lang, found, Errors::default())),
        ("care-patient", patient_page(lang)),
        ("care-limits", limits::page(&limits_of(lang))),
        (
            "care-limits-empty",
            limits::page(&limits::Model { list: unknown(lang), contacts: vec![], ..limits_of(lang) }),
        ),
        ("care-inbox", inbox::page(&handoffs)),
        ("care-inbox-empty", inbox::page(&none)),
        ("care-hand-over", hand_over::page(&handing_over(lang, Errors::default()))),
        (
            "care-hand-over-wrong",
            hand_over::page(&handing_over(lang, Errors::default().with("notice", "Dit vertelt wie het is: visser"))),
        ),
        ("care-sent", sent::page(&what_was_sent(lang))),
        ("care-sent-empty", sent::page(&sent::Model { sent: vec![], ..what_was_sent(lang) })),
        ("care-untold", untold::page(&samples_limits::untold_of(lang))),
        ("care-untold-empty", untold::page(&untold::Model { systems: vec![], ..samples_limits::untold_of(lang) })),
        ("care-emergency", emergency::page(&form(Errors::default()))),
        ("care-emergency-wrong", emergency::page(&form(unreasoned))),
        ("care-reviews", review::page(&reviews(lang, Errors::default()))),
        (
            "care-reviews-wrong",
            review::page(&reviews(
                lang,
                Errors::default().with("finding-r1", lang.t("Kies ja of nee.", "Choose yes or no.")),
            )),
        ),
        (
            "care-reviews-empty",
            review::page(&review::Model { open: vec![], closed: vec![], ..reviews(lang, Errors::default()) }),
        ),
        ("care-document", wrapper::page(&document(professional(lang, Section::Search)))),
    ]
}

fn reviews(lang: Lang, errors: Errors) -> review::Model {
    let mut frame = professional(lang, Section::Reviews);
    if let Some(SignedIn::Professional { name, officer, .. }) = &mut frame.person {
        (*name, *officer) = ("Marleen Prins".to_owned(), true);
    }
    let one = |id: &str| review::Review {
        id: id.to_owned(),
        when: lang.t("21 november 2026, 14:03 uur", "21 November 2026, 14:03").to_owned(),
        who: "D. Bos, huisarts".to_owned(),
        patient: "999911120".to_owned(),
        reason: "Bewusteloos binnengebracht".to_owned(),
        ..review::Review::default()
    };
    let done = review::Review {
        finding: lang.t("Niet terecht", "Not justified").to_owned(),
        note: "De patiënt was aanspreekbaar.".to_owned(),
        ..one("r3")
    };
    review::Model { frame, open: vec![one("r1"), one("r2")], closed: vec![done], errors }
}

fn handing_over(lang: Lang, errors: Errors) -> hand_over::Model {
    let part = |code: &str, title: &str, text: &str, count| hand_over::Part {
        code: code.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        rows: 3,
        count,
        along: count > 0,
    };
    let group = hand_over::Group {
        title: lang.t("Medische gegevens", "Medical data").to_owned(),
        filled: vec![part("420134006", lang.t("Allergieën", "Allergies"), "Penicilline: huiduitslag", 1)],
        empty: vec![part("308813009", lang.t("Waarschuwingen", "Alerts"), "", 0)],
    };
    let candidate = |value: &str, label: &str, checked| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: String::new(),
        checked,
    };
    hand_over::Model {
        frame: professional(lang, Section::Search),
        action_href: "/zorg/patient/1/overdragen".to_owned(),
        patient_href: "/zorg/patient/1".to_owned(),
        patient: "A. de Boer-Visser".to_owned(),
        transfer: "2026-11-25".to_owned(),
        today: "2026-11-22".to_owned(),
        notice: lang.t("Vrouw, 90 jaar. Nodig: hulp bij wassen.", "Woman, 90. Needed: help with washing.").to_owned(),
        candidates: vec![
            candidate("wilgenhof", "Zorggroep De Wilgenhof", true),
            candidate("gp", "Huisartsenpraktijk De Linde", false),
        ],
        groups: vec![group],
        errors,
    }
}

fn what_was_sent(lang: Lang) -> sent::Model {
    let answer = |key: &str, organisation: &str, state: &str, class| sent::Answer {
        action_href: format!("/zorg/verzonden/{key}"),
        organisation: organisation.to_owned(),
        state: state.to_owned(),
        class,
        ..sent::Answer::default()
    };
    let chosen = sent::Answer {
        waits: true,
        ending: sent::Ending::Cancel,
        ..answer("t1", "Zorggroep De Wilgenhof", lang.t("Gekozen", "Chosen"), "good")
    };
    let ready = sent::Answer {
        choose: true,
        ending: sent::Ending::Cancel,
        ..answer("t2", "Thuiszorg Oost", lang.t("Heeft plaats", "Has a place"), "good")
    };
    let started = sent::Answer {
        ending: sent::Ending::Ask,
        ..answer("t4", "Thuiszorg West", lang.t("Bezig", "In progress"), "good")
    };
    let stopping = sent::Answer {
        ending: sent::Ending::Asked,
        ..answer("t5", "Thuiszorg Zuid", lang.t("Bezig", "In progress"), "good")
    };
    let full = sent::Answer {
        note: lang.t("Vol", "Full").to_owned(),
        ..answer("t3", "Hospice De Brug", lang.t("Geweigerd", "Rejected"), "bad")
    };
    let one = sent::Sent {
        patient: "A. de Boer-Visser, 3 mei 1936".to_owned(),
        document_href: "/zorg/overdrachten/1/lezen".to_owned(),
        when: "22 november 2026".to_owned(),
        answers: vec![chosen, ready, started, stopping, full],
    };
    sent::Model { frame: professional(lang, Section::Inbox), sent: vec![one] }
}
