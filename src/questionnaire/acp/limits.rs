//! What is agreed on treatments, and the device that may be switched off.

use serde_json::{Value, json};

use super::told::Told;
use super::{Making, NL, NULL, SCT, coded};

/// `linkId`s of what is agreed on one treatment, and its code.
struct Limit {
    decision: &'static str,
    other: &'static str,
    why: &'static str,
    code: &'static str,
    display: &'static str,
}

const fn limit(links: [&'static str; 3], code: &'static str, display: &'static str) -> Limit {
    Limit { decision: links[0], other: links[1], why: links[2], code, display }
}

const LIMITS: [Limit; 6] = [
    limit(["1386", "1001", "1002"], "89666000", "Reanimatie"),
    limit(["1387", "1388", "1389"], "40617009", "Kunstmatige beademing"),
    limit(["1390", "1391", "1392"], "305351004", "Opname op intensive care"),
    limit(["1393", "1394", "1395"], "32485007", "Opname in ziekenhuis"),
    limit(["1396", "1397", "1398"], "281789004", "Behandeling met antibiotica"),
    limit(["1399", "1400", "1401"], "116762002", "Toediening van bloedproduct"),
];
/// Another treatment: what is agreed, and which.
const ANOTHER: (&str, &str) = ("1402", "1404");
/// Whether there is an ICD, with an explanation; switching it off, with an explanation.
const ICD: (&str, &str) = ("1006", "1009");
const OFF: (&str, &str) = ("1005", "1010");
/// Switching off an ICD in the last phase of life.
const SWITCHING_OFF: (&str, &str) = ("400231000146108", "ICD uitzetten in de laatste levensfase");
/// The same as the standard has it: the list of treatments lacks it, so it is another one, and its code stands in the text.
const SWITCHING_OFF_TEXT: &str = "ICD uitzetten in de laatste levensfase (SNOMED CT 400231000146108)";
/// What is said of a treatment on which something was agreed before, and no more.
const OPEN: &str = "Nog niet bekend";

/// Whether a treatment is switching off an ICD: by its code, or by the text of another treatment, which names that code.
pub fn switches_off(treatment: &Value) -> bool {
    let has = |code: &str| treatment["coding"].as_array().is_some_and(|all| all.iter().any(|one| one["code"] == code));
    has(SWITCHING_OFF.0) || has("OTH") && treatment["text"].as_str().is_some_and(|text| text.contains(SWITCHING_OFF.0))
}

/// Codes of the treatments on which a directive agrees.
pub fn agreed_on(directive: &Value) -> impl Iterator<Item = &str> {
    let treatments = directive["provision"]["code"].as_array().into_iter().flatten();
    treatments.flat_map(|treatment| {
        let codings = treatment["coding"].as_array().into_iter().flatten();
        let codes = codings.filter_map(|coding| coding["code"].as_str());
        codes.chain(switches_off(treatment).then_some(SWITCHING_OFF.0))
    })
}

/// What is agreed.
enum Agreed<'a> {
    Yes,
    No,
    Else(&'a str),
}

/// `linkId`s of what must be written down with what was chosen.
pub(super) fn check(told: Told<'_>) -> Vec<&'static str> {
    let mut missing: Vec<&'static str> = LIMITS
        .iter()
        .filter(|limit| told.code(limit.decision) == "1" && told.text(limit.other).is_none())
        .map(|limit| limit.other)
        .collect();
    if matches!(told.code(ANOTHER.0), "0" | "2") && told.text(ANOTHER.1).is_none() {
        missing.push(ANOTHER.1);
    }
    missing
}

pub(super) fn limits(making: &mut Making<'_>, told: Told<'_>) {
    for limit in &LIMITS {
        let agreed = match told.code(limit.decision) {
            "0" => Agreed::Yes,
            "2" => Agreed::No,
            "1" => Agreed::Else(told.text(limit.other).unwrap_or("Anders")),
            "UNK" if making.about.before.contains(limit.code) => Agreed::Else(OPEN),
            _ => continue,
        };
        directive(making, &coded(SCT, limit.code, limit.display), &agreed, told.text(limit.why));
    }
    if let (code @ ("0" | "2"), Some(what)) = (told.code(ANOTHER.0), told.text(ANOTHER.1)) {
        let mut treatment = coded(NULL, "OTH", "Anders");
        treatment["text"] = json!(what);
        directive(making, &treatment, &if code == "0" { Agreed::Yes } else { Agreed::No }, None);
    }
    device(making, told);
}

/// One agreement: nl-core-TreatmentDirective2.
fn directive(making: &mut Making<'_>, treatment: &Value, agreed: &Agreed<'_>, why: Option<&str>) {
    let role = coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "CONSENTER", "Beslisser");
    let actors: Vec<Value> = making.agreed.iter().map(|who| json!({"role": role, "reference": who})).collect();
    let mut body = json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", "treatment", "Treatment"),
        "category": [coded(SCT, "129125009", "Procedure with explicit context")],
        "patient": making.about.patient,
        "dateTime": making.about.moment,
        "policy": [{"uri": "https://wetten.overheid.nl/"}],
        "provision": {"actor": actors, "code": [treatment]},
    });
    if let Some(organisation) = &making.about.organisation {
        body["organization"] = json!([organisation]);
    }
    if let Some(why) = why {
        body["extension"] = json!([{"url": format!("{NL}ext-Comment"), "valueString": why}]);
    }
    match agreed {
        Agreed::Yes => body["provision"]["type"] = json!("permit"),
        Agreed::No => body["provision"]["type"] = json!("deny"),
        Agreed::Else(words) => {
            let url = format!("{NL}ext-TreatmentDirective2.SpecificationOther");
            body["modifierExtension"] = json!([{"url": url, "valueString": words}]);
        }
    }
    // By the profile a professional agrees in a role; without one the directive keeps what the profile builds on, no more.
    let keeps = making.about.organisation.is_none() || making.about.role.is_some();
    making.add(if keeps { "ACP-TreatmentDirective" } else { "" }, body);
}

