//! Annie, 78: has Alzheimer's disease; her husband Cor acts for her.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::contact::{Contact, REPRESENTATIVE};
use super::super::build::directive::Choice;
use super::super::build::document::CLINIC_LETTER;
use super::super::build::measurement::{EGFR, HB, HEIGHT, TSH, WEIGHT};
use super::super::build::nursing::{
    DRESS_HELP, EAT_ALONE, Functioning, STAIRS_HELP, TOILET_HELP, TRANSFER_ALONE, WALK_ALONE, WASH_HELP,
};
use super::super::build::sct;
use super::super::codes::{
    CHECKUP, CHRONIC_CHECKUP, DEMENTIA, FLU_SHOT, HELP_PLAN, HYPERTENSION, HYPOTHYROIDISM, MEMORY_PROBLEM,
    NURSING_PLAN, PLASTER_ALLERGY, WANDERING,
};
use super::super::medicines::{COLECALCIFEROL, Course, LEVOTHYROXINE, LISINOPRIL, PARACETAMOL, RIVASTIGMINE};
use super::Desk;

const COURSES: [Course; 4] = [
    Course::daily(&COLECALCIFEROL, "1 maal per week 1 druppel op een stukje brood", 1, "1", 700).weekly(),
    Course::daily(&LEVOTHYROXINE, "1 maal per dag 1 tablet, nuchter", 1, "1", 3200).because(HYPOTHYROIDISM),
    Course::daily(&LISINOPRIL, "1 maal per dag 1 tablet", 1, "1", 2400).because(HYPERTENSION),
    Course::daily(&PARACETAMOL, "2 tabletten bij pijn, hoogstens 3 maal per dag", 3, "2", 400).when_needed(),
];
const PATCH: [Course; 1] = [Course::daily(&RIVASTIGMINE, "1 maal per dag 1 pleister", 1, "1", 690)
    .because(DEMENTIA)
    .stopped(310, "Huidreactie op de pleister en weinig effect.")];

const HUSBAND: Contact = Contact {
    initials: "C.",
    family: "Mulder",
    gender: "male",
    relation: ("HUSB", "Echtgenoot"),
    role: REPRESENTATIVE,
    phone: "06-00012030",
};

const DAILY_LIFE: Functioning = Functioning {
    days: 11,
    washing: WASH_HELP,
    dressing: DRESS_HELP,
    eating: EAT_ALONE,
    toilet: TOILET_HELP,
    walking: WALK_ALONE,
    transfer: TRANSFER_ALONE,
    stairs: STAIRS_HELP,
    note: "Loopt goed maar vindt de weg niet terug.",
};

/// Every organisation's part.
pub fn records(desk: &Desk) -> Vec<SourceBundle> {
    vec![practice(desk), pharmacy(desk), hospital(desk), care(desk)]
}

fn practice(desk: &Desk) -> SourceBundle {
    let mut gp = desk.open("gp");
    gp.by("prof-terpstra");
    gp.legally_capable(false, "Kan keuzes over behandeling niet meer overzien; echtgenoot vertegenwoordigt.");
    let husband = gp.contact(&HUSBAND);
    gp.problem(&DEMENTIA, 760);
    gp.problem_until(&MEMORY_PROBLEM, 1150, Some(760));
    gp.problem(&HYPOTHYROIDISM, 3210);
    gp.problem(&HYPERTENSION, 2410);
    gp.allergy(&PLASTER_ALLERGY, 309);
    gp.agreements(&COURSES);
    gp.blood_pressure(144, 80, 280);
    gp.blood_pressure(139, 78, 70);
    gp.measured(&WEIGHT, "66.1", 280);
    gp.measured(&WEIGHT, "63.4", 70);
    gp.measured(&HEIGHT, "164", 280);
    gp.tested_all(&[(&TSH, "2.3"), (&EGFR, "68"), (&HB, "8.0")], 70);
    gp.vaccination(&FLU_SHOT, 33);
    gp.encounter(&Visit::home(DEMENTIA, 70));
    gp.encounter(&Visit::consult(CHRONIC_CHECKUP, 280));
    gp.encounter(&Visit::consult(MEMORY_PROBLEM, 800));
    gp.referral(&sct("183519003", "Verwijzing naar geriatrie"), &MEMORY_PROBLEM, "hospital", 798);
    gp.directive(&sct("89666000", "Reanimatie"), Choice::No, "Besproken met echtgenoot en dochter.", 270);
    gp.directive(
        &sct("32485007", "Opname in het ziekenhuis"),
        Choice::Depends("Alleen als het haar klachten verlicht."),
        "",
        270,
    );
    let power = "Ik machtig mijn echtgenoot Cor Mulder om namens mij te beslissen over zorg en behandeling.";
    gp.advance_directive(("VOL", "Volmacht"), &husband, power, 1100);
    gp.appointment(&CHECKUP, 18);
    gp.close()
}

