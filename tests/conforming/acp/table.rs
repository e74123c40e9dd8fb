//! How the rules of a profile are written down, and the `StructureDefinition` that they make.

use serde_json::{Value, json};

use super::super::Library;

/// Where the profiles of the standard are.
pub(super) const BASE: &str = "https://api.iknl.nl/docs/pzp/r4/";
/// Where those are that it builds on.
pub(super) const NICTIZ: &str = "http://nictiz.nl/fhir/StructureDefinition/";
pub(super) const SCT: &str = "http://snomed.info/sct";
pub(super) const NULL: &str = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";

/// What is said of an element.
pub(super) enum Says {
    /// How often it is there.
    Count(u32, &'static str),
    /// Its system and code.
    Is(&'static str, &'static str),
    /// From which value set its code is; only with `true` without exception.
    In(&'static str, bool),
    /// What it refers to: profiles of the standard.
    To(&'static [&'static str]),
    /// Of which type it is.
    Only(&'static str),
    /// Key and expression of what holds.
    Holds(&'static str, &'static str),
}

/// The element below the resource, as the id of an `ElementDefinition`; what is said of it; and what breaks just that.
pub(super) type Rule = (&'static str, Says, fn(&mut Value));

/// By what the members of a slice are known.
pub(super) enum Mark {
    Code(&'static str, &'static str),
    Address(&'static str),
}

/// A slice: its list, the element inside that tells, empty for the whole; its name; and what is found there.
pub(super) type Slice = (&'static str, &'static str, &'static str, Mark);

/// A profile of the standard.
pub(super) struct Profile {
    pub(super) name: &'static str,
    pub(super) rtype: &'static str,
    /// The profile of Nictiz that it builds on.
    pub(super) parent: Option<&'static str>,
    pub(super) slices: &'static [Slice],
    pub(super) rules: &'static [Rule],
}

/// Kinds of statements.
const WILL: &str = "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.14.1";

/// The members of the value sets; the first two are lists of Nictiz, which the profiles take over.
const SETS: [(&str, &[(&str, &str)]); 7] = [
    (
        "ACP-Treatment",
        &[
            (SCT, "305351004"),
            (SCT, "89666000"),
            (SCT, "40617009"),
            (SCT, "116762002"),
            (SCT, "281789004"),
            (SCT, "32485007"),
            (NULL, "OTH"),
        ],
    ),
    (
        "ACP-Statement",
        &[
            (WILL, "NR"),
            (WILL, "VOL"),
            (WILL, "VERB"),
            (WILL, "VERBVL"),
            (WILL, "MON"),
            (WILL, "EU"),
            (WILL, "EUD"),
            (WILL, "LW"),
            (WILL, "DO"),
            (NULL, "OTH"),
        ],
    ),
    ("ACP-MedicalPolicyGoal", &[(SCT, "385987000"), (SCT, "1351964001"), (SCT, "713148004"), (NULL, "UNK")]),
    (
        "ACP-PreferredPlaceOfDeath",
        &[(SCT, "264362003"), (SCT, "22232009"), (SCT, "108344006"), (SCT, "284546000"), (NULL, "OTH"), (NULL, "UNK")],
    ),
    (
        "ACP-PositionRegardingEuthanasia",
        &[(SCT, "340181000146102"), (SCT, "340201000146103"), (SCT, "340191000146100"), (NULL, "UNK")],
    ),
    ("ACP-YesNoUnknownVS", &[(SCT, "373066001"), (SCT, "373067005"), (NULL, "UNK")]),
    (
        "ACP-MedicalDeviceProductType-ICD",
        &[
            (SCT, "72506001"),
            (SCT, "465460004"),
            (SCT, "468542000"),
            (SCT, "704707009"),
            (SCT, "1263462004"),
            (SCT, "1236894001"),
        ],
    ),
];

pub(super) fn address(name: &str) -> String {
    format!("{BASE}StructureDefinition/{name}")
}

fn concept(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// An element by its id, without the names of slices in its path.
fn element(rtype: &str, id: &str) -> Value {
    let path: Vec<&str> = id.split('.').map(|part| part.split(':').next().unwrap_or(part)).collect();
    let under = |text: &str| if text.is_empty() { rtype.to_owned() } else { format!("{rtype}.{text}") };
    json!({"id": under(id), "path": under(&path.join("."))})
}

impl Profile {
    pub(super) fn url(&self) -> String {
        address(self.name)
    }

    /// The definition, over what R4 says; without the rule at one place.
    pub(super) fn definition(&self, without: Option<usize>) -> Value {
        let mut elements = Vec::new();
        for (list, inside, name, mark) in self.slices {
            let mut whole = element(self.rtype, list);
            let place = if inside.is_empty() { "$this" } else { inside };
            whole["slicing"] = json!({"discriminator": [{"type": "value", "path": place}], "rules": "open"});
            elements.push(whole);
            let dot = if inside.is_empty() { "" } else { "." };
            let mut told = element(self.rtype, &format!("{list}:{name}{dot}{inside}"));
            match mark {
                Mark::Code(system, code) => told["patternCodeableConcept"] = concept(system, code),
                Mark::Address(url) => told["fixedUri"] = json!(url),
            }
            elements.push(told);
        }
        for (_, rule) in self.rules.iter().enumerate().filter(|(at, _)| Some(*at) != without) {
            elements.push(self.rule(rule));
        }
        let mut definition = json!({
            "resourceType": "StructureDefinition", "url": self.url(), "type": self.rtype,
            "baseDefinition": format!("http://hl7.org/fhir/StructureDefinition/{}", self.rtype),
            "derivation": "constraint", "differential": {"element": elements},
        });
        if self.rtype == "Extension" {
            definition["context"] = json!([{"type": "element", "expression": "Patient"}]);
        }
        definition
    }

    fn rule(&self, (id, says, _): &Rule) -> Value {
        let mut said = element(self.rtype, id);
        match says {
            Says::Count(min, max) => {
                said["min"] = json!(min);
                said["max"] = json!(max);
            }
            Says::Is(system, code) => said["patternCodeableConcept"] = concept(system, code),
            Says::In(set, all) => {
                let strength = if *all { "required" } else { "extensible" };
                said["binding"] = json!({"strength": strength, "valueSet": format!("{BASE}ValueSet/{set}")});
            }
            Says::To(names) => {
                let targets: Vec<String> = names.iter().map(|name| address(name)).collect();
                said["type"] = json!([{"code": "Reference", "targetProfile": targets}]);
            }
            Says::Only(kind) => said["type"] = json!([{"code": kind}]),
            Says::Holds(key, expression) => {
                said["constraint"] = json!([{"key": key, "severity": "error", "human": key, "expression": expression}]);
            }
        }
        said
    }
}

/// Puts the profiles and value sets where the validator finds them; of one profile without one rule.
pub(super) fn add(library: &mut Library, profiles: &[&Profile], without: Option<(&str, usize)>) {
    for profile in profiles {
        let left_out = without.filter(|(name, _)| *name == profile.name).map(|(_, at)| at);
        library.add(profile.definition(left_out));
    }
    for (name, codes) in SETS {
        let codes = codes.iter().map(|(system, code)| ((*system).to_owned(), (*code).to_owned())).collect();
        library.sets.insert(format!("{BASE}ValueSet/{name}"), codes);
    }
}
