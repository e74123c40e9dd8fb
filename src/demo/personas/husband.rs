//! Cor, 80: husband of Annie, and a patient himself.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::document::CLINIC_LETTER;
use super::super::build::measurement::{EGFR, HB, HEIGHT, LDL, WEIGHT};
use super::super::build::sct;
use super::super::codes::{
    ATRIAL_FIBRILLATION, CHRONIC_CHECKUP, ECG, ECHO_HEART, FLU_SHOT, HYPERTENSION, PROSTATE, SLEEP_PROBLEM,
};
use super::super::medicines::{APIXABAN5, Course, METOPROLOL, TAMSULOSIN};
use super::Desk;

const COURSES: [Course; 3] = [
    Course::daily(&METOPROLOL, "1 maal per dag 1 tablet", 1, "1", 980).because(ATRIAL_FIBRILLATION),
    Course::daily(&APIXABAN5, "2 maal per dag 1 tablet", 2, "1", 980).because(ATRIAL_FIBRILLATION),
    Course::daily(&TAMSULOSIN, "1 maal per dag 1 tablet na het ontbijt", 1, "1", 1500).because(PROSTATE),
];

/// Every organisation's part.
pub fn records(desk: &Desk) -> Vec<SourceBundle> {
    vec![practice(desk), pharmacy(desk), hospital(desk)]
}

fn practice(desk: &Desk) -> SourceBundle {
    let mut gp = desk.open("gp");
    gp.by("prof-terpstra");
    gp.problem(&ATRIAL_FIBRILLATION, 985);
    gp.problem(&HYPERTENSION, 4000);
    gp.problem(&PROSTATE, 1510);
    gp.problem(&SLEEP_PROBLEM, 65);
    gp.problem(&sct("276046004", "Zorg voor zieke partner weegt zwaar"), 64);
    gp.agreements(&COURSES);
    for (systolic, diastolic, days) in [(150, 86, 360), (146, 84, 180), (142, 82, 64)] {
        gp.blood_pressure(systolic, diastolic, days);
    }
    gp.measured(&WEIGHT, "79.6", 180);
    gp.measured(&HEIGHT, "175", 360);
    gp.tested_all(&[(&EGFR, "66"), (&HB, "8.6"), (&LDL, "2.9")], 180);
    gp.vaccination(&FLU_SHOT, 33);
    gp.vaccination(&FLU_SHOT, 395);
    gp.encounter(&Visit::consult(CHRONIC_CHECKUP, 180));
    gp.encounter(&Visit::consult(SLEEP_PROBLEM, 64));
    gp.appointment(&CHRONIC_CHECKUP, 5);
    gp.close()
}

fn pharmacy(desk: &Desk) -> SourceBundle {
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(&COURSES);
    pharmacy.close()
}

fn hospital(desk: &Desk) -> SourceBundle {
    let mut hospital = desk.open("hospital");
    hospital.problem(&ATRIAL_FIBRILLATION, 985);
    hospital.encounter(&Visit::consult(ATRIAL_FIBRILLATION, 982));
    hospital.encounter(&Visit::consult(ATRIAL_FIBRILLATION, 600));
    hospital.procedure(&ECG, None, 982);
    hospital.procedure(&ECHO_HEART, None, 975);
    hospital.tested_all(&[(&EGFR, "70"), (&HB, "8.9")], 982);
    hospital.letter(
        &CLINIC_LETTER,
        "Brief polikliniek cardiologie",
        "Geachte collega,\n\nBoezemfibrilleren, goede pompfunctie. Gestart met apixaban en metoprolol; verdere controle bij u.",
        974,
    );
    hospital.close()
}
