//! How our categories stand to those of others.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spil_consent::{Category, Labels, Target};
use spil_fhir_profiles::category::{self, SYSTEM as DATA_CATEGORY};

use super::{definition, version};

/// The categories of the Dutch Generic Functions.
const GENERIC: &str = "http://minvws.github.io/generiekefuncties-docs/CodeSystem/nl-gf-data-categories-cs";
/// The categories of Mitz (<https://vzvz.atlassian.net/wiki/spaces/MA11/pages/127535952>).
const MITZ: &str = "urn:oid:2.16.840.1.113883.2.4.3.111.5.10.1";
/// The resources that each category of the Generic Functions is about.
const TABLE: &str = include_str!("../../fhir-profiles/profiles/nl-gf-data-category.tsv");

/// Which category Mitz must be asked about for data of ours.
pub(super) fn mitz() -> Value {
    let codes = Category::ALL.into_iter().map(|one| (one.code(), Target::names(one.code())));
    let labels = Labels::NAMED.into_iter().filter(|one| Target::names(one.code())).map(|one| (one.code(), true));
    let element = |(code, is_asked): (&str, bool)| {
        let target = match code {
            _ if !is_asked => json!({"equivalence": "unmatched", "comment": "No permission is asked for it."}),
            "medication" => json!({"code": "GGC013", "display": "Medicatiegegevens", "equivalence": "equivalent"}),
            "results" => json!({"code": "GGC012", "display": "Uitslagen", "equivalence": "equivalent"}),
            _ => json!({"code": "GGC002", "display": "Behandelgegevens", "equivalence": "wider"}),
        };
        json!({"code": code, "target": [target]})
    };
    let elements: Vec<Value> = codes.chain(labels).map(element).collect();
    let about = "The category that Mitz is asked about (closed question) before data of a category is released. A yes to \
                 Behandelgegevens is one to Uitslagen and Medicatiegegevens too.";
    map("data-category-mitz", "DataCategoryMitz", "Data categories in Mitz", about, (DATA_CATEGORY, MITZ), &elements)
}

/// What the categories of the Generic Functions are here, by the table that decides.
pub(super) fn generic_functions() -> Value {
    let mut kinds: BTreeMap<u8, Vec<&str>> = BTreeMap::new();
    for rtype in category::types() {
        for number in category::of_type(rtype) {
            kinds.entry(number).or_default().push(rtype);
        }
    }
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let elements: Vec<Value> = rows
        .map(|(code, resources)| {
            let resources: Vec<Resources> = resources.split(';').filter_map(Resources::read).collect();
            json!({"code": code, "target": targets(&resources, &kinds)})
        })
        .collect();
    let about =
        "In which of our categories the resources fall that a category of the Dutch Generic Functions is about.";
    let (id, name) = ("nl-gf-data-category", "GenericFunctionsDataCategory");
    map(id, name, "Data categories of the Dutch Generic Functions", about, (GENERIC, DATA_CATEGORY), &elements)
}

/// Resources of a type; with an element, those alone that have this code there.
struct Resources {
    rtype: &'static str,
    only: Option<Value>,
}

impl Resources {
    fn read(text: &'static str) -> Option<Self> {
        let (rtype, condition) = text.split_once(' ').map_or((text, None), |(rtype, rest)| (rtype, Some(rest)));
        let only = match condition {
            None => None,
            Some(condition) => {
                let (element, coding) = condition.split_once('=')?;
                let (system, code) = coding.split_once('|')?;
                let concept = json!({"coding": [{"system": system, "code": code}]});
                let is_one = rtype == "Consent" && element == "scope";
                let concept = if is_one { concept } else { json!([concept]) };
                Some(json!({"resourceType": rtype, element: concept}))
            }
        };
        (!rtype.is_empty()).then_some(Self { rtype, only })
    }

    fn categories(&self) -> Vec<u8> {
        self.only.as_ref().map_or_else(|| category::of_type(self.rtype), |one| vec![category::category(one)])
    }
}

fn targets(resources: &[Resources], kinds: &BTreeMap<u8, Vec<&str>>) -> Vec<Value> {
    let mut numbers: Vec<u8> = resources.iter().flat_map(Resources::categories).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() {
        return vec![json!({"equivalence": "unmatched", "comment": "Nothing of the kind is kept here."})];
    }
    let covers = |number: u8| {
        let of = kinds.get(&number).map_or(&[] as &[&str], Vec::as_slice);
        of.iter().all(|rtype| resources.iter().any(|one| one.rtype == *rtype && one.only.is_none()))
    };
    let one = |number: &u8| {
        let category = Category::from_number(*number)?;
        let equivalence = match (numbers.len(), covers(*number)) {
            (1, true) => "equivalent",
            (1, false) => "wider",
            (_, true) => "narrower",
            (_, false) => "inexact",
        };
        // R4 wants a comment where the two differ.
        let comment = (equivalence == "narrower" || equivalence == "inexact")
            .then_some("Each resource falls in one category, by its type and codes.");
        let mut target = json!({"code": category.code(), "display": category.english(), "equivalence": equivalence});
        if let Some(comment) = comment {
            target["comment"] = json!(comment);
        }
        Some(target)
    };
    numbers.iter().filter_map(one).collect()
}

fn map(id: &str, name: &str, title: &str, about: &str, (from, to): (&str, &str), elements: &[Value]) -> Value {
    let mut map = definition("ConceptMap", id, name, title, about);
    let (source, target) = (format!("{from}?fhir_vs"), format!("{to}?fhir_vs"));
    map["sourceUri"] = json!(source);
    map["targetUri"] = json!(target);
    let mut group = json!({"source": from, "target": to, "element": elements});
    if from == DATA_CATEGORY {
        group["sourceVersion"] = json!(version());
    } else {
        group["targetVersion"] = json!(version());
    }
    map["group"] = json!([group]);
    map
}
