//! Random requests about a world: what names something that is there, hidden or not, or something that is not.

use reqwest::Method;
use serde_json::Value;

use super::world::{Thing, World};
use super::{searches, writes};
use crate::search::differential::Dice;
use crate::support::{Caller, Response};

/// One request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// HTTP method.
    pub method: Method,
    /// Below the base.
    pub path: String,
    /// Media type and text.
    pub body: Option<(&'static str, String)>,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

impl Asked {
    /// A plain read.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: None, headers: Vec::new() }
    }

    /// With a resource.
    pub fn json(method: Method, path: impl Into<String>, body: &Value) -> Self {
        let media = if method == Method::PATCH { "application/json-patch+json" } else { "application/fhir+json" };
        Self { method, path: path.into(), body: Some((media, body.to_string())), headers: Vec::new() }
    }

    /// The same with a header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Whether it may change what is stored.
    pub fn writes(&self) -> bool {
        let search = self.path.contains("_search") || self.path.contains('$');
        self.method != Method::GET && self.method != Method::HEAD && !search
    }

    /// Sends it.
    pub async fn send(&self, caller: &Caller<'_>) -> Response {
        let caller = self.headers.iter().fold(caller.clone(), |caller, (name, value)| caller.with(name, value));
        let body = self.body.as_ref().map(|(media, text)| (*media, text.clone().into()));
        caller.send(self.method.clone(), &self.path, body).await
    }

    /// For people.
    pub fn text(&self) -> String {
        let headers: Vec<String> = self.headers.iter().map(|(name, value)| format!("\n{name}: {value}")).collect();
        let headers = headers.concat();
        let body = self.body.as_ref().map(|(_, text)| format!("\n\n{text}")).unwrap_or_default();
        format!("{} {}{headers}{body}", self.method, self.path)
    }
}

/// What requests are drawn from.
pub struct Pool<'w> {
    /// The world.
    pub world: &'w World,
    /// Everything that is stored there now.
    pub bodies: Vec<Value>,
    /// Ids of the hub's `Patient` resources.
    pub hub: &'w [String],
    /// BSNs.
    pub bsns: &'w [String],
}

impl Pool<'_> {
    /// The `Patient` of an organisation, by type and id.
    pub fn patient_of_a_source(&self, dice: &mut Dice) -> String {
        let all: Vec<String> =
            self.world.things.iter().filter(|thing| thing.rtype == "Patient").map(Thing::name).collect();
        if all.is_empty() { "Patient/absent".to_owned() } else { dice.one(&all).clone() }
    }

    /// The id of something, of a type if one is given; now and then of nothing.
    pub fn place(&self, dice: &mut Dice, rtype: Option<&str>) -> (String, String) {
        if dice.chance(12) {
            return (rtype.unwrap_or("Condition").to_owned(), "absent-1".to_owned());
        }
        if rtype.is_none_or(|rtype| rtype == "Patient") && dice.chance(8) {
            return ("Patient".to_owned(), dice.one(self.hub).clone());
        }
        let fits: Vec<_> =
            self.world.things.iter().filter(|thing| rtype.is_none_or(|rtype| thing.rtype == rtype)).collect();
        if fits.is_empty() {
            return (rtype.unwrap_or("Patient").to_owned(), "absent-2".to_owned());
        }
        let thing = *dice.one(&fits);
        (thing.rtype.to_owned(), thing.id.clone())
    }

    /// The same as `Type/id`.
    pub fn name(&self, dice: &mut Dice, rtype: Option<&str>) -> String {
        let (rtype, id) = self.place(dice, rtype);
        format!("{rtype}/{id}")
    }

    /// A type of something that is stored.
    pub fn rtype(&self, dice: &mut Dice) -> String {
        let (rtype, _) = self.place(dice, None);
        rtype
    }

    /// `identifier` of a person.
    pub fn bsn(&self, dice: &mut Dice) -> String {
        format!("http://fhir.nl/fhir/NamingSystem/bsn|{}", dice.one(self.bsns))
    }
}

/// A request that changes nothing.
pub fn question(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    match dice.below(20) {
        0..3 => read(dice, pool),
        3..5 => history(dice, pool),
        5..8 => operation(dice, pool),
        8 => compartment(dice, pool),
        9 => batch(dice, pool),
        _ => searches::search(dice, pool),
    }
}

/// A request that may change something.
pub fn change(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    writes::write(dice, pool)
}

fn read(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    let name = pool.name(dice, None);
    match dice.below(10) {
        0 => Asked { method: Method::HEAD, ..Asked::get(name) },
        1 | 2 => Asked::get(format!("{name}/_history/{}", 1 + dice.below(4))),
        3 => Asked::get(name).with("if-none-match", format!("W/\"{}\"", 1 + dice.below(3))),
        4 => Asked::get(name).with("if-modified-since", "Mon, 02 Mar 2026 09:00:00 GMT"),
        5 => Asked::get(name).with("accept", "application/fhir+xml"),
        6 => Asked::get(format!(
            "{name}?{}",
            dice.text(&["_elements=subject", "_summary=true", "_summary=text", "_pretty=true"])
        )),
        _ => Asked::get(name),
    }
}

