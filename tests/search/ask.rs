//! Queries drawn from values: for what an element holds, the texts that ask for it, and one that does not.

use serde_json::Value;
use spil_fhir_profiles::parameters::{Param, ParamKind};

use super::naive::{Node, certain, counts, escape, eval, local};

/// The queries that find an element by a parameter: modifier and value.
pub fn asks(param: &Param, resource: &Value, node: &Node<'_>) -> Vec<(&'static str, String)> {
    if param.kind != ParamKind::Composite {
        return plain(param.kind, node);
    }
    let mut parts: Vec<Vec<String>> = Vec::new();
    for component in &param.components {
        let found = eval(&component.expression, resource, node);
        let asks = found.iter().flat_map(|node| plain(component.kind, node));
        let bare: Vec<String> = asks.filter(|(modifier, _)| modifier.is_empty()).map(|(_, part)| part).collect();
        if bare.is_empty() {
            return Vec::new();
        }
        parts.push(bare);
    }
    // A part that has no further text stays with its first: a range, say, is found by `ge` and not by its low end alone.
    let most = parts.iter().map(Vec::len).max().unwrap_or_default();
    let at = |place: usize| parts.iter().map(move |texts| texts.get(place).unwrap_or(&texts[0]).as_str());
    (0..most).map(|place| ("", at(place).collect::<Vec<_>>().join("$"))).collect()
}

/// A value that no example has.
pub fn never(param: &Param) -> String {
    if param.kind == ParamKind::Composite {
        let parts: Vec<_> = param.components.iter().map(|component| nothing(component.kind)).collect();
        return parts.join("$");
    }
    nothing(param.kind).to_owned()
}

fn nothing(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Date => "1801-02-03",
        ParamKind::Number | ParamKind::Quantity => "-98765.4321",
        ParamKind::Reference => "Basic/zz-none,Patient/zz-none",
        ParamKind::String => "zzqx",
        ParamKind::Uri => "urn:example:none",
        ParamKind::Token | ParamKind::Composite | ParamKind::Special => "urn:example:none|zz",
    }
}

fn plain(kind: ParamKind, node: &Node<'_>) -> Vec<(&'static str, String)> {
    if !counts(kind, node) {
        return Vec::new();
    }
    let Some(value) = node.value() else {
        return vec![("", matches!(node, Node::Truth(true)).to_string())];
    };
    let text = |value: &Value| value.as_str().map(escape);
    match kind {
        ParamKind::Token => token(value),
        ParamKind::String => string(value),
        ParamKind::Reference => reference(value),
        ParamKind::Date => date(value),
        ParamKind::Number => number(value).map(|number| ("", number)).into_iter().collect(),
        ParamKind::Quantity => quantity(value),
        ParamKind::Uri => text(value).map(|uri| ("", uri)).into_iter().collect(),
        ParamKind::Composite | ParamKind::Special => Vec::new(),
    }
}

fn token(value: &Value) -> Vec<(&'static str, String)> {
    let pair = |one: &Value, name: &str| {
        let text = |name: &str| one[name].as_str().map(escape);
        match (text("system"), text(name)) {
            (Some(system), Some(code)) => {
                vec![("", format!("{system}|{code}")), ("", code), ("", format!("{system}|"))]
            }
            (None, Some(code)) => vec![("", format!("|{code}")), ("", code)],
            (Some(system), None) => vec![("", format!("{system}|"))],
            (None, None) => Vec::new(),
        }
    };
    match value {
        Value::Bool(answer) => vec![("", answer.to_string())],
        Value::String(code) => vec![("", escape(code)), ("", format!("|{}", escape(code)))],
        Value::Number(number) => vec![("", number.to_string())],
        _ if value["coding"].is_array() => {
            value["coding"].as_array().into_iter().flatten().flat_map(|one| pair(one, "code")).collect()
        }
        _ if value["code"].is_string() => pair(value, "code"),
        _ => {
            let mut asks = pair(value, "value");
            let kind = &value["type"]["coding"][0];
            if let (Some(system), Some(code), Some(id)) =
                (kind["system"].as_str(), kind["code"].as_str(), value["value"].as_str())
            {
                asks.push(("of-type", format!("{}|{}|{}", escape(system), escape(code), escape(id))));
            }
            asks
        }
    }
}

