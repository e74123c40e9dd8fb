//! Whatever comes from outside: never a panic, and what is refused is refused with a place. Random bytes reach little, so
//! most cases are sound input with a few bytes changed.

use proptest::prelude::*;
use spil::http::query_pairs;
use spil::search::{self, Options};
use spil_fhir_profiles::parameters::parameters;
use spil_fhir_profiles::{category, compartment, index, json, time, validate, xml};

const RESOURCES: [&str; 4] = [
    r#"{"resourceType":"Patient","id":"a","meta":{"versionId":"1"},"identifier":[{"system":"http://fhir.nl/fhir/NamingSystem/bsn","value":"999990482"}],"name":[{"given":["A",null],"_given":[null,{"extension":[{"url":"u","valueString":"x"}]}]}],"birthDate":"1936-02-29"}"#,
    r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"subject":{"reference":"Patient/a"},"effectivePeriod":{"start":"2026-01-01T00:00:00+01:00","end":"2026-02"},"valueQuantity":{"value":61.50,"unit":"kg"},"component":[{"code":{"text":"c"},"valueRange":{"low":{"value":1}}}]}"#,
    r#"{"resourceType":"Consent","status":"active","scope":{"coding":[{"code":"patient-privacy"}]},"category":[{"text":"c"}],"patient":{"reference":"Patient/a"},"provision":{"type":"permit","period":{"end":"2026-12-31"},"actor":[{"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":"Organization/o"}}],"provision":[{"type":"deny"}]}}"#,
    r#"{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Basic","code":{"text":"t"}},"request":{"method":"POST","url":"Basic"}}]}"#,
];

const XML: &str = r#"<Observation xmlns="http://hl7.org/fhir"><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><b>a&amp;b</b></div></text><status value="final"/><code><coding><system value="http://loinc.org"/><code value="1-8"/></coding></code><valueDecimal value="1.00"/></Observation>"#;

const QUERIES: [&str; 6] = [
    "Observation?patient.identifier=http://fhir.nl/fhir/NamingSystem/bsn|999990482&code=a|b,c&date=ge2020-02-30T10:00Z",
    "Patient?name:exact=a%5C%2Cb&birthdate=lt2000&_has:Observation:patient:code=1&_sort=-birthdate&_count=20",
    "Observation?value-quantity=ap5.40|http://unitsofmeasure.org|kg&code-value-quantity=a$gt5&_include=*",
    "Encounter?reason-reference:Procedure.code=http://snomed.info/sct|713603004&_include=Encounter:reason-reference",
    "MedicationRequest?intent:not=order&subject:missing=true&_include:iterate=PractitionerRole:organization",
    "Patient?identifier:of-type=a|b|c&_id=x&_lastUpdated=sa2020&_total=accurate&_summary=count&_elements=name",
];

/// `seed` with some bytes replaced, taken away or repeated.
fn mutate(seed: &str, changes: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    for (at, byte, kind) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = at % bytes.len();
        match kind % 4 {
            0 => bytes[at] = *byte,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, *byte),
            _ => {
                let piece: Vec<u8> = bytes[at..].iter().take(usize::from(*byte)).copied().collect();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

fn look_at(resource: &serde_json::Value) {
    for issue in validate::validate(resource) {
        assert!(!issue.diagnostics.is_empty());
    }
    drop(index::extract(resource));
    drop(compartment::patients(resource));
    drop(compartment::references(resource));
    let _ = (category::category(resource), category::labels(resource), compartment::data_period(resource));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn broken_json_never_panics(seed in 0..RESOURCES.len(), changes in prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 0..6)) {
        if let Ok(resource) = json::parse(&mutate(RESOURCES[seed], &changes)) {
            look_at(&resource);
            if let Ok(bytes) = xml::from_json(&resource) {
                drop(xml::to_json(&bytes));
            }
        }
    }

    #[test]
    fn broken_xml_never_panics(changes in prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 0..6)) {
        if let Ok(resource) = xml::to_json(&mutate(XML, &changes)) {
            look_at(&resource);
        }
    }

    #[test]
    fn a_broken_query_never_panics(seed in 0..QUERIES.len(), changes in prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 0..6)) {
        let text = String::from_utf8_lossy(&mutate(QUERIES[seed], &changes)).into_owned();
        let (rtype, query) = text.split_once('?').unwrap_or(("Patient", &text));
        if let Ok(pairs) = query_pairs(query) {
            for lenient in [false, true] {
                let options = Options { lenient, max_count: 1000, default_count: 50, now: 0, base_url: "http://x/fhir", parameters: parameters() };
                if let Err(problems) = search::parse(rtype, &pairs, &options) {
                    prop_assert!(problems.iter().all(|problem| !problem.text.is_empty()));
                }
            }
        }
    }

    #[test]
    fn any_text_as_a_time_never_panics(text in "\\PC{0,40}|[0-9TZ:+.-]{0,40}") {
        if let Some((low, high)) = time::parse_range(&text) {
            prop_assert!(low < high);
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(json::parse(&bytes));
        drop(xml::to_json(&bytes));
        drop(query_pairs(&String::from_utf8_lossy(&bytes)));
    }
}
