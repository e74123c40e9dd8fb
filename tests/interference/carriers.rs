//! Resources that carry others: copies in them (`Bundle`, `contained`), or references with words about them.

use serde_json::{Value, json};
use spil_consent::{Category, CategorySet};

use super::consents::date;
use super::things::{About, Made, Maker, NOTHING};
use super::world::{DAY, TODAY, Thing};
use crate::support::builders::{coded, condition};

const LOINC: &str = "http://loinc.org";

/// A carrier of a type; none for other types.
pub fn make(maker: &mut Maker<'_>, rtype: &str, about: About) -> Option<Made> {
    let day = TODAY - DAY * *maker.dice.one(&[121, 51, 15]);
    let (on, at) = (date(day), Some((day, day + DAY)));
    let made = match rtype {
        "List" => {
            let mut body = json!({"status": "current", "mode": "working", "subject": {"reference": maker.subject(about)}, "date": on});
            let entries: Vec<Value> = some(maker).into_iter().map(|item| json!({"item": item})).collect();
            if !entries.is_empty() {
                body["entry"] = json!(entries);
            }
            Made { body, category: Category::Documents, period: at }
        }
        "Composition" => {
            let entries = some(maker);
            let mut body = json!({"status": "final", "type": coded(LOINC, "11503-0"), "subject": {"reference": maker.subject(about)},
                "date": on, "author": [{"display": "Arts"}], "title": "Brief", "section": [{"title": "Diagnose"}]});
            body["section"][0]["text"] =
                json!({"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">tekst</div>"});
            if !entries.is_empty() {
                body["section"][0]["entry"] = json!(entries);
            }
            Made { body, category: Category::Documents, period: at }
        }
        "Provenance" => {
            let mut target = some(maker);
            target.push(json!({"reference": maker.subject(about)}));
            let body = json!({"target": target, "recorded": format!("{on}T09:00:00Z"), "agent": [{"who": {"display": "Arts"}}]});
            let moment = day + 9 * 3_600_000;
            Made { body, category: Category::Documents, period: Some((moment, moment + 1000)) }
        }
        "DocumentReference" => {
            let mut body = json!({"status": "current", "subject": {"reference": maker.subject(about)}, "content": [
                {"attachment": {"contentType": "text/plain", "url": "Binary/absent"}}]});
            let binaries: Vec<String> =
                maker.made.iter().filter(|thing| thing.rtype == "Binary").map(Thing::name).collect();
            if !binaries.is_empty() {
                body["content"][0]["attachment"]["url"] = json!(maker.dice.one(&binaries).as_str());
            }
            if let Some(found) = maker.refer("Encounter", None) {
                body["context"] = json!({"encounter": [found]});
            }
            Made { body, category: Category::Documents, period: None }
        }
        "Binary" => {
            let mut body = json!({"contentType": "text/plain", "data": "Z2VoZWlt"});
            if maker.dice.chance(2) {
                body["securityContext"] = json!({"reference": maker.subject(about)});
            }
            Made { body, category: Category::Documents, period: None }
        }
        "Bundle" => {
            let mut entries = Vec::new();
            for _ in 0..=maker.dice.below(3) {
                entries.extend(copy(maker, about));
            }
            entries.push(json!({"resource": condition(&maker.subject(about), "38341003")}));
            Made { body: json!({"type": "collection", "entry": entries}), category: Category::Documents, period: None }
        }
        "ServiceRequest" => {
            let subject = maker.subject(about);
            let mut inner = condition(&subject, if maker.dice.chance(2) { "35489007" } else { "38341003" });
            inner["id"] = json!("c");
            let body = json!({"status": "active", "intent": "order", "subject": {"reference": subject}, "authoredOn": on,
                "contained": [inner], "reasonReference": [{"reference": "#c"}]});
            Made { body, category: Category::Procedures, period: at }
        }
        _ => return None,
    };
    Some(made)
}

/// Some references to whatever there is.
fn some(maker: &mut Maker<'_>) -> Vec<Value> {
    let types = ["Condition", "Observation", "MedicationRequest", "Encounter", "Bundle", "Procedure"];
    let wanted: Vec<&str> = (0..=maker.dice.below(3)).map(|_| maker.dice.text(&types)).collect();
    wanted.into_iter().filter_map(|rtype| maker.refer(rtype, None)).collect()
}

/// An entry with a copy of something that was made, mostly of the same writer.
fn copy(maker: &mut Maker<'_>, about: About) -> Option<Value> {
    const CARRIED: [&str; 6] =
        ["Condition", "Observation", "MedicationRequest", "AllergyIntolerance", "Encounter", "Patient"];
    let fits = |thing: &&Thing| CARRIED.contains(&thing.rtype) && thing.by == about.by;
    let found: Vec<&Thing> = maker.made.iter().filter(fits).collect();
    if found.is_empty() {
        return None;
    }
    let one = *maker.dice.one(&found);
    Some(json!({"resource": one.now().body.clone()?}))
}

/// The categories and labels of what a resource carries inside, read from what stands there.
pub fn inside(value: &Value, root: bool) -> (CategorySet, u8) {
    let (mut categories, mut labels) = NOTHING;
    match value {
        Value::Array(items) => {
            for item in items {
                let (more, marks) = inside(item, false);
                categories = categories.union(more);
                labels |= marks;
            }
        }
        Value::Object(members) => {
            if let Some(rtype) = value["resourceType"].as_str().filter(|_| !root) {
                categories = categories.union(category(rtype, value));
                labels |= marks(value);
            }
            for member in members.values() {
                let (more, marks) = inside(member, false);
                categories = categories.union(more);
                labels |= marks;
            }
        }
        _ => {}
    }
    (categories, labels)
}

/// What a copy is, for the few types that are copied here.
fn category(rtype: &str, body: &Value) -> CategorySet {
    let text = body.to_string();
    CategorySet::of(match rtype {
        "Condition" if text.contains("35489007") => Category::MentalHealth,
        "Condition" => Category::Problems,
        "Observation" if text.contains("laboratory") => Category::Results,
        "Observation" => Category::Measurements,
        "MedicationRequest" => Category::Medication,
        "AllergyIntolerance" => Category::Allergies,
        "Encounter" => Category::Encounters,
        // Who it is comes along with every permission.
        "Patient" => return CategorySet::EMPTY,
        other => panic!("{other} is not copied in this test"),
    })
}

fn marks(body: &Value) -> u8 {
    let codes = body["meta"]["security"].as_array().into_iter().flatten().filter_map(|tag| tag["code"].as_str());
    let bit = |code: &str| match code {
        "PSY" => 1,
        "SEX" => 2,
        "GDIS" => 4,
        "SDV" => 8,
        "HIV" => 16,
        _ => 0,
    };
    codes.fold(0, |all, code| all | bit(code))
}
