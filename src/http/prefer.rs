//! The `Prefer` header (<https://hl7.org/fhir/R4/http.html#ops>).

use axum::http::HeaderMap;

/// What a write answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// Nothing.
    Minimal,
    /// The resource.
    Representation,
    /// An `OperationOutcome`.
    Outcome,
}

/// What the caller prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefer {
    /// `return=…`, if given.
    pub answer: Option<Return>,
    /// `handling=lenient`.
    pub lenient: bool,
}

impl Prefer {
    /// Reads the header; what it does not know it leaves alone, as RFC 7240 says.
    pub fn read(headers: &HeaderMap) -> Self {
        let mut prefer = Self { answer: None, lenient: false };
        let values = headers.get_all("prefer").into_iter().filter_map(|value| value.to_str().ok());
        for part in values.flat_map(|value| value.split([',', ';'])) {
            match part.trim().replace('"', "").as_str() {
                "return=minimal" => prefer.answer = Some(Return::Minimal),
                "return=representation" => prefer.answer = Some(Return::Representation),
                "return=OperationOutcome" => prefer.answer = Some(Return::Outcome),
                "handling=lenient" => prefer.lenient = true,
                _ => {}
            }
        }
        prefer
    }
}
