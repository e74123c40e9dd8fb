//! The fields of a form that was posted.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;

use crate::error::Error;
use crate::http::query_pairs;

/// Fields in the order in which they came; a name can stand there several times.
#[derive(Debug, Clone, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// Reads the body of a form.
    ///
    /// # Errors
    /// 415 when it is no form, 400 when it cannot be read.
    pub fn body(headers: &HeaderMap, body: &[u8]) -> Result<Self, Error> {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Error::new(415, "not-supported", "this is not a form"));
        }
        let text = std::str::from_utf8(body).map_err(|_| Error::bad_request("value", "the form is not UTF-8"))?;
        query_pairs(text).map(Self)
    }

    /// The trimmed value of a field; empty when it is absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }
}
