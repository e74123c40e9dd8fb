//! Names in plain words for the codes that Dutch records use most, whatever display the source gave.

use super::super::text::Text;
use super::super::value::{LOINC, SNOMED, list, text};
use serde_json::Value;

/// Code, Dutch, English.
type Row = (&'static str, &'static str, &'static str);

const LOINC_NAMES: &[Row] = &[
    ("85354-9", "Bloeddruk", "Blood pressure"),
    ("55284-4", "Bloeddruk", "Blood pressure"),
    ("8480-6", "Bovendruk", "Upper pressure"),
    ("8462-4", "Onderdruk", "Lower pressure"),
    ("29463-7", "Gewicht", "Weight"),
    ("8302-2", "Lengte", "Height"),
    ("8310-5", "Temperatuur", "Temperature"),
    ("9843-4", "Hoofdomtrek", "Head circumference"),
    ("8867-4", "Hartslag", "Heart rate"),
    ("8893-0", "Polsslag", "Pulse rate"),
    ("9279-1", "Ademhaling per minuut", "Breaths per minute"),
    ("2708-6", "Zuurstof in het bloed", "Oxygen in the blood"),
    ("59408-5", "Zuurstof in het bloed", "Oxygen in the blood"),
    ("39156-5", "BMI (gewicht bij lengte)", "Body mass index"),
    (
        "62238-1",
        "Werking van de nieren (eGFR)",
        "Kidney function (eGFR)",
    ),
    (
        "33914-3",
        "Werking van de nieren (eGFR)",
        "Kidney function (eGFR)",
    ),
    (
        "98979-8",
        "Werking van de nieren (eGFR)",
        "Kidney function (eGFR)",
    ),
    (
        "4548-4",
        "Suiker over langere tijd (HbA1c)",
        "Long-term blood sugar (HbA1c)",
    ),
    (
        "59261-8",
        "Suiker over langere tijd (HbA1c)",
        "Long-term blood sugar (HbA1c)",
    ),
    (
        "35088-4",
        "Bewustzijn (Glasgow-score)",
        "Consciousness (Glasgow score)",
    ),
    ("39126-8", "Lengte van de wond", "Length of the wound"),
    ("39125-0", "Breedte van de wond", "Width of the wound"),
    ("39127-6", "Diepte van de wond", "Depth of the wound"),
    ("72170-4", "Foto van de wond", "Photograph of the wound"),
    ("72166-2", "Roken", "Smoking"),
    ("9397-1", "Kleur van de ontlasting", "Colour of the stool"),
];

const SNOMED_NAMES: &[Row] = &[
    ("366199006", "Polsslag", "Pulse rate"),
    ("228273003", "Alcohol", "Alcohol"),
    ("365980008", "Roken", "Smoking"),
    ("228366006", "Drugs", "Drugs"),
    ("365508006", "Woonsituatie", "Living situation"),
    ("272497004", "Soort woning", "Type of home"),
    ("224249004", "Manier van wonen", "Way of living"),
    (
        "118871000146108",
        "Aanpassing in huis",
        "Adaptation of the home",
    ),
    ("105421008", "Opleiding", "Education"),
    ("160538000", "Levensovertuiging", "Life stance"),
    (
        "314845004",
        "Meedoen in de samenleving",
        "Taking part in society",
    ),
    ("405081003", "Sociale contacten", "Social contacts"),
    ("365469004", "Vrije tijd", "Leisure"),
    ("364703007", "Werk", "Work"),
    ("365474007", "Gezin", "Family"),
    ("301438001", "Bewegen", "Mobility"),
    ("282869009", "Van houding veranderen", "Changing position"),
    ("301587001", "Traplopen", "Climbing stairs"),
    (
        "249868004",
        "In dezelfde houding blijven",
        "Keeping a position",
    ),
    ("364666007", "Opstaan en gaan zitten", "Transfers"),
    ("282097004", "Lopen", "Walking"),
    ("284785009", "Zich wassen", "Washing oneself"),
    ("165235000", "Zich aankleden", "Dressing oneself"),
    ("704434006", "Uiterlijk verzorgen", "Grooming"),
    ("288883002", "Eten", "Eating"),
    ("288852001", "Drinken", "Drinking"),
    ("284779002", "Naar het toilet gaan", "Using the toilet"),
    ("288470005", "Mond verzorgen", "Mouth care"),
    ("285033005", "Medicijnen innemen", "Managing medicines"),
    ("111989001", "Ontlasting", "Bowel function"),
    ("129008009", "Ontlasting ophouden", "Bowel control"),
    ("162098000", "Hoe vaak ontlasting", "Frequency of stools"),
    (
        "443172007",
        "Stevigheid van de ontlasting",
        "Consistency of the stool",
    ),
    ("225908003", "Pijn", "Pain"),
    (
        "108291000146105",
        "Pijn (gezien door de verzorger)",
        "Pain (as observed)",
    ),
    (
        "108331000146104",
        "Gedrag dat bij pijn hoort",
        "Behaviour that goes with pain",
    ),
    ("108301000146109", "Comfort", "Comfort"),
    (
        "8881000146104",
        "Kans op ondervoeding (SNAQ)",
        "Risk of malnutrition (SNAQ)",
    ),
    (
        "108311000146106",
        "Kans op ondervoeding (SNAQ-RC)",
        "Risk of malnutrition (SNAQ-RC)",
    ),
    (
        "108321000146101",
        "Kans op ondervoeding (SNAQ 65+)",
        "Risk of malnutrition (SNAQ 65+)",
    ),
    (
        "414648004",
        "Kans op ondervoeding (MUST)",
        "Risk of malnutrition (MUST)",
    ),
    (
        "108341000146107",
        "Kans op ondervoeding bij kinderen",
        "Risk of malnutrition in children",
    ),
    (
        "273302005",
        "Zelfstandigheid (Barthel)",
        "Independence (Barthel)",
    ),
    (
        "55681000146102",
        "Kans op verwardheid (DOS)",
        "Risk of delirium (DOS)",
    ),
    ("710853006", "Vocht erin en eruit", "Fluid balance"),
    ("251852001", "Vocht erin", "Fluid in"),
    ("251841007", "Vocht eruit", "Fluid out"),
    ("47078008", "Horen", "Hearing"),
    ("281004000", "Zien", "Seeing"),
    ("260246004", "Scherp zien", "Sharpness of sight"),
    ("251718005", "Sterkte van de bril", "Strength of glasses"),
    (
        "363910003",
        "Omgaan met de ziekte",
        "Coping with the illness",
    ),
    (
        "27026000",
        "Inzicht in de ziekte",
        "Insight into the illness",
    ),
    (
        "364667003",
        "Hoe de patiënt omgaat met de ziekte",
        "How the patient copes with the illness",
    ),
    (
        "405199009",
        "Hoe de familie omgaat met de ziekte",
        "How the family copes with the illness",
    ),
    ("118185001", "Zwangerschap", "Pregnancy"),
    (
        "161732006",
        "Aantal zwangerschappen",
        "Number of pregnancies",
    ),
    ("364325004", "Aantal bevallingen", "Number of births"),
    (
        "57036006",
        "Duur van de zwangerschap",
        "Length of the pregnancy",
    ),
    ("161714006", "Verwachte bevalling", "Expected birth"),
    ("21840007", "Laatste menstruatie", "Last menstruation"),
    (
        "148641000146109",
        "Soort weefsel in de wond",
        "Tissue in the wound",
    ),
    ("298007001", "Vocht uit de wond", "Moisture of the wound"),
    ("449747006", "Rand van de wond", "Edge of the wound"),
    (
        "405009004",
        "Ontsteking van de wond",
        "Infection of the wound",
    ),
    (
        "153851000146100",
        "Wensen voor de zorg",
        "Wishes about care",
    ),
    (
        "395091006",
        "Waar iemand wil overlijden",
        "Preferred place of death",
    ),
    (
        "340171000146104",
        "Hoe iemand denkt over euthanasie",
        "View on euthanasia",
    ),
    (
        "247751003",
        "Wat het leven zin geeft",
        "What gives life meaning",
    ),
    (
        "570801000146104",
        "Keuze over orgaandonatie",
        "Choice about organ donation",
    ),
    (
        "305351004",
        "Opname op de intensive care",
        "Admission to intensive care",
    ),
    ("89666000", "Reanimeren", "Resuscitation"),
    ("40617009", "Beademen", "Artificial ventilation"),
    ("116762002", "Bloed geven", "Blood transfusion"),
    ("281789004", "Antibiotica", "Antibiotics"),
    (
        "32485007",
        "Opname in het ziekenhuis",
        "Admission to hospital",
    ),
    ("400231000146108", "ICD uitzetten", "Switching off the ICD"),
    (
        "713603004",
        "Gesprek over wensen en grenzen",
        "Conversation about wishes and limits",
    ),
    ("223449006", "Naasten informeren", "Informing relatives"),
    (
        "385987000",
        "Beter worden of de ziekte bestrijden",
        "Curing or fighting the illness",
    ),
    (
        "1351964001",
        "Langer leven en minder klachten",
        "Living longer with fewer symptoms",
    ),
    ("713148004", "Klachten verlichten", "Relieving symptoms"),
    (
        "340181000146102",
        "Heeft een euthanasieverklaring",
        "Has a written euthanasia request",
    ),
    (
        "340201000146103",
        "Wil geen euthanasie",
        "Does not want euthanasia",
    ),
    (
        "340191000146100",
        "Heeft geen euthanasieverklaring, maar vraagt er misschien om",
        "Has no written euthanasia request, but may ask for it",
    ),
    ("264362003", "Thuis", "At home"),
    ("22232009", "Ziekenhuis", "Hospital"),
    ("108344006", "Verpleeghuis", "Nursing home"),
    ("284546000", "Hospice", "Hospice"),
    ("373066001", "Ja", "Yes"),
    ("373067005", "Nee", "No"),
];

/// The name of the first coding that we know.
pub(in super::super) fn name(concept: &Value) -> Option<Text> {
    list(concept, "coding").iter().find_map(|coding| {
        let code = text(coding, "code")?;
        let rows: &[Row] = match text(coding, "system")? {
            LOINC => LOINC_NAMES,
            SNOMED => SNOMED_NAMES,
            "http://terminology.hl7.org/CodeSystem/v3-NullFlavor" if code == "UNK" => {
                return Some(("Onbekend", "Unknown").into());
            }
            _ => return None,
        };
        rows.iter()
            .find(|row| row.0 == code)
            .map(|row| Text::new(row.1, row.2))
    })
}
