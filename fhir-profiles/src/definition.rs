//! The elements of every type of FHIR R4 4.0.1 (<https://hl7.org/fhir/R4/>) and the codes of its required bindings.

mod read;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

const ELEMENTS: &str = include_str!("../r4/elements.tsv");
const CODES: &str = include_str!("../r4/codes.tsv");

static ALL: LazyLock<Definitions> = LazyLock::new(|| read::definitions(ELEMENTS, CODES));

/// All facts; read once, at first use.
pub fn definitions() -> &'static Definitions {
    &ALL
}

/// The names of the concrete resource types, in alphabetical order.
pub fn resource_types() -> &'static [&'static str] {
    definitions().resource_types()
}

/// The number of a resource type: its place in [`resource_types`].
pub fn type_number(name: &str) -> Option<u16> {
    definitions().type_number(name)
}

/// The resource type of that number.
pub fn type_name(number: u16) -> Option<&'static str> {
    definitions().type_name(number)
}

/// The facts of a type, such as `Patient`, `HumanName` or `Patient.contact`.
pub fn type_def(name: &str) -> Option<&'static TypeDef> {
    definitions().type_def(name)
}

/// Every type with its elements, and every set of required codes.
#[derive(Debug)]
pub struct Definitions {
    types: Vec<TypeDef>,
    by_name: HashMap<&'static str, u16>,
    resources: Vec<&'static str>,
    codes: Vec<CodeSet>,
}

impl Definitions {
    /// The names of the concrete resource types, in alphabetical order; the place is the number of the type.
    pub fn resource_types(&self) -> &[&'static str] {
        &self.resources
    }

    /// The number of a resource type.
    pub fn type_number(&self, name: &str) -> Option<u16> {
        self.type_def(name).and_then(|def| def.number)
    }

    /// The resource type of that number.
    pub fn type_name(&self, number: u16) -> Option<&'static str> {
        self.resources.get(usize::from(number)).copied()
    }

    /// The facts of a type, such as `Patient`, `HumanName` or `Patient.contact`.
    pub fn type_def(&self, name: &str) -> Option<&TypeDef> {
        self.by_name.get(name).map(|place| &self.types[usize::from(*place)])
    }

    /// The facts of an element's type.
    pub fn of(&self, kind: &ElementType) -> &TypeDef {
        &self.types[usize::from(kind.place)]
    }

    /// Every set of required codes that can be enumerated.
    pub fn code_sets(&self) -> impl Iterator<Item = &CodeSet> {
        self.codes.iter()
    }

    /// The required codes of an element, if it has them and they can be enumerated.
    pub fn codes(&self, element: &Element) -> Option<&CodeSet> {
        element.codes.map(|place| &self.codes[usize::from(place)])
    }
}

/// What kind of thing a type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A value, such as `date`.
    Primitive(Primitive),
    /// A structure that several resources use, such as `HumanName`.
    Datatype,
    /// A structure inside one type, such as `Patient.contact`.
    Backbone,
    /// A resource that exists, such as `Patient`.
    Resource,
    /// `Resource` and `DomainResource`; an element of this type holds any resource.
    Abstract,
}

/// The primitive types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the standard's own words")]
pub enum Primitive {
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

/// One type and its elements, the inherited ones first.
#[derive(Debug)]
pub struct TypeDef {
    /// The name, a path for a backbone element.
    pub name: &'static str,
    /// What kind of thing it is.
    pub kind: Kind,
    /// The number of a concrete resource type.
    pub number: Option<u16>,
    /// The type that it builds on; empty for `Element`, `Resource` and the primitives.
    pub base: &'static str,
    /// The elements in the order of the definition, which is the order of the XML form.
    pub elements: Vec<Element>,
    /// The places of the elements that must be present.
    pub required: Vec<u16>,
    properties: HashMap<Cow<'static, str>, Property>,
}

impl TypeDef {
    /// The element that a JSON property stands for: `status`, `valueQuantity`; not `_status`.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.get(name)
    }

    /// The element of that name, with `value[x]` named `value`.
    pub fn element(&self, name: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.name == name)
    }

    /// The primitive type that this is.
    pub fn primitive(&self) -> Option<Primitive> {
        match self.kind {
            Kind::Primitive(primitive) => Some(primitive),
            _ => None,
        }
    }
}

/// One JSON property of a type.
#[derive(Debug)]
pub struct Property {
    /// The place of the element in its type.
    pub element: u16,
    /// The place of the type among the element's types.
    pub kind: u16,
    /// The property with the id and extensions of a primitive value: `_status`; empty if the value is no primitive.
    pub sibling: Box<str>,
}

impl Property {
    /// The element and the type that this property gives it.
    pub fn of<'a>(&self, def: &'a TypeDef) -> (&'a Element, &'a ElementType) {
        let element = &def.elements[usize::from(self.element)];
        (element, &element.types[usize::from(self.kind)])
    }
}

