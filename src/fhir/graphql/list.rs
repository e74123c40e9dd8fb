//! Which elements of a list: by their values, by `fhirpath`, by place (<https://hl7.org/fhir/R4/graphql.html#list>).

use serde_json::Value;
use spil_fhir_profiles::path::{Item, Node, Path, Scope};

use crate::error::Error;

use super::variables::text;

/// The elements, of type `kind`, that the arguments ask.
pub fn chosen<'a>(
    root: &Value,
    kind: &str,
    items: Vec<&'a Value>,
    arguments: &[(&str, Value)],
) -> Result<Vec<&'a Value>, Error> {
    let mut items = items;
    let place =
        |wanted: &str| arguments.iter().find(|(name, _)| *name == wanted).map(|(name, value)| number(name, value));
    for (name, value) in arguments {
        match *name {
            "_count" | "_offset" => {}
            "fhirpath" => {
                let path = read(name, value)?;
                let mut kept = Vec::new();
                for item in items {
                    if holds(&path, root, Node::typed(item, kind))? {
                        kept.push(item);
                    }
                }
                items = kept;
            }
            // A missing variable asks for nothing.
            _ if value.is_null() => {}
            _ => {
                let wanted = text(value).ok_or_else(|| Error::bad_request("value", "not a simple value").at(*name))?;
                items.retain(|item| text(&item[*name]).is_some_and(|own| own == wanted));
            }
        }
    }
    let offset = place("_offset").transpose()?.unwrap_or_default();
    let count = place("_count").transpose()?.unwrap_or(usize::MAX);
    Ok(items.into_iter().skip(offset).take(count).collect())
}

/// What the parts of a sliced list are named by.
#[derive(Debug)]
pub enum Slice {
    /// The place in the list.
    Index,
    /// What a path finds.
    Path(Path),
}

impl Slice {
    /// Reads the path of `@slice`.
    pub fn read(value: &Value) -> Result<Self, Error> {
        if value == "$index" { Ok(Self::Index) } else { read("path", value).map(Self::Path) }
    }

    /// The name of the part that an element belongs to.
    pub fn name(&self, root: &Value, item: &Value, number: usize) -> String {
        let Self::Path(path) = self else { return number.to_string() };
        match path.evaluate(root, item).first() {
            Some(Item::Node(value, _)) => text(value).unwrap_or_default(),
            Some(Item::Bool(answer)) => answer.to_string(),
            Some(Item::Text(text) | Item::Resource(text)) => (*text).to_owned(),
            None => String::new(),
        }
    }
}

fn read(name: &str, value: &Value) -> Result<Path, Error> {
    let text = value.as_str().ok_or_else(|| Error::bad_request("value", "a path is text").at(name))?;
    Path::parse(text).map_err(|error| Error::bad_request("value", error.to_string()).at(name))
}

/// Whether a path holds for an element. One that fails is refused: it might have meant the opposite.
fn holds(path: &Path, root: &Value, item: Node<'_>) -> Result<bool, Error> {
    let holds = path.holds(&Scope::at(root, item));
    let refuse = |fault: spil_fhir_profiles::path::Fault| Error::bad_request("value", fault.to_string()).at("fhirpath");
    Ok(holds.map_err(refuse)? == Some(true))
}

fn number(name: &str, value: &Value) -> Result<usize, Error> {
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| Error::bad_request("value", "not a whole number").at(name))
}
