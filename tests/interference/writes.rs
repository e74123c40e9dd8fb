//! Random writes: by id, by condition, alone and in a bundle. What is free or the asker's own is written on both servers.

use reqwest::Method;
use serde_json::{Value, json};

use super::requests::{Asked, Pool};
use super::searches;
use crate::search::differential::Dice;
use crate::support::builders::{bundle, condition, patient};

/// A write.
pub fn write(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    // Not the hub's own: who was given that address may write to it, and it is of the person whom it is of.
    let subject = pool.patient_of_a_source(dice);
    let body = condition(&subject, dice.text(&["38341003", "1"]));
    let query = condition_of(dice, pool);
    let patch = json!([{"op": "replace", "path": "/onsetDateTime", "value": "2024"}]);
    let conditions = pool.place(dice, Some("Condition")).1;
    let version = format!("W/\"{}\"", 1 + dice.below(3));
    match dice.below(17) {
        0 => Asked::json(Method::POST, "Condition", &body).with("if-none-exist", query),
        1 => Asked::json(Method::POST, "Condition", &body),
        2 => Asked::json(Method::PATCH, format!("Condition/{conditions}"), &patch),
        3 => Asked::json(Method::PATCH, format!("Condition/{conditions}"), &patch).with("if-match", version),
        4 => Asked::json(Method::PATCH, format!("Condition?{query}"), &patch),
        5 => Asked { method: Method::DELETE, ..Asked::get(pool.name(dice, None)) },
        6 => Asked { method: Method::DELETE, ..Asked::get(pool.name(dice, None)) }.with("if-match", version),
        7 => Asked { method: Method::DELETE, ..Asked::get(format!("Condition?{query}")) },
        8 => Asked::json(Method::PUT, format!("Condition/{conditions}"), &body).with("if-match", version),
        9 => Asked::json(Method::PUT, format!("Condition?{query}"), &body),
        10 | 11 => {
            let number = dice.one(pool.bsns).clone();
            let asked = Asked::json(Method::POST, "Patient", &patient(&number));
            asked.with("if-none-exist", format!("identifier=http://fhir.nl/fhir/NamingSystem/bsn|{number}"))
        }
        12 => {
            let reference = format!("Patient?identifier={}", pool.bsn(dice));
            let pointing = bundle("transaction", vec![("POST", "Condition", condition(&reference, "1"))]);
            Asked::json(Method::POST, "", &pointing)
        }
        13 => {
            let (rtype, _) = pool.place(dice, None);
            let mut pointing = condition(&subject, "1");
            pointing["encounter"] = json!({"reference": format!("Encounter?{}", condition_of(dice, pool))});
            let read = format!("{rtype}?_summary=count");
            let all = vec![("POST", "Condition", pointing), ("GET", read.as_str(), Value::Null)];
            Asked::json(Method::POST, "", &bundle("transaction", all))
        }
        14 => {
            let url = format!("Condition/{conditions}");
            let kind = dice.text(&["batch", "transaction"]);
            let all = vec![("DELETE", url.as_str(), Value::Null), ("POST", "Condition", body)];
            Asked::json(Method::POST, "", &bundle(kind, all))
        }
        15 => Asked::json(Method::POST, format!("{}/$meta-add", pool.name(dice, None)), &tag()),
        _ => {
            let url = format!("Condition?{query}");
            let kind = dice.text(&["batch", "transaction"]);
            Asked::json(Method::POST, "", &bundle(kind, vec![("DELETE", url.as_str(), Value::Null)]))
        }
    }
}

fn tag() -> Value {
    json!({"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": {"tag": [{"system": "urn:t", "code": "z"}]}}]})
}

/// A condition for a write, of the `Condition` type.
fn condition_of(dice: &mut Dice, pool: &Pool<'_>) -> String {
    match dice.below(4) {
        0 => "code=38341003".to_owned(),
        1 => format!("_id={}", pool.place(dice, Some("Condition")).1),
        2 => format!("subject={}", pool.name(dice, Some("Patient"))),
        _ => {
            let asked = searches::search(dice, pool);
            match asked.path.split_once('?') {
                Some((_, query)) if asked.path.starts_with("Condition?") && !query.contains("_count") => {
                    query.to_owned()
                }
                _ => "code=35489007".to_owned(),
            }
        }
    }
}
