//! Reading FHIR JSON: short paths that never fail, only find nothing.

use serde_json::Value;

static EMPTY: Vec<Value> = Vec::new();
static NULL: Value = Value::Null;

/// The SNOMED CT code system.
pub(super) const SNOMED: &str = "http://snomed.info/sct";
/// The LOINC code system.
pub(super) const LOINC: &str = "http://loinc.org";

/// The value at a dotted path; an array on the way stands for its first element.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    let mut here = value;
    for name in path.split('.') {
        if let Some(items) = here.as_array() {
            here = items.first().unwrap_or(&NULL);
        }
        here = here.get(name).unwrap_or(&NULL);
    }
    here
}

/// The text at a dotted path.
pub(super) fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    at(value, path).as_str().map(str::trim).filter(|found| !found.is_empty())
}

/// The elements of the array at a dotted path.
pub(super) fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path).as_array().unwrap_or(&EMPTY)
}

/// The resource type.
pub(super) fn kind(resource: &Value) -> &str {
    text(resource, "resourceType").unwrap_or("")
}

/// `Type/id` of a resource.
pub(super) fn key(resource: &Value) -> Option<String> {
    Some(format!("{}/{}", text(resource, "resourceType")?, text(resource, "id")?))
}

/// `Type/id` that a literal reference points to, when it points into this server.
pub(super) fn local<'t>(reference: &'t str, base: &str) -> Option<&'t str> {
    let base = base.trim_end_matches('/');
    let path = if reference.contains("://") { reference.strip_prefix(base)?.strip_prefix('/')? } else { reference };
    let (kind, rest) = path.split_once('/')?;
    let (id, tail) = rest.split_once('/').map_or((rest, None), |(id, tail)| (id, Some(tail)));
    let whole = tail.is_none_or(|tail| tail.split('/').next() == Some("_history"));
    (whole && kind.starts_with(|first: char| first.is_ascii_uppercase()) && !id.is_empty())
        .then(|| &path[..=kind.len() + id.len()])
}

/// Whether this is `Type/id` of a resource.
pub(super) fn is_key(name: &str, resource: &Value) -> bool {
    let fits = |(kind, id)| text(resource, "resourceType") == Some(kind) && text(resource, "id") == Some(id);
    name.split_once('/').is_some_and(fits)
}

/// What a concept says in words: its text, else a display, else a code.
pub(super) fn concept(value: &Value) -> Option<&str> {
    text(value, "text")
        .or_else(|| list(value, "coding").iter().find_map(|coding| text(coding, "display")))
        .or_else(|| list(value, "coding").iter().find_map(|coding| text(coding, "code")))
}

/// Whether a concept carries this code.
pub(super) fn coded(concept: &Value, system: &str, code: &str) -> bool {
    list(concept, "coding")
        .iter()
        .any(|coding| text(coding, "system") == Some(system) && text(coding, "code") == Some(code))
}

/// Whether an element that is a concept or a list of concepts carries this code.
pub(super) fn holds(value: &Value, path: &str, system: &str, code: &str) -> bool {
    let found = at(value, path);
    match found.as_array() {
        Some(items) => items.iter().any(|item| coded(item, system, code)),
        None => coded(found, system, code),
    }
}

/// The codes of a concept or of a list of concepts.
pub(super) fn codes<'a>(value: &'a Value, path: &str) -> Vec<&'a str> {
    let found = at(value, path);
    let concepts: &[Value] = found.as_array().map_or(std::slice::from_ref(found), Vec::as_slice);
    concepts.iter().flat_map(|concept| list(concept, "coding")).filter_map(|coding| text(coding, "code")).collect()
}

fn by_url<'a>(items: &'a [Value], url: &str) -> Option<&'a Value> {
    items.iter().find(|item| text(item, "url") == Some(url))
}

/// The extension with this address, whether it modifies or not.
pub(super) fn extension<'a>(value: &'a Value, url: &str) -> Option<&'a Value> {
    by_url(list(value, "extension"), url).or_else(|| by_url(list(value, "modifierExtension"), url))
}

/// A number or text as it was written.
pub(super) fn literal(value: &Value) -> Option<String> {
    match value {
        Value::String(found) => Some(found.clone()),
        Value::Number(found) => Some(found.to_string()),
        _ => None,
    }
}

/// A quantity in words: comparator, value with a decimal comma, unit.
pub(super) fn quantity(value: &Value) -> Option<String> {
    let amount = literal(at(value, "value"))?.replace('.', ",");
    let unit = text(value, "unit").or_else(|| text(value, "code")).filter(|unit| *unit != "1");
    let mut out = String::new();
    if let Some(sign) = text(value, "comparator") {
        out.push_str(sign);
        out.push(' ');
    }
    out.push_str(&amount);
    if let Some(unit) = unit {
        out.push(' ');
        out.push_str(unit);
    }
    Some(out)
}

/// The first of the dotted paths that holds text.
pub(super) fn first_text<'a>(value: &'a Value, paths: &[&str]) -> Option<&'a str> {
    paths.iter().find_map(|path| text(value, path))
}

/// The name of a person as it is written in a `HumanName` list; the official name goes first.
pub(super) fn human_name(names: &[Value]) -> Option<String> {
    let chosen = names.iter().find(|name| text(name, "use") == Some("official")).or_else(|| names.first())?;
    if let Some(whole) = text(chosen, "text") {
        return Some(whole.to_owned());
    }
    let mut words: Vec<&str> = list(chosen, "prefix").iter().filter_map(Value::as_str).collect();
    words.extend(list(chosen, "given").iter().filter_map(Value::as_str));
    words.extend(text(chosen, "family"));
    (!words.is_empty()).then(|| words.join(" "))
}

/// What a reference calls its target, without the English name of a kind of record that many sources put before it.
pub(super) fn display(reference: &Value) -> Option<&str> {
    const KINDS: [&str; 7] = [
        "Healthcare professional (role)",
        "Healthcare professional (person)",
        "Healthcare provider (organization)",
        "Healthcare provider (location)",
        "Payer-Organization",
        "Contact person",
        "Patient",
    ];
    let whole = text(reference, "display")?;
    let named = KINDS.iter().find_map(|kind| whole.strip_prefix(kind)?.strip_prefix(", "));
    Some(named.unwrap_or(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reference_is_local_in_every_way_it_is_written() {
        let base = "https://hub.example/fhir";
        for (reference, expected) in [
            ("Patient/1", Some("Patient/1")),
            ("https://hub.example/fhir/Patient/1", Some("Patient/1")),
            ("Patient/1/_history/3", Some("Patient/1")),
            ("Patient/1/_history", Some("Patient/1")),
            ("Patient/1/$everything", None),
            ("Patient/", None),
            ("Patient", None),
            ("patient/1", None),
            ("https://elsewhere.example/fhir/Patient/1", None),
            ("https://hub.example/fhirx/Patient/1", None),
            ("urn:uuid:1", None),
            ("#med", None),
        ] {
            assert_eq!(local(reference, base), expected, "{reference}");
        }
    }

    #[test]
    fn a_quantity_keeps_its_digits() {
        let value: Value = serde_json::from_str(r#"{"value":70.50,"unit":"kg"}"#).unwrap();
        assert_eq!(quantity(&value).as_deref(), Some("70,50 kg"));
        assert_eq!(quantity(&json!({"unit": "kg"})), None);
    }
}
