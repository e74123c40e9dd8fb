//! The answer: one selection after the other, on what is at hand and on what the door gives.

use std::collections::HashMap;

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{Directive, Field as Asked, FragmentDefinition, Selection, SelectionSet};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use spil_fhir_profiles::definition::type_def;

use crate::access::Access;
use crate::error::Error;

use super::check::Fragments;
use super::list;
use super::out::Out;
use super::schema::{Field, On, field};
use super::variables::{filled, included, text};

/// Most things in an answer.
const MOST: usize = 50_000;
/// Most errors that are told.
const ERRORS: usize = 100;

/// One query while it runs.
pub struct Run<'d> {
    pub(super) access: &'d Access,
    pub(super) base: &'d str,
    fragments: HashMap<&'d str, &'d FragmentDefinition>,
    variables: Map<String, Value>,
    /// Passes through the door.
    pub(super) passes: usize,
    /// What was read already; none for what is absent or hidden.
    pub(super) known: HashMap<(String, String), Option<Value>>,
    things: usize,
    errors: Vec<Value>,
    path: Vec<String>,
}

/// A field that is asked once or more often under one name.
pub(super) struct Picked<'d> {
    pub(super) key: &'d str,
    pub(super) asked: &'d Asked,
    sets: Vec<&'d SelectionSet>,
}

/// What a selection is made on.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) on: On,
    pub(super) value: &'a Value,
    /// The resource that it is part of.
    pub(super) root: &'a Value,
    /// Whether a list around it is flattened.
    list: bool,
}

impl<'d> Run<'d> {
    /// A run on behalf of a caller.
    pub fn new<N: AsRef<str>>(
        access: &'d Access,
        base: &'d str,
        fragments: &'d Fragments<N>,
        variables: Map<String, Value>,
    ) -> Self {
        let fragments = fragments.iter().map(|(name, fragment)| (name.as_ref(), &fragment.node)).collect();
        Self {
            access,
            base,
            fragments,
            variables,
            passes: 0,
            known: HashMap::new(),
            things: 0,
            errors: Vec::new(),
            path: Vec::new(),
        }
    }

    /// The `data` of the whole query.
    pub async fn answer(&mut self, on: On, value: &Value, set: &'d SelectionSet) -> Result<Value, Error> {
        let mut out = Out::default();
        self.object(At { on, value, root: value, list: false }, vec![set], &mut out).await?;
        Ok(out.finish())
    }

    /// What could not be answered.
    pub fn into_errors(self) -> Vec<Value> {
        self.errors
    }

    /// Notes that a field could not be answered.
    pub(super) fn fail(&mut self, message: &str) {
        if self.errors.len() < ERRORS {
            self.errors.push(json!({"message": message, "path": self.path}));
        }
    }

    /// The value of an argument.
    pub(super) fn argument(&self, asked: &'d Asked, name: &str) -> Result<Option<Value>, Error> {
        asked.get_argument(name).map(|given| filled(&given.node, &self.variables)).transpose()
    }

    /// All arguments, in order.
    pub(super) fn arguments(&self, asked: &'d Asked) -> Result<Vec<(&'d str, Value)>, Error> {
        let given = asked.arguments.iter();
        given.map(|(name, value)| Ok((name.node.as_str(), filled(&value.node, &self.variables)?))).collect()
    }

