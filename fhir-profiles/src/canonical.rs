//! Canonical addresses that name one and the same definition (<https://hl7.org/fhir/R4/references.html#canonical>).
//!
//! The Dutch standard for advance care planning moved: what 0.1.3-beta3 published under one address 1.0.0-rc2 publishes under
//! another, and systems send both. A name is what stands before `|version`; the version goes along unchanged, so a version
//! means the same version under each name.
//!
//! A name is aliased when it is in one of the two tables, and no other is: an address of the same host that is no definition
//! (`…/Patient/1`) means what it says.

use serde_json::Value;

/// Addresses below which the same definitions were published. The first of a row is the newest.
const BASES: [&[&str]; 1] = [&["https://api.iknl.nl/docs/pzp/r4", "https://fhir.iknl.nl/fhir"]];

/// Single definitions with names of their own; each row has one name of every publisher.
const NAMES: [&[&str]; 1] = [&[
    "https://api.iknl.nl/docs/pzp/r4/Questionnaire/ACP-zib2020",
    // The same questions, with the same `linkId`s.
    "https://spil.example/fhir/Questionnaire/AcpZib2020",
]];

/// The kinds of definitions that a package publishes.
const KINDS: [&str; 16] = [
    "ActivityDefinition",
    "CapabilityStatement",
    "CodeSystem",
    "ConceptMap",
    "GraphDefinition",
    "ImplementationGuide",
    "Library",
    "MessageDefinition",
    "OperationDefinition",
    "PlanDefinition",
    "Questionnaire",
    "SearchParameter",
    "StructureDefinition",
    "StructureMap",
    "TerminologyCapabilities",
    "ValueSet",
];

/// What is inside a resource and has a name of its own there.
const OTHERS_OWN: [&str; 3] = ["contained", "entry", "parameter"];

/// The other names of what an address names, with its version; none for all but a few addresses. The base itself counts,
/// and what lies between it and a name (`[base]/StructureDefinition`).
pub fn others(address: &str) -> Vec<String> {
    let (name, version) = cut(address);
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    loop {
        let one = if at == 0 { name } else { found[at - 1].as_str() };
        let new: Vec<String> = next_to(one).filter(|other| other != name && !found.contains(other)).collect();
        found.extend(new);
        if at == found.len() {
            break;
        }
        at += 1;
    }
    found.into_iter().map(|other| other + version).collect()
}

/// Whether two addresses name the same, in the same version or both without one.
pub fn same(left: &str, right: &str) -> bool {
    left == right || others(left).iter().any(|other| other == right)
}

/// Gives what was asked for by one of several names that name, wherever it stands as a whole text. What is named by two
/// names of which both were asked for keeps the one it has. True if anything changed.
pub fn rename(resource: &mut Value, asked: &[String]) -> bool {
    let asked: Vec<_> = asked.iter().map(|name| (cut(name).0, others(cut(name).0))).collect();
    renamed(resource, &asked)
}

fn renamed(value: &mut Value, asked: &[(&str, Vec<String>)]) -> bool {
    let mut any = false;
    match value {
        Value::String(text) => {
            let new = new_name(text, asked);
            any = new.is_some();
            *text = new.unwrap_or_else(|| std::mem::take(text));
        }
        Value::Array(items) => {
            for item in items {
                any |= renamed(item, asked);
            }
        }
        Value::Object(members) => {
            for (_, member) in members.iter_mut().filter(|(name, _)| !OTHERS_OWN.contains(&name.as_str())) {
                any |= renamed(member, asked);
            }
        }
        _ => {}
    }
    any
}

fn new_name(text: &str, asked: &[(&str, Vec<String>)]) -> Option<String> {
    let (name, version) = cut(text);
    if asked.iter().any(|(one, _)| below(name, one).is_some()) {
        return None;
    }
    let mut pairs = asked.iter().flat_map(|(one, others)| others.iter().map(move |other| (one, other)));
    pairs.find_map(|(one, other)| Some(format!("{one}{}{version}", below(name, other)?)))
}

/// The name and what follows it: the version, the fragment.
fn cut(address: &str) -> (&str, &str) {
    address.split_at(address.find(['|', '#']).unwrap_or(address.len()))
}

/// What follows an address in one that is the same or lies below it.
fn below<'a>(address: &'a str, above: &str) -> Option<&'a str> {
    address.strip_prefix(above).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The names that stand in a row with this one.
fn next_to(name: &str) -> impl Iterator<Item = String> {
    let moved = BASES.iter().flat_map(move |row| {
        let rest = row.iter().find_map(|base| below(name, base)).filter(|rest| is_definition(rest));
        row.iter().filter_map(move |base| Some(format!("{base}{}", rest?)))
    });
    let rows = NAMES.iter().filter(move |row| row.contains(&name));
    moved.chain(rows.flat_map(|row| row.iter().map(|&other| other.to_owned())))
}

