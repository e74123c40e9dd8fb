//! People of these tests: a patient with a record at the hospital, and professionals.

use serde_json::{Value, json};
use spil::store::sql::auth::Account;

use crate::support::browser::{Browser, Page, hidden};
use crate::support::region::{PASSWORD, organization};
use crate::support::{Person, Server, builders};

/// A text that would be markup if it were not escaped.
pub const EVIL: &str = "<script>alert(1)</script>\"><img src=x>";

/// A new patient of whom the hospital wrote a diagnosis with an evil text; gives its `Patient` there too.
pub async fn patient_with_record(server: &Server) -> (Person, String) {
    let person = server.person().await;
    let hospital = server.hospital();
    let made = hospital.post("Patient", &builders::patient(&person.bsn)).await.expect(201);
    let patient = format!("Patient/{}", made.id());
    let mut condition = builders::condition(&patient, "44054006");
    condition["code"]["text"] = json!(EVIL);
    hospital.post("Condition", &condition).await.expect(201);
    let mut allergy = builders::allergy(&patient, "91936005");
    allergy["code"]["text"] = json!("Penicilline");
    hospital.post("AllergyIntolerance", &allergy).await.expect(201);
    (person, patient)
}

/// Registers a professional of an organisation.
pub async fn professional(server: &Server, username: &str, kind: &str) {
    with_role(server, username, kind, "01.015").await;
}

/// Registers the privacy officer of an organisation.
pub async fn officer(server: &Server, username: &str, kind: &str) {
    with_role(server, username, kind, "privacy-officer").await;
}

async fn with_role(server: &Server, username: &str, kind: &str, role: &str) {
    let app = server.app();
    let rows = app.store.rows("SELECT org FROM organisation WHERE id = $1", vec![organization(kind).into()]).await;
    let account = Account {
        username: username.to_owned(),
        subject: format!("sub-{username}"),
        password: spil::auth::hash_password(PASSWORD, app.random.as_ref()).expect("hash"),
        display: format!("Dokter {username}"),
        practitioner: Some(format!("practitioner-{username}")),
        practitioner_role: Some(role.to_owned()),
        org: Some(rows.expect("rows")[0].int(0)),
        ..Account::default()
    };
    app.store.register_account(&account).await.expect("account");
}

/// A browser in which a patient is signed in.
pub async fn as_patient<'s>(server: &'s Server, person: &Person) -> Browser<'s> {
    let mut browser = Browser::new(server);
    let page = browser.sign_in("/inloggen", &person.username, PASSWORD).await;
    assert_eq!((page.status, page.address), (200, format!("{}/overzicht", server.base())));
    browser
}

/// A browser in which a professional is signed in.
pub async fn as_professional<'s>(server: &'s Server, username: &str) -> Browser<'s> {
    let mut browser = Browser::new(server);
    let page = browser.sign_in("/zorg/inloggen", username, PASSWORD).await;
    assert_eq!(page.status, 200, "{}", page.text);
    browser
}

/// Opens a page for its token, then posts a form.
pub async fn post(browser: &mut Browser<'_>, page: &str, address: &str, fields: &[(&str, &str)]) -> Page {
    let csrf = hidden(&browser.get(page).await.text, "csrf");
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend_from_slice(fields);
    browser.post(address, &all).await
}

/// Chooses who may see what, and confirms.
pub async fn choose(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Page {
    let checked = post(browser, "/toestemmingen/nieuw", "/toestemmingen/nieuw", fields).await;
    assert!(checked.status == 200 && checked.text.contains("Klopt dit?"), "{}", checked.text);
    let mut all = fields.to_vec();
    all.push(("step", "confirm"));
    post(browser, "/toestemmingen/nieuw", "/toestemmingen/bevestigen", &all).await
}

/// The ids of the choices on the page, newest first.
pub fn ids(page: &Page) -> Vec<String> {
    let pieces = page.text.split("action=\"/toestemmingen/stoppen\"").skip(1);
    pieces.map(|piece| hidden(piece, "id")).collect()
}

/// What a `Bundle` holds.
pub fn total(bundle: &Value) -> usize {
    bundle["entry"].as_array().map_or(0, Vec::len)
}

/// The first link of a page that begins like this.
pub fn link<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    text.split("href=\"").find(|piece| piece.starts_with(start)).and_then(|piece| piece.split('"').next())
}
