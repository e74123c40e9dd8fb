//! Writes the table of the five compartments from the published definitions.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// The names of the files, in the order of the table.
const FILES: [&str; 5] = ["device", "encounter", "patient", "practitioner", "relatedPerson"];

/// Reads `CompartmentDefinition-*.json` in `definitions` and writes `compartments.tsv` in `out`.
pub fn write(definitions: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut table = String::from("compartment\ttype\tparameters\n");
    for file in FILES {
        let bytes = std::fs::read(definitions.join(format!("CompartmentDefinition-{file}.json")))?;
        let definition: Value = serde_json::from_slice(&bytes)?;
        let owner = definition["code"].as_str().unwrap_or_default();
        for row in definition["resource"].as_array().into_iter().flatten() {
            let codes: Vec<&str> = row["param"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if !codes.is_empty() {
                writeln!(table, "{owner}\t{}\t{}", row["code"].as_str().unwrap_or_default(), codes.join(","))?;
            }
        }
    }
    std::fs::write(out.join("compartments.tsv"), table)?;
    Ok(())
}
