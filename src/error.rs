//! Outcomes that a caller can see. One type; rendered as `OperationOutcome`, as OAuth JSON or as a page by the edge that
//! answers. The text never holds a name, number, address or body of a person.

use std::error::Error as StdError;
use std::fmt;

use serde_json::{Value, json};

/// One fault, as in `OperationOutcome.issue` (<https://hl7.org/fhir/R4/operationoutcome.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Code of `http://hl7.org/fhir/issue-type`.
    pub code: &'static str,
    /// What is wrong, for the developer at the other side.
    pub diagnostics: String,
    /// `FHIRPath` of the place, or the name of the parameter.
    pub expression: Option<String>,
}

/// A refusal or a failure with its HTTP status.
#[derive(Debug)]
pub struct Error {
    /// HTTP status code.
    pub status: u16,
    /// At least one fault.
    pub faults: Vec<Fault>,
    /// What went wrong underneath; logged once, never sent.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A refusal with one fault.
    pub fn new(status: u16, code: &'static str, diagnostics: impl Into<String>) -> Self {
        let fault = Fault { code, diagnostics: diagnostics.into(), expression: None };
        Self { status, faults: vec![fault], source: None }
    }

    /// A refusal with several faults.
    pub fn faults(status: u16, faults: Vec<Fault>) -> Self {
        Self { status, faults, source: None }
    }

    /// Names the place of the (first) fault.
    #[must_use]
    pub fn at(mut self, expression: impl Into<String>) -> Self {
        if let Some(fault) = self.faults.first_mut() {
            fault.expression = Some(expression.into());
        }
        self
    }

    /// Names the entry of a Bundle that the faults are in.
    #[must_use]
    pub fn in_entry(mut self, at: usize) -> Self {
        for fault in &mut self.faults {
            let inner = fault.expression.take().map_or_else(String::new, |text| format!(": {text}"));
            fault.expression = Some(format!("Bundle.entry[{at}]{inner}"));
        }
        self
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(code: &'static str, diagnostics: impl Into<String>) -> Self {
        Self::new(400, code, diagnostics)
    }

    /// 401: no or no valid token.
    pub fn unauthorized(diagnostics: impl Into<String>) -> Self {
        Self::new(401, "login", diagnostics)
    }

    /// 403: the caller is known and may never do this, whatever exists.
    pub fn forbidden(diagnostics: impl Into<String>) -> Self {
        Self::new(403, "forbidden", diagnostics)
    }

    /// 404: absent, or hidden from this caller: the same words for both.
    pub fn not_found() -> Self {
        Self::new(404, "not-found", "no such resource")
    }

    /// 409: somebody else changed it at the same time.
    pub fn conflict(diagnostics: impl Into<String>) -> Self {
        Self::new(409, "conflict", diagnostics)
    }

    /// 412: a stated condition does not hold.
    pub fn precondition(diagnostics: impl Into<String>) -> Self {
        Self::new(412, "conflict", diagnostics)
    }

    /// 422: understood, but against a rule.
    pub fn unprocessable(code: &'static str, diagnostics: impl Into<String>) -> Self {
        Self::new(422, code, diagnostics)
    }

    /// 500: our fault; the cause stays here.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let mut error = Self::new(500, "exception", "the server failed; nothing was changed");
        error.source = Some(source.into());
        error
    }

    /// The error as an `OperationOutcome` resource.
    pub fn outcome(&self) -> Value {
        let issues: Vec<Value> = self
            .faults
            .iter()
            .map(|fault| {
                let mut issue = json!({
                    "severity": "error", "code": fault.code, "diagnostics": fault.diagnostics,
                });
                if let Some(expression) = &fault.expression {
                    issue["expression"] = json!([expression]);
                }
                issue
            })
            .collect();
        json!({"resourceType": "OperationOutcome", "issue": issues})
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.faults.first().map_or("refused", |fault| fault.diagnostics.as_str());
        write!(f, "{} {text}", self.status)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as &(dyn StdError + 'static))
    }
}
