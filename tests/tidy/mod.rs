//! The rules of the house that a machine can check: one file per kind of rule, one test per rule, a table where it fits.

mod dependencies;
mod files;
mod layers;
mod migrations;
mod sizes;
mod source;
mod spdx;
mod text;

use std::path::{Path, PathBuf};

/// The folder of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the repository, relative to its root: what is committed and what would be.
fn repository_files() -> Vec<PathBuf> {
    let git = std::process::Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(git.status.success(), "git ls-files: {}", String::from_utf8_lossy(&git.stderr));
    let names = String::from_utf8(git.stdout).expect("file names are UTF-8");
    let files: Vec<_> = names.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect();
    assert!(files.len() > 50, "git lists only {} files", files.len());
    files.into_iter().filter(|path| root().join(path).is_file()).collect()
}

/// The text of a file of the repository, or nothing when it is not text.
fn text_of(path: &Path) -> Option<String> {
    String::from_utf8(std::fs::read(root().join(path)).expect("a listed file can be read")).ok()
}

/// Fails the test with one line per fault.
#[track_caller]
fn expect_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} fault(s):\n{}", faults.len(), faults.join("\n"));
}
