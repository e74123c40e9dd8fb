//! The sentences, dates and categories.

use jiff::tz::TimeZone;

use super::super::patient::permission_form::Preset;
use super::super::patient::sentence::{Choice, What};
use super::super::shared::category::{CATEGORIES, Category, choices};
use super::super::shared::date;
use super::super::shared::frame::Lang;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn choice(organisation: Option<&str>, allows: bool, what: What, until: Option<&str>) -> Choice {
    Choice {
        organisation: organisation.map(str::to_owned),
        allows,
        fresh: true,
        what,
        until: until.map(str::to_owned),
        whose: None,
    }
}

fn everything(except: &[&str]) -> What {
    What::Everything { except: names(except) }
}

#[test]
fn a_choice_reads_as_one_plain_sentence() {
    let day = Some("31 december 2026");
    let table = [
        (
            choice(Some("Huisartsenpraktijk X"), true, everything(&[]), day),
            "Huisartsenpraktijk X mag vanaf nu al uw gegevens zien, tot 31 december 2026.",
        ),
        (
            choice(Some("Huisartsenpraktijk X"), true, everything(&["Hiv", "Erfelijkheid"]), None),
            "Huisartsenpraktijk X mag vanaf nu al uw gegevens zien, behalve: hiv, erfelijkheid. Dit geldt tot u dit stopt.",
        ),
        (
            choice(Some("De post"), true, What::Kinds(names(&["Medicijnen", "Allergieën"])), day),
            "De post mag vanaf nu deze gegevens zien: medicijnen, allergieën. Dit geldt tot 31 december 2026.",
        ),
        (
            choice(Some("De post"), false, What::Kinds(names(&["Medicijnen"])), None),
            "De post mag deze gegevens niet zien, ook niet bij spoed: medicijnen. Dit geldt tot u dit stopt.",
        ),
        (
            choice(None, false, What::Kinds(names(&["Psychische en sociale zorg"])), None),
            "Niemand mag deze gegevens zien, ook niet bij spoed: psychische en sociale zorg. Dit geldt tot u dit stopt.",
        ),
        (
            choice(None, false, everything(&[]), None),
            "Niemand mag uw gegevens zien, ook niet bij spoed. Dit geldt tot u dit stopt.",
        ),
    ];
    for (choice, wanted) in table {
        assert_eq!(choice.sentence(Lang::Nl), wanted);
    }
}

#[test]
fn a_choice_that_applies_already_does_not_say_from_now_on() {
    let known = Choice { fresh: false, ..choice(Some("De post"), true, everything(&[]), None) };
    assert_eq!(known.sentence(Lang::Nl), "De post mag al uw gegevens zien, tot u dit stopt.");
}

#[test]
fn the_english_sentence_says_the_same() {
    let allowed = choice(Some("Practice X"), true, everything(&[]), Some("31 December 2026"));
    assert_eq!(allowed.sentence(Lang::En), "Practice X may now see all your data, until 31 December 2026.");
    let closed = choice(Some("Practice X"), false, What::Kinds(names(&["Medicines"])), None);
    assert_eq!(
        closed.sentence(Lang::En),
        "Practice X may not see these data, not even in an emergency: medicines. This applies until you stop it."
    );
}

#[test]
fn who_chooses_for_somebody_else_reads_the_name() {
    let mut allowed = choice(Some("De post"), true, everything(&[]), None);
    allowed.whose = Some("mevrouw De Boer".to_owned());
    assert_eq!(
        allowed.sentence(Lang::Nl),
        "De post mag vanaf nu al de gegevens van mevrouw De Boer zien, tot u dit stopt."
    );
}

#[test]
fn dates_are_words_and_instants_are_on_the_local_clock() {
    let zone = TimeZone::get("Europe/Amsterdam").expect("the zone is built in");
    for (text, wanted) in [
        ("2026", "2026"),
        ("2026-03", "maart 2026"),
        ("2026-03-09", "9 maart 2026"),
        ("2026-07-09T22:05:00Z", "10 juli 2026 om 0:05"),
        ("2026-13", "2026-13"),
        ("onbekend", "onbekend"),
    ] {
        assert_eq!(date::recorded(Lang::Nl, text, &zone), wanted);
    }
    assert_eq!(date::recorded(Lang::En, "2026-07-09T22:05:00Z", &zone), "10 July 2026 at 0:05");
}

#[test]
fn there_are_fourteen_categories_and_three_that_only_lift_protection() {
    assert_eq!(CATEGORIES.len(), 17);
    assert_eq!(choices(Lang::Nl, false, &[]).len(), 13);
    let sensitive: Vec<_> = choices(Lang::Nl, true, &["hiv"]).into_iter().map(|it| (it.value, it.checked)).collect();
    assert_eq!(sensitive[0], ("mental-health".to_owned(), false));
    assert_eq!(sensitive[3], ("hiv".to_owned(), true));
    for preset in Preset::EVERY {
        assert_eq!(Preset::from_value(preset.value()), Some(preset));
        for code in preset.categories() {
            assert!(Category::by_code(code).is_some_and(|category| !category.sensitive));
        }
    }
}
