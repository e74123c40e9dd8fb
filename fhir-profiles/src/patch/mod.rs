//! `FHIRPath` Patch (<https://hl7.org/fhir/R4/fhirpatch.html>): the operations of a `Parameters` resource, done one after
//! the other. A fault names the operation; the resource may then be changed in part, so work on a copy.

mod change;
mod given;
mod place;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::validate::Issue;

/// The code of an issue when the patch is well-formed and does not fit the resource.
pub const DOES_NOT_APPLY: &str = "processing";

/// What an operation is made of, and where its faults are.
pub(crate) struct Fault {
    code: &'static str,
    text: String,
}

impl Fault {
    /// The patch itself is not well-formed.
    fn malformed(text: impl Into<String>) -> Self {
        Self { code: "value", text: text.into() }
    }

    /// It does not fit the resource.
    fn unfit(text: impl Into<String>) -> Self {
        Self { code: DOES_NOT_APPLY, text: text.into() }
    }
}

/// One operation.
pub(crate) struct Operation<'a> {
    kind: &'a str,
    path: &'a str,
    name: Option<&'a str>,
    value: Option<&'a Value>,
    index: Option<usize>,
    source: Option<usize>,
    destination: Option<usize>,
}

/// Does all the operations of `parameters` on `resource`.
///
/// # Errors
/// The first operation that is malformed or does not apply ([`DOES_NOT_APPLY`]), with its place in `parameters`.
pub fn apply(resource: &mut Value, parameters: &Value) -> Result<(), Issue> {
    if parameters["resourceType"] != "Parameters" {
        return Err(Issue::error("invalid", String::new(), "a FHIRPath patch is a Parameters resource"));
    }
    let none = Vec::new();
    let operations = match &parameters["parameter"] {
        Value::Null => &none,
        Value::Array(operations) => operations,
        _ => return Err(Issue::error("structure", "Parameters.parameter".to_owned(), "a list is expected")),
    };
    for (at, given) in operations.iter().enumerate() {
        let done = read(given).and_then(|operation| change::change(resource, &operation));
        done.map_err(|fault| Issue::error(fault.code, format!("Parameters.parameter[{at}]"), fault.text))?;
    }
    Ok(())
}

/// Reads one operation; a part that is unknown, double or of the wrong type is refused.
fn read(given: &Value) -> Result<Operation<'_>, Fault> {
    if given["name"] != "operation" {
        return Err(Fault::malformed("each parameter of a patch is named `operation`"));
    }
    let mut operation =
        Operation { kind: "", path: "", name: None, value: None, index: None, source: None, destination: None };
    let mut seen = Vec::new();
    for part in given["part"].as_array().into_iter().flatten() {
        let name = part["name"].as_str().unwrap_or_default();
        if seen.contains(&name) {
            return Err(Fault::malformed(format!("the part `{name}` occurs twice")));
        }
        seen.push(name);
        match name {
            "type" => operation.kind = text(part, name, &["valueCode", "valueString"])?,
            "path" => operation.path = text(part, name, &["valueString"])?,
            "name" => operation.name = Some(text(part, name, &["valueString", "valueCode", "valueId"])?),
            "value" => operation.value = Some(part),
            "index" => operation.index = Some(number(part, name)?),
            "source" => operation.source = Some(number(part, name)?),
            "destination" => operation.destination = Some(number(part, name)?),
            _ => return Err(Fault::malformed(format!("the part `{name}` is unknown"))),
        }
    }
    if operation.path.is_empty() {
        return Err(Fault::malformed("an operation needs the part `path`"));
    }
    Ok(operation)
}

fn text<'a>(part: &'a Value, name: &str, keys: &[&str]) -> Result<&'a str, Fault> {
    let found = keys.iter().find_map(|key| part[*key].as_str());
    found.ok_or_else(|| Fault::malformed(format!("the part `{name}` needs a {}", keys[0])))
}

fn number(part: &Value, name: &str) -> Result<usize, Fault> {
    let found = ["valueInteger", "valueUnsignedInt", "valuePositiveInt"].iter().find_map(|key| part[*key].as_u64());
    found
        .and_then(|number| usize::try_from(number).ok())
        .ok_or_else(|| Fault::malformed(format!("the part `{name}` needs a valueInteger of 0 or more")))
}
