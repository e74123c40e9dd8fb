//! `encode`, `decode`, `escape` and `unescape` (<http://hl7.org/fhirpath/N1/#string-manipulation>).

use super::{Call, Function, row};
use crate::path::scope::{Answer, Fault};

pub(super) const TABLE: &[Function] = &[
    row("encode", 1, 1, |call| change(call, encode)),
    row("decode", 1, 1, |call| change(call, decode)),
    row("escape", 1, 1, |call| change(call, escape)),
    row("unescape", 1, 1, |call| change(call, unescape)),
];

/// Found nothing, or the form is not known.
type Changed = Result<Option<String>, ()>;

fn change<'a>(call: &Call<'a, '_>, how: fn(&str, &str) -> Changed) -> Answer<'a> {
    let (Some(text), Some(form)) = (call.text()?, call.text_arg(0)?) else { return Ok(Vec::new()) };
    match how(&text, &form).map_err(|()| Fault::Kind(call.name))? {
        Some(text) => call.say(text),
        None => Ok(Vec::new()),
    }
}

const PLAIN: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn encode(text: &str, form: &str) -> Changed {
    match form {
        "hex" => Ok(Some(text.bytes().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(hex).collect())),
        "base64" => Ok(Some(base64(text.as_bytes(), PLAIN))),
        "urlbase64" => Ok(Some(base64(text.as_bytes(), SAFE))),
        _ => Err(()),
    }
}

fn hex(half: u8) -> Option<char> {
    char::from_digit(half.into(), 16)
}

fn base64(bytes: &[u8], letters: &[u8; 64]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let group = three.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = letters[(group >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

fn decode(text: &str, form: &str) -> Changed {
    let bytes = match form {
        "hex" => {
            let halves: Option<Vec<_>> = text.chars().map(|c| c.to_digit(16)).collect();
            let halves = halves.filter(|halves| halves.len().is_multiple_of(2));
            halves.map(|halves| halves.chunks(2).filter_map(|two| u8::try_from(two[0] << 4 | two[1]).ok()).collect())
        }
        "base64" => from_base64(text, PLAIN),
        "urlbase64" => from_base64(text, SAFE),
        _ => return Err(()),
    };
    Ok(bytes.and_then(|bytes: Vec<u8>| String::from_utf8(bytes).ok()))
}

fn from_base64(text: &str, letters: &[u8; 64]) -> Option<Vec<u8>> {
    let body = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(body.len());
    let (mut group, mut bits) = (0u32, 0u32);
    for byte in body.bytes() {
        let value = letters.iter().position(|letter| *letter == byte)?;
        group = group << 6 | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(group >> bits & 255).ok()?);
        }
    }
    (body.len() % 4 != 1).then_some(out)
}

const HTML: [(&str, &str); 5] = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];

fn escape(text: &str, form: &str) -> Changed {
    match form {
        "html" => Ok(Some(HTML.iter().fold(text.to_owned(), |text, (plain, escaped)| text.replace(plain, escaped)))),
        "json" => {
            let quoted = serde_json::to_string(text).unwrap_or_default();
            Ok(quoted.get(1..quoted.len().saturating_sub(1)).map(ToOwned::to_owned))
        }
        _ => Err(()),
    }
}

fn unescape(text: &str, form: &str) -> Changed {
    match form {
        "html" => {
            Ok(Some(HTML.iter().rev().fold(text.to_owned(), |text, (plain, escaped)| text.replace(escaped, plain))))
        }
        "json" => Ok(serde_json::from_str(&format!("\"{text}\"")).ok()),
        _ => Err(()),
    }
}
