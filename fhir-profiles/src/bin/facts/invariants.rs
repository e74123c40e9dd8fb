//! The rules of every type as expressions.

use serde_json::Value;
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use crate::elements::{collect, is_fact, text};

/// Writes `invariants.tsv`.
pub fn write(definitions: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let structures = collect(definitions, &["StructureDefinition-"], is_fact)?;
    let mut rows = BTreeSet::new();
    for structure in structures.values() {
        for element in list(&structure["differential"]["element"]) {
            for rule in list(&element["constraint"]) {
                let expression = text(&rule["expression"]).split_whitespace().collect::<Vec<_>>().join(" ");
                if !expression.is_empty() {
                    let (path, key, severity) = (text(&element["path"]), text(&rule["key"]), text(&rule["severity"]));
                    rows.insert(format!("{path}\t{key}\t{severity}\t{expression}"));
                }
            }
        }
    }
    let mut table = String::from("# FHIR R4 4.0.1. Type, key, severity, expression.\n");
    for row in rows {
        writeln!(table, "{row}")?;
    }
    std::fs::write(out.join("invariants.tsv"), table)?;
    Ok(())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
