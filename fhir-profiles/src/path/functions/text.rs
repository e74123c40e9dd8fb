//! Texts (<http://hl7.org/fhirpath/N1/#string-manipulation>). Places are counted in characters.

use std::borrow::Cow;

use super::{Call, Function, maybe, row, yes};
use crate::path::datum::Datum;
use crate::path::scope::{Answer, Fault};

pub(super) const TABLE: &[Function] = &[
    row("indexOf", 1, 1, |call| place(call, |text, part| text.find(part))),
    row("lastIndexOf", 1, 1, |call| place(call, |text, part| text.rfind(part))),
    row("substring", 1, 2, substring),
    row("startsWith", 1, 1, |call| test(call, |text, part| text.starts_with(part))),
    row("endsWith", 1, 1, |call| test(call, |text, part| text.ends_with(part))),
    row("contains", 1, 1, |call| test(call, |text, part| text.contains(part))),
    row("upper", 0, 0, |call| change(call, str::to_uppercase)),
    row("lower", 0, 0, |call| change(call, str::to_lowercase)),
    row("trim", 0, 0, |call| change(call, |text| text.trim().to_owned())),
    row("replace", 2, 2, replace),
    row("matches", 1, 1, |call| matches(call, false)),
    row("matchesFull", 1, 1, |call| matches(call, true)),
    row("replaceMatches", 2, 2, replace_matches),
    row("length", 0, 0, length),
    row("toChars", 0, 0, to_chars),
    row("split", 1, 1, split),
    row("join", 0, 1, join),
];

fn test<'a>(call: &Call<'a, '_>, holds: fn(&str, &str) -> bool) -> Answer<'a> {
    match (call.text()?, call.text_arg(0)?) {
        (Some(text), Some(part)) => yes(holds(&text, &part)),
        _ => Ok(Vec::new()),
    }
}

fn place<'a>(call: &Call<'a, '_>, find: fn(&str, &str) -> Option<usize>) -> Answer<'a> {
    let (Some(text), Some(part)) = (call.text()?, call.text_arg(0)?) else { return Ok(Vec::new()) };
    let at = find(&text, &part).map(|at| text[..at].chars().count());
    Ok(vec![Datum::Integer(at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1))])
}

fn change<'a>(call: &Call<'a, '_>, how: fn(&str) -> String) -> Answer<'a> {
    match call.text()? {
        Some(text) => call.say(how(&text)),
        None => Ok(Vec::new()),
    }
}

fn substring<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let (Some(text), Some(start)) = (call.text()?, call.whole_arg(0)?) else { return Ok(Vec::new()) };
    let Ok(start) = usize::try_from(start) else { return Ok(Vec::new()) };
    if start >= text.chars().count() {
        return Ok(Vec::new());
    }
    let length = match call.whole_arg(1)? {
        Some(length) => usize::try_from(length).unwrap_or(0),
        None => usize::MAX,
    };
    call.say(text.chars().skip(start).take(length).collect())
}

fn replace<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let (Some(text), Some(part), Some(by)) = (call.text()?, call.text_arg(0)?, call.text_arg(1)?) else {
        return Ok(Vec::new());
    };
    // The length of the result is paid before it is made.
    let times = if part.is_empty() { text.len() + 1 } else { text.matches(&*part).count() };
    call.run.spend(times.saturating_mul(by.len()) / 8)?;
    call.say(text.replace(&*part, &by))
}

fn matches<'a>(call: &Call<'a, '_>, whole: bool) -> Answer<'a> {
    let (Some(text), Some(pattern)) = (call.text()?, call.text_arg(0)?) else { return Ok(Vec::new()) };
    let pattern = call.run.pattern(&pattern)?;
    call.run.spend(text.len().saturating_mul(pattern.cost()) / 64)?;
    yes(if whole { pattern.is_all(&text) } else { pattern.is_in(&text) })
}

fn replace_matches<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let (Some(text), Some(pattern), Some(by)) = (call.text()?, call.text_arg(0)?, call.text_arg(1)?) else {
        return Ok(Vec::new());
    };
    if pattern.is_empty() {
        return call.say(text.into_owned());
    }
    let pattern = call.run.pattern(&pattern)?;
    // Every match starts a search of its own, and a replacement may repeat all of the text.
    let work = text.len().saturating_mul(pattern.cost().saturating_add(by.len()).saturating_add(text.len()));
    call.run.spend(work / 64)?;
    call.say(pattern.replace(&text, &by))
}

fn length<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    maybe(call.text()?.and_then(|text| i64::try_from(text.chars().count()).ok()).map(Datum::Integer))
}

fn to_chars<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let Some(text) = call.text()? else { return Ok(Vec::new()) };
    call.run.spend(text.len())?;
    Ok(text.chars().map(|c| Datum::Text(Cow::Owned(c.to_string()))).collect())
}

fn split<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let (Some(text), Some(by)) = (call.text()?, call.text_arg(0)?) else { return Ok(Vec::new()) };
    call.run.spend(text.len())?;
    Ok(text.split(&*by).map(|part| Datum::Text(Cow::Owned(part.to_owned()))).collect())
}

fn join<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let by = call.text_arg(0)?.unwrap_or_default();
    let mut parts = Vec::new();
    for item in &call.input {
        match item.system() {
            Some(Datum::Text(text)) => parts.push(text),
            _ => return Err(Fault::Kind("join")),
        }
    }
    if parts.is_empty() { Ok(Vec::new()) } else { call.say(parts.join(&*by)) }
}
