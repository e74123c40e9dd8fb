//! Files inside records: the scan or the text of a statement (`https://hl7.org/fhir/R4/datatypes.html#Attachment`).
//! Only what is in the record itself: an address elsewhere is never followed, nor shown as if it were ours.

use super::text::Text;
use super::value::{kind, list, text};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Most bytes of a file.
const MOST: usize = 20 * 1024 * 1024;

/// The kinds of files that are shown: those that run nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `application/pdf`.
    Pdf,
    /// `text/plain` in UTF-8.
    Text,
    /// `image/png`.
    Png,
    /// `image/jpeg`.
    Jpeg,
}

impl FileKind {
    fn of(content_type: &str) -> Option<Self> {
        let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
        let name = parts.next()?;
        let charset = parts.find_map(|part| part.strip_prefix("charset=").map(|set| set.trim_matches('"').to_owned()));
        match name.as_str() {
            "application/pdf" => Some(Self::Pdf),
            "image/png" => Some(Self::Png),
            "image/jpeg" => Some(Self::Jpeg),
            "text/plain" => charset.is_none_or(|set| set == "utf-8" || set == "us-ascii").then_some(Self::Text),
            _ => None,
        }
    }

    /// The content type as it is sent.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain; charset=utf-8",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// The end of the name of its file.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Text => "txt",
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }

    /// What it is called.
    pub fn name(self) -> Text {
        match self {
            Self::Pdf => Text::same("PDF"),
            Self::Text => Text::new("tekst", "text"),
            Self::Png | Self::Jpeg => Text::new("afbeelding", "image"),
        }
    }

    fn begins(self, bytes: &[u8]) -> bool {
        let is_text = |one: char| !one.is_control() || matches!(one, '\t' | '\n' | '\r' | '\u{c}');
        match self {
            Self::Pdf => bytes.starts_with(b"%PDF-"),
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(&[0xff, 0xd8, 0xff]),
            Self::Text => std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(is_text)),
        }
    }
}

/// A file inside a record.
#[derive(Clone, Copy, Debug)]
pub struct Attachment<'a> {
    /// Its number in the record, from 1.
    pub number: usize,
    /// What kind of file it is; none when it is not of a kind that is shown.
    pub kind: Option<FileKind>,
    /// Its title.
    pub title: Option<&'a str>,
    data: &'a str,
    hash: Option<&'a str>,
}

/// The files that a record holds itself.
pub fn attachments(resource: &Value) -> Vec<Attachment<'_>> {
    let found: Vec<&Value> = match kind(resource) {
        "Consent" => vec![&resource["sourceAttachment"]],
        "DocumentReference" => list(resource, "content").iter().map(|content| &content["attachment"]).collect(),
        _ => Vec::new(),
    };
    let mut files = Vec::new();
    for (at, attachment) in found.into_iter().enumerate() {
        let Some(data) = text(attachment, "data") else { continue };
        let kind = text(attachment, "contentType").and_then(FileKind::of);
        let (title, hash) = (text(attachment, "title"), text(attachment, "hash"));
        files.push(Attachment { number: at + 1, kind, title, data, hash });
    }
    files
}

impl Attachment<'_> {
    /// Its size in bytes.
    pub fn size(&self) -> usize {
        self.data.trim_end_matches('=').len() * 3 / 4
    }

    /// The file; none when it is too large, not of a kind that is shown, or not what the record says that it is.
    pub fn open(&self) -> Option<(FileKind, Vec<u8>)> {
        let kind = self.kind.filter(|_| self.size() <= MOST)?;
        let data: Vec<u8> = self.data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(data).ok()?;
        let same = |hash: &str| {
            STANDARD.decode(hash).is_ok_and(|hash| hash == digest(&SHA1_FOR_LEGACY_USE_ONLY, &bytes).as_ref())
        };
        (kind.begins(&bytes) && self.hash.is_none_or(same)).then_some((kind, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn opened(content_type: &str, bytes: &[u8], hash: Option<&str>) -> Option<FileKind> {
        let mut attachment = json!({"contentType": content_type, "data": STANDARD.encode(bytes), "title": "t"});
        attachment["hash"] = json!(hash);
        let record = json!({"resourceType": "DocumentReference", "content": [{}, {"attachment": attachment}]});
        let found = attachments(&record);
        assert_eq!((found.len(), found[0].number, found[0].size()), (1, 2, bytes.len()));
        found[0].open().map(|(kind, file)| {
            assert_eq!(file, bytes);
            kind
        })
    }

    #[test]
    fn a_file_is_what_its_record_says_that_it_is() {
        let pdf: &[u8] = b"%PDF-1.7 x";
        let html: &[u8] = b"<html><script>alert(1)</script></html>";
        for (content_type, bytes, expected) in [
            ("application/pdf", pdf, Some(FileKind::Pdf)),
            ("Application/PDF; name=x", pdf, Some(FileKind::Pdf)),
            ("application/pdf", html, None),
            ("image/png", b"\x89PNG\r\n\x1a\nrest", Some(FileKind::Png)),
            ("image/png", pdf, None),
            ("image/jpeg", b"\xff\xd8\xff\xe0", Some(FileKind::Jpeg)),
            ("image/jpeg", b"\x89PNG\r\n\x1a\n", None),
            ("text/plain; charset=UTF-8", "Ik wil n\u{ed}et.\r\n".as_bytes(), Some(FileKind::Text)),
            ("text/plain", b"\xff\xfe", None),
            ("text/plain", b"a\0b", None),
            ("text/plain; charset=utf-7", b"+ADw-", None),
            ("text/html", html, None),
            ("image/svg+xml", b"<svg/>", None),
            ("application/xhtml+xml", html, None),
            ("", pdf, None),
        ] {
            assert_eq!(opened(content_type, bytes, None), expected, "{content_type}");
        }
    }

    #[test]
    fn a_hash_that_is_given_must_fit() {
        let right = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, b"%PDF-1").as_ref());
        assert_eq!(opened("application/pdf", b"%PDF-1", Some(&right)), Some(FileKind::Pdf));
        for wrong in [STANDARD.encode([0; 20]), "geen hash".to_owned()] {
            assert_eq!(opened("application/pdf", b"%PDF-1", Some(&wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_file_that_is_too_large_or_elsewhere_is_not_opened() {
        let data = "A".repeat(MOST * 4 / 3 + 8);
        let large = json!({"resourceType": "Consent", "sourceAttachment": {"contentType": "text/plain", "data": data}});
        assert!(attachments(&large)[0].open().is_none());
        let elsewhere = json!({"contentType": "application/pdf", "url": "https://elsewhere.example/x.pdf"});
        let record = json!({"resourceType": "Consent", "sourceAttachment": elsewhere});
        assert!(attachments(&record).is_empty());
        assert!(attachments(&json!({"resourceType": "Observation", "sourceAttachment": {"data": "AA=="}})).is_empty());
    }
}
