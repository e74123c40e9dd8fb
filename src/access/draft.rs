//! What is about to be written: which resource, and against which version.

use serde_json::Value;
use spil_fhir_profiles::validate::{Severity, validate};

use crate::error::{Error, Fault};
use crate::store::Record;
use crate::store::commit::Method;

/// One resource that is about to change, or was found to need no change.
pub struct Draft {
    /// Resource type.
    pub rtype: String,
    /// Id.
    pub id: String,
    /// The current version, deleted or not.
    pub current: Option<Record>,
    /// What happens; none: it is answered as found.
    pub method: Option<Method>,
    /// The new resource, before the server's part is set.
    pub body: Option<Value>,
    /// Its entry in the transaction that it is part of.
    pub entry: Option<usize>,
    /// What was posted where something with the same business identifier stands already.
    pub posted: Option<Value>,
}

impl Draft {
    /// Names the entry of a fault.
    pub(super) fn placed(&self, error: Error) -> Error {
        match self.entry {
            Some(entry) => error.in_entry(entry),
            None => error,
        }
    }

    /// Refuses what is not R4.
    pub(super) fn checked(mut self) -> Result<Self, Error> {
        match self.check() {
            Ok(()) => Ok(self),
            Err(error) => Err(self.placed(error)),
        }
    }

    fn check(&mut self) -> Result<(), Error> {
        let Some(body) = &mut self.body else { return Ok(()) };
        if body["resourceType"] != self.rtype.as_str() {
            let text = "the resource is not of the type in the address";
            return Err(Error::bad_request("invalid", text).at("resourceType"));
        }
        if self.method == Some(Method::Create) && self.current.is_none() {
            // The id of a POST is the server's; whatever the writer put there is not looked at.
            body["id"] = Value::String(self.id.clone());
        }
        let faults: Vec<Fault> = validate(body)
            .into_iter()
            .filter(|issue| issue.severity == Severity::Error)
            .map(|issue| Fault { code: issue.code, diagnostics: issue.diagnostics, expression: Some(issue.expression) })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::faults(400, faults)) }
    }
}

/// A new resource.
pub fn create(rtype: &str, id: String, body: Value) -> Draft {
    let (rtype, method, body) = (rtype.to_owned(), Some(Method::Create), Some(body));
    Draft { rtype, id, current: None, method, body, entry: None, posted: None }
}

/// Nothing is there, and nothing changes.
pub fn nothing(rtype: &str, id: &str) -> Draft {
    let (rtype, id) = (rtype.to_owned(), id.to_owned());
    Draft { rtype, id, current: None, method: None, body: None, entry: None, posted: None }
}