fn history(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    let of = match dice.below(4) {
        0 => "_history".to_owned(),
        1 => format!("{}/_history", pool.rtype(dice)),
        _ => format!("{}/_history", pool.name(dice, None)),
    };
    let mut pairs = Vec::new();
    if dice.chance(2) {
        pairs.push(format!("_count={}", dice.one(&[1, 3, 7])));
    }
    // Worlds follow one another, so only what is far away is the same for all of them.
    pairs.extend(
        (*dice.one(&[
            None,
            None,
            Some("_since=2026-01-01"),
            Some("_at=2026-03-02"),
            Some("_total=accurate"),
            Some("_summary=count"),
        ]))
        .map(str::to_owned),
    );
    Asked::get(if pairs.is_empty() { of } else { format!("{of}?{}", pairs.join("&")) })
}

fn operation(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    let patient = pool.name(dice, Some("Patient"));
    match dice.below(18) {
        0..3 => {
            let with =
                dice.text(&["", "?_count=2", "?_type=Condition,Encounter", "?start=2026-01-01", "?_since=2026-01-01"]);
            Asked::get(format!("{patient}/$everything{with}"))
        }
        3 => Asked::get(format!("{}/$everything", pool.name(dice, Some("Encounter")))),
        4 => Asked::get(format!("Observation/$lastn?patient={patient}&category=vital-signs&max={}", dice.one(&[1, 2]))),
        5 => Asked::get(format!("Observation/$lastn?patient={patient}&code=29463-7")),
        6 => {
            let on = dice.text(&["", "MedicationRequest/"]);
            let with = dice.text(&["", "&include-details=true", "&mbh=urn:mbh|1"]);
            Asked::get(format!("{on}$latest-stops?patient={}{with}", pool.bsn(dice)))
        }
        7 => Asked::get(format!("{}/$document", pool.name(dice, Some("Composition")))),
        8 => Asked::get(format!("{patient}/{}", dice.text(&["$medication-overview", "$acp", "$eoverdracht"]))),
        9 => Asked::get(format!("{}/$meta", pool.name(dice, None))),
        10 => Asked::get(if dice.chance(2) { "$meta".to_owned() } else { format!("{}/$meta", pool.rtype(dice)) }),
        11 => Asked::get(format!("{}/$validate?mode=delete", pool.name(dice, None))),
        12 => {
            let (rtype, id) = pool.place(dice, None);
            Asked::get(format!(
                "$graphql?query={{{rtype}(id:\"{id}\"){{id meta{{versionId}}}}ConditionList{{id encounter{{reference display resource{{... on Encounter{{id}}}}}}}}}}"
            ))
        }
        13 => {
            let text = "{id ObservationList(_reference:subject){id status}}";
            Asked::get(format!("{patient}/$graphql?query={text}"))
        }
        14 | 15 => {
            let number = dice.one(pool.bsns).clone();
            let body = serde_json::json!({"resourceType": "Parameters", "parameter": [{"name": "resource", "resource":
                {"resourceType": "Patient", "birthDate": "1933-03-03", "name": [{"family": "Verborgen", "given": ["Anna"]}],
                 "identifier": [{"system": crate::support::builders::BSN, "value": number}]}}]});
            Asked::json(Method::POST, "Patient/$match", &body)
        }
        16 => Asked::get(format!("{patient}/$consent-check?organisation=org-gp&category=problems")),
        _ => {
            let body = dice.one(&pool.bodies).clone();
            Asked::json(Method::POST, format!("{}/$validate", body["resourceType"].as_str().expect("a type")), &body)
        }
    }
}

fn compartment(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    let of = dice.text(&["Patient", "Patient", "Encounter", "RelatedPerson", "Practitioner"]);
    let rtype = if dice.chance(3) { "*".to_owned() } else { pool.rtype(dice) };
    let with = dice.text(&["", "?_summary=count", "?_count=1", "?_total=accurate&_count=2"]);
    Asked::get(format!("{}/{rtype}{with}", pool.name(dice, Some(of))))
}

fn batch(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    let mut entries = Vec::new();
    for _ in 0..=dice.below(3) {
        let asked = match dice.below(3) {
            0 => read(dice, pool),
            1 => history(dice, pool),
            _ => searches::search(dice, pool),
        };
        if asked.method == Method::GET {
            entries.push(serde_json::json!({"request": {"method": "GET", "url": asked.path}}));
        }
    }
    let kind = dice.text(&["batch", "transaction"]);
    let body = serde_json::json!({"resourceType": "Bundle", "type": kind, "entry": entries});
    Asked::json(Method::POST, "", &body).with("prefer", "handling=lenient")
}
