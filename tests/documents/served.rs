//! Documents over HTTP: which form and language is given, where no file can be had, and how paper is checked.

use serde_json::json;

use crate::support::builders::{allergy, prescription};
use crate::support::world::{PATIENT, World};
use crate::support::{Response, Server, on_both};

on_both!(
    documents_are_given_as_files_and_other_addresses_refuse,
    the_code_on_a_document_is_known_until_it_is_changed,
    a_document_is_kept_from_the_portal,
    a_file_has_the_words_of_the_page,
);

const DOCUMENTS: [(&str, &str, &str); 4] = [
    ("Patient/h1/$medication-overview", "medicijnoverzicht.pdf", "medication-overview.pdf"),
    ("Patient/h1/$acp", "wensen-en-grenzen.pdf", "wishes-and-limits.pdf"),
    ("Patient/h1/$eoverdracht", "verpleegkundige-overdracht.pdf", "nursing-handoff.pdf"),
    ("Composition/d1/$document", "document-van-een-zorgverlener.pdf", "document-of-a-care-provider.pdf"),
];

fn is_file(answer: &Response) -> bool {
    answer.status == 200 && answer.header("content-type") == "application/pdf" && answer.body.starts_with(b"%PDF-1.7")
}

async fn documents_are_given_as_files_and_other_addresses_refuse(world: World) {
    let gp = world.server.gp();
    let wants = gp.with("accept", "application/pdf");
    let records = async || {
        let rows = world.server.app().store.rows("SELECT COUNT(*) FROM audit", Vec::new()).await;
        rows.expect("the log")[0].int(0)
    };
    for (path, dutch, english) in DOCUMENTS {
        let before = records().await;
        let answer = wants.get(path).await;
        assert!(is_file(&answer), "{path}: {} {}", answer.status, answer.text());
        assert_eq!(records().await, before + 1, "{path} is recorded like the same document in another form");
        assert_eq!(answer.header("content-disposition"), format!("inline; filename=\"{dutch}\""));
        assert_eq!((answer.header("content-language"), answer.header("cache-control")), ("nl", "no-store"));
        for asked in ["pdf", "application/pdf"] {
            assert!(is_file(&gp.get(&format!("{path}?_format={asked}")).await), "{path} {asked}");
        }
        for caller in [wants.with("accept-language", "en-GB,en;q=0.8"), wants.with("accept-language", "fr, en;q=0.1")] {
            let answer = caller.get(path).await;
            assert_eq!(answer.header("content-disposition"), format!("inline; filename=\"{english}\""));
        }
        let page = gp.with("accept-language", "nl").get(&format!("{path}?_format=html&_language=en")).await.expect(200);
        assert!(page.text().contains("<html lang=\"en\">") && page.header("content-language") == "en");
        gp.get(&format!("{path}?_format=pdf&_language=fr")).await.expect(400);
        assert_eq!(gp.get(path).await.json()["resourceType"], "Bundle", "{path}: data, when nothing is asked");
        gp.with("accept", "image/png").get(path).await.expect(406);
        // A hidden patient is like an absent one, and a refusal is never a file.
        let absent = path.replace("h1", "absent").replace("d1", "absent");
        let other = world.server.gp_post().with("accept", "application/pdf");
        let (hidden, absent) = (other.get(path).await.expect(404), other.get(&absent).await.expect(404));
        assert_eq!(hidden.json(), absent.json());
        assert!(hidden.header("content-type").starts_with("application/fhir+json"));
    }
    for path in ["Condition/c1", "Condition", "metadata", PATIENT, "Patient/h1/$everything", "Condition/c1/_history"] {
        for answer in [wants.get(path).await, gp.get(&format!("{path}?_format=pdf")).await] {
            assert_eq!(answer.expect(406).json()["resourceType"], "OperationOutcome", "{path}");
        }
        let either = gp.with("accept", "application/pdf, application/fhir+json;q=0.5").get(path).await;
        assert!(either.expect(200).header("content-type").starts_with("application/fhir+json"), "{path}");
    }
}

/// The address of the page on which a document is checked.
fn address(page: &str) -> String {
    let from = page.find("/controle/").expect("an address");
    let end = page[from..].find(['"', '<', '&', ')']).expect("an end");
    page[from..from + end].to_owned()
}

