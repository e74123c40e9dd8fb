//! One value of an element against one value of a query, by type of parameter.

use std::ops::Bound::{Excluded, Included, Unbounded};

use serde_json::Value;
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::parameters::ParamKind;

use super::number::{Stored, decimal};
use super::path::Node;
use super::{moment, number, text};
use crate::support::server::START;

/// Whether an element is a value of a parameter at all.
pub fn counts(kind: ParamKind, node: &Node<'_>) -> bool {
    let Some(value) = node.value() else { return kind == ParamKind::Token && matches!(node, Node::Truth(_)) };
    match kind {
        ParamKind::Token => !tokens(node).is_empty() || labels(value).next().is_some(),
        ParamKind::String => !strings(value).is_empty(),
        ParamKind::Reference => {
            local(value).is_some()
                || address(value).is_some()
                || identifier(value).is_some()
                || value["display"].is_string()
        }
        ParamKind::Date => period(value).is_some(),
        ParamKind::Number => stored(value).is_some(),
        ParamKind::Quantity => quantity(value).is_some(),
        ParamKind::Uri => value.is_string(),
        ParamKind::Composite | ParamKind::Special => false,
    }
}

/// Whether an element passes a value of a query, which still has its escapes.
pub fn passes(kind: ParamKind, modifier: &str, wanted: &str, node: &Node<'_>) -> bool {
    let plain = text::plain(wanted);
    if kind == ParamKind::Token {
        return token(modifier, wanted, node);
    }
    let Some(value) = node.value() else { return false };
    match kind {
        ParamKind::String => strings(value).iter().any(|one| match modifier {
            "exact" => *one == plain,
            "contains" => text::simple(one).contains(&text::simple(&plain)),
            _ => text::simple(one).starts_with(&text::simple(&plain)),
        }),
        ParamKind::Reference => reference(modifier, &plain, wanted, value),
        ParamKind::Date => period(value).is_some_and(|stored| date(wanted, stored)),
        ParamKind::Number => stored(value).is_some_and(|stored| number::passes(&plain, stored).unwrap_or(false)),
        ParamKind::Quantity => {
            let parts: Vec<String> = text::split(wanted, '|').into_iter().map(text::plain).collect();
            let unit = |system: &str, code: &str| parts.len() < 3 || unit_is(system, code, &parts[1], &parts[2], value);
            quantity(value).is_some_and(|(stored, system, code)| {
                unit(&system, &code) && number::passes(&parts[0], stored).unwrap_or(false)
            })
        }
        ParamKind::Uri => {
            let uri = value.as_str().unwrap_or_default();
            let bare = uri.split('|').next().unwrap_or_default();
            let under = |upper: &str, lower: &str| {
                let upper = upper.trim_end_matches('/');
                lower == upper || lower.strip_prefix(upper).is_some_and(|rest| rest.starts_with('/'))
            };
            match modifier {
                "below" => under(&plain, uri),
                "above" => under(uri, &plain),
                _ => uri == plain || bare == plain,
            }
        }
        ParamKind::Token | ParamKind::Composite | ParamKind::Special => false,
    }
}

/// Whether a stored range passes `[prefix]date`.
pub fn date(wanted: &str, stored: (i64, i64)) -> bool {
    let plain = text::plain(wanted);
    let (prefix, date) = number::prefix(&plain);
    let asked = moment::range(date).unwrap_or_else(|| panic!("a date: {plain}"));
    moment::passes(prefix, asked, stored, START)
}

fn unit_is(system: &str, code: &str, wanted_system: &str, wanted_code: &str, value: &Value) -> bool {
    let human = value["unit"].as_str().or(value["low"]["unit"].as_str()).or(value["high"]["unit"].as_str());
    if wanted_system.is_empty() {
        return wanted_code.is_empty() || code == wanted_code || human == Some(wanted_code);
    }
    system == wanted_system && (wanted_code.is_empty() || code == wanted_code)
}

