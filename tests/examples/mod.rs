//! HL7's examples of FHIR R4 (npm `hl7.fhir.r4.examples` 4.0.1, CC0): all of them when they were fetched, and always the
//! part of them that lies beside this file.

mod choose;
mod stored;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;

/// The part that lies here: one JSON text a line, `name` and `resource`.
const PART: &[u8] = include_bytes!("r4.jsonl.gz");

/// An example with the name of its file.
pub type Example = (String, Value);

/// The part that lies here, in the order of the names.
pub fn part() -> Vec<Example> {
    let mut text = String::new();
    GzDecoder::new(PART).read_to_string(&mut text).expect("the examples can be read");
    let example = |line: &str| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        (line["name"].as_str().expect("a name").to_owned(), line["resource"].take())
    };
    text.lines().map(example).collect()
}

/// Where all of them lie, if they were fetched: `SPIL_EXAMPLES`, or below `target`.
pub fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("SPIL_EXAMPLES").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/examples/package"));
    folder.is_dir().then_some(folder)
}

/// All that were fetched, in the order of their names; none when they were not.
pub fn all() -> Option<Vec<Example>> {
    let mut all = Vec::new();
    for entry in folder()?.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == "package.json" || path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        let resource: Value = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        if resource["resourceType"].is_string() {
            all.push((name, resource));
        }
    }
    all.sort_by(|left, right| left.0.cmp(&right.0));
    Some(all)
}
