//! Rows of token parameters (<https://hl7.org/fhir/R4/search.html#token>).

use serde_json::Value;

use super::{Key, TokenRow, short, string};

/// The row of a code, text or boolean without a system.
pub(super) fn plain(key: Key, code: &str) -> TokenRow {
    TokenRow { param: key.param, ord: key.ord, system: None, code: short(code), text: None, identifier_type: None }
}

/// The rows of a value: one for a code, `Coding`, `Identifier` or `ContactPoint`, one for each coding of a
/// `CodeableConcept`.
pub(super) fn row(key: Key, value: &Value) -> Vec<TokenRow> {
    match value {
        Value::Bool(answer) => vec![plain(key, if *answer { "true" } else { "false" })],
        Value::String(code) if !code.is_empty() => vec![plain(key, code)],
        Value::Number(number) => vec![plain(key, &number.to_string())],
        Value::Object(_) if value.get("coding").is_some() => concept(key, value),
        Value::Object(_) if value.get("code").is_some() || value.get("display").is_some() => {
            coding(key, value).into_iter().collect()
        }
        Value::Object(_) if value.get("value").is_some() || value.get("system").is_some() => {
            identifier(key, value).into_iter().collect()
        }
        Value::Object(_) => concept(key, value),
        _ => Vec::new(),
    }
}

/// System and code of a code, `Coding` or `CodeableConcept`.
pub fn coded(value: &Value) -> Vec<(Option<&str>, &str)> {
    if let Some(code) = value.as_str() {
        return vec![(None, code)];
    }
    let single = std::iter::once(value).filter(|one| one.get("coding").is_none());
    let codings = single.chain(value["coding"].as_array().into_iter().flatten());
    codings.filter_map(|one| Some((one["system"].as_str(), one["code"].as_str()?))).collect()
}

fn concept(key: Key, value: &Value) -> Vec<TokenRow> {
    let codings = value["coding"].as_array().into_iter().flatten();
    let mut rows: Vec<_> = codings.filter_map(|one| coding(key, one)).collect();
    if let Some(text) = searchable(&value["text"]) {
        let known = rows.iter().any(|row| row.text.as_ref() == Some(&text));
        match rows.iter_mut().find(|row| row.text.is_none()) {
            _ if known => {}
            Some(row) => row.text = Some(text),
            None => rows.push(TokenRow { text: Some(text), ..plain(key, "") }),
        }
    }
    rows
}

fn coding(key: Key, value: &Value) -> Option<TokenRow> {
    let row = TokenRow {
        system: value["system"].as_str().map(short),
        text: searchable(&value["display"]),
        ..plain(key, value["code"].as_str().unwrap_or_default())
    };
    (!row.code.is_empty() || row.system.is_some() || row.text.is_some()).then_some(row)
}

/// An identifier or a contact point: both have a system and a value.
fn identifier(key: Key, value: &Value) -> Option<TokenRow> {
    let kind = &value["type"];
    let first = kind["coding"].as_array().into_iter().flatten().find(|one| one["code"].is_string());
    let identifier_type = first.map(|one| {
        let text = |name: &str| one[name].as_str().map(short).unwrap_or_default();
        (text("system"), text("code"))
    });
    let row = TokenRow {
        system: value["system"].as_str().map(short),
        text: searchable(&kind["text"]).or_else(|| first.and_then(|one| searchable(&one["display"]))),
        identifier_type,
        ..plain(key, value["value"].as_str().unwrap_or_default())
    };
    (!row.code.is_empty() || row.system.is_some()).then_some(row)
}

/// A text as `:text` searches it: without accents and case.
pub(super) fn searchable(text: &Value) -> Option<String> {
    text.as_str().map(string::normalize).filter(|text| !text.is_empty())
}
