//! Sample data for the pages on which a patient chooses who may see what.

use super::super::patient::permission_form::Preset;
use super::super::patient::permission_history::Change;
use super::super::patient::permissions::Card;
use super::super::patient::sentence::{Choice as Sentence, What};
use super::super::patient::{permission_confirm, permission_form, permission_history, permission_stopped, permissions};
use super::super::shared::category::{CATEGORIES, choices};
use super::super::shared::form::{Choice, Errors, Hidden};
use super::super::shared::frame::{Lang, Section};
use super::samples::{Rendered, husband, patient, texts};

fn day(lang: Lang) -> String {
    lang.t("31 december 2026", "31 December 2026").to_owned()
}

fn card(lang: Lang, id: &str, name: Option<&str>, allows: bool, what: What) -> Card {
    let kinds = match &what {
        What::Kinds(kinds) => kinds.clone(),
        What::Everything { .. } => texts(&[lang.t("Alles", "Everything")]),
    };
    let not = match &what {
        What::Everything { except } => except.clone(),
        What::Kinds(_) => vec![],
    };
    let choice = Sentence {
        organisation: name.map(str::to_owned),
        allows,
        fresh: false,
        what,
        until: Some(day(lang)),
        whose: None,
    };
    Card {
        id: id.to_owned(),
        organisation: name.unwrap_or(lang.t("Iedereen", "Everybody")).to_owned(),
        kind: if name.is_some() {
            lang.t("Huisartsen in Oostermeer", "GPs in Oostermeer").to_owned()
        } else {
            String::new()
        },
        sentence: choice.sentence(lang),
        consequence: choice.consequence(lang).to_owned(),
        what: kinds,
        not,
        since: lang.t("21 november 2026", "21 November 2026").to_owned(),
        until: day(lang),
        recorded_by: String::new(),
        history_href: format!("/toestemmingen/{id}/geschiedenis"),
    }
}

fn named(lang: Lang, codes: &[&str]) -> Vec<String> {
    let wanted = CATEGORIES.iter().filter(|category| codes.contains(&category.code));
    wanted.map(|category| category.name(lang).to_owned()).collect()
}

fn list(lang: Lang) -> permissions::Model {
    let sensitive = named(lang, &["mental-health", "sexual-health", "genetics", "hiv"]);
    let mut proposed =
        card(lang, "p1", Some("Zorggroep De Wilgen"), true, What::Kinds(named(lang, &["nursing", "wishes"])));
    proposed.recorded_by = "J. Postma, Streekziekenhuis Oostermeer".to_owned();
    permissions::Model {
        frame: patient(lang, Section::Permissions),
        proposed: vec![proposed],
        unreadable: vec![],
        waiting: vec![],
        decides: true,
        questions: vec![],
        together: false,
        allowed: vec![
            card(lang, "a1", Some("Huisartsenpraktijk De Linde"), true, What::Everything { except: sensitive }),
            card(
                lang,
                "a2",
                Some("Huisartsenpost Oostermeer"),
                true,
                What::Kinds(named(lang, Preset::Emergency.categories())),
            ),
        ],
        objections: vec![card(lang, "o1", None, false, What::Kinds(named(lang, &["mental-health"])))],
        ended: vec![card(lang, "e1", Some("Apotheek Het Anker"), true, What::Everything { except: vec![] })],
        sources: texts(&["Streekziekenhuis Oostermeer", "Huisartsenpraktijk De Linde"]),
    }
}

fn organisations(lang: Lang, count: usize) -> Vec<Choice> {
    let known = [
        ("Huisartsenpraktijk De Linde", "Huisarts", "GP"),
        ("Huisartsenpost Oostermeer", "Huisartsenpost, avond en weekend", "Out-of-hours GP"),
        ("Streekziekenhuis Oostermeer", "Ziekenhuis", "Hospital"),
        ("Zorggroep De Wilgen", "Wijkzorg en verpleeghuis", "Home care and nursing home"),
        ("Apotheek Het Anker", "Apotheek", "Pharmacy"),
    ];
    let mut list: Vec<Choice> = (0..count)
        .zip(known.iter().cycle())
        .map(|(number, (name, dutch, english))| Choice {
            value: format!("org-{number}"),
            label: (*name).to_owned(),
            hint: lang.t(dutch, english).to_owned(),
            checked: number == 0,
        })
        .collect();
    list.push(Choice {
        value: "everyone".to_owned(),
        label: lang.t("Iedereen", "Everybody").to_owned(),
        hint: lang.t("Alleen om gegevens te sluiten", "Only to close data").to_owned(),
        checked: false,
    });
    list
}

