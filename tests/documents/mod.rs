//! The readable forms of the documents: examples that are kept and compared, and what must hold for any document.

mod read_back;
mod record;
mod served;

use std::path::PathBuf;

use spil::documents::{self, Document, Input, Lang, html, pdf};
use spil::vouch::Voucher;

/// Where the examples are; they are documentation as well.
const FOLDER: &str = "docs/documents";

fn handoff(input: Input<'_>) -> Document {
    documents::nursing_handoff(input, None)
}

/// Makes a document.
type Compose = fn(Input<'_>) -> Document;

/// Name of the files, inhabitant, and what is composed.
const EXAMPLES: [(&str, &str, Compose); 4] = [
    ("medication-overview", "truus", documents::medication_overview),
    ("advance-care-plan", "truus", documents::advance_care),
    ("nursing-handoff", "klaas", handoff),
    ("patient-summary", "truus", documents::patient_summary),
];

fn voucher() -> Voucher {
    Voucher::from_seed(&[7; 32]).expect("a key")
}

#[test]
fn the_examples_are_what_the_server_makes_of_the_demo_region() {
    let region = record::fixed();
    let mut faults = Vec::new();
    for (name, username, compose) in EXAMPLES {
        let document = record::document(&region, username, compose);
        let proof = documents::proof(&document, &voucher(), "https://spil.example");
        for lang in [Lang::Nl, Lang::En] {
            // On the server the stylesheet has an address of its own.
            let page = html(&document.view, lang, Some(&proof));
            let page = page.replace("/static/document.css", "../../src/documents/document.css");
            let file = pdf(&document, lang, Some(&proof)).expect("a file");
            for (kind, bytes) in [("html", page.into_bytes()), ("pdf", file)] {
                let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
                let path = path.join(format!("{name}.{}.{kind}", lang.code()));
                if std::env::var_os("SPIL_REFRESH").is_some() {
                    std::fs::write(&path, &bytes).expect("the example is written");
                }
                if std::fs::read(&path).ok().as_ref() != Some(&bytes) {
                    faults.push(format!("{}: {} bytes now", path.display(), bytes.len()));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "documents changed; look at them and refresh with SPIL_REFRESH=1:\n{}",
        faults.join("\n")
    );
}
