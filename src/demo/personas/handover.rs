//! What the hospital hands over with Klaas: the sections of the nursing handoff.

use super::super::build::directive::Choice;
use super::super::build::handoff::Section;
use super::super::build::measurement::{HEART_RATE, RESPIRATION, SATURATION, TEMPERATURE, WEIGHT};
use super::super::build::nursing::{
    DRESS_HELP, EAT_ALONE, Functioning, STAIRS_HELP, TOILET_HELP, TRANSFER_HELP, WALK_HELP, WASH_HELP,
};
use super::super::build::{Code, Source, sct};
use super::super::codes::{HEEL, HIP, NURSING_PLAN, ROLLATOR};

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

/// What the ward already wrote and the handoff refers to.
pub struct Basis {
    /// Contact person.
    pub son: String,
    /// Insurance.
    pub insurance: String,
    /// The admission.
    pub stay: String,
    /// Why the patient was admitted.
    pub fracture: String,
    /// What the patient already had.
    pub diabetes: String,
    /// Allergy.
    pub allergy: String,
    /// Alert.
    pub risk: String,
    /// The operation.
    pub surgery: String,
}

/// Writes the handoff document and the task that goes with it.
pub fn hand_over(ward: &mut Source, basis: &Basis) {
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
    let sections =
        [administrative(ward, basis), personal(living, wish), clinical(ward, basis, measurements), care, nursing];
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
    let who =
        format!("{}, geboren {}. Eerste contactpersoon is de zoon.", ward.person.full_name(), ward.person.birth_date);
    Section::group(
        part("405624007", "Administratieve gegevens"),
        vec![
            Section::of(part("302147001", "Patiënt"), &who, vec![basis.son.clone(), basis.insurance.clone()]),
            Section::of(
                part("185362004", "Versturende organisatie"),
                "Streekziekenhuis Hogerwei, afdeling orthopedie",
                sender,
            ),
            Section::of(
                part("275645009", "Ontvangende organisatie"),
                "Zorggroep De Wilgenhof, revalidatie",
                vec![address("vvt")],
            ),
        ],
    )
}

fn personal(living: String, wish: String) -> Section {
    Section::group(
        part("109481000146101", "Persoonlijke en sociale situatie"),
        vec![
            Section::of(part("365512000", "Woonsituatie"), "Woont alleen, tweede verdieping, geen lift.", vec![living]),
            Section::of(
                part("108329005", "Wensen en grenzen"),
                "Wel reanimeren; heroverwegen na revalidatie.",
                vec![wish],
            ),
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
            Section::of(
                part("417662000", "Voorgeschiedenis"),
                "Diabetes type 2, hoge bloeddruk.",
                vec![basis.diabetes.clone()],
            ),
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
            Section::of(
                part("86644006", "Verpleegkundige diagnoses en zorg"),
                "Mobiliseren, wondzorg, bloedsuiker meten.",
                vec![mobility, plan, goal],
            ),
            Section::of(part("308335008", "Opname"), "Negen dagen opgenomen.", vec![basis.stay.clone()]),
        ],
    )
}

fn nursing_sections(ward: &mut Source) -> Section {
    let mut life = ward.functioning(&DAILY_LIFE);
    life.mobility.push(ward.device_use(&ROLLATOR, "Looprek, later rollator", None, 6));
    let nutrition = ward.snaq(2, "Eet halve porties, drinkt goed", 1);
    let ulcer =
        ward.pressure_ulcer(&HEEL, &sct("420324007", "Decubitus graad 2"), 4, "Blaar op de rechterhiel, 2 bij 3 cm.");
    let wound = ward.wound(&sct("112633009", "Operatiewond"), &HIP, 8, "Droog en gesloten, hechtingen in situ.");
    let bowel = ward.remark("", &sct("111989001", "Ontlasting"), "Laatste ontlasting gisteren, normaal.", 1);
    Section::group(
        part("5531000179105", "Verpleegkundig verslag"),
        vec![
            Section::of(part("365178001", "Zelfzorg"), "Hulp bij wassen, kleden en toilet. Eet zelf.", life.self_care),
            Section::of(part("364832000", "Mobiliteit"), "Loopt 20 meter met looprek en begeleiding.", life.mobility),
            Section::of(part("300893006", "Voeding"), "SNAQ 2, eet halve porties.", vec![nutrition]),
            Section::of(part("106019003", "Uitscheiding"), "Geen bijzonderheden.", vec![bowel]),
            Section::of(
                part("106076001", "Huid en wonden"),
                "Operatiewond heup; decubitus hiel graad 2.",
                vec![wound, ulcer],
            ),
        ],
    )
}
