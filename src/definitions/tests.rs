//! What is published is valid, and says what decides.

use super::*;
use spil_consent::Target;

fn target<'a>(map: &'a Value, code: &str) -> &'a Value {
    let elements = map["group"][0]["element"].as_array().into_iter().flatten();
    let mut found = elements.filter(|element| element["code"] == code);
    &found.next().unwrap_or_else(|| panic!("{code} is missing"))["target"]
}

#[test]
fn every_definition_has_an_address_of_its_own() {
    let all = all();
    assert_eq!(all.len(), 23);
    for (file, one) in &all {
        if one["resourceType"] != "NamingSystem" {
            let rtype = one["resourceType"].as_str().expect("a type");
            assert_eq!(one["url"], format!("{BASE}/{rtype}/{}", one["id"].as_str().expect("an id")), "{file}");
        }
        let issues = spil_fhir_profiles::validate::validate(one);
        assert!(issues.is_empty(), "{file}: {issues:?}");
    }
}

#[test]
fn a_consent_can_name_each_category_and_label_and_no_other_kind() {
    let system = systems::data_category();
    let concepts = system["concept"].as_array().expect("concepts");
    assert_eq!(system["url"], DATA_CATEGORY);
    assert_eq!(system["count"], concepts.len());
    let of = |kind: &str| concepts.iter().filter(|one| one["property"][0]["valueCode"] == kind).count();
    assert_eq!((of("category"), of("label"), of("fixed")), (14, 3, 3));
}

#[test]
fn a_consent_names_what_its_value_set_has() {
    let set = systems::consent_category();
    let codes = set["compose"]["include"][0]["concept"].as_array().expect("codes");
    assert_eq!(codes.len(), 17);
    assert!(codes.iter().all(|one| Target::names(one["code"].as_str().unwrap_or_default())));
}

#[test]
fn the_categories_of_the_generic_functions_are_those_of_their_resources() {
    let map = maps::generic_functions();
    assert_eq!(map["group"][0]["element"].as_array().map(Vec::len), Some(31));
    let only = |code: &str| (target(&map, code)[0]["code"].clone(), target(&map, code)[0]["equivalence"].clone());
    assert_eq!(only("AllergyIntolerance"), (json!("allergies"), json!("wider")), "a List can be of allergies too");
    assert_eq!(only("MedicationRequest"), (json!("medication"), json!("wider")));
    assert_eq!(only("AdvanceDirective"), (json!("wishes"), json!("wider")));
    assert_eq!(only("ObservationVitalSigns"), (json!("measurements"), json!("wider")));
    assert_eq!(only("ObservationLaboratory"), (json!("results"), json!("wider")));
    assert_eq!(only("Consent"), (json!("consent"), json!("wider")));
    assert_eq!(target(&map, "Notification")[0]["equivalence"], "unmatched");
    // Every type that is named exists.
    let conditions = target(&map, "Condition").as_array().expect("targets");
    assert!(conditions.iter().any(|one| one["code"] == "problems") && conditions.len() > 1);
}

#[test]
fn mitz_is_asked_about_medicines_results_or_treatment() {
    let map = maps::mitz();
    assert_eq!(target(&map, "medication")[0]["code"], "GGC013");
    assert_eq!(target(&map, "results")[0]["code"], "GGC012");
    assert_eq!(target(&map, "hiv")[0]["code"], "GGC002");
    assert_eq!(target(&map, "wishes")[0]["equivalence"], "wider");
    assert!(target(&map, "general")[0]["code"].is_null());
}
