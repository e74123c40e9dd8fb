//! The expressions of the search parameters, evaluated by cutting up their text.

use serde_json::Value;

/// Endings of the names of choice elements.
const TYPES: &str = " Address Age Annotation Attachment Base64Binary Boolean Canonical Code CodeableConcept Coding \
    ContactDetail ContactPoint Count Date DateTime Decimal Distance Dosage Duration Expression HumanName Id Identifier \
    Instant Integer Markdown Meta Money Oid Period PositiveInt Quantity Range Ratio Reference RelatedArtifact SampledData \
    Signature String Time Timing TriggerDefinition UnsignedInt Uri Url UsageContext Uuid ";

/// What an expression finds.
#[derive(Debug, Clone)]
pub enum Node<'r> {
    /// An element, with the type that its name tells.
    Element(&'r Value, Option<&'r str>),
    /// The answer of a comparison.
    Truth(bool),
    /// A resource elsewhere, of which only the type is known.
    Elsewhere(&'r str),
}

impl<'r> Node<'r> {
    pub fn of(value: &'r Value) -> Self {
        Self::Element(value, None)
    }

    pub fn value(&self) -> Option<&'r Value> {
        match self {
            Self::Element(value, _) => Some(value),
            _ => None,
        }
    }

    fn is(&self, wanted: &str) -> bool {
        match self {
            Self::Element(value, _) if value["resourceType"].is_string() => value["resourceType"] == wanted,
            // Without a choice in the name the standard has one type at this place: the one that is named.
            Self::Element(_, told) => told.is_none_or(|told| told.eq_ignore_ascii_case(wanted)),
            Self::Elsewhere(rtype) => *rtype == wanted,
            Self::Truth(_) => wanted == "boolean",
        }
    }
}

/// What `expression` finds in `this`, an element of `resource`.
pub fn eval<'r>(expression: &str, resource: &'r Value, this: &Node<'r>) -> Vec<Node<'r>> {
    let text = expression.trim();
    let parts = cut(text, " | ");
    if parts.len() > 1 {
        return parts.into_iter().flat_map(|part| eval(part, resource, this)).collect();
    }
    let parts = cut(text, " and ");
    if parts.len() > 1 {
        let all = parts.iter().all(|part| truth(&eval(part, resource, this)) == Some(true));
        let known = parts.iter().all(|part| truth(&eval(part, resource, this)).is_some());
        let refuted = parts.iter().any(|part| truth(&eval(part, resource, this)) == Some(false));
        return if known || refuted { vec![Node::Truth(all)] } else { Vec::new() };
    }
    for (sign, equal) in [("!=", false), ("=", true)] {
        let parts = cut(text, sign);
        if let [left, right] = parts.as_slice() {
            let found = eval(left, resource, this);
            let plain =
                |node: &Node<'_>| node.value().map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
            let wanted = right.trim().trim_matches('\'');
            return found
                .first()
                .and_then(plain)
                .map(|one| Node::Truth((one == wanted) == equal))
                .into_iter()
                .collect();
        }
    }
    for word in [" as ", " is "] {
        let parts = cut(text, word);
        if let [left, right] = parts.as_slice() {
            let found = eval(left, resource, this);
            let wanted = right.trim();
            return if word == " as " {
                found.into_iter().filter(|node| node.is(wanted)).collect()
            } else {
                found.into_iter().map(|node| Node::Truth(node.is(wanted))).collect()
            };
        }
    }
    steps(&cut(text, "."), resource, this)
}

