//! Klaas, 82: broke his hip; the hospital hands the nursing care over to De Wilgenhof.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::contact::{Contact, FIRST_CONTACT};
use super::super::build::directive::Choice;
use super::super::build::document::DISCHARGE_LETTER;
use super::super::build::handoff::Section;
use super::super::build::measurement::{
    CRP, EGFR, HB, HEART_RATE, HEIGHT, POTASSIUM, RESPIRATION, SATURATION, SODIUM, TEMPERATURE, WEIGHT,
};
use super::super::build::nursing::{
    DRESS_HELP, EAT_ALONE, Functioning, STAIRS_HELP, TOILET_HELP, TRANSFER_HELP, WALK_HELP, WASH_HELP,
};
use super::super::build::{Code, Source, sct};
use super::super::codes::{
    CHRONIC_CHECKUP, DIABETES, FALL, FALL_RISK, FLU_SHOT, HEEL, HIP, HIP_FRACTURE, HIP_PROSTHESIS, HYPERTENSION,
    NURSING_PLAN, PENICILLIN_ALLERGY, ROLLATOR, XRAY_HIP,
};
use super::super::medicines::{Course, LISINOPRIL, METFORMIN, NADROPARIN, OXYCODONE, PARACETAMOL};
use super::Desk;

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

const DAILY_LIFE: Functioning = Functioning {
    days: 1,
    washing: WASH_HELP,
    dressing: DRESS_HELP,
    eating: EAT_ALONE,
    toilet: TOILET_HELP,
    walking: WALK_HELP,
    transfer: TRANSFER_HELP,
    stairs: STAIRS_HELP,
    note: "Mag het been volledig belasten. Loopt 20 meter met looprek en een begeleider.",
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

/// What the ward already wrote and the handoff refers to.
struct Basis {
    son: String,
    insurance: String,
    stay: String,
    fracture: String,
    diabetes: String,
    allergy: String,
    risk: String,
    surgery: String,
}

fn hand_over(ward: &mut Source, basis: &Basis) {
    ward.by("prof-aydin");
    let measurements = vec![
        ward.blood_pressure(134, 74, 1),
        ward.measured(&HEART_RATE, "80", 1),
        ward.measured(&TEMPERATURE, "36.8", 1),
        ward.measured(&SATURATION, "96", 1),
        ward.measured(&RESPIRATION, "16", 1),
        ward.measured(&WEIGHT, "73.9", 1),
    ];
    let wish = ward.directive(&sct("89666000", "Reanimatie"), Choice::Yes, "Bij opname besproken.", 9);
    let living = ward.living_situation("Woont alleen op de tweede verdieping zonder lift; zoon woont in het dorp.", 8);
    let nursing = nursing_sections(ward);
    let care = care_plan_section(ward, basis);
    let sections = [administrative(ward, basis), personal(living, wish), clinical(ward, basis, measurements), care, nursing];
    let composition = ward.by("prof-smit").handoff(&sections, -1);
    ward.transfer_task(&composition, "vvt", 0);
}

const fn part(code: &'static str, name: &'static str) -> Code {
    sct(code, name)
}

fn address(kind: &str) -> String {
    format!("Organization/{}", super::super::organisations::organisation(kind).id)
}

fn administrative(ward: &Source, basis: &Basis) -> Section {
    let sender = vec![address("hospital"), "Practitioner/prof-smit".to_owned(), "Practitioner/prof-aydin".to_owned()];
    let who = format!("{}, geboren {}. Eerste contactpersoon is de zoon.", ward.person.full_name(), ward.person.birth_date);
    Section::group(
        part("405624007", "Administratieve gegevens"),
        vec![
            Section::of(part("302147001", "Patiënt"), &who, vec![basis.son.clone(), basis.insurance.clone()]),
            Section::of(part("185362004", "Versturende organisatie"), "Streekziekenhuis Hogerwei, afdeling orthopedie", sender),
            Section::of(part("275645009", "Ontvangende organisatie"), "Zorggroep De Wilgenhof, revalidatie", vec![address("vvt")]),
        ],
    )
}

fn personal(living: String, wish: String) -> Section {
    Section::group(
        part("109481000146101", "Persoonlijke en sociale situatie"),
        vec![
            Section::of(part("365512000", "Woonsituatie"), "Woont alleen, tweede verdieping, geen lift.", vec![living]),
            Section::of(part("108329005", "Wensen en grenzen"), "Wel reanimeren; heroverwegen na revalidatie.", vec![wish]),
        ],
    )
}

fn clinical(ward: &mut Source, basis: &Basis, measurements: Vec<String>) -> Section {
    let pain = ward.pain(3, "Bij lopen; in rust 1", 1);
    Section::group(
        part("371524004", "Medische gegevens"),
        vec![
            Section::of(
                part("52870002", "Reden van opname"),
                "Gebroken heup rechts na val, geopereerd.",
                vec![basis.fracture.clone(), basis.surgery.clone()],
            ),
            Section::of(part("417662000", "Voorgeschiedenis"), "Diabetes type 2, hoge bloeddruk.", vec![basis.diabetes.clone()]),
            Section::of(part("420134006", "Allergieën"), "Penicilline: huiduitslag.", vec![basis.allergy.clone()]),
            Section::of(part("308813009", "Waarschuwingen"), "Verhoogd valrisico.", vec![basis.risk.clone()]),
            Section::of(part("363788007", "Metingen"), "Stabiel, geen koorts.", measurements),
            Section::of(part("11011000146108", "Pijn"), "NRS 3 bij lopen.", vec![pain]),
        ],
    )
}

fn care_plan_section(ward: &mut Source, basis: &Basis) -> Section {
    let mobility = ward.nursing_diagnosis(&sct("82971005", "Beperkte mobiliteit na heupoperatie"), 8);
    let plan = ward.care_plan(
        &NURSING_PLAN,
        "Verpleegplan orthopedie",
        &[
            (sct("229065009", "Oefenen met lopen"), "Twee keer per dag met fysiotherapie"),
            (sct("385804009", "Bloedsuiker meten"), "Voor ontbijt en avondeten"),
            (sct("18949003", "Wond verzorgen"), "Iedere dag; hechtingen eruit op dag 14"),
        ],
        &[mobility.clone(), basis.fracture.clone()],
        8,
    );
    let goal = ward.goal("Zelfstandig trap lopen en naar huis binnen zes weken", Some(&mobility), 7);
    Section::group(
        part("773130005", "Verpleegkundig zorgplan"),
        vec![
            Section::of(part("86644006", "Verpleegkundige diagnoses en zorg"), "Mobiliseren, wondzorg, bloedsuiker meten.", vec![mobility, plan, goal]),
            Section::of(part("308335008", "Opname"), "Negen dagen opgenomen.", vec![basis.stay.clone()]),
        ],
    )
}

fn nursing_sections(ward: &mut Source) -> Section {
    let mut life = ward.functioning(&DAILY_LIFE);
    life.mobility.push(ward.device_use(&ROLLATOR, "Looprek, later rollator", None, 6));
    let nutrition = ward.snaq(2, "Eet halve porties, drinkt goed", 1);
    let ulcer = ward.pressure_ulcer(&HEEL, &sct("420324007", "Decubitus graad 2"), 4, "Blaar op de rechterhiel, 2 bij 3 cm.");
    let wound = ward.wound(&sct("112633009", "Operatiewond"), &HIP, 8, "Droog en gesloten, hechtingen in situ.");
    let bowel = ward.remark("", &sct("111989001", "Ontlasting"), "Laatste ontlasting gisteren, normaal.", 1);
    Section::group(
        part("5531000179105", "Verpleegkundig verslag"),
        vec![
            Section::of(part("365178001", "Zelfzorg"), "Hulp bij wassen, kleden en toilet. Eet zelf.", life.self_care),
            Section::of(part("364832000", "Mobiliteit"), "Loopt 20 meter met looprek en begeleiding.", life.mobility),
            Section::of(part("300893006", "Voeding"), "SNAQ 2, eet halve porties.", vec![nutrition]),
            Section::of(part("106019003", "Uitscheiding"), "Geen bijzonderheden.", vec![bowel]),
            Section::of(part("106076001", "Huid en wonden"), "Operatiewond heup; decubitus hiel graad 2.", vec![wound, ulcer]),
        ],
    )
}
