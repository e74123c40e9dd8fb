//! From sections to a document Bundle: Composition first, then the patient, then everything that is referred to, once.

use super::record::Record;
use super::text::Text;
use super::value::{human_name, key, list, text};
use super::view::{Section, View};
use super::{Document, Input, Kind, close, dates, narrative};
use serde_json::{Value, json};
use spil_fhir_profiles::bsn;
use spil_fhir_profiles::profile::OWN_BASE;
use std::collections::HashSet;

/// What kind of document it is, with codings (system, code, display) and title.
pub(super) struct Type {
    /// The kind.
    pub(super) kind: Kind,
    /// The names of our own profiles, or whole addresses of others, that the Composition conforms to.
    pub(super) profiles: &'static [&'static str],
    /// The codings of `Composition.type`.
    pub(super) codings: &'static [(&'static str, &'static str, &'static str)],
    /// The title.
    pub(super) title: Text,
}

/// A document of which everything is known and that still lacks the resources themselves.
pub(super) struct Draft {
    kind: Kind,
    composition: Value,
    view: View,
    /// Where those that it carries stand among what was released.
    carried: Vec<usize>,
    /// Their `Type/id`.
    names: HashSet<String>,
}

/// Composes a document from its sections.
pub(super) fn compose(input: &Input<'_>, record: &Record<'_>, kind: Type, sections: Vec<Section>) -> Draft {
    let sections: Vec<Section> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    let mut composition = json!({
        "resourceType": "Composition",
        "id": input.document_id,
        "meta": {"profile": claims(kind.profiles)},
        "language": "nl-NL",
        "status": "final",
        "type": {"coding": codings(kind.codings), "text": kind.title.nl},
        "subject": {"reference": key(record.patient), "display": person_name(record.patient)},
        "date": dates::instant(input.now_ms),
        "author": [{
            "reference": input.author.reference,
            "type": "Organization",
            "display": input.author.organisation
        }],
        "title": kind.title.nl,
        "confidentiality": "N",
        "custodian": {
            "reference": input.author.reference,
            "type": "Organization",
            "display": input.author.organisation
        },
    });
    composition["section"] = sections.iter().map(section_json).collect();
    let Type { kind, title, .. } = kind;
    let view = View { title, person: person(record.patient), notices: notices(input), sections, origin: origin(input) };
    Draft::new(record, kind, composition, view)
}

impl Draft {
    /// A document that begins with this Composition and carries all that can be reached from it.
    pub(super) fn new(record: &Record<'_>, kind: Kind, composition: Value, view: View) -> Self {
        let carried = close::reach(record, roots(record, &composition));
        let names = carried.iter().filter_map(|at| key(&record.at(*at).resource)).collect();
        Self { kind, composition, view, carried, names }
    }

    /// Wraps the Composition and what it carries into a Bundle without loose ends. The resources are moved into it.
    pub(super) fn close(self, mut input: Input<'_>) -> Document {
        let Self { kind, mut composition, view, carried, names: mut inside } = self;
        let patient = key(input.patient);
        inside.extend(patient.clone());
        let closing = close::Closing { base: input.base, inside, patient };
        let mut entries = Vec::with_capacity(carried.len() + 2);
        closing.close(&mut composition);
        entries.push(entry(input.base, composition));
        let mut patient = input.patient.clone();
        if let Some(fields) = patient.as_object_mut() {
            // Other records of the same person are none of the reader's business.
            fields.shift_remove("link");
        }
        if !patient.is_null() {
            closing.close(&mut patient);
            entries.push(entry(input.base, patient));
        }
        for at in carried {
            let mut resource = std::mem::take(&mut input.resources[at].resource);
            closing.close(&mut resource);
            entries.push(entry(input.base, resource));
        }
        let (id, author) = (input.document_id.to_owned(), input.author.organisation.to_owned());
        Document { bundle: bundle(&input, entries), view, kind, id, made_ms: input.now_ms, author }
    }
}

fn claims(profiles: &[&str]) -> Vec<String> {
    let whole = |name: &&str| if name.contains(':') { (*name).to_owned() } else { format!("{OWN_BASE}{name}") };
    profiles.iter().map(whole).collect()
}