fn form(lang: Lang, count: usize, choice: Option<Preset>) -> permission_form::Model {
    permission_form::Model {
        frame: patient(lang, Section::Permissions),
        question: String::new(),
        id: String::new(),
        organisations: organisations(lang, count),
        choice,
        categories: choices(lang, false, &["medication", "wishes"]),
        sensitive: choices(lang, true, &[]),
        until: "2026-12-31".to_owned(),
        today: "2026-11-21".to_owned(),
        purpose: "TREAT".to_owned(),
        errors: Errors::default(),
    }
}

fn wrong(lang: Lang, count: usize) -> permission_form::Model {
    let mut model = form(lang, count, None);
    model.id = "a1".to_owned();
    model.until = "2020-01-01".to_owned();
    for choice in &mut model.organisations {
        choice.checked = false;
    }
    model.errors = Errors::default()
        .with("organisation", lang.t("Kies om wie het gaat.", "Choose who it is about."))
        .with("choice", lang.t("Kies wat die mag zien.", "Choose what they may see."))
        .with(
            "until",
            lang.t(
                "Deze dag is al voorbij. Kies een dag vanaf vandaag.",
                "This day has passed. Choose a day from today.",
            ),
        );
    model
}

fn confirm(lang: Lang, allows: bool) -> permission_confirm::Model {
    let what = if allows { What::Everything { except: vec![] } } else { What::Kinds(named(lang, &["mental-health"])) };
    let organisation = allows.then(|| "Huisartsenpraktijk De Linde".to_owned());
    let until = allows.then(|| day(lang));
    let choice = Sentence { organisation, allows, fresh: true, what, until, whose: None };
    let warning = lang.t(
        "U heeft psychische en sociale zorg voor iedereen gesloten. Dat blijft zo.",
        "You closed mental and social care for everybody. That stays so.",
    );
    permission_confirm::Model {
        frame: patient(lang, Section::Permissions),
        allows,
        sentence: choice.sentence(lang),
        consequence: choice.consequence(lang).to_owned(),
        what: if allows {
            named(lang, &["medication", "allergies", "results", "wishes"])
        } else {
            named(lang, &["mental-health"])
        },
        not: if allows { named(lang, &["genetics", "hiv"]) } else { vec![] },
        warnings: if allows { texts(&[warning]) } else { vec![] },
        hidden: vec![
            Hidden::new("organisation", "org-0"),
            Hidden::new("choice", if allows { "all" } else { "object" }),
        ],
    }
}

/// All of them.
pub fn pages(lang: Lang) -> Vec<Rendered> {
    let frame = || patient(lang, Section::Permissions);
    let empty = permissions::Model {
        frame: husband(lang, Section::Permissions),
        proposed: vec![],
        unreadable: vec![],
        waiting: vec![],
        decides: true,
        questions: vec![],
        together: false,
        allowed: vec![],
        objections: vec![],
        ended: vec![],
        sources: texts(&["Streekziekenhuis Oostermeer"]),
    };
    let stopped = |received: &[&str]| permission_stopped::Model {
        frame: frame(),
        organisation: "Huisartsenpraktijk De Linde".to_owned(),
        when: lang.t("21 november 2026 om 10:12", "21 November 2026 at 10:12").to_owned(),
        received: texts(received),
        still_sees: texts(&[
            lang.t("Wat de praktijk zelf over u opschreef", "What the practice wrote about you itself")
        ]),
    };
    let change = |text: &str| Change {
        when: lang.t("21 november 2026 om 10:12", "21 November 2026 at 10:12").to_owned(),
        by: lang.t("U zelf", "You").to_owned(),
        text: text.to_owned(),
    };
    let history = permission_history::Model {
        frame: frame(),
        organisation: "Huisartsenpraktijk De Linde".to_owned(),
        changes: vec![change(lang.t("Gestopt", "Stopped")), change(lang.t("Mag alles zien", "May see everything"))],
    };
    let seen = [lang.t("Medicatieoverzicht, 20 november 2026", "Medication overview, 20 November 2026")];
    vec![
        ("permissions", permissions::page(&list(lang))),
        ("permissions-empty", permissions::page(&empty)),
        ("permission-form", permission_form::page(&form(lang, 5, Some(Preset::All)))),
        ("permission-form-some", permission_form::page(&form(lang, 5, Some(Preset::Some)))),
        ("permission-form-long", permission_form::page(&form(lang, 12, Some(Preset::Object)))),
        ("permission-form-wrong", permission_form::page(&wrong(lang, 5))),
        ("permission-form-long-wrong", permission_form::page(&wrong(lang, 12))),
        ("permission-confirm", permission_confirm::page(&confirm(lang, true))),
        ("permission-confirm-objection", permission_confirm::page(&confirm(lang, false))),
        ("permission-stopped", permission_stopped::page(&stopped(&seen))),
        ("permission-stopped-unseen", permission_stopped::page(&stopped(&[]))),
        ("permission-history", permission_history::page(&history)),
    ]
}
