//! A `ViewDefinition` of SQL on FHIR, read, and the rows that it makes of one resource
//! (<https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html>).

use serde_json::Value;
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::path::{Datum, Node, Path, Scope};

use crate::error::Error;

/// Most columns.
const COLUMNS: usize = 200;
/// Most levels of `select`.
const DEEPEST: usize = 10;

/// A definition, checked.
#[derive(Debug)]
pub struct Definition {
    /// The type of resource that it is about.
    pub rtype: String,
    /// The names of the columns, in order.
    pub columns: Vec<String>,
    constants: Vec<(String, Value, String)>,
    wheres: Vec<Path>,
    selects: Vec<Select>,
}

#[derive(Debug, Default)]
struct Select {
    columns: Vec<Column>,
    /// The path of `forEach`, and whether it leaves a row of nulls when it finds nothing.
    each: Option<(Path, bool)>,
    inner: Vec<Select>,
    union: Vec<Select>,
}

#[derive(Debug)]
struct Column {
    name: String,
    path: Path,
    collection: bool,
}

fn wrong(place: &str, text: impl Into<String>) -> Error {
    Error::bad_request("invalid", text).at(place)
}

impl Definition {
    /// Reads a definition.
    ///
    /// # Errors
    /// 400 with the place of what is wrong or not known here.
    pub fn read(view: &Value) -> Result<Self, Error> {
        if view["resourceType"] != "ViewDefinition" {
            return Err(wrong("viewResource", "this is a `ViewDefinition`"));
        }
        let rtype = view["resource"].as_str().filter(|rtype| type_number(rtype).is_some());
        let rtype = rtype.ok_or_else(|| wrong("ViewDefinition.resource", "a resource type of R4"))?.to_owned();
        let mut constants = Vec::new();
        for (at, constant) in list(&view["constant"]).enumerate() {
            constants.push(constant_of(constant, &format!("ViewDefinition.constant[{at}]"))?);
        }
        let mut wheres = Vec::new();
        for (at, filter) in list(&view["where"]).enumerate() {
            wheres.push(path(&filter["path"], &format!("ViewDefinition.where[{at}].path"))?);
        }
        let selects = selects(&view["select"], "ViewDefinition.select", 0)?;
        if selects.is_empty() {
            return Err(wrong("ViewDefinition.select", "at least one"));
        }
        let columns: Vec<String> = selects.iter().flat_map(Select::names).collect();
        if columns.is_empty() || columns.len() > COLUMNS {
            return Err(wrong("ViewDefinition.select", format!("between 1 and {COLUMNS} columns")));
        }
        if let Some((_, twice)) = columns.iter().enumerate().find(|(at, name)| columns[..*at].contains(name)) {
            return Err(wrong("ViewDefinition.select", format!("two columns are named `{twice}`")));
        }
        Ok(Self { rtype, columns, constants, wheres, selects })
    }

    /// The rows of one resource, each as long as [`Definition::columns`].
    ///
    /// # Errors
    /// 422 when a path fails, or finds several values for a column that takes one.
    pub fn rows<'a>(&'a self, resource: &'a Value, now: &'a str) -> Result<Vec<Vec<Value>>, Error> {
        let variables: Vec<_> = self
            .constants
            .iter()
            .map(|(name, value, kind)| (name.as_str(), vec![Datum::Node(Node::typed(value, kind))]))
            .collect();
        let scope = Scope { now: Some(now), variables, ..Scope::of(resource) };
        for filter in &self.wheres {
            let holds = filter.holds(&scope).map_err(|fault| failed("ViewDefinition.where", &fault.to_string()))?;
            if holds != Some(true) {
                return Ok(Vec::new());
            }
        }
        product(&self.selects, &scope)
    }
}

fn failed(place: &str, why: &str) -> Error {
    Error::unprocessable("processing", why).at(place)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn path(value: &Value, place: &str) -> Result<Path, Error> {
    let text = value.as_str().ok_or_else(|| wrong(place, "a FHIRPath expression"))?;
    Path::parse(text).map_err(|error| wrong(place, error.to_string()))
}

/// Name, value and type of a constant.
fn constant_of(constant: &Value, place: &str) -> Result<(String, Value, String), Error> {
    let name = constant["name"].as_str().filter(|name| is_name(name));
    let name = name.ok_or_else(|| wrong(place, "a name of letters, digits and underscores"))?;
    let mut values = constant.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with("value"));
    let (Some((key, value)), None) = (values.next(), values.next()) else {
        return Err(wrong(place, "one value"));
    };
    let mut kind: Vec<char> = key.trim_start_matches("value").chars().collect();
    if let Some(first) = kind.first_mut() {
        *first = first.to_ascii_lowercase();
    }
    Ok((name.to_owned(), value.clone(), kind.into_iter().collect()))
}

