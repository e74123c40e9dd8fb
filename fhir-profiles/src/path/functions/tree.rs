//! The tree (<http://hl7.org/fhirpath/N1/#tree-navigation>), the clock, and types.

use super::{Call, Function, row};
use crate::definition::Kind;
use crate::path::datum::Datum;
use crate::path::moment::Moment;
use crate::path::navigate;
use crate::path::scope::{Answer, Fault};

pub(super) const TABLE: &[Function] = &[
    row("children", 0, 0, |call| children(call, &call.input)),
    row("descendants", 0, 0, descendants),
    row("now", 0, 0, |call| Ok(vec![Datum::Moment(now(call)?)])),
    row("today", 0, 0, |call| Ok(vec![Datum::Moment(now(call)?.to_date())])),
    row("timeOfDay", 0, 0, |call| Ok(now(call)?.to_time().map(Datum::Moment).into_iter().collect())),
    row("type", 0, 0, |call| Ok(call.input.iter().filter_map(kind).collect())),
];

fn children<'a>(call: &Call<'a, '_>, items: &[Datum<'a>]) -> Answer<'a> {
    let mut found = Vec::new();
    for node in items.iter().filter_map(Datum::node) {
        navigate::children(node, &mut |child| found.push(Datum::Node(child)));
    }
    call.run.spend(found.len())?;
    Ok(found)
}

/// Level by level, as `repeat(children())` would find them.
fn descendants<'a>(call: &Call<'a, '_>) -> Answer<'a> {
    let mut all = children(call, &call.input)?;
    let mut from = 0;
    while from < all.len() {
        let next = children(call, &all[from..])?;
        from = all.len();
        all.extend(next);
    }
    Ok(all)
}

fn now(call: &Call<'_, '_>) -> Result<Moment, Fault> {
    call.run.scope.now.and_then(Moment::date_time).ok_or(Fault::Clock)
}

fn kind<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    Some(match item {
        Datum::Node(node) => {
            let def = node.kind?;
            Datum::Type("FHIR", if def.kind == Kind::Backbone { "BackboneElement" } else { def.name })
        }
        Datum::Referred(name) => Datum::Type("FHIR", name),
        other => Datum::Type("System", other.type_name()?),
    })
}
