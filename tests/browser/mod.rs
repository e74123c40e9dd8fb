//! The pages in a real browser, scripts switched off: read, use, look. Pictures land in `target/screenshots`; to make those of
//! `docs/screenshots` anew: `SPIL_REFRESH=1 cargo test --test main -- browser::`, and look at each.

mod limits;

use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::scenario::region::Region;
use crate::support::chromium::{FLOWS, PICTURES, browser, browser_without_scripts, screenshot};

/// What the page that is coming shows at `css`: a click ends before its answer is there. Panics with what is shown instead.
async fn shown(page: &Client, css: &str) -> Element {
    match page.wait().at_most(Duration::from_mins(2)).for_element(Locator::Css(css)).await {
        Ok(element) => element,
        Err(error) => {
            let (address, text) = (page.current_url().await, page.source().await);
            panic!("{css}: {error} at {address:?}: {text:?}")
        }
    }
}

async fn click(page: &Client, css: &str) {
    shown(page, css).await.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
}

async fn sign_in(page: &Client, region: &Region, username: &str, role: &str) {
    let list = if role == "patient" { "patients" } else { "professionals" };
    let entry = region.demo[list].as_array().into_iter().flatten().find(|entry| entry["username"] == username);
    let password = entry.and_then(|entry| entry["password"].as_str()).expect("an account in demo.json");
    page.goto(&format!("{}/login?role={role}", region.base())).await.expect("the sign-in page");
    shown(page, "input[name=username]").await.send_keys(username).await.expect("typed");
    let field = shown(page, "input[name=password]").await;
    // Enter sends the form: no mouse and no script is needed.
    field.send_keys(&format!("{password}\u{e007}")).await.expect("typed");
    shown(page, "nav").await;
}

/// Searches a patient in the workspace, and opens the page.
async fn find(page: &Client, region: &Region, username: &str) {
    let patients = region.demo["patients"].as_array().expect("patients");
    let patient = patients.iter().find(|one| one["username"] == username).expect("a patient of the region");
    open(page, region, "/zorg/zoeken", "search").await;
    let number = patient["bsn"].as_str().expect("a number");
    shown(page, "#bsn").await.send_keys(&format!("{number}\u{e007}")).await.expect("typed");
    click(page, "a[href^='/zorg/patient/']").await;
}

async fn open(page: &Client, region: &Region, path: &str, name: &str) {
    page.goto(&format!("{}{path}", region.base())).await.expect("the page");
    shown(page, "h1").await;
    screenshot(page, name).await;
}

