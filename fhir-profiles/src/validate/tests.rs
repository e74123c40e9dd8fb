//! Each row: a resource, what is replaced in it, by what; where and as what it is told. Unchanged it is well-formed.

use super::{MAX_ISSUES, validate};
use crate::json;
use serde_json::Value;

const PATIENT: &str = r##"{"resourceType":"Patient","id":"p1","meta":{"lastUpdated":"2024-01-31T10:00:00.5+01:00"},
"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
"contained":[{"resourceType":"Organization","id":"o1","name":"Praktijk"}],
"extension":[{"url":"urn:a","valueString":"x"}],
"identifier":[{"system":"http://fhir.nl/fhir/NamingSystem/bsn","value":"999900006"}],
"active":true,"name":[{"family":"A","given":["B",null],"_given":[null,{"extension":[{"url":"urn:a","valueCode":"c"}]}],"period":{"start":"2020","end":"2021"}}],
"telecom":[{"system":"phone","value":"1","rank":1}],"gender":"female","birthDate":"2000-02-29","multipleBirthInteger":2,
"photo":[{"contentType":"image/png","data":"AAAA"}],
"generalPractitioner":[{"reference":"Practitioner/1"}],"managingOrganization":{"reference":"#o1"},
"link":[{"other":{"reference":"https://example.org/fhir/Patient/2"},"type":"seealso"}]}"##;

const OBSERVATION: &str = r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},
"subject":{"type":"Patient","identifier":{"system":"http://fhir.nl/fhir/NamingSystem/bsn","value":"123456782"}},
"effectiveDateTime":"2024-01-31T10:00:00Z","issued":"2024-01-31T10:00:00Z",
"valueQuantity":{"value":1.00,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"},
"component":[{"code":{"text":"x"},"valueTime":"10:00:00"}]}"#;

const CONDITION: &str = r#"{"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
"subject":{"reference":"Patient/1/_history/2"},"onsetAge":{"value":3}}"#;

