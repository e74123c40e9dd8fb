//! Bundles put together from stored bytes, without reading them.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::xml;

use crate::access::Stored;
use crate::error::Error;
use crate::http::Form;

use super::answer::bytes_answer;

/// A Bundle that grows entry by entry.
pub struct BundleWriter {
    bytes: Vec<u8>,
    entries: usize,
}

impl BundleWriter {
    /// A Bundle of a type with its other elements.
    pub fn new(kind: &str, elements: &[(&str, Value)]) -> Self {
        let mut bytes = format!("{{\"resourceType\":\"Bundle\",\"type\":\"{kind}\"").into_bytes();
        for (name, value) in elements {
            bytes.extend_from_slice(format!(",\"{name}\":{value}").as_bytes());
        }
        Self { bytes, entries: 0 }
    }

    /// Adds an entry: its elements before the resource, and the resource's bytes.
    pub fn entry(&mut self, elements: &[(&str, Value)], resource: Option<&[u8]>) {
        let elements: Vec<String> = elements.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        self.entry_of(&elements.join(","), resource);
    }

    /// Adds an entry; `elements` is the JSON of what is before the resource, without braces.
    pub fn entry_of(&mut self, elements: &str, resource: Option<&[u8]>) {
        let start: &[u8] = if self.entries == 0 { b",\"entry\":[{" } else { b",{" };
        self.bytes.extend_from_slice(start);
        self.entries += 1;
        self.bytes.extend_from_slice(elements.as_bytes());
        if let Some(resource) = resource {
            let name: &[u8] = if elements.is_empty() { b"\"resource\":" } else { b",\"resource\":" };
            self.bytes.extend_from_slice(name);
            self.bytes.extend_from_slice(resource);
        }
        self.bytes.push(b'}');
    }

    /// The finished JSON.
    pub fn finish(mut self) -> Vec<u8> {
        let end: &[u8] = if self.entries > 0 { b"]}" } else { b"}" };
        self.bytes.extend_from_slice(end);
        self.bytes
    }

    /// The finished Bundle as an answer.
    ///
    /// # Errors
    /// When it cannot be written as XML.
    pub fn answer(self, form: Form) -> Result<Response, Error> {
        let (bytes, form) = (self.finish(), form.of_data());
        let bytes = match form {
            Form::Xml => {
                let value: Value = serde_json::from_slice(&bytes).map_err(Error::internal)?;
                xml::from_json(&value).map_err(|issue| Error::internal(issue.diagnostics))?
            }
            Form::Json | Form::Html | Form::Pdf => bytes,
        };
        Ok(bytes_answer(StatusCode::OK, bytes, form))
    }
}

/// The full URL of a stored resource.
pub fn full_url(base: &str, stored: &Stored) -> Value {
    json!(format!("{base}/{}/{}", stored.rtype, stored.id))
}
