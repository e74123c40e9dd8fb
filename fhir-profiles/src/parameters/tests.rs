use super::*;

#[test]
fn numbers_are_unique_and_do_not_move() {
    let mut seen = std::collections::HashSet::new();
    for param in parameters().all() {
        assert!(seen.insert(param.number), "{}", param.number);
        for component in &param.components {
            assert!(seen.insert(component.number), "{}", component.number);
        }
    }
    let number = |rtype, code| parameters().get(rtype, code).map(|param| param.number);
    assert_eq!(number("Patient", "_tag"), Some(1));
    assert_eq!(number("Account", "identifier"), Some(100));
    assert_eq!(number("MedicationDispense", "category"), Some(8000));
}

#[test]
fn every_line_of_the_tables_is_a_parameter_or_a_component() {
    let lines = R4.lines().skip(1).count() + NL.lines().skip(1).count();
    let components: usize = parameters().all().map(|param| param.components.len()).sum();
    assert_eq!(parameters().all().count() + components, lines);
}

#[test]
fn a_parameter_of_many_types_keeps_only_the_part_of_its_type() {
    let table = [
        ("Condition", "patient", ParamKind::Reference, "Condition.subject.where(resolve() is Patient)"),
        ("Patient", "family", ParamKind::String, "Patient.name.family"),
        ("Observation", "combo-code", ParamKind::Token, "Observation.code | Observation.component.code"),
        ("InsurancePlan", "name", ParamKind::String, "name | alias"),
    ];
    for (rtype, code, kind, expression) in table {
        let param = parameters().get(rtype, code).expect(code);
        assert_eq!((param.kind, &*param.expression), (kind, expression));
    }
}

#[test]
fn a_composite_has_its_components_in_order() {
    let param = parameters().get("Observation", "code-value-quantity").expect("the composite");
    let parts: Vec<_> = param.components.iter().map(|part| (&*part.code, part.kind, &*part.expression)).collect();
    let expected = [("code", ParamKind::Token, "code"), ("value-quantity", ParamKind::Quantity, "value.as(Quantity)")];
    assert_eq!(parts, expected);
}

#[test]
fn a_type_has_its_own_parameters_and_those_of_every_resource() {
    let codes: Vec<_> = parameters().of("Patient").map(|param| &*param.code).collect();
    assert!(codes.contains(&"birthdate") && codes.contains(&"_profile") && !codes.contains(&"_text"));
}
