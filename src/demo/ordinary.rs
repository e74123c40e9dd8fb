//! The ordinary patients as a table.

use super::build::condition::Allergy;
use super::build::measurement::{CREATININE, CRP, EGFR, GLUCOSE, HB, HBA1C, LDL, Lab, TSH};
use super::build::{Code, sct};
use super::codes::{
    ASTHMA, ATRIAL_FIBRILLATION, BREAST_CANCER, BURNOUT, CHLAMYDIA, DEPRESSION, DIABETES, DICLOFENAC_ALLERGY,
    FOOT_CHECK, GENE_CARRIER, GENETICS, HIGH_CHOLESTEROL, HIV_PREVENTION, HYPERTENSION, HYPOTHYROIDISM, INFARCTION,
    LOW_BACK_PAIN, LUMPECTOMY, MIGRAINE, OBESITY, PENICILLIN_ALLERGY, POLLEN_ALLERGY, PREGNANCY, PSYCHIATRY,
    SEXUAL_HEALTH, STENT,
};
use super::medicines::{
    APIXABAN5, ASPIRIN, ATORVASTATIN, Course, EMTRICITABINE, FLUTICASONE, FOLIC_ACID, INSULIN_GLARGINE, LEVOTHYROXINE,
    LISINOPRIL, METFORMIN, METOPROLOL, PARACETAMOL, SALBUTAMOL, SERTRALINE,
};

