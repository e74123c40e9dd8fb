//! Rows of the parameter `near` (<https://hl7.org/fhir/R4/location.html#positional>).

use serde_json::Value;

use super::{Key, PositionRow};

/// A place as a point on a ball of radius 1: the straight line between two points tells how far apart they are, without
/// a trigonometric function in the database.
pub fn point(latitude: f64, longitude: f64) -> Option<[f64; 3]> {
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return None;
    }
    let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
    Some([latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()])
}

/// The row of a `Location.position`.
pub(super) fn row(key: Key, value: &Value) -> Option<PositionRow> {
    let (latitude, longitude) = (value["latitude"].as_f64()?, value["longitude"].as_f64()?);
    Some(PositionRow { param: key.param, latitude, point: point(latitude, longitude)? })
}
