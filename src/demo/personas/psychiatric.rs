//! Mark, 38: is treated for a psychiatric condition and shares that with one organisation only.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::contact::{Contact, FIRST_CONTACT};
use super::super::build::document::TREATMENT_PLAN;
use super::super::build::measurement::{EGFR, HEART_RATE, HEIGHT, LITHIUM, TSH, WEIGHT};
use super::super::build::{Source, sct};
use super::super::codes::{
    BIPOLAR, CHECKUP, DICLOFENAC_ALLERGY, DTP_SHOT, LOW_BACK_PAIN, PSYCHIATRY, PSYCHOSIS, SLEEP_PROBLEM, SMOKER,
    TOBACCO,
};
use super::super::medicines::{Course, LITHIUM_CARBONATE, PARACETAMOL, QUETIAPINE};
use super::Desk;

const COURSES: [Course; 2] = [
    Course::daily(&LITHIUM_CARBONATE, "1 maal per dag 2 tabletten, 's avonds", 1, "2", 540).because(BIPOLAR),
    Course::daily(&QUETIAPINE, "1 maal per dag 1 tablet voor de nacht", 1, "1", 205)
        .because(BIPOLAR)
        .stopped(30, "Te suf overdag; in overleg gestopt."),
];
const PAIN: [Course; 1] = [Course::daily(&PARACETAMOL, "3 maal per dag 2 tabletten", 3, "2", 60).when_needed()];

const SISTER: Contact = Contact {
    initials: "E.",
    family: "de Wit",
    gender: "female",
    relation: ("SIS", "Zus"),
    role: FIRST_CONTACT,
    phone: "06-00012020",
};

/// Every organisation's part.
pub fn records(desk: &Desk) -> Vec<SourceBundle> {
    vec![practice(desk), pharmacy(desk), institution(desk)]
}

fn practice(desk: &Desk) -> SourceBundle {
    let mut gp = desk.open("gp");
    gp.contact(&SISTER);
    gp.problem(&LOW_BACK_PAIN, 63);
    gp.allergy(&DICLOFENAC_ALLERGY, 1300);
    gp.agreements(&PAIN);
    gp.encounter(&Visit::consult(LOW_BACK_PAIN, 62));
    gp.encounter(&Visit::consult(CHECKUP, 330));
    gp.blood_pressure(128, 82, 330);
    gp.measured(&WEIGHT, "88.4", 330);
    gp.measured(&HEIGHT, "183", 330);
    gp.tested_all(&[(&EGFR, "92"), (&TSH, "2.1")], 330);
    gp.finding("TobaccoUse", &TOBACCO, &SMOKER, 330);
    gp.vaccination(&DTP_SHOT, 2200);
    gp.labelled(Some(PSYCHIATRY));
    gp.problem(&BIPOLAR, 1700);
    gp.referral(&sct("183524004", "Verwijzing naar psychiatrie"), &BIPOLAR, "mental_health", 560);
    gp.close()
}

fn pharmacy(desk: &Desk) -> SourceBundle {
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(&PAIN);
    pharmacy.labelled(Some(PSYCHIATRY));
    pharmacy.dispenses(&COURSES);
    pharmacy.close()
}

fn institution(desk: &Desk) -> SourceBundle {
    let mut ggz = desk.open("mental_health");
    ggz.labelled(Some(PSYCHIATRY));
    ggz.contact(&SISTER);
    let bipolar = ggz.problem(&BIPOLAR, 1700);
    ggz.problem_until(&PSYCHOSIS, 208, Some(170));
    ggz.problem(&SLEEP_PROBLEM, 207);
    ggz.agreements(&COURSES);
    ggz.encounter(&Visit::admission(PSYCHOSIS, 208, 180));
    for days in [165, 130, 95, 60, 30] {
        ggz.encounter(&Visit::consult(BIPOLAR, days));
    }
    course_of_treatment(&mut ggz);
    ggz.alert(&sct("225444004", "Vroege signalen: weinig slapen en veel geld uitgeven"), Some(&bipolar), 175);
    ggz.goal("Weer drie dagen per week werken in de muziekwinkel", Some(&bipolar), 150);
    ggz.care_plan(
        &sct("734163000", "Behandelplan"),
        "Behandelplan GGZ",
        &[
            (sct("304891004", "Cognitieve gedragstherapie"), "Iedere vier weken"),
            (sct("308113006", "Zelf stemming bijhouden"), "Dagelijks"),
        ],
        &[bipolar],
        160,
    );
    ggz.letter(
        &TREATMENT_PLAN,
        "Signaleringsplan",
        "Als ik minder dan vijf uur slaap, bel ik mijn zus en De Horizon. Wat helpt: rust, geen koffie, telefoon weg.",
        160,
    );
    ggz.appointment(&BIPOLAR, 9);
    ggz.close()
}

/// Talks, scores and blood levels over half a year.
fn course_of_treatment(ggz: &mut Source) {
    ggz.by("prof-vermeulen");
    for days in [150, 122, 94, 66, 38] {
        ggz.procedure(&sct("304891004", "Gesprek cognitieve gedragstherapie"), None, days);
    }
    for (score, days) in [(18, 205), (11, 150), (7, 94), (4, 38)] {
        let scale = sct("273366009", "Score stemming (vragenlijst)");
        ggz.score("FunctionalOrMentalStatus", &scale, score, "Hoger is zwaarder", days);
    }
    ggz.by("prof-degraaf");
    for (level, days) in [("0.42", 205), ("0.65", 150), ("0.71", 95), ("0.86", 60), ("0.74", 30)] {
        ggz.tested(&LITHIUM, level, days);
    }
    ggz.tested_all(&[(&EGFR, "90"), (&TSH, "2.6")], 60);
    ggz.measured(&WEIGHT, "91.2", 60);
    ggz.measured(&HEART_RATE, "78", 60);
    ggz.blood_pressure(132, 84, 60);
}
