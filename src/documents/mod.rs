//! The documents that people read, composed from what the door released: the medication overview, the advance care
//! plan, the nursing handoff and the patient summary, as FHIR document Bundles (`https://hl7.org/fhir/R4/documents.html`) and as pages.
//!
//! Nothing here reads a database, a clock or the network, and nothing here decides who may see what: only released
//! resources go in. What was not released leaves no trace in a document, not even its name.

mod advance_care;
mod attachment;
mod close;
mod compose;
mod dates;
mod eoverdracht;
mod kind;
mod medication;
mod narrative;
mod pdf;
pub mod present;
mod proof;
mod record;
mod released;
mod render;
mod rows;
mod stored;
mod summary;
mod text;
mod value;
mod view;

#[cfg(test)]
mod tests;

pub use advance_care::{Contact, Limit, Limits, Stand, advance_care, treatment_limits};
pub use attachment::{Attachment, FileKind, attachments};
pub use dates::month;
pub use eoverdracht::{
    Part as HandoffPart, Written as WrittenPart, handoff_parts, handoff_sections, narrative as told, nursing_handoff,
};
pub use kind::Kind;
pub use medication::{OVERVIEW_PROFILE, medication_overview, medication_overview_list};
pub use pdf::{PdfError, pdf};
pub use proof::{Claim, Proof};
pub use released::{
    GIVEN_TYPES, HANDOFF_TYPES, LIMITS_TYPES, MEDICATION_TYPES, SUMMARY_TYPES, WISHES_TYPES, proof, proven, released,
    released_parts,
};
pub use render::{fragment, html};
pub use stored::stored_document;
pub use summary::{IPS_COMPOSITION, patient_summary};
pub use text::{Lang, Text};
pub use view::{Block, Cell, Mark, Section, Table, View};

use serde_json::Value;

/// The stylesheet that [`html`] links to as `/static/document.css`.
pub const STYLESHEET: &str = include_str!("document.css");

/// A released resource and where it comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The resource.
    pub resource: Value,
    /// The name of the organisation that wrote it.
    pub organisation: String,
}

/// Who made the document, and for whom.
#[derive(Clone, Copy)]
pub struct Author<'a> {
    /// Reference to the organisation that composed the document, such as `Organization/hub`.
    pub reference: &'a str,
    /// Its name.
    pub organisation: &'a str,
    /// Who asked for the document, as it is shown to readers.
    pub requester: &'a str,
}

/// What a document is composed from. Composing takes it: the resources are moved into the document.
pub struct Input<'a> {
    /// The `Patient` to show; null for a document about nobody.
    pub patient: &'a Value,
    /// What was released.
    pub resources: Vec<Source>,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
    /// A UUID for the document.
    pub document_id: &'a str,
    /// Who made it.
    pub author: Author<'a>,
    /// The FHIR base address.
    pub base: &'a str,
    /// Whether the caller may not have everything. It is said plainly, without saying what.
    pub incomplete: bool,
}

/// A document: for machines and for readers.
pub struct Document {
    /// A `Bundle` of type `document`.
    pub bundle: Value,
    /// The readable model.
    pub view: View,
    /// What kind of document it is.
    pub kind: Kind,
    /// Its number, a UUID.
    pub id: String,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: i64,
    /// The name of the organisation that made it.
    pub author: String,
}