/// What the practice knows of an ordinary patient.
pub struct Ordinary {
    /// Short name of the person.
    pub key: &'static str,
    /// Problems and how many days ago they began.
    pub problems: &'static [(Code, i64)],
    /// Allergies.
    pub allergies: &'static [Allergy],
    /// Medicines.
    pub courses: &'static [Course],
    /// Laboratory results.
    pub labs: &'static [(&'static Lab, &'static str)],
    /// Height and weight.
    pub body: (&'static str, u32),
    /// Blood pressure, around which it varies.
    pub pressure: (u32, u32),
    /// Whether this person smokes.
    pub smokes: bool,
    /// Care by the hospital or the institution.
    pub elsewhere: Option<Elsewhere>,
    /// A label with the problem and the courses that carry it.
    pub labelled: Option<(Code, Code, &'static [Course])>,
}

/// Care by another organisation.
pub struct Elsewhere {
    /// Kind of the organisation.
    pub kind: &'static str,
    /// Problem.
    pub problem: Code,
    /// What is done.
    pub procedure: Code,
    /// What is written to the practice.
    pub letter: &'static str,
    /// Security label of all of it.
    pub label: Option<Code>,
}

const NONE: Ordinary = Ordinary {
    key: "",
    problems: &[],
    allergies: &[],
    courses: &[],
    labs: &[],
    body: ("170", 70),
    pressure: (124, 78),
    smokes: false,
    elsewhere: None,
    labelled: None,
};

/// All ordinary patients.
pub const TABLE: [Ordinary; 9] = [
    Ordinary {
        key: "lotte",
        problems: &[(MIGRAINE, 2100), (LOW_BACK_PAIN, 400)],
        allergies: &[DICLOFENAC_ALLERGY],
        courses: &[Course::daily(&PARACETAMOL, "2 tabletten bij hoofdpijn", 3, "2", 380).when_needed()],
        labs: &[(&HB, "8.0"), (&TSH, "1.9")],
        body: ("174", 68),
        ..NONE
    },
    Ordinary {
        key: "ruben",
        problems: &[(LOW_BACK_PAIN, 700)],
        allergies: &[POLLEN_ALLERGY],
        labs: &[(&LDL, "3.4"), (&GLUCOSE, "5.2")],
        body: ("186", 84),
        ..NONE
    },
    Ordinary {
        key: "emre",
        problems: &[(HYPERTENSION, 500), (HIGH_CHOLESTEROL, 500)],
        courses: &[Course::daily(&LISINOPRIL, "1 maal per dag 1 tablet", 1, "1", 490).because(HYPERTENSION)],
        labs: &[(&EGFR, "88"), (&LDL, "3.8")],
        body: ("179", 90),
        pressure: (148, 92),
        smokes: true,
        ..NONE
    },
    Ordinary {
        key: "fatima",
        problems: &[(DIABETES, 3100), (HYPERTENSION, 2500), (OBESITY, 3000)],
        allergies: &[PENICILLIN_ALLERGY],
        courses: &[
            Course::daily(&METFORMIN, "2 maal per dag 2 tabletten bij het eten", 2, "2", 3050).because(DIABETES),
            Course::daily(&INSULIN_GLARGINE, "1 maal per dag 22 eenheden, 's avonds", 1, "22", 640).because(DIABETES),
            Course::daily(&LISINOPRIL, "1 maal per dag 1 tablet", 1, "1", 2450).because(HYPERTENSION),
            Course::daily(&ATORVASTATIN, "1 maal per dag 1 tablet", 1, "1", 2000).because(DIABETES),
        ],
        labs: &[(&HBA1C, "61"), (&GLUCOSE, "8.4"), (&EGFR, "71"), (&LDL, "2.2"), (&CREATININE, "79")],
        body: ("163", 91),
        pressure: (141, 84),
        elsewhere: Some(Elsewhere {
            kind: "hospital",
            problem: DIABETES,
            procedure: FOOT_CHECK,
            letter: "Diabetes type 2 met insuline. Oogcontrole zonder afwijkingen. Advies: eenheden langzaam ophogen.",
            label: None,
        }),
        ..NONE
    },
    Ordinary {
        key: "joyce",
        problems: &[(PREGNANCY, 170)],
        courses: &[Course::daily(&FOLIC_ACID, "1 maal per dag 1 tablet", 1, "1", 200)
            .stopped(95, "Na tien weken niet meer nodig.")],
        labs: &[(&HB, "7.4"), (&GLUCOSE, "4.6"), (&TSH, "1.5")],
        body: ("168", 71),
        pressure: (116, 70),
        elsewhere: Some(Elsewhere {
            kind: "hospital",
            problem: PREGNANCY,
            procedure: sct("169230002", "Echo in de zwangerschap"),
            letter: "Termijnecho en structurele echo zonder bijzonderheden. Controles bij de verloskundige.",
            label: None,
        }),
        ..NONE
    },
    Ordinary {
        key: "thijs",
        problems: &[(ASTHMA, 5000)],
        allergies: &[POLLEN_ALLERGY],
        courses: &[
            Course::daily(&FLUTICASONE, "2 maal per dag 1 inhalatie", 2, "1", 1200).because(ASTHMA),
            Course::daily(&SALBUTAMOL, "bij benauwdheid 1 inhalatie", 4, "1", 2600).when_needed(),
        ],
        labs: &[(&HB, "9.4"), (&EGFR, "104")],
        body: ("188", 79),
        labelled: Some((
            SEXUAL_HEALTH,
            CHLAMYDIA,
            &[Course::daily(&EMTRICITABINE, "1 maal per dag 1 tablet", 1, "1", 210).because(HIV_PREVENTION)],
        )),
        ..NONE
    },
    Ordinary {
        key: "wilma",
        problems: &[(BREAST_CANCER, 1900), (HYPOTHYROIDISM, 2600), (ATRIAL_FIBRILLATION, 450)],
        allergies: &[PENICILLIN_ALLERGY, DICLOFENAC_ALLERGY],
        courses: &[
            Course::daily(&LEVOTHYROXINE, "1 maal per dag 1 tablet, nuchter", 1, "1", 2590).because(HYPOTHYROIDISM),
            Course::daily(&APIXABAN5, "2 maal per dag 1 tablet", 2, "1", 440).because(ATRIAL_FIBRILLATION),
            Course::daily(&METOPROLOL, "1 maal per dag 1 tablet", 1, "1", 440).because(ATRIAL_FIBRILLATION),
        ],
        labs: &[(&TSH, "2.8"), (&HB, "7.9"), (&EGFR, "69")],
        body: ("166", 73),
        pressure: (138, 80),
        elsewhere: Some(Elsewhere {
            kind: "hospital",
            problem: BREAST_CANCER,
            procedure: LUMPECTOMY,
            letter: "Vijf jaar na behandeling van borstkanker links: geen aanwijzingen voor terugkeer. Jaarlijks een mammogram.",
            label: None,
        }),
        labelled: Some((GENETICS, GENE_CARRIER, &[])),
        ..NONE
    },
    Ordinary {
        key: "gerard",
        problems: &[(INFARCTION, 520), (HYPERTENSION, 1800), (HIGH_CHOLESTEROL, 1800)],
        courses: &[
            Course::daily(&ASPIRIN, "1 maal per dag 1 tablet", 1, "1", 515).because(INFARCTION),
            Course::daily(&METOPROLOL, "1 maal per dag 1 tablet", 1, "1", 515).because(INFARCTION),
            Course::daily(&ATORVASTATIN, "1 maal per dag 1 tablet", 1, "1", 515).because(INFARCTION),
            Course::daily(&LISINOPRIL, "1 maal per dag 1 tablet", 1, "1", 1700).because(HYPERTENSION),
        ],
        labs: &[(&LDL, "1.7"), (&EGFR, "82"), (&HBA1C, "41"), (&CRP, "3")],
        body: ("181", 95),
        pressure: (136, 84),
        smokes: true,
        elsewhere: Some(Elsewhere {
            kind: "hospital",
            problem: INFARCTION,
            procedure: STENT,
            letter: "Hartinfarct onderwand, een stent geplaatst. Goede pompfunctie. Hartrevalidatie afgerond.",
            label: None,
        }),
        ..NONE
    },
    Ordinary {
        key: "bianca",
        problems: &[(MIGRAINE, 1600)],
        courses: &[Course::daily(&PARACETAMOL, "2 tabletten bij hoofdpijn", 3, "2", 700).when_needed()],
        labs: &[(&TSH, "2.0"), (&HB, "8.3")],
        body: ("170", 66),
        elsewhere: Some(Elsewhere {
            kind: "mental_health",
            problem: DEPRESSION,
            procedure: sct("304891004", "Gesprek cognitieve gedragstherapie"),
            letter: "Depressieve stoornis, matig. Acht gesprekken, sertraline via huisarts. Gunstig beloop.",
            label: Some(PSYCHIATRY),
        }),
        labelled: Some((
            PSYCHIATRY,
            BURNOUT,
            &[Course::daily(&SERTRALINE, "1 maal per dag 1 tablet", 1, "1", 230).because(DEPRESSION)],
        )),
        ..NONE
    },
];
