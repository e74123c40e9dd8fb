//! `CodeSystem/$subsumes` (<https://hl7.org/fhir/R4/codesystem-operation-subsumes.html>).

use serde_json::{Value, json};

use crate::error::Error;
use crate::store::Which;

use super::{Conformance, filter, not_loaded};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Subsumes {
    /// The id of a stored code system, when it is asked of that one.
    pub id: Option<String>,
    /// The code system.
    pub system: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The first code.
    pub left: String,
    /// The second code.
    pub right: String,
}

impl Conformance {
    /// Whether one code includes the other.
    ///
    /// # Errors
    /// 404 when the code system is not loaded or lacks a code, 422 when its hierarchy does not mean *is a*.
    pub async fn subsumes(&self, ask: &Subsumes) -> Result<Value, Error> {
        let version = ask.version.as_deref();
        let system = match (&ask.id, &ask.system) {
            (Some(id), named) => {
                let found = self.by_id("CodeSystem", id).await?.ok_or_else(Error::not_found)?;
                let system = self.system_at(&found.place).await?.ok_or_else(Error::not_found)?;
                if named.as_deref().is_some_and(|named| named != &*system.url) {
                    let text = "this code system is not the one that `system` names";
                    return Err(Error::bad_request("invalid", text).at("system"));
                }
                system
            }
            (None, Some(url)) => match self.system(url, version).await? {
                Some(system) => system,
                None => return Err(Error { status: 404, ..not_loaded(url, version) }),
            },
            (None, None) => return Err(Error::bad_request("required", "name the code system").at("system")),
        };
        filter::is_hierarchy(&system)?;
        let mut codes = Vec::new();
        for (name, code) in [("codeA", &ask.left), ("codeB", &ask.right)] {
            let found = self.concept(&system, code).await?.ok_or_else(|| {
                let text = format!("what is loaded of the code system `{}` has no code `{code}`", system.url);
                Error::new(404, "code-invalid", text).at(name)
            })?;
            codes.push(found.code);
        }
        let is_over = async |over: &String, under: &String| {
            let one = Which::Codes { codes: vec![over.clone()], fold: false };
            self.concepts(&system, &[one, Which::Over(under.clone())], 1).await.map(|found| !found.is_empty())
        };
        let outcome = if codes[0] == codes[1] {
            "equivalent"
        } else if is_over(&codes[0], &codes[1]).await? {
            "subsumes"
        } else if is_over(&codes[1], &codes[0]).await? {
            "subsumed-by"
        } else {
            "not-subsumed"
        };
        Ok(json!({"resourceType": "Parameters", "parameter": [{"name": "outcome", "valueCode": outcome}]}))
    }
}
