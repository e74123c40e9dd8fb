//! The section tree of the handoff, with its SNOMED CT codes.

use super::super::text::Text;

/// A section with its parts.
pub(super) struct Branch {
    pub(super) code: &'static str,
    /// What the code means.
    pub(super) display: &'static str,
    /// The title that people read.
    pub(super) nl: &'static str,
    pub(super) en: &'static str,
    pub(super) parts: &'static [Branch],
}

const fn leaf(code: &'static str, display: &'static str, nl: &'static str, en: &'static str) -> Branch {
    Branch { code, display, nl, en, parts: &[] }
}

/// All sections, in reading order.
pub(super) const TREE: &[Branch] = &[
    Branch {
        code: "405624007",
        display: "Administrative documentation",
        nl: "Persoon en organisatie",
        en: "Person and organisation",
        parts: &[
            leaf("302147001", "Demographic history detail", "Contactpersonen en verzekering", "Contacts and insurance"),
            leaf("185362004", "Sending organisation", "Verzender", "Sender"),
            leaf("275645009", "Receiving organisation", "Ontvanger", "Receiver"),
        ],
    },
    Branch {
        code: "109481000146101",
        display: "Personal and social context",
        nl: "Leefsituatie",
        en: "Living situation",
        parts: &[
            leaf("365474007", "Family", "Gezin", "Family"),
            leaf("365867006", "Legal status", "Juridische situatie", "Legal situation"),
            leaf("365512000", "Living situation", "Wonen", "Housing"),
            leaf("108329005", "Advance directives", "Wensen en grenzen", "Wishes and limits"),
            leaf(
                "365448001",
                "Participation and help",
                "Meedoen en hulp van anderen",
                "Taking part and help from others",
            ),
        ],
    },
    Branch {
        code: "371524004",
        display: "Clinical report",
        nl: "Gezondheid",
        en: "Health",
        parts: &[
            leaf("405623001", "Assigned practitioner", "Zorgverleners", "Care professionals"),
            leaf("52870002", "Admitting diagnosis", "Klachten en diagnoses nu", "Present problems"),
            leaf("417662000", "History of clinical finding", "Eerdere klachten en diagnoses", "Earlier problems"),
            leaf("420134006", "Propensity to adverse reaction", "Allergieën", "Allergies"),
            leaf("308813009", "Alert", "Waarschuwingen", "Warnings"),
            leaf("225317005", "Restraint", "Beperking van de vrijheid", "Restriction of freedom"),
            leaf("363788007", "Clinical measurement", "Metingen", "Measurements"),
            leaf("11011000146108", "Pain", "Pijn", "Pain"),
        ],
    },
    Branch {
        code: "773130005",
        display: "Nursing care plan",
        nl: "Verpleegplan",
        en: "Nursing plan",
        parts: &[
            leaf(
                "86644006",
                "Nursing diagnosis",
                "Problemen en acties van de verpleging",
                "Nursing problems and actions",
            ),
            leaf("722091001", "Outcome of care", "Doelen en uitkomsten", "Goals and outcomes"),
            leaf("308335008", "Patient encounter", "Opnames en afspraken", "Admissions and visits"),
        ],
    },
    Branch {
        code: "5531000179105",
        display: "Nursing report",
        nl: "Dagelijks functioneren",
        en: "Daily functioning",
        parts: &[
            leaf("365178001", "Self-care", "Zelfzorg", "Self-care"),
            leaf("364832000", "Mobility", "Bewegen", "Mobility"),
            leaf("300893006", "Nutrition", "Eten en drinken", "Food and drink"),
            leaf("106019003", "Excretion", "Plassen en ontlasting", "Bladder and bowel"),
            leaf("106076001", "Skin", "Huid en wonden", "Skin and wounds"),
            leaf("106147001", "Senses", "Horen en zien", "Hearing and sight"),
            leaf("284465006", "Psychosocial", "Omgaan met de ziekte", "Coping with illness"),
            leaf("36456004", "Mental state", "Denken en stemming", "Mental state"),
            leaf("118232004", "Pregnancy", "Zwangerschap", "Pregnancy"),
        ],
    },
    leaf("397966007", "Documents", "Documenten", "Documents"),
];

/// The title that people read above a section with this code.
pub(in super::super) fn title(code: &str) -> Option<Text> {
    TREE.iter()
        .flat_map(|branch| std::iter::once(branch).chain(branch.parts))
        .find(|branch| branch.code == code)
        .map(|branch| Text::new(branch.nl, branch.en))
}

/// The code as it stands in the tree.
pub(super) fn known(code: &str) -> Option<&'static str> {
    TREE.iter()
        .flat_map(|branch| std::iter::once(branch).chain(branch.parts))
        .find(|branch| branch.code == code)
        .map(|branch| branch.code)
}
