//! Cuts an expression into words (<http://hl7.org/fhirpath/N1/#lexical-elements>).

use super::PathError;

/// One word of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word<'a> {
    /// A name or keyword.
    Name(&'a str),
    /// A name between backticks, which is never a keyword.
    Quoted(String),
    /// `%name`, without the sign.
    External(String),
    /// `$this`, `$index` or `$total`, with the sign.
    Dollar(&'a str),
    /// A text between quotes.
    Text(String),
    /// A number, with a fraction if it has a point.
    Number(&'a str),
    /// A date or time after `@`, without the sign.
    Moment(&'a str),
    /// A sign, such as `(` or `!=`.
    Sign(&'static str),
}

const SIGNS: [&str; 22] =
    ["!=", "!~", "<=", ">=", ".", ",", "(", ")", "[", "]", "{", "}", "|", "=", "~", "<", ">", "+", "-", "*", "/", "&"];

/// The words of `text` in order.
pub(super) fn words(text: &str) -> Result<Vec<Word<'_>>, PathError> {
    let mut out = Vec::new();
    let mut rest = blank(text)?;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '\'' => push(&mut out, quoted(rest, '\'')?, Word::Text),
            '"' => push(&mut out, quoted(rest, '"')?, Word::Text),
            '`' => push(&mut out, quoted(rest, '`')?, Word::Quoted),
            '%' => external(rest, &mut out)?,
            '@' => {
                let end = 1 + moment(&rest.as_bytes()[1..]);
                out.push(Word::Moment(&rest[1..end]));
                end
            }
            '0'..='9' => {
                let end = number(rest);
                out.push(Word::Number(&rest[..end]));
                end
            }
            '$' => {
                let end = 1 + name(&rest[1..]);
                out.push(Word::Dollar(&rest[..end]));
                end
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let end = name(rest);
                out.push(Word::Name(&rest[..end]));
                end
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign)).ok_or(PathError::Sign(first))?;
                out.push(Word::Sign(sign));
                sign.len()
            }
        };
        rest = blank(&rest[taken..])?;
    }
    Ok(out)
}

fn push<'a>(out: &mut Vec<Word<'a>>, (word, taken): (String, usize), make: fn(String) -> Word<'a>) -> usize {
    out.push(make(word));
    taken
}

/// What is left after white space and comments.
fn blank(text: &str) -> Result<&str, PathError> {
    let mut rest = text.trim_start();
    loop {
        if let Some(line) = rest.strip_prefix("//") {
            rest = line.split_once('\n').map_or("", |(_, after)| after).trim_start();
        } else if let Some(block) = rest.strip_prefix("/*") {
            rest = block.split_once("*/").ok_or(PathError::Quote)?.1.trim_start();
        } else {
            return Ok(rest);
        }
    }
}

fn name(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

fn number(text: &str) -> usize {
    let whole = digits(text.as_bytes());
    match text.as_bytes().get(whole..) {
        Some([b'.', b'0'..=b'9', ..]) => whole + 1 + digits(&text.as_bytes()[whole + 1..]),
        _ => whole,
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// `%name`, `` %`name` ``, `%'name'` or `%"name"`.
fn external<'a>(rest: &'a str, out: &mut Vec<Word<'a>>) -> Result<usize, PathError> {
    let after = &rest[1..];
    if let Some(quote @ ('`' | '"' | '\'')) = after.chars().next() {
        return Ok(1 + push(out, quoted(after, quote)?, Word::External));
    }
    let end = name(after);
    if end == 0 {
        return Err(PathError::Sign('%'));
    }
    out.push(Word::External(after[..end].to_owned()));
    Ok(1 + end)
}

/// How many bytes the date or time at the start of `text` takes.
fn moment(text: &[u8]) -> usize {
    let mut at = digits(text).min(4);
    for _ in 0..2 {
        if matches!(text.get(at..), Some([b'-', b'0'..=b'9', b'0'..=b'9', ..])) && at > 0 {
            at += 3;
        }
    }
    if text.get(at) != Some(&b'T') {
        return at;
    }
    let date = at > 0;
    at += 1;
    at += digits(&text[at..]).min(2);
    for _ in 0..2 {
        if matches!(text.get(at..), Some([b':', b'0'..=b'9', b'0'..=b'9', ..])) {
            at += 3;
        }
    }
    if matches!(text.get(at..), Some([b'.', b'0'..=b'9', ..])) {
        at += 1 + digits(&text[at + 1..]);
    }
    match text.get(at..) {
        Some([b'Z', ..]) if date => at + 1,
        Some([b'+' | b'-', b'0'..=b'9', b'0'..=b'9', b':', b'0'..=b'9', b'0'..=b'9', ..]) if date => at + 6,
        _ => at,
    }
}

/// The text between quotes at the start of `rest`, and how many bytes it takes.
fn quoted(rest: &str, quote: char) -> Result<(String, usize), PathError> {
    let mut word = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return Ok((word, at + 1));
        }
        if c != '\\' {
            word.push(c);
            continue;
        }
        let Some((at, escaped)) = chars.next() else { return Err(PathError::Quote) };
        match escaped {
            'n' => word.push('\n'),
            'r' => word.push('\r'),
            't' => word.push('\t'),
            'f' => word.push('\u{c}'),
            'u' => {
                let code = rest.get(at + 1..at + 5).and_then(|code| u32::from_str_radix(code, 16).ok());
                word.push(code.and_then(char::from_u32).ok_or(PathError::Missing("four hexadecimal digits"))?);
                chars.nth(3);
            }
            // A regular expression in older definitions escapes what needs no escape: keep the sign itself.
            other => word.push(other),
        }
    }
    Err(PathError::Quote)
}
