//! Parts of a resource: `_summary` and `_elements` (<https://hl7.org/fhir/R4/search.html#summary>). What is left is marked
//! with the tag `SUBSETTED`, so that nobody takes it for the whole.

use serde_json::{Map, Value, json};

use crate::definition::{Kind, TypeDef, definitions, type_def};

const TAG_SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
const TAG: &str = "SUBSETTED";

/// Which part is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The elements that the standard marks as summary (`_summary=true`).
    Summary,
    /// The narrative (`_summary=text`).
    Text,
    /// All but the narrative (`_summary=data`).
    Data,
    /// Those that are named (`_elements`), a type before the name (`Patient.name`) allowed.
    Elements(Vec<String>),
}

/// Reduces a resource to a part of it. Mandatory elements, `id`, `meta` and what could turn the meaning around stay.
pub fn reduce(resource: &mut Value, part: &Part) {
    let Some(def) = resource["resourceType"].as_str().and_then(type_def) else { return };
    let Some(map) = resource.as_object_mut() else { return };
    match part {
        Part::Summary => summary(map, def, true),
        Part::Text => retain(map, def, |name| name == "text"),
        Part::Data => retain(map, def, |name| name != "text"),
        Part::Elements(names) => retain(map, def, |name| names.iter().any(|asked| is_asked(asked, name, def))),
    }
    tag(map);
}

/// Whether `name` is an element of the type at its top level; with a type before it also one of another type.
pub fn is_element(rtype: &str, name: &str) -> bool {
    let (owner, name) = name.split_once('.').unwrap_or((rtype, name));
    type_def(owner)
        .is_some_and(|def| def.number.is_some() && (def.element(name).is_some() || def.property(name).is_some()))
}

fn is_asked(asked: &str, name: &str, def: &TypeDef) -> bool {
    let asked = match asked.split_once('.') {
        Some((owner, _)) if owner != def.name => return false,
        Some((_, rest)) => rest,
        None => asked,
    };
    asked == name || def.property(name).is_some_and(|property| property.of(def).0.name == asked)
}

fn retain(map: &mut Map<String, Value>, def: &TypeDef, wanted: impl Fn(&str) -> bool) {
    map.retain(|name, _| {
        let plain = name.trim_start_matches('_');
        let required = def.property(plain).is_some_and(|property| property.of(def).0.required);
        matches!(plain, "resourceType" | "id" | "meta" | "implicitRules" | "modifierExtension")
            || required
            || wanted(plain)
    });
}

fn summary(map: &mut Map<String, Value>, def: &'static TypeDef, top: bool) {
    map.retain(|name, _| {
        let plain = name.trim_start_matches('_');
        let Some(property) = def.property(plain) else { return plain == "resourceType" };
        let element = property.of(def).0;
        element.summary || element.required || element.attribute || plain == "modifierExtension"
    });
    for (name, value) in map.iter_mut() {
        let Some(property) = def.property(name) else { continue };
        let inner = definitions().of(property.of(def).1);
        let structure = matches!(inner.kind, Kind::Datatype | Kind::Backbone) && inner.name != "Extension";
        if !structure || (top && name == "meta") {
            continue;
        }
        match value {
            Value::Object(map) => summary(map, inner, false),
            Value::Array(items) => {
                items.iter_mut().filter_map(Value::as_object_mut).for_each(|map| summary(map, inner, false));
            }
            _ => {}
        }
    }
    // What held nothing of the summary would be an empty object, which FHIR does not know.
    map.retain(|_, value| match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => {
            items.retain(|item| item.as_object().is_none_or(|map| !map.is_empty()));
            !items.is_empty()
        }
        _ => true,
    });
}

fn tag(map: &mut Map<String, Value>) {
    let meta = map.entry("meta").or_insert_with(|| json!({}));
    let Some(meta) = meta.as_object_mut() else { return };
    let tags = meta.entry("tag").or_insert_with(|| json!([]));
    if let Some(tags) = tags.as_array_mut()
        && !tags.iter().any(|tag| tag["system"] == TAG_SYSTEM && tag["code"] == TAG)
    {
        tags.push(json!({"system": TAG_SYSTEM, "code": TAG}));
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, is_element, reduce};
    use serde_json::{Value, json};

    fn whole() -> Value {
        json!({
            "resourceType": "Observation", "id": "o", "meta": {"versionId": "1", "profile": ["urn:p"]},
            "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
            "contained": [{"resourceType": "Basic", "id": "b", "code": {"text": "b"}}],
            "modifierExtension": [{"url": "urn:m", "valueBoolean": true}],
            "extension": [{"url": "urn:e", "valueBoolean": true}],
            "status": "final", "category": [{"text": "c"}], "code": {"text": "k"}, "valueInteger": 3,
            "_issued": {"extension": [{"url": "urn:e", "valueCode": "x"}]},
            "note": [{"text": "n"}],
            "component": [{"code": {"text": "a"}, "valueInteger": 1, "interpretation": [{"text": "i"}]}],
        })
    }

    fn names(part: &Part) -> Vec<String> {
        let mut value = whole();
        reduce(&mut value, part);
        assert_eq!(value["meta"]["tag"][0]["code"], "SUBSETTED");
        assert_eq!(crate::validate::validate(&value), [], "{value}");
        value.as_object().expect("an object").keys().skip(3).cloned().collect()
    }

    #[test]
    fn each_part_keeps_what_is_asked_and_what_is_mandatory() {
        assert_eq!(
            names(&Part::Summary),
            ["modifierExtension", "status", "code", "valueInteger", "_issued", "component"]
        );
        assert_eq!(names(&Part::Text), ["text", "modifierExtension", "status", "code"]);
        assert!(!names(&Part::Data).contains(&"text".to_owned()) && names(&Part::Data).contains(&"note".to_owned()));
        let named =
            Part::Elements(vec!["value".to_owned(), "Observation.note".to_owned(), "Patient.issued".to_owned()]);
        assert_eq!(names(&named), ["modifierExtension", "status", "code", "valueInteger", "note"]);
    }

    #[test]
    fn a_summary_goes_into_structures() {
        let mut value = whole();
        reduce(&mut value, &Part::Summary);
        assert_eq!(value["component"], json!([{"code": {"text": "a"}, "valueInteger": 1}]));
        reduce(&mut value, &Part::Summary);
        assert_eq!(value["meta"]["tag"].as_array().map(Vec::len), Some(1), "the tag is there once");
    }

    #[test]
    fn elements_are_known_by_name() {
        for name in ["status", "value", "valueQuantity", "Patient.name", "Observation.code"] {
            assert!(is_element("Observation", name), "{name}");
        }
        for name in ["nonsense", "name", "Patient.nonsense", "Observation.component.code", "HumanName.family", ""] {
            assert!(!is_element("Observation", name), "{name}");
        }
    }
}
