//! What an expression finds: elements of a resource, and values that were computed.

use std::borrow::Cow;

use serde_json::Value;

use super::decimal::Decimal;
use super::moment::Moment;
use super::quantity::Quantity;
use crate::definition::{Primitive, TypeDef, definitions};

/// The system of UCUM's units.
pub(super) const UCUM: &str = "http://unitsofmeasure.org";

/// An element of a resource, where it stands, with what is known of its type.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    /// The value; none for a primitive that has only an id or extensions.
    pub value: Option<&'a Value>,
    /// The id and extensions of a primitive: `_birthDate`.
    pub sibling: Option<&'a Value>,
    /// The facts of its type.
    pub kind: Option<&'static TypeDef>,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.value, self.sibling) == (other.value, other.sibling)
    }
}

impl<'a> Node<'a> {
    /// A resource, which says its own type, or an element of which no type is known.
    pub fn of(value: &'a Value) -> Self {
        let kind = value.get("resourceType").and_then(Value::as_str).and_then(|name| definitions().type_def(name));
        Self { value: Some(value), sibling: None, kind }
    }

    /// An element of that type, such as `HumanName` or `Patient.contact`.
    pub fn typed(value: &'a Value, name: &str) -> Self {
        Self { kind: definitions().type_def(name), ..Self::of(value) }
    }

    /// The primitive type, if it is known to be one.
    pub(crate) fn primitive(&self) -> Option<Primitive> {
        self.kind.and_then(TypeDef::primitive)
    }

    /// The value as one that can be computed with; `None` for what has elements of its own.
    pub(super) fn system(&self) -> Option<Datum<'a>> {
        let value = self.value?;
        Some(match (self.primitive(), value) {
            (_, Value::Bool(answer)) => Datum::Bool(*answer),
            (Some(Primitive::Decimal), Value::Number(number)) => Datum::Decimal(Decimal::parse(&number.to_string())?),
            (_, Value::Number(number)) => match number.as_i64() {
                Some(whole) => Datum::Integer(whole),
                None => Datum::Decimal(Decimal::parse(&number.to_string())?),
            },
            (kind, Value::String(text)) => {
                let moment = match kind {
                    Some(Primitive::Date) => Moment::date(text),
                    Some(Primitive::DateTime | Primitive::Instant) => Moment::date_time(text),
                    Some(Primitive::Time) => Moment::time(text),
                    _ => None,
                };
                moment.map_or(Datum::Text(Cow::Borrowed(text)), Datum::Moment)
            }
            (_, Value::Object(_)) => Datum::Quantity(self.quantity()?),
            _ => return None,
        })
    }

    /// A `Quantity` or one of its kind as a number with a unit.
    fn quantity(&self) -> Option<Quantity> {
        let named = self.kind.is_some_and(|kind| kind.name == "Quantity" || kind.base == "Quantity");
        let value = self.value?;
        if !(named || self.kind.is_none() && value.get("value").is_some_and(Value::is_number)) {
            return None;
        }
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let number = Decimal::parse(&value.get("value")?.as_number()?.to_string())?;
        let unit = match (text("system"), text("code")) {
            (Some(UCUM), Some(code)) => code,
            (_, code) => text("unit").or(code).unwrap_or("1"),
        };
        Some(Quantity { value: number, unit: unit.to_owned() })
    }

    /// Is it of this type or of one that builds on it?
    pub(crate) fn is(&self, wanted: &str) -> bool {
        let Some(mut kind) = self.kind else {
            return self.value.is_some_and(|value| super::types::has_type(value, None, wanted));
        };
        while kind.name != wanted {
            match definitions().type_def(kind.base) {
                Some(next) => kind = next,
                None => return false,
            }
        }
        true
    }
}

/// One thing that an expression finds.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum<'a> {
    /// An element.
    Node(Node<'a>),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Decimal(Decimal),
    /// A text.
    Text(Cow<'a, str>),
    /// A date or time.
    Moment(Moment),
    /// A number with a unit.
    Quantity(Quantity),
    /// A resource elsewhere of which only the type is known.
    Referred(&'a str),
    /// The name of a type, with its name space.
    Type(&'static str, &'a str),
}

impl<'a> Datum<'a> {
    /// The value to compute with: that of an element, or itself.
    pub(super) fn system(&self) -> Option<Datum<'a>> {
        match self {
            Self::Node(node) => node.system(),
            other => Some(other.clone()),
        }
    }

    /// The element, if it is one.
    pub fn node(&self) -> Option<Node<'a>> {
        match self {
            Self::Node(node) => Some(*node),
            _ => None,
        }
    }

    /// True or false, if it is one of them.
    pub fn as_bool(&self) -> Option<bool> {
        match self.system() {
            Some(Self::Bool(answer)) => Some(answer),
            _ => None,
        }
    }

    /// The value as JSON: an element as it stands, a computed value as FHIR would write it.
    pub fn to_json(&self) -> Option<Value> {
        Some(match self {
            Self::Node(node) => node.value?.clone(),
            Self::Bool(answer) => Value::Bool(*answer),
            Self::Integer(number) => Value::from(*number),
            Self::Decimal(number) => serde_json::from_str(&number.to_string()).ok()?,
            Self::Text(text) => Value::String(text.as_ref().to_owned()),
            Self::Moment(moment) => Value::String(moment.to_string()),
            Self::Quantity(quantity) => {
                let number: Value = serde_json::from_str(&quantity.value.to_string()).ok()?;
                serde_json::json!({"value": number, "system": UCUM, "code": quantity.unit})
            }
            Self::Referred(_) => return None,
            Self::Type(space, name) => Value::String(format!("{space}.{name}")),
        })
    }

    /// The text of a value; `None` for what has elements of its own.
    pub fn to_text(&self) -> Option<String> {
        Some(match self {
            // As it was written: `1.00` and a date keep their digits.
            Self::Node(node) => match node.value? {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(answer) => answer.to_string(),
                _ => node.quantity()?.to_string(),
            },
            Self::Bool(answer) => answer.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => number.to_string(),
            Self::Text(text) => text.as_ref().to_owned(),
            Self::Moment(moment) => moment.to_string(),
            Self::Quantity(quantity) => quantity.to_string(),
            Self::Referred(name) => (*name).to_owned(),
            Self::Type(space, name) => format!("{space}.{name}"),
        })
    }

    /// The name of the type: `Patient`, `HumanName`, `string`; of a computed value that of the system: `String`.
    pub fn type_name(&self) -> Option<&'a str> {
        Some(match self {
            Self::Node(node) => node.kind?.name,
            Self::Bool(_) => "Boolean",
            Self::Integer(_) => "Integer",
            Self::Decimal(_) => "Decimal",
            Self::Text(_) => "String",
            Self::Moment(moment) => moment.kind.name(),
            Self::Quantity(_) => "Quantity",
            Self::Referred(name) => name,
            Self::Type(..) => "TypeInfo",
        })
    }
}
