//! Every address: not without a session, not in the other role, files for everybody.

use spil::ui::{ADDRESSES, Who};

use super::people::{as_patient, as_professional, patient_with_record, professional};
use crate::support::{Server, on_both};

on_both!(no_page_without_a_session_and_none_in_the_other_role);

/// The address with something in its places.
fn filled(path: &str) -> String {
    path.replace("{category}", "problems")
        .replace("{rtype}", "Condition")
        .replace("{kind}", "medicijnen")
        .replace("{composition}", "x")
        .replace("{id}", "x")
        .replace("{token}", "x")
        .replace("{record}", "x")
}

async fn no_page_without_a_session_and_none_in_the_other_role(server: Server) {
    let (person, _) = patient_with_record(&server).await;
    professional(&server, "dokter", "gp").await;
    let mut patient = as_patient(&server, &person).await;
    let mut doctor = as_professional(&server, "dokter").await;
    for (methods, path, who) in ADDRESSES {
        let (path, address) = (filled(path), format!("{}{}", server.base(), filled(path)));
        for method in methods.split(' ') {
            let request = if method == "GET" { server.client().get(&address) } else { server.client().post(&address) };
            let answer = request.send().await.expect("answer");
            let place = answer.headers().get("location").map(|value| value.to_str().expect("text").to_owned());
            let place = place.unwrap_or_default();
            match who {
                Who::Everybody if path.starts_with("/controle/") => assert_eq!(answer.status(), 404, "an unknown code"),
                Who::Everybody => assert!(answer.status().as_u16() < 400, "{method} {path}"),
                Who::Patient => assert!(place.starts_with("/inloggen?return="), "{method} {path}: {place}"),
                Who::Professional | Who::Officer => {
                    assert!(place.starts_with("/zorg/inloggen?return="), "{method} {path}: {place}");
                }
            }
        }
        if methods == "POST" {
            let browser = if who == Who::Patient { &mut patient } else { &mut doctor };
            let page = browser.post(&path, &[("csrf", "x"), ("id", "x")]).await;
            assert!(page.status == 403 && page.text.contains("verlopen"), "{path} {}", page.status);
            continue;
        }
        match who {
            Who::Everybody => {}
            Who::Patient => assert_eq!(doctor.get(&path).await.status, 403, "{path}"),
            Who::Professional => assert_eq!(patient.get(&path).await.status, 403, "{path}"),
            Who::Officer => {
                assert_eq!(patient.get(&path).await.status, 403, "{path}");
                assert_eq!(doctor.get(&path).await.status, 404, "{path}");
            }
        }
    }
    let page = patient.get("/bestaat-niet").await;
    assert!(page.status == 404 && page.text.contains("<h1>"), "{}", page.text);
}

#[tokio::test]
async fn files_are_kept_by_the_browser_and_the_language_by_a_cookie() {
    let server = Server::start(crate::support::Engine::Sqlite).await;
    for (path, kind) in [
        ("/static/spil.css", "text/css; charset=utf-8"),
        ("/static/document.css", "text/css; charset=utf-8"),
        ("/static/spil.svg", "image/svg+xml"),
    ] {
        let address = format!("{}{path}", server.base());
        let answer = server.client().get(&address).send().await.expect("answer");
        let headers = answer.headers().clone();
        assert_eq!((answer.status().as_u16(), &headers["content-type"]), (200, &kind.parse().expect("value")));
        assert!(headers["cache-control"].to_str().expect("text").starts_with("public"));
        let again = server.client().get(&address).header("if-none-match", &headers["etag"]).send().await;
        assert_eq!(again.expect("answer").status(), 304);
    }
    let mut browser = crate::support::browser::Browser::new(&server);
    let page = browser.get("/taal?naar=en&terug=/zorg").await;
    assert!(page.address.ends_with("/zorg") && page.text.contains("<html lang=\"en\">"), "{}", page.text);
    let page = browser.get("/taal?naar=nl&terug=//evil.example").await;
    assert_eq!(page.address, format!("{}/", server.base()));
}
