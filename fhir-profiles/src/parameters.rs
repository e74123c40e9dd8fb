//! The search parameters of FHIR R4 (<https://hl7.org/fhir/R4/searchparameter-registry.html>) and those that Nictiz adds
//! for medication, as numbers that never change: the index stores them.

mod custom;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::definition::type_number;
use crate::index::Extraction;

pub use custom::{Custom, CustomPart, Fault};

const R4: &str = include_str!("../r4/parameters.tsv");
const NL: &str = include_str!("../r4/parameters-nl.tsv");

/// The type name of the parameters that every resource has.
pub const BASE: &str = "Resource";

/// How a parameter's values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamKind {
    /// Code, identifier, boolean.
    Token,
    /// Text.
    String,
    /// Reference to a resource.
    Reference,
    /// Moment or period.
    Date,
    /// Number without a unit.
    Number,
    /// Number with a unit.
    Quantity,
    /// Address.
    Uri,
    /// Several values of one element together.
    Composite,
    /// Its own rules; not in the index.
    Special,
}

impl ParamKind {
    /// The kind by the standard's word for it.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "token" => Self::Token,
            "string" => Self::String,
            "reference" => Self::Reference,
            "date" => Self::Date,
            "number" => Self::Number,
            "quantity" => Self::Quantity,
            "uri" => Self::Uri,
            "composite" => Self::Composite,
            "special" => Self::Special,
            _ => return None,
        })
    }

    /// The standard's word for the kind.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::String => "string",
            Self::Reference => "reference",
            Self::Date => "date",
            Self::Number => "number",
            Self::Quantity => "quantity",
            Self::Uri => "uri",
            Self::Composite => "composite",
            Self::Special => "special",
        }
    }
}

/// One search parameter of one resource type.
#[derive(Debug, Clone)]
pub struct Param {
    /// The number in the index.
    pub number: u16,
    /// The resource type, or [`BASE`].
    pub rtype: &'static str,
    /// The name in a query.
    pub code: Cow<'static, str>,
    /// How its values compare.
    pub kind: ParamKind,
    /// Numbers of the resource types that a reference may point at; empty if any.
    pub targets: Vec<u16>,
    /// The parts of a composite, in query order.
    pub components: Vec<Component>,
    /// Where the values are, in `FHIRPath`, for this resource type only.
    pub expression: Cow<'static, str>,
    /// The canonical address of the definition.
    pub url: Cow<'static, str>,
}

/// One part of a composite parameter.
#[derive(Debug, Clone)]
pub struct Component {
    /// The number in the index.
    pub number: u16,
    /// The name of the plain parameter that defines the part.
    pub code: Cow<'static, str>,
    /// How its values compare.
    pub kind: ParamKind,
    /// Numbers of the resource types that a reference may point at; empty if any.
    pub targets: Vec<u16>,
    /// Where the values are, seen from the composite's element.
    pub expression: Cow<'static, str>,
}

/// A set of search parameters by type and name: those of the standard, with those that this server was given beside them.
#[derive(Debug, Default)]
pub struct Parameters {
    /// What the set is laid over.
    standard: Option<&'static Parameters>,
    rows: Vec<Param>,
    by_type: HashMap<&'static str, BTreeMap<Cow<'static, str>, usize>>,
    by_number: HashMap<u16, usize>,
    extraction: Extraction,
    /// Numbers of the standard's that cannot be asked for yet.
    waiting: Vec<u16>,
}

static ALL: LazyLock<Parameters> = LazyLock::new(|| Parameters::read(&[R4, NL]));

/// The search parameters of the standard, the same on every server.
pub fn parameters() -> &'static Parameters {
    &ALL
}

impl Parameters {
    /// The standard's parameters with these beside them. `searched` can be asked for; `indexed` only leave rows in the
    /// index, until all that is stored has them; one of the standard's among those waits likewise.
    pub fn with(searched: Vec<Param>, indexed: &[Param]) -> Self {
        let is_given = |param: &&Param| parameters().number(param.number).is_none();
        let mut all = Self { standard: Some(parameters()), ..Self::default() };
        all.extraction = Extraction::of(searched.iter().chain(indexed).filter(is_given));
        all.waiting = indexed.iter().filter(|param| !is_given(param)).map(|param| param.number).collect();
        for param in searched.into_iter().filter(|param| is_given(&param)) {
            all.add(param);
        }
        all
    }

    /// The parameter `code` of `rtype`, own or of every resource.
    pub fn get(&self, rtype: &str, code: &str) -> Option<&Param> {
        let find = |rtype: &str| self.by_type.get(rtype).and_then(|codes| codes.get(code));
        let standard = self.standard.and_then(|standard| standard.get(rtype, code));
        let standard = standard.filter(|param| !self.waiting.contains(&param.number));
        standard.or_else(|| find(rtype).or_else(|| find(BASE)).map(|&at| &self.rows[at]))
    }

    /// All parameters of `rtype`, its own first and then those of every resource.
    pub fn of(&self, rtype: &str) -> impl Iterator<Item = &Param> {
        let sets = [self.standard, Some(self)].into_iter().flatten();
        let types = [rtype, BASE].map(|rtype| sets.clone().filter_map(move |set| set.own(rtype)));
        types.into_iter().flatten().flatten()
    }

    /// All parameters of all types.
    pub fn all(&self) -> impl Iterator<Item = &Param> {
        self.standard.into_iter().flat_map(|standard| &standard.rows).chain(&self.rows)
    }

    /// The parameter, or the composite with the component, that has `number`.
    pub fn number(&self, number: u16) -> Option<&Param> {
        let standard = self.standard.and_then(|standard| standard.number(number));
        standard.or_else(|| self.by_number.get(&number).map(|&at| &self.rows[at]))
    }

    /// What the parameters beside the standard's find in a resource.
    pub(crate) fn extraction(&self) -> &Extraction {
        &self.extraction
    }

    /// The parameters of this set alone for a type.
    fn own(&self, rtype: &str) -> Option<impl Iterator<Item = &Param>> {
        self.by_type.get(rtype).map(|codes| codes.values().map(|&at| &self.rows[at]))
    }

    fn read(tables: &[&'static str]) -> Self {
        let mut all = Self { rows: Vec::with_capacity(1800), ..Self::default() };
        for line in tables.iter().flat_map(|table| table.lines().skip(1)) {
            all.row(line);
        }
        all
    }

    /// A line of a table; a name with `$` is a component of the composite before the `$`.
    fn row(&mut self, line: &'static str) {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        let (number, rtype, code, kind, targets, expression, url) =
            (next(), next(), next(), next(), next(), next(), next());
        let (Ok(number), Some(kind)) = (number.parse(), ParamKind::parse(kind)) else { return };
        let targets = targets.split(',').filter_map(type_number).collect();
        let expression = expression.into();
        if let Some((parent, code)) = code.split_once('$') {
            if let Some(&at) = self.by_type.get(rtype).and_then(|codes| codes.get(parent)) {
                self.rows[at].components.push(Component { number, code: code.into(), kind, targets, expression });
                self.by_number.insert(number, at);
            }
            return;
        }
        let (code, url) = (code.into(), url.into());
        self.add(Param { number, rtype, code, kind, targets, components: Vec::new(), expression, url });
    }

    fn add(&mut self, param: Param) {
        let at = self.rows.len();
        self.by_type.entry(param.rtype).or_default().insert(param.code.clone(), at);
        self.by_number.insert(param.number, at);
        self.by_number.extend(param.components.iter().map(|component| (component.number, at)));
        self.rows.push(param);
    }
}

#[cfg(test)]
mod tests;
