//! Random searches: parameters with values of what is stored, chains, includes, sorting, and what belongs to the answer.

use reqwest::Method;
use spil_fhir_profiles::definition::definitions;
use spil_fhir_profiles::parameters::{Param, ParamKind, parameters};

use super::requests::{Asked, Pool};
use crate::search::differential::{Dice, filter};

/// A search, by GET or POST, of a type or of several.
pub fn search(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    let rtype = pool.rtype(dice);
    let mut pairs: Vec<(String, String)> = Vec::new();
    for _ in 0..dice.below(3) {
        pairs.push(piece(dice, pool, &rtype));
    }
    if rtype == "MedicationRequest" && dice.chance(2) {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        pairs.push(pair("period-of-use", dice.text(&["ge2026-02-01", "lt2020", "2026"])));
        pairs.push(pair("is-latest-stop", "true"));
    }
    if dice.chance(2) {
        pairs.extend(about_answer(dice, &rtype));
    }
    if dice.chance(3) {
        pairs.extend(inclusion(dice, &rtype));
    }
    if dice.chance(12) {
        return everywhere(dice, pool);
    }
    let encode = |text: &str| urlencoding::encode(text).replace("%3A", ":").replace("%2F", "/").replace("%2C", ",");
    let text: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let text = text.join("&");
    if dice.chance(8) {
        let media = "application/x-www-form-urlencoded";
        return Asked { method: Method::POST, body: Some((media, text)), ..Asked::get(format!("{rtype}/_search")) };
    }
    Asked::get(if text.is_empty() { rtype } else { format!("{rtype}?{text}") })
}

fn everywhere(dice: &mut Dice, pool: &Pool<'_>) -> Asked {
    let types: Vec<String> = (0..2 + dice.below(3)).map(|_| pool.rtype(dice)).collect();
    let with =
        dice.text(&["", "&_summary=count", "&_count=2", "&_lastUpdated=ge2026-01-01", "&_tag=x", "&_total=accurate"]);
    Asked::get(format!("?_type={}{with}", types.join(",")))
}

/// One parameter.
fn piece(dice: &mut Dice, pool: &Pool<'_>, rtype: &str) -> (String, String) {
    match dice.below(16) {
        0..3 => chain(dice, pool, rtype, 2),
        3 | 4 => reverse(dice, pool, rtype, 2),
        5 => ("_id".to_owned(), format!("{},{}", pool.place(dice, Some(rtype)).1, pool.place(dice, Some(rtype)).1)),
        6 => special(dice, pool),
        7 => patient(dice, pool),
        8 => expression(dice, pool, rtype),
        _ => plain(dice, pool, rtype),
    }
}

fn plain(dice: &mut Dice, pool: &Pool<'_>, rtype: &str) -> (String, String) {
    if pool.bodies.iter().any(|body| body["resourceType"] == rtype) {
        return filter(dice, &pool.bodies, rtype);
    }
    ("_id".to_owned(), "absent-1".to_owned())
}

fn patient(dice: &mut Dice, pool: &Pool<'_>) -> (String, String) {
    match dice.below(4) {
        0 => ("patient".to_owned(), pool.name(dice, Some("Patient"))),
        1 => ("patient.identifier".to_owned(), pool.bsn(dice)),
        2 => {
            ("patient".to_owned(), format!("{},{}", pool.name(dice, Some("Patient")), pool.name(dice, Some("Patient"))))
        }
        _ => ("subject:Patient.birthdate".to_owned(), "1933-03-03".to_owned()),
    }
}

fn special(dice: &mut Dice, pool: &Pool<'_>) -> (String, String) {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match dice.below(9) {
        0 => pair("_text", dice.text(&["tekst", "geheim"])),
        1 => pair("_content", dice.text(&["38341003", "woorden", "Verborgen", "active"])),
        2 => pair("_list", &pool.place(dice, Some("List")).1),
        3 => pair("_lastUpdated", dice.text(&["ge2026-01-01", "lt2026-01-01"])),
        4 => pair("_security", dice.text(&["PSY", "HIV", "http://terminology.hl7.org/CodeSystem/v3-ActCode|SDV"])),
        5 => pair("_tag", dice.text(&["x", "urn:t|y"])),
        6 => pair("_contained", dice.text(&["true", "both"])),
        7 => pair("_tag:not", "x"),
        _ => pair("_security:missing", dice.text(&["true", "false"])),
    }
}

