//! What a resource leaves in the search index (<https://hl7.org/fhir/R4/search.html>).

mod date;
mod number;
mod position;
mod reference;
mod rows;
mod string;
mod token;
mod words;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::LazyLock;

use serde_json::Value;

use crate::definition::type_number;
use crate::medication;
use crate::parameters::{Param, ParamKind, Parameters, parameters};
use crate::path::{Item, Path};

pub use date::range as time_range;
pub use position::point;
pub use rows::{
    CanonicalRow, Contained, DateRow, IndexRows, NumberRow, PositionRow, QuantityRow, ReferenceRow, StringRow,
    TokenRow, UriRow, Words,
};
pub use string::normalize;
pub use token::coded;
pub use words::{listed, words};

/// The longest text of a row, in characters.
pub const MAX_LENGTH: usize = 512;

/// Most contained resources of one resource that can be searched.
pub const MAX_CONTAINED: usize = 1_000;

/// A parameter with its expressions read.
#[derive(Debug)]
struct Compiled {
    number: u16,
    kind: ParamKind,
    path: Path,
    components: Vec<Compiled>,
    reading: Reading,
}

/// How the values of a parameter are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As its kind says.
    Plain,
    /// As the period in which a medicine is used.
    Used,
    /// As the stop of a treatment.
    Stopped,
}

impl Reading {
    fn of(param: &Param) -> Self {
        match &*param.url {
            medication::PERIOD_OF_USE => Self::Used,
            medication::IS_LATEST_STOP => Self::Stopped,
            _ => Self::Plain,
        }
    }
}

/// Parameters by resource type, ready to look into resources.
#[derive(Debug, Default)]
pub struct Extraction(HashMap<&'static str, Vec<Compiled>>);

static STANDARD: LazyLock<Extraction> = LazyLock::new(|| Extraction::of(parameters().all()));

impl Extraction {
    /// Reads the expressions of parameters; one that cannot be read finds nothing.
    pub fn of<'p>(params: impl IntoIterator<Item = &'p Param>) -> Self {
        let mut all: HashMap<_, Vec<Compiled>> = HashMap::new();
        for param in params {
            let Ok(path) = Path::parse(&param.expression) else { continue };
            let parts = param.components.iter().filter_map(|part| {
                let path = Path::parse(&part.expression).ok()?;
                let (number, kind, reading) = (part.number, part.kind, Reading::Plain);
                Some(Compiled { number, kind, path, components: Vec::new(), reading })
            });
            let (number, kind, reading) = (param.number, param.kind, Reading::of(param));
            let compiled = Compiled { number, kind, path, components: parts.collect(), reading };
            all.entry(param.rtype).or_default().push(compiled);
        }
        Self(all)
    }

    /// The rows that these parameters alone find in a resource.
    pub fn rows(&self, resource: &Value) -> IndexRows {
        let mut rows = IndexRows::default();
        self.add(resource, &mut rows);
        rows.once();
        rows
    }

    fn add(&self, resource: &Value, rows: &mut IndexRows) {
        let rtype = resource["resourceType"].as_str().unwrap_or_default();
        for name in [crate::parameters::BASE, rtype] {
            for param in self.0.get(name).into_iter().flatten() {
                param.extract(resource, rows);
            }
        }
    }
}

/// The rows of a resource, for the standard's search parameters of its type and of every resource; contained resources
/// have rows of their own.
pub fn extract(resource: &Value) -> IndexRows {
    whole(resource, |resource| STANDARD.rows(resource))
}

/// The rows of a resource for all of these parameters, those that are not searched yet too.
pub fn extract_with(parameters: &Parameters, resource: &Value) -> IndexRows {
    whole(resource, |resource| {
        let mut rows = IndexRows::default();
        STANDARD.add(resource, &mut rows);
        parameters.extraction().add(resource, &mut rows);
        rows.once();
        rows
    })
}

/// The rows of a resource, its words and the rows of what it contains.
fn whole(resource: &Value, own: impl Fn(&Value) -> IndexRows) -> IndexRows {
    let mut rows = own(resource);
    if resource["resourceType"].as_str().is_some_and(|rtype| type_number(rtype).is_some()) {
        rows.words = words::of(resource);
        let contained = resource["contained"].as_array().into_iter().flatten().filter_map(|inside| {
            let rtype = type_number(inside["resourceType"].as_str()?)?;
            let id = format!("#{}", short(inside["id"].as_str()?));
            Some(Contained { rtype, id, rows: own(inside) })
        });
        rows.contained = contained.take(MAX_CONTAINED).collect();
    }
    rows
}

