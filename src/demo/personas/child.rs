//! Sem, 10: his parents act for him.

use super::super::SourceBundle;
use super::super::build::care::Visit;
use super::super::build::contact::{Contact, FIRST_CONTACT};
use super::super::build::document::CONTACT_REPORT;
use super::super::build::measurement::{HEIGHT, WEIGHT};
use super::super::build::sct;
use super::super::codes::{
    ASTHMA, CHRONIC_CHECKUP, DTP_SHOT, ECZEMA, FOREARM, FOREARM_FRACTURE, MENINGO_SHOT, MMR_SHOT, PEANUT_ALLERGY,
    PLASTER,
};
use super::super::medicines::{Course, EPINEPHRINE, FLUTICASONE, PARACETAMOL, SALBUTAMOL};
use super::Desk;

const COURSES: [Course; 4] = [
    Course::daily(&EPINEPHRINE, "bij ernstige allergische reactie 1 injectie in het bovenbeen, bel 112", 1, "1", 1100)
        .when_needed(),
    Course::daily(&FLUTICASONE, "2 maal per dag 1 inhalatie met voorzetkamer", 2, "1", 900).because(ASTHMA),
    Course::daily(&SALBUTAMOL, "bij benauwdheid 1 inhalatie, hoogstens 4 maal per dag", 4, "1", 1200).when_needed(),
    Course::daily(&PARACETAMOL, "bij pijn een halve tablet, hoogstens 4 maal per dag", 4, "0.5", 150)
        .when_needed()
        .stopped(135, "Niet meer nodig."),
];

const MOTHER: Contact = Contact {
    initials: "L.M.",
    family: "Jansen-van Dalen",
    gender: "female",
    relation: ("MTH", "Moeder"),
    role: FIRST_CONTACT,
    phone: "06-00012040",
};
const FATHER: Contact = Contact {
    initials: "R.",
    family: "Jansen",
    gender: "male",
    relation: ("FTH", "Vader"),
    role: FIRST_CONTACT,
    phone: "06-00012041",
};

/// Every organisation's part.
pub fn records(desk: &Desk) -> Vec<SourceBundle> {
    vec![practice(desk), pharmacy(desk), hospital(desk), post(desk)]
}

fn practice(desk: &Desk) -> SourceBundle {
    let mut gp = desk.open("gp");
    gp.by("prof-terpstra");
    gp.contact(&MOTHER);
    gp.contact(&FATHER);
    gp.problem(&ASTHMA, 1210);
    gp.problem_until(&ECZEMA, 3300, Some(1900));
    gp.problem_until(&FOREARM_FRACTURE, 150, Some(105));
    let peanut = gp.allergy(&PEANUT_ALLERGY, 2400);
    let alert = gp.alert(&sct("91935009", "Ernstige pinda-allergie"), None, 2400);
    gp.amend(&alert, |flag| {
        flag["extension"] = serde_json::json!([{
            "url": "http://hl7.org/fhir/StructureDefinition/flag-detail",
            "valueReference": {"reference": peanut, "type": "AllergyIntolerance"},
        }]);
    });
    gp.agreements(&COURSES);
    for (weight, height, days) in [("26.5", "128", 760), ("29.8", "134", 400), ("33.2", "140", 50)] {
        gp.measured(&WEIGHT, weight, days);
        gp.measured(&HEIGHT, height, days);
    }
    for days in [3600, 3450, 2200, 330] {
        gp.vaccination(&DTP_SHOT, days);
    }
    gp.vaccination(&MMR_SHOT, 3240);
    gp.vaccination(&MMR_SHOT, 330);
    gp.vaccination(&MENINGO_SHOT, 3240);
    gp.encounter(&Visit::consult(ASTHMA, 400));
    gp.encounter(&Visit::consult(CHRONIC_CHECKUP, 50));
    gp.close()
}

fn pharmacy(desk: &Desk) -> SourceBundle {
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(&COURSES);
    pharmacy.allergy(&PEANUT_ALLERGY, 2390);
    pharmacy.close()
}

fn hospital(desk: &Desk) -> SourceBundle {
    let mut hospital = desk.open("hospital");
    hospital.contact(&MOTHER);
    hospital.problem(&FOREARM_FRACTURE, 150);
    hospital.allergy(&PEANUT_ALLERGY, 150);
    hospital.encounter(&Visit::emergency(FOREARM_FRACTURE, 150));
    hospital.encounter(&Visit::consult(FOREARM_FRACTURE, 112));
    hospital.procedure(&sct("241144004", "Röntgenfoto van de onderarm"), Some(&FOREARM), 150);
    hospital.procedure(&PLASTER, Some(&FOREARM), 150);
    hospital.pain(6, "Bij aankomst", 150);
    hospital.close()
}

fn post(desk: &Desk) -> SourceBundle {
    let mut post = desk.open("gp_post");
    post.by("prof-demir").encounter(&Visit::emergency(FOREARM_FRACTURE, 150));
    post.letter(
        &CONTACT_REPORT,
        "Waarneembericht val van klimrek",
        "S: gevallen van klimrek, pijn in de linker onderarm. O: zwelling, stand afwijkend. E: verdenking breuk. P: naar SEH.",
        150,
    );
    post.close()
}
