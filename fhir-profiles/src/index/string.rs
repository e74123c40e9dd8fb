//! Rows of string parameters (<https://hl7.org/fhir/R4/search.html#string>).

use serde_json::Value;

use super::{Key, MAX_LENGTH, StringRow, cut, short};

/// The parts of a `HumanName` or `Address` that are searched each on their own.
const PARTS: [&str; 10] =
    ["prefix", "given", "family", "suffix", "line", "city", "district", "state", "postalCode", "country"];

/// The form in which texts are compared: lower case, without accents, white space folded.
pub fn normalize(text: &str) -> String {
    if text.is_ascii() {
        let mut out = folded(text);
        out.make_ascii_lowercase();
        return out;
    }
    let mut out = String::with_capacity(text.len());
    for c in folded(text).chars().flat_map(char::to_lowercase) {
        match plain(c) {
            Some(letters) => out.push_str(letters),
            // Accents that stand on their own.
            None if ('\u{300}'..='\u{36f}').contains(&c) => {}
            None => out.push(c),
        }
    }
    cut(&mut out);
    out
}

/// At most the longest text of a row, with single spaces.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_LENGTH * 5));
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > MAX_LENGTH * 4 {
            break;
        }
    }
    cut(&mut out);
    out
}

/// The plain letters of a lower-case letter with an accent.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        'ĳ' => "ij",
        _ => return None,
    })
}

/// Adds the row of a text, or those of the parts and the whole of a name or address.
pub(super) fn add(key: Key, value: &Value, rows: &mut Vec<StringRow>) {
    if let Some(text) = value.as_str() {
        return push(key, text, rows);
    }
    let mut whole = Vec::new();
    for name in PARTS {
        match &value[name] {
            Value::String(part) => whole.push(part.as_str()),
            Value::Array(parts) => whole.extend(parts.iter().filter_map(Value::as_str)),
            _ => {}
        }
    }
    for part in &whole {
        push(key, part, rows);
    }
    if whole.len() > 1 {
        push(key, &whole.join(" "), rows);
    }
    if let Some(text) = value["text"].as_str() {
        push(key, text, rows);
    }
}

fn push(key: Key, text: &str, rows: &mut Vec<StringRow>) {
    let normal = normalize(text);
    if !normal.is_empty() {
        rows.push(StringRow { param: key.param, ord: key.ord, normal, exact: short(text) });
    }
}
