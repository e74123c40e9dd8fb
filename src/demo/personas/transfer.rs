//! Klaas, 82: broke his hip; the hospital hands the nursing care over to De Wilgenhof.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::contact::{Contact, FIRST_CONTACT};
use super::super::build::directive::Choice;
use super::super::build::document::DISCHARGE_LETTER;
use super::super::build::measurement::{CRP, EGFR, HB, HEIGHT, POTASSIUM, SODIUM, WEIGHT};
use super::super::build::sct;
use super::super::codes::{
    CHRONIC_CHECKUP, DIABETES, FALL, FALL_RISK, FLU_SHOT, HIP, HIP_FRACTURE, HIP_PROSTHESIS, HYPERTENSION,
    PENICILLIN_ALLERGY, XRAY_HIP,
};
use super::super::medicines::{Course, LISINOPRIL, METFORMIN, NADROPARIN, OXYCODONE, PARACETAMOL};
use super::Desk;
use super::handover::{Basis, hand_over};

const COURSES: [Course; 2] = [
    Course::daily(&LISINOPRIL, "1 maal per dag 1 tablet", 1, "1", 2000).because(HYPERTENSION),
    Course::daily(&METFORMIN, "2 maal per dag 1 tablet bij het eten", 2, "1", 1500).because(DIABETES),
];
const HOSPITAL_COURSES: [Course; 3] = [
    Course::daily(&PARACETAMOL, "4 maal per dag 2 tabletten", 4, "2", 9).because(HIP_FRACTURE),
    Course::daily(&NADROPARIN, "1 maal per dag 1 injectie, 's avonds, 5 weken", 1, "2850", 9),
    Course::daily(&OXYCODONE, "2 maal per dag 1 tablet", 2, "1", 9).stopped(3, "Pijn is draaglijk met paracetamol."),
];

const SON: Contact = Contact {
    initials: "J.K.",
    family: "Postma",
    gender: "male",
    relation: ("SONC", "Zoon"),
    role: FIRST_CONTACT,
    phone: "06-00012060",
};

/// Every organisation's part.
pub fn records(desk: &Desk) -> Vec<SourceBundle> {
    vec![practice(desk), pharmacy(desk), hospital(desk), receiver(desk)]
}

fn practice(desk: &Desk) -> SourceBundle {
    let mut gp = desk.open("gp");
    gp.contact(&SON);
    gp.problem(&HYPERTENSION, 2010);
    gp.problem(&DIABETES, 1510);
    gp.allergy(&PENICILLIN_ALLERGY, 6000);
    gp.agreements(&COURSES);
    gp.blood_pressure(146, 80, 200);
    gp.blood_pressure(140, 78, 100);
    gp.measured(&WEIGHT, "76.0", 100);
    gp.measured(&HEIGHT, "176", 200);
    gp.tested_all(&[(&EGFR, "62"), (&super::super::build::measurement::HBA1C, "54")], 100);
    gp.vaccination(&FLU_SHOT, 36);
    gp.encounter(&Visit::consult(CHRONIC_CHECKUP, 100));
    gp.directive(&sct("89666000", "Reanimatie"), Choice::Yes, "Heroverwegen na revalidatie.", 100);
    gp.close()
}

fn pharmacy(desk: &Desk) -> SourceBundle {
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(&COURSES);
    pharmacy.allergy(&PENICILLIN_ALLERGY, 2400);
    pharmacy.close()
}

fn receiver(desk: &Desk) -> SourceBundle {
    let mut vvt = desk.open("vvt");
    vvt.contact(&SON);
    vvt.encounter(&Visit::consult(sct("225929007", "Intakegesprek revalidatie"), 2));
    vvt.living_situation("Woonde alleen op de tweede verdieping, geen lift.", 2);
    vvt.close()
}

fn hospital(desk: &Desk) -> SourceBundle {
    let mut ward = desk.open("hospital");
    let son = ward.contact(&SON);
    let insurance = ward.insurance();
    let stay = ward.encounter(&Visit::admission(HIP_FRACTURE, 9, 0));
    ward.amend(&stay, |encounter| encounter["status"] = "in-progress".into());
    ward.encounter(&Visit::emergency(FALL, 9));
    let fracture = ward.problem(&HIP_FRACTURE, 9);
    let diabetes = ward.problem(&DIABETES, 1510);
    let allergy = ward.allergy(&PENICILLIN_ALLERGY, 9);
    let risk = ward.alert(&FALL_RISK, None, 9);
    ward.procedure(&XRAY_HIP, Some(&HIP), 9);
    let surgery = ward.procedure(&HIP_PROSTHESIS, Some(&HIP), 8);
    ward.agreements(&HOSPITAL_COURSES);
    ward.tested_all(&[(&HB, "8.4"), (&CRP, "6"), (&EGFR, "58"), (&POTASSIUM, "4.1"), (&SODIUM, "137")], 9);
    ward.tested_all(&[(&HB, "6.9"), (&CRP, "74")], 6);
    ward.tested_all(&[(&HB, "7.2"), (&CRP, "31")], 2);
    ward.letter(
        &DISCHARGE_LETTER,
        "Ontslagbrief orthopedie",
        "Geachte collega,\n\nOpname na val; kophalsprothese rechts zonder complicaties. Volledig belasten. \
         Nadroparine nog vier weken. Controle over zes weken.",
        0,
    );
    let basis = Basis { son, insurance, stay, fracture, diabetes, allergy, risk, surgery };
    hand_over(&mut ward, &basis);
    ward.close()
}
