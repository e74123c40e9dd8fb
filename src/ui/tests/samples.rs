//! Sample data for the pages that belong to nobody in particular.

use super::super::shared::form::{Hidden, Link};
use super::super::shared::frame::{Frame, Lang, Section, SignedIn};
use super::super::shared::{authorize, control, document, error, landing, login, message};

/// A page under the name of its file.
pub type Rendered = (&'static str, Result<String, askama::Error>);

/// Texts as the models want them.
pub fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The frame for who is not signed in.
pub fn nobody(lang: Lang) -> Frame {
    Frame { lang, switch_href: format!("?lang={}", lang.other().code()), csrf: "c5rf".to_owned(), ..Frame::default() }
}

/// The frame of a patient.
pub fn patient(lang: Lang, section: Section) -> Frame {
    let person = SignedIn::Patient { name: "Mevrouw A. de Boer-Visser".to_owned(), acting_for: None };
    Frame { person: Some(person), section, ..nobody(lang) }
}

/// The frame of a husband who acts for his wife.
pub fn husband(lang: Lang, section: Section) -> Frame {
    let acting_for = Some("Mevrouw G. Hendriks".to_owned());
    Frame {
        person: Some(SignedIn::Patient { name: "De heer P. Hendriks".to_owned(), acting_for }),
        section,
        ..nobody(lang)
    }
}

/// The frame of a professional.
pub fn professional(lang: Lang, section: Section) -> Frame {
    let person = SignedIn::Professional {
        name: "Fatima el Amrani, wijkverpleegkundige".to_owned(),
        organisation: "Zorggroep De Wilgen".to_owned(),
        officer: false,
    };
    Frame { person: Some(person), section, ..nobody(lang) }
}

/// The login form.
pub fn login(lang: Lang) -> login::Model {
    login::Model {
        frame: nobody(lang),
        action: "/demo/inloggen".to_owned(),
        professional: false,
        failed: false,
        username: String::new(),
        hidden: vec![Hidden::new("state", "abc")],
    }
}

fn authorize(lang: Lang) -> authorize::Model {
    let t = |dutch: &'static str, english: &'static str| lang.t(dutch, english);
    authorize::Model {
        frame: patient(lang, Section::None),
        action: "/oauth/authorize".to_owned(),
        app: "Mijn Hartdagboek".to_owned(),
        maker: "Stichting Voorbeeld".to_owned(),
        returns_to: "hartdagboek.example".to_owned(),
        patient: "Mevrouw A. de Boer-Visser".to_owned(),
        reads: texts(&[
            t("Uw medicijnen", "Your medicines"),
            t("Uw metingen, zoals bloeddruk", "Your measurements, such as blood pressure"),
        ]),
        writes: texts(&[t("Metingen die u zelf doet", "Measurements that you do yourself")]),
        until: t("1 juni 2027", "1 June 2027").to_owned(),
        hidden: vec![Hidden::new("request", "r1")],
    }
}

fn error(lang: Lang) -> error::Model {
    let t = |dutch: &'static str, english: &'static str| lang.t(dutch, english);
    error::Model {
        frame: patient(lang, Section::None),
        status: 404,
        title: t("Deze pagina is er niet", "This page is not there").to_owned(),
        text: t(
            "We vinden niets op dit adres. Misschien is het adres niet goed overgenomen.",
            "We find nothing at this address. Perhaps it was not copied well.",
        )
        .to_owned(),
        advice: texts(&[
            t("Kijk of het adres klopt.", "Check the address."),
            t("Ga terug naar het overzicht.", "Go back to the overview."),
        ]),
        links: vec![Link::new("/overzicht", t("Naar het overzicht", "To the overview"))],
        reference: "7f3a-91c2".to_owned(),
    }
}

fn message(lang: Lang) -> message::Model {
    let t = |dutch: &'static str, english: &'static str| lang.t(dutch, english);
    message::Model {
        frame: patient(lang, Section::Permissions),
        done: true,
        title: t("Uw keuze geldt vanaf nu", "Your choice applies from now on").to_owned(),
        paragraphs: texts(&[t(
            "Huisartsenpraktijk De Linde mag vanaf nu al uw gegevens zien, tot 31 december 2026.",
            "Huisartsenpraktijk De Linde may now see all your data, until 31 December 2026.",
        )]),
        links: vec![
            Link::new("/toestemmingen", t("Wie mag wat zien", "Who may see what")),
            Link::new("/overzicht", t("Naar het overzicht", "To the overview")),
        ],
    }
}

/// What a document on paper must say.
fn control(lang: Lang) -> control::Model {
    let fact = |label: &str, value: &str| control::Fact { label: label.to_owned(), value: value.to_owned() };
    control::Model {
        frame: nobody(lang),
        facts: vec![
            fact(lang.t("Soort document", "Kind of document"), lang.t("Medicijnoverzicht", "Medication overview")),
            fact(lang.t("Controlenummer", "Control number"), "7KQ2M-X0PZ4"),
            fact(lang.t("Regels in tabellen", "Lines in tables"), "12"),
        ],
    }
}

/// A document in its wrapper.
pub fn document(frame: Frame) -> document::Model {
    let lang = frame.lang;
    let t = |dutch: &'static str, english: &'static str| lang.t(dutch, english);
    document::Model {
        title: t("Medicatieoverzicht", "Medication overview").to_owned(),
        about: t("Mevrouw A. de Boer-Visser, geboren op 3 mei 1936", "Mrs A. de Boer-Visser, born on 3 May 1936")
            .to_owned(),
        made: t("21 november 2026 om 10:12", "21 November 2026 at 10:12").to_owned(),
        sources: texts(&["Huisartsenpraktijk De Linde", "Apotheek Het Anker"]),
        missing: texts(&[t(
            "De gegevens van het ziekenhuis zijn niet opgehaald.",
            "The data of the hospital were not fetched.",
        )]),
        body: format!(
            "<h2>{}</h2><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>\
             <tr><th scope=\"row\">Metoprolol 50 mg</th><td>1 × 1</td></tr>\
             <tr><th scope=\"row\">Furosemide 40 mg</th><td>2 × 1</td></tr></tbody></table>",
            t("Gebruikt nu", "In use now"),
            t("Medicijn", "Medicine"),
            t("Hoe vaak", "How often"),
        ),
        back: Link::new("/documenten", t("Documenten", "Documents")),
        attached: vec![Link::new(
            "/documenten/bijlage/Consent/1",
            t("Bekijk de verklaring: Verklaring (PDF, 120 kB)", "View the statement: Statement (PDF, 120 kB)"),
        )],
        proof: String::new(),
        save_href: "/documenten/medicijnen/pdf".to_owned(),
        frame,
    }
}

/// All of them.
pub fn pages(lang: Lang) -> Vec<Rendered> {
    let failed = login::Model { failed: true, username: "deboer".to_owned(), ..login(lang) };
    let professional = login::Model { professional: true, ..login(lang) };
    vec![
        ("landing", landing::page(&landing::Model { frame: nobody(lang), demo: true })),
        ("login", login::page(&login(lang))),
        ("login-failed", login::page(&failed)),
        ("login-care", login::page(&professional)),
        ("authorize", authorize::page(&authorize(lang))),
        ("error", error::page(&error(lang))),
        ("message", message::page(&message(lang))),
        ("control", control::page(&control(lang))),
        ("control-unknown", control::page(&control::Model { frame: nobody(lang), facts: Vec::new() })),
        ("document", document::page(&document(patient(lang, Section::Data)))),
    ]
}
