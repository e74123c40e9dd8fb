//! `near` of Location (<https://hl7.org/fhir/R4/location.html#positional>).

use spil_fhir_profiles::index::point;
use spil_fhir_profiles::unit;

use super::text::{alternatives, split, unescape};
use super::{Circle, Filter, Problem};

/// Mean radius of the earth, in metres.
const EARTH: f64 = 6_371_008.8;
/// What is near if the caller names no distance, in metres.
const NEAR: f64 = 25_000.0;

/// Reads `latitude|longitude[|distance[|units]],…`.
pub(super) fn read(param: u16, value: &str) -> Result<Filter, Problem> {
    let circles = alternatives(value)?.into_iter().map(one).collect::<Result<_, _>>()?;
    Ok(Filter::Near { param, circles })
}

fn one(part: &str) -> Result<Circle, Problem> {
    let parts = split(part, '|').into_iter().map(unescape).collect::<Result<Vec<_>, _>>()?;
    if !(2..=4).contains(&parts.len()) {
        return Err(Problem::value("a place is `latitude|longitude`, `…|distance` or `…|distance|units`"));
    }
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let latitude = number(&parts[0]);
    let place = latitude.zip(number(&parts[1])).and_then(|(north, east)| Some((north, point(north, east)?)));
    let (latitude, point) =
        place.ok_or_else(|| Problem::value("latitude and longitude are degrees: -90 to 90 and -180 to 180"))?;
    let metres = match parts.get(2).filter(|text| !text.is_empty()) {
        None => NEAR,
        Some(text) => {
            let distance = number(text).filter(|distance| *distance >= 0.0);
            let distance = distance.ok_or_else(|| Problem::value("the distance is no number"))?;
            distance * in_metres(parts.get(3).map_or("", String::as_str))?
        }
    };
    let angle = (metres / EARTH).min(std::f64::consts::PI);
    let half = (angle / 2.0).sin();
    let degrees = angle.to_degrees();
    // A little more than asked, against the last bits of what is computed.
    let chord = 4.0 * half * half * (1.0 + 1e-12) + 1e-18;
    Ok(Circle { point, chord, latitudes: (latitude - degrees - 1e-9, latitude + degrees + 1e-9) })
}

/// Metres in a unit; kilometres if none is named.
fn in_metres(code: &str) -> Result<f64, Problem> {
    let unit = unit::find(if code.is_empty() { "km" } else { code });
    let length = unit.filter(|unit| unit.base == "m").map(|unit| unit.factor);
    length.ok_or_else(|| Problem::value("the unit of the distance is no UCUM code of a length"))
}