fn pharmacy(desk: &Desk) -> SourceBundle {
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(&COURSES);
    pharmacy.dispenses(&PATCH);
    pharmacy.close()
}

fn hospital(desk: &Desk) -> SourceBundle {
    let mut geriatrics = desk.open("hospital");
    geriatrics.contact(&HUSBAND);
    geriatrics.problem(&DEMENTIA, 760);
    geriatrics.encounter(&Visit::consult(MEMORY_PROBLEM, 775));
    geriatrics.encounter(&Visit::consult(DEMENTIA, 760));
    geriatrics.encounter(&Visit::consult(DEMENTIA, 310));
    let test = sct("273617000", "MMSE: geheugentest (0 tot 30)");
    geriatrics.score("FunctionalOrMentalStatus", &test, 21, "", 760);
    geriatrics.score("FunctionalOrMentalStatus", &test, 16, "", 310);
    geriatrics.procedure(&sct("816077007", "MRI-scan van de hersenen"), None, 770);
    geriatrics.agreements(&PATCH);
    geriatrics.tested_all(&[(&TSH, "2.0"), (&HB, "8.2")], 775);
    geriatrics.letter(
        &CLINIC_LETTER,
        "Brief geheugenpolikliniek",
        "Geachte collega,\n\nHet beeld past bij de ziekte van Alzheimer, matig stadium. Rivastigmine is gestopt vanwege \
         een huidreactie. Wij adviseren dagbesteding en steun voor de echtgenoot.\n\nF.A. Dijkhuis, klinisch geriater",
        308,
    );
    geriatrics.close()
}

fn care(desk: &Desk) -> SourceBundle {
    let mut vvt = desk.open("vvt");
    vvt.contact(&HUSBAND);
    vvt.functioning(&DAILY_LIFE);
    let wandering = vvt.nursing_diagnosis(&WANDERING, 140);
    let strain = vvt.nursing_diagnosis(&sct("129898002", "Mantelzorger is overbelast"), 60);
    vvt.alert(&WANDERING, Some(&wandering), 140);
    vvt.snaq(1, "Vergeet te eten als zij alleen is", 11);
    vvt.pain(1, "", 11);
    vvt.measured(&WEIGHT, "62.8", 11);
    vvt.living_situation("Woont met echtgenoot in een rijtjeshuis; voordeur heeft een melder.", 140);
    vvt.care_plan(
        &NURSING_PLAN,
        "Zorgplan dagbesteding en wijkverpleging",
        &[
            (sct("385941009", "Hulp bij wassen en kleden"), "Drie ochtenden per week"),
            (sct("225321003", "Dagbesteding"), "Dinsdag en donderdag"),
            (sct("386229000", "Gesprek met de mantelzorger"), "Maandelijks"),
        ],
        &[wandering, strain],
        140,
    );
    vvt.care_plan(
        &HELP_PLAN,
        "Hulp van naasten",
        &[
            (sct("407542009", "Mantelzorg door echtgenoot"), "Dagelijks"),
            (sct("303071001", "Dochter neemt het over"), "Zondag"),
        ],
        &[],
        140,
    );
    vvt.uses(&COURSES, 12);
    vvt.by("prof-schouten").encounter(&Visit::home(DEMENTIA, 26));
    vvt.score("", &sct("225398008", "Zorgzwaarte mantelzorg (EDIZ)"), 6, "Zwaar belast", 26);
    vvt.care_team(&["prof-wouters", "prof-schouten", "prof-terpstra"], 140);
    vvt.close()
}
