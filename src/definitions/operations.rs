//! The operations that are our own. What is published here is what the handlers accept: they read their parameters by these
//! tables.

use serde_json::{Value, json};

use super::{BASE, definition};

/// What every operation takes besides: parameters of the API, which no definition lists
/// (<https://hl7.org/fhir/R4/http.html#parameters>).
const OF_THE_API: [&str; 3] = ["_format", "_pretty", "_language"];

/// An operation on one resource of a type.
#[derive(Debug)]
pub struct Operation {
    /// The type.
    pub on: &'static str,
    /// Its code, without the `$`.
    pub code: &'static str,
    name: &'static str,
    title: &'static str,
    about: &'static str,
    takes: &'static [Parameter],
    gives: &'static [Parameter],
}

/// A parameter, in or out.
#[derive(Debug)]
struct Parameter {
    name: &'static str,
    often: (u8, &'static str),
    /// None where it has parts.
    kind: Option<&'static str>,
    about: &'static str,
    parts: &'static [Parameter],
}

const fn parameter(
    name: &'static str,
    often: (u8, &'static str),
    kind: &'static str,
    about: &'static str,
) -> Parameter {
    Parameter { name, often, kind: Some(kind), about, parts: &[] }
}

const DOCUMENT: &[Parameter] = &[parameter(
    "return",
    (1, "1"),
    "Bundle",
    "A document; asked for as text/html or application/pdf the same to read or to keep.",
)];

/// `Patient/{id}/$medication-overview`.
pub static MEDICATION_OVERVIEW: Operation = Operation {
    on: "Patient",
    code: "medication-overview",
    name: "PatientMedicationOverview",
    title: "Medication overview",
    about: "Composes what a patient uses, used and agreed upon in medicines, of what the caller may see.",
    takes: &[
        parameter("include-administrations", (0, "1"), "boolean", "Whether what was given is in it as well."),
        parameter(
            "_profile",
            (0, "1"),
            "canonical",
            "Which form: that of a document with a Composition, or of a searchset with the List of the medication process.",
        ),
    ],
    gives: DOCUMENT,
};

/// `Patient/{id}/$acp`.
pub static ACP: Operation = Operation {
    on: "Patient",
    code: "acp",
    name: "PatientAdvanceCarePlan",
    title: "Wishes and limits",
    about: "Composes the advance care plan of a patient, of what the caller may see.",
    takes: &[],
    gives: DOCUMENT,
};

/// `Patient/{id}/$eoverdracht`.
pub static HANDOFF: Operation = Operation {
    on: "Patient",
    code: "eoverdracht",
    name: "PatientNursingHandoff",
    title: "Nursing handoff",
    about: "The newest nursing handoff of a patient that a sender composed, or one composed of the record, of what the \
            caller may see.",
    takes: &[],
    gives: DOCUMENT,
};

/// `Patient/{id}/$consent-check`.
pub static CONSENT_CHECK: Operation = Operation {
    on: "Patient",
    code: "consent-check",
    name: "PatientConsentCheck",
    title: "What would be answered",
    about: "Whether an organisation would be shown data of a category, and why. The patient asks about any organisation, an \
            organisation about itself.",
    takes: &[
        parameter("organisation", (1, "1"), "string", "The id of the Organization."),
        parameter("category", (1, "1"), "code", "The category, as the code system data-category has it."),
        parameter("purpose", (0, "1"), "code", "The purpose of use; TREAT when it is not given."),
    ],
    gives: &[
        parameter("permit", (1, "1"), "boolean", "Whether it would be shown."),
        parameter("ground", (1, "1"), "code", "On what ground, as the code system ground has it."),
        Parameter {
            name: "reason",
            often: (0, "*"),
            kind: None,
            about: "Why, in words.",
            parts: &[
                parameter("nl", (1, "1"), "string", "In Dutch."),
                parameter("en", (1, "1"), "string", "In English."),
            ],
        },
    ],
};

/// `SearchParameter/{id}/$index-status`.
pub static INDEX_STATUS: Operation = Operation {
    on: "SearchParameter",
    code: "index-status",
    name: "SearchParameterIndexStatus",
    title: "Progress of an index",
    about: "How far the index of a search parameter is that was given at run time.",
    takes: &[],
    gives: &[
        parameter("state", (1, "1"), "code", "requested, indexing, active, failed or removed."),
        parameter("indexed", (1, "1"), "integer", "How many resources are indexed."),
        parameter("total", (1, "1"), "integer", "Of how many."),
        parameter("fault", (0, "1"), "string", "Why it failed."),
    ],
};

/// All of them.
pub static OWN: [&Operation; 5] = [&MEDICATION_OVERVIEW, &ACP, &HANDOFF, &CONSENT_CHECK, &INDEX_STATUS];

impl Operation {
    /// The address of its definition.
    pub fn url(&self) -> String {
        format!("{BASE}/OperationDefinition/{}-{}", self.on, self.code)
    }

    /// The names of all that it takes; anything else is refused.
    pub fn known(&self) -> Vec<&'static str> {
        self.takes.iter().map(|one| one.name).chain(OF_THE_API).collect()
    }

    fn definition(&self) -> Value {
        let id = format!("{}-{}", self.on, self.code);
        let mut body = definition("OperationDefinition", &id, self.name, self.title, self.about);
        for (name, value) in [
            ("kind", json!("operation")),
            ("affectsState", json!(false)),
            ("code", json!(self.code)),
            ("resource", json!([self.on])),
            ("system", json!(false)),
            ("type", json!(false)),
            ("instance", json!(true)),
        ] {
            body[name] = value;
        }
        let of = |list: &[Parameter], usage| list.iter().map(|one| one.json(usage)).collect::<Vec<_>>();
        body["parameter"] = Value::Array([of(self.takes, "in"), of(self.gives, "out")].concat());
        body
    }
}

impl Parameter {
    fn json(&self, usage: &str) -> Value {
        let (min, max) = self.often;
        let mut one = json!({"name": self.name, "use": usage, "min": min, "max": max, "documentation": self.about});
        if let Some(kind) = self.kind {
            one["type"] = json!(kind);
        }
        if !self.parts.is_empty() {
            one["part"] = self.parts.iter().map(|part| part.json(usage)).collect();
        }
        one
    }
}

/// The definition of each.
pub(super) fn operations() -> impl Iterator<Item = Value> {
    OWN.iter().map(|one| one.definition())
}
