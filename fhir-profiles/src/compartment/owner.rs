//! The five compartments of R4 (<https://hl7.org/fhir/R4/compartmentdefinition.html>): which search parameters place a
//! resource with which other one.

use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../r4/compartments.tsv");

/// The search parameters of each type, by compartment.
type Members = HashMap<&'static str, Vec<(&'static str, Vec<&'static str>)>>;

static MEMBERS: LazyLock<Members> = LazyLock::new(|| {
    let mut members = Members::new();
    for line in TABLE.lines().skip(1) {
        let mut fields = line.split('\t');
        let (Some(owner), Some(rtype), Some(codes)) = (fields.next(), fields.next(), fields.next()) else { continue };
        members.entry(owner).or_default().push((rtype, codes.split(',').collect()));
    }
    members
});

/// The types of which a resource can lie in the compartment of an `owner`, with the search parameters that place it there;
/// `{def}` stands for the owner itself. None for a type that has no compartment.
pub fn members(owner: &str) -> Option<&'static [(&'static str, Vec<&'static str>)]> {
    MEMBERS.get(owner).map(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::members;
    use crate::parameters::{ParamKind, parameters};

    #[test]
    fn there_are_five_compartments() {
        for owner in ["Device", "Encounter", "Patient", "Practitioner", "RelatedPerson"] {
            assert!(members(owner).is_some_and(|rows| rows.len() > 10), "{owner}");
        }
        assert!(members("Observation").is_none());
    }

    #[test]
    fn what_places_a_resource_is_a_reference_parameter() {
        for owner in ["Device", "Encounter", "Patient", "Practitioner", "RelatedPerson"] {
            for (rtype, codes) in members(owner).expect("a compartment") {
                for code in codes.iter().filter(|code| **code != "{def}") {
                    let param = parameters().get(rtype, code);
                    assert!(param.is_some_and(|param| param.kind == ParamKind::Reference), "{owner} {rtype} {code}");
                }
            }
        }
    }
}
