//! Which of our languages the caller reads (`Accept-Language`, RFC 9110).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use crate::error::Error;

use super::negotiate::weigh;

/// A language of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// Dutch.
    Dutch,
    /// English.
    English,
}

/// The language that `_language` asks for, else the one that `Accept-Language` likes most; Dutch when it likes neither.
///
/// # Errors
/// 400 when `_language` is not a language of ours.
pub fn tongue(headers: &HeaderMap, pairs: &[(String, String)]) -> Result<Tongue, Error> {
    if let Some((_, wanted)) = pairs.iter().find(|(name, _)| name == "_language") {
        let refuse = || Error::bad_request("value", "`_language` is `nl` or `en`").at("_language");
        return named(wanted).ok_or_else(refuse);
    }
    let mut best: Option<(Tongue, u32)> = None;
    let values = headers.get_all(ACCEPT_LANGUAGE).into_iter().filter_map(|value| value.to_str().ok());
    for part in values.flat_map(|value| value.split(',')) {
        let quality = weigh(part);
        if let Some(found) = named(part.split(';').next().unwrap_or_default()).filter(|_| quality > 0)
            && best.is_none_or(|(_, other)| quality > other)
        {
            best = Some((found, quality));
        }
    }
    Ok(best.map_or(Tongue::Dutch, |(found, _)| found))
}

fn named(tag: &str) -> Option<Tongue> {
    let tag = tag.trim().to_ascii_lowercase();
    match tag.split('-').next() {
        Some("nl") => Some(Tongue::Dutch),
        Some("en") => Some(Tongue::English),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Tongue, tongue};
    use axum::http::header::ACCEPT_LANGUAGE;
    use axum::http::{HeaderMap, HeaderValue};

    #[test]
    fn the_language_that_is_liked_most_is_chosen() {
        for (header, expected) in [
            ("", Tongue::Dutch),
            ("en", Tongue::English),
            ("en-GB,en;q=0.9", Tongue::English),
            ("de, en;q=0.5, nl;q=0.8", Tongue::Dutch),
            ("nl;q=0.3, EN-us;q=0.4", Tongue::English),
            ("en;q=0, fr", Tongue::Dutch),
            ("english", Tongue::Dutch),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(header))]);
            assert_eq!(tongue(&headers, &[]).expect("a language"), expected, "{header}");
            let asked = |code: &str| tongue(&headers, &[("_language".to_owned(), code.to_owned())]);
            assert_eq!(asked("en").expect("a language"), Tongue::English);
            assert_eq!(asked("nl-NL").expect("a language"), Tongue::Dutch);
            assert_eq!(asked("fr").expect_err("not ours").status, 400);
        }
    }
}
