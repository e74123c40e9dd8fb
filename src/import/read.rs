//! From a file to resources.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

use serde_json::Value;
use spil_fhir_profiles::validate::Issue;
use spil_fhir_profiles::{json, xml};

use super::MOST_BYTES;
use super::files::{Form, Source};
use super::report::Refusal;

/// A text before it is read: the line where it stands, for files of lines.
pub type Text = (Option<usize>, Vec<u8>);

/// The texts of a file, each handed to `take` as soon as it is there; a text that is too long is a refusal. A Bundle may be
/// longer: it is split.
pub fn texts(source: &Source, take: &mut dyn FnMut(Result<Text, Refusal>)) {
    let refuse = |line, reason: String| Refusal { file: source.path.clone(), line, place: None, reason };
    let file = match File::open(&source.path) {
        Ok(file) => file,
        Err(error) => return take(Err(refuse(None, format!("the file cannot be read: {error}")))),
    };
    let mut reader = BufReader::new(file);
    if source.form != Form::Lines {
        let mut bytes = Vec::new();
        return match reader.read_to_end(&mut bytes) {
            Ok(_) => take(Ok((None, bytes))),
            Err(error) => take(Err(refuse(None, format!("the file cannot be read: {error}")))),
        };
    }
    for line in 1.. {
        let mut bytes = Vec::new();
        let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX) + 1;
        match reader.by_ref().take(limit).read_until(b'\n', &mut bytes) {
            Ok(0) => return,
            Ok(length) if length > MOST_BYTES => {
                take(Err(refuse(Some(line), "the line is over 10 MiB".to_owned())));
                if reader.skip_until(b'\n').is_err() {
                    return;
                }
            }
            Ok(_) if bytes.iter().all(u8::is_ascii_whitespace) => {}
            Ok(_) => take(Ok((Some(line), bytes))),
            Err(error) => return take(Err(refuse(Some(line), format!("the file cannot be read: {error}")))),
        }
    }
}

/// The resource in a text.
pub fn resource(source: &Source, (line, bytes): &Text) -> Result<Value, Refusal> {
    let parsed = match source.form {
        Form::Xml => xml::to_json(bytes),
        Form::Json | Form::Lines => json::parse(bytes),
    };
    let refuse =
        |place: Option<String>, reason: String| Refusal { file: source.path.clone(), line: *line, place, reason };
    let value = parsed.map_err(|Issue { expression, diagnostics, .. }| {
        refuse((!expression.is_empty()).then_some(expression), diagnostics)
    })?;
    if !value["resourceType"].is_string() {
        return Err(refuse(Some("resourceType".to_owned()), "this is not a FHIR resource".to_owned()));
    }
    if bytes.len() > MOST_BYTES && value["resourceType"] != "Bundle" {
        return Err(refuse(None, "the resource is over 10 MiB".to_owned()));
    }
    Ok(value)
}
