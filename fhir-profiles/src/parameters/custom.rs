//! Search parameters that a server was given beside those of the standard
//! (<https://hl7.org/fhir/R4/searchparameter.html>): read from the resource, checked, and laid out as numbers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::definition::{type_name, type_number};
use crate::path::Path;

use super::{BASE, Component, Param, ParamKind, parameters};

/// The longest expression, in bytes.
const LONGEST: usize = 2_000;
/// Most parts of a composite.
const PARTS: usize = 10;
/// Names for every resource; `DomainResource` is nearly that.
const EVERY: [&str; 2] = ["Resource", "DomainResource"];

/// A search parameter that is not of the standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custom {
    /// The canonical address of the definition.
    pub url: String,
    /// The name in a query.
    pub code: String,
    /// How its values compare.
    pub kind: ParamKind,
    /// Numbers of the resource types that have it; empty for all.
    pub bases: Vec<u16>,
    /// Where the values are.
    pub expression: String,
    /// Numbers of the resource types that a reference may point at; empty if any.
    pub targets: Vec<u16>,
    /// The parts of a composite.
    pub parts: Vec<CustomPart>,
}

/// One part of a composite that is not of the standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomPart {
    /// The name of the plain parameter that defines the part.
    pub code: String,
    /// How its values compare.
    pub kind: ParamKind,
    /// Numbers of the resource types that a reference may point at; empty if any.
    pub targets: Vec<u16>,
    /// Where the values are, seen from the composite's element.
    pub expression: String,
}

/// What is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Code of `http://hl7.org/fhir/issue-type`.
    pub code: &'static str,
    /// What is wrong.
    pub text: String,
    /// Where.
    pub at: &'static str,
}

impl Custom {
    /// Reads a `SearchParameter`; `others` are those that the server was given before. None when it changes nothing here:
    /// it is not in force (`status`), or it describes what the standard has and this server does already.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(resource: &Value, others: &[&Self]) -> Result<Option<Self>, Vec<Fault>> {
        if resource["status"] != "active" || is_standard(resource) {
            return Ok(None);
        }
        let mut faults = Faults(Vec::new());
        let url = text(resource, "url").to_owned();
        let code = text(resource, "code").to_owned();
        faults.unless(!url.is_empty(), "required", "a search parameter has an address", "SearchParameter.url");
        faults.unless(is_name(&code), "value", NAME, "SearchParameter.code");
        let kind = kind(resource, &mut faults);
        let bases = bases(resource, &mut faults);
        let targets = types(resource, "target", "SearchParameter.target", &mut faults);
        let parts = parts(resource, kind, others, &mut faults);
        let expression = text(resource, "expression").to_owned();
        faults.expression(&expression, &bases, "SearchParameter.expression");
        let custom = Self { url, code, kind, bases, expression, targets, parts };
        custom.clashes(others, &mut faults);
        if faults.0.is_empty() { Ok(Some(custom)) } else { Err(faults.0) }
    }

    /// How many numbers it takes: for each type one, and one for each part.
    pub fn size(&self) -> u16 {
        let count = self.bases.len().max(1) * (1 + self.parts.len());
        u16::try_from(count).unwrap_or(u16::MAX)
    }

    /// Its parameters, one for each type, with numbers from `first` on.
    pub fn params(&self, first: u16) -> Vec<Param> {
        let bases: Vec<&'static str> = self.bases.iter().filter_map(|&base| type_name(base)).collect();
        let bases = if self.bases.is_empty() { vec![BASE] } else { bases };
        let mut numbers = first..;
        let mut next = || numbers.next().unwrap_or(u16::MAX);
        let mut params = Vec::with_capacity(bases.len());
        for rtype in bases {
            let number = next();
            let component = |part: &CustomPart| Component {
                number: next(),
                code: part.code.clone().into(),
                kind: part.kind,
                targets: part.targets.clone(),
                expression: part.expression.clone().into(),
            };
            let components = self.parts.iter().map(component).collect();
            params.push(Param {
                number,
                rtype,
                code: self.code.clone().into(),
                kind: self.kind,
                targets: self.targets.clone(),
                components,
                expression: self.expression.clone().into(),
                url: self.url.clone().into(),
            });
        }
        params
    }

    /// Whether a type has it.
    fn is_of(&self, rtype: &str) -> bool {
        self.bases.is_empty() || rtype == BASE || type_number(rtype).is_some_and(|number| self.bases.contains(&number))
    }

    /// A name means one thing for a type, and an address one definition.
    fn clashes(&self, others: &[&Self], faults: &mut Faults) {
        let standard = parameters().all().find(|param| param.code == self.code && self.is_of(param.rtype));
        if let Some(param) = standard {
            let what = format!("FHIR R4 has a search parameter `{}` of {} already", self.code, param.rtype);
            faults.add("duplicate", what, "SearchParameter.code");
        }
        let own = ["_id", "_lastUpdated"].contains(&self.code.as_str());
        faults.unless(!own, "duplicate", "FHIR R4 has this search parameter already", "SearchParameter.code");
        let share = |other: &Self| {
            self.bases.is_empty() || other.bases.is_empty() || self.bases.iter().any(|base| other.bases.contains(base))
        };
        if let Some(other) = others.iter().find(|other| other.code == self.code && share(other)) {
            let what = format!("`{}` is defined for the same type by {}", self.code, other.url);
            faults.add("duplicate", what, "SearchParameter.code");
        }
        let known = others.iter().any(|other| other.url == self.url);
        faults.unless(!known, "duplicate", "another SearchParameter has this address", "SearchParameter.url");
    }
}

