//! Saskia, 46: a GP of the region who is also a patient. Her professional and her patient login are two different things.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::measurement::{HB, HEIGHT, TSH, WEIGHT};
use super::super::build::sct;
use super::super::codes::{
    CHECKUP, COVID_SHOT, FLU_SHOT, HAY_FEVER, LOW_BACK_PAIN, MIGRAINE, NON_SMOKER, POLLEN_ALLERGY, TENSION, TOBACCO,
};
use super::super::medicines::{Course, METOPROLOL, PARACETAMOL};
use super::Desk;

const COURSES: [Course; 2] = [
    Course::daily(&METOPROLOL, "1 maal per dag 1 tablet", 1, "1", 300).because(MIGRAINE),
    Course::daily(&PARACETAMOL, "2 tabletten bij hoofdpijn", 3, "2", 300).when_needed().because(MIGRAINE),
];

/// Every organisation's part.
pub fn records(desk: &Desk) -> Vec<SourceBundle> {
    let mut gp = desk.open("gp");
    gp.by("prof-visser");
    gp.problem(&MIGRAINE, 2900);
    gp.problem(&HAY_FEVER, 8000);
    gp.problem_until(&LOW_BACK_PAIN, 820, Some(760));
    gp.problem(&TENSION, 110);
    gp.allergy(&POLLEN_ALLERGY, 5000);
    gp.agreements(&COURSES);
    gp.blood_pressure(122, 78, 300);
    gp.blood_pressure(118, 76, 105);
    gp.measured(&WEIGHT, "67.0", 105);
    gp.measured(&HEIGHT, "172", 300);
    gp.tested_all(&[(&TSH, "1.8"), (&HB, "8.2")], 105);
    gp.finding("TobaccoUse", &TOBACCO, &NON_SMOKER, 300);
    gp.vaccination(&FLU_SHOT, 38);
    gp.vaccination(&COVID_SHOT, 38);
    gp.vaccination(&sct("871822003", "Hepatitis B-vaccin"), 7000);
    gp.encounter(&Visit::consult(MIGRAINE, 300));
    gp.encounter(&Visit::consult(TENSION, 108));
    gp.encounter(&Visit::consult(CHECKUP, 60));
    gp.goal("Een avond per week roeien en op tijd naar huis", None, 105);
    let practice = gp.close();
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(&COURSES);
    pharmacy.allergy(&POLLEN_ALLERGY, 299);
    vec![practice, pharmacy.close()]
}
