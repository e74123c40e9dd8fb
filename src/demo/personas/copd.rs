//! Henk, 67: has COPD and measures at home.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::contact::{Contact, FIRST_CONTACT};
use super::super::build::document::{CLINIC_LETTER, CONTACT_REPORT};
use super::super::build::measurement::{
    CRP, EGFR, FEV1, HB, HEART_RATE, HEIGHT, LDL, PEAK_FLOW, RESPIRATION, SATURATION, TEMPERATURE, WEIGHT,
};
use super::super::build::sct;
use super::super::codes::{
    CHRONIC_CHECKUP, COPD, COPD_FLARE, COVID_SHOT, EX_SMOKER, FLU_SHOT, HIGH_CHOLESTEROL, HOME_METER, HYPERTENSION,
    PNEUMO_SHOT, SPIROMETRY, TOBACCO, XRAY_CHEST,
};
use super::super::medicines::{ATORVASTATIN, Course, FORMOTEROL, LISINOPRIL, PREDNISOLONE, SALBUTAMOL, TIOTROPIUM};
use super::Desk;

const COURSES: [Course; 5] = [
    Course::daily(&TIOTROPIUM, "1 maal per dag 1 inhalatie", 1, "1", 1400).because(COPD),
    Course::daily(&FORMOTEROL, "2 maal per dag 1 inhalatie", 2, "1", 620).because(COPD),
    Course::daily(&SALBUTAMOL, "bij benauwdheid 1 tot 2 inhalaties, hoogstens 4 maal per dag", 4, "2", 2200)
        .when_needed(),
    Course::daily(&LISINOPRIL, "1 maal per dag 1 tablet", 1, "1", 1900).because(HYPERTENSION),
    Course::daily(&ATORVASTATIN, "1 maal per dag 1 tablet", 1, "1", 800).because(HIGH_CHOLESTEROL),
];
const ATTACK: [Course; 1] = [Course::daily(&PREDNISOLONE, "1 maal per dag 1 tablet, 7 dagen", 1, "1", 95)
    .because(COPD_FLARE)
    .stopped(88, "Kuur afgemaakt.")];

const WIFE: Contact = Contact {
    initials: "T.",
    family: "Brouwer-Prins",
    gender: "female",
    relation: ("WIFE", "Echtgenote"),
    role: FIRST_CONTACT,
    phone: "06-00012010",
};

/// Every organisation's part.
pub fn records(desk: &Desk) -> Vec<SourceBundle> {
    vec![practice(desk), pharmacy(desk), hospital(desk), post(desk)]
}

fn practice(desk: &Desk) -> SourceBundle {
    let mut gp = desk.open("gp");
    gp.contact(&WIFE);
    let copd = gp.problem(&COPD, 2300);
    gp.problem(&HYPERTENSION, 1950);
    gp.problem(&HIGH_CHOLESTEROL, 810);
    gp.problem_until(&COPD_FLARE, 96, Some(85));
    gp.agreements(&COURSES);
    gp.by("prof-meijer");
    for (systolic, diastolic, days) in [(146, 88, 370), (141, 86, 190), (138, 84, 60)] {
        gp.blood_pressure(systolic, diastolic, days);
    }
    for (weight, days) in [("84.0", 370), ("82.5", 190), ("81.8", 60)] {
        gp.measured(&WEIGHT, weight, days);
    }
    gp.measured(&HEIGHT, "178", 370);
    gp.tested_all(&[(&EGFR, "78"), (&LDL, "2.4"), (&HB, "9.1")], 190);
    gp.finding("TobaccoUse", &TOBACCO, &EX_SMOKER, 370);
    gp.score("", &sct("443117005", "CCQ en MRC: ziektelast COPD"), 3, "Benauwd bij traplopen", 60);
    gp.procedure(&SPIROMETRY, None, 370);
    gp.measured(&FEV1, "54", 370);
    gp.vaccination(&FLU_SHOT, 35);
    gp.vaccination(&COVID_SHOT, 35);
    gp.vaccination(&PNEUMO_SHOT, 900);
    gp.encounter(&Visit::consult(CHRONIC_CHECKUP, 60));
    gp.encounter(&Visit::consult(CHRONIC_CHECKUP, 190));
    gp.by("prof-visser").encounter(&Visit::consult(COPD_FLARE, 92));
    gp.goal("Iedere dag een half uur wandelen met de hond", Some(&copd), 190);
    gp.appointment(&CHRONIC_CHECKUP, 21);
    gp.close()
}

fn pharmacy(desk: &Desk) -> SourceBundle {
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(&COURSES);
    pharmacy.dispenses(&ATTACK);
    pharmacy.encounter(&Visit::consult(sct("702759003", "Inhalatie-instructie"), 610));
    pharmacy.close()
}

fn hospital(desk: &Desk) -> SourceBundle {
    let mut lung = desk.open("hospital");
    lung.by("prof-kuiper");
    let copd = lung.problem(&COPD, 2250);
    lung.encounter(&Visit::consult(COPD, 625));
    lung.encounter(&Visit::consult(COPD, 240));
    lung.procedure(&SPIROMETRY, None, 240);
    lung.procedure(&XRAY_CHEST, None, 240);
    lung.measured(&FEV1, "52", 240);
    lung.measured(&SATURATION, "94", 240);
    lung.tested_all(&[(&CRP, "4"), (&HB, "9.3")], 240);
    lung.goal("Longaanval vroeg herkennen door thuis te meten", Some(&copd), 120);
    lung.letter(
        &CLINIC_LETTER,
        "Brief polikliniek longziekten",
        "Geachte collega,\n\nPatiënt met COPD GOLD II, groep B. Longfunctie licht gedaald. Hij doet mee aan thuismeten \
         met een saturatiemeter en piekstroommeter.\n\nR.J. Kuiper, longarts",
        240,
    );
    let oximeter = lung.device(&HOME_METER, "Saturatiemeter voor thuis");
    let flow = lung.device(&HOME_METER, "Piekstroommeter voor thuis");
    for days in (1..=14_u32).rev() {
        let dip = u32::from((5..=7).contains(&days)) * 3;
        let saturation = (lung.random.between(92, 95) - dip).to_string();
        let peak = (lung.random.between(255, 290) - dip * 12).to_string();
        lung.measured_at_home(&SATURATION, &saturation, days.into(), &oximeter);
        lung.measured_at_home(&PEAK_FLOW, &peak, days.into(), &flow);
    }
    for days in [2, 6, 10] {
        let pulse = lung.random.between(74, 92).to_string();
        lung.measured_at_home(&HEART_RATE, &pulse, days, &oximeter);
    }
    lung.appointment(&COPD, 40);
    lung.close()
}

fn post(desk: &Desk) -> SourceBundle {
    let mut post = desk.open("gp_post");
    post.encounter(&Visit::emergency(COPD_FLARE, 95));
    post.measured(&SATURATION, "88", 95);
    post.measured(&RESPIRATION, "26", 95);
    post.measured(&TEMPERATURE, "37.8", 95);
    post.agreements(&ATTACK);
    post.letter(
        &CONTACT_REPORT,
        "Waarneembericht benauwdheid",
        "S: sinds twee dagen benauwder, hoest groen slijm op. O: saturatie 88%, piepend. E: longaanval. \
         P: vernevelen, prednisolon 30 mg 7 dagen, controle eigen huisarts.",
        95,
    );
    post.close()
}
