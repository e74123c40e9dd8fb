//! What the program prints.

use std::io::{IsTerminal as _, Write as _};

/// A line on standard output. A reader that has gone away (`spil … | head`) is no fault.
pub fn line(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}

/// A line on standard error.
pub fn error(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
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
