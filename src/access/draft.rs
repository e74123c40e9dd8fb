//! What is about to be written: which resource, and against which version.

use serde_json::Value;

use crate::error::Error;
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
}

impl Draft {
    /// Names the entry of a fault.
    pub(super) fn placed(&self, error: Error) -> Error {
        match self.entry {
            Some(entry) => error.in_entry(entry),
            None => error,
        }
    }
}

/// A new resource.
pub fn create(rtype: &str, id: String, body: Value) -> Draft {
    Draft { rtype: rtype.to_owned(), id, current: None, method: Some(Method::Create), body: Some(body), entry: None }
}

/// Nothing is there, and nothing changes.
pub fn nothing(rtype: &str, id: &str) -> Draft {
    Draft { rtype: rtype.to_owned(), id: id.to_owned(), current: None, method: None, body: None, entry: None }
}