/// Pairs of system and code.
fn tokens(node: &Node<'_>) -> Vec<(String, String)> {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let value = match node {
        Node::Truth(answer) => return vec![(String::new(), answer.to_string())],
        Node::Element(value, _) => value,
        Node::Elsewhere(_) => return Vec::new(),
    };
    let pairs = match value {
        Value::Bool(answer) => vec![(String::new(), answer.to_string())],
        Value::String(code) => vec![(String::new(), code.clone())],
        Value::Number(number) => vec![(String::new(), number.to_string())],
        Value::Object(map) if map.contains_key("coding") => {
            let codings = value["coding"].as_array().into_iter().flatten();
            codings.map(|one| (text(one, "system"), text(one, "code"))).collect()
        }
        Value::Object(map) if map.contains_key("code") => vec![(text(value, "system"), text(value, "code"))],
        Value::Object(_) => vec![(text(value, "system"), text(value, "value"))],
        _ => Vec::new(),
    };
    pairs.into_iter().filter(|(system, code)| !system.is_empty() || !code.is_empty()).collect()
}

/// The texts beside a code.
fn labels(value: &Value) -> impl Iterator<Item = &str> {
    let codings = value["coding"].as_array().into_iter().flatten().chain([value]);
    codings.filter_map(|one| one["display"].as_str()).chain(value["text"].as_str())
}

fn token(modifier: &str, wanted: &str, node: &Node<'_>) -> bool {
    let parts: Vec<String> = text::split(wanted, '|').into_iter().map(text::plain).collect();
    if modifier == "of-type" {
        let Some(value) = node.value() else { return false };
        let mut types = value["type"]["coding"].as_array().into_iter().flatten();
        return value["value"] == parts[2].as_str()
            && types.any(|one| one["system"] == parts[0].as_str() && one["code"] == parts[1].as_str());
    }
    tokens(node).iter().any(|(system, code)| match parts.as_slice() {
        [wanted] => code == wanted,
        [wanted, any] if any.is_empty() => system == wanted,
        [wanted_system, wanted] => system == wanted_system && code == wanted,
        _ => false,
    })
}

const NAMES: [&str; 10] =
    ["prefix", "given", "family", "suffix", "line", "city", "district", "state", "postalCode", "country"];

fn strings(value: &Value) -> Vec<String> {
    if let Some(text) = value.as_str() {
        return if text.trim().is_empty() { Vec::new() } else { vec![text.to_owned()] };
    }
    let mut all = Vec::new();
    for name in NAMES {
        match &value[name] {
            Value::String(text) => all.push(text.clone()),
            Value::Array(items) => all.extend(items.iter().filter_map(Value::as_str).map(str::to_owned)),
            _ => {}
        }
    }
    // A whole name can be asked for as well as a part of it.
    if all.len() > 1 {
        all.push(all.join(" "));
    }
    all.extend(value["text"].as_str().map(str::to_owned));
    all
}

/// Type and id of a relative reference, or of a resource in a Bundle.
pub fn local(value: &Value) -> Option<(&str, &str)> {
    if let (Some(rtype), Some(id)) = (value["resourceType"].as_str(), value["id"].as_str()) {
        return Some((rtype, id));
    }
    let literal = value["reference"].as_str().or_else(|| value.as_str())?;
    let mut parts = literal.split("/_history/").next()?.split('/');
    let (rtype, id) = (parts.next()?, parts.next()?);
    (parts.next().is_none() && type_number(rtype).is_some() && !id.is_empty()).then_some((rtype, id))
}

/// An address that is no relative reference.
fn address(value: &Value) -> Option<&str> {
    let literal = value["reference"].as_str().or_else(|| value.as_str()).filter(|text| !text.is_empty())?;
    local(value).is_none().then_some(literal)
}

fn identifier(value: &Value) -> Option<(&str, &str)> {
    let identifier = &value["identifier"];
    Some((identifier["system"].as_str().unwrap_or_default(), identifier["value"].as_str()?))
}

fn reference(modifier: &str, plain: &str, wanted: &str, value: &Value) -> bool {
    if modifier == "identifier" {
        let parts: Vec<String> = text::split(wanted, '|').into_iter().map(text::plain).collect();
        return identifier(value).is_some_and(|(system, id)| match parts.as_slice() {
            [wanted] => id == wanted,
            [wanted, any] if any.is_empty() => system == wanted,
            [wanted_system, wanted] => system == wanted_system && id == wanted,
            _ => false,
        });
    }
    if plain.contains(':') {
        let bare = |text: &str| text.split('|').next().unwrap_or_default().to_owned();
        return address(value).is_some_and(|stored| stored == plain || (!plain.contains('|') && bare(stored) == plain));
    }
    let (rtype, id) = plain.split_once('/').map_or((None, plain), |(rtype, id)| (Some(rtype), id));
    let rtype = if modifier.is_empty() { rtype } else { Some(modifier) };
    local(value).is_some_and(|(stored, stored_id)| stored_id == id && rtype.is_none_or(|rtype| rtype == stored))
}