const BUNDLE: &str = r#"{"resourceType":"Bundle","type":"collection","total":1,"entry":[{"fullUrl":"urn:uuid:0a0a0a0a-0000-4000-8000-000000000001",
"resource":{"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"urn:uuid:0a0a0a0a-0000-4000-8000-000000000001"}}}]}"#;

#[rustfmt::skip]
const ROWS: &[(&str, &str, &str, &str, &str)] = &[
    (PATIENT, r#""Patient","id""#, r#""Patiënt","id""#, "", "not-supported"),
    (PATIENT, r#""resourceType":"Patient","#, "", "", "required"),
    (PATIENT, r#""active":true"#, r#""actief":true"#, "Patient.actief", "structure"),
    (PATIENT, r#""active":true"#, r#""Jan de Vries":true"#, "Patient", "structure"),
    (PATIENT, r#""active":true"#, r#""active":"true""#, "Patient.active", "structure"),
    (PATIENT, r#""active":true"#, r#""active":[true]"#, "Patient.active", "structure"),
    (PATIENT, r#""active":true"#, r#""active":null"#, "Patient.active", "structure"),
    (PATIENT, r#""id":"p1""#, r#""id":"p 1""#, "Patient.id", "value"),
    (PATIENT, r#""id":"p1""#, r#""id":"""#, "Patient.id", "value"),
    (PATIENT, "2024-01-31T10:00:00.5+01:00", "2024-01-31T10:00:00", "Patient.meta.lastUpdated", "value"),
    (PATIENT, "2024-01-31T10:00:00.5+01:00", "2024-01-31", "Patient.meta.lastUpdated", "value"),
    (PATIENT, ">x</div>", "><script>x</script></div>", "Patient.text.div", "value"),
    (PATIENT, ">x</div>", ">x", "Patient.text.div", "value"),
    (PATIENT, "\"generated\"", "\"made\"", "Patient.text.status", "code-invalid"),
    (OBSERVATION, r#""status":"final""#, r#""status":"final","contained":[{"resourceType":"Basic","code":{"text":"x"}}]"#, "Observation.contained[0].id", "required"),
    (PATIENT, r#""id":"o1","#, r#""id":"o1","contained":[{"resourceType":"Basic","id":"b","code":{"text":"x"}}],"#, "Patient.contained[0].contained", "invariant"),
    (PATIENT, r##""#o1""##, r##""#o2""##, "Patient.managingOrganization.reference", "not-found"),
    (PATIENT, r#""valueString":"x"}],"#, r#""valueString":"x","extension":[{"url":"urn:b","valueCode":"c"}]}],"#, "Patient.extension[0]", "invariant"),
    (PATIENT, r#"{"url":"urn:a","valueString":"x"}"#, r#"{"url":"urn:a"}"#, "Patient.extension[0]", "invariant"),
    (PATIENT, r#""url":"urn:a","valueString""#, r#""valueString""#, "Patient.extension[0].url", "required"),
    (PATIENT, r#""valueString":"x"}],"#, r#""valueString":"x","valueCode":"x"}],"#, "Patient.extension[0].value", "structure"),
    (PATIENT, "urn:a\",\"valueString", "urn: a\",\"valueString", "Patient.extension[0].url", "value"),
    (PATIENT, "999900006", "999900007", "Patient.identifier[0].value", "value"),
    (PATIENT, r#""given":["B",null]"#, r#""given":["B"]"#, "Patient.name[0].given", "structure"),
    (PATIENT, r#""given":["B",null]"#, r#""given":[null,"B"]"#, "Patient.name[0].given[0]", "structure"),
    (PATIENT, r#""given":["B",null]"#, r#""given":["",null]"#, "Patient.name[0].given[0]", "value"),
    (PATIENT, r#""given":["B",null]"#, r#""given":"B""#, "Patient.name[0].given", "structure"),
    (PATIENT, r#""given":["B",null]"#, "\"given\":[\"B\\u0001\",null]", "Patient.name[0].given[0]", "value"),
    (PATIENT, r#""family":"A""#, r#""family":" ""#, "Patient.name[0].family", "value"),
    (PATIENT, r#""start":"2020""#, r#""start":"2022""#, "Patient.name[0].period", "invariant"),
    (PATIENT, r#"{"start":"2020","end":"2021"}"#, "{}", "Patient.name[0].period", "structure"),
    (PATIENT, r#"{"start":"2020","end":"2021"}"#, r#"{"id":"a"}"#, "Patient.name[0].period", "invariant"),
    (PATIENT, r#"{"start":"2020","end":"2021"}"#, r#""2020""#, "Patient.name[0].period", "structure"),
    (PATIENT, r#""rank":1"#, r#""rank":0"#, "Patient.telecom[0].rank", "value"),
    (PATIENT, r#""rank":1"#, r#""rank":1.0"#, "Patient.telecom[0].rank", "value"),
    (PATIENT, r#""rank":1"#, r#""rank":"1""#, "Patient.telecom[0].rank", "structure"),
    (PATIENT, r#""system":"phone","#, "", "Patient.telecom[0]", "invariant"),
    (PATIENT, "\"female\"", "\"vrouw\"", "Patient.gender", "code-invalid"),
    (PATIENT, "\"female\"", "\" female\"", "Patient.gender", "value"),
    (PATIENT, "2000-02-29", "2001-02-29", "Patient.birthDate", "value"),
    (PATIENT, "2000-02-29", "29-02-2000", "Patient.birthDate", "value"),
    (PATIENT, r#""multipleBirthInteger":2"#, r#""multipleBirthInteger":2147483648"#, "Patient.multipleBirth", "value"),
    (PATIENT, r#""multipleBirthInteger":2"#, r#""multipleBirthInteger":2,"multipleBirthBoolean":true"#, "Patient.multipleBirth", "structure"),
    (PATIENT, r#""data":"AAAA""#, r#""data":"AAA""#, "Patient.photo[0].data", "value"),
    (PATIENT, r#""contentType":"image/png","#, "", "Patient.photo[0]", "invariant"),
    (PATIENT, r#""photo":[{"contentType":"image/png","data":"AAAA"}]"#, r#""photo":[]"#, "Patient.photo", "structure"),
    (PATIENT, r#""photo":[{"contentType":"image/png","data":"AAAA"}]"#, r#""photo":[null]"#, "Patient.photo[0]", "structure"),
    (PATIENT, "Practitioner/1", "Device/1", "Patient.generalPractitioner[0].reference", "invalid"),
    (PATIENT, "Practitioner/1", "Dokter/1", "Patient.generalPractitioner[0].reference", "value"),
    (PATIENT, "Practitioner/1", "Practitioner/", "Patient.generalPractitioner[0].reference", "value"),
    (PATIENT, r#"{"reference":"Practitioner/1"}"#, r#"{"reference":"Practitioner/1","type":"Organization"}"#, "Patient.generalPractitioner[0].type", "invalid"),
    (PATIENT, r#""generalPractitioner":[{"reference":"Practitioner/1"}]"#, r#""generalPractitioner":{"reference":"Practitioner/1"}"#, "Patient.generalPractitioner", "structure"),
    (PATIENT, "fhir/Patient/2", "fhir/Group/2", "Patient.link[0].other.reference", "invalid"),
    (PATIENT, r#","type":"seealso""#, "", "Patient.link[0].type", "required"),
    (PATIENT, r#""gender":"female""#, r#""_gender":{}"#, "Patient.gender", "structure"),
    (PATIENT, r#""gender":"female""#, r#""gender":"female","_name":[null]"#, "Patient._name", "structure"),
    (OBSERVATION, r#""status":"final","#, "", "Observation.status", "required"),
    (OBSERVATION, r#""type":"Patient""#, r#""type":"Organization""#, "Observation.subject.type", "invalid"),
    (OBSERVATION, "123456782", "123456789", "Observation.subject.identifier.value", "value"),
    (OBSERVATION, r#""effectiveDateTime":"2024-01-31T10:00:00Z""#, r#""effectiveDateTime":"2024-01-31T10:00:00""#, "Observation.effective", "value"),
    (OBSERVATION, r#""value":1.00"#, r#""value":"1.00""#, "Observation.value.value", "structure"),
    (OBSERVATION, r#""system":"http://unitsofmeasure.org","#, "", "Observation.value", "invariant"),
    (OBSERVATION, r#""valueTime":"10:00:00""#, r#""valueTime":"10:00""#, "Observation.component[0].value", "value"),
    (OBSERVATION, r#""valueTime":"10:00:00""#, r#""valueTime":"10:00:00","dataAbsentReason":{"text":"x"}"#, "Observation.component[0]", "invariant"),
    (OBSERVATION, r#""valueTime":"10:00:00""#, r#""valueAge":{"value":1}"#, "Observation.component[0].valueAge", "structure"),
    (CONDITION, r#""code":"active""#, r#""code":"actief""#, "Condition.clinicalStatus", "code-invalid"),
    (CONDITION, "CodeSystem/condition-clinical", "CodeSystem/other", "Condition.clinicalStatus", "code-invalid"),
    (CONDITION, r#"{"reference":"Patient/1/_history/2"}"#, r#"{"id":"a","extension":[]}"#, "Condition.subject.extension", "structure"),
    (BUNDLE, r#""total":1"#, r#""total":-1"#, "Bundle.total", "value"),
    (BUNDLE, r#""resourceType":"Basic","code":{"text":"x"},"#, r#""resourceType":"Basic","#, "Bundle.entry[0].resource.code", "required"),
    (BUNDLE, r#""resourceType":"Basic","#, "", "Bundle.entry[0].resource", "required"),
    (BUNDLE, r#""type":"collection""#, r#""type":"pile""#, "Bundle.type", "code-invalid"),
];

fn issues(text: &str) -> Vec<(String, &'static str)> {
    let value = json::parse(text.as_bytes()).expect(text);
    validate(&value).into_iter().map(|issue| (issue.expression, issue.code)).collect()
}

#[test]
fn each_fault_is_told_once_where_it_is_and_its_twin_is_well_formed() {
    for (good, what, by, expression, code) in ROWS {
        assert_eq!(issues(good), []);
        assert_eq!(good.matches(what).count(), 1, "{what}");
        let bad = good.replace(what, by);
        assert_eq!(issues(&bad), [((*expression).to_owned(), *code)], "{what} {by}");
    }
}

#[test]
fn a_required_element_may_be_there_with_an_extension_only() {
    let text = OBSERVATION
        .replace(r#""status":"final""#, r#""_status":{"extension":[{"url":"urn:a","valueCode":"unknown"}]}"#);
    assert_eq!(issues(&text), []);
}

#[test]
fn a_concept_without_a_code_may_say_why_in_an_extension() {
    let text = r#"{"resourceType":"Condition","clinicalStatus":{"extension":[{"url":"urn:a","valueCode":"unknown"}]},"subject":{"display":"x"}}"#;
    assert_eq!(issues(text), []);
}

#[test]
fn what_is_told_has_an_end_and_no_value_of_the_input() {
    let names = vec![r#"{"family":" ","use":"Geheim"}"#; 500].join(",");
    let value = json::parse(format!(r#"{{"resourceType":"Patient","name":[{names}]}}"#).as_bytes()).expect("JSON");
    let told = validate(&value);
    assert_eq!(told.len(), MAX_ISSUES);
    assert!(!told.iter().any(|issue| format!("{issue:?}").contains("Geheim")));
}

#[test]
fn nesting_without_end_does_not_break_the_walk() {
    let mut value = serde_json::json!({"url": "urn:a", "valueCode": "c"});
    for _ in 0..300 {
        let mut outer = serde_json::json!({"url": "urn:a"});
        outer["extension"] = Value::Array(vec![value]);
        value = outer;
    }
    let mut patient = serde_json::json!({"resourceType": "Patient"});
    patient["extension"] = Value::Array(vec![value]);
    assert_eq!(validate(&patient).iter().map(|issue| issue.code).collect::<Vec<_>>(), ["too-long"]);
}
