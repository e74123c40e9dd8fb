//! Which form of an answer the caller wants (<https://hl7.org/fhir/R4/http.html#mime-type>).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

use crate::error::Error;

/// A form in which a resource can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `application/fhir+json`.
    Json,
    /// `application/fhir+xml`.
    Xml,
    /// `text/html`: documents only.
    Html,
    /// `application/pdf`: only where documents are made.
    Pdf,
}

/// What can be had at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Resources.
    Data,
    /// Documents, to be kept and printed as well.
    Documents,
}

impl Form {
    /// The form of a resource: a page is made of documents only, everything else is JSON for a browser too. JSON must
    /// never be called a page, or what it holds would run as one.
    #[must_use]
    pub fn of_data(self) -> Self {
        if matches!(self, Self::Html | Self::Pdf) { Self::Json } else { self }
    }

    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/fhir+json; charset=utf-8",
            Self::Xml => "application/fhir+xml; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Pdf => "application/pdf",
        }
    }
}

/// The form that `_format` or `Accept` asks for; JSON when neither says.
///
/// # Errors
/// 406 when only forms are asked that are not there.
pub fn accepted(headers: &HeaderMap, pairs: &[(String, String)], offer: Offer) -> Result<Form, Error> {
    if let Some(form) = wanted(pairs, offer)? {
        return Ok(form);
    }
    let mut best: Option<(Form, u32)> = None;
    let mut asked = false;
    for header in headers.get_all(ACCEPT) {
        for part in header.to_str().map_err(|_| refuse(offer))?.split(',') {
            asked = true;
            let quality = weigh(part);
            if let Some(form) = named(part, offer).filter(|_| quality > 0)
                && best.is_none_or(|(_, other)| quality > other)
            {
                best = Some((form, quality));
            }
        }
    }
    match best {
        Some((form, _)) => Ok(form),
        None if asked => Err(refuse(offer)),
        None => Ok(Form::Json),
    }
}

/// The form that `_format` asks for, if it does.
///
/// # Errors
/// 406 when it is not there.
pub fn wanted(pairs: &[(String, String)], offer: Offer) -> Result<Option<Form>, Error> {
    let Some((_, wanted)) = pairs.iter().find(|(name, _)| name == "_format") else { return Ok(None) };
    named(wanted, offer).map(Some).ok_or_else(|| refuse(offer))
}

fn refuse(offer: Offer) -> Error {
    let possible = match offer {
        Offer::Data => "possible: application/fhir+json, application/fhir+xml",
        Offer::Documents => "possible: application/fhir+json, application/fhir+xml, text/html, application/pdf",
    };
    Error::new(406, "not-supported", possible)
}

/// The quality of a media range in thousandths.
pub(super) fn weigh(part: &str) -> u32 {
    let mut pieces = part.split(';').map(str::trim);
    pieces.find_map(|piece| piece.strip_prefix("q=")).and_then(|text| text.parse::<f32>().ok()).map_or(1000, |value| {
        if value >= 1.0 {
            1000
        } else if value <= 0.0 {
            0
        } else {
            thousandths(value)
        }
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value lies between 0 and 1")]
fn thousandths(value: f32) -> u32 {
    (value * 1000.0) as u32
}

/// The form of a media type; `fhirVersion` may name R4 only.
fn named(media: &str, offer: Offer) -> Option<Form> {
    let mut pieces = media.split(';').map(str::trim);
    let media = pieces.next().unwrap_or_default().to_ascii_lowercase().replace(' ', "+");
    let version = pieces.find_map(|piece| piece.strip_prefix("fhirVersion="));
    if version.is_some_and(|version| !matches!(version.trim_matches('"'), "4.0" | "4.0.1")) {
        return None;
    }
    Some(match media.as_str() {
        "json"
        | "application/json"
        | "application/fhir+json"
        | "application/json+fhir"
        | "text/json"
        | "*/*"
        | "application/*" => Form::Json,
        "xml" | "application/xml" | "application/fhir+xml" | "application/xml+fhir" | "text/xml" => Form::Xml,
        "html" | "text/html" => Form::Html,
        "pdf" | "application/pdf" if offer == Offer::Documents => Form::Pdf,
        _ => return None,
    })
}
