//! The rows of operations on definitions for the table of routes.

use serde_json::{Value, json};

use super::routes::Row;
use super::world::COLOURS;

/// Operations on definitions: everybody who signed in may ask, whoever wrote them.
pub fn rows() -> Vec<Row> {
    let all = [401, 200, 200, 200, 200, 200, 200];
    let (code, set) = (format!("system={COLOURS}&code=red"), "url=http://example.org/fhir/ValueSet/colours");
    let asked: Vec<(&str, String)> = vec![
        ("/fhir/ValueSet/$expand", format!("ValueSet/$expand?{set}")),
        ("/fhir/ValueSet/{id}/$expand", "ValueSet/colours/$expand".to_owned()),
        ("/fhir/ValueSet/$validate-code", format!("ValueSet/$validate-code?{set}&{code}")),
        ("/fhir/ValueSet/{id}/$validate-code", format!("ValueSet/colours/$validate-code?{code}")),
        ("/fhir/CodeSystem/$validate-code", format!("CodeSystem/$validate-code?url={COLOURS}&code=red")),
        ("/fhir/CodeSystem/{id}/$validate-code", "CodeSystem/colours/$validate-code?code=red".to_owned()),
        ("/fhir/CodeSystem/$lookup", format!("CodeSystem/$lookup?{code}")),
        ("/fhir/CodeSystem/$subsumes", format!("CodeSystem/$subsumes?system={COLOURS}&codeA=warm&codeB=red")),
        ("/fhir/CodeSystem/{id}/$subsumes", "CodeSystem/colours/$subsumes?codeA=warm&codeB=red".to_owned()),
        ("/fhir/ConceptMap/$translate", format!("ConceptMap/$translate?{code}")),
        ("/fhir/ConceptMap/{id}/$translate", format!("ConceptMap/colours/$translate?{code}")),
    ];
    let mut rows: Vec<Row> = Vec::new();
    for (route, request) in asked {
        let request: &'static str = request.leak();
        rows.push(("GET", route, request, Value::Null, all));
        rows.push(("POST", route, request, json!({"resourceType": "Parameters"}), all));
    }
    rows
}