/// A name that any database takes.
fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && name.len() <= 64
}

fn selects(value: &Value, place: &str, depth: usize) -> Result<Vec<Select>, Error> {
    const KNOWN: [&str; 7] = ["id", "column", "select", "forEach", "forEachOrNull", "unionAll", "description"];
    if depth > DEEPEST {
        return Err(wrong(place, format!("deeper than {DEEPEST} levels")));
    }
    let mut all = Vec::new();
    for (at, select) in list(value).enumerate() {
        let place = format!("{place}[{at}]");
        let members = select.as_object().ok_or_else(|| wrong(&place, "an object"))?;
        if let Some(name) = members.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(Error::bad_request("not-supported", "not known here").at(format!("{place}.{name}")));
        }
        let mut read = Select::default();
        for (at, column) in list(&select["column"]).enumerate() {
            let place = format!("{place}.column[{at}]");
            let name = column["name"].as_str().filter(|name| is_name(name));
            let name = name.ok_or_else(|| wrong(&place, "a name of letters, digits and underscores"))?;
            let path = path(&column["path"], &format!("{place}.path"))?;
            read.columns.push(Column { name: name.to_owned(), path, collection: column["collection"] == true });
        }
        read.each = match (members.get("forEach"), members.get("forEachOrNull")) {
            (None, None) => None,
            (Some(each), None) => Some((path(each, &format!("{place}.forEach"))?, false)),
            (None, Some(each)) => Some((path(each, &format!("{place}.forEachOrNull"))?, true)),
            (Some(_), Some(_)) => return Err(wrong(&place, "either `forEach` or `forEachOrNull`")),
        };
        read.inner = selects(&select["select"], &format!("{place}.select"), depth + 1)?;
        read.union = selects(&select["unionAll"], &format!("{place}.unionAll"), depth + 1)?;
        if let Some((first, rest)) = read.union.split_first()
            && rest.iter().any(|other| other.names() != first.names())
        {
            return Err(wrong(&format!("{place}.unionAll"), "all parts have the same columns in the same order"));
        }
        all.push(read);
    }
    Ok(all)
}

impl Select {
    fn names(&self) -> Vec<String> {
        let own = self.columns.iter().map(|column| column.name.clone());
        let inner = self.inner.iter().flat_map(Self::names);
        own.chain(inner).chain(self.union.first().map(Self::names).unwrap_or_default()).collect()
    }

    /// The rows in one context.
    fn rows<'a>(&'a self, scope: &Scope<'a>) -> Result<Vec<Vec<Value>>, Error> {
        let Some((path, or_null)) = &self.each else { return self.at(scope) };
        let found = path.select(scope).map_err(|fault| failed("ViewDefinition.select.forEach", &fault.to_string()))?;
        let mut rows = Vec::new();
        for item in &found {
            let Some(context) = item.node() else {
                return Err(failed(
                    "ViewDefinition.select.forEach",
                    "`forEach` goes through elements, not computed values",
                ));
            };
            rows.extend(self.at(&Scope { context, ..scope.clone() })?);
        }
        if found.is_empty() && *or_null {
            rows.push(vec![Value::Null; self.names().len()]);
        }
        Ok(rows)
    }

    fn at<'a>(&'a self, scope: &Scope<'a>) -> Result<Vec<Vec<Value>>, Error> {
        let mut own = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            own.push(column.value(scope)?);
        }
        let mut rows = cross(&[own], &product(&self.inner, scope)?);
        if !self.union.is_empty() {
            let mut union = Vec::new();
            for part in &self.union {
                union.extend(part.rows(scope)?);
            }
            rows = cross(&rows, &union);
        }
        Ok(rows)
    }
}

/// Every row of each with every row of the others.
fn product<'a>(selects: &'a [Select], scope: &Scope<'a>) -> Result<Vec<Vec<Value>>, Error> {
    let mut rows = vec![Vec::new()];
    for select in selects {
        rows = cross(&rows, &select.rows(scope)?);
    }
    Ok(rows)
}

