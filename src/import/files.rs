//! Which files there are, and in which order they are read.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// Types that records name and that name no patient.
const NAMED: [&str; 10] = [
    "Organization",
    "Location",
    "Practitioner",
    "PractitionerRole",
    "HealthcareService",
    "Endpoint",
    "Device",
    "Medication",
    "Substance",
    "Bundle",
];

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON resource.
    Json,
    /// One XML resource.
    Xml,
    /// One JSON resource a line.
    Lines,
}

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// How it is written.
    pub form: Form,
    /// 0 patients, 1 what records name, 2 everything else.
    rank: u8,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Files {
    /// The files in the order of reading.
    pub sources: Vec<Source>,
    /// Files of other kinds and symbolic links, which are left alone.
    pub skipped: u64,
}

/// Looks through a folder and the folders in it. Symbolic links are not followed.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn find(folder: &Path) -> io::Result<Files> {
    let mut files = Files::default();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let (kind, path) = (entry.file_type()?, entry.path());
            match form(&path) {
                _ if kind.is_dir() => waiting.push(path),
                Some(form) if kind.is_file() => {
                    let rank = rank(&path, form)?;
                    files.sources.push(Source { path, form, rank });
                }
                _ => files.skipped += 1,
            }
        }
    }
    files.sources.sort_by(|left, right| (left.rank, &left.path).cmp(&(right.rank, &right.path)));
    Ok(files)
}

fn form(path: &Path) -> Option<Form> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "json" => Some(Form::Json),
        "xml" => Some(Form::Xml),
        "ndjson" | "jsonl" => Some(Form::Lines),
        _ => None,
    }
}

/// The rank of a file by the types that it names; of a long one only the beginning is looked at.
fn rank(path: &Path, form: Form) -> io::Result<u8> {
    let mut bytes = Vec::new();
    let file = BufReader::new(File::open(path)?);
    if form == Form::Lines {
        file.take(1 << 20).read_until(b'\n', &mut bytes)?;
    } else {
        file.take(10 << 20).read_to_end(&mut bytes)?;
    }
    let text = String::from_utf8_lossy(&bytes);
    let types = if form == Form::Xml { root(&text).into_iter().collect() } else { types(&text) };
    Ok(match types.as_slice() {
        ["Patient"] => 0,
        types if !types.is_empty() && types.iter().all(|rtype| NAMED.contains(rtype)) => 1,
        _ => 2,
    })
}

/// Every different value of `resourceType`.
fn types(text: &str) -> Vec<&str> {
    let values = text.split("\"resourceType\"").skip(1).filter_map(|rest| rest.trim_start().strip_prefix(':'));
    let mut types: Vec<&str> =
        values.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect();
    types.sort_unstable();
    types.dedup();
    types
}

/// The name of the first element.
fn root(text: &str) -> Option<&str> {
    // Comments before it are few; one that holds a tag only costs the place in the order.
    let mut parts = text.split('<').skip(1);
    let start = parts.find(|part| part.starts_with(|first: char| first.is_ascii_alphabetic()))?;
    start.split(|letter: char| !letter.is_ascii_alphanumeric()).next()
}

#[cfg(test)]
mod tests {
    use super::{root, types};

    #[test]
    fn types_are_found_without_reading_the_whole() {
        assert_eq!(
            types(r#"{"resourceType" : "Patient", "contained": [{"resourceType":"Bundle"}]}"#),
            ["Bundle", "Patient"]
        );
        assert_eq!(types("no json"), Vec::<&str>::new());
        assert_eq!(root("<!-- made by hand -->\n<Patient xmlns=\"x\">"), Some("Patient"));
        assert_eq!(root("<?xml version=\"1.0\"?>\n<Patient xmlns=\"x\">"), Some("Patient"));
        assert_eq!(root(""), None);
    }
}