fn truth(found: &[Node<'_>]) -> Option<bool> {
    found.first().map(|node| match node {
        Node::Truth(answer) | Node::Element(Value::Bool(answer), _) => *answer,
        _ => true,
    })
}

fn steps<'r>(steps: &[&str], resource: &'r Value, this: &Node<'r>) -> Vec<Node<'r>> {
    let mut found = vec![this.clone()];
    for (at, step) in steps.iter().enumerate() {
        let step = step.trim();
        found = if step.starts_with('(') && step.ends_with(')') {
            eval(&step[1..step.len() - 1], resource, this)
        } else if at == 0 && step.starts_with(char::is_uppercase) {
            let general = matches!(step, "Resource" | "DomainResource");
            let fits = general || resource["resourceType"] == step;
            fits.then(|| Node::of(resource)).into_iter().collect()
        } else if step == "%resource" {
            vec![Node::of(resource)]
        } else if let Some((name, argument)) = step.strip_suffix(')').and_then(|step| step.split_once('(')) {
            call(name, argument, &found, resource)
        } else if let Some((name, index)) = step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            let at: usize = index.parse().expect("a number");
            found.iter().flat_map(|node| member(node, name)).nth(at).into_iter().collect()
        } else {
            found.iter().flat_map(|node| member(node, step)).collect()
        };
    }
    found
}

fn call<'r>(name: &str, argument: &str, found: &[Node<'r>], resource: &'r Value) -> Vec<Node<'r>> {
    match name {
        "where" => {
            let holds = |node: &&Node<'r>| truth(&eval(argument, resource, node)) == Some(true);
            found.iter().filter(holds).cloned().collect()
        }
        "as" | "ofType" => found.iter().filter(|node| node.is(argument.trim())).cloned().collect(),
        "exists" => vec![Node::Truth(!found.is_empty())],
        "extension" => {
            let url = argument.trim().trim_matches('\'');
            let extensions = found.iter().flat_map(|node| member(node, "extension"));
            extensions.filter(|node| node.value().is_some_and(|value| value["url"] == url)).collect()
        }
        "resolve" => found.iter().filter_map(|node| resolve(node.value()?, resource)).collect(),
        _ => panic!("unknown function `{name}`"),
    }
}

/// The resource that a reference points at, as far as the reference tells.
fn resolve<'r>(reference: &'r Value, resource: &'r Value) -> Option<Node<'r>> {
    let literal = reference["reference"].as_str().or_else(|| reference.as_str()).unwrap_or_default();
    if let Some(id) = literal.strip_prefix('#') {
        let mut contained = resource["contained"].as_array().into_iter().flatten();
        return contained.find(|one| one["id"] == id).map(Node::of);
    }
    let path = literal.split("/_history/").next().unwrap_or_default();
    let named = path.rsplit('/').nth(1).filter(|name| spil_fhir_profiles::definition::type_number(name).is_some());
    let bsn = reference["identifier"]["system"] == "http://fhir.nl/fhir/NamingSystem/bsn";
    named.or(reference["type"].as_str()).or(bsn.then_some("Patient")).map(Node::Elsewhere)
}

fn member<'r>(node: &Node<'r>, name: &str) -> Vec<Node<'r>> {
    let Some(Value::Object(map)) = node.value() else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in map {
        let told = match key.strip_prefix(name) {
            Some("") => None,
            Some(ending) if TYPES.contains(&format!(" {ending} ")) => Some(ending),
            _ => continue,
        };
        match value {
            Value::Array(items) => found.extend(items.iter().map(|item| Node::Element(item, told))),
            Value::Null => {}
            one => found.push(Node::Element(one, told)),
        }
    }
    found.retain(|node| node.value().is_some_and(|value| !value.is_null()));
    found
}

/// Cuts at every `sign` that stands in no parentheses and no quotes.
fn cut<'t>(text: &'t str, sign: &str) -> Vec<&'t str> {
    let (mut parts, mut start, mut depth, mut quoted, mut skip) = (Vec::new(), 0, 0, false, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if at >= skip && depth == 0 && !quoted && text[at..].starts_with(sign) {
            parts.push(&text[start..at]);
            start = at + sign.len();
            skip = start;
        }
    }
    parts.push(&text[start..]);
    parts
}
