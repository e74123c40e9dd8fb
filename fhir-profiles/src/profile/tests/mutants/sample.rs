//! A small value of each type, for what must not be there.

use serde_json::{Value, json};

pub(super) fn sample(kind: &str) -> Option<Value> {
    Some(match kind {
        "string" | "markdown" | "code" | "id" => json!("x"),
        "boolean" => json!(true),
        "integer" | "positiveInt" | "unsignedInt" => json!(1),
        "decimal" => json!(1.5),
        "date" => json!("2020-01-01"),
        "dateTime" | "instant" => json!("2020-01-01T10:00:00Z"),
        "time" => json!("10:00:00"),
        "uri" | "url" | "canonical" => json!("urn:x"),
        "base64Binary" => json!("eA=="),
        "CodeableConcept" | "Annotation" | "HumanName" | "Address" | "Dosage" => json!({"text": "x"}),
        "Coding" => json!({"code": "x"}),
        "Identifier" => json!({"value": "x"}),
        "ContactPoint" => json!({"system": "phone", "value": "1"}),
        "Reference" => json!({"display": "x"}),
        "Quantity" | "SimpleQuantity" | "Age" | "Duration" | "Money" => json!({"value": 1}),
        "Period" => json!({"start": "2020"}),
        "Range" => json!({"low": {"value": 1}}),
        "Ratio" => json!({"numerator": {"value": 1}, "denominator": {"value": 1}}),
        "Attachment" => json!({"title": "x"}),
        "Timing" => json!({"repeat": {"count": 1}}),
        "SampledData" => json!({"origin": {"value": 1}, "period": 1, "dimensions": 1}),
        "BackboneElement" => json!({"extension": [{"url": "urn:x", "valueCode": "x"}]}),
        "Extension" => json!({"url": "urn:x", "valueCode": "x"}),
        _ => return None,
    })
}
