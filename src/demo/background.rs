//! The ordinary patients: their records are made from a table, with series of measurements that differ a little.

use super::SourceBundle;
use super::build::care::Visit;
use super::build::condition::Allergy;
use super::build::document::CLINIC_LETTER;
use super::build::measurement::{
    CREATININE, CRP, EGFR, GLUCOSE, HB, HBA1C, HEART_RATE, HEIGHT, LDL, Lab, TSH, WEIGHT,
};
use super::build::{Code, Source, sct};
use super::clock::Clock;
use super::codes::{
    ASTHMA, ATRIAL_FIBRILLATION, BREAST_CANCER, BURNOUT, CHECKUP, CHLAMYDIA, CHRONIC_CHECKUP, COVID_SHOT, DEPRESSION,
    DIABETES, DICLOFENAC_ALLERGY, ECG, FLU_SHOT, FOOT_CHECK, GENE_CARRIER, GENETICS, HIGH_CHOLESTEROL, HIV_PREVENTION,
    HYPERTENSION, HYPOTHYROIDISM, INFARCTION, LOW_BACK_PAIN, LUMPECTOMY, MIGRAINE, NON_SMOKER, OBESITY,
    PENICILLIN_ALLERGY, POLLEN_ALLERGY, PREGNANCY, PSYCHIATRY, SEXUAL_HEALTH, SMOKER, STENT, TOBACCO,
};
use super::medicines::{
    APIXABAN5, ASPIRIN, ATORVASTATIN, Course, EMTRICITABINE, FLUTICASONE, FOLIC_ACID, INSULIN_GLARGINE, LEVOTHYROXINE,
    LISINOPRIL, METFORMIN, METOPROLOL, PARACETAMOL, SALBUTAMOL, SERTRALINE,
};
use super::people::Person;
use super::personas::Desk;
use super::random::Random;

/// What the practice knows of an ordinary patient.
struct Ordinary {
    key: &'static str,
    problems: &'static [(Code, i64)],
    allergies: &'static [Allergy],
    courses: &'static [Course],
    labs: &'static [(&'static Lab, &'static str)],
    body: (&'static str, u32),
    pressure: (u32, u32),
    smokes: bool,
    /// Problem for which the hospital or the institution sees the patient, what it does, and what it writes.
    elsewhere: Option<Elsewhere>,
    /// A label with the problem and the courses that carry it.
    labelled: Option<(Code, Code, &'static [Course])>,
}

struct Elsewhere {
    kind: &'static str,
    problem: Code,
    procedure: Code,
    letter: &'static str,
    label: Option<Code>,
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

const TABLE: [Ordinary; 9] = [
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
        courses: &[Course::daily(&FOLIC_ACID, "1 maal per dag 1 tablet", 1, "1", 200).stopped(95, "Na tien weken niet meer nodig.")],
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

/// The records of the ordinary patients.
pub fn records(people: &[Person], clock: &Clock, random: &Random) -> Vec<SourceBundle> {
    TABLE
        .iter()
        .filter_map(|row| people.iter().find(|person| person.spec.key == row.key).map(|person| (row, person)))
        .flat_map(|(row, person)| {
            let desk = Desk::new(person, clock, random);
            let mut bundles = vec![practice(&desk, row)];
            bundles.extend(pharmacy(&desk, row));
            bundles.extend(row.elsewhere.as_ref().map(|other| elsewhere(&desk, row, other)));
            bundles
        })
        .collect()
}

fn practice(desk: &Desk, row: &Ordinary) -> SourceBundle {
    let mut gp = desk.open("gp");
    let lead = desk_gp(&gp);
    gp.by(lead);
    for (problem, onset) in row.problems {
        gp.problem(problem, *onset);
        gp.encounter(&Visit::consult(*problem, (*onset).min(900)));
    }
    for allergy in row.allergies {
        gp.allergy(allergy, 1000);
    }
    gp.agreements(row.courses);
    gp.measured(&HEIGHT, row.body.0, 350);
    for days in [350, 180, 40] {
        series(&mut gp, row, days);
    }
    gp.finding("TobaccoUse", &TOBACCO, if row.smokes { &SMOKER } else { &NON_SMOKER }, 350);
    gp.vaccination(&COVID_SHOT, 700);
    if !row.courses.is_empty() {
        gp.vaccination(&FLU_SHOT, 37);
    }
    gp.encounter(&Visit::consult(CHECKUP, 350));
    gp.encounter(&Visit::consult(CHRONIC_CHECKUP, 40));
    if let Some(other) = &row.elsewhere {
        gp.labelled(other.label);
        gp.referral(&sct("3457005", "Verwijzing"), &other.problem, other.kind, 240);
        gp.labelled(None);
    }
    if let Some((label, problem, courses)) = &row.labelled {
        gp.labelled(Some(*label));
        gp.problem(problem, 240);
        gp.encounter(&Visit::consult(*problem, 238));
        gp.agreements(courses);
    }
    gp.close()
}

fn desk_gp(gp: &Source) -> &'static str {
    gp.person.spec.gp
}

/// Weight, pulse and blood pressure of one day, and the laboratory results that belong to it.
fn series(gp: &mut Source, row: &Ordinary, days: i64) {
    let (systolic, diastolic) = row.pressure;
    let systolic = systolic - 4 + gp.random.between(0, 9);
    let diastolic = diastolic - 3 + gp.random.between(0, 6);
    gp.blood_pressure(systolic, diastolic, days);
    let weight = format!("{}.{}", row.body.1 - 1 + gp.random.between(0, 2), gp.random.between(0, 9));
    gp.measured(&WEIGHT, &weight, days);
    let pulse = gp.random.between(62, 84).to_string();
    gp.measured(&HEART_RATE, &pulse, days);
    if days != 180 {
        gp.tested_all(row.labs, days);
    }
}

fn pharmacy(desk: &Desk, row: &Ordinary) -> Option<SourceBundle> {
    let labelled = row.labelled.as_ref().map(|(label, _, courses)| (*label, *courses));
    if row.courses.is_empty() && labelled.is_none_or(|(_, courses)| courses.is_empty()) {
        return None;
    }
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(row.courses);
    for allergy in row.allergies.iter().filter(|allergy| allergy.category == "medication") {
        pharmacy.allergy(allergy, 990);
    }
    if let Some((label, courses)) = labelled {
        pharmacy.labelled(Some(label));
        pharmacy.dispenses(courses);
    }
    Some(pharmacy.close())
}

fn elsewhere(desk: &Desk, row: &Ordinary, other: &Elsewhere) -> SourceBundle {
    let mut clinic = desk.open(other.kind);
    clinic.labelled(other.label);
    let problem = clinic.problem(&other.problem, 230);
    for allergy in row.allergies {
        clinic.allergy(allergy, 228);
    }
    for days in [228, 190, 120, 45] {
        clinic.encounter(&Visit::consult(other.problem, days));
    }
    clinic.procedure(&other.procedure, None, 190);
    if other.kind == "hospital" {
        clinic.procedure(&ECG, None, 228);
        clinic.tested_all(row.labs, 190);
        let (systolic, diastolic) = row.pressure;
        clinic.blood_pressure(systolic + 3, diastolic + 2, 120);
    }
    clinic.goal("Klachten verminderen en het gewone leven weer oppakken", Some(&problem), 190);
    clinic.letter(&CLINIC_LETTER, "Brief van de behandelaar", other.letter, 44);
    clinic.appointment(&other.problem, 50);
    clinic.close()
}
