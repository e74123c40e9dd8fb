//! The three kinds of patch: JSON Patch (RFC 6902), JSON Merge Patch (RFC 7386) and `FHIRPath` Patch
//! (<https://hl7.org/fhir/R4/fhirpatch.html>).

use serde_json::{Map, Value};
use spil_fhir_profiles::patch;

use crate::error::{Error, Fault};

/// A patch document.
#[derive(Debug, Clone)]
pub enum Patch {
    /// JSON Patch.
    Json(Value),
    /// JSON Merge Patch.
    Merge(Value),
    /// `FHIRPath` Patch: a `Parameters` resource.
    FhirPath(Value),
    /// What `$meta-add` (true) or `$meta-delete` (false) brings: a `Meta`.
    Meta(Value, bool),
}

impl Patch {
    /// The resource with the patch applied.
    ///
    /// # Errors
    /// 400 when the patch is malformed, 422 when it does not fit the resource; with the place.
    pub(super) fn apply(&self, mut body: Value) -> Result<Value, Error> {
        match self {
            Self::Json(patch) => {
                let patch: json_patch::Patch = serde_json::from_value(patch.clone())
                    .map_err(|_| Error::bad_request("structure", "this is not a JSON Patch document (RFC 6902)"))?;
                json_patch::patch(&mut body, &patch).map_err(|error| {
                    let text = format!("operation {} of the patch does not apply: {}", error.operation, error.kind);
                    Error::unprocessable("processing", text).at(error.path.to_string())
                })?;
            }
            Self::Merge(patch @ Value::Object(_)) => merge(&mut body, patch),
            Self::Merge(_) => {
                return Err(Error::bad_request("structure", "a JSON Merge Patch (RFC 7386) is an object here"));
            }
            Self::FhirPath(parameters) => patch::apply(&mut body, parameters).map_err(|issue| {
                let status = if issue.code == patch::DOES_NOT_APPLY { 422 } else { 400 };
                let expression = (!issue.expression.is_empty()).then_some(issue.expression);
                Error::faults(status, vec![Fault { code: issue.code, diagnostics: issue.diagnostics, expression }])
            })?,
            Self::Meta(meta, add) => change_meta(&mut body, meta, *add),
        }
        Ok(body)
    }
}

/// A member that is null goes, an object is merged, anything else takes the place of what was there.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(map) = target.as_object_mut() else { return };
    for (name, change) in changes {
        if change.is_null() {
            map.shift_remove(name);
        } else {
            merge(map.entry(name.as_str()).or_insert(Value::Null), change);
        }
    }
}

/// Adds or takes away profiles, tags and security labels.
fn change_meta(body: &mut Value, meta: &Value, add: bool) {
    for list in ["profile", "tag", "security"] {
        let given = meta[list].as_array().map_or(&[][..], Vec::as_slice);
        let same = |one: &Value, other: &Value| match one.as_str() {
            Some(_) => one == other,
            None => one["system"] == other["system"] && one["code"] == other["code"],
        };
        let mut kept = body["meta"][list].as_array().cloned().unwrap_or_default();
        if add {
            for one in given {
                if !kept.iter().any(|other| same(one, other)) {
                    kept.push(one.clone());
                }
            }
        } else {
            kept.retain(|one| !given.iter().any(|other| same(one, other)));
        }
        if kept.is_empty() {
            body["meta"].as_object_mut().map(|meta| meta.shift_remove(list));
        } else {
            body["meta"][list] = Value::Array(kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Patch;
    use serde_json::json;

    /// The table of RFC 7386, appendix A, as far as the target is an object.
    #[test]
    fn a_merge_patch_does_what_its_rfc_says() {
        for (target, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            assert_eq!(
                Patch::Merge(patch.clone()).apply(target.clone()).expect("applied"),
                expected,
                "{target} {patch}"
            );
        }
        assert!(Patch::Merge(json!(["c"])).apply(json!({"a": 1})).is_err());
    }

    #[test]
    fn labels_are_added_once_and_taken_away_by_system_and_code() {
        let label = |code: &str| json!({"system": "s", "code": code});
        let body = json!({"meta": {"security": [label("a")], "profile": ["p"]}});
        let meta =
            json!({"security": [{"system": "s", "code": "a", "display": "x"}, label("b")], "profile": ["p", "q"]});
        let added = Patch::Meta(meta, true).apply(body).expect("added");
        assert_eq!(added, json!({"meta": {"security": [label("a"), label("b")], "profile": ["p", "q"]}}));
        let gone = Patch::Meta(json!({"security": [label("a")], "profile": ["p", "q"]}), false).apply(added);
        assert_eq!(gone.expect("taken away"), json!({"meta": {"security": [label("b")]}}));
    }
}
