//! Values of arguments, with the variables that they name.

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{Directive, VariableDefinition};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;

/// How the parser writes a variable: no value of a query can look like it.
const VARIABLE: &str = "$var";

/// The variables that an operation defines, with what was given or their defaults.
pub fn defined(
    definitions: &[Positioned<VariableDefinition>],
    mut given: Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    let mut all = Map::new();
    for definition in definitions {
        let name = definition.node.name.node.to_string();
        let default = definition.node.default_value.as_ref().map(|value| plain(&value.node)).transpose()?;
        let value = given.remove(&name).or(default).unwrap_or(Value::Null);
        if value.is_null() && !definition.node.var_type.node.nullable {
            return Err(Error::bad_request("required", format!("the variable `{name}` has no value")).at("variables"));
        }
        all.insert(name, value);
    }
    Ok(all)
}

/// A value of the query with its variables filled in.
pub fn filled<V: Serialize>(value: &V, variables: &Map<String, Value>) -> Result<Value, Error> {
    fill(plain(value)?, variables)
}

fn plain<V: Serialize>(value: &V) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(Error::internal)
}

fn fill(value: Value, variables: &Map<String, Value>) -> Result<Value, Error> {
    Ok(match value {
        Value::Object(members) => {
            if let (1, Some(Value::String(name))) = (members.len(), members.get(VARIABLE)) {
                let unknown =
                    || Error::bad_request("invalid", format!("the variable `{name}` is not defined")).at("query");
                return variables.get(name).cloned().ok_or_else(unknown);
            }
            let filled = members.into_iter().map(|(name, value)| Ok((name, fill(value, variables)?)));
            Value::Object(filled.collect::<Result<_, Error>>()?)
        }
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| fill(item, variables)).collect::<Result<_, Error>>()?)
        }
        other => other,
    })
}

/// Whether `@include` and `@skip` let something through.
pub fn included(directives: &[Positioned<Directive>], variables: &Map<String, Value>) -> Result<bool, Error> {
    for one in directives {
        let name = one.node.name.node.as_str();
        if !matches!(name, "include" | "skip") {
            continue;
        }
        let condition = one.node.get_argument("if").map(|value| filled(&value.node, variables)).transpose()?;
        let Some(Value::Bool(holds)) = condition else {
            return Err(Error::bad_request("value", format!("`@{name}` has a boolean `if`")).at("query"));
        };
        if holds != (name == "include") {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A simple value as text.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(answer) => Some(answer.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
