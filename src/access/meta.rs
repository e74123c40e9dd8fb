//! The server's part of a resource: id, version and moment; set once, when it is written.

use serde_json::{Map, Value, json};
use spil_fhir_profiles::time::format_instant;

/// The resource with `resourceType`, `id` and `meta` in front, and the rest in the order of the writer.
pub fn stamp(body: Value, id: &str, version: i64, updated: i64) -> Value {
    let Value::Object(mut rest) = body else { return body };
    let mut stamped = Map::with_capacity(rest.len() + 2);
    if let Some(rtype) = rest.shift_remove("resourceType") {
        stamped.insert("resourceType".to_owned(), rtype);
    }
    rest.shift_remove("id");
    let mut meta = match rest.shift_remove("meta") {
        Some(Value::Object(meta)) => meta,
        _ => Map::new(),
    };
    meta.insert("versionId".to_owned(), json!(version.to_string()));
    meta.insert("lastUpdated".to_owned(), json!(format_instant(updated)));
    stamped.insert("id".to_owned(), json!(id));
    stamped.insert("meta".to_owned(), Value::Object(meta));
    stamped.extend(rest);
    Value::Object(stamped)
}
