//! The conversation, the goal of treatment, and what somebody wishes.

use serde_json::{Value, json};

use super::people::People;
use super::told::Told;
use super::{About, Making, NULL, PLANNING, SCT, coded};

/// A wish: `linkId`s of the answer and its explanation, the code of the `Observation`, its method, its profile.
struct Wish {
    answer: &'static str,
    why: &'static str,
    code: (&'static str, &'static str),
    method: Option<(&'static str, &'static str)>,
    profile: &'static str,
}

const WISHES: [Wish; 5] = [
    Wish {
        answer: "1190",
        why: "",
        code: ("153851000146100", "Wensen en verwachtingen over de behandeling"),
        method: Some(("370819000", "Vaststellen van persoonlijke waarden en wensen")),
        profile: "ACP-SpecificCareWishes",
    },
    Wish {
        answer: "1191",
        why: "1192",
        code: ("395091006", "Voorkeursplaats van overlijden"),
        method: None,
        profile: "ACP-PreferredPlaceOfDeath",
    },
    Wish {
        answer: "1193",
        why: "1194",
        code: ("340171000146104", "Standpunt over euthanasie"),
        method: None,
        profile: "ACP-PositionRegardingEuthanasia",
    },
    Wish {
        answer: "1435",
        why: "",
        code: ("570801000146104", "Registratie in het donorregister"),
        method: Some(("1156040003", "Zelf gemeld")),
        profile: "ACP-OrganDonationChoiceRegistration",
    },
    Wish { answer: "1196", why: "", code: ("247751003", "Zingeving"), method: None, profile: "ACP-SenseOfPurpose" },
];

/// The conversation as `Procedure` and `Encounter`; a reference to the latter, null when no professional was there.
pub(super) fn conversation(making: &mut Making<'_>, told: Told<'_>, people: &People) -> Value {
    let About { organisation: Some(organisation), moment, .. } = making.about else { return Value::Null };
    let professional = making.about.party();
    let planning = coded(SCT, PLANNING, "Proactieve zorgplanning");
    let procedure = making.add(
        "ACP-Procedure",
        json!({
            "resourceType": "Procedure",
            "status": "completed",
            "code": planning,
            "subject": making.about.patient,
            "performedDateTime": moment,
            "performer": [{"actor": professional}],
        }),
    );
    let unknown = json!({"system": NULL, "code": "UNK", "display": "unknown"});
    let body = json!({
        "resourceType": "Encounter",
        "status": "finished",
        "class": unknown,
        "type": [{"coding": [{"system": SCT, "code": PLANNING}], "text": "Gesprek over wensen en grenzen"}],
        "subject": making.about.patient,
        "participant": participants(told, people, professional),
        "period": {"start": moment, "end": moment},
        "reasonReference": [procedure],
        "serviceProvider": organisation,
    });
    let encounter = making.add("ACP-Encounter", body);
    let at = making.blocks.len() - 2;
    making.blocks[at].body["encounter"] = encounter.clone();
    encounter
}

/// Who were there: the professional, and others by their role or relation, for the form has no names of them.
fn participants(told: Told<'_>, people: &People, professional: &Value) -> Value {
    let mut all = vec![json!({"individual": professional})];
    let present = |link: &str, words: &str| -> Vec<Value> {
        let mut found: Vec<Value> = told.codings(link).into_iter().map(|coding| json!({"coding": [coding]})).collect();
        if let (Some(last), Some(words)) = (found.last_mut(), told.text(words)) {
            last["text"] = json!(words);
        }
        found
    };
    let known = told.coding("983");
    for kind in present("997", "414").into_iter().chain(present("998", "413")) {
        let is_representative = known.is_some_and(|coding| kind["coding"][0]["code"] == coding["code"]);
        if is_representative && !people.representative.is_null() {
            all.push(json!({"type": [kind], "individual": people.representative}));
        } else {
            all.push(json!({"type": [kind]}));
        }
    }
    Value::Array(all)
}

pub(super) fn wishes(making: &mut Making<'_>, told: Told<'_>, people: &People) {
    goal(making, told);
    for wish in &WISHES {
        let Some(answer) = told.answers(wish.answer).into_iter().next() else { continue };
        let mut body = making.during(
            json!({
                "resourceType": "Observation",
                "status": "final",
                "code": coded(SCT, wish.code.0, wish.code.1),
                "subject": making.about.patient,
                "effectiveDateTime": making.about.moment,
                "performer": [making.about.writer],
            }),
            "encounter",
        );
        match (answer["valueString"].as_str(), &answer["valueCoding"]) {
            (Some(text), _) => body["valueString"] = json!(text),
            (None, coding @ Value::Object(_)) => body["valueCodeableConcept"] = json!({"coding": [coding]}),
            _ => continue,
        }
        if let Some((code, display)) = wish.method {
            body["method"] = coded(SCT, code, display);
        }
        if let Some(why) = told.text(wish.why) {
            body["note"] = json!([{"text": why}]);
        }
        making.add(wish.profile, body);
    }
    inform(making, told, people);
}

fn goal(making: &mut Making<'_>, told: Told<'_>) {
    let Some(coding) = told.coding("999") else { return };
    let mut body = json!({
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "category": [coded(SCT, PLANNING, "Proactieve zorgplanning")],
        "description": {"coding": [coding], "text": coding["display"]},
        "subject": making.about.patient,
        "startDate": making.about.day,
        "statusDate": making.about.day,
        "expressedBy": making.about.writer,
    });
    if !making.encounter.is_null() {
        let url = "http://hl7.org/fhir/StructureDefinition/encounter-associatedEncounter";
        body["extension"] = json!([{"url": url, "valueReference": making.encounter}]);
    }
    making.add("ACP-MedicalPolicyGoal", body);
}

/// That the patient tells the relatives.
fn inform(making: &mut Making<'_>, told: Told<'_>, people: &People) {
    if making.about.organisation.is_none() || told.code("1200") != "1" {
        return;
    }
    let mut body = making.during(
        json!({
            "resourceType": "CommunicationRequest",
            "status": "active",
            "category": [coded(SCT, "223449006", "Naasten informeren")],
            "subject": making.about.patient,
            "authoredOn": making.about.moment,
            "requester": making.about.writer,
            "sender": making.about.patient,
            "reasonCode": [coded(SCT, PLANNING, "Proactieve zorgplanning")],
        }),
        "encounter",
    );
    let mut recipients: Vec<&Value> = vec![&people.contact, &people.representative];
    recipients.retain(|one| !one.is_null());
    recipients.dedup();
    if !recipients.is_empty() {
        body["recipient"] = json!(recipients);
    }
    making.add("ACP-InformRelativesRequest", body);
}