fn is_definition(rest: &str) -> bool {
    rest.is_empty() || rest.split('/').nth(1).is_some_and(|kind| KINDS.contains(&kind))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NEW: &str = "https://api.iknl.nl/docs/pzp/r4";
    const OLD: &str = "https://fhir.iknl.nl/fhir";
    const OWN: &str = "https://spil.example/fhir/Questionnaire/AcpZib2020";

    #[test]
    fn each_name_leads_to_all_others_and_keeps_its_version() {
        let names =
            [format!("{NEW}/Questionnaire/ACP-zib2020"), format!("{OLD}/Questionnaire/ACP-zib2020"), OWN.into()];
        for version in ["", "|1.0.0-rc2", "|0.1.3-beta3"] {
            for name in &names {
                let mut found = others(&format!("{name}{version}"));
                found.sort();
                let mut expected: Vec<_> =
                    names.iter().filter(|other| *other != name).map(|other| format!("{other}{version}")).collect();
                expected.sort();
                assert_eq!(found, expected, "{name}{version}");
            }
        }
        for rest in ["", "/StructureDefinition", "/StructureDefinition/ACP-Patient", "/ValueSet/x|1"] {
            assert_eq!(others(&format!("{OLD}{rest}")), [format!("{NEW}{rest}")]);
            assert_eq!(others(&format!("{NEW}{rest}")), [format!("{OLD}{rest}")]);
        }
    }

    #[test]
    fn what_is_not_in_the_tables_has_one_name() {
        for address in [
            "",
            "Questionnaire/ACP-zib2020",
            "https://fhir.iknl.nl",
            "https://fhir.iknl.nl/fhirs/Questionnaire/ACP-zib2020",
            "https://fhir.iknl.nl/fhir/Patient/1",
            "https://fhir.iknl.nl/fhir/questionnaire/ACP-zib2020",
            "http://fhir.iknl.nl/fhir/Questionnaire/ACP-zib2020",
            "https://api.iknl.nl/docs/pzp/stu3/Questionnaire/ACP-zib2020",
            "https://spil.example/fhir/Questionnaire/Other",
            "https://spil.example/fhir/Questionnaire/AcpZib2020/x",
            "http://hl7.org/fhir/StructureDefinition/Patient",
        ] {
            assert!(others(address).is_empty(), "{address}");
            assert!(same(address, address) && !same(address, &format!("{NEW}/Questionnaire/ACP-zib2020")));
        }
        let (old, new) = (format!("{OLD}/Questionnaire/q"), format!("{NEW}/Questionnaire/q"));
        assert!(same(&old, &new) && same(&format!("{new}|1"), &format!("{old}|1")));
        assert!(!same(&old, &format!("{new}|1")) && !same(&format!("{old}|2"), &format!("{new}|1")));
    }

    #[test]
    fn only_whole_texts_get_the_name_that_was_asked_for() {
        let stored = json!({
            "meta": {"profile": [format!("{NEW}/StructureDefinition/a|1"), "http://other.example/a"]},
            "questionnaire": OWN,
            "text": {"div": format!("<div>{NEW}/StructureDefinition/a</div>")},
            "contained": [{"questionnaire": OWN}],
            "item": [{"definition": format!("{NEW}/StructureDefinition/a#a.b"), "n": 1.50}],
        });
        let asked = [format!("{OLD}/Questionnaire/ACP-zib2020|9"), format!("{OLD}/StructureDefinition/a")];
        let mut given = stored.clone();
        assert!(rename(&mut given, &asked));
        let mut expected = stored.clone();
        expected["meta"]["profile"][0] = json!(format!("{OLD}/StructureDefinition/a|1"));
        expected["questionnaire"] = json!(format!("{OLD}/Questionnaire/ACP-zib2020"));
        expected["item"][0]["definition"] = json!(format!("{OLD}/StructureDefinition/a#a.b"));
        assert_eq!(given, expected);
        // By both names, by another, by none.
        for asked in
            [vec![format!("{OLD}/Questionnaire/ACP-zib2020"), OWN.to_owned()], vec!["urn:x".to_owned()], vec![]]
        {
            let mut given = stored.clone();
            assert!(!rename(&mut given, &asked) && given == stored, "{asked:?}");
        }
        let mut given = stored.clone();
        assert!(rename(&mut given, &[OLD.to_owned()]), "by the base of both");
        assert_eq!(given["meta"]["profile"][0], format!("{OLD}/StructureDefinition/a|1"));
        assert_eq!(given["questionnaire"], OWN, "not below that base");
    }
}
