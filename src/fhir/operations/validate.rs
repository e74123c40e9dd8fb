//! `$validate` of a type or an instance (<https://hl7.org/fhir/R4/resource-operation-validate.html>): what is wrong with a
//! resource, and whether the server would take it. The answer is 200 also when much is wrong.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::validate::{self, Severity};

use crate::access::Interaction;
use crate::error::{Error, Fault};
use crate::fhir::answer;
use crate::fhir::call::Call;

use super::input::Input;

/// What the resource is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Nothing in particular.
    Plain,
    Create,
    Update,
    Delete,
    Profile,
}

/// Validates a resource that is sent.
pub async fn of_type(call: Call, Path(rtype): Path<String>, request: Request) -> Response {
    let done = run(&call, &rtype, None, request).await;
    answer::render(call.form, done)
}

/// Validates a resource that is stored, or one that is sent to take its place.
pub async fn of_instance(call: Call, Path((rtype, id)): Path<(String, String)>, request: Request) -> Response {
    let done = run(&call, &rtype, Some(&id), request).await;
    answer::render(call.form, done)
}

/// What is wrong, worst first as it is found.
#[derive(Default)]
struct Issues(Vec<Value>);

impl Issues {
    fn add(&mut self, severity: &str, code: &str, diagnostics: &str, expression: Option<&str>) {
        let mut issue = json!({"severity": severity, "code": code, "diagnostics": diagnostics});
        if let Some(expression) = expression.filter(|text| !text.is_empty()) {
            issue["expression"] = json!([expression]);
        }
        if !self.0.contains(&issue) {
            self.0.push(issue);
        }
    }

    fn outcome(mut self) -> Value {
        let fails = |issue: &Value| issue["severity"] == "error" || issue["severity"] == "fatal";
        if !self.0.iter().any(fails) {
            self.add("information", "informational", "nothing is wrong with this resource", None);
        }
        json!({"resourceType": "OperationOutcome", "issue": self.0})
    }
}

async fn run(call: &Call, rtype: &str, id: Option<&str>, request: Request) -> Result<Response, Error> {
    if type_number(rtype).is_none() {
        return Err(Error::new(404, "not-supported", "no such resource type in FHIR R4"));
    }
    let input = Input::read(call, request, &["resource", "mode", "profile"]).await?;
    let mode = mode(&input)?;
    let profiles = input.texts("profile")?;
    let profiles: Vec<&str> = profiles.iter().map(String::as_str).collect();
    if mode == Mode::Profile && profiles.is_empty() {
        return Err(Error::bad_request("required", "with this mode a profile is named").at("profile"));
    }
    let sent = input.resource("resource", None)?;
    let mut issues = Issues::default();
    let stored;
    let resource = match (sent, id) {
        (Some(resource), _) => Some(resource),
        (None, Some(_)) if mode == Mode::Delete => None,
        (None, Some(id)) => {
            stored = call.access.read(rtype, id).await?.get().value()?;
            Some(&stored)
        }
        (None, None) => return Err(Error::bad_request("required", "what to validate").at("resource")),
    };
    if let Some(resource) = resource {
        placed(&mut issues, rtype, id, resource);
        structure(call, &mut issues, resource, &profiles).await?;
    }
    let rehearsed = interaction(call, mode, rtype, id, sent)?;
    match rehearsed {
        Some(interaction) => rehearse(call, &mut issues, mode, &interaction).await?,
        None if sent.is_some() => call.access.note_validation(rtype).await?,
        None => {}
    }
    answer::resource(StatusCode::OK, &issues.outcome(), call.form)
}

fn mode(input: &Input) -> Result<Mode, Error> {
    match input.text("mode")?.as_deref() {
        None => Ok(Mode::Plain),
        Some("create") => Ok(Mode::Create),
        Some("update") => Ok(Mode::Update),
        Some("delete") => Ok(Mode::Delete),
        Some("profile") => Ok(Mode::Profile),
        Some(_) => Err(Error::bad_request("value", "`mode` is `create`, `update`, `delete` or `profile`").at("mode")),
    }
}

/// That the resource is the one of the address.
fn placed(issues: &mut Issues, rtype: &str, id: Option<&str>, resource: &Value) {
    if resource["resourceType"].as_str() != Some(rtype) {
        let text = "the resource is not of the type in the address";
        issues.add("error", "invalid", text, Some("resourceType"));
    }
    if let (Some(id), Some(own)) = (id, resource["id"].as_str())
        && id != own
    {
        let text = "the id in the resource is not the id in the address";
        issues.add("error", "value", text, Some(&format!("{rtype}.id")));
    }
}

/// What R4 says, and the profiles that the caller names or the resource claims.
async fn structure(call: &Call, issues: &mut Issues, resource: &Value, profiles: &[&str]) -> Result<(), Error> {
    let claims = resource["meta"]["profile"].as_array().is_some_and(|claimed| !claimed.is_empty());
    let found = if profiles.is_empty() && !claims {
        validate::validate(resource)
    } else {
        let (found, broken) = call.access.conforms(resource, profiles).await?;
        for (url, why) in broken {
            issues.add("warning", "not-supported", &format!("the definition `{url}` cannot be used: {why}"), None);
        }
        found
    };
    for issue in found {
        let severity = match issue.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
        };
        issues.add(severity, issue.code, &issue.diagnostics, Some(&issue.expression));
    }
    Ok(())
}

/// The write that the mode stands for.
fn interaction(
    call: &Call,
    mode: Mode,
    rtype: &str,
    id: Option<&str>,
    sent: Option<&Value>,
) -> Result<Option<Interaction>, Error> {
    let rtype = rtype.to_owned();
    let if_match = if matches!(mode, Mode::Update | Mode::Delete) { call.if_match()? } else { None };
    Ok(match (mode, id, sent) {
        (Mode::Plain | Mode::Profile, ..) => None,
        (Mode::Create, None, Some(body)) => {
            Some(Interaction::Create { rtype, body: body.clone(), if_none_exist: None })
        }
        (Mode::Create, ..) => {
            return Err(Error::bad_request("invalid", "a create has a resource, and no id in the address").at("mode"));
        }
        (Mode::Update, id, Some(body)) => {
            let id = id.or(body["id"].as_str());
            let id = id.ok_or_else(|| Error::bad_request("required", "an update has an id").at("resource"))?.to_owned();
            Some(Interaction::Update { rtype, id, body: body.clone(), if_match })
        }
        (Mode::Update, _, None) => {
            return Err(Error::bad_request("required", "an update has a resource").at("resource"));
        }
        (Mode::Delete, Some(id), _) => Some(Interaction::Delete { rtype, id: id.to_owned(), if_match }),
        (Mode::Delete, None, _) => {
            return Err(Error::bad_request("required", "a delete has an id in the address").at("mode"));
        }
    })
}

async fn rehearse(call: &Call, issues: &mut Issues, mode: Mode, interaction: &Interaction) -> Result<(), Error> {
    let released = call.access.rehearse(interaction).await?;
    for Fault { code, diagnostics, expression } in &released.get().faults {
        issues.add("error", code, diagnostics, expression.as_deref());
    }
    if mode == Mode::Delete && released.get().faults.is_empty() && !released.get().exists {
        issues.add("warning", "not-found", "there is nothing (any more) to delete", None);
    }
    Ok(())
}
