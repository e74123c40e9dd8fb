//! Cuts an expression into words.

use super::PathError;

/// One word of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word<'a> {
    /// A name or keyword, with `%` or `$` in front if it was written so.
    Name(&'a str),
    /// A text between quotes.
    Text(String),
    /// A number.
    Number(&'a str),
    /// A sign: `. ( ) [ ] | = !=`.
    Sign(&'static str),
}

const SIGNS: [&str; 8] = ["!=", ".", "(", ")", "[", "]", "|", "="];

/// The words of `text` in order.
pub(super) fn words(text: &str) -> Result<Vec<Word<'_>>, PathError> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = if first == '\'' {
            let (word, taken) = quoted(rest)?;
            out.push(Word::Text(word));
            taken
        } else if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            out.push(Word::Number(&rest[..end]));
            end
        } else if first.is_ascii_alphabetic() || matches!(first, '%' | '$' | '_') {
            let more = rest[1..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let end = more.map_or(rest.len(), |at| at + 1);
            out.push(Word::Name(&rest[..end]));
            end
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign)).ok_or(PathError::Sign(first))?;
            out.push(Word::Sign(sign));
            sign.len()
        };
        rest = rest[taken..].trim_start();
    }
    Ok(out)
}

/// The text between quotes at the start of `rest`, and how many bytes it takes.
fn quoted(rest: &str) -> Result<(String, usize), PathError> {
    let mut word = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => return Ok((word, at + 1)),
            '\\' => word.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => word.push(c),
        }
    }
    Err(PathError::Quote)
}
