//! Existence (<http://hl7.org/fhirpath/N1/#existence>), and `not` and `iif`.

use super::{Call, Function, maybe, row, yes};
use crate::path::compare::{distinct, has};
use crate::path::datum::Datum;
use crate::path::run::truth;
use crate::path::scope::{Answer, Fault};

pub(super) const TABLE: &[Function] = &[
    row("empty", 0, 0, |call| yes(call.input.is_empty())),
    row("exists", 0, 1, exists),
    row("all", 1, 1, all),
    row("allTrue", 0, 0, |call| yes(bools(call)?.iter().all(|answer| *answer))),
    row("anyTrue", 0, 0, |call| yes(bools(call)?.iter().any(|answer| *answer))),
    row("allFalse", 0, 0, |call| yes(bools(call)?.iter().all(|answer| !*answer))),
    row("anyFalse", 0, 0, |call| yes(bools(call)?.iter().any(|answer| !*answer))),
    row("subsetOf", 1, 1, |call| within(call, &call.input, &call.arg(0)?)),
    row("supersetOf", 1, 1, |call| within(call, &call.arg(0)?, &call.input)),
    row("count", 0, 0, |call| maybe(i64::try_from(call.input.len()).ok().map(Datum::Integer))),
    row("distinct", 0, 0, |call| distinct(call.run, call.input.iter().cloned())),
    row("isDistinct", 0, 0, |call| yes(distinct(call.run, call.input.iter().cloned())?.len() == call.input.len())),
    row("not", 0, 0, not),
    row("iif", 2, 3, iif),
];

fn exists<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    if call.args.is_empty() {
        return yes(!call.input.is_empty());
    }
    for (index, item) in call.input.iter().enumerate() {
        if call.holds(0, item, index)? == Some(true) {
            return yes(true);
        }
    }
    yes(false)
}

fn all<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    for (index, item) in call.input.iter().enumerate() {
        if call.holds(0, item, index)? != Some(true) {
            return yes(false);
        }
    }
    yes(true)
}

fn bools(call: &Call<'_, '_>) -> Result<Vec<bool>, Fault> {
    call.input.iter().map(|item| item.as_bool().ok_or(Fault::Kind(call.name))).collect()
}

fn within<'a>(call: &Call<'a, '_>, few: &[Datum<'a>], many: &[Datum<'a>]) -> Answer<'a> {
    for item in few {
        if !has(call.run, many, item)? {
            return yes(false);
        }
    }
    yes(true)
}

fn not<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    Ok(truth(&call.input, "not")?.map(|answer| Datum::Bool(!answer)).into_iter().collect())
}

fn iif<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let item = call.single()?;
    let eval = |place: usize| match item {
        Some(item) => call.lambda(place, item, 0),
        None => call.arg(place),
    };
    let holds = truth(&eval(0)?, "iif")?.unwrap_or(false);
    if holds {
        eval(1)
    } else if call.args.len() > 2 {
        eval(2)
    } else {
        Ok(Vec::new())
    }
}
