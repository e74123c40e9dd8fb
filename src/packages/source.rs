//! Where a package is, and what it says of itself.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{archive, folder};

/// Why a package cannot be used at all.
#[derive(Debug)]
pub enum PackageError {
    /// It cannot be read.
    Read(io::Error),
    /// It is over a limit.
    Limit(String),
    /// It is not a FHIR package, or not for R4.
    Unfit(String),
}

impl fmt::Display for PackageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => f.write_str("it cannot be read"),
            Self::Limit(what) => write!(f, "it is over a limit: {what}"),
            Self::Unfit(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for PackageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) => Some(error),
            Self::Limit(_) | Self::Unfit(_) => None,
        }
    }
}

/// What `package.json` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Name of the package.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The packages that it needs, as `name@version`.
    pub needs: Vec<String>,
}

/// A package to be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A `.tgz` file.
    Archive(PathBuf),
    /// A folder.
    Folder(PathBuf),
    /// Definitions of this program itself, by file name.
    Given(BTreeMap<String, Vec<u8>>),
}

impl Source {
    /// The package at a path.
    ///
    /// # Errors
    /// When there is nothing, or something else.
    pub fn at(path: &Path) -> Result<Self, PackageError> {
        let found = std::fs::metadata(path).map_err(PackageError::Read)?;
        if found.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        let is = |path: &Path, wanted: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(wanted));
        let is_packed = is(path, "gz") && path.file_stem().is_some_and(|stem| is(Path::new(stem), "tar"));
        if is(path, "tgz") || is_packed {
            return Ok(Self::Archive(path.to_owned()));
        }
        Err(PackageError::Unfit("a package is a `.tgz` file or a folder".to_owned()))
    }

    /// Its files, each handed to `take`; the answer is the number of other files.
    ///
    /// # Errors
    /// When it cannot be read, or is over a limit.
    pub fn read(&self, take: &mut dyn FnMut(String, Result<Vec<u8>, String>) -> bool) -> Result<u64, PackageError> {
        match self {
            Self::Archive(path) => archive::read(path, take),
            Self::Folder(path) => folder::read(path, take),
            Self::Given(files) => {
                let _ = files.iter().all(|(name, bytes)| take(name.clone(), Ok(bytes.clone())));
                Ok(0)
            }
        }
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// When `package.json` is missing or cannot be read, or when the package is for another version of FHIR.
    pub fn manifest(&self) -> Result<Manifest, PackageError> {
        let mut found = None;
        self.read(&mut |name, content| {
            if name == "package.json" {
                found = Some(content);
            }
            found.is_none()
        })?;
        let Some(content) = found else {
            return Err(PackageError::Unfit("it has no package/package.json: it is not a FHIR package".to_owned()));
        };
        manifest(&content.map_err(PackageError::Limit)?)
    }
}

fn manifest(bytes: &[u8]) -> Result<Manifest, PackageError> {
    let unfit = |why: &str| PackageError::Unfit(why.to_owned());
    let value: Value = serde_json::from_slice(bytes).map_err(|_| unfit("its package.json is not JSON"))?;
    let text = |name: &str| value[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let name = text("name").ok_or_else(|| unfit("its package.json has no name"))?;
    let version = text("version").ok_or_else(|| unfit("its package.json has no version"))?;
    let lists = [&value["fhirVersions"], &value["fhir-version-list"]];
    let versions: Vec<&str> =
        lists.into_iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect();
    if !versions.is_empty() && !versions.iter().any(|version| version.starts_with("4.0")) {
        return Err(PackageError::Unfit(format!("it is for FHIR {}, not for R4 (4.0)", versions.join(", "))));
    }
    let needs = value["dependencies"].as_object().into_iter().flatten();
    let needs = needs.map(|(name, version)| format!("{name}@{}", version.as_str().unwrap_or("*"))).collect();
    Ok(Manifest { name, version, needs })
}

/// Whether a file may hold a resource: JSON, and no list of files.
pub(super) fn is_resource(name: &str) -> bool {
    let is_json = Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    is_json && !name.contains(['/', '\\']) && !name.starts_with('.') && name != "ig-r4.json"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_for_another_version_is_refused() {
        let read = |text: &str| manifest(text.as_bytes());
        let good = read(r#"{"name":"a","version":"1","fhirVersions":["4.0.1"],"dependencies":{"b":"2.x"}}"#);
        assert_eq!(good.expect("read").needs, ["b@2.x"]);
        assert!(read(r#"{"name":"a","version":"1"}"#).is_ok());
        for bad in [r#"{"name":"a","version":"1","fhirVersions":["5.0.0"]}"#, r#"{"name":"a"}"#, "{", "[]"] {
            assert!(matches!(read(bad), Err(PackageError::Unfit(_))), "{bad}");
        }
    }
}