/// Width of the content over the width of the window.
async fn overflow(page: &Client) -> f64 {
    let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    page.execute(script, Vec::new()).await.ok().as_ref().and_then(Value::as_f64).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resident_reads_decides_and_looks_back_without_scripts() {
    let region = Region::start("browser", None).await;
    let page = browser_without_scripts(1100, 1300).await;
    page.goto(region.base()).await.expect("the landing page");
    screenshot(&page, "landing").await;
    sign_in(&page, &region, "truus", "patient").await;
    for (path, name) in [
        ("/overzicht", "overview"),
        ("/gegevens", "categories"),
        ("/gegevens/medication", "medication"),
        ("/gegevens/wishes", "wishes"),
        ("/documenten", "documents"),
        ("/documenten/medicijnen", "medication-overview"),
        ("/toestemmingen", "permissions-empty"),
    ] {
        open(&page, &region, path, name).await;
    }
    permit(&page, &region).await;
    open(&page, &region, "/toestemmingen", "permissions").await;
    open(&page, &region, "/gekeken", "looked").await;
    page.close().await.expect("closed");
}

/// Permits the emergency set to the out-of-hours post, by the form.
async fn permit(page: &Client, region: &Region) {
    open(page, region, "/toestemmingen/nieuw", "permission-form").await;
    let post = region.organisation("gp_post")["id"].as_str().expect("id");
    click(page, &format!("label[for='organisation-{post}']")).await;
    click(page, "label[for=choice-emergency]").await;
    click(page, "main form button[type=submit]").await;
    shown(page, "button[name=step][value=confirm]").await;
    screenshot(page, "permission-confirm").await;
    click(page, "button[name=step][value=confirm]").await;
    shown(page, "a[href^='/toestemmingen/'][href$='/geschiedenis']").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_fit_a_phone_and_the_keyboard_reaches_everything() {
    let region = Region::start("phone", None).await;
    let page = browser(390, 844).await;
    sign_in(&page, &region, "henk", "patient").await;
    for (path, name) in [
        ("/overzicht", "phone-overview"),
        ("/gegevens/own-measurements", "phone-measurements"),
        ("/gekeken", "phone-looked"),
    ] {
        open(&page, &region, path, name).await;
        assert!(overflow(&page).await < 1.0, "{path} is wider than a phone");
    }
    open(&page, &region, "/overzicht", "phone-overview").await;
    let first = "document.activeElement.getAttribute('href')";
    let body = page.find(Locator::Css("body")).await.expect("a body");
    body.send_keys("\u{e004}").await.expect("the tab key");
    let focused = page.execute(&format!("return {first}"), Vec::new()).await.expect("the focused link");
    assert!(
        focused.as_str().is_some_and(|href| href.starts_with('#')),
        "the first stop skips to the content: {focused}"
    );
    page.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nurse_finds_the_handoff_in_the_workspace() {
    let region = Region::start("workspace", None).await;
    let page = browser_without_scripts(1100, 1200).await;
    sign_in(&page, &region, "k.wouters", "professional").await;
    open(&page, &region, "/zorg", "workspace").await;
    page.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_physician_opens_a_record_in_an_emergency() {
    let region = Region::start("spoed", None).await;
    let page = browser_without_scripts(1100, 1400).await;
    sign_in(&page, &region, "d.bos", "professional").await;
    open(&page, &region, "/zorg/spoed", "emergency-form").await;
    let number = region.patient("klaas")["bsn"].as_str().expect("a number").to_owned();
    shown(&page, "#bsn").await.send_keys(&number).await.expect("typed");
    shown(&page, "#reason").await.send_keys("Bewusteloos gevonden, kan zelf niets vertellen").await.expect("typed");
    click(&page, "label[for=confirm]").await;
    click(&page, "main form button.danger").await;
    // The page of the patient says so as long as it is open.
    assert!(shown(&page, ".alert > p").await.is_displayed().await.expect("known"));
    screenshot(&page, "emergency").await;
    page.close().await.expect("closed");
}

#[test]
fn each_flow_has_a_picture_of_moderate_size() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PICTURES);
    let mut names = Vec::new();
    for file in std::fs::read_dir(&folder).expect("the folder of pictures").map(|entry| entry.expect("an entry").path())
    {
        let bytes = std::fs::read(&file).expect("a picture");
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() < 200_000, "{}: {} bytes", file.display(), bytes.len());
        names.push(file.file_stem().expect("a name").to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, FLOWS);
}

/// What a person needs to fill in a form must be there to be seen, not only in the text of the page.
#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_nurse_hands_over_and_asks_with_what_the_page_shows() {
    let region = Region::start("transfer", None).await;
    let page = browser_without_scripts(1100, 1600).await;
    sign_in(&page, &region, "i.smit", "professional").await;
    open(&page, &region, "/zorg/vragen", "ask").await;
    assert!(shown(&page, "#category-problems").await.is_displayed().await.expect("known"));
    find(&page, &region, "klaas").await;
    click(&page, "a[href$='/overdragen']").await;
    let wilgenhof = region.organisation("vvt")["id"].as_str().expect("an id");
    let candidate = shown(&page, &format!("fieldset#to input[value='{wilgenhof}']")).await;
    assert!(candidate.is_displayed().await.expect("known"));
    click(&page, &format!("fieldset#to label[for='to-{wilgenhof}']")).await;
    shown(&page, "#transfer").await.send_keys("11302099").await.expect("typed");
    shown(&page, "#notice").await.send_keys(" hulp bij lopen").await.expect("typed");
    screenshot(&page, "hand-over").await;
    click(&page, "main form button[type=submit]").await;
    shown(&page, "button[value=cancel]").await;
    screenshot(&page, "sent").await;
    page.close().await.expect("closed");
    // Who was asked finds it, without a name.
    let page = browser_without_scripts(1100, 1000).await;
    sign_in(&page, &region, "k.wouters", "professional").await;
    page.goto(&format!("{}/zorg/overdrachten", region.base())).await.expect("the page");
    assert!(shown(&page, "article.handoff button[value=accept]").await.is_displayed().await.expect("known"));
    assert!(!page.source().await.expect("the page").contains("Postma"));
    screenshot(&page, "receive").await;
    page.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_are_written_down_by_a_gp_and_by_a_patient() {
    let region = Region::start("wishes", None).await;
    let page = browser_without_scripts(1100, 2400).await;
    sign_in(&page, &region, "h.visser", "professional").await;
    find(&page, &region, "klaas").await;
    click(&page, "a[href$='/wensen']").await;
    assert!(shown(&page, "#q-1386 input").await.is_displayed().await.expect("known"));
    screenshot(&page, "wishes-form").await;
    click(&page, "#q-1386 .option:nth-of-type(3) label").await;
    click(&page, "main form button[type=submit]").await;
    // "Something else" needs words.
    assert!(shown(&page, "#q-1001-error").await.is_displayed().await.expect("known"));
    screenshot(&page, "wishes-error").await;
    shown(&page, "#q-1001").await.send_keys("Alleen als mijn dochter erbij is").await.expect("typed");
    click(&page, "main form button[type=submit]").await;
    let told = shown(&page, ".sheet").await.text().await.expect("text");
    assert!(told.contains("Alleen als mijn dochter erbij is"), "{told}");
    screenshot(&page, "wishes-made").await;
    let cut = "return [...document.querySelectorAll('.sheet .mark')].map(one => one.scrollWidth - one.clientWidth)";
    let cut = page.execute(cut, Vec::new()).await.expect("the answers");
    let cut: Vec<f64> = cut.as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
    assert!(!cut.is_empty() && cut.iter().all(|over| *over < 1.0), "an answer is cut off: {cut:?}");
    page.close().await.expect("closed");
    let page = browser_without_scripts(360, 2000).await;
    sign_in(&page, &region, "klaas", "patient").await;
    open(&page, &region, "/documenten/wensen/invullen", "wishes-patient").await;
    page.close().await.expect("closed");
}