/// One element of a type.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "five independent facts, one column each")]
pub struct Element {
    /// The name without `[x]`.
    pub name: &'static str,
    /// Must it be there?
    pub required: bool,
    /// Can it be there more than once? Then it is an array in JSON.
    pub many: bool,
    /// Does its name carry its type, as `valueQuantity`?
    pub choice: bool,
    /// Is it an attribute in XML?
    pub attribute: bool,
    /// Is it part of the summary of a resource?
    pub summary: bool,
    /// What it may be; more than one only for a choice.
    pub types: Vec<ElementType>,
    codes: Option<u16>,
}

impl Element {
    /// The name of its JSON property when it has that type: `status`, `valueQuantity`.
    pub fn json_name(&self, kind: &ElementType) -> Cow<'static, str> {
        if !self.choice {
            return Cow::Borrowed(self.name);
        }
        let mut letters = kind.name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        Cow::Owned(self.name.chars().chain(first).chain(letters).collect())
    }
}

/// What an element may be.
#[derive(Debug, Clone)]
pub struct ElementType {
    /// The name of the type; for a repeated structure the name of the original.
    pub name: &'static str,
    /// For a reference: the numbers of the resource types it may point at, in order; empty if any.
    pub targets: Vec<u16>,
    place: u16,
}

/// The codes that a required binding allows.
#[derive(Debug)]
pub struct CodeSet {
    /// The last part of the address of the value set.
    pub key: &'static str,
    systems: Vec<(&'static str, Vec<&'static str>)>,
}

impl CodeSet {
    /// The systems of the set, each with its codes.
    pub fn systems(&self) -> impl Iterator<Item = (&'static str, &[&'static str])> {
        self.systems.iter().map(|(system, codes)| (*system, codes.as_slice()))
    }

    /// Is the code in the set, whatever its system?
    pub fn has_code(&self, code: &str) -> bool {
        self.systems.iter().any(|(_, codes)| codes.binary_search(&code).is_ok())
    }

    /// Is the code of that system in the set?
    pub fn has_coding(&self, system: &str, code: &str) -> bool {
        self.systems.iter().any(|(own, codes)| *own == system && codes.binary_search(&code).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_types_are_those_of_r4_in_alphabetical_order() {
        let types = resource_types();
        assert_eq!(types.len(), 146);
        assert!(types.is_sorted());
        assert_eq!((types[0], types[145]), ("Account", "VisionPrescription"));
        assert!(!types.contains(&"SubscriptionStatus"), "that one is of R4B");
        for (number, name) in (0u16..).zip(types) {
            assert_eq!(type_number(name), Some(number));
            assert_eq!(type_name(number), Some(*name));
        }
        for name in ["Resource", "DomainResource", "HumanName", "Patient.contact", "", "patient"] {
            assert_eq!(type_number(name), None, "{name}");
        }
    }

    #[test]
    fn a_property_leads_to_its_element_and_type() {
        for (owner, property, kind, many) in [
            ("Patient", "name", "HumanName", true),
            ("Patient", "id", "id", false),
            ("Patient", "deceasedDateTime", "dateTime", false),
            ("Patient", "contact", "Patient.contact", true),
            ("Patient.contact", "name", "HumanName", false),
            ("Observation", "valueQuantity", "Quantity", false),
            ("Observation.component", "referenceRange", "Observation.referenceRange", true),
            ("Extension", "valueCodeableConcept", "CodeableConcept", false),
            ("Age", "comparator", "code", false),
            ("Timing.repeat", "boundsPeriod", "Period", false),
            ("Bundle.entry", "resource", "Resource", false),
            ("Parameters.parameter", "part", "Parameters.parameter", true),
        ] {
            let def = type_def(owner).expect(owner);
            let (element, found) = def.property(property).expect(property).of(def);
            assert_eq!((found.name, element.many), (kind, many), "{owner}.{property}");
            assert_eq!(element.json_name(found), property);
        }
        for (owner, property) in
            [("Patient", "value"), ("Observation", "value"), ("Observation", "valueAge"), ("Patient", "_name")]
        {
            assert!(type_def(owner).expect(owner).property(property).is_none(), "{owner}.{property}");
        }
    }

    #[test]
    fn a_reference_knows_what_it_may_point_at() {
        let def = type_def("Encounter").expect("a type");
        let targets = &def.element("subject").expect("an element").types[0].targets;
        assert_eq!(targets.iter().filter_map(|number| type_name(*number)).collect::<Vec<_>>(), ["Group", "Patient"]);
        assert!(
            type_def("Observation").expect("a type").element("focus").expect("an element").types[0].targets.is_empty()
        );
    }

    #[test]
    fn required_codes_are_enumerated() {
        let gender = type_def("Patient").and_then(|def| def.element("gender")).expect("an element");
        let codes = definitions().codes(gender).expect("a set");
        assert!(codes.has_code("female") && !codes.has_code("vrouw"));
        let clinical = type_def("Condition").and_then(|def| def.element("clinicalStatus")).expect("an element");
        let codes = definitions().codes(clinical).expect("a set");
        let system = "http://terminology.hl7.org/CodeSystem/condition-clinical";
        assert!(codes.has_coding(system, "active") && !codes.has_coding("urn:other", "active"));
        let language = type_def("Patient").and_then(|def| def.element("language")).expect("an element");
        assert!(definitions().codes(language).is_none());
    }
}
