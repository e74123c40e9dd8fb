//! Noor, 14: decides together with her father.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::contact::{Contact, FIRST_CONTACT};
use super::super::build::document::CLINIC_LETTER;
use super::super::build::measurement::{HB, HEART_RATE, HEIGHT, WEIGHT};
use super::super::build::sct;
use super::super::codes::{
    ADHD, CHECKUP, DTP_SHOT, HAY_FEVER, HPV_SHOT, MENINGO_SHOT, MMR_SHOT, POLLEN_ALLERGY, PSYCHIATRY, TENSION,
};
use super::super::medicines::{Course, ETHINYLESTRADIOL, METHYLPHENIDATE};
use super::Desk;

const COURSES: [Course; 1] =
    [Course::daily(&METHYLPHENIDATE, "1 maal per dag 1 tablet, 's ochtends", 1, "1", 420).because(ADHD)];
const PILL: [Course; 1] =
    [Course::daily(&ETHINYLESTRADIOL, "1 maal per dag 1 tablet, 21 dagen, dan 7 dagen stoppen", 1, "1", 80)];

const FATHER: Contact = Contact {
    initials: "E.",
    family: "Yildirim",
    gender: "male",
    relation: ("FTH", "Vader"),
    role: FIRST_CONTACT,
    phone: "06-00012050",
};

/// Every organisation's part.
pub fn records(desk: &Desk) -> Vec<SourceBundle> {
    vec![practice(desk), pharmacy(desk), hospital(desk)]
}

fn practice(desk: &Desk) -> SourceBundle {
    let mut gp = desk.open("gp");
    gp.by("prof-terpstra");
    gp.contact(&FATHER);
    gp.problem(&ADHD, 430);
    gp.problem(&HAY_FEVER, 1500);
    gp.allergy(&POLLEN_ALLERGY, 1490);
    gp.agreements(&COURSES);
    for (weight, height, days) in [("44.0", "157", 500), ("47.5", "161", 260), ("50.1", "164", 75)] {
        gp.measured(&WEIGHT, weight, days);
        gp.measured(&HEIGHT, height, days);
    }
    gp.measured(&HEART_RATE, "76", 260);
    gp.blood_pressure(108, 66, 260);
    for days in [5000, 4800, 3600, 1700] {
        gp.vaccination(&DTP_SHOT, days);
    }
    gp.vaccination(&MMR_SHOT, 4700);
    gp.vaccination(&MMR_SHOT, 1700);
    gp.vaccination(&HPV_SHOT, 1300);
    gp.vaccination(&HPV_SHOT, 1110);
    gp.vaccination(&MENINGO_SHOT, 60);
    gp.encounter(&Visit::consult(ADHD, 260));
    gp.encounter(&Visit::consult(CHECKUP, 75));
    gp.labelled(Some(PSYCHIATRY));
    gp.problem(&TENSION, 76);
    gp.labelled(Some(super::super::codes::SEXUAL_HEALTH));
    gp.encounter(&Visit::consult(sct("13197004", "Anticonceptie"), 80));
    gp.agreements(&PILL);
    gp.close()
}

fn pharmacy(desk: &Desk) -> SourceBundle {
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(&COURSES);
    pharmacy.labelled(Some(super::super::codes::SEXUAL_HEALTH));
    pharmacy.dispenses(&PILL);
    pharmacy.close()
}

fn hospital(desk: &Desk) -> SourceBundle {
    let mut hospital = desk.open("hospital");
    hospital.contact(&FATHER);
    hospital.problem(&HAY_FEVER, 1500);
    hospital.allergy(&POLLEN_ALLERGY, 1480);
    hospital.encounter(&Visit::consult(HAY_FEVER, 1480));
    hospital.procedure(&sct("37968009", "Huidpriktest allergie"), None, 1480);
    hospital.tested(&HB, "8.1", 1480);
    hospital.letter(
        &CLINIC_LETTER,
        "Brief polikliniek kindergeneeskunde",
        "Geachte collega,\n\nPriktest positief voor graspollen. Advies: antihistaminicum in het seizoen.",
        1475,
    );
    hospital.close()
}
