use super::{from_json, to_json};
use crate::json;
use serde_json::Value;
use std::path::Path;

#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
fn not_run(why: &str) {
    eprintln!("not run: {why}");
}

fn xml(inside: &str) -> String {
    format!("<Patient xmlns=\"http://hl7.org/fhir\">{inside}</Patient>")
}

#[test]
fn xml_and_json_say_the_same() {
    for (inside, members) in [
        ("<id value=\"a\"/>", r#""id":"a""#),
        ("<active value=\"true\"/>", r#""active":true"#),
        ("<multipleBirthInteger value=\"2\"/>", r#""multipleBirthInteger":2"#),
        (
            "<name id=\"n\"><given value=\"Ada\"/><given value=\"B\"/></name>",
            r#""name":[{"id":"n","given":["Ada","B"]}]"#,
        ),
        (
            "<name><given value=\"Ada\"/><given id=\"g\"/><given value=\"C\"><extension url=\"urn:x\"><valueCode value=\"c\"/></extension></given></name>",
            r#""name":[{"given":["Ada",null,"C"],"_given":[null,{"id":"g"},{"extension":[{"url":"urn:x","valueCode":"c"}]}]}]"#,
        ),
        (
            "<birthDate><extension url=\"urn:x\"><valueDecimal value=\"1.00\"/></extension></birthDate>",
            r#""_birthDate":{"extension":[{"url":"urn:x","valueDecimal":1.00}]}"#,
        ),
        (
            "<contained><Basic><id value=\"b\"/></Basic></contained>",
            r#""contained":[{"resourceType":"Basic","id":"b"}]"#,
        ),
        (
            "<text><status value=\"generated\"/><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a &lt; b<br/></p></div></text>",
            r#""text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a &lt; b<br/></p></div>"}"#,
        ),
        ("<name><text value=\"a&amp;&quot;&#10;&#13;&#9;é\"/></name>", r#""name":[{"text":"a&\"\n\r\té"}]"#),
    ] {
        let value: Value =
            json::parse(format!("{{\"resourceType\":\"Patient\",{members}}}").as_bytes()).expect(members);
        assert_eq!(to_json(xml(inside).as_bytes()).expect(inside), value);
        let written = String::from_utf8(from_json(&value).expect(members)).expect("UTF-8");
        assert_eq!(written, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", xml(inside)));
    }
}

#[test]
fn spaces_remarks_prefixes_and_schema_hints_mean_nothing() {
    let text = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- a --><f:Patient xmlns:f=\"http://hl7.org/fhir\" \
                xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\">\n <?pi x?><f:id value=\"a\"></f:id> </f:Patient>\n";
    assert_eq!(to_json(text.as_bytes()).expect("a patient"), serde_json::json!({"resourceType": "Patient", "id": "a"}));
}

#[test]
fn elements_are_written_in_the_order_of_the_definition() {
    let value =
        serde_json::json!({"birthDate": "2020", "name": [{"family": "A"}], "id": "a", "resourceType": "Patient"});
    let text = String::from_utf8(from_json(&value).expect("xml")).expect("UTF-8");
    assert!(
        text.ends_with(&xml("<id value=\"a\"/><name><family value=\"A\"/></name><birthDate value=\"2020\"/>")),
        "{text}"
    );
}

#[test]
fn broken_xml_is_refused_and_says_where() {
    for (text, expression, why) in [
        (String::new(), "", "no element"),
        ("<Patient/>".to_owned(), "", "namespace"),
        (xml("").replace("Patient", "Person2"), "", "not a resource type"),
        (xml("<wrong value=\"1\"/>"), "Patient", "unknown element"),
        (xml("<name><wrong/></name>"), "Patient.name[0]", "unknown element"),
        (xml("<name wrong=\"1\"/>"), "Patient.name[0]", "unknown attribute"),
        (xml("<active value=\"yes\"/>"), "Patient.active", "true or false"),
        (xml("<multipleBirthInteger value=\" 1\"/>"), "Patient.multipleBirth", "a number"),
        (xml("<active/>"), "Patient.active", "a value or children"),
        (xml("<active value=\"true\"/><active value=\"true\"/>"), "Patient.active", "once only"),
        (xml("<contained/>"), "Patient.contained[0]", "a resource is expected"),
        (xml("text"), "Patient", "text between"),
        (xml("&amp;"), "Patient", "text between"),
        (xml("<id value=\"&x;\"/>"), "Patient.id", "unknown entity"),
        (xml("<id value=\"a\">"), "Patient.id", "not well-formed"),
        ("<Patient xmlns=\"http://hl7.org/fhir\">".to_owned(), "Patient", "too soon"),
        (format!("<!DOCTYPE Patient [<!ENTITY x \"y\">]>{}", xml("")), "", "document type"),
        (format!("{}{}", xml(""), xml("")), "", "more than one"),
        (format!("<?xml version=\"1.0\" encoding=\"latin1\"?>{}", xml("")), "", "UTF-8"),
        (xml(&"<extension url=\"u\">".repeat(40)), "", "64 levels"),
    ] {
        let issue = to_json(text.as_bytes()).expect_err(&text);
        assert!(issue.diagnostics.contains(why), "{text}: {}", issue.diagnostics);
        assert!(why == "64 levels" || issue.expression == expression, "{text}: {}", issue.expression);
    }
    assert!(to_json(b"\xff").is_err());
}

#[test]
fn json_that_is_no_resource_is_not_written() {
    for text in [
        r#"{"resourceType":"Nobody"}"#,
        "[]",
        r#"{"resourceType":"Patient","wrong":1}"#,
        r#"{"resourceType":"Patient","name":{"family":"A"}}"#,
        r#"{"resourceType":"Patient","id":{}}"#,
        r#"{"resourceType":"Patient","id":"\u0000"}"#,
        r#"{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div><id/>"}}"#,
    ] {
        assert!(from_json(&json::parse(text.as_bytes()).expect(text)).is_err(), "{text}");
    }
}

#[test]
fn every_dutch_example_survives_the_way_there_and_back_if_present() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/nictiz-zib2020/examples");
    let Ok(files) = std::fs::read_dir(&folder) else {
        return not_run("the examples of Nictiz are absent");
    };
    let mut count = 0;
    for file in files {
        let file = file.expect("a file").path();
        if file.extension().is_some_and(|extension| extension == "xml") {
            let first = to_json(&std::fs::read(&file).expect("readable")).expect("the XML form");
            let written = from_json(&first).expect("writable");
            assert_eq!(to_json(&written).expect("readable again"), first, "{}", file.display());
            assert_eq!(crate::validate::validate(&first), [], "{}", file.display());
            count += 1;
        }
    }
    assert!(count > 250, "{count}");
}

#[test]
fn every_synthetic_record_survives_the_way_there_and_back_if_present() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/synthea-sample");
    let Ok(files) = std::fs::read_dir(&folder) else {
        return not_run("the synthetic records are absent");
    };
    for file in files {
        let file = file.expect("a file").path();
        if file.extension().is_some_and(|extension| extension == "json") {
            let bytes = std::fs::read(&file).expect("readable");
            let first = json::parse(&bytes).expect("JSON");
            assert_eq!(crate::validate::validate(&first), [], "{}", file.display());
            // The larger ones say nothing new and take seconds in a build for tests.
            if bytes.len() > 300_000 {
                continue;
            }
            let written = from_json(&first).expect("writable");
            assert_eq!(to_json(&written).expect("readable again"), first, "{}", file.display());
        }
    }
}

/// The examples of the standard itself: unpack npm package `hl7.fhir.r4.examples` and name its folder.
#[test]
fn every_example_of_the_standard_survives_the_way_there_and_back_if_named() {
    let Some(folder) = std::env::var_os("SPIL_R4_EXAMPLES") else {
        return not_run("SPIL_R4_EXAMPLES names no folder");
    };
    let (mut count, mut faults) = (0, Vec::new());
    for file in std::fs::read_dir(folder).expect("a folder") {
        let file = file.expect("a file").path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file.extension().is_none_or(|extension| extension != "json")
            || name.starts_with('.')
            || name == "package.json"
        {
            continue;
        }
        let first = json::parse(&std::fs::read(&file).expect("readable")).expect("JSON");
        let again = from_json(&first).and_then(|written| to_json(&written));
        match again {
            Ok(again) if again == first => count += 1,
            Ok(_) => faults.push(format!("{name}: differs")),
            Err(issue) => faults.push(format!("{name}: {} {}", issue.expression, issue.diagnostics)),
        }
    }
    assert!(faults.is_empty(), "{count} survive, {} do not:\n{}", faults.len(), faults.join("\n"));
}
