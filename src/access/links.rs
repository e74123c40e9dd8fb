//! Links between the entries of a transaction, and conditional references, become literal references
//! (<https://hl7.org/fhir/R4/http.html#trules>): in `Reference.reference`, in elements of type uri, url, oid and uuid, and in
//! the `href` and `src` of narrative. Canonical addresses stay as they are.

use std::collections::HashMap;

use serde_json::Value;
use spil_fhir_profiles::definition::{Kind, Primitive, TypeDef, definitions, type_def};

/// What links become.
pub struct Links<'a> {
    /// Full URLs of entries, and where their resources are.
    pub places: &'a HashMap<String, String>,
    /// Conditional references, and what they mean.
    pub resolved: &'a HashMap<String, String>,
}

impl Links<'_> {
    /// Rewrites a resource; `full_url` is that of its own entry, for its relative references are relative to it.
    pub fn rewrite(&self, body: &mut Value, full_url: Option<&str>) {
        let root = full_url.and_then(root);
        if self.walk(body, root)
            && let Some(def) = body["resourceType"].as_str().and_then(type_def)
        {
            self.typed(body, def);
        }
    }

    /// Rewrites references and narrative; true when another text is a link that its type decides on.
    fn walk(&self, value: &mut Value, root: Option<&str>) -> bool {
        match value {
            Value::Object(map) => {
                let mut typed = false;
                for (key, value) in map.iter_mut() {
                    match value {
                        Value::String(text) if key == "reference" => {
                            if let Some(literal) = self.literal(text, root) {
                                *text = literal;
                            }
                        }
                        Value::String(text) if key == "div" => self.narrative(text),
                        Value::String(text) => {
                            let link = text.starts_with("urn:") || text.starts_with("http");
                            typed |= link && self.places.contains_key(text.as_str());
                        }
                        other => typed |= self.walk(other, root),
                    }
                }
                typed
            }
            Value::Array(items) => {
                let mut typed = false;
                for item in items {
                    typed |= self.walk(item, root);
                }
                typed
            }
            _ => false,
        }
    }

    /// The literal reference that a reference becomes, if it does.
    fn literal(&self, text: &str, root: Option<&str>) -> Option<String> {
        let plain = text.split_once("/_history/").map_or(text, |(plain, _)| plain);
        let whole = self.places.get(text).or_else(|| self.places.get(plain)).or_else(|| self.resolved.get(text));
        if whole.is_some() {
            return whole.cloned();
        }
        let root = root.filter(|_| !plain.contains(':') && !plain.starts_with('#'))?;
        self.places.get(&format!("{root}{plain}")).cloned()
    }

    /// Rewrites the elements whose type says that they are links.
    fn typed(&self, value: &mut Value, def: &'static TypeDef) {
        let Some(map) = value.as_object_mut() else { return };
        for (key, value) in map.iter_mut() {
            let Some(property) = def.property(key) else { continue };
            let kind = definitions().of(property.of(def).1);
            let items: &mut [Value] = match value {
                Value::Array(items) => items,
                one => std::slice::from_mut(one),
            };
            for item in items {
                match (&mut *item, kind.primitive()) {
                    (Value::String(text), Some(Primitive::Uri | Primitive::Url | Primitive::Oid | Primitive::Uuid)) => {
                        if let Some(literal) = self.places.get(text.as_str()) {
                            text.clone_from(literal);
                        }
                    }
                    (Value::Object(_), None) => {
                        let inner = item["resourceType"].as_str().and_then(type_def);
                        self.typed(item, inner.filter(|_| kind.kind == Kind::Abstract).unwrap_or(kind));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Rewrites `href="…"` and `src="…"`.
    fn narrative(&self, text: &mut String) {
        if !(text.contains("href=") || text.contains("src=")) {
            return;
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = ["href=", "src="].iter().filter_map(|name| Some(rest.find(name)? + name.len())).min() {
            let (before, after) = rest.split_at(at);
            out.push_str(before);
            rest = after;
            let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
            let Some((link, behind)) = after[1..].split_once(quote) else { continue };
            out.push(quote);
            out.push_str(self.places.get(link).map_or(link, String::as_str));
            out.push(quote);
            rest = behind;
        }
        out.push_str(rest);
        *text = out;
    }
}

/// What stands before `Type/id` in a full URL.
fn root(full_url: &str) -> Option<&str> {
    let mut slashes = full_url.rmatch_indices('/').map(|(at, _)| at);
    let (_, at) = (slashes.next()?, slashes.next()?);
    full_url.starts_with("http").then(|| &full_url[..=at])
}

/// The conditional references in a resource.
pub fn conditional(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found.sort();
    found.dedup();
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "reference" => {
                        let rtype = text.split_once('?').map(|(rtype, _)| rtype);
                        if rtype.is_some_and(|rtype| rtype.bytes().all(|letter| letter.is_ascii_alphabetic())) {
                            found.push(text.clone());
                        }
                    }
                    Value::String(_) => {}
                    other => collect(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Links;
    use serde_json::{Value, json};
    use std::collections::HashMap;

    #[test]
    fn links_become_literal_where_the_standard_wants_it_and_nowhere_else() {
        let places: HashMap<String, String> = [
            ("urn:uuid:1", "Patient/p"),
            ("urn:oid:1.2", "Binary/b"),
            ("http://other.example/fhir/Encounter/9", "Encounter/e"),
        ]
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
        .into();
        let resolved = HashMap::from([("Patient?identifier=1".to_owned(), "Patient/q".to_owned())]);
        let links = Links { places: &places, resolved: &resolved };
        let rewritten = |mut value: Value| {
            links.rewrite(&mut value, Some("http://other.example/fhir/Observation/1"));
            value
        };
        for (from, to) in [
            (json!({"subject": {"reference": "urn:uuid:1"}}), json!({"subject": {"reference": "Patient/p"}})),
            (json!({"subject": {"reference": "Patient?identifier=1"}}), json!({"subject": {"reference": "Patient/q"}})),
            (json!({"encounter": {"reference": "Encounter/9"}}), json!({"encounter": {"reference": "Encounter/e"}})),
            (json!({"encounter": {"reference": "Encounter/8"}}), json!({"encounter": {"reference": "Encounter/8"}})),
            (
                json!({"encounter": {"reference": "http://other.example/fhir/Encounter/9/_history/2"}}),
                json!({"encounter": {"reference": "Encounter/e"}}),
            ),
            (json!({"identifier": [{"value": "urn:uuid:1"}]}), json!({"identifier": [{"value": "urn:uuid:1"}]})),
            (json!({"identifier": [{"system": "urn:uuid:1"}]}), json!({"identifier": [{"system": "Patient/p"}]})),
            (json!({"meta": {"profile": ["urn:uuid:1"]}}), json!({"meta": {"profile": ["urn:uuid:1"]}})),
            (
                json!({"extension": [{"url": "urn:x", "valueOid": "urn:oid:1.2"}]}),
                json!({"extension": [{"url": "urn:x", "valueOid": "Binary/b"}]}),
            ),
            (json!({"note": [{"text": "urn:uuid:1"}]}), json!({"note": [{"text": "urn:uuid:1"}]})),
            (
                json!({"text": {"div": "<div><a href=\"urn:uuid:1\">urn:uuid:1</a><img src='urn:oid:1.2'/><a href=\"#x\"/></div>"}}),
                json!({"text": {"div": "<div><a href=\"Patient/p\">urn:uuid:1</a><img src='Binary/b'/><a href=\"#x\"/></div>"}}),
            ),
        ] {
            let whole = |mut value: Value| {
                value["resourceType"] = json!("Observation");
                value
            };
            assert_eq!(rewritten(whole(from.clone())), whole(to), "{from}");
        }
    }
}
