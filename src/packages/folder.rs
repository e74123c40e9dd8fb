//! A package that lies unpacked in a folder.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::MOST_BYTES;
use super::source::{PackageError, is_resource};

/// The folder that holds the files: `package` in it, when there is one.
pub(super) fn inner(folder: &Path) -> PathBuf {
    let inner = folder.join("package");
    if inner.is_dir() { inner } else { folder.to_owned() }
}

/// As [`super::archive::read`]. Links are not followed.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn read(
    folder: &Path,
    take: &mut dyn FnMut(String, Result<Vec<u8>, String>) -> bool,
) -> Result<u64, PackageError> {
    let mut names = Vec::new();
    let mut others = 0;
    let folder = inner(folder);
    for entry in std::fs::read_dir(&folder).map_err(PackageError::Read)? {
        let entry = entry.map_err(PackageError::Read)?;
        let is_file = entry.file_type().map_err(PackageError::Read)?.is_file();
        match entry.file_name().into_string() {
            Ok(name) if is_file && is_resource(&name) => names.push(name),
            _ => others += u64::from(is_file),
        }
    }
    names.sort();
    for name in names {
        let content = content(&folder.join(&name));
        if !take(name, content) {
            break;
        }
    }
    Ok(others)
}

fn content(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX) + 1;
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() > MOST_BYTES => Err("the file is over 10 MiB".to_owned()),
        Ok(_) => Ok(bytes),
        Err(error) => Err(format!("the file cannot be read: {error}")),
    }
}
