//! Which category of data a resource belongs to, and which sensitive labels its writer gave it. Consent decides by both.

mod anywhere;
mod page;
mod table;

use std::sync::LazyLock;

use serde_json::Value;

pub use page::{Words, page};
use table::{Rule, TABLES};

/// The code system of the categories.
pub const SYSTEM: &str = "https://spil.example/fhir/CodeSystem/data-category";

/// One category of data. What people read is in the consent engine (`consent/src/category.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// The number in the store.
    pub number: u8,
    /// The code in [`SYSTEM`].
    pub code: &'static str,
}

const fn row(number: u8, code: &'static str) -> Category {
    Category { number, code }
}

/// Who somebody is: the `Patient` itself.
pub const IDENTITY: u8 = 0;
/// Privacy consents: for the patient only, and what nothing else is known of.
pub const CONSENT: u8 = 31;
/// Nobody's data: directory and definitions.
pub const GENERAL: u8 = 30;

const CATEGORIES: [Category; 17] = [
    row(IDENTITY, "identity"),
    row(1, "medication"),
    row(2, "allergies"),
    row(3, "problems"),
    row(4, "measurements"),
    row(5, "results"),
    row(6, "procedures"),
    row(7, "encounters"),
    row(8, "vaccinations"),
    row(9, "wishes"),
    row(10, "nursing"),
    row(11, "documents"),
    row(12, "mental-health"),
    row(13, "own-measurements"),
    row(14, "contacts"),
    row(GENERAL, "general"),
    row(CONSENT, "consent"),
];

/// Codes of `meta.security` (<http://terminology.hl7.org/CodeSystem/v3-ActCode>) and the label that each sets. One that says
/// more than we have a label for sets the nearest: whoever marked a resource must not have done so for nothing.
const LABELS: [(&str, u8); 19] = [
    ("PSY", PSYCHIATRY),
    ("PSYTHPN", PSYCHIATRY),
    ("MH", PSYCHIATRY),
    ("BH", PSYCHIATRY),
    ("EMOTDIS", PSYCHIATRY),
    ("COGN", PSYCHIATRY),
    ("DVD", PSYCHIATRY),
    ("ETH", PSYCHIATRY),
    ("ETHUD", PSYCHIATRY),
    ("OPIOIDUD", PSYCHIATRY),
    ("SUD", PSYCHIATRY),
    ("SEX", SEXUAL),
    ("STD", SEXUAL),
    ("GDIS", GENETICS),
    ("SCA", GENETICS),
    ("SDV", VIOLENCE),
    ("VIO", VIOLENCE),
    ("MST", VIOLENCE),
    ("HIV", HIV),
];

/// Label: psychiatry.
pub const PSYCHIATRY: u8 = 1;
/// Label: sexual health.
pub const SEXUAL: u8 = 2;
/// Label: genetics.
pub const GENETICS: u8 = 4;
/// Label: violence.
pub const VIOLENCE: u8 = 8;
/// Label: HIV.
pub const HIV: u8 = 16;

/// The codes of the labels, as the consent engine has them.
pub const LABEL_CODES: [(&str, u8); 5] = [
    ("psychiatry", PSYCHIATRY),
    ("sexual-health", SEXUAL),
    ("genetics", GENETICS),
    ("violence", VIOLENCE),
    ("hiv", HIV),
];

/// The label with this code.
fn label(code: &str) -> Option<u8> {
    LABEL_CODES.iter().find(|label| label.0 == code).map(|label| label.1)
}

/// All categories, by number.
pub fn all() -> &'static [Category] {
    &CATEGORIES
}

/// The category with this code.
pub fn by_code(code: &str) -> Option<&'static Category> {
    CATEGORIES.iter().find(|category| category.code == code)
}

/// The category with this number.
pub fn by_number(number: u8) -> Option<&'static Category> {
    CATEGORIES.iter().find(|category| category.number == number)
}

/// The resource types whose ordinary category is [`GENERAL`].
pub fn general_types() -> &'static [&'static str] {
    static TYPES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let is_general =
            |rules: &Vec<Rule>| rules.last().is_some_and(|rule| rule.condition.is_none() && rule.gives == GENERAL);
        let mut types: Vec<_> =
            TABLES.categories.iter().filter(|(_, rules)| is_general(rules)).map(|(rtype, _)| *rtype).collect();
        types.sort_unstable();
        types
    });
    &TYPES
}

/// The resource types that have a category, in order.
pub fn types() -> Vec<&'static str> {
    let mut types: Vec<_> = TABLES.categories.keys().copied().collect();
    types.sort_unstable();
    types
}

/// The numbers of the categories that resources of a type can belong to, in order.
pub fn of_type(rtype: &str) -> Vec<u8> {
    let mut numbers: Vec<u8> = TABLES.categories.get(rtype).into_iter().flatten().map(|rule| rule.gives).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The number of the category that a resource belongs to. What is no R4 resource is the patient's only.
pub fn category(resource: &Value) -> u8 {
    let rules = resource["resourceType"].as_str().and_then(|rtype| TABLES.categories.get(rtype));
    let first = rules.into_iter().flatten().find(|rule| rule.holds(resource));
    first.map_or(CONSENT, |rule| rule.gives)
}

/// What a resource carries inside: copies in a `Bundle` or `Parameters`, and contained resources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inside {
    /// Their categories, one bit for each number; nobody's data and identities left out.
    pub categories: u32,
    /// Their sensitive labels.
    pub labels: u8,
}

impl Inside {
    /// Whether data of this category is inside.
    pub const fn has(self, category: u8) -> bool {
        self.categories & (1 << category) != 0
    }

    /// Whether there is nothing that somebody decides about.
    pub const fn is_empty(self) -> bool {
        self.categories == 0
    }

    fn add(&mut self, resource: &Value) {
        let category = category(resource);
        if category != GENERAL && category != IDENTITY {
            self.categories |= 1 << category;
        }
        self.labels |= labels(resource);
    }

    /// Everything below a value that is a resource.
    fn all(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.all(item)),
            Value::Object(members) => {
                if value["resourceType"].is_string() {
                    self.add(value);
                }
                members.values().for_each(|member| self.all(member));
            }
            _ => {}
        }
    }
}

/// What a resource carries inside.
pub fn inside(resource: &Value) -> Inside {
    let mut inside = Inside::default();
    match resource["resourceType"].as_str() {
        Some("Bundle") => inside.all(&resource["entry"]),
        Some("Parameters") => inside.all(&resource["parameter"]),
        _ => inside.all(&resource["contained"]),
    }
    inside
}

/// The sensitive labels of a resource: those in `meta.security`, whatever system their codes are in, and those of its own
/// codes by `profiles/data-label.tsv`, for a writer may forget them. Nothing takes a label away.
///
/// The store keeps them as they were when the resource was written: what a new row of the table says holds for a resource
/// from its next write.
pub fn labels(resource: &Value) -> u8 {
    let codes = resource["meta"]["security"].as_array().into_iter().flatten().filter_map(|tag| tag["code"].as_str());
    let written = codes.flat_map(|code| LABELS.iter().filter(move |label| label.0 == code).map(|label| label.1));
    let rules = resource["resourceType"].as_str().and_then(|rtype| TABLES.labels.get(rtype));
    let by_type = rules.into_iter().flatten().filter(|rule| rule.holds(resource)).map(|rule| rule.gives);
    written.chain(by_type).fold(TABLES.anywhere.labels(resource), |all, one| all | one)
}

#[cfg(test)]
mod tests;
