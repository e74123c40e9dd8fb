//! The kinds of data, in plain words.

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

const fn plain(
    code: &'static str,
    dutch: (&'static str, &'static str),
    english: (&'static str, &'static str),
) -> Category {
    Category { code, sensitive: false, dutch, english }
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
    plain(
        "medication",
        ("Medicijnen", "Welke medicijnen u gebruikt, hoeveel en wanneer."),
        ("Medicines", "Which medicines you use, how much and when."),
    ),
    plain(
        "allergies",
        ("Allergieën", "Waar u niet tegen kunt, zoals een medicijn of voedsel."),
        ("Allergies", "What you cannot tolerate, such as a medicine or food."),
    ),
    plain(
        "problems",
        ("Klachten en diagnoses", "Welke klachten en ziektes u heeft of had."),
        ("Complaints and diagnoses", "Which complaints and illnesses you have or had."),
    ),
    plain(
        "measurements",
        ("Metingen", "Wat een zorgverlener bij u mat, zoals bloeddruk en gewicht."),
        ("Measurements", "What a professional measured, such as blood pressure and weight."),
    ),
    plain(
        "results",
        ("Uitslagen", "Uitslagen van bloedonderzoek, foto's en ander onderzoek."),
        ("Test results", "Results of blood tests, scans and other tests."),
    ),
    plain(
        "procedures",
        ("Behandelingen en operaties", "Welke behandelingen en operaties u kreeg."),
        ("Treatments and operations", "Which treatments and operations you had."),
    ),
    plain(
        "encounters",
        ("Opnames en afspraken", "Wanneer u bij een zorgverlener was of in het ziekenhuis lag."),
        ("Admissions and appointments", "When you saw a professional or stayed in hospital."),
    ),
    plain(
        "vaccinations",
        ("Vaccinaties", "Welke prikken u kreeg en wanneer."),
        ("Vaccinations", "Which vaccinations you had and when."),
    ),
    plain(
        "wishes",
        ("Wensen en grenzen", "Welke behandeling u wel of niet wilt, bijvoorbeeld reanimatie."),
        ("Wishes and limits", "Which treatment you do or do not want, such as resuscitation."),
    ),
    plain(
        "nursing",
        ("Verpleging en dagelijks functioneren", "Wat u zelf kunt en waar u hulp bij krijgt. Ook de overdracht."),
        ("Nursing and daily life", "What you can do yourself and where you get help. Also the handoff."),
    ),
    plain(
        "documents",
        ("Documenten en brieven", "Brieven en verslagen over u."),
        ("Documents and letters", "Letters and reports about you."),
    ),
    plain(
        "own-measurements",
        ("Eigen metingen", "Wat u zelf thuis heeft gemeten."),
        ("Own measurements", "What you measured yourself at home."),
    ),
    plain(
        "contacts",
        ("Persoon en contacten", "Uw adres en wie er gebeld kan worden."),
        ("Person and contacts", "Your address and who can be called."),
    ),
    sensitive(
        "mental-health",
        (
            "Psychische en sociale zorg",
            "Gesprekken, diagnoses en behandeling van een psycholoog of psychiater. Ook over geweld thuis.",
        ),
        (
            "Mental and social care",
            "Talks, diagnoses and treatment by a psychologist or psychiatrist. Also about violence at home.",
        ),
    ),
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
