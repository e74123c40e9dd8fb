//! Conditions on `ix_position`: a band of latitudes for the index, then the straight line to the middle.

use crate::search::Circle;

use super::builder::{Builder, any};

/// The rows of the relation `x` that lie in one of the circles.
pub(super) fn rows(builder: &mut Builder, x: &str, param: u16, circles: &[Circle]) -> String {
    let circles: Vec<_> = circles.iter().map(|circle| one(builder, x, circle)).collect();
    format!("SELECT {x}.rid FROM ix_position {x} WHERE {x}.param = {param} AND {}", any(&circles))
}

fn one(builder: &mut Builder, x: &str, circle: &Circle) -> String {
    let (south, north) = (builder.arg(circle.latitudes.0), builder.arg(circle.latitudes.1));
    let line = ["x", "y", "z"].iter().zip(circle.point).map(|(axis, at)| {
        let at = builder.arg(at);
        format!("({x}.{axis} - {at}) * ({x}.{axis} - {at})")
    });
    let line: Vec<_> = line.collect();
    let chord = builder.arg(circle.chord);
    format!("({x}.latitude >= {south} AND {x}.latitude <= {north} AND {} <= {chord})", line.join(" + "))
}
