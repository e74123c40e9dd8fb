//! A resource with a value for one search parameter, for the parameters that no example has a value for: an example of the
//! type, or only what must be there, with a value laid where the expression looks.

use serde_json::{Map, Value, json};
use spil_fhir_profiles::definition::{Element, ElementType, TypeDef, definitions, type_def, type_name};
use spil_fhir_profiles::parameters::{Param, ParamKind};

/// Codes to try where only some are allowed.
const CODES: [&str; 26] = [
    "active",
    "draft",
    "final",
    "completed",
    "unknown",
    "in-progress",
    "available",
    "finished",
    "order",
    "plan",
    "person",
    "actual",
    "instance",
    "generated",
    "official",
    "phone",
    "documentation",
    "entered",
    "measurement",
    "positive",
    "named-event",
    "data-added",
    "population",
    "home",
    "user-friendly-name",
    "current",
];

/// One step of an expression.
#[derive(Default)]
struct Step<'t> {
    name: &'t str,
    cast: Option<&'t str>,
    filter: Option<(&'t str, &'t str)>,
    refers: Option<&'t str>,
}

/// A resource of `rtype` with a value for the parameter; `base` is an example of the type.
pub fn resource(param: &Param, rtype: &str, base: Option<&Value>) -> Option<Value> {
    let def = type_def(rtype)?;
    let mut made = base.cloned().unwrap_or_else(|| required(def, 0));
    made["resourceType"] = json!(rtype);
    made["id"] = json!(format!("made-{}", param.number));
    let root = made.as_object_mut()?;
    let steps = steps(&param.expression, rtype);
    if param.kind == ParamKind::Composite {
        for component in &param.components {
            let whole = if let Some(elsewhere) = component.expression.strip_prefix("%resource.") {
                self::steps(elsewhere, rtype)
            } else {
                let mut whole = self::steps(&param.expression, rtype);
                whole.extend(self::steps(&component.expression, rtype));
                whole
            };
            lay(def, root, &whole, component.kind)?;
        }
    } else {
        lay(def, root, &steps, param.kind)?;
    }
    Some(made)
}

/// The steps of the first alternative that begins at the type.
fn steps<'t>(expression: &'t str, rtype: &str) -> Vec<Step<'t>> {
    let begins = |part: &&str| {
        let name: &str = part.trim_start_matches('(').split(['.', ' ', ')']).next().unwrap_or_default();
        name == rtype || name == "Resource" || !name.starts_with(char::is_uppercase)
    };
    let part = expression.split(" | ").find(begins).unwrap_or(expression);
    let part = part.split(" and ").next().unwrap_or(part).trim().trim_start_matches('(');
    let (path, cast) = part.split_once(" as ").map_or((part, None), |(path, cast)| (path, Some(cast)));
    let cast = cast.map(|cast| cast.trim_end_matches(')'));
    let mut steps: Vec<Step<'t>> = Vec::new();
    for text in cut(path) {
        let argument = |name: &str| text.strip_prefix(name).and_then(|rest| rest.strip_suffix(')'));
        if let Some(condition) = argument("where(") {
            let last = steps.last_mut().expect("a step before");
            match (condition.split_once('='), condition.split_once(" is ")) {
                (Some((name, value)), _) => last.filter = Some((name.trim(), value.trim().trim_matches('\''))),
                (None, Some((_, rtype))) => last.refers = Some(rtype.trim()),
                (None, None) => {}
            }
        } else if let Some(cast) = argument("as(") {
            steps.last_mut().expect("a step before").cast = Some(cast);
        } else if let Some(url) = argument("extension(") {
            steps.push(Step { name: "extension", filter: Some(("url", url.trim_matches('\''))), ..Step::default() });
        } else if !text.contains('(') && !text.starts_with(char::is_uppercase) {
            let name = text.split('[').next().unwrap_or(text).trim_end_matches(')');
            steps.push(Step { name, ..Step::default() });
        }
    }
    if let (Some(last), Some(cast)) = (steps.last_mut(), cast) {
        last.cast = Some(cast);
    }
    steps
}

