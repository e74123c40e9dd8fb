//! The list of who looked, as a file for a spreadsheet.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::error::Error;

use super::super::look::Seen;
use super::super::visit::{Patient, Visit};
use super::looked::{asked, looks};

/// Most lines of the file.
const MOST: usize = 10_000;

/// The list with the same filter as the page.
pub async fn csv(Patient(visit): Patient) -> Response {
    visit.answer(list(&visit).await)
}

async fn list(visit: &Visit) -> Result<Response, Error> {
    let directory = visit.access.directory().await?;
    let asked = asked(visit.lang, &visit.query, &directory);
    let (seen, _) = looks(&visit.access, visit.lang, &visit.session.subject, &asked, MOST).await?;
    let heads = [
        ("Wanneer", "When"),
        ("Organisatie", "Organisation"),
        ("Persoon", "Person"),
        ("Rol", "Role"),
        ("Wat", "What"),
        ("Waarom", "Why"),
        ("Mocht het?", "Allowed?"),
        ("Spoed", "Emergency"),
    ];
    // Excel reads UTF-8 only with this mark in front.
    let mut text = String::from("\u{feff}");
    text.push_str(&line(&heads.map(|(dutch, english)| visit.t(dutch, english).to_owned())));
    for one in &seen {
        text.push_str(&line(&row(visit, one)));
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"wie-heeft-gekeken.csv\""),
    ];
    Ok((headers, text).into_response())
}

fn row(visit: &Visit, seen: &Seen) -> [String; 8] {
    let look = &seen.look;
    let allowed = if look.allowed { visit.t("ja", "yes").to_owned() } else { look.refusal.clone() };
    [
        look.when.clone(),
        look.organisation.clone(),
        look.person.clone(),
        look.role.clone(),
        look.what.join(", "),
        look.why.clone(),
        allowed,
        look.emergency_reason.clone().unwrap_or_default(),
    ]
}

fn line(cells: &[String]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| quote(cell)).collect();
    format!("{}\r\n", quoted.join(";"))
}

/// A cell in quotes; what a spreadsheet would take for a formula is made text.
fn quote(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(quote("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(line(&["a".to_owned(), "b;c".to_owned()]), "\"a\";\"b;c\"\r\n");
    }
}
