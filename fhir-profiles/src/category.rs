//! Which category of data a resource belongs to, and which sensitive labels its writer gave it. Consent decides by both.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::index::coded;
use crate::path::{Item, Path};

const TABLE: &str = include_str!("../profiles/data-category.tsv");

/// The code system of the categories.
pub const SYSTEM: &str = "https://spil.example/fhir/CodeSystem/data-category";

/// One category of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// The number in the store.
    pub number: u8,
    /// The code in [`SYSTEM`].
    pub code: &'static str,
    /// What people read in Dutch.
    pub dutch: &'static str,
    /// What people read in English.
    pub english: &'static str,
}

const fn row(number: u8, code: &'static str, dutch: &'static str, english: &'static str) -> Category {
    Category { number, code, dutch, english }
}

/// Who somebody is: the `Patient` itself.
pub const IDENTITY: u8 = 0;
/// Privacy consents: for the patient only, and what nothing else is known of.
pub const CONSENT: u8 = 31;
/// Nobody's data: directory and definitions.
pub const GENERAL: u8 = 30;

const CATEGORIES: [Category; 17] = [
    row(IDENTITY, "identity", "Wie u bent", "Identity"),
    row(1, "medication", "Medicijnen", "Medication"),
    row(2, "allergies", "Allergieën", "Allergies"),
    row(3, "problems", "Klachten en diagnoses", "Problems and diagnoses"),
    row(4, "measurements", "Metingen", "Measurements"),
    row(5, "results", "Uitslagen", "Results"),
    row(6, "procedures", "Behandelingen en operaties", "Treatments and surgery"),
    row(7, "encounters", "Opnames en afspraken", "Admissions and appointments"),
    row(8, "vaccinations", "Vaccinaties", "Vaccinations"),
    row(9, "wishes", "Wensen en grenzen", "Wishes and limits"),
    row(10, "nursing", "Verpleging en dagelijks functioneren", "Nursing and daily functioning"),
    row(11, "documents", "Documenten en brieven", "Documents and letters"),
    row(12, "mental-health", "Psychische en sociale zorg", "Mental health and social care"),
    row(13, "own-measurements", "Eigen metingen", "Own measurements"),
    row(14, "contacts", "Persoon en contacten", "Person and contacts"),
    row(GENERAL, "general", "Algemeen", "General"),
    row(CONSENT, "consent", "Toestemmingen", "Consents"),
];

/// Codes of `meta.security` (<http://terminology.hl7.org/CodeSystem/v3-ActCode>) and the label that each sets.
const LABELS: [(&str, u8); 9] = [
    ("PSY", PSYCHIATRY),
    ("PSYTHPN", PSYCHIATRY),
    ("MH", PSYCHIATRY),
    ("SEX", SEXUAL),
    ("STD", SEXUAL),
    ("GDIS", GENETICS),
    ("SDV", VIOLENCE),
    ("DV", VIOLENCE),
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
            |rules: &Vec<Rule>| rules.last().is_some_and(|rule| rule.condition.is_none() && rule.category == GENERAL);
        let mut types: Vec<_> = RULES.iter().filter(|(_, rules)| is_general(rules)).map(|(rtype, _)| *rtype).collect();
        types.sort_unstable();
        types
    });
    &TYPES
}

/// The resource types that have a category, in order.
pub fn types() -> Vec<&'static str> {
    let mut types: Vec<_> = RULES.keys().copied().collect();
    types.sort_unstable();
    types
}

/// The numbers of the categories that resources of a type can belong to, in order.
pub fn of_type(rtype: &str) -> Vec<u8> {
    let mut numbers: Vec<u8> = RULES.get(rtype).into_iter().flatten().map(|rule| rule.category).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The number of the category that a resource belongs to. What is no R4 resource is the patient's only.
pub fn category(resource: &Value) -> u8 {
    let rules = resource["resourceType"].as_str().and_then(|rtype| RULES.get(rtype));
    let first = rules.into_iter().flatten().find(|rule| rule.holds(resource));
    first.map_or(CONSENT, |rule| rule.category)
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

/// The sensitive labels in `meta.security`, whatever system their codes are in.
pub fn labels(resource: &Value) -> u8 {
    let codes = resource["meta"]["security"].as_array().into_iter().flatten().filter_map(|tag| tag["code"].as_str());
    let bits = codes.flat_map(|code| LABELS.iter().filter(move |label| label.0 == code).map(|label| label.1));
    bits.fold(0, |all, one| all | one)
}

/// One row of the table: if one of the patterns is found at the place, this category.
struct Rule {
    condition: Option<(Path, Vec<Pattern>)>,
    category: u8,
}

/// A system under all its names (none: no system), and a code or its beginning.
struct Pattern {
    systems: Vec<&'static str>,
    code: &'static str,
    is_prefix: bool,
}

static RULES: LazyLock<HashMap<&'static str, Vec<Rule>>> = LazyLock::new(|| {
    let mut systems: HashMap<&str, Vec<&'static str>> = HashMap::new();
    let mut rules: HashMap<&'static str, Vec<Rule>> = HashMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let first = cells.next().unwrap_or_default();
        if let Some(short) = first.strip_prefix('@') {
            systems.insert(short, cells.collect());
        } else if let (Some(condition), Some(category)) = (cells.next(), cells.next().and_then(by_code)) {
            let condition = match condition.rsplit_once('=').map(|(path, values)| (Path::parse(path), values)) {
                Some((Ok(path), values)) => {
                    Some((path, values.split(',').map(|value| Pattern::read(value, &systems)).collect()))
                }
                // A test keeps such a row out of the table; if one slips in it must not hold for everything.
                Some((Err(_), _)) => continue,
                None => None,
            };
            rules.entry(first).or_default().push(Rule { condition, category: category.number });
        }
    }
    rules
});

impl Rule {
    fn holds(&self, resource: &Value) -> bool {
        let Some((path, patterns)) = &self.condition else { return true };
        path.evaluate(resource, resource).into_iter().any(|item| match item {
            Item::Node(value, _) => {
                coded(value).iter().any(|(system, code)| patterns.iter().any(|pattern| pattern.matches(*system, code)))
            }
            Item::Bool(answer) => patterns.iter().any(|pattern| pattern.code == "true") == answer,
            Item::Text(_) | Item::Resource(_) => false,
        })
    }
}

impl Pattern {
    fn read(text: &'static str, systems: &HashMap<&str, Vec<&'static str>>) -> Self {
        let (system, code) = text.split_once('|').map_or((None, text), |(system, code)| (Some(system), code));
        let systems = system.map_or_else(Vec::new, |short| systems.get(short).cloned().unwrap_or_else(|| vec![short]));
        let prefix = code.strip_suffix('*');
        Self { systems, code: prefix.unwrap_or(code), is_prefix: prefix.is_some() }
    }

    fn matches(&self, system: Option<&str>, code: &str) -> bool {
        let same_system = match system {
            Some(system) => self.systems.contains(&system),
            None => self.systems.is_empty(),
        };
        same_system && if self.is_prefix { code.starts_with(self.code) } else { code == self.code }
    }
}

#[cfg(test)]
mod tests;
