//! The elements of every type and the codes of every required binding.

use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

type Outcome<T> = Result<T, Box<dyn Error>>;

const SYSTEM_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
const STRUCTURE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Writes `elements.tsv` and `codes.tsv`.
pub fn write(definitions: &Path, out: &Path) -> Outcome<()> {
    let structures = collect(definitions, &["StructureDefinition-"], is_fact)?;
    let sets = collect(definitions, &["ValueSet-", "CodeSystem-"], |resource| resource["url"].is_string())?;
    let mut bound = BTreeMap::new();
    let mut table = String::from(
        "# FHIR R4 4.0.1. T: type, kind, base. E: element, cardinality, types, required set. `^`: in the summary.\n",
    );
    for structure in structures.values() {
        type_rows(structure, &structures, &mut bound, &mut table)?;
    }
    std::fs::write(out.join("elements.tsv"), table)?;
    let mut codes = String::from("# FHIR R4 4.0.1. Set, system, codes.\n");
    for (key, url) in &bound {
        if let Some(set) = sets.get(url) {
            code_rows(key, set, &sets, &mut codes)?;
        }
    }
    std::fs::write(out.join("codes.tsv"), codes)?;
    Ok(())
}

/// A type of R4 itself: no profile, no type of a later version, no logical model.
pub fn is_fact(resource: &Value) -> bool {
    resource["resourceType"] == "StructureDefinition"
        && resource["fhirVersion"] == "4.0.1"
        && resource["derivation"] != "constraint"
        && resource["kind"] != "logical"
}

/// Every wanted resource of the folder, by its canonical address.
pub fn collect(folder: &Path, prefixes: &[&str], wanted: impl Fn(&Value) -> bool) -> Outcome<BTreeMap<String, Value>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if !prefixes.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            continue;
        }
        let resource: Value = serde_json::from_slice(&std::fs::read(entry.path())?)?;
        if wanted(&resource) {
            found.insert(text(&resource["url"]).to_owned(), resource);
        }
    }
    Ok(found)
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn elements(structure: &Value) -> &[Value] {
    structure["snapshot"]["element"].as_array().map_or(&[], Vec::as_slice)
}

/// The rows of one type and of the backbone elements inside it.
fn type_rows(
    structure: &Value,
    all: &BTreeMap<String, Value>,
    bound: &mut BTreeMap<String, String>,
    table: &mut String,
) -> Outcome<()> {
    let name = text(&structure["type"]);
    let kind = match text(&structure["kind"]) {
        "resource" if structure["abstract"] == true => "abstract",
        "resource" => "resource",
        "primitive-type" => "primitive",
        _ => "datatype",
    };
    let base = text(&structure["baseDefinition"]).trim_start_matches(STRUCTURE);
    writeln!(table, "T\t{name}\t{kind}\t{base}")?;
    if kind == "primitive" {
        return Ok(());
    }
    children(name, base, structure, all, bound, table)?;
    for element in &elements(structure)[1..] {
        let path = text(&element["path"]);
        let code = text(&element["type"][0]["code"]);
        if is_parent(path, structure) {
            writeln!(table, "T\t{path}\tbackbone\t{code}")?;
            children(path, code, structure, all, bound, table)?;
        }
    }
    Ok(())
}

fn is_parent(path: &str, structure: &Value) -> bool {
    elements(structure).iter().any(|other| parent(text(&other["path"])) == path)
}

fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// One row for each child that the base type does not already have.
fn children(
    path: &str,
    base: &str,
    structure: &Value,
    all: &BTreeMap<String, Value>,
    bound: &mut BTreeMap<String, String>,
    table: &mut String,
) -> Outcome<()> {
    let mut inherited = Vec::new();
    let mut ancestor = all.get(&format!("{STRUCTURE}{base}"));
    while let Some(definition) = ancestor {
        for element in elements(definition).iter().skip(1) {
            inherited.push(row(element, definition, bound)?);
        }
        ancestor = all.get(text(&definition["baseDefinition"]));
    }
    for element in elements(structure).iter().filter(|element| parent(text(&element["path"])) == path) {
        let row = row(element, structure, bound)?;
        if !inherited.contains(&row) {
            writeln!(table, "E\t{row}")?;
        }
    }
    Ok(())
}

fn row(element: &Value, structure: &Value, bound: &mut BTreeMap<String, String>) -> Outcome<String> {
    let path = text(&element["path"]);
    let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
    let attribute = element["representation"][0] == "xmlAttr" && element["base"]["path"] != "Resource.id";
    let summary = element["isSummary"] == true;
    let mark = [if attribute { "@" } else { "" }, if summary { "^" } else { "" }].concat();
    let range = format!("{}..{}", element["min"], text(&element["max"]));
    let types = match element["contentReference"].as_str() {
        Some(reference) => reference.to_owned(),
        None if is_parent(path, structure) => path.to_owned(),
        None => element["type"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|kind| type_text(kind, element))
            .collect::<Vec<_>>()
            .join(" "),
    };
    let mut row = format!("{mark}{name}\t{range}\t{types}");
    let binding = &element["binding"];
    if binding["strength"] == "required" && binding["valueSet"].is_string() {
        let url = text(&binding["valueSet"]).split('|').next().unwrap_or_default().to_owned();
        let key = url.rsplit('/').next().unwrap_or_default().to_owned();
        write!(row, "\t{key}")?;
        if bound.insert(key, url.clone()).is_some_and(|other| other != url) {
            return Err(format!("two required sets end alike: {url}").into());
        }
    }
    Ok(row)
}

/// `string`, `Reference(Patient,Group)`; the id of a resource is an `id` whatever the extension says.
fn type_text(kind: &Value, element: &Value) -> String {
    let code = text(&kind["code"]);
    if element["base"]["path"] == "Resource.id" {
        return "id".to_owned();
    }
    if code.starts_with("http://hl7.org/fhirpath/") {
        let extension =
            kind["extension"].as_array().into_iter().flatten().find(|extension| extension["url"] == SYSTEM_TYPE);
        return extension.map_or("string", |extension| text(&extension["valueUrl"])).to_owned();
    }
    let mut targets: Vec<&str> = kind["targetProfile"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|target| text(target).trim_start_matches(STRUCTURE))
        .filter(|target| *target != "Resource")
        .collect();
    targets.sort_unstable();
    if targets.is_empty() { code.to_owned() } else { format!("{code}({})", targets.join(",")) }
}

/// One row for each code system of the set; none when a system cannot be enumerated.
fn code_rows(key: &str, set: &Value, sets: &BTreeMap<String, Value>, table: &mut String) -> Outcome<()> {
    let mut systems: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for include in set["compose"]["include"].as_array().into_iter().flatten() {
        if include["valueSet"].is_array() || include["filter"].is_array() || set["compose"]["exclude"].is_array() {
            return Err(format!("the set {key} needs more than a list").into());
        }
        let system = text(&include["system"]);
        let concepts = match (&include["concept"], sets.get(system)) {
            (listed @ Value::Array(_), _) => listed,
            (_, Some(whole)) if whole["content"] == "complete" => &whole["concept"],
            _ => return Ok(()),
        };
        add_codes(concepts, systems.entry(system).or_default());
    }
    for (system, mut codes) in systems {
        codes.sort_unstable();
        codes.dedup();
        writeln!(table, "{key}\t{system}\t{}", codes.join("\t"))?;
    }
    Ok(())
}

fn add_codes<'a>(concepts: &'a Value, codes: &mut Vec<&'a str>) {
    for concept in concepts.as_array().into_iter().flatten() {
        codes.push(text(&concept["code"]));
        add_codes(&concept["concept"], codes);
    }
}
