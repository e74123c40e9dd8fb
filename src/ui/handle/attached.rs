//! Files inside records, for patient and professional alike: where they are, and how they go out.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::access::Stored;
use crate::documents::{Attachment, FileKind, attachments};
use crate::error::Error;

use super::super::shared::form::Link;
use super::super::shared::frame::Lang;
use super::visit::Visit;
use super::words;

/// The types whose files are shown.
const TYPES: [&str; 2] = ["Consent", "DocumentReference"];
/// What a browser may do with a file of others: show it.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Refuses other types.
///
/// # Errors
/// 404 for every other type.
pub fn only(rtype: &str) -> Result<(), Error> {
    if TYPES.contains(&rtype) { Ok(()) } else { Err(Error::not_found()) }
}

/// Links to the files inside the records of a document; none without an address where they are to be had.
pub fn links(lang: Lang, bundle: &Value, address: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let records = bundle["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    for record in records.filter(|_| !address.is_empty()) {
        let (Some(rtype), Some(id)) = (record["resourceType"].as_str(), record["id"].as_str()) else { continue };
        for file in attachments(record) {
            let Some(kind) = file.kind else { continue };
            let part = if file.number == 1 { String::new() } else { format!("?deel={}", file.number) };
            links.push(Link::new(&format!("{address}/{rtype}/{id}{part}"), &label(lang, rtype, kind, &file)));
        }
    }
    links
}

fn label(lang: Lang, rtype: &str, kind: FileKind, file: &Attachment<'_>) -> String {
    let look = match rtype {
        "Consent" => lang.t("Bekijk de verklaring", "View the statement"),
        _ => lang.t("Bekijk het document", "View the document"),
    };
    let title = file.title.map_or_else(String::new, |title| format!(": {title}"));
    format!("{look}{title} ({}, {})", words::say(lang, &kind.name()), size(file.size()))
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000).max(1)),
        _ => format!("{} MB", bytes.div_ceil(1_000_000)),
    }
}

/// The file inside a record that the parameter `deel` names, else the first. Its name tells nothing of the person.
///
/// # Errors
/// 404 when there is no such file, 415 when it is not shown.
pub fn file(visit: &Visit, stored: &Stored) -> Result<Response, Error> {
    let record = stored.value()?;
    let number = match visit.query.get("deel") {
        "" => 1,
        number => number.parse().map_err(|_| Error::not_found())?,
    };
    let found = attachments(&record).into_iter().find(|file| file.number == number).ok_or_else(Error::not_found)?;
    let (kind, bytes) =
        found.open().ok_or_else(|| Error::new(415, "not-supported", "this file is not shown").at(stored.rtype))?;
    let name = match stored.rtype {
        "Consent" => visit.t("verklaring", "statement"),
        _ => visit.t("document", "document"),
    };
    // A browser does not show a PDF in a sandbox; what is saved is opened by the program for it.
    let how = if kind == FileKind::Pdf { "attachment" } else { "inline" };
    let headers = [
        (CONTENT_TYPE, kind.content_type().to_owned()),
        (CONTENT_DISPOSITION, format!("{how}; filename=\"{name}.{}\"", kind.extension())),
        (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up() {
        for (bytes, text) in [(0, "1 kB"), (119_001, "120 kB"), (1_000_001, "2 MB")] {
            assert_eq!(size(bytes), text);
        }
    }
}