fn device(making: &mut Making<'_>, told: Told<'_>) {
    if told.code(ICD.0) != "373066001" {
        return;
    }
    let device = making.add(
        "ACP-MedicalDevice.Product-ICD",
        json!({
            "resourceType": "Device",
            "type": coded(SCT, "72506001", "Implanteerbare defibrillator"),
            "patient": making.about.patient,
        }),
    );
    let mut used = json!({
        "resourceType": "DeviceUseStatement",
        "status": "active",
        "subject": making.about.patient,
        "device": device,
    });
    if let Some(note) = told.text(ICD.1) {
        used["note"] = json!([{"text": note}]);
    }
    making.add("ACP-MedicalDevice", used);
    let known = making.about.before.contains(SWITCHING_OFF.0);
    let agreed = match told.code(OFF.0) {
        "0" => Agreed::Yes,
        "ASKU" | "NASK" if known => Agreed::Else(OPEN),
        _ => return,
    };
    let treatment = json!({
        "coding": [
            {"system": NULL, "code": "OTH", "display": "Anders"},
            {"system": SCT, "code": SWITCHING_OFF.0, "display": SWITCHING_OFF.1},
        ],
        "text": SWITCHING_OFF_TEXT,
    });
    directive(making, &treatment, &agreed, told.text(OFF.1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_claims_the_profile_only_when_whoever_agreed_fits_it() {
        let to = |name: &str| json!({"reference": name});
        let about = |role: Option<Value>| super::super::About {
            patient: to("Patient/p"),
            writer: to("Practitioner/d"),
            role,
            organisation: Some(to("Organization/o")),
            day: "2026-03-02".to_owned(),
            moment: "2026-03-02".to_owned(),
            now: "2026-03-02T10:00:00Z".to_owned(),
            before: std::collections::HashSet::new(),
            claims: true,
        };
        let claims = |role: Option<Value>| -> Vec<Value> {
            let answers = json!({"item": [{"linkId": "1386", "answer": [{"valueCoding": {"code": "2"}}]}]});
            let blocks = super::super::blocks(answers, "", &about(role), &mut String::new);
            let claim = |block: super::super::Block| block.body["meta"]["profile"][0].clone();
            blocks.into_iter().skip(1).map(claim).collect()
        };
        let profile = |name: &str| json!(format!("{}{name}", super::super::PROFILES));
        let conversation = [profile("ACP-Procedure"), profile("ACP-Encounter")];
        let with = |last: Value| conversation.iter().cloned().chain([last]).collect::<Vec<_>>();
        assert_eq!(claims(Some(to("PractitionerRole/d"))), with(profile("ACP-TreatmentDirective")));
        assert_eq!(claims(None), with(Value::Null));
    }

    #[test]
    fn switching_off_a_defibrillator_is_known_by_its_code_and_by_the_text_of_another_treatment() {
        let directive =
            |code: &str, text: &str| json!({"provision": {"code": [{"coding": [{"code": code}], "text": text}]}});
        let codes = |one: &Value| agreed_on(one).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(codes(&directive("OTH", SWITCHING_OFF_TEXT)), ["OTH", SWITCHING_OFF.0]);
        assert!(codes(&directive(SWITCHING_OFF.0, "")).iter().all(|code| code == SWITCHING_OFF.0));
        assert_eq!(codes(&directive("OTH", "Sondevoeding")), ["OTH"]);
        assert_eq!(codes(&directive("89666000", SWITCHING_OFF_TEXT)), ["89666000"]);
    }
}