/// Cuts at the dots outside parentheses.
fn cut(path: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, letter) in path.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            '.' if depth == 0 => {
                parts.push(&path[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&path[start..]);
    parts
}

/// Lays a value at the end of the steps.
fn lay(def: &TypeDef, object: &mut Map<String, Value>, steps: &[Step<'_>], kind: ParamKind) -> Option<()> {
    let (step, rest) = steps.split_first()?;
    let element = def.element(step.name)?;
    let fits = |one: &&ElementType| match step.cast {
        Some(cast) => one.name.eq_ignore_ascii_case(cast),
        None => !rest.is_empty() || suits(kind, one.name),
    };
    let chosen = element.types.iter().find(fits).or(element.types.first())?;
    if element.choice {
        let others: Vec<String> = element.types.iter().map(|one| element.json_name(one).into_owned()).collect();
        let keep = element.json_name(chosen);
        object.retain(|key, _| *key == *keep || !others.contains(key));
    }
    let name = element.json_name(chosen).into_owned();
    let inner = definitions().of(chosen);
    if rest.is_empty() {
        let mut value = sample(element, chosen, step.refers, kind);
        if let (Some((name, text)), Some(map)) = (step.filter, value.as_object_mut()) {
            map.insert(name.to_owned(), json!(text));
        }
        object.insert(name, if element.many { json!([value]) } else { value });
        return Some(());
    }
    let place = object.entry(name).or_insert(Value::Null);
    if element.many && !place.is_array() {
        *place = json!([]);
    }
    let place = match place {
        Value::Array(items) => {
            if items.is_empty() || step.filter.is_some() {
                items.insert(0, Value::Null);
            }
            &mut items[0]
        }
        one => one,
    };
    if !place.is_object() {
        *place = required(inner, 0);
    }
    let map = place.as_object_mut()?;
    if let Some((name, text)) = step.filter {
        map.insert(name.to_owned(), json!(text));
    }
    lay(inner, map, rest, kind)
}

/// Whether values of a type are searched by a kind of parameter.
fn suits(kind: ParamKind, name: &str) -> bool {
    match kind {
        ParamKind::Token => {
            matches!(name, "CodeableConcept" | "Coding" | "code" | "boolean" | "Identifier" | "ContactPoint" | "string")
        }
        ParamKind::String => matches!(name, "string" | "markdown" | "HumanName" | "Address"),
        ParamKind::Reference => matches!(name, "Reference" | "canonical" | "uri"),
        ParamKind::Date => matches!(name, "date" | "dateTime" | "instant" | "Period" | "Timing"),
        ParamKind::Number => matches!(name, "decimal" | "integer" | "positiveInt" | "unsignedInt"),
        ParamKind::Quantity => matches!(name, "Quantity" | "Age" | "Duration" | "Money" | "Range"),
        ParamKind::Uri => matches!(name, "uri" | "url" | "canonical" | "oid"),
        ParamKind::Composite | ParamKind::Special => false,
    }
}

/// A value of an element.
fn sample(element: &Element, kind: &ElementType, refers: Option<&str>, of: ParamKind) -> Value {
    let coding = json!({"system": "urn:example:made", "code": "made"});
    let target = refers.or_else(|| kind.targets.first().and_then(|&target| type_name(target))).unwrap_or("Patient");
    match kind.name {
        "CodeableConcept" => match code_of(element) {
            Some(code) => json!({"coding": [{"code": code}]}),
            None => json!({"coding": [coding]}),
        },
        "Coding" => coding,
        "code" => json!(code_of(element).unwrap_or("made")),
        "boolean" => json!(true),
        "Identifier" => json!({"system": "urn:example:made", "value": "made-1"}),
        "Reference" => json!({"reference": format!("{target}/made-target")}),
        "date" => json!("2013-06-08"),
        "dateTime" | "instant" => json!("2013-06-08T10:57:34Z"),
        "time" => json!("10:57:34"),
        "Period" => json!({"start": "2013-06-08", "end": "2013-06-09"}),
        "Quantity" | "Age" | "Duration" | "Count" | "Distance" => {
            json!({"value": 12, "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"})
        }
        "Range" => json!({"low": {"value": 1, "unit": "a"}, "high": {"value": 2, "unit": "a"}}),
        "Money" => json!({"value": 12, "currency": "EUR"}),
        "decimal" | "integer" | "positiveInt" | "unsignedInt" => json!(3),
        "uri" | "url" | "canonical" if of != ParamKind::Reference => json!("http://example.org/made/uri"),
        "uri" | "url" | "canonical" => json!("http://example.org/made/canonical"),
        "oid" => json!("urn:oid:1.2.3"),
        "HumanName" => json!({"family": "Made", "given": ["Up"]}),
        "Address" => json!({"city": "Madeville", "country": "NL"}),
        "ContactPoint" => json!({"system": "phone", "value": "012345"}),
        "UsageContext" => json!({"code": coding, "valueCodeableConcept": {"coding": [coding]}}),
        "Extension" => json!({"url": "urn:example:made", "valueString": "Made"}),
        "Timing" => json!({"event": ["2013-06-08"]}),
        "string" | "markdown" => json!("Made text"),
        "id" => json!("made"),
        "base64Binary" => json!("bWFkZQ=="),
        _ => required(definitions().of(kind), 1),
    }
}

/// A code that the element allows, if it allows only some.
fn code_of(element: &Element) -> Option<&'static str> {
    let codes = definitions().codes(element)?;
    CODES.into_iter().find(|code| codes.has_code(code))
}

/// Only what must be there.
fn required(def: &TypeDef, depth: usize) -> Value {
    let mut object = Map::new();
    for place in &def.required {
        let element = &def.elements[usize::from(*place)];
        let Some(kind) = element.types.first().filter(|_| depth < 4) else { continue };
        let value = sample(element, kind, None, ParamKind::Token);
        object.insert(element.json_name(kind).into_owned(), if element.many { json!([value]) } else { value });
    }
    Value::Object(object)
}