impl IndexRows {
    /// Removes rows that are there already.
    fn once(&mut self) {
        once(&mut self.tokens, Clone::clone);
        once(&mut self.strings, Clone::clone);
        once(&mut self.references, Clone::clone);
        once(&mut self.dates, Clone::clone);
        once(&mut self.uris, Clone::clone);
        once(&mut self.numbers, |row| (row.param, row.ord, row.low.to_bits(), row.high.to_bits()));
        once(&mut self.quantities, |row| {
            let unit = (row.system.clone(), row.code.clone(), row.unit.clone());
            (row.param, row.ord, unit, row.low.to_bits(), row.high.to_bits())
        });
    }
}

impl Compiled {
    fn extract(&self, resource: &Value, rows: &mut IndexRows) {
        if self.reading == Reading::Stopped {
            return self.stopped(resource, rows);
        }
        let found = self.path.evaluate(resource, resource);
        if self.kind == ParamKind::Composite {
            for (item, ord) in found.into_iter().zip(1..) {
                if let Item::Node(element, _) = item {
                    self.compose(resource, element, ord, rows);
                }
            }
            return;
        }
        for item in found {
            let key = Key { param: self.number, ord: 0 };
            match item {
                Item::Node(value, _) if self.reading == Reading::Used => {
                    rows.dates.extend(date::interval(key, medication::interval(value, resource)));
                }
                item => add(self.kind, key, item, rows),
            }
        }
    }

    /// Two rows: which treatment was stopped, by which kind of block, and when that was agreed.
    fn stopped(&self, resource: &Value, rows: &mut IndexRows) {
        let Some((treatment, agreed)) = medication::stop(resource) else { return };
        let [treated, at] = self.components.as_slice() else { return };
        rows.tokens.push(token::plain(Key { param: treated.number, ord: 1 }, &treatment));
        rows.dates.extend(date::interval(Key { param: at.number, ord: 1 }, Some((agreed, agreed))));
    }

    /// The rows of one element of a composite; none if a part has no value, for then nothing can match.
    fn compose(&self, resource: &Value, element: &Value, ord: u16, rows: &mut IndexRows) {
        let mut own = IndexRows::default();
        for part in &self.components {
            let before = own.values();
            for value in part.path.evaluate(resource, element) {
                add(part.kind, Key { param: part.number, ord }, value, &mut own);
            }
            if own.values() == before {
                return;
            }
        }
        rows.take_values(own);
    }
}

/// What every row starts with.
#[derive(Clone, Copy)]
struct Key {
    param: u16,
    ord: u16,
}

/// Adds the rows of one value.
fn add(kind: ParamKind, key: Key, item: Item<'_>, rows: &mut IndexRows) {
    let value = match item {
        Item::Node(value, _) => value,
        Item::Bool(answer) if kind == ParamKind::Token => {
            rows.tokens.push(token::plain(key, if answer { "true" } else { "false" }));
            return;
        }
        _ => return,
    };
    match kind {
        ParamKind::Token => rows.tokens.extend(token::row(key, value)),
        ParamKind::String => string::add(key, value, &mut rows.strings),
        ParamKind::Reference => reference::add(key, value, &mut rows.references),
        ParamKind::Date => rows.dates.extend(date::row(key, value)),
        ParamKind::Number => rows.numbers.extend(number::row(key, value)),
        ParamKind::Quantity => rows.quantities.extend(number::quantity(key, value)),
        ParamKind::Uri => {
            let uris = value.as_str().into_iter().flat_map(reference::versions);
            rows.uris.extend(uris.map(|uri| UriRow { param: key.param, ord: key.ord, uri: short(uri) }));
        }
        ParamKind::Special => rows.positions.extend(position::row(key, value)),
        ParamKind::Composite => {}
    }
}

/// At most [`MAX_LENGTH`] characters of a text.
fn short(text: &str) -> String {
    text[..end(text)].to_owned()
}

/// Leaves at most [`MAX_LENGTH`] characters of a text.
fn cut(text: &mut String) {
    text.truncate(end(text));
}

/// Where the first [`MAX_LENGTH`] characters of a text end.
fn end(text: &str) -> usize {
    if text.len() <= MAX_LENGTH {
        return text.len();
    }
    text.char_indices().nth(MAX_LENGTH).map_or(text.len(), |(end, _)| end)
}

/// Up to so many rows are compared one by one: that is less work than a set of them.
const FEW: usize = 24;

/// Removes rows that are there already.
fn once<T: PartialEq, K: Eq + Hash>(rows: &mut Vec<T>, key: impl Fn(&T) -> K) {
    if rows.len() > FEW {
        let mut seen = std::collections::HashSet::with_capacity(rows.len());
        rows.retain(|row| seen.insert(key(row)));
        return;
    }
    let mut at = 1;
    while at < rows.len() {
        if rows[..at].contains(&rows[at]) {
            rows.remove(at);
        } else {
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests;
