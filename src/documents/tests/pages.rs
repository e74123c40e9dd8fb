//! The pages of the documents.

use super::super::{Lang, advance_care, html, medication_overview, nursing_handoff};
use super::{fixtures, region, with};
use serde_json::json;

#[test]
fn pages_have_one_stylesheet_and_nothing_that_runs() {
    let record = region::record();
    for document in [
        with(&record, medication_overview),
        with(&record, advance_care),
        with(&record, |input| nursing_handoff(input, None)),
    ] {
        for lang in [Lang::Nl, Lang::En] {
            let page = html(&document.view, lang, None);
            assert_eq!(page.matches("<link ").count(), 1);
            assert!(page.contains("href=\"/static/document.css\""));
            for forbidden in ["<script", "style=", "javascript:", "onclick", "zib", "Composition", "Bundle"] {
                assert!(!page.contains(forbidden), "{forbidden}");
            }
            for tag in ["section", "table", "tr", "td", "th", "ul", "li", "p", "dl", "main", "header"] {
                let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
                assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
            }
        }
    }
}

#[test]
fn markup_in_a_record_stays_text() {
    let evil = json!({
        "resourceType": "AllergyIntolerance", "id": "x", "patient": {"reference": "Patient/p1"},
        "code": {"text": "<script>alert(1)</script>\"&"}
    });
    let document = with(&[fixtures::from("<b>Org</b>", evil)], medication_overview);
    let page = html(&document.view, Lang::Nl, None);
    assert!(!page.contains("<script>") && !page.contains("<b>Org"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;"));
}