/// The reference parameters of a type with the types of what is stored that they may point at.
fn ways<'p>(pool: &Pool<'_>, rtype: &str) -> Vec<(&'p Param, String)> {
    let mut types: Vec<&str> = pool.world.things.iter().map(|thing| thing.rtype).collect();
    types.sort_unstable();
    types.dedup();
    let params = parameters().of(rtype).filter(|param| param.kind == ParamKind::Reference);
    params
        .flat_map(|param| {
            let fits = |there: &&&str| {
                let number = definitions().type_number(there).expect("a type");
                param.targets.is_empty() || param.targets.contains(&number)
            };
            types.iter().filter(fits).map(|there| (param, (*there).to_owned())).collect::<Vec<_>>()
        })
        .collect()
}

fn chain(dice: &mut Dice, pool: &Pool<'_>, rtype: &str, depth: usize) -> (String, String) {
    let ways = ways(pool, rtype);
    if ways.is_empty() {
        return plain(dice, pool, rtype);
    }
    let (param, there) = dice.one(&ways).clone();
    let (name, value) = deeper(dice, pool, &there, depth);
    (format!("{}:{there}.{name}", param.code), value)
}

fn reverse(dice: &mut Dice, pool: &Pool<'_>, rtype: &str, depth: usize) -> (String, String) {
    let number = definitions().type_number(rtype).expect("a type");
    let from = pool.rtype(dice);
    let points = |param: &&Param| {
        param.kind == ParamKind::Reference && (param.targets.is_empty() || param.targets.contains(&number))
    };
    let params: Vec<&Param> = parameters().of(&from).filter(points).collect();
    if params.is_empty() {
        return chain(dice, pool, rtype, depth);
    }
    let (name, value) = deeper(dice, pool, &from, depth);
    (format!("_has:{from}:{}:{name}", dice.one(&params).code), value)
}

fn deeper(dice: &mut Dice, pool: &Pool<'_>, rtype: &str, depth: usize) -> (String, String) {
    match dice.below(6) {
        0 if depth > 0 => chain(dice, pool, rtype, depth - 1),
        1 if depth > 0 => reverse(dice, pool, rtype, depth - 1),
        2 => ("_id".to_owned(), pool.place(dice, Some(rtype)).1),
        _ => plain(dice, pool, rtype),
    }
}

fn expression(dice: &mut Dice, pool: &Pool<'_>, rtype: &str) -> (String, String) {
    let (code, value) = plain(dice, pool, rtype);
    let code = code.split(':').next().unwrap_or_default().to_owned();
    let value = value.split(',').next().unwrap_or_default().to_owned();
    let one = format!("{code} eq \"{}\"", value.replace('"', ""));
    let text = match dice.below(3) {
        0 => format!("not ({one})"),
        1 => format!("{one} or _id eq \"{}\"", pool.place(dice, Some(rtype)).1),
        _ => one,
    };
    ("_filter".to_owned(), text)
}

fn about_answer(dice: &mut Dice, rtype: &str) -> Vec<(String, String)> {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let mut pairs = Vec::new();
    match dice.below(8) {
        0 => pairs.push(pair("_summary", "count".to_owned())),
        1 => pairs.push(pair("_total", (dice.text(&["accurate", "estimate"])).to_owned())),
        2 => pairs.push(pair("_elements", "subject,code".to_owned())),
        3 => pairs.push(pair("_summary", (dice.text(&["true", "data", "text"])).to_owned())),
        _ => {
            let kinds =
                [ParamKind::Token, ParamKind::String, ParamKind::Date, ParamKind::Reference, ParamKind::Quantity];
            let params: Vec<&Param> = parameters().of(rtype).filter(|param| kinds.contains(&param.kind)).collect();
            let down = if dice.chance(2) { "-" } else { "" };
            pairs.push(pair("_sort", format!("{down}{}", dice.one(&params).code)));
        }
    }
    if dice.chance(2) {
        pairs.push(pair("_count", dice.one(&[0, 1, 2, 5]).to_string()));
    }
    pairs
}

fn inclusion(dice: &mut Dice, rtype: &str) -> Vec<(String, String)> {
    let iterate = if dice.chance(3) { ":iterate" } else { "" };
    let params: Vec<&Param> = parameters().of(rtype).filter(|param| param.kind == ParamKind::Reference).collect();
    let one = if params.is_empty() { "*".to_owned() } else { format!("{rtype}:{}", dice.one(&params).code) };
    let pair = |name: String, value: &str| vec![(name, value.to_owned())];
    match dice.below(6) {
        0 => pair(format!("_include{iterate}"), "*"),
        1 => pair(format!("_revinclude{iterate}"), "*"),
        2 => pair(
            format!("_revinclude{iterate}"),
            dice.text(&[
                "Condition:encounter",
                "Condition:subject",
                "Observation:focus",
                "List:item",
                "Composition:entry",
                "Provenance:target",
            ]),
        ),
        _ => pair(format!("_include{iterate}"), &one),
    }
}
