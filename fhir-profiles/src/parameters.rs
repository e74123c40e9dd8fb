//! The search parameters of FHIR R4 (<https://hl7.org/fhir/R4/searchparameter-registry.html>) and those that Nictiz adds
//! for medication, as numbers that never change: the index stores them.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::definition::type_number;

const R4: &str = include_str!("../r4/parameters.tsv");
const NL: &str = include_str!("../r4/parameters-nl.tsv");

/// The type name of the parameters that every resource has.
pub const BASE: &str = "Resource";

/// How a parameter's values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    pub code: &'static str,
    /// How its values compare.
    pub kind: ParamKind,
    /// Numbers of the resource types that a reference may point at; empty if any.
    pub targets: Vec<u16>,
    /// The parts of a composite, in query order.
    pub components: Vec<Component>,
    /// Where the values are, in `FHIRPath`, for this resource type only.
    pub expression: &'static str,
    /// The canonical address of the definition.
    pub url: &'static str,
}

/// One part of a composite parameter.
#[derive(Debug, Clone)]
pub struct Component {
    /// The number in the index.
    pub number: u16,
    /// The name of the plain parameter that defines the part.
    pub code: &'static str,
    /// How its values compare.
    pub kind: ParamKind,
    /// Numbers of the resource types that a reference may point at; empty if any.
    pub targets: Vec<u16>,
    /// Where the values are, seen from the composite's element.
    pub expression: &'static str,
}

/// All search parameters, by type and name.
#[derive(Debug)]
pub struct Parameters {
    rows: Vec<Param>,
    by_type: HashMap<&'static str, BTreeMap<&'static str, usize>>,
    by_number: HashMap<u16, usize>,
}

static ALL: LazyLock<Parameters> = LazyLock::new(|| Parameters::read(&[R4, NL]));

/// The search parameters that this server knows.
pub fn parameters() -> &'static Parameters {
    &ALL
}

impl Parameters {
    /// The parameter `code` of `rtype`, own or of every resource.
    pub fn get(&self, rtype: &str, code: &str) -> Option<&Param> {
        let find = |rtype: &str| self.by_type.get(rtype).and_then(|codes| codes.get(code));
        find(rtype).or_else(|| find(BASE)).map(|&at| &self.rows[at])
    }

    /// All parameters of `rtype`, its own first and then those of every resource.
    pub fn of(&self, rtype: &str) -> impl Iterator<Item = &Param> {
        let rows = [rtype, BASE].into_iter().filter_map(|rtype| self.by_type.get(rtype));
        rows.flat_map(|codes| codes.values().map(|&at| &self.rows[at]))
    }

    /// All parameters of all types.
    pub fn all(&self) -> &[Param] {
        &self.rows
    }

    /// The parameter, or the composite with the component, that has `number`.
    pub fn number(&self, number: u16) -> Option<&Param> {
        self.by_number.get(&number).map(|&at| &self.rows[at])
    }

    fn read(tables: &[&'static str]) -> Self {
        let mut all = Self { rows: Vec::with_capacity(1800), by_type: HashMap::new(), by_number: HashMap::new() };
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
        if let Some((parent, code)) = code.split_once('$') {
            if let Some(&at) = self.by_type.get(rtype).and_then(|codes| codes.get(parent)) {
                self.rows[at].components.push(Component { number, code, kind, targets, expression });
                self.by_number.insert(number, at);
            }
            return;
        }
        let at = self.rows.len();
        self.rows.push(Param { number, rtype, code, kind, targets, components: Vec::new(), expression, url });
        self.by_type.entry(rtype).or_default().insert(code, at);
        self.by_number.insert(number, at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_do_not_move() {
        let mut seen = std::collections::HashSet::new();
        for param in parameters().all() {
            assert!(seen.insert(param.number), "{}", param.number);
            for component in &param.components {
                assert!(seen.insert(component.number), "{}", component.number);
            }
        }
        let number = |rtype, code| parameters().get(rtype, code).map(|param| param.number);
        assert_eq!(number("Patient", "_tag"), Some(1));
        assert_eq!(number("Account", "identifier"), Some(100));
        assert_eq!(number("MedicationDispense", "category"), Some(8000));
    }

    #[test]
    fn every_line_of_the_tables_is_a_parameter_or_a_component() {
        let lines = R4.lines().skip(1).count() + NL.lines().skip(1).count();
        let components: usize = parameters().all().iter().map(|param| param.components.len()).sum();
        assert_eq!(parameters().all().len() + components, lines);
    }

    #[test]
    fn a_parameter_of_many_types_keeps_only_the_part_of_its_type() {
        let table = [
            ("Condition", "patient", ParamKind::Reference, "Condition.subject.where(resolve() is Patient)"),
            ("Patient", "family", ParamKind::String, "Patient.name.family"),
            ("Observation", "combo-code", ParamKind::Token, "Observation.code | Observation.component.code"),
            ("InsurancePlan", "name", ParamKind::String, "name | alias"),
        ];
        for (rtype, code, kind, expression) in table {
            let param = parameters().get(rtype, code).expect(code);
            assert_eq!((param.kind, param.expression), (kind, expression));
        }
    }

    #[test]
    fn a_composite_has_its_components_in_order() {
        let param = parameters().get("Observation", "code-value-quantity").expect("the composite");
        let parts: Vec<_> = param.components.iter().map(|part| (part.code, part.kind, part.expression)).collect();
        let expected =
            [("code", ParamKind::Token, "code"), ("value-quantity", ParamKind::Quantity, "value.as(Quantity)")];
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_type_has_its_own_parameters_and_those_of_every_resource() {
        let codes: Vec<_> = parameters().of("Patient").map(|param| param.code).collect();
        assert!(codes.contains(&"birthdate") && codes.contains(&"_profile") && !codes.contains(&"_text"));
    }
}
