//! Canonical addresses (<https://hl7.org/fhir/R4/references.html#canonical>) and which of several versions is the newest.

use std::cmp::Ordering;

use crate::store::Place;

/// The address and the version of `url|version`; a fragment is left out.
pub fn split(canonical: &str) -> (&str, Option<&str>) {
    let whole = canonical.split_once('#').map_or(canonical, |(whole, _)| whole);
    match whole.split_once('|') {
        Some((url, version)) if !version.is_empty() => (url, Some(version)),
        Some((url, _)) => (url, None),
        None => (whole, None),
    }
}

/// The definition that an address means: that of the version asked, else the newest; what the hub installed goes before
/// what others wrote, so that nobody changes what an address means for all.
pub fn choose(places: Vec<Place>, version: Option<&str>) -> Option<Place> {
    let fits = |place: &Place| version.is_none_or(|version| place.business == version);
    places.into_iter().filter(fits).max_by(|left, right| {
        let own = |place: &Place| place.source == 0;
        own(left)
            .cmp(&own(right))
            .then_with(|| compare(&left.business, &right.business))
            .then_with(|| (left.updated, left.rid).cmp(&(right.updated, right.rid)))
    })
}

/// Which of two versions is newer: part by part, numbers as numbers; `1.0.0-beta` comes before `1.0.0`.
pub fn compare(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (parts(left), parts(right));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (Some(part), None) => return if is_number(part) { Ordering::Greater } else { Ordering::Less },
            (None, Some(part)) => return if is_number(part) { Ordering::Less } else { Ordering::Greater },
            (Some(left), Some(right)) => match (is_number(left), is_number(right)) {
                (true, true) => number(left).cmp(&number(right)),
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => left.cmp(right),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn parts(version: &str) -> impl Iterator<Item = &str> {
    version.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty())
}

fn is_number(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(part: &str) -> u128 {
    part.parse().unwrap_or(u128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_found_by_its_parts() {
        let ordered = ["", "0.9", "1.0.0-alpha", "1.0.0-beta", "1.0.0", "1.0.1", "1.2", "1.10", "2.0", "20200101"];
        for (at, left) in ordered.iter().enumerate() {
            for (other, right) in ordered.iter().enumerate() {
                assert_eq!(compare(left, right), at.cmp(&other), "{left} and {right}");
            }
        }
    }

    #[test]
    fn an_address_is_cut_at_its_version() {
        assert_eq!(split("http://a/b|1.0"), ("http://a/b", Some("1.0")));
        assert_eq!(split("http://a/b|"), ("http://a/b", None));
        assert_eq!(split("http://a/b|1#part"), ("http://a/b", Some("1")));
        assert_eq!(split("http://a/b"), ("http://a/b", None));
    }
}
