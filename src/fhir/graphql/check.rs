//! The whole query, before anything is read: every field, argument, directive and fragment is known, and it is not too deep.

use std::collections::HashMap;

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{Directive, Field as Asked, FragmentDefinition, Selection, SelectionSet};
use spil_fhir_profiles::definition::type_def;

use crate::error::Error;

use super::schema::{Field, On, field};

/// Most levels.
const DEEPEST: usize = 24;
/// Most fields, those of fragments counted each time.
const MOST: usize = 2_000;

/// The fragments of a document. The parser names them in its own type, which reads as text.
pub type Fragments<N> = HashMap<N, Positioned<FragmentDefinition>>;

struct Check<'d> {
    fragments: Vec<(&'d str, &'d FragmentDefinition)>,
    fields: usize,
}

/// Checks a selection.
pub fn query<N: AsRef<str>>(on: On, set: &SelectionSet, fragments: &Fragments<N>) -> Result<(), Error> {
    let fragments = fragments.iter().map(|(name, fragment)| (name.as_ref(), &fragment.node)).collect();
    Check { fragments, fields: 0 }.set(on, set, 0)
}

fn wrong(text: String) -> Error {
    Error::bad_request("invalid", text).at("query")
}

impl Check<'_> {
    fn set(&mut self, on: On, set: &SelectionSet, depth: usize) -> Result<(), Error> {
        if depth > DEEPEST {
            let text = format!("the query is deeper than {DEEPEST} levels, or a fragment is inside itself");
            return Err(Error::bad_request("too-costly", text).at("query"));
        }
        for item in &set.items {
            self.fields += 1;
            if self.fields > MOST {
                return Err(Error::bad_request("too-costly", format!("more than {MOST} fields")).at("query"));
            }
            match &item.node {
                Selection::Field(asked) => self.field(on, &asked.node, depth)?,
                Selection::FragmentSpread(spread) => {
                    conditions(&spread.node.directives)?;
                    let name = spread.node.fragment_name.node.as_str();
                    let found = self.fragments.iter().find(|(own, _)| *own == name);
                    let fragment = found.ok_or_else(|| wrong(format!("there is no fragment `{name}`")))?.1;
                    let narrow = narrowed(on, fragment.type_condition.node.on.node.as_str())?;
                    self.set(narrow, &fragment.selection_set.node, depth + 1)?;
                }
                Selection::InlineFragment(inline) => {
                    conditions(&inline.node.directives)?;
                    let narrow = match &inline.node.type_condition {
                        Some(condition) => narrowed(on, condition.node.on.node.as_str())?,
                        None => on,
                    };
                    self.set(narrow, &inline.node.selection_set.node, depth + 1)?;
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, on: On, asked: &Asked, depth: usize) -> Result<(), Error> {
        let name = asked.name.node.as_str();
        let found = field(on, name).ok_or_else(|| wrong(format!("`{}` has no field `{name}`", on.name())))?;
        for (argument, _) in &asked.arguments {
            if !argument_is_known(found, argument.node.as_str()) {
                return Err(wrong(format!("`{name}` has no argument `{}`", argument.node)));
            }
        }
        let (inner, many) = match found {
            Field::TypeName => (None, false),
            Field::Element { on, many, primitive } => ((!primitive).then_some(on), many),
            Field::Refer => {
                let given = asked.get_argument("type").map(|given| given.node.to_string());
                let rtype = given.as_deref().and_then(|rtype| type_def(rtype.trim_matches('"')));
                (rtype.or_else(|| type_def("Resource")).map(On::Of), false)
            }
            Field::Read(def) => (Some(On::Of(def)), false),
            Field::Search(def) => (Some(On::Of(def)), true),
            Field::Connect(def) => (Some(On::Connection(def)), false),
        };
        directives(name, &asked.directives, many, inner.is_some())?;
        let set = &asked.selection_set.node;
        match inner {
            None if set.items.is_empty() => Ok(()),
            None => Err(wrong(format!("nothing can be selected of `{name}`"))),
            Some(_) if set.items.is_empty() => Err(wrong(format!("say what to select of `{name}`"))),
            Some(inner) => self.set(inner, set, depth + 1),
        }
    }
}

/// What a fragment is about: a type that there is.
fn narrowed(on: On, condition: &str) -> Result<On, Error> {
    if on.is(condition) && on.resource().is_none() {
        return Ok(on);
    }
    type_def(condition).map(On::Of).ok_or_else(|| wrong(format!("there is no type `{condition}`")))
}

fn argument_is_known(field: Field, name: &str) -> bool {
    match field {
        Field::TypeName | Field::Element { many: false, .. } => false,
        Field::Element { on, primitive, .. } => {
            let of_element =
                || !primitive && matches!(super::schema::field(on, name), Some(Field::Element { primitive: true, .. }));
            matches!(name, "fhirpath" | "_count" | "_offset") || of_element()
        }
        Field::Refer => matches!(name, "optional" | "type"),
        Field::Read(_) => name == "id",
        // The search says what it does not know.
        Field::Search(_) | Field::Connect(_) => true,
    }
}

fn conditions(list: &[Positioned<Directive>]) -> Result<(), Error> {
    let other = list.iter().find(|one| !matches!(one.node.name.node.as_str(), "include" | "skip"));
    match other {
        Some(one) => Err(wrong(format!("`@{}` has no meaning on a fragment", one.node.name.node))),
        None => Ok(()),
    }
}

fn directives(name: &str, list: &[Positioned<Directive>], many: bool, has_fields: bool) -> Result<(), Error> {
    for one in list {
        let directive = one.node.name.node.as_str();
        let fits = match directive {
            "include" | "skip" | "singleton" => true,
            "first" | "slice" => many,
            "flatten" => has_fields,
            _ => return Err(wrong(format!("there is no directive `@{directive}`"))),
        };
        if !fits {
            return Err(wrong(format!("`@{directive}` has no meaning on `{name}`")));
        }
    }
    Ok(())
}
