//! The limits of treatment on the smallest phone that counts: 360 by 640, eight limits, no scrolling.

use fantoccini::Client;
use fantoccini::wd::PrintConfigurationBuilder;
use serde_json::{Value, json};

use super::{overflow, shown};
use crate::portal::people::professional;
use crate::support::chromium::{browser, screenshot};
use crate::support::region::{PASSWORD, organization};
use crate::support::{Engine, Person, Server, builders};

const NICTIZ: &str = "http://nictiz.nl/fhir/StructureDefinition";

/// Code, or words for another treatment; `permit`, `deny` or what else was said.
const LIMITS: [(&str, &str); 8] = [
    ("281789004", "permit"),
    ("89666000", "deny"),
    ("Sondevoeding", "deny"),
    ("40617009", "deny"),
    ("32485007", "Alleen als het thuis echt niet kan."),
    ("116762002", "permit"),
    ("305351004", "deny"),
    ("400231000146108", "Pas in de laatste dagen."),
];

fn directive(patient: &str, code: &str, answer: &str, day: &str) -> Value {
    let coded = |code: &str| builders::coded("http://snomed.info/sct", code);
    let mut body = builders::consent(patient, json!({}));
    body["scope"] = builders::coded("http://terminology.hl7.org/CodeSystem/consentscope", "treatment");
    body["category"] = json!([coded("129125009")]);
    body["dateTime"] = json!(day);
    let role = builders::coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "CONSENTER");
    let who = |reference: Value| json!({"role": role, "reference": reference});
    body["provision"]["actor"] =
        json!([who(json!({"display": "M. Visser, huisarts"})), who(json!({"reference": patient}))]);
    let mut treatment = coded(code);
    if !code.starts_with(|first: char| first.is_ascii_digit()) {
        treatment = builders::coded("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "OTH");
        treatment["text"] = json!(code);
    }
    body["provision"]["code"] = json!([treatment]);
    if ["permit", "deny"].contains(&answer) {
        body["provision"]["type"] = json!(answer);
    } else {
        let url = format!("{NICTIZ}/ext-TreatmentDirective2.SpecificationOther");
        body["modifierExtension"] = json!([{"url": url, "valueString": answer}]);
    }
    body
}

/// A patient of whom all eight limits are known, some agreed on another day.
async fn with_limits(server: &Server) -> Person {
    let person = server.person().await;
    let hospital = server.hospital();
    let mut patient = builders::patient(&person.bsn);
    patient["extension"] = json!([{
        "url": format!("{NICTIZ}/ext-Patient.LegallyCapableMedicalTreatmentDecisions"),
        "extension": [{"url": "legallyCapable", "valueBoolean": false}],
    }]);
    let patient = format!("Patient/{}", hospital.post("Patient", &patient).await.expect(201).id());
    for (at, (code, answer)) in LIMITS.into_iter().enumerate() {
        let day = if at == 3 { "2024-05-03" } else { "2026-02-12" };
        hospital.post("Consent", &directive(&patient, code, answer, day)).await.expect(201);
    }
    let daughter = json!({
        "resourceType": "RelatedPerson", "active": true, "patient": {"reference": patient},
        "relationship": [builders::coded("urn:oid:2.16.840.1.113883.2.4.3.11.22.472", "24")],
        "name": [{"text": "M.E. van der Veen"}], "telecom": [{"system": "phone", "value": "06-0001 2001"}],
    });
    hospital.post("RelatedPerson", &daughter).await.expect(201);
    let provision = builders::permit_categories(&organization("gp"), &["wishes", "contacts"]);
    server.patient(&person).post("Consent", &builders::consent(&person.reference(), provision)).await.expect(201);
    person
}

