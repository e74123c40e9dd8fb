//! What the caller holds already: conditional read (<https://hl7.org/fhir/R4/http.html#cread>).

use axum::http::HeaderMap;
use axum::http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};
use jiff::fmt::rfc2822::DateTimeParser;

/// The version or the moment of what the caller holds.
#[derive(Debug, Clone, Default)]
pub struct Held {
    tags: Option<String>,
    /// A moment, ms, and how exact it is.
    since: Option<(i64, i64)>,
}

impl Held {
    /// Reads `If-None-Match` and `If-Modified-Since`; a date that cannot be read counts as absent (RFC 9110).
    pub fn read(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let date = text(IF_MODIFIED_SINCE).and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
        Self { tags: text(IF_NONE_MATCH).map(str::to_owned), since: date.map(|date| (date.as_millisecond(), 1_000)) }
    }

    /// The same, of an entry of a Bundle, where the moment is exact.
    pub fn of_entry(tags: Option<&str>, since: Option<i64>) -> Self {
        Self { tags: tags.map(str::to_owned), since: since.map(|since| (since, 1)) }
    }

    /// Whether the caller holds this version. `If-None-Match` goes before the moment.
    pub fn is(&self, current: i64, updated: i64) -> bool {
        if let Some(tags) = &self.tags {
            return tags.split(',').map(str::trim).any(|tag| tag == "*" || version(tag) == Some(current));
        }
        self.since.is_some_and(|(since, exact)| updated.div_euclid(exact) <= since.div_euclid(exact))
    }
}

/// The version in `W/"3"`.
pub fn version(tag: &str) -> Option<i64> {
    tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}
