//! GraphQL over FHIR, read-only (<https://hl7.org/fhir/R4/graphql.html>). What is fetched goes through the door as any read or
//! search does, each with its own audit record; what is hidden is null as what is absent is.
//!
//! Read in this order: [`schema`] (what may be selected where), [`check`] (the whole query, before anything is read), `run`
//! (the answer), `fetch` (what it reads), `list` (which elements of a list).

mod check;
mod fetch;
mod list;
mod out;
mod run;
mod schema;
mod variables;

use async_graphql_parser::types::{DocumentOperations, OperationDefinition, OperationType};
use async_graphql_parser::{Error as ParseError, parse_query};
use serde_json::{Map, Value, json};
use spil_fhir_profiles::definition::type_def;

use crate::access::Access;
use crate::error::Error;

use run::Run;
use schema::On;

/// Most bytes of a query.
const LONGEST: usize = 64 * 1024;

/// A query as it was asked.
#[derive(Debug, Default)]
pub struct Asked {
    /// Its text.
    pub query: String,
    /// Which of its operations.
    pub operation: Option<String>,
    /// Values of its variables.
    pub variables: Map<String, Value>,
}

/// The answer: `data` and, where something could not be answered, `errors`. With a type and id, the query is about that
/// resource; without, about the whole server.
///
/// # Errors
/// 400 when the query is wrong or costs too much, 404 when the resource that it is about is absent or hidden.
pub async fn answer(access: &Access, base: &str, about: Option<(&str, &str)>, asked: Asked) -> Result<Value, Error> {
    if asked.query.len() > LONGEST {
        return Err(Error::bad_request("too-long", "the query is over 64 KiB").at("query"));
    }
    let document = parse_query(&asked.query).map_err(|error| unreadable(&error))?;
    let operation = chosen(&document.operations, asked.operation.as_deref())?;
    if operation.ty != OperationType::Query {
        return Err(
            Error::bad_request("not-supported", "only queries: nothing is changed or followed here").at("query")
        );
    }
    if let Some(directive) = operation.directives.first() {
        let text = format!("`@{}` has no meaning here", directive.node.name.node);
        return Err(Error::bad_request("not-supported", text).at("query"));
    }
    let on = match about {
        Some((rtype, _)) => {
            let known = type_def(rtype).filter(|def| def.number.is_some());
            On::Of(known.ok_or_else(|| Error::new(404, "not-supported", "no such resource type in FHIR R4"))?)
        }
        None => On::System,
    };
    let set = &operation.selection_set.node;
    check::query(on, set, &document.fragments)?;
    let variables = variables::defined(&operation.variable_definitions, asked.variables)?;
    let mut run = Run::new(access, base, &document.fragments, variables);
    let root = match about {
        Some((rtype, id)) => access.read(rtype, id).await?.get().value()?,
        None => Value::Null,
    };
    let data = run.answer(on, &root, set).await?;
    let errors = run.into_errors();
    Ok(if errors.is_empty() { json!({"data": data}) } else { json!({"data": data, "errors": errors}) })
}

fn chosen<'d>(operations: &'d DocumentOperations, name: Option<&str>) -> Result<&'d OperationDefinition, Error> {
    let mut all = operations.iter();
    let found = match name {
        Some(name) => all.find(|(own, _)| own.is_some_and(|own| own.as_str() == name)),
        None => all.next().filter(|_| all.next().is_none()),
    };
    let refuse = || Error::bad_request("invalid", "the query must have one operation, or `operationName` one of them");
    found.map(|(_, operation)| &operation.node).ok_or_else(|| refuse().at("operationName"))
}

/// Where the text stops being GraphQL; not what stands there, which may be somebody's.
fn unreadable(error: &ParseError) -> Error {
    let place = match error {
        ParseError::Syntax { start, .. } => format!(" at line {}, column {}", start.line, start.column),
        _ => String::new(),
    };
    Error::bad_request("structure", format!("this is not a GraphQL query{place}")).at("query")
}