fn bundle(input: &Input<'_>, entries: Vec<Value>) -> Value {
    let mut bundle = json!({
        "resourceType": "Bundle",
        "id": input.document_id,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", input.document_id)},
        "type": "document",
        "timestamp": dates::instant(input.now_ms),
    });
    // Moved in: the macro would copy everything once more.
    bundle["entry"] = Value::Array(entries);
    bundle
}

/// What the Composition and the patient mention.
fn roots<'r>(record: &Record<'r>, composition: &'r Value) -> Vec<&'r str> {
    let mut found = Vec::new();
    for path in ["author", "custodian", "attester", "section", "encounter", "event", "extension"] {
        references(record, &composition[path], &mut found);
    }
    references(record, record.patient, &mut found);
    found
}

fn references<'r>(record: &Record<'_>, value: &'r Value, out: &mut Vec<&'r str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(record, item, out)),
        Value::Object(fields) => {
            if let Some(literal) = fields.get("reference").and_then(Value::as_str) {
                out.extend(record.local(literal));
            }
            fields.values().for_each(|inner| references(record, inner, out));
        }
        _ => {}
    }
}

fn entry(base: &str, resource: Value) -> Value {
    let name = key(&resource).unwrap_or_default();
    let mut entry = json!({"fullUrl": format!("{}/{name}", base.trim_end_matches('/'))});
    entry["resource"] = resource;
    entry
}

fn codings(list: &[(&str, &str, &str)]) -> Value {
    list.iter().map(|(system, code, display)| json!({"system": system, "code": code, "display": display})).collect()
}

fn section_json(section: &Section) -> Value {
    let mut out = json!({"title": section.title.nl});
    if let Some(code) = section.code {
        out["code"] = json!({"coding": codings(&[code])});
    }
    if let Some(text) = narrative::generated(&section.blocks) {
        out["text"] = text;
    }
    let mut seen = HashSet::new();
    let entries: Vec<Value> = section
        .entries
        .iter()
        .filter(|name| seen.insert(name.as_str()))
        .map(|name| json!({"reference": name}))
        .collect();
    if !entries.is_empty() {
        out["entry"] = Value::Array(entries);
    }
    let parts: Vec<Value> = section.sections.iter().filter(|part| !part.is_empty()).map(section_json).collect();
    if !parts.is_empty() {
        out["section"] = Value::Array(parts);
    }
    out
}

/// The name of the patient.
pub(super) fn person_name(patient: &Value) -> String {
    human_name(list(patient, "name")).unwrap_or_else(|| "Naam onbekend".to_owned())
}

/// Who the document is about.
pub(super) fn person(patient: &Value) -> Vec<(Text, Text)> {
    if patient.is_null() {
        return Vec::new();
    }
    let mut out = vec![(("Naam", "Name").into(), Text::same(person_name(patient)))];
    if let Some(born) = text(patient, "birthDate") {
        out.push((("Geboren", "Born").into(), dates::readable(born)));
    }
    let gender = match text(patient, "gender") {
        Some("male") => Some(("Man", "Male")),
        Some("female") => Some(("Vrouw", "Female")),
        Some("other") => Some(("Anders", "Other")),
        _ => None,
    };
    out.extend(gender.map(|words| (("Geslacht", "Gender").into(), words.into())));
    let bsn = list(patient, "identifier")
        .iter()
        .find(|item| text(item, "system") == Some(bsn::SYSTEM))
        .and_then(|item| text(item, "value"));
    out.extend(bsn.map(|number| (("BSN", "Citizen number (BSN)").into(), Text::same(number))));
    out
}

/// What a reader must know first.
pub(super) fn notices(input: &Input<'_>) -> Vec<Text> {
    let whole = Text::new(
        "Dit overzicht is misschien niet compleet: misschien is niet alles gedeeld. Vraag altijd na of het klopt.",
        "This overview may be incomplete: perhaps not everything is shared. Always check whether it is right.",
    );
    input.incomplete.then_some(whole).into_iter().collect()
}

/// Where the document comes from.
pub(super) fn origin(input: &Input<'_>) -> Vec<(Text, Text)> {
    let mut out = vec![
        (("Gemaakt op", "Made on").into(), dates::now_words(input.now_ms)),
        (("Gemaakt door", "Made by").into(), Text::same(input.author.organisation)),
    ];
    if !input.author.requester.is_empty() {
        out.push((("Opgevraagd door", "Requested by").into(), Text::same(input.author.requester)));
    }
    out
}