/// The range of a date, Period or Timing; open ends are endless.
fn period(value: &Value) -> Option<(i64, i64)> {
    if let Some(text) = value.as_str() {
        return moment::range(text);
    }
    let of = |period: &Value| {
        let (start, end) = (period["start"].as_str(), period["end"].as_str());
        let low = start.map_or(Some(i64::MIN), |text| moment::range(text).map(|range| range.0))?;
        let high = end.map_or(Some(i64::MAX), |text| moment::range(text).map(|range| range.1))?;
        (start.is_some() || end.is_some()).then_some((low, high))
    };
    let events = value["event"].as_array().into_iter().flatten().filter_map(|event| moment::range(event.as_str()?));
    let all: Vec<(i64, i64)> = events.chain(of(&value["repeat"]["boundsPeriod"])).chain(of(value)).collect();
    Some((all.iter().map(|one| one.0).min()?, all.iter().map(|one| one.1).max()?))
}

/// A stored number; how many digits it has makes no difference.
fn number_of(value: &Value) -> Option<i128> {
    decimal(&value.as_number()?.to_string()).map(|(number, _)| number)
}

/// A number, a Quantity without its unit, or a Range.
fn stored(value: &Value) -> Option<Stored> {
    if let Some(number) = number_of(value).or_else(|| number_of(&value["value"])) {
        return Some(match value["comparator"].as_str() {
            Some("<") => (Unbounded, Excluded(number)),
            Some("<=") => (Unbounded, Included(number)),
            Some(">=") => (Included(number), Unbounded),
            Some(">") => (Excluded(number), Unbounded),
            _ => (Included(number), Included(number)),
        });
    }
    if value["origin"].is_object() {
        return sampled(value);
    }
    let end = |name: &str| number_of(&value[name]["value"]).map_or(Unbounded, Included);
    Some((end("low"), end("high"))).filter(|ends| *ends != (Unbounded, Unbounded))
}

/// `SampledData`: from the smallest to the largest of its samples.
fn sampled(value: &Value) -> Option<Stored> {
    let (origin, one) = (number_of(&value["origin"]["value"])?, decimal("1")?.0);
    let factor = number_of(&value["factor"]).unwrap_or(one);
    let samples = value["data"].as_str()?.split_whitespace().filter_map(|sample| match sample {
        "L" => number_of(&value["lowerLimit"]),
        "U" => number_of(&value["upperLimit"]),
        number => decimal(number).map(|(number, _)| origin + number * factor / one),
    });
    let samples: Vec<i128> = samples.collect();
    Some((Included(*samples.iter().min()?), Included(*samples.iter().max()?)))
}

/// What a Quantity, Money, Range or `SampledData` says, with system and code of its unit.
fn quantity(value: &Value) -> Option<(Stored, String, String)> {
    let unit =
        [value, &value["low"], &value["high"], &value["origin"]].into_iter().find(|one| one["value"].is_number())?;
    let text = |name: &str| unit[name].as_str().unwrap_or_default().to_owned();
    let (system, code) = match unit["currency"].as_str() {
        Some(currency) => ("urn:iso:std:iso:4217".to_owned(), currency.to_owned()),
        None => (text("system"), text("code")),
    };
    Some((stored(value)?, system, code))
}

/// What a parameter sorts a resource by: texts by their letters, numbers and moments by their size.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Moment(i64),
    Text(String),
}

/// The keys of an element.
pub fn sort_key(kind: ParamKind, node: &Node<'_>) -> Vec<Key> {
    let value = node.value();
    match (kind, value) {
        (ParamKind::Token, _) => {
            tokens(node).into_iter().map(|(_, code)| code).filter(|code| !code.is_empty()).map(Key::Text).collect()
        }
        (ParamKind::String, Some(value)) => strings(value).iter().map(|one| Key::Text(text::simple(one))).collect(),
        (ParamKind::Date, Some(value)) => period(value).map(|range| Key::Moment(range.0)).into_iter().collect(),
        _ => Vec::new(),
    }
}
