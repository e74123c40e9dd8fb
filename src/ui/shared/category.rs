//! The kinds of data, in plain words.

use spil_consent::Category as Kind;

use super::form::Choice;
use super::frame::Lang;

/// One kind of data that a person can share or close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// The code of the category.
    pub code: &'static str,
    /// Whether it is shared only when it is named; a choice for everything does not reach it.
    pub sensitive: bool,
    dutch: (&'static str, &'static str),
    english: (&'static str, &'static str),
}

impl Category {
    /// The name.
    pub fn name(self, lang: Lang) -> &'static str {
        lang.t(self.dutch.0, self.english.0)
    }

    /// What is in it, in one line.
    pub fn explanation(self, lang: Lang) -> &'static str {
        lang.t(self.dutch.1, self.english.1)
    }

    /// The category with this code.
    pub fn by_code(code: &str) -> Option<Self> {
        CATEGORIES.iter().find(|category| category.code == code).copied()
    }
}

/// A category of the consent engine, which has its words.
const fn plain(category: Kind) -> Category {
    let dutch = (category.dutch(), category.dutch_meaning());
    Category {
        code: category.code(),
        sensitive: false,
        dutch,
        english: (category.english(), category.english_meaning()),
    }
}

const fn sensitive(
    code: &'static str,
    dutch: (&'static str, &'static str),
    english: (&'static str, &'static str),
) -> Category {
    Category { code, sensitive: true, dutch, english }
}

/// All categories in the order of the pages. The last three only lift the protection of marked data; they have no
/// page of their own.
pub const CATEGORIES: [Category; 17] = [
    plain(Kind::Medication),
    plain(Kind::Allergies),
    plain(Kind::Problems),
    plain(Kind::Measurements),
    plain(Kind::Results),
    plain(Kind::Procedures),
    plain(Kind::Encounters),
    plain(Kind::Vaccinations),
    plain(Kind::Wishes),
    plain(Kind::Nursing),
    plain(Kind::Documents),
    plain(Kind::OwnMeasurements),
    plain(Kind::Contacts),
    Category { sensitive: true, ..plain(Kind::MentalHealth) },
    sensitive(
        "sexual-health",
        ("Seksuele gezondheid", "Bijvoorbeeld een seksueel overdraagbare ziekte."),
        ("Sexual health", "For example a sexually transmitted disease."),
    ),
    sensitive(
        "genetics",
        ("Erfelijkheid", "Uitslagen van onderzoek naar erfelijke ziektes."),
        ("Genetics", "Results of tests for hereditary diseases."),
    ),
    sensitive("hiv", ("Hiv", "Uitslagen en behandeling van hiv."), ("HIV", "Results and treatment of HIV.")),
];

/// The checkboxes for the categories, with the codes in `chosen` ticked.
pub fn choices(lang: Lang, sensitive: bool, chosen: &[&str]) -> Vec<Choice> {
    let wanted = CATEGORIES.iter().filter(|category| category.sensitive == sensitive);
    let choice = |category: &Category| Choice {
        value: category.code.to_owned(),
        label: category.name(lang).to_owned(),
        hint: category.explanation(lang).to_owned(),
        checked: chosen.contains(&category.code),
    };
    wanted.map(choice).collect()
}
