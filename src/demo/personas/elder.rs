//! Truus, 90: lives at home with help, eight medicines, and has recorded what she wants and what not.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::contact::{Contact, FIRST_CONTACT, REPRESENTATIVE};
use super::super::build::directive::Choice;
use super::super::build::document::{CONTACT_REPORT, DISCHARGE_LETTER};
use super::super::build::measurement::{
    CREATININE, EGFR, HB, HEART_RATE, HEIGHT, LDL, NT_PRO_BNP, POTASSIUM, SATURATION, TEMPERATURE, WEIGHT,
};
use super::super::build::nursing::{
    DRESS_HELP, EAT_ALONE, Functioning, STAIRS_HELP, TOILET_ALONE, TRANSFER_ALONE, WALK_HELP, WASH_HELP,
};
use super::super::build::wishes::Conversation;
use super::super::build::{Source, sct};
use super::super::codes::{
    ALARM_PENDANT, ARTHROSIS_KNEE, ATRIAL_FIBRILLATION, CATARACT, CATARACT_SURGERY, CHECKUP, CHRONIC_CHECKUP,
    CONSTIPATION, COVID_SHOT, ECG, ECHO_HEART, FALL, FALL_RISK, FLU_SHOT, HEARING_AID, HEARING_LOSS, HEART_FAILURE,
    HELP_PLAN, HYPERTENSION, KIDNEY_DAMAGE, NON_SMOKER, NURSING_PLAN, OSTEOPOROSIS, PACEMAKER, PENICILLIN_ALLERGY,
    PNEUMO_SHOT, ROLLATOR, TOBACCO, URINARY_INFECTION,
};
use super::super::medicines::{
    ALENDRONATE, APIXABAN, CALCIUM, Course, FUROSEMIDE, LISINOPRIL, MACROGOL, METOPROLOL, OXAZEPAM, PANTOPRAZOLE,
    PARACETAMOL, SIMVASTATIN,
};
use super::Desk;

const COURSES: [Course; 10] = [
    Course::daily(&METOPROLOL, "1 maal per dag 1 tablet, 's ochtends", 1, "1", 2100).because(ATRIAL_FIBRILLATION),
    Course::daily(&LISINOPRIL, "1 maal per dag 1 tablet, 's ochtends", 1, "1", 1600).because(HEART_FAILURE),
    Course::daily(&FUROSEMIDE, "1 maal per dag 1 tablet, 's ochtends", 1, "1", 410).because(HEART_FAILURE),
    Course::daily(&APIXABAN, "2 maal per dag 1 tablet", 2, "1", 1250).because(ATRIAL_FIBRILLATION),
    Course::daily(&PANTOPRAZOLE, "1 maal per dag 1 tablet voor het ontbijt", 1, "1", 1250),
    Course::daily(&CALCIUM, "1 maal per dag 1 kauwtablet", 1, "1", 900).because(OSTEOPOROSIS),
    Course::daily(&PARACETAMOL, "3 maal per dag 2 tabletten", 3, "2", 300).because(ARTHROSIS_KNEE),
    Course::daily(&MACROGOL, "1 maal per dag 1 sachet, oplossen in water", 1, "1", 250).because(CONSTIPATION),
    Course::daily(&SIMVASTATIN, "1 maal per dag 1 tablet voor de nacht", 1, "1", 3000)
        .stopped(380, "Op deze leeftijd weegt het nut niet meer op tegen de last; in overleg gestopt."),
    Course::daily(&OXAZEPAM, "1 tablet voor de nacht", 1, "1", 700)
        .when_needed()
        .stopped(42, "Gevallen in de nacht; afgebouwd en gestopt."),
];

const WEEKLY: [Course; 1] = [Course::daily(&ALENDRONATE, "1 maal per week 1 tablet", 1, "1", 2500)
    .weekly()
    .because(OSTEOPOROSIS)
    .stopped(650, "Vijf jaar gebruikt; volgens de richtlijn gestopt.")];

const DAUGHTER: Contact = Contact {
    initials: "M.E.",
    family: "van der Veen",
    gender: "female",
    relation: ("DAUC", "Dochter"),
    role: REPRESENTATIVE,
    phone: "06-00012001",
};
const NEIGHBOUR: Contact = Contact {
    initials: "P.",
    family: "Koster",
    gender: "male",
    relation: ("NBOR", "Buurman"),
    role: FIRST_CONTACT,
    phone: "06-00012002",
};

const CONVERSATION: Conversation = Conversation {
    days: 35,
    goal: sct("713148004", "Voorkomen en behandelen van klachten"),
    goal_note: "Mevrouw wil zo lang mogelijk thuis wonen en geen zware behandelingen meer.",
    wishes: "Graag iedere zondag koffie met mijn dochter. Ik wil niet meer naar het ziekenhuis als dat ook thuis kan.",
    purpose: "De tuin, de kerk en mijn achterkleinkinderen.",
    place: sct("264362003", "Thuis"),
    euthanasia: sct("340201000146103", "Wil geen euthanasie"),
    donor: sct("373067005", "Nee"),
};

