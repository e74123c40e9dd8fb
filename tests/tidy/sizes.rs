//! How long a file and a function may be.

use super::source::sources;

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;
const FILE_BYTES: u64 = 2 << 20;

#[test]
fn no_rust_file_is_longer_than_400_lines() {
    let long = sources().iter().map(|source| (source.text.lines().count(), &source.path));
    let faults: Vec<_> = long
        .filter(|(lines, _)| *lines > FILE_LINES)
        .map(|(lines, path)| format!("{path}: {lines} lines, at most {FILE_LINES}: give an operation its own file"))
        .collect();
    super::expect_none(&faults);
}

#[test]
fn no_function_is_longer_than_70_lines() {
    let mut faults = Vec::new();
    let mut seen = 0;
    for source in sources().iter().filter(|source| !source.is_test()) {
        for function in source.functions() {
            seen += 1;
            if function.lines > FUNCTION_LINES {
                let (path, line, name, lines) = (&source.path, function.line, &function.name, function.lines);
                faults.push(format!("{path}:{line}: `{name}` has {lines} lines, at most {FUNCTION_LINES}"));
            }
        }
    }
    assert!(seen > 500, "only {seen} functions were found");
    super::expect_none(&faults);
}

#[test]
fn no_file_is_larger_than_2_mib() {
    let size = |path: &std::path::Path| super::root().join(path).metadata().expect("a listed file is there").len();
    let faults: Vec<_> = super::repository_files()
        .iter()
        .filter(|path| size(path) > FILE_BYTES)
        .map(|path| format!("{}: {} bytes", path.display(), size(path)))
        .collect();
    super::expect_none(&faults);
}
