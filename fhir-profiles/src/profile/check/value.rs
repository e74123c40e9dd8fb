//! Fixed values, patterns, bounds and bindings.

use std::cmp::Ordering;

use serde_json::Value;

use super::Check;
use crate::canonical;
use crate::definition::definitions;
use crate::index::coded;
use crate::path::{Datum, Decimal, Node, Path, Scope};
use crate::profile::Profiles;
use crate::profile::structure::{Binding, Rule, Strength};
use crate::validate::Severity;

impl Check<'_> {
    /// What a rule says about the value itself.
    pub(super) fn values(&mut self, rule: &Rule, node: Node<'_>) {
        let Some(value) = node.value else { return };
        if let Some(fixed) = &rule.fixed
            && !equals(fixed, value)
        {
            self.error("value", format!("the value must be {}", shown(fixed)));
        }
        if let Some(pattern) = &rule.pattern
            && !contains(pattern, value)
        {
            self.error("value", format!("the value must have {}", shown(pattern)));
        }
        if let (Some(longest), Some(text)) = (rule.max_length, value.as_str())
            && text.chars().count() > longest
        {
            self.error("too-long", format!("the value may have at most {longest} characters"));
        }
        for (bound, wrong, what) in
            [(&rule.min_value, Ordering::Less, "less"), (&rule.max_value, Ordering::Greater, "more")]
        {
            if let Some(bound) = bound
                && order(node, bound) == Some(wrong)
            {
                self.error("value", format!("the value must not be {what} than {}", shown(bound)));
            }
        }
        if let Some(binding) = &rule.binding {
            self.binding(binding, value);
        }
    }

    fn binding(&mut self, binding: &Binding, value: &Value) {
        if binding.strength == Strength::Loose && binding.widest.is_none() {
            return;
        }
        let required = binding.strength == Strength::Required;
        let codes = coded(value);
        if codes.is_empty() {
            let silent = value.get("extension").is_some() || value.get("value").is_some();
            if required && value.is_object() && !silent {
                self.error("code-invalid", format!("a code from `{}` is required", binding.value_set));
            }
            return;
        }
        if binding.strength != Strength::Loose {
            self.bound(binding, value, required);
        }
        if let Some(widest) = binding.widest.as_ref().filter(|_| !required)
            && member_of(self.context, widest, value) == Some(false)
        {
            self.error("code-invalid", format!("the code is not in the value set `{widest}`, the widest allowed"));
        }
    }

    fn bound(&mut self, binding: &Binding, value: &Value, required: bool) {
        match member_of(self.context, &binding.value_set, value) {
            Some(true) => {}
            Some(false) if required => {
                self.error("code-invalid", format!("the code is not in the value set `{}`", binding.value_set));
            }
            Some(false) => {
                let text = format!("the code is not in the value set `{}`, which may be extended", binding.value_set);
                self.tell(Severity::Warning, "code-invalid", text);
            }
            None => self.unsure(format!("the value set `{}` is not known and was not checked", binding.value_set)),
        }
    }
}

/// Is one of the codes of an element in the value set? `None` if that cannot be told.
pub(super) fn member_of(context: &dyn Profiles, value_set: &str, value: &Value) -> Option<bool> {
    let plain = value_set.split('|').next().unwrap_or(value_set);
    let mut sure = true;
    for (system, code) in coded(value) {
        let answer = context.code_in_value_set(value_set, system, code);
        let answer = answer.or_else(|| context.code_in_value_set(plain, system, code));
        match answer.or_else(|| in_r4(plain, system, code)) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => sure = false,
        }
    }
    sure.then_some(false)
}

/// Is the code in the value set, by the tables of R4 for its required bindings?
fn in_r4(value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
    let key = value_set.strip_prefix("http://hl7.org/fhir/ValueSet/")?;
    let set = definitions().code_sets().find(|set| set.key == key)?;
    Some(system.map_or_else(|| set.has_code(code), |system| set.has_coding(system, code)))
}

/// A value of the profile, short enough to be read.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn same_number(left: &Value, right: &Value) -> Option<bool> {
    let number = |value: &Value| Decimal::parse(&value.as_number()?.to_string());
    Some(number(left)?.compare(number(right)?) == Ordering::Equal)
}

/// Are both the same, or names of the same definition? An extension may go by the other one.
fn same_text(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => canonical::same(left, right),
        _ => left == right,
    }
}

/// Are both values the same?
pub(super) fn equals(fixed: &Value, value: &Value) -> bool {
    match (fixed, value) {
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, one)| right.get(key).is_some_and(|other| equals(one, other)))
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(one, other)| equals(one, other))
        }
        _ => same_number(fixed, value).unwrap_or_else(|| same_text(fixed, value)),
    }
}

/// Does a value have all that the pattern has? (<https://hl7.org/fhir/R4/elementdefinition.html#patternx>) A list is looked
/// through for a pattern that is none.
pub(super) fn contains(pattern: &Value, value: &Value) -> bool {
    match (pattern, value) {
        (Value::Object(wanted), Value::Object(found)) => {
            wanted.iter().all(|(key, one)| found.get(key).is_some_and(|other| contains(one, other)))
        }
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.iter().all(|one| found.iter().any(|other| contains(one, other)))
        }
        (Value::Array(wanted), found) => wanted.iter().all(|one| contains(one, found)),
        (wanted, Value::Array(found)) => found.iter().any(|other| contains(wanted, other)),
        _ => same_number(pattern, value).unwrap_or_else(|| same_text(pattern, value)),
    }
}

/// How a value compares with a bound of the same type.
fn order(node: Node<'_>, bound: &Value) -> Option<Ordering> {
    let bound = Node { value: Some(bound), sibling: None, kind: node.kind };
    let resource = Value::Null;
    let is = |text: &str| {
        let mut scope = Scope::at(&resource, node);
        scope.variables.push(("bound", vec![Datum::Node(bound)]));
        Path::parse(text).ok()?.holds(&scope).ok().flatten()
    };
    match (is("$this < %bound"), is("$this > %bound")) {
        (Some(true), _) => Some(Ordering::Less),
        (_, Some(true)) => Some(Ordering::Greater),
        _ => None,
    }
}
