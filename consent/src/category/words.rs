//! The words of the categories.

use super::Category;

/// What people read of a category.
pub(super) struct Words {
    pub code: &'static str,
    pub dutch: &'static str,
    pub dutch_meaning: &'static str,
    pub english: &'static str,
    pub english_meaning: &'static str,
}

const fn words(code: &'static str, dutch: [&'static str; 2], english: [&'static str; 2]) -> Words {
    Words { code, dutch: dutch[0], dutch_meaning: dutch[1], english: english[0], english_meaning: english[1] }
}

impl Category {
    pub(super) const fn words(self) -> &'static Words {
        match self {
            Self::General => &WORDS[15],
            Self::Consent => &WORDS[16],
            ordinary => &WORDS[ordinary as usize],
        }
    }
}

const WORDS: [Words; 17] = [
    words(
        "identity",
        ["Wie u bent", "Wie u bent, zoals uw naam, geboortedatum en burgerservicenummer."],
        ["Who you are", "Who you are, such as your name, date of birth and citizen service number."],
    ),
    words(
        "medication",
        ["Medicijnen", "Welke medicijnen u gebruikt, hoeveel en wanneer."],
        ["Medicines", "Which medicines you use, how much and when."],
    ),
    words(
        "allergies",
        ["Allergieën", "Waar u niet tegen kunt, zoals een medicijn of voedsel."],
        ["Allergies", "What you cannot tolerate, such as a medicine or food."],
    ),
    words(
        "problems",
        ["Klachten en diagnoses", "Welke klachten en ziektes u heeft of had."],
        ["Complaints and diagnoses", "Which complaints and illnesses you have or had."],
    ),
    words(
        "measurements",
        ["Metingen", "Wat een zorgverlener bij u mat, zoals bloeddruk en gewicht."],
        ["Measurements", "What a professional measured, such as blood pressure and weight."],
    ),
    words(
        "results",
        ["Uitslagen", "Uitslagen van bloedonderzoek, foto's en ander onderzoek."],
        ["Test results", "Results of blood tests, scans and other tests."],
    ),
    words(
        "procedures",
        ["Behandelingen en operaties", "Welke behandelingen en operaties u kreeg."],
        ["Treatments and operations", "Which treatments and operations you had."],
    ),
    words(
        "encounters",
        ["Opnames en afspraken", "Wanneer u bij een zorgverlener was of in het ziekenhuis lag."],
        ["Admissions and appointments", "When you saw a professional or stayed in hospital."],
    ),
    words(
        "vaccinations",
        ["Vaccinaties", "Welke prikken u kreeg en wanneer."],
        ["Vaccinations", "Which vaccinations you had and when."],
    ),
    words(
        "wishes",
        ["Wensen en grenzen", "Welke behandeling u wel of niet wilt, bijvoorbeeld reanimatie."],
        ["Wishes and limits", "Which treatment you do or do not want, such as resuscitation."],
    ),
    words(
        "nursing",
        ["Verpleging en dagelijks functioneren", "Wat u zelf kunt en waar u hulp bij krijgt. Ook de overdracht."],
        ["Nursing and daily life", "What you can do yourself and where you get help. Also the handoff."],
    ),
    words(
        "documents",
        ["Documenten en brieven", "Brieven en verslagen over u."],
        ["Documents and letters", "Letters and reports about you."],
    ),
    words(
        "mental-health",
        [
            "Psychische en sociale zorg",
            "Gesprekken, diagnoses en behandeling van een psycholoog of psychiater. Ook over geweld thuis.",
        ],
        [
            "Mental and social care",
            "Talks, diagnoses and treatment by a psychologist or psychiatrist. Also about violence at home.",
        ],
    ),
    words(
        "own-measurements",
        ["Eigen metingen", "Wat u zelf thuis heeft gemeten."],
        ["Own measurements", "What you measured yourself at home."],
    ),
    words(
        "contacts",
        ["Persoon en contacten", "Uw adres en wie er gebeld kan worden."],
        ["Person and contacts", "Your address and who can be called."],
    ),
    words(
        "general",
        ["Algemene informatie", "Adresboek en begrippen. Dit zijn gegevens van niemand."],
        ["General information", "Directory and definitions. These are nobody's data."],
    ),
    words(
        "consent",
        ["Toestemmingen", "Wat u over delen heeft gekozen, en wie er keek. Alleen voor u."],
        ["Consents", "What you chose about sharing, and who looked. For you only."],
    ),
];
