//! Where in a document an element stands.

use serde_json::Value;

/// The JSON pointer (<https://www.rfc-editor.org/rfc/rfc6901>) of a value that is part of the document; of the document
/// itself it is empty. `None` if it is not part of it.
pub fn pointer(document: &Value, value: &Value) -> Option<String> {
    let mut path = Vec::new();
    find(document, value, &mut path).then(|| path.iter().flat_map(|step| ["/".to_owned(), step.clone()]).collect())
}

/// The search goes down to the value itself: two equal values in different places are told apart.
fn find(at: &Value, wanted: &Value, path: &mut Vec<String>) -> bool {
    if std::ptr::eq(at, wanted) {
        return true;
    }
    match at {
        Value::Object(members) => {
            members.iter().any(|(name, value)| down(value, wanted, path, || name.replace('~', "~0").replace('/', "~1")))
        }
        Value::Array(items) => {
            items.iter().enumerate().any(|(index, value)| down(value, wanted, path, || index.to_string()))
        }
        _ => false,
    }
}

fn down(value: &Value, wanted: &Value, path: &mut Vec<String>, name: impl FnOnce() -> String) -> bool {
    // Only what has members can hold the value, so most names are never written.
    if !std::ptr::eq(value, wanted) && !value.is_object() && !value.is_array() {
        return false;
    }
    path.push(name());
    let found = find(value, wanted, path);
    if !found {
        path.pop();
    }
    found
}
