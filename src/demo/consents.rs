//! Privacy consents that some patients have given at the start. Most patients have given none.
//!
//! Shape: IHE Privacy Consent on FHIR, intermediate. <https://profiles.ihe.net/ITI/PCF/>

use serde_json::{Value, json};

use super::build::code::{code, loinc};
use super::clock::Clock;
use super::organisations::{HUB, organisation};
use super::people::Person;

const CATEGORIES: &str = "https://spil.example/fhir/CodeSystem/data-category";

/// All categories that a permission can name, except mental health.
const ORDINARY: [(&str, &str); 13] = [
    ("medication", "Medicijnen"),
    ("allergies", "Allergieën"),
    ("problems", "Klachten en diagnoses"),
    ("measurements", "Metingen"),
    ("results", "Uitslagen"),
    ("procedures", "Behandelingen en operaties"),
    ("encounters", "Opnames en afspraken"),
    ("vaccinations", "Vaccinaties"),
    ("wishes", "Wensen en grenzen"),
    ("nursing", "Verpleging en dagelijks functioneren"),
    ("documents", "Documenten en brieven"),
    ("own-measurements", "Eigen metingen"),
    ("contacts", "Persoon en contacten"),
];
const MENTAL: [(&str, &str); 1] = [("mental-health", "Psychische en sociale zorg")];

/// What the out-of-hours post needs.
const BASICS: [(&str, &str); 3] = [ORDINARY[0], ORDINARY[1], ORDINARY[2]];

type Categories = &'static [(&'static str, &'static str)];

struct Rule {
    patient: &'static str,
    user: &'static str,
    permit: &'static [Categories],
    except: Categories,
    since: i64,
    until: i64,
}

const YEARS: i64 = -1800;

const RULES: [Rule; 9] = [
    Rule {
        patient: "mark",
        user: "mental_health",
        permit: &[&ORDINARY, &MENTAL],
        except: &[],
        since: 210,
        until: YEARS,
    },
    Rule { patient: "mark", user: "gp", permit: &[&ORDINARY], except: &MENTAL, since: 210, until: YEARS },
    Rule { patient: "cor", user: "gp", permit: &[&ORDINARY], except: &[], since: 380, until: YEARS },
    Rule { patient: "cor", user: "hospital", permit: &[&ORDINARY], except: &[], since: 380, until: YEARS },
    Rule { patient: "saskia", user: "gp_post", permit: &[&BASICS], except: &[], since: 90, until: -275 },
    Rule { patient: "saskia", user: "pharmacy", permit: &[&BASICS], except: &[], since: 90, until: YEARS },
    Rule {
        patient: "fatima",
        user: "hospital",
        permit: &[&ORDINARY],
        except: &[("wishes", "Wensen en grenzen")],
        since: 150,
        until: YEARS,
    },
    Rule { patient: "fatima", user: "gp_post", permit: &[&BASICS], except: &[], since: 150, until: YEARS },
    Rule { patient: "gerard", user: "hospital", permit: &[&ORDINARY], except: &[], since: 500, until: 135 },
];

fn named(categories: Categories) -> Vec<Value> {
    categories
        .iter()
        .map(|(name, display)| json!({"coding": [code(CATEGORIES, name, display).coding()], "text": display}))
        .collect()
}

fn provision(kind: &str, rule: &Rule, codes: &[Value], clock: &Clock) -> Value {
    let user = organisation(rule.user);
    json!({
        "type": kind,
        "period": {"start": clock.date(rule.since), "end": clock.date(rule.until)},
        "actor": [{
            "role": code("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "Ontvanger").bare(),
            "reference": {"reference": format!("Organization/{}", user.id), "type": "Organization", "display": user.name},
        }],
        "purpose": [code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT", "Behandeling").coding()],
        "code": codes,
    })
}

fn consent(rule: &Rule, person: &Person, clock: &Clock) -> Value {
    let codes: Vec<Value> = rule.permit.iter().flat_map(|categories| named(categories)).collect();
    let mut root = provision("permit", rule, &codes, clock);
    if !rule.except.is_empty() {
        root["provision"] = json!([provision("deny", rule, &named(rule.except), clock)]);
    }
    let patient =
        json!({"reference": format!("Patient/{}", person.id), "type": "Patient", "display": person.full_name()});
    json!({
        "resourceType": "Consent",
        "meta": {"profile": ["https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentIntermediate"]},
        "status": "active",
        "scope": code("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "Privacy").bare(),
        "category": [loinc("59284-0", "Toestemming van de patiënt").bare()],
        "patient": patient,
        "dateTime": clock.at(rule.since, 20, 15),
        "performer": [patient],
        "organization": [{"reference": format!("Organization/{HUB}"), "type": "Organization"}],
        "sourceAttachment": {"title": "Keuze van de patiënt in het portaal"},
        "policy": [{"uri": "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal"}],
        "provision": root,
    })
}

/// The privacy consents at the start.
pub fn consents(people: &[Person], clock: &Clock) -> Vec<Value> {
    RULES
        .iter()
        .filter_map(|rule| {
            let person = people.iter().find(|person| person.spec.key == rule.patient)?;
            Some(consent(rule, person, clock))
        })
        .collect()
}
