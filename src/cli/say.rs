//! What the program prints.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

/// A line on standard output. A reader that has gone away (`spil … | head`) is no fault.
pub fn line(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}

/// A text as it is on standard output.
pub fn text(text: &str) {
    drop(write!(std::io::stdout().lock(), "{text}"));
}

/// A line on standard error.
pub fn error(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// So many refusals are told; the others are counted.
const MOST_REFUSALS: usize = 100;

/// What a load came to: each refusal on standard error, the number of each type on standard output.
pub fn outcome(refusals: &[impl Display], stored: &BTreeMap<String, u64>) {
    for refusal in refusals.iter().take(MOST_REFUSALS) {
        error(&refusal.to_string());
    }
    if refusals.len() > MOST_REFUSALS {
        error(&format!("… and {} more", refusals.len() - MOST_REFUSALS));
    }
    let rows: Vec<Vec<String>> = stored.iter().map(|(rtype, count)| vec![rtype.clone(), count.to_string()]).collect();
    if !rows.is_empty() {
        table(&["TYPE", "STORED"], &rows);
    }
}

/// A line that the next one replaces; nothing when nobody watches.
pub fn progress(text: &str) {
    let mut out = std::io::stderr().lock();
    if out.is_terminal() {
        drop(write!(out, "\r\x1b[2K{text}"));
        drop(out.flush());
    }
}

/// Columns under their heads, each as wide as its widest cell.
pub fn table(heads: &[&str], rows: &[Vec<String>]) {
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
        cells.chain([heads[at].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let print = |cells: Vec<&str>| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        line(format!("  {}", padded.join("  ")).trim_end());
    };
    print(heads.to_vec());
    for row in rows {
        print(row.iter().map(String::as_str).collect());
    }
}
