//! The limits of treatment at one glance.

use super::super::{Limits, Mark, Source, Stand, treatment_limits};
use super::fixtures::{directive, directory, from, observation, patient, sct};
use super::input;
use serde_json::{Value, json};

const CPR: (&str, &str) = ("89666000", "Cardiopulmonale resuscitatie");
const IC: (&str, &str) = ("305351004", "Opname op intensive care");

fn limits(resources: Vec<Value>) -> Limits {
    let mut all: Vec<Source> = directory();
    all.extend(resources.into_iter().map(|resource| from("Ziekenhuis Noord", resource)));
    treatment_limits(&input(&patient(), &all))
}

fn stands(limits: &Limits) -> Vec<(&str, Stand)> {
    limits.limits.iter().map(|limit| (limit.treatment.nl.as_str(), limit.stand)).collect()
}

#[test]
fn every_usual_treatment_has_its_place_and_what_is_not_found_is_unknown() {
    let mut other = directive("d3", ("OTH", ""), "deny", "2024-03-01");
    other["provision"]["code"] = json!([{"coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "OTH"}
    ], "text": "Sondevoeding"}]);
    let found = limits(vec![
        other,
        directive("d1", IC, "eerst overleg met de dochter", "2024-03-01"),
        directive("d2", CPR, "permit", "2020-03-01"),
        directive("d4", CPR, "deny", "2024-03-01"),
    ]);
    assert_eq!(
        stands(&found),
        [
            ("Reanimeren", Stand::Agreed(Mark::No)),
            ("Beademen", Stand::Unknown),
            ("Opname op de intensive care", Stand::Agreed(Mark::Other)),
            ("Opname in het ziekenhuis", Stand::Unknown),
            ("Bloed geven", Stand::Unknown),
            ("Antibiotica", Stand::Unknown),
            ("ICD uitzetten", Stand::Unknown),
            ("Sondevoeding", Stand::Agreed(Mark::No)),
        ]
    );
    let first = &found.limits[0];
    assert_eq!((first.date.nl.as_str(), first.explained.len()), ("1 maart 2024", 0));
    assert_eq!(first.with.nl, "J. Peters, internist (Ziekenhuis Noord); Anna de Vries");
    assert_eq!(found.limits[2].explained[0].nl, "eerst overleg met de dochter");
    assert!(stands(&limits(vec![])).iter().all(|(_, stand)| *stand == Stand::Unknown), "nothing is never a yes");
}

#[test]
fn different_agreements_of_one_day_are_one_row_that_says_so() {
    let found = limits(vec![
        directive("d1", CPR, "permit", "2024-03-01"),
        directive("d2", CPR, "deny", "2024-03-01"),
        directive("d3", IC, "deny", "2024-03-01"),
        directive("d4", IC, "deny", "2024-03-01"),
    ]);
    assert_eq!(found.limits[0].stand, Stand::Contradictory);
    let said: Vec<&str> = found.limits[0].explained.iter().map(|line| line.nl.as_str()).collect();
    assert_eq!(said, ["Wel: Ziekenhuis Noord", "Niet: Ziekenhuis Noord"]);
    assert_eq!(found.limits[2].stand, Stand::Agreed(Mark::No), "twice the same is no contradiction");
    assert_eq!(found.limits.len(), 7);
}

#[test]
fn what_was_withdrawn_is_over_and_what_was_said_before_it_does_not_come_back() {
    let mut withdrawn = directive("d1", CPR, "deny", "2024-03-01");
    withdrawn["status"] = json!("inactive");
    let mut ran_out = directive("d2", IC, "deny", "2024-03-01");
    ran_out["provision"]["period"] = json!({"end": "2025-06-14"});
    let found = limits(vec![withdrawn, directive("d3", CPR, "permit", "2020-03-01"), ran_out]);
    assert_eq!((found.limits[0].stand, found.limits[2].stand), (Stand::Over, Stand::Over));
    let mut wrong = directive("d1", CPR, "deny", "2024-03-01");
    wrong["status"] = json!("entered-in-error");
    let mut proposed = directive("d2", CPR, "deny", "2024-03-01");
    proposed["status"] = json!("proposed");
    assert_eq!(limits(vec![wrong, proposed]).limits[0].stand, Stand::Unknown);
}

#[test]
fn a_written_statement_against_resuscitation_is_named_while_it_counts() {
    let mut statement = directive("s1", ("NR", ""), "deny", "2020-05-01");
    statement["scope"]["coding"][0]["code"] = json!("adr");
    let found = limits(vec![statement.clone()]);
    assert_eq!(found.limits[0].stand, Stand::Unknown, "the paper is no agreement");
    assert_eq!(found.statement.map(|day| day.nl).as_deref(), Some("1 mei 2020"));
    let mut euthanasia = statement.clone();
    euthanasia["provision"]["code"][0]["coding"][0]["code"] = json!("EU");
    statement["status"] = json!("inactive");
    assert_eq!(limits(vec![statement, euthanasia]).statement, None);
}

fn related(id: &str, role: &str, name: &str, telecom: &Value) -> Value {
    let role = json!({"coding": [{"system": "urn:oid:2.16.840.1.113883.2.4.3.11.22.472", "code": role}]});
    json!({
        "resourceType": "RelatedPerson", "id": id, "patient": {"reference": "Patient/p-hospital"},
        "relationship": [role], "name": [{"text": name}], "telecom": telecom,
    })
}