fn number(page: &str) -> &str {
    let from = page.find("Controlenummer</dt><dd>").expect("a number") + "Controlenummer</dt><dd>".len();
    &page[from..from + 11]
}

async fn the_code_on_a_document_is_known_until_it_is_changed(world: World) {
    let mut medicine = allergy(PATIENT, "91936005");
    medicine["code"]["text"] = json!("Penicilline");
    world.server.hospital().post("AllergyIntolerance", &medicine).await.expect(201);
    let page = world.server.gp().with("accept", "text/html").get("Patient/h1/$medication-overview").await.expect(200);
    let page = page.text();
    assert!(page.contains("<svg ") && page.contains("Penicilline") && !page.contains("style="), "{page}");
    let (known, printed) = (address(&page), number(&page).to_owned());
    let get = async |path: &str, cookie: &str| {
        let request = world.server.client().get(format!("{}{path}", world.server.base())).header("cookie", cookie);
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a page"))
    };
    let (status, text) = get(&known, "").await;
    assert!(status == 200 && text.contains("Spil heeft dit document gemaakt"), "{status} {text}");
    assert!(text.contains("Medicijnoverzicht") && text.contains("2 maart 2026, 10:00 uur"), "{text}");
    assert!(text.contains(&printed), "{printed} is to be compared: {text}");
    assert!(text.contains("Regels in tabellen</dt><dd>2</dd>"), "an allergy and a weight: {text}");
    for secret in ["Penicilline", &world.anna.bsn, "Jansen", "Patient/", "/fhir"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(get(&known, "spil_lang=en").await.1.contains("Spil made this document"));
    let middle = known.len() / 2;
    let letter = if known.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let changed = format!("{}{letter}{}", &known[..middle], &known[middle + 1..]);
    let long = format!("/controle/{}", "A".repeat(4_000));
    for bad in [changed.as_str(), &known[..known.len() - 1], "/controle/x", "/controle/%ff", "/controle/%00", &long] {
        let (status, text) = get(bad, "").await;
        assert!(status == 404 && text.contains("Dit document is niet van ons"), "{bad}: {status} {text}");
    }
    let other = Server::start(crate::support::Engine::Sqlite).await;
    let answer = other.client().get(format!("{}{known}", other.base())).send().await.expect("an answer");
    assert_eq!(answer.status(), 404, "another server has another key");
}

/// The control number is made of all words, so a file with the number of the page has its words, and no others.
async fn a_file_has_the_words_of_the_page(world: World) {
    let gp = world.server.gp();
    let mut numbers = std::collections::BTreeSet::new();
    for (path, _, _) in DOCUMENTS {
        let page = gp.get(&format!("{path}?_format=html")).await.expect(200).text();
        let file = gp.get(&format!("{path}?_format=pdf")).await.expect(200);
        let known = address(&super::read_back::unpacked(&file.body));
        let answer = world.server.client().get(format!("{}{known}", world.server.base())).send().await;
        let told = answer.expect("an answer").text().await.expect("a page");
        assert_eq!(number(&told), number(&page), "{path}");
        numbers.insert(number(&page).to_owned());
    }
    assert_eq!(numbers.len(), DOCUMENTS.len(), "{numbers:?}");
}

async fn a_document_is_kept_from_the_portal(server: Server) {
    let (person, patient) = crate::portal::people::patient_with_record(&server).await;
    server.hospital().post("MedicationRequest", &prescription(&patient, "C07AB02")).await.expect(201);
    let mut browser = crate::portal::people::as_patient(&server, &person).await;
    let list = browser.get("/documenten").await.text;
    let page = browser.get("/documenten/medicijnen").await.text;
    for text in [list, page] {
        assert!(text.contains("href=\"/documenten/medicijnen/pdf\"") && text.contains("Bewaar als PDF"), "{text}");
    }
    let records = async || {
        let rows = server.app().store.rows("SELECT COUNT(*) FROM audit", Vec::new()).await;
        rows.expect("the log")[0].int(0)
    };
    let before = records().await;
    let file = browser.get("/documenten/medicijnen/pdf").await;
    assert!(file.status == 200 && file.text.starts_with("%PDF-1.7"), "{}", file.status);
    assert_eq!(records().await, before + 1, "keeping it is recorded like reading it");
    assert_eq!(browser.get("/documenten/onzin/pdf").await.status, 404);
}