/// What the page looks like: rows, the button that calls, and every piece of text with its size and contrast.
const MEASURE: &str = "
    const part = (one) => { const c = one / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    const light = (rgb) => 0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2]) + 0.05;
    const read = (text) => text.match(/[0-9.]+/g).map(Number);
    const behind = (element) => {
        for (let here = element; here; here = here.parentElement) {
            const colour = read(getComputedStyle(here).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const bare = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const seen = (element) => element.getClientRects().length && getComputedStyle(element).clipPath === 'none';
    const texts = [...document.querySelectorAll('.glance, .glance *')].filter((one) => bare(one) && seen(one));
    const box = (element) => { const at = element.getBoundingClientRect(); return [at.left, at.top, at.right, at.bottom]; };
    return {
        rows: [...document.querySelectorAll('.limits li')].map((row) => ({
            box: box(row), treatment: row.querySelector('b').innerText, word: row.querySelector('.verdict').innerText,
            size: parseFloat(getComputedStyle(row.querySelector('.verdict')).fontSize),
        })),
        call: box(document.querySelector('.contact a')),
        texts: texts.map((one) => {
            const [front, back] = [light(read(getComputedStyle(one).color)), light(behind(one))];
            return {
                text: one.innerText.slice(0, 40), size: parseFloat(getComputedStyle(one).fontSize),
                contrast: Math.max(front, back) / Math.min(front, back),
            };
        }),
    };";

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Holds the page that is shown to what a hurried reader needs.
async fn is_read_at_one_glance(page: &Client, first: (&str, &str)) {
    assert!(overflow(page).await < 1.0, "it is not wider than the phone");
    let found = page.execute(MEASURE, Vec::new()).await.expect("measured");
    let rows = found["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 8, "{rows:?}");
    assert_eq!(rows[0]["treatment"], first.0);
    for (at, row) in rows.iter().enumerate() {
        let [left, top, right, bottom] = [0, 1, 2, 3].map(|side| number(&row["box"][side]));
        assert!(left >= 0.0 && top >= 0.0 && right <= 360.0 && bottom <= 640.0, "out of sight: {row}");
        let size = number(&row["size"]);
        assert!(size >= if at == 0 { 32.0 } else { 20.0 }, "too small: {row}");
    }
    assert!(rows[0]["word"].as_str().is_some_and(|word| word.ends_with(first.1)), "{}", rows[0]);
    assert!(rows.iter().skip(1).all(|row| number(&row["size"]) < number(&rows[0]["size"])), "the first is the biggest");
    assert!(number(&found["call"][3]) <= 640.0, "the number to call is in sight: {}", found["call"]);
    for text in found["texts"].as_array().expect("texts") {
        assert!(number(&text["contrast"]) >= 4.5 && number(&text["size"]) >= 14.0, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_fit_a_small_phone() {
    let server = Server::start(Engine::Sqlite).await;
    let person = with_limits(&server).await;
    professional(&server, "dokter", "gp").await;
    let page = browser(360, 640).await;
    page.goto(&format!("{}/zorg/inloggen", server.base())).await.expect("the sign-in page");
    shown(&page, "input[name=username]").await.send_keys("dokter").await.expect("typed");
    shown(&page, "input[name=password]").await.send_keys(&format!("{PASSWORD}\u{e007}")).await.expect("typed");
    shown(&page, "nav").await;
    let address = format!("{}/zorg/patient/{}/grenzen", server.base(), person.id);
    for (language, first) in [("nl", ("Reanimeren", "NIET")), ("en", ("Resuscitation", "NO"))] {
        page.goto(&format!("{}/taal?naar={language}&terug=/zorg", server.base())).await.expect("a language");
        page.goto(&address).await.expect("the page");
        shown(&page, ".limits").await;
        screenshot(&page, &format!("limits-{language}")).await;
        is_read_at_one_glance(&page, first).await;
    }
    let paper =
        page.print(PrintConfigurationBuilder::default().build().expect("a configuration")).await.expect("printed");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    std::fs::write(folder.join("limits.pdf"), &paper).expect("written");
    let sheets = String::from_utf8_lossy(&paper).matches("/Type /Page\n").count();
    assert_eq!(sheets, 1, "one sheet of paper");
    page.close().await.expect("closed");
}