#[test]
fn who_speaks_for_the_patient_goes_before_who_is_called_first() {
    let phone = |number: &str| json!({"system": "phone", "value": number});
    let neighbour = related("r1", "01", "P. Koster", &json!([phone("1")]));
    let daughter = related(
        "r2",
        "24",
        "E. de Vries",
        &json!([phone("06-1"), {"system": "email", "value": "e@x.example"}, {"system": "phone", "value": "9", "use": "old"}]),
    );
    let again = related("r3", "24", "E. de Vries", &json!([phone("06-1"), phone("020-2")]));
    let mut former = related("r4", "24", "A. Oud", &json!([phone("3")]));
    former["period"] = json!({"end": "2020-01-01"});
    let mut inactive = related("r5", "24", "B. Oud", &json!([phone("4")]));
    inactive["active"] = json!(false);
    let found = limits(vec![neighbour.clone(), former.clone(), inactive.clone(), daughter, again]).contacts;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].name.as_str(), found[0].role.nl.as_str()), ("E. de Vries", "Wettelijk vertegenwoordiger"));
    assert_eq!(found[0].phones, ["06-1", "020-2"]);
    let first = limits(vec![neighbour, former, inactive]).contacts;
    assert_eq!((first.len(), first[0].name.as_str()), (1, "P. Koster"));
    assert!(limits(vec![]).contacts.is_empty());
}

#[test]
fn that_somebody_cannot_decide_goes_before_that_they_can() {
    let says = |id: &str, able: bool| {
        let url = "http://nictiz.nl/fhir/StructureDefinition/ext-Patient.LegallyCapableMedicalTreatmentDecisions";
        json!({"resourceType": "Patient", "id": id, "extension": [
            {"url": url, "extension": [{"url": "legallyCapable", "valueBoolean": able}]},
        ]})
    };
    let said = |resources| limits(resources).capable.map(|text| text.nl);
    assert_eq!(said(vec![]), None);
    assert!(said(vec![says("p2", true)]).unwrap().starts_with("Kan zelf"));
    assert!(said(vec![says("p2", true), says("p3", false)]).unwrap().starts_with("Kan niet zelf"));
    let observed = |id: &str, day: &str, able: bool, status: &str| {
        let value = ("valueBoolean", json!(able));
        let mut body = observation(id, &sct("665671000146101", "kan beslissen"), day, value);
        body["status"] = json!(status);
        body["note"] = json!([{"text": "Door de specialist"}]);
        body
    };
    let no = observed("o1", "2025-02-01", false, "final");
    assert_eq!(said(vec![no.clone()]).unwrap(), "Kan niet zelf beslissen over behandelingen. Door de specialist");
    assert!(said(vec![says("p2", true), no.clone()]).unwrap().starts_with("Kan niet zelf"));
    // The newest observation counts; of one day the one that says no; a cancelled one not.
    let later = observed("o2", "2025-03-01", true, "final");
    assert!(said(vec![no.clone(), later.clone()]).unwrap().starts_with("Kan zelf"));
    assert!(said(vec![later.clone(), observed("o3", "2025-03-01", false, "final")]).unwrap().starts_with("Kan niet"));
    assert!(said(vec![later, observed("o3", "2025-04-01", false, "cancelled")]).unwrap().starts_with("Kan zelf"));
    // Before it had this name, the extension had another.
    let mut earlier = says("p4", false);
    earlier["extension"][0]["url"] =
        json!("https://api.iknl.nl/docs/pzp/r4/StructureDefinition/ext-LegallyCapable-MedicalTreatmentDecisions");
    assert!(said(vec![says("p2", true), earlier]).unwrap().starts_with("Kan niet zelf"));
}

#[test]
fn switching_off_a_defibrillator_is_known_by_its_code_and_by_the_text_that_names_it() {
    let flavors = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";
    let written = |id: &str, day: &str, text: &str| {
        let mut one = directive(id, ("OTH", ""), "permit", day);
        one["provision"]["code"] = json!([{"coding": [{"system": flavors, "code": "OTH"}], "text": text}]);
        one
    };
    let of = |resources| {
        let found = limits(resources);
        let named: Vec<_> = stands(&found).into_iter().filter(|(name, _)| *name == "ICD uitzetten").collect();
        (found.limits.len(), named.iter().map(|(_, stand)| *stand).collect::<Vec<_>>())
    };
    let by_text = written("d1", "2024-03-01", "uitzetten van de ICD (SNOMED CT - 400231000146108)");
    assert_eq!(of(vec![by_text.clone()]), (7, vec![Stand::Agreed(Mark::Yes)]));
    // Both ways of writing are about the same treatment: the newest counts.
    let by_code = directive("d2", ("400231000146108", "ICD uitzetten"), "eerst overleg", "2025-03-01");
    assert_eq!(of(vec![by_text, by_code]), (7, vec![Stand::Agreed(Mark::Other)]));
    assert_eq!(of(vec![written("d3", "2024-03-01", "Sondevoeding")]), (8, vec![Stand::Unknown]));
}
