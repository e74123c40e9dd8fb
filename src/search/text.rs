//! Separators and escapes of a value (<https://hl7.org/fhir/R4/search.html#escaping>).

use super::{Limits, Problem};

/// Cuts `value` at every `separator` that is not escaped; the parts keep their escapes.
pub(super) fn split(value: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, letter) in value.char_indices() {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == separator {
            parts.push(&value[start..at]);
            start = at + letter.len_utf8();
        }
    }
    parts.push(&value[start..]);
    parts
}

/// The alternatives of a value: not empty, not too many.
pub(super) fn alternatives(value: &str) -> Result<Vec<&str>, Problem> {
    let parts = split(value, ',');
    if parts.len() > Limits::ALTERNATIVES {
        return Err(Problem::too_much(format!("more than {} alternatives", Limits::ALTERNATIVES)));
    }
    if parts.iter().any(|part| part.trim().is_empty()) {
        return Err(Problem::value("an empty value"));
    }
    Ok(parts)
}

/// Takes the escapes away.
pub(super) fn unescape(value: &str) -> Result<String, Problem> {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some(escaped @ (',' | '|' | '$' | '\\')) => text.push(escaped),
            _ => return Err(Problem::value("a backslash must stand before `,`, `|`, `$` or another backslash")),
        }
    }
    if text.contains('\0') {
        return Err(Problem::value("a null character"));
    }
    Ok(text)
}

/// Puts an escape before these letters.
pub(super) fn escape(value: &str, letters: &[char]) -> String {
    let mut text = String::with_capacity(value.len());
    for letter in value.chars() {
        if letters.contains(&letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}