    fn object<'a>(
        &'a mut self,
        at: At<'a>,
        sets: Vec<&'d SelectionSet>,
        out: &'a mut Out,
    ) -> BoxFuture<'a, Result<(), Error>>
    where
        'd: 'a,
    {
        Box::pin(async move {
            // Elsewhere than R4 says only `Resource`, the resource itself tells what it is.
            let actual = at.on.resource().and_then(|_| type_def(at.value["resourceType"].as_str()?));
            let on = actual.map_or(at.on, On::Of);
            let root = if on.resource().is_some() { at.value } else { at.root };
            let at = At { on, root, ..at };
            let mut picked = Vec::new();
            for set in sets {
                self.pick(on, set, &mut picked)?;
            }
            for one in picked {
                self.path.push(one.key.to_owned());
                self.one(at, one, out).await?;
                self.path.pop();
            }
            Ok(())
        })
    }

    /// The fields of a selection, those of its fragments among them; the same name twice is one field.
    fn pick(&self, on: On, set: &'d SelectionSet, picked: &mut Vec<Picked<'d>>) -> Result<(), Error> {
        for item in &set.items {
            if !included(item.node.directives(), &self.variables)? {
                continue;
            }
            match &item.node {
                Selection::Field(asked) => {
                    let (key, asked) = (asked.node.response_key().node.as_str(), &asked.node);
                    let set = &asked.selection_set.node;
                    let Some(same) = picked.iter_mut().find(|one| one.key == key && slice(one.asked) == slice(asked))
                    else {
                        picked.push(Picked { key, asked, sets: vec![set] });
                        continue;
                    };
                    let arguments = |asked: &Asked| {
                        format!(
                            "{:?}",
                            asked.arguments.iter().map(|(name, value)| (&name.node, &value.node)).collect::<Vec<_>>()
                        )
                    };
                    if same.asked.name.node != asked.name.node || arguments(same.asked) != arguments(asked) {
                        let text = format!("`{key}` stands for two different fields: give one of them another name");
                        return Err(Error::bad_request("invalid", text).at("query"));
                    }
                    same.sets.push(set);
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.fragments.get(spread.node.fragment_name.node.as_str());
                    if let Some(fragment) = fragment
                        && on.is(fragment.type_condition.node.on.node.as_str())
                    {
                        self.pick(on, &fragment.selection_set.node, picked)?;
                    }
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    if condition.is_none_or(|condition| on.is(condition.node.on.node.as_str())) {
                        self.pick(on, &inline.node.selection_set.node, picked)?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn one(&mut self, at: At<'_>, picked: Picked<'d>, out: &mut Out) -> Result<(), Error> {
        let asked = picked.asked;
        match field(at.on, asked.name.node.as_str()) {
            None => {
                let text = format!("`{}` has no field `{}`", at.on.name(), asked.name.node);
                Err(Error::bad_request("invalid", text).at("query"))
            }
            Some(Field::TypeName) => {
                let name = Value::String(at.on.name());
                self.place(At { value: &name, ..at }, &picked, vec![&name], (true, false), out).await
            }
            Some(Field::Element { on, many, primitive }) => {
                let items: Vec<&Value> = match &at.value[asked.name.node.as_str()] {
                    Value::Array(items) => items.iter().filter(|item| !item.is_null()).collect(),
                    Value::Null => Vec::new(),
                    one => vec![one],
                };
                let arguments = self.arguments(asked)?;
                let kind = on.name().replace('_', ".");
                let items = if arguments.is_empty() { items } else { list::chosen(at.root, &kind, items, &arguments)? };
                self.place(At { on, ..at }, &picked, items, (primitive, many), out).await
            }
            Some(Field::Refer) => {
                let found = self.referred(at, asked).await?;
                let on = type_def("Resource").map_or(at.on, On::Of);
                self.place(At { on, ..at }, &picked, found.iter().collect(), (false, false), out).await
            }
            Some(Field::Read(def)) => {
                let id = self.argument(asked, "id")?.as_ref().and_then(text);
                let id =
                    id.ok_or_else(|| Error::bad_request("required", "a resource is asked by its `id`").at("query"))?;
                let found = self.read(def.name, &id).await?;
                self.place(At { on: On::Of(def), ..at }, &picked, found.iter().collect(), (false, false), out).await
            }
            Some(Field::Search(def)) => {
                let found = self.search(at, def, asked).await?;
                self.place(At { on: On::Of(def), ..at }, &picked, found.iter().collect(), (false, true), out).await
            }
            Some(Field::Connect(def)) => {
                let found = self.connect(at, def, asked).await?;
                self.place(At { on: On::Connection(def), ..at }, &picked, found.iter().collect(), (false, false), out)
                    .await
            }
        }
    }

    /// Puts what a field found into the answer, as its directives say.
    async fn place(
        &mut self,
        at: At<'_>,
        picked: &Picked<'d>,
        mut items: Vec<&Value>,
        (primitive, many): (bool, bool),
        out: &mut Out,
    ) -> Result<(), Error> {
        let has = |name: &str| directive(picked.asked, name).is_some();
        if has("first") {
            items.truncate(1);
        }
        self.things += items.len();
        if self.things > MOST {
            return Err(
                Error::bad_request("too-costly", format!("the answer holds more than {MOST} things")).at("query")
            );
        }
        if has("flatten") {
            for item in items {
                let inner = At { value: item, list: at.list || many, ..at };
                self.object(inner, picked.sets.clone(), out).await?;
            }
            return Ok(());
        }
        let list = (many || at.list) && !has("singleton");
        let slice = slice(picked.asked).map(|path| filled(path, &self.variables)).transpose()?;
        let slice = slice.as_ref().map(list::Slice::read).transpose()?;
        if slice.is_none() {
            out.reserve(picked.key, list);
        }
        for (number, item) in items.into_iter().enumerate() {
            let value = if primitive {
                item.clone()
            } else {
                let mut inner = Out::default();
                self.object(At { value: item, list: false, ..at }, picked.sets.clone(), &mut inner).await?;
                inner.finish()
            };
            let key = match &slice {
                Some(slice) => format!("{}.{}", picked.key, slice.name(at.root, item, number)),
                None => picked.key.to_owned(),
            };
            if !out.push(&key, value, list) {
                self.fail("there is more than one value where `@singleton` allows one");
            }
        }
        Ok(())
    }
}

/// A directive of a field.
fn directive<'d>(asked: &'d Asked, name: &str) -> Option<&'d Directive> {
    let find = |one: &&'d Positioned<Directive>| one.node.name.node == *name;
    asked.directives.iter().find(find).map(|one| &one.node)
}

/// The path of `@slice`.
fn slice(asked: &Asked) -> Option<&(impl serde::Serialize + PartialEq + use<>)> {
    directive(asked, "slice")?.get_argument("path").map(|path| &path.node)
}