fn cross(left: &[Vec<Value>], right: &[Vec<Value>]) -> Vec<Vec<Value>> {
    let pairs = left.iter().flat_map(|row| right.iter().map(move |more| row.iter().chain(more).cloned().collect()));
    pairs.collect()
}

impl Column {
    fn value<'a>(&'a self, scope: &Scope<'a>) -> Result<Value, Error> {
        let place = || format!("ViewDefinition.select.column.where(name = '{}')", self.name);
        let found = self.path.select(scope).map_err(|fault| failed(&place(), &fault.to_string()))?;
        let values: Vec<Value> = found.iter().filter_map(Datum::to_json).collect();
        if values.iter().any(|value| value.is_object() || value.is_array()) {
            return Err(failed(&place(), "a column holds simple values"));
        }
        if self.collection {
            return Ok(Value::Array(values));
        }
        match values.len() {
            0 | 1 => Ok(values.into_iter().next().unwrap_or(Value::Null)),
            _ => Err(failed(&place(), "several values, and the column is no `collection`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patient() -> Value {
        json!({"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1950", "contact": [
            {"gender": "male", "relationship": [{"coding": [{"code": "N"}, {"code": "C"}]}]}, {"gender": "female"},
        ]})
    }

    fn rows(view: Value) -> Result<Vec<Vec<Value>>, Error> {
        let mut view = view;
        view["resourceType"] = json!("ViewDefinition");
        view["resource"] = json!("Patient");
        Definition::read(&view)?.rows(&patient(), "2026-01-01T00:00:00Z")
    }

    #[test]
    fn selections_multiply_and_unions_add_up() {
        let id = json!({"name": "id", "path": "getResourceKey()"});
        let gender = json!({"name": "gender", "path": "gender"});
        let codes = json!({"name": "codes", "path": "relationship.coding.code", "collection": true});
        let code = json!({"name": "code", "path": "code"});
        for (select, expected) in [
            (json!([{"column": [id, {"name": "born", "path": "birthDate"}]}]), json!([["p", "1950"]])),
            (
                json!([{"column": [id]}, {"forEach": "contact", "column": [gender, codes]}]),
                json!([["p", "male", ["N", "C"]], ["p", "female", []]]),
            ),
            (
                json!([{"forEach": "contact", "column": [gender], "select": [
                    {"forEachOrNull": "relationship.coding", "column": [code]},
                ]}]),
                json!([["male", "N"], ["male", "C"], ["female", null]]),
            ),
            (json!([{"column": [id], "select": [{"forEach": "address", "column": [code]}]}]), json!([])),
            (
                json!([{"column": [id], "unionAll": [{"column": [gender]}, {"forEach": "contact", "column": [gender]}]}]),
                json!([["p", "female"], ["p", "male"], ["p", "female"]]),
            ),
        ] {
            assert_eq!(json!(rows(json!({"select": select})).expect("rows")), expected, "{select}");
        }
    }

    #[test]
    fn conditions_and_constants_narrow_it() {
        let select = json!([{"column": [{"name": "id", "path": "id"}]}]);
        for (value, expected) in [("female", 1), ("male", 0)] {
            let view = json!({
                "select": select, "constant": [{"name": "sex", "valueCode": value}], "where": [{"path": "gender = %sex"}],
            });
            assert_eq!(rows(view).expect("rows").len(), expected, "{value}");
        }
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let column = |name: &str, path: &str| json!({"name": name, "path": path});
        for select in [
            json!([]),
            json!([{"column": [column("a b", "id")]}]),
            json!([{"column": [column("a", "id"), column("a", "gender")]}]),
            json!([{"column": [column("a", "((")]}]),
            json!([{"column": [column("a", "contact.gender")]}]),
            json!([{"column": [column("a", "contact.first()")]}]),
            json!([{"repeat": ["contact"], "column": [column("a", "id")]}]),
            json!([{"forEach": "contact", "forEachOrNull": "contact", "column": [column("a", "gender")]}]),
            json!([{"unionAll": [{"column": [column("a", "id")]}, {"column": [column("b", "id")]}]}]),
        ] {
            assert!(rows(json!({"select": select})).is_err(), "{select}");
        }
    }
}
