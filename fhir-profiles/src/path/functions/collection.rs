//! Filtering, subsetting and combining (<http://hl7.org/fhirpath/N1/#filtering-and-projection>), and `aggregate`.

use super::{Call, Function, row};
use crate::path::compare::{distinct, has};
use crate::path::datum::Datum;
use crate::path::run::Frame;
use crate::path::scope::{Answer, Fault};

pub(super) const TABLE: &[Function] = &[
    row("where", 1, 1, filter),
    row("select", 1, 1, select),
    row("repeat", 1, 1, repeat),
    row("single", 0, 0, |call| Ok(call.single()?.cloned().into_iter().collect())),
    row("first", 0, 0, |call| Ok(call.input.first().cloned().into_iter().collect())),
    row("last", 0, 0, |call| Ok(call.input.last().cloned().into_iter().collect())),
    row("tail", 0, 0, |call| Ok(call.input.iter().skip(1).cloned().collect())),
    row("skip", 1, 1, |call| Ok(call.input.iter().skip(number(call)?).cloned().collect())),
    row("take", 1, 1, |call| Ok(call.input.iter().take(number(call)?).cloned().collect())),
    row("intersect", 1, 1, intersect),
    row("exclude", 1, 1, exclude),
    row("union", 1, 1, |call| distinct(call.run, call.input.iter().cloned().chain(call.arg(0)?))),
    row("combine", 1, 1, |call| Ok(call.input.iter().cloned().chain(call.arg(0)?).collect())),
    row("aggregate", 1, 2, aggregate),
    row("trace", 1, 2, trace),
];

fn filter<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let mut kept = Vec::new();
    for (index, item) in call.input.iter().enumerate() {
        if call.holds(0, item, index)? == Some(true) {
            kept.push(item.clone());
        }
    }
    Ok(kept)
}

fn select<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let mut found = Vec::new();
    for (index, item) in call.input.iter().enumerate() {
        found.extend(call.lambda(0, item, index)?);
    }
    Ok(found)
}

fn repeat<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let mut found: Vec<Datum<'a>> = Vec::new();
    let mut open = call.input.clone();
    while !open.is_empty() {
        let mut next = Vec::new();
        for (index, item) in open.iter().enumerate() {
            for child in call.lambda(0, item, index)? {
                if !has(call.run, &found, &child)? {
                    found.push(child.clone());
                    next.push(child);
                }
            }
        }
        open = next;
    }
    Ok(found)
}

/// The number of items to take or skip; less than none is none.
fn number(call: &Call<'_, '_>) -> Result<usize, Fault> {
    let number = call.whole_arg(0)?.ok_or(Fault::Kind(call.name))?;
    Ok(usize::try_from(number.max(0)).unwrap_or(usize::MAX))
}

fn intersect<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let other = call.arg(0)?;
    let mut kept = Vec::new();
    for item in distinct(call.run, call.input.iter().cloned())? {
        if has(call.run, &other, &item)? {
            kept.push(item);
        }
    }
    Ok(kept)
}

fn exclude<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let other = call.arg(0)?;
    let mut kept = Vec::new();
    for item in &call.input {
        if !has(call.run, &other, item)? {
            kept.push(item.clone());
        }
    }
    Ok(kept)
}

fn aggregate<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let mut total = call.arg(1)?;
    for (index, item) in call.input.iter().enumerate() {
        let this = std::slice::from_ref(item);
        let frame = Frame { this, index: i64::try_from(index).ok(), total: Some(&total) };
        total = call.run.eval(&call.args[0], &frame)?;
    }
    Ok(total)
}

/// Nothing is written down: only the arguments are evaluated, so that a fault in them is found.
fn trace<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    call.text_arg(0)?;
    if call.args.len() > 1 {
        for (index, item) in call.input.iter().enumerate() {
            call.lambda(1, item, index)?;
        }
    }
    Ok(call.input.clone())
}