fn string(value: &Value) -> Vec<(&'static str, String)> {
    let texts = if let Value::String(text) = value {
        vec![text.as_str()]
    } else {
        let names = ["family", "given", "city", "line", "postalCode", "state", "country", "text"];
        let parts = names.iter().flat_map(|name| match &value[*name] {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect::<Vec<_>>(),
        });
        parts.collect()
    };
    let mut asks = Vec::new();
    for text in texts.into_iter().filter(|text| text.chars().any(char::is_alphanumeric)) {
        let short: String = text.chars().take(200).collect();
        let start: String = text.trim_start().chars().take(4).collect();
        asks.push(("", escape(&short)));
        if text.len() < 400 {
            asks.push(("exact", escape(text)));
        }
        asks.push(("", escape(&start)));
        // The index keeps the first 512 characters of a text.
        let kept: String = text.chars().take(500).collect();
        if let Some(word) = kept.split_whitespace().max_by_key(|word| word.len()).filter(|word| word.len() < 60) {
            asks.push(("contains", escape(word)));
        }
    }
    asks
}

fn reference(value: &Value) -> Vec<(&'static str, String)> {
    // Two alternatives: one patient alone would stand for all records of that person.
    let also = ",Patient/zz-none";
    let mut asks = Vec::new();
    if let Some((rtype, id)) = local(value) {
        asks.push(("", format!("{rtype}/{id}{also}")));
        asks.push(("", format!("{id},zz-none")));
    } else if let Some(address) = value["reference"].as_str().or(value.as_str()).filter(|text| text.contains(':')) {
        asks.push(("", format!("{}{also}", escape(address))));
    }
    let identifier = &value["identifier"];
    if let Some(id) = identifier["value"].as_str() {
        if let Some(system) = identifier["system"].as_str() {
            asks.push(("identifier", format!("{}|{}", escape(system), escape(id))));
        }
        asks.push(("identifier", escape(id)));
    }
    asks
}

fn date(value: &Value) -> Vec<(&'static str, String)> {
    let texts = [value, &value["start"], &value["end"], &value["repeat"]["boundsPeriod"]["start"], &value["event"][0]];
    let mut asks = Vec::new();
    for text in texts.into_iter().filter_map(Value::as_str).filter(|text| certain(text)) {
        for prefix in ["", "ge", "le", "gt", "lt", "ne", "sa", "eb", "ap"] {
            asks.push(("", format!("{prefix}{text}")));
        }
        if let Some(year) = text.get(..4) {
            asks.push(("", year.to_owned()));
        }
    }
    asks
}

fn number(value: &Value) -> Option<String> {
    let one = [value, &value["value"], &value["low"]["value"], &value["high"]["value"]]
        .into_iter()
        .find(|one| one.is_number());
    one.map(ToString::to_string)
}

fn quantity(value: &Value) -> Vec<(&'static str, String)> {
    let Some(number) = number(value) else { return Vec::new() };
    let unit = [&value["low"], &value["high"]].into_iter().find(|end| end.is_object()).unwrap_or(value);
    let text = |name: &str| unit[name].as_str().map(escape);
    let mut asks = Vec::new();
    for prefix in ["", "ge", "le", "gt", "lt", "ne", "sa", "eb", "ap"] {
        asks.push(("", format!("{prefix}{number}")));
        if let (Some(system), Some(code)) = (text("system"), text("code")) {
            asks.push(("", format!("{prefix}{number}|{system}|{code}")));
            asks.push(("", format!("{prefix}{number}||{code}")));
        }
    }
    asks
}
