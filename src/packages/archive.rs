//! Reading a `.tgz` without unpacking it: entry by entry, within the limits, whatever its headers say.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use tar::{Archive, EntryType};

use super::source::{PackageError, is_resource};
use super::{MOST_BYTES, MOST_FILES, MOST_GROWTH, MOST_UNPACKED};

/// Most bytes of a header that carries a long name.
const MOST_NAME: u64 = 64 << 10;

/// Hands each JSON file of the folder `package` to `take` (name, and its bytes or why they are not taken) until that says
/// *false*; the answer is the number of other files.
///
/// # Errors
/// When it is no archive, or one over the limits.
pub(super) fn read(
    path: &Path,
    take: &mut dyn FnMut(String, Result<Vec<u8>, String>) -> bool,
) -> Result<u64, PackageError> {
    let file = File::open(path).map_err(PackageError::Read)?;
    let packed = file.metadata().map_err(PackageError::Read)?.len();
    let most = MOST_UNPACKED.min(packed.saturating_mul(MOST_GROWTH).saturating_add(16 << 20));
    let mut archive = Archive::new(Bounded { inner: GzDecoder::new(BufReader::new(file)), left: most });
    let mut long_name: Option<String> = None;
    let mut others = 0;
    // Raw: the headers of long names are read here, for elsewhere they may be of any length.
    for (count, entry) in archive.entries().map_err(PackageError::Read)?.raw(true).enumerate() {
        if count >= MOST_FILES {
            return Err(PackageError::Limit(format!("more than {MOST_FILES} files")));
        }
        let mut entry = entry.map_err(PackageError::Read)?;
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::GNULongName | EntryType::XHeader) {
            let mut bytes = Vec::new();
            entry.by_ref().take(MOST_NAME).read_to_end(&mut bytes).map_err(PackageError::Read)?;
            long_name = if kind == EntryType::XHeader { pax_path(&bytes).or(long_name) } else { text(&bytes) };
            continue;
        }
        let name = long_name.take().or_else(|| text(&entry.path_bytes()));
        if !kind.is_file() {
            others += u64::from(!kind.is_dir() && kind != EntryType::XGlobalHeader);
            continue;
        }
        let Some(name) = name.as_deref().and_then(own) else {
            others += 1;
            continue;
        };
        let size = usize::try_from(entry.header().entry_size().map_err(PackageError::Read)?).unwrap_or(usize::MAX);
        let content = if size > MOST_BYTES {
            Err("the file is over 10 MiB".to_owned())
        } else {
            let mut bytes = Vec::with_capacity(size);
            entry.read_to_end(&mut bytes).map_err(PackageError::Read)?;
            Ok(bytes)
        };
        if !take(name.to_owned(), content) {
            break;
        }
    }
    Ok(others)
}

/// The name of a resource file right in the folder `package`; none for anything else, such as a path that leads elsewhere.
fn own(path: &str) -> Option<&str> {
    let name = path.strip_prefix("./").unwrap_or(path).strip_prefix("package/")?;
    is_resource(name).then_some(name)
}

fn text(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    std::str::from_utf8(&bytes[..end]).ok().map(str::to_owned)
}

/// The record `path=` of a PAX header (lines of `LENGTH KEY=VALUE`).
fn pax_path(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.lines().find_map(|line| line.split_once(' ')?.1.strip_prefix("path=")).map(str::to_owned)
}

/// A reader that gives up after so many bytes.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(u64::try_from(count).unwrap_or(u64::MAX))
            .ok_or_else(|| io::Error::other("unpacked it is larger than a package may be"))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_right_in_the_package_are_taken() {
        assert_eq!(own("package/a.json"), Some("a.json"));
        assert_eq!(own("./package/a.json"), Some("a.json"));
        for other in [
            "a.json",
            "package/../a.json",
            "/package/a.json",
            "package/x/a.json",
            "package/a.txt",
            "package/.index.json",
        ] {
            assert_eq!(own(other), None, "{other}");
        }
        assert_eq!(pax_path(b"20 mtime=1\n30 path=package/a.json\n").as_deref(), Some("package/a.json"));
    }

    #[test]
    fn a_reader_stops_at_its_limit() {
        let mut bounded = Bounded { inner: io::repeat(0), left: 1_000 };
        assert!(bounded.read_to_end(&mut Vec::new()).is_err());
    }
}
