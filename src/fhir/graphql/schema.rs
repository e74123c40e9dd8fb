//! What may be selected where: the types of R4 as they are, with the fields that FHIR adds. There is no introspection.

use spil_fhir_profiles::definition::{Kind, TypeDef, definitions, type_def};

/// What a selection is made on.
#[derive(Debug, Clone, Copy)]
pub enum On {
    /// The whole server.
    System,
    /// A type of R4.
    Of(&'static TypeDef),
    /// A page of a search for a type.
    Connection(&'static TypeDef),
    /// One match on such a page.
    Edge(&'static TypeDef),
}

impl On {
    /// What `__typename` answers.
    pub fn name(self) -> String {
        match self {
            Self::System => "Query".to_owned(),
            Self::Of(def) => def.name.replace('.', "_"),
            Self::Connection(def) => format!("{}Connection", def.name),
            Self::Edge(def) => format!("{}Edge", def.name),
        }
    }

    /// The type of R4, if it is a resource.
    pub fn resource(self) -> Option<&'static TypeDef> {
        match self {
            Self::Of(def) if matches!(def.kind, Kind::Resource | Kind::Abstract) => Some(def),
            _ => None,
        }
    }

    /// Whether a fragment on `condition` counts for it.
    pub fn is(self, condition: &str) -> bool {
        let general = matches!(condition, "Resource" | "DomainResource") && self.resource().is_some();
        general || self.name() == condition || matches!(self, Self::Of(def) if def.name == condition)
    }
}

/// A field that there is.
#[derive(Debug, Clone, Copy)]
pub enum Field {
    /// `__typename`.
    TypeName,
    /// An element.
    Element {
        /// What it is.
        on: On,
        /// Can it be there more than once?
        many: bool,
        /// Is it a value, of which nothing can be selected?
        primitive: bool,
    },
    /// `Reference.resource`.
    Refer,
    /// A resource by its id.
    Read(&'static TypeDef),
    /// A list of resources: found by a search, or referring to the one here.
    Search(&'static TypeDef),
    /// A page of such a list.
    Connect(&'static TypeDef),
}

/// The field of that name.
pub fn field(on: On, name: &str) -> Option<Field> {
    if name == "__typename" {
        return Some(Field::TypeName);
    }
    match on {
        On::System => listed(name).or_else(|| resource_type(name).map(Field::Read)),
        On::Of(def) => element(def, name).or_else(|| on.resource().and_then(|_| listed(name))),
        On::Connection(def) => match name {
            "count" | "offset" | "pagesize" | "first" | "previous" | "next" | "last" => value(),
            "edges" => Some(Field::Element { on: On::Edge(def), many: true, primitive: false }),
            _ => None,
        },
        On::Edge(def) => match name {
            "mode" | "score" => value(),
            "resource" => Some(Field::Element { on: On::Of(def), many: false, primitive: false }),
            _ => None,
        },
    }
}

fn value() -> Option<Field> {
    Some(Field::Element { on: On::Of(type_def("string")?), many: false, primitive: true })
}

fn resource_type(name: &str) -> Option<&'static TypeDef> {
    type_def(name).filter(|def| def.number.is_some())
}

/// `PatientList` and `PatientConnection`.
fn listed(name: &str) -> Option<Field> {
    let list = || resource_type(name.strip_suffix("List")?).map(Field::Search);
    list().or_else(|| resource_type(name.strip_suffix("Connection")?).map(Field::Connect))
}

fn element(def: &'static TypeDef, name: &str) -> Option<Field> {
    if def.name == "Reference" && name == "resource" {
        return Some(Field::Refer);
    }
    if name == "resourceType" && matches!(def.kind, Kind::Resource | Kind::Abstract) {
        return value();
    }
    // The id and extensions of a value.
    if let Some(of) = name.strip_prefix('_') {
        let (element, kind) = def.property(of)?.of(def);
        let on = On::Of(type_def("Element")?);
        let primitive = definitions().of(kind).primitive().is_some();
        return primitive.then_some(Field::Element { on, many: element.many, primitive: false });
    }
    let (element, kind) = def.property(name)?.of(def);
    let kind = definitions().of(kind);
    Some(Field::Element { on: On::Of(kind), many: element.many, primitive: kind.primitive().is_some() })
}
