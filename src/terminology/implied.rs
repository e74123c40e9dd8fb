//! Value sets that are not stored: those that an address implies, and the sets of codes that R4 itself binds.

use serde_json::{Value, json};
use spil_fhir_profiles::definition::definitions;

/// Where the value sets of R4 have their address.
const R4: &str = "http://hl7.org/fhir/ValueSet/";
/// SNOMED CT (<https://hl7.org/fhir/R4/snomedct.html#implicit>).
const SNOMED: &str = "http://snomed.info/sct";
/// LOINC (<https://hl7.org/fhir/R4/loinc.html>).
const LOINC: &str = "http://loinc.org";

/// The value set that an address implies.
pub(super) fn value_set(url: &str) -> Option<Value> {
    if let Some((edition, query)) = url.split_once("?fhir_vs") {
        return snomed(url, edition, query);
    }
    if url == "http://loinc.org/vs" {
        return Some(made(url, &json!([{"system": LOINC}])));
    }
    let key = url.strip_prefix(R4)?;
    let includes: Vec<Value> = definitions()
        .code_sets()
        .filter(|set| set.key == key)
        .flat_map(spil_fhir_profiles::definition::CodeSet::systems)
        .map(|(system, codes)| {
            let concepts: Vec<Value> = codes.iter().map(|code| json!({"code": code})).collect();
            json!({"system": system, "concept": concepts})
        })
        .collect();
    if includes.is_empty() { None } else { Some(made(url, &Value::Array(includes))) }
}

/// All of SNOMED CT, or what lies under a concept.
fn snomed(url: &str, edition: &str, query: &str) -> Option<Value> {
    let version = match edition.strip_prefix(SNOMED)? {
        "" => None,
        rest if rest.starts_with('/') => Some(edition),
        _ => return None,
    };
    let mut include = json!({"system": SNOMED});
    if let Some(version) = version {
        include["version"] = json!(version);
    }
    if !query.is_empty() {
        let code = query.strip_prefix("=isa/").filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))?;
        include["filter"] = json!([{"property": "concept", "op": "is-a", "value": code}]);
    }
    Some(made(url, &json!([include])))
}

fn made(url: &str, include: &Value) -> Value {
    json!({"resourceType": "ValueSet", "url": url, "status": "active", "compose": {"include": include}})
}

/// Whether R4 itself binds this code of this system somewhere. *False* only means that nothing is known.
pub(super) fn has_code(system: &str, code: &str) -> bool {
    definitions().code_sets().any(|set| set.has_coding(system, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_implies_a_value_set() {
        let set = value_set("http://snomed.info/sct?fhir_vs=isa/64572001").expect("a set");
        assert_eq!(set["compose"]["include"][0]["filter"][0]["value"], "64572001");
        let set = value_set("http://snomed.info/sct/11000146104?fhir_vs").expect("a set");
        assert_eq!(set["compose"]["include"][0]["version"], "http://snomed.info/sct/11000146104");
        for none in ["http://snomed.info/sct?fhir_vs=refset/1", "http://x?fhir_vs", "http://hl7.org/fhir/ValueSet/no"] {
            assert!(value_set(none).is_none(), "{none}");
        }
        let genders = value_set("http://hl7.org/fhir/ValueSet/administrative-gender").expect("a set");
        assert_eq!(genders["compose"]["include"][0]["concept"].as_array().map(Vec::len), Some(4));
        assert!(has_code("http://hl7.org/fhir/administrative-gender", "female"));
        assert!(!has_code("http://hl7.org/fhir/administrative-gender", "vrouw"));
    }
}
