//! Codes that more than one record uses. The names are in plain Dutch.

use super::build::code::{Code, code, sct};
use super::build::condition::Allergy;

macro_rules! codes {
    ($($constant:ident = $code:literal $display:literal;)*) => {
        $(#[doc = $display] pub const $constant: Code = sct($code, $display);)*
    };
}

codes! {
    HYPERTENSION = "38341003" "Hoge bloeddruk";
    HEART_FAILURE = "84114007" "Hartfalen";
    ATRIAL_FIBRILLATION = "49436004" "Boezemfibrilleren";
    OSTEOPOROSIS = "64859006" "Osteoporose";
    KIDNEY_DAMAGE = "433144002" "Chronische nierschade stadium 3";
    HIGH_CHOLESTEROL = "13644009" "Verhoogd cholesterol";
    ARTHROSIS_KNEE = "239873007" "Artrose van de knie";
    CONSTIPATION = "14760008" "Verstopping";
    SLEEP_PROBLEM = "193462001" "Slaapprobleem";
    FALL = "161898004" "Gevallen";
    FALL_RISK = "129839007" "Verhoogd valrisico";
    HEARING_LOSS = "15188001" "Slechthorendheid";
    CATARACT = "193570009" "Staar";
    COPD = "13645005" "COPD";
    COPD_FLARE = "195951007" "Longaanval bij COPD";
    EX_SMOKER = "8517006" "Rookte vroeger";
    SMOKER = "77176002" "Rookt";
    NON_SMOKER = "266919005" "Heeft nooit gerookt";
    ASTHMA = "195967001" "Astma";
    BIPOLAR = "13746004" "Bipolaire stoornis";
    DEPRESSION = "35489007" "Depressieve stoornis";
    BURNOUT = "73595000" "Overspanning en burn-out";
    PSYCHOSIS = "69322001" "Psychotische episode";
    DEMENTIA = "26929004" "Ziekte van Alzheimer";
    MEMORY_PROBLEM = "386807006" "Geheugenproblemen";
    WANDERING = "247931009" "Dwaalgedrag";
    PROSTATE = "266569009" "Goedaardig vergrote prostaat";
    HYPOTHYROIDISM = "40930008" "Te traag werkende schildklier";
    MIGRAINE = "37796009" "Migraine";
    FOREARM_FRACTURE = "65966004" "Breuk van de onderarm";
    HIP_FRACTURE = "5913000" "Breuk van de dijbeenhals";
    ADHD = "406506008" "ADHD";
    HAY_FEVER = "367498001" "Hooikoorts";
    ECZEMA = "43116000" "Eczeem";
    DIABETES = "44054006" "Diabetes type 2";
    OBESITY = "414916001" "Ernstig overgewicht";
    PREGNANCY = "77386006" "Zwanger";
    BREAST_CANCER = "254837009" "Borstkanker";
    INFARCTION = "22298006" "Hartinfarct";
    LOW_BACK_PAIN = "279039007" "Lage rugpijn";
    HIV_PREVENTION = "171121004" "Begeleiding bij hiv-preventie (prep)";
    CHLAMYDIA = "240589008" "Chlamydia-infectie";
    GENE_CARRIER = "412734009" "Draagster van BRCA1-mutatie";
    TENSION = "48694002" "Gespannen en angstig";
    URINARY_INFECTION = "68566005" "Blaasontsteking";
    CHECKUP = "185349003" "Controle";
    CHRONIC_CHECKUP = "408580007" "Controle chronische aandoening";
    FLU_SHOT = "46233009" "Griepvaccin";
    COVID_SHOT = "1119349007" "Coronavaccin (mRNA)";
    PNEUMO_SHOT = "333598008" "Pneumokokkenvaccin";
    DTP_SHOT = "414005006" "DKTP-vaccin";
    MMR_SHOT = "61153008" "BMR-vaccin";
    HPV_SHOT = "424519000" "HPV-vaccin";
    MENINGO_SHOT = "871873006" "Meningokokken ACWY-vaccin";
    ECG = "29303009" "Hartfilmpje (ecg)";
    XRAY_CHEST = "399208008" "Röntgenfoto van de longen";
    XRAY_HIP = "418461009" "Röntgenfoto van de heup";
    SPIROMETRY = "127783003" "Spirometrie";
    ECHO_HEART = "40701008" "Echo van het hart";
    HIP_PROSTHESIS = "52734007" "Heupprothese plaatsen";
    CATARACT_SURGERY = "110473004" "Staaroperatie";
    STENT = "36969009" "Dotteren met stent";
    LUMPECTOMY = "392021009" "Borstsparende operatie";
    PLASTER = "23197005" "Gips aanleggen";
    FOOT_CHECK = "401191002" "Voetcontrole bij diabetes";
    TOBACCO = "365980008" "Tabaksgebruik";
    HIP = "29836001" "Heup";
    HEEL = "76853006" "Hiel";
    FOREARM = "14975008" "Onderarm";
    ROLLATOR = "466289007" "Rollator";
    HEARING_AID = "6012004" "Hoortoestel";
    HOME_METER = "258057004" "Meetapparaat voor thuis";
    ALARM_PENDANT = "706689003" "Alarmhanger";
    PACEMAKER = "14106009" "Pacemaker";
}

/// Category of a nursing plan.
pub const NURSING_PLAN: Code = sct("9632001", "Verpleegkundige interventie");
/// Category of help by others.
pub const HELP_PLAN: Code = sct("243114000", "Hulp van anderen");

/// Label of psychiatric data.
pub const PSYCHIATRY: Code = code("http://terminology.hl7.org/CodeSystem/v3-ActCode", "PSY", "Psychische zorg");
/// Label of data about sexual health.
pub const SEXUAL_HEALTH: Code = code("http://terminology.hl7.org/CodeSystem/v3-ActCode", "STD", "Seksuele gezondheid");
/// Label of genetic data.
pub const GENETICS: Code = code("http://terminology.hl7.org/CodeSystem/v3-ActCode", "GDIS", "Erfelijkheid");

/// Penicillin.
pub const PENICILLIN_ALLERGY: Allergy = Allergy {
    category: "medication",
    code: sct("764146007", "Penicilline"),
    reaction: sct("271807003", "Huiduitslag"),
    severity: "moderate",
};
/// Peanut.
pub const PEANUT_ALLERGY: Allergy = Allergy {
    category: "food",
    code: sct("762952008", "Pinda"),
    reaction: sct("39579001", "Ernstige allergische reactie (anafylaxie)"),
    severity: "severe",
};
/// Pollen.
pub const POLLEN_ALLERGY: Allergy = Allergy {
    category: "environment",
    code: sct("256259004", "Graspollen"),
    reaction: sct("162367006", "Niezen en jeukende ogen"),
    severity: "mild",
};
/// Anti-inflammatory pain killer.
pub const DICLOFENAC_ALLERGY: Allergy = Allergy {
    category: "medication",
    code: sct("7034005", "Diclofenac"),
    reaction: sct("422587007", "Misselijkheid en maagpijn"),
    severity: "mild",
};
/// Sticking plaster.
pub const PLASTER_ALLERGY: Allergy = Allergy {
    category: "environment",
    code: sct("1003755004", "Latex"),
    reaction: sct("40275004", "Contacteczeem"),
    severity: "mild",
};