const DAILY_LIFE: Functioning = Functioning {
    days: 6,
    washing: WASH_HELP,
    dressing: DRESS_HELP,
    eating: EAT_ALONE,
    toilet: TOILET_ALONE,
    walking: WALK_HELP,
    transfer: TRANSFER_ALONE,
    stairs: STAIRS_HELP,
    note: "Loopt binnen met rollator, buiten alleen met begeleiding.",
};

/// Every organisation's part.
pub fn records(desk: &Desk) -> Vec<SourceBundle> {
    vec![practice(desk), pharmacy(desk), hospital(desk), home_care(desk), post(desk)]
}

fn practice(desk: &Desk) -> SourceBundle {
    let mut gp = desk.open("gp");
    gp.legally_capable(true, "Mevrouw begrijpt de keuzes en beslist zelf.");
    let daughter = gp.contact(&DAUGHTER);
    gp.contact(&NEIGHBOUR);
    gp.problem(&HYPERTENSION, 7300);
    let failure = gp.problem(&HEART_FAILURE, 1620);
    gp.problem(&ATRIAL_FIBRILLATION, 2110);
    gp.problem(&OSTEOPOROSIS, 2510);
    gp.problem(&KIDNEY_DAMAGE, 1100);
    gp.problem(&ARTHROSIS_KNEE, 3400);
    gp.problem(&CONSTIPATION, 255);
    gp.problem_until(&URINARY_INFECTION, 190, Some(180));
    gp.problem_until(&CATARACT, 3100, Some(2700));
    let risk = gp.problem(&FALL_RISK, 44);
    gp.allergy(&PENICILLIN_ALLERGY, 9000);
    gp.alert(&FALL_RISK, Some(&risk), 44);
    gp.agreements(&COURSES);
    gp.agreements(&WEEKLY);
    practice_measurements(&mut gp);
    for days in [365, 730] {
        gp.vaccination(&FLU_SHOT, days + 20);
    }
    gp.vaccination(&COVID_SHOT, 40);
    gp.vaccination(&PNEUMO_SHOT, 1500);
    gp.by("prof-visser").encounter(&Visit::home(FALL, 43));
    gp.encounter(&Visit::home(CHECKUP, 120));
    gp.encounter(&Visit::consult(CHRONIC_CHECKUP, 210));
    gp.appointment(&CHECKUP, 12);
    gp.goal("Zo lang mogelijk veilig thuis wonen", Some(&failure), 200);
    wishes(&mut gp, &daughter);
    gp.close()
}

fn practice_measurements(gp: &mut Source) {
    gp.by("prof-meijer");
    for (systolic, diastolic, days) in [(152, 84, 400), (142, 78, 210), (138, 76, 120), (128, 70, 43)] {
        gp.blood_pressure(systolic, diastolic, days);
    }
    for (weight, days) in [("61.5", 400), ("59.9", 210), ("58.7", 120), ("58.1", 43)] {
        gp.measured(&WEIGHT, weight, days);
    }
    gp.measured(&HEIGHT, "158", 400);
    gp.measured(&HEART_RATE, "72", 43);
    for (egfr, creatinine, days) in [("51", "96", 400), ("48", "101", 210), ("44", "108", 43)] {
        gp.tested_all(&[(&EGFR, egfr), (&CREATININE, creatinine), (&POTASSIUM, "4.4")], days);
    }
    gp.tested_all(&[(&HB, "7.3"), (&NT_PRO_BNP, "1240")], 43);
    gp.tested(&LDL, "2.6", 400);
    gp.finding("TobaccoUse", &TOBACCO, &NON_SMOKER, 400);
}

fn wishes(gp: &mut Source, daughter: &str) {
    gp.conversation(&CONVERSATION, daughter);
    let days = CONVERSATION.days;
    gp.directive(&sct("89666000", "Reanimatie"), Choice::No, "Ook thuis niet reanimeren. Penning aanwezig.", days);
    gp.directive(&sct("305351004", "Opname op de intensive care"), Choice::No, "", days);
    gp.directive(&sct("40617009", "Beademing"), Choice::No, "", days);
    gp.directive(
        &sct("32485007", "Opname in het ziekenhuis"),
        Choice::Depends("Alleen als het thuis echt niet kan, bijvoorbeeld bij een gebroken heup."),
        "",
        days,
    );
    gp.directive(&sct("281789004", "Antibiotica"), Choice::Yes, "Liefst als tablet, niet per infuus.", days);
    gp.directive(&sct("116762002", "Bloedproducten"), Choice::Yes, "", days);
    let text = "Ik, G.J. van der Veen-Hoekstra, wil niet gereanimeerd worden. Mijn dochter Marieke weet hiervan.";
    gp.advance_directive(("NR", "Niet-reanimerenverklaring"), daughter, text, 800);
    gp.alert(&sct("304253006", "Niet reanimeren"), None, days);
}

