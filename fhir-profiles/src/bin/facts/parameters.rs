//! Writes the tables of search parameters and of the Patient compartment from the published definitions.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Parameters of every resource that are rows in the index, in the order of their numbers from 1.
const BASE: [&str; 4] = ["_tag", "_profile", "_security", "_source"];
/// Parameters that the source adds to the standard.
const NOT_R4: [&str; 3] = ["DetectedIssue-status", "DeviceDefinition-classification", "ServiceRequest-order-detail"];
const FIRST: u16 = 100;

type Definitions = HashMap<String, Value>;

/// Reads `search-parameters.json` and `compartmentdefinition-patient.json` in `definitions` and writes
/// `parameters.tsv` and `compartment.tsv` in `out`.
pub fn write(definitions: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let bundle: Value = serde_json::from_slice(&fs::read(definitions.join("search-parameters.json"))?)?;
    let all = index(&bundle);
    fs::write(out.join("parameters.tsv"), table(&all)?)?;
    let file = fs::read(definitions.join("compartmentdefinition-patient.json"))?;
    fs::write(out.join("compartment.tsv"), compartment(&serde_json::from_slice(&file)?))?;
    Ok(())
}

fn index(bundle: &Value) -> Definitions {
    let entries = bundle["entry"].as_array().into_iter().flatten();
    entries
        .map(|entry| &entry["resource"])
        .filter(|definition| !NOT_R4.contains(&text(definition, "id")))
        .map(|definition| (text(definition, "url").to_owned(), definition.clone()))
        .collect()
}

fn table(all: &Definitions) -> Result<String, Box<dyn Error>> {
    let mut rows: BTreeMap<(&str, &str), &Value> = BTreeMap::new();
    let mut base: BTreeMap<usize, &Value> = BTreeMap::new();
    for definition in all.values() {
        let code = text(definition, "code");
        if let Some(at) = BASE.iter().position(|name| *name == code) {
            base.insert(at, definition);
        } else if !code.starts_with('_') {
            for rtype in strings(&definition["base"]) {
                rows.insert((rtype, code), definition);
            }
        }
    }
    let mut out = String::from("number\ttype\tcode\tkind\ttargets\texpression\turl\n");
    for (at, definition) in base {
        line(
            &mut out,
            u16::try_from(at + 1)?,
            "Resource",
            text(definition, "code"),
            definition,
            text(definition, "expression"),
        )?;
    }
    let mut number = FIRST;
    for (&(rtype, code), definition) in &rows {
        line(&mut out, number, rtype, code, definition, &own_part(rtype, text(definition, "expression")))?;
        number += 1;
    }
    for (&(rtype, code), definition) in &rows {
        for component in definition["component"].as_array().into_iter().flatten() {
            let plain = all.get(text(component, "definition")).ok_or("a component without its definition")?;
            let name = format!("{code}${}", text(plain, "code"));
            line(&mut out, number, rtype, &name, plain, text(component, "expression"))?;
            number += 1;
        }
    }
    Ok(out)
}

fn line(
    out: &mut String,
    number: u16,
    rtype: &str,
    code: &str,
    definition: &Value,
    expression: &str,
) -> Result<(), Box<dyn Error>> {
    let mut targets: Vec<&str> = strings(&definition["target"]).collect();
    targets.sort_unstable();
    let (kind, url, targets) = (text(definition, "type"), text(definition, "url"), targets.join(","));
    writeln!(out, "{number}\t{rtype}\t{code}\t{kind}\t{targets}\t{expression}\t{url}")?;
    Ok(())
}

/// The alternatives of a union that speak about `rtype`, or about no type at all.
fn own_part(rtype: &str, expression: &str) -> String {
    let mine = |part: &&str| {
        let bare = part.trim().trim_start_matches('(');
        let head = bare.split(['.', ' ', ')']).next().unwrap_or_default();
        head == rtype || !head.starts_with(|c: char| c.is_ascii_uppercase())
    };
    expression.split(" | ").filter(mine).map(str::trim).collect::<Vec<_>>().join(" | ")
}

fn compartment(definition: &Value) -> String {
    let mut out = String::from("type\tparameters\n");
    for row in definition["resource"].as_array().into_iter().flatten() {
        let codes: Vec<&str> = strings(&row["param"]).collect();
        if !codes.is_empty() {
            let _ = writeln!(out, "{}\t{}", text(row, "code"), codes.join(","));
        }
    }
    out
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}