const NAME: &str = "a name of letters, digits, `-` and `_` that starts with a letter";

/// Whether a query can carry the name.
fn is_name(code: &str) -> bool {
    code.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && code.len() <= 64
        && code.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
}

/// Whether it describes what this server does already: address and name are those of the standard, or of Nictiz.
fn is_standard(resource: &Value) -> bool {
    let (url, code) = (text(resource, "url"), text(resource, "code"));
    let special = matches!(code, "_id" | "_lastUpdated" | "_text" | "_content" | "_query" | "_filter" | "_list");
    let of_standard = url.starts_with("http://hl7.org/fhir/SearchParameter/");
    (of_standard && special) || parameters().all().any(|param| param.url == url && param.code == code)
}

fn kind(resource: &Value, faults: &mut Faults) -> ParamKind {
    let kind = ParamKind::parse(text(resource, "type"));
    let usable = kind.is_some_and(|kind| kind != ParamKind::Special);
    let what = "a type that this server can index: not `special`";
    faults.unless(usable, "not-supported", what, "SearchParameter.type");
    kind.unwrap_or(ParamKind::Special)
}

/// The types that have it; empty for all.
fn bases(resource: &Value, faults: &mut Faults) -> Vec<u16> {
    let names: Vec<&str> = list(resource, "base").filter_map(Value::as_str).collect();
    faults.unless(!names.is_empty(), "required", "a search parameter has a type", "SearchParameter.base");
    if names.iter().any(|name| EVERY.contains(name)) {
        return Vec::new();
    }
    types(resource, "base", "SearchParameter.base", faults)
}

fn types(resource: &Value, name: &str, at: &'static str, faults: &mut Faults) -> Vec<u16> {
    let mut types = Vec::new();
    for name in list(resource, name).filter_map(Value::as_str).filter(|name| !EVERY.contains(name)) {
        match type_number(name) {
            Some(number) if !types.contains(&number) => types.push(number),
            Some(_) => {}
            None => faults.add("value", format!("`{name}` is no resource type of R4"), at),
        }
    }
    types
}

/// The parts of a composite: each is a known plain parameter, seen from the composite's element.
fn parts(resource: &Value, kind: ParamKind, others: &[&Custom], faults: &mut Faults) -> Vec<CustomPart> {
    const AT: &str = "SearchParameter.component";
    let components: Vec<&Value> = list(resource, "component").collect();
    if kind != ParamKind::Composite {
        faults.unless(components.is_empty(), "business-rule", "only a composite has parts", AT);
        return Vec::new();
    }
    faults.unless((2..=PARTS).contains(&components.len()), "business-rule", "a composite has two to ten parts", AT);
    let mut parts = Vec::new();
    for component in components {
        let url = text(component, "definition").split('|').next().unwrap_or_default();
        let expression = text(component, "expression").to_owned();
        faults.expression(&expression, &[], "SearchParameter.component.expression");
        let standard = parameters().all().find(|param| param.url == url);
        let standard = standard.map(|param| (param.code.to_string(), param.kind, param.targets.clone()));
        let custom = others.iter().find(|other| other.url == url);
        let custom = custom.map(|other| (other.code.clone(), other.kind, other.targets.clone()));
        match standard.or(custom) {
            Some((code, kind, targets)) if !matches!(kind, ParamKind::Composite | ParamKind::Special) => {
                parts.push(CustomPart { code, kind, targets, expression });
            }
            Some(_) => faults.add("business-rule", "a part is a plain parameter".to_owned(), AT),
            None => faults.add("not-found", format!("`{url}` is no search parameter that is known here"), AT),
        }
    }
    parts
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, code: &'static str, text: String, at: &'static str) {
        self.0.push(Fault { code, text, at });
    }

    fn unless(&mut self, holds: bool, code: &'static str, text: &str, at: &'static str) {
        if !holds {
            self.add(code, text.to_owned(), at);
        }
    }

    /// An expression can be read, and looked for in an empty resource.
    fn expression(&mut self, expression: &str, bases: &[u16], at: &'static str) {
        if expression.is_empty() || expression.len() > LONGEST {
            return self.add("required", format!("an expression of at most {LONGEST} bytes"), at);
        }
        match Path::parse(expression) {
            Err(error) => self.add("invalid", format!("the expression cannot be read: {error}"), at),
            Ok(path) => {
                for name in bases.iter().filter_map(|&base| type_name(base)) {
                    let empty = json!({"resourceType": name});
                    let found = path.evaluate(&empty, &empty).len();
                    self.unless(found < 2, "invalid", "the expression finds something in an empty resource", at);
                }
            }
        }
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}