fn pharmacy(desk: &Desk) -> SourceBundle {
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(&COURSES);
    pharmacy.dispenses(&WEEKLY);
    pharmacy.allergy(&PENICILLIN_ALLERGY, 2500);
    pharmacy.encounter(&Visit::consult(sct("182836005", "Medicatiebeoordeling"), 39));
    pharmacy.close()
}

fn hospital(desk: &Desk) -> SourceBundle {
    let mut hospital = desk.open("hospital");
    hospital.contact(&DAUGHTER);
    let failure = hospital.problem(&HEART_FAILURE, 1620);
    hospital.problem(&ATRIAL_FIBRILLATION, 2110);
    hospital.allergy(&PENICILLIN_ALLERGY, 2120);
    hospital.encounter(&Visit::admission(HEART_FAILURE, 418, 410));
    hospital.encounter(&Visit::consult(HEART_FAILURE, 380));
    hospital.encounter(&Visit::consult(HEART_FAILURE, 200));
    hospital.procedure(&ECHO_HEART, None, 417);
    hospital.procedure(&ECG, None, 418);
    hospital.procedure(&CATARACT_SURGERY, None, 2700);
    hospital.device_use(&PACEMAKER, "Pacemaker, tweekamer", None, 2050);
    hospital.tested_all(&[(&NT_PRO_BNP, "4210"), (&EGFR, "46"), (&HB, "7.1")], 418);
    hospital.tested_all(&[(&NT_PRO_BNP, "1510"), (&EGFR, "47")], 200);
    hospital.measured(&SATURATION, "91", 418);
    hospital.measured(&TEMPERATURE, "36.9", 418);
    hospital.measured(&WEIGHT, "64.2", 418);
    hospital.blood_pressure(165, 92, 418);
    hospital.goal("Minder vocht vasthouden, gewicht rond 60 kg", Some(&failure), 410);
    hospital.letter(
        &DISCHARGE_LETTER,
        "Ontslagbrief geriatrie",
        "Geachte collega,\n\nBovengenoemde patiënte was acht dagen opgenomen met toename van hartfalen. Zij kreeg \
         furosemide en knapte goed op. Graag controle van nierfunctie en gewicht.\n\nF.A. Dijkhuis, klinisch geriater",
        410,
    );
    hospital.close()
}

fn home_care(desk: &Desk) -> SourceBundle {
    let mut vvt = desk.open("vvt");
    vvt.contact(&DAUGHTER);
    vvt.functioning(&DAILY_LIFE);
    vvt.pain(3, "Knieën, bij opstaan", 6);
    vvt.snaq(2, "Eetlust is minder sinds de val", 6);
    vvt.living_situation("Woont alleen in een eengezinswoning; slaapkamer en douche op de begane grond.", 90);
    let wash = vvt.nursing_diagnosis(&sct("129822009", "Zelfzorgtekort: wassen en kleden"), 90);
    let falls = vvt.nursing_diagnosis(&FALL_RISK, 42);
    vvt.problem(&HEARING_LOSS, 1800);
    vvt.care_plan(
        &NURSING_PLAN,
        "Zorgplan wijkverpleging",
        &[
            (sct("385941009", "Hulp bij wassen en kleden"), "Iedere ochtend, 30 minuten"),
            (sct("385763009", "Medicijnen aanreiken uit de baxterrol"), "Ochtend en avond"),
            (sct("370865005", "Steunkousen aan- en uittrekken"), "Ochtend en avond"),
            (sct("386360009", "Wegen in verband met hartfalen"), "Iedere maandag"),
        ],
        &[wash, falls],
        42,
    );
    vvt.care_plan(
        &HELP_PLAN,
        "Hulp van naasten",
        &[(sct("315355003", "Boodschappen en maaltijden door dochter"), "Drie keer per week")],
        &[],
        90,
    );
    vvt.device_use(&ROLLATOR, "Rollator", None, 600);
    vvt.device_use(&HEARING_AID, "Hoortoestel beide oren", None, 1700);
    vvt.device_use(&ALARM_PENDANT, "Alarmhanger met spreekverbinding", None, 41);
    vvt.uses(&COURSES[..8], 8);
    for (weight, days) in [("58.6", 27), ("58.2", 20), ("57.9", 13), ("57.8", 6)] {
        vvt.measured(&WEIGHT, weight, days);
    }
    vvt.blood_pressure(132, 72, 6);
    vvt.care_team(&["prof-wouters", "prof-visser", "prof-koopman"], 42);
    vvt.close()
}

fn post(desk: &Desk) -> SourceBundle {
    let mut post = desk.open("gp_post");
    post.by("prof-demir").encounter(&Visit::emergency(FALL, 44));
    post.by("prof-bos").blood_pressure(118, 64, 44);
    post.letter(
        &CONTACT_REPORT,
        "Waarneembericht val in de nacht",
        "S: 's nachts gevallen op weg naar het toilet, geen bewustzijnsverlies. O: pijn knie, kan staan. \
         E: kneuzing. P: paracetamol, eigen huisarts belt morgen. Slaapmiddel heroverwegen.",
        44,
    );
    post.close()
}
