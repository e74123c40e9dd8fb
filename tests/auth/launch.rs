//! A PGO app asks a patient: SMART standalone launch with PKCE.

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use spil::ctx::Actor;

use super::world::{Browser, CALLBACK, PASSWORD, PGO, Page, World, hidden, parameter};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const SCOPE: &str = "launch/patient openid fhirUser offline_access patient/*.rs";

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes()))
}

fn query(world: &World, scope: &str, change: &[(&str, &str)]) -> Vec<(String, String)> {
    let aud = format!("{}/fhir", world.server.base());
    let challenge = challenge();
    let mut all: Vec<(String, String)> = [
        ("response_type", "code"),
        ("client_id", PGO),
        ("redirect_uri", CALLBACK),
        ("scope", scope),
        ("state", "my state"),
        ("nonce", "my nonce"),
        ("aud", &aud),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    for (name, value) in change {
        all.retain(|(known, _)| known != name);
        if !value.is_empty() {
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    all
}

fn address(query: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        query.iter().map(|(name, value)| format!("{name}={}", urlencoding::encode(value))).collect();
    format!("/oauth/authorize?{}", pairs.join("&"))
}

/// Signs in and decides; gives where the app is returned to.
async fn decide(world: &World, browser: &mut Browser<'_>, address: &str, decision: &str) -> Page {
    let mut page = browser.get(address).await;
    if page.address.contains("/idp/authorize") {
        page = browser.fill_in(&page, "wim", PASSWORD).await;
    }
    assert!(page.address.starts_with(&format!("{}/oauth/authorize/continue", world.server.base())), "{page:?}");
    let (csrf, request) = (hidden(&page.text, "csrf"), hidden(&page.text, "request"));
    browser.post("/oauth/authorize", &[("csrf", &csrf), ("request", &request), ("decision", decision)]).await
}

async fn code(world: &World, scope: &str) -> String {
    let page = decide(world, &mut world.browser(), &address(&query(world, scope, &[])), "allow").await;
    assert!(page.address.starts_with(CALLBACK), "{page:?}");
    assert_eq!(parameter(&page.address, "state").as_deref(), Some("my state"));
    assert_eq!(parameter(&page.address, "iss").as_deref(), Some(world.server.base()));
    parameter(&page.address, "code").expect("code")
}

async fn redeem(world: &World, code: &str, change: &[(&str, &str)]) -> (u16, Value) {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", PGO),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in change {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    world.post("/oauth/token", &fields).await
}

/// The answer of the token endpoint after a whole launch.
pub async fn tokens(world: &World, scope: &str) -> Value {
    let (status, body) = redeem(world, &code(world, scope).await, &[]).await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn refresh(world: &World, token: &str, scope: &str) -> (u16, Value) {
    let fields = [("grant_type", "refresh_token"), ("client_id", PGO), ("refresh_token", token), ("scope", scope)];
    world.post("/oauth/token", &fields).await
}

async fn status(world: &World, token: &Value) -> u16 {
    let mut headers = HeaderMap::new();
    let text = format!("Bearer {}", token.as_str().expect("token"));
    headers.insert("authorization", HeaderValue::from_str(&text).expect("text"));
    match spil::auth::authenticate(world.server.app(), &headers).await {
        Ok(ctx) => {
            let Actor::Patient(actor) = ctx.actor else { panic!("a patient") };
            assert_eq!(
                (actor.person, actor.patient_id.as_str(), ctx.purpose.as_str()),
                (900_001, "patient-wim", "PATRQT")
            );
            assert_eq!(actor.client_id.as_deref(), Some(PGO));
            200
        }
        Err(error) => error.status,
    }
}

fn claims(token: &Value) -> Value {
    let part = token.as_str().and_then(|token| token.split('.').nth(1)).expect("part");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("json")
}

async fn the_patient_allows_and_the_app_reads_as_the_patient(world: World) {
    let body = tokens(&world, SCOPE).await;
    assert_eq!((&body["patient"], &body["expires_in"]), (&json!("patient-wim"), &json!(300)));
    assert_eq!(status(&world, &body["access_token"]).await, 200);
    let id = claims(&body["id_token"]);
    assert_eq!((&id["sub"], &id["aud"], &id["nonce"]), (&json!("sub-wim"), &json!(PGO), &json!("my nonce")));
    assert_eq!(id["fhirUser"], format!("{}/fhir/Patient/patient-wim", world.server.base()));
    let small = tokens(&world, "launch/patient patient/Observation.rs").await;
    assert_eq!(small["scope"], "launch/patient patient/Observation.rs");
    assert!(small.get("refresh_token").is_none() && small.get("id_token").is_none());
}

async fn the_patient_refuses_and_the_app_hears_so(world: World) {
    let page = decide(&world, &mut world.browser(), &address(&query(&world, SCOPE, &[])), "refuse").await;
    assert_eq!(parameter(&page.address, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&page.address, "code"), None);
}

async fn an_unknown_app_or_address_is_never_redirected_to(world: World) {
    for change in [
        ("client_id", ""),
        ("client_id", "somebody"),
        ("client_id", super::world::SYSTEM),
        ("redirect_uri", ""),
        ("redirect_uri", "http://127.0.0.1:8099/callback/"),
        ("redirect_uri", "http://127.0.0.1:8099/callback?x=1"),
        ("redirect_uri", "http://127.0.0.1:8099/callback#x"),
        ("redirect_uri", "http://127.0.0.1:8098/callback"),
        ("redirect_uri", "http://127.0.0.1:8099@evil.example/callback"),
        ("redirect_uri", "//127.0.0.1:8099/callback"),
    ] {
        let page = world.browser().get(&address(&query(&world, SCOPE, &[change]))).await;
        assert_eq!(page.status, 400, "{change:?}");
        assert!(page.address.starts_with(world.server.base()), "{change:?} {page:?}");
    }
    let twice = format!("{}&client_id={PGO}", address(&query(&world, SCOPE, &[])));
    assert_eq!(world.browser().get(&twice).await.status, 400);
}

async fn a_bad_request_of_a_known_app_goes_back_with_the_error(world: World) {
    let verifier = challenge();
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("state", ""), "invalid_request"),
        (("aud", ""), "invalid_request"),
        (("aud", "https://elsewhere.example/fhir"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("scope", ""), "invalid_request"),
        (("scope", "patient/*.cud"), "invalid_scope"),
        (("scope", "system/*.rs"), "invalid_scope"),
        (("scope", "user/*.rs openid"), "invalid_scope"),
        (("request", verifier.as_str()), "request_not_supported"),
        (("prompt", "none"), "interaction_required"),
    ] {
        let page = world.browser().get(&address(&query(&world, SCOPE, &[change]))).await;
        assert!(page.address.starts_with(CALLBACK), "{change:?} {page:?}");
        assert_eq!(parameter(&page.address, "error").as_deref(), Some(error), "{change:?}");
        assert_eq!(parameter(&page.address, "iss").as_deref(), Some(world.server.base()));
    }
}

async fn a_decision_counts_once_and_only_with_the_form_of_the_session(world: World) {
    let (mut browser, mut other) = (world.browser(), world.browser());
    browser.sign_in("/login", "wim", PASSWORD).await;
    other.sign_in("/login", "an", PASSWORD).await;
    let page = browser.get(&address(&query(&world, SCOPE, &[]))).await;
    let (csrf, request) = (hidden(&page.text, "csrf"), hidden(&page.text, "request"));
    let fields = [("csrf", csrf.as_str()), ("request", &request), ("decision", "allow")];
    assert_eq!(other.post("/oauth/authorize", &fields).await.status, 400, "the form of somebody else");
    assert_eq!(world.browser().post("/oauth/authorize", &fields).await.status, 400, "nobody is signed in");
    let wrong = [("csrf", "x"), ("request", &request), ("decision", "allow")];
    assert_eq!(browser.post("/oauth/authorize", &wrong).await.status, 400);
    assert!(browser.post("/oauth/authorize", &fields).await.address.starts_with(CALLBACK));
    assert_eq!(browser.post("/oauth/authorize", &fields).await.status, 400, "twice");
    assert_eq!(browser.get(&page.address).await.status, 400, "back button");
}

async fn a_professional_cannot_allow(world: World) {
    let mut browser = world.browser();
    browser.sign_in("/login?role=professional", "dokter", PASSWORD).await;
    let page = browser.get(&address(&query(&world, SCOPE, &[]))).await;
    assert_eq!(parameter(&page.address, "error").as_deref(), Some("access_denied"));
}

async fn a_code_is_for_one_app_one_address_and_one_verifier(world: World) {
    let code = code(&world, SCOPE).await;
    for (change, error) in [
        (("code_verifier", "short"), "invalid_grant"),
        (("code_verifier", "aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "invalid_grant"),
        (("code_verifier", ""), "invalid_request"),
        (("redirect_uri", "http://127.0.0.1:8099/other"), "invalid_grant"),
        (("client_id", super::world::SYSTEM), "invalid_client"),
        (("code", "nonsense"), "invalid_grant"),
    ] {
        let (_, body) = redeem(&world, &code, &[change]).await;
        assert_eq!(body["error"], error, "{change:?}");
    }
    assert_eq!(redeem(&world, &code, &[]).await.0, 200);
}

async fn a_code_used_twice_ends_what_it_gave(world: World) {
    let code = code(&world, SCOPE).await;
    let (_, body) = redeem(&world, &code, &[]).await;
    assert_eq!(status(&world, &body["access_token"]).await, 200);
    assert_eq!(redeem(&world, &code, &[]).await.1["error"], "invalid_grant");
    assert_eq!(status(&world, &body["access_token"]).await, 401);
    assert_eq!(refresh(&world, body["refresh_token"].as_str().expect("token"), "").await.0, 400);
}

async fn a_code_that_waited_too_long_gives_nothing(world: World) {
    let code = code(&world, SCOPE).await;
    let sql = r#"UPDATE secret SET body = replace(body, '"until":', '"until":0,"was":') WHERE kind = 'code'"#;
    world.server.app().store.statements(vec![(sql, Vec::new())]).await.expect("store");
    assert_eq!(redeem(&world, &code, &[]).await.1["error"], "invalid_grant");
}

async fn the_page_of_the_question_lets_its_form_lead_to_the_app_only(world: World) {
    let mut browser = world.browser();
    browser.sign_in("/login", "wim", PASSWORD).await;
    let page = browser.get(&address(&query(&world, SCOPE, &[]))).await;
    assert!(page.policy.contains("form-action 'self' http://127.0.0.1:8099;"), "{}", page.policy);
    assert!(page.policy.contains("frame-ancestors 'none'"), "{}", page.policy);
    assert!(page.text.contains("Mijn app") && page.text.contains("WIM"));
}

async fn a_refresh_token_is_replaced_and_an_old_one_ends_the_family(world: World) {
    let first = tokens(&world, SCOPE).await;
    let old = first["refresh_token"].as_str().expect("token").to_owned();
    let (status_code, second) = refresh(&world, &old, "").await;
    assert_eq!((status_code, &second["scope"]), (200, &first["scope"]));
    let new = second["refresh_token"].as_str().expect("token").to_owned();
    assert_ne!(old, new);
    let (status_code, narrow) = refresh(&world, &new, "patient/Observation.r").await;
    assert_eq!((status_code, &narrow["scope"]), (200, &json!("patient/Observation.r")));
    let newest = narrow["refresh_token"].as_str().expect("token").to_owned();
    for wide in ["patient/*.cruds", "system/*.rs", "patient/*.rs user/*.rs"] {
        assert_eq!(refresh(&world, &newest, wide).await.1["error"], "invalid_scope", "{wide}");
    }
    assert_eq!(refresh(&world, &old, "").await.1["error"], "invalid_grant");
    assert_eq!(refresh(&world, &newest, "").await.1["error"], "invalid_grant", "the family has ended");
    assert_eq!(status(&world, &second["access_token"]).await, 401);
}

async fn a_revoked_refresh_token_ends_the_family(world: World) {
    let body = tokens(&world, SCOPE).await;
    let token = body["refresh_token"].as_str().expect("token");
    assert_eq!(world.post("/oauth/revoke", &[("client_id", PGO), ("token", token)]).await.0, 200);
    assert_eq!(refresh(&world, token, "").await.1["error"], "invalid_grant");
    assert_eq!(status(&world, &body["access_token"]).await, 401);
}

async fn a_pushed_request_works_once_for_its_own_app(world: World) {
    let query = query(&world, SCOPE, &[]);
    let fields: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (status, body) = world.post("/oauth/par", &fields).await;
    assert_eq!((status, &body["expires_in"]), (201, &json!(60)), "{body}");
    let request_uri = urlencoding::encode(body["request_uri"].as_str().expect("uri")).into_owned();
    let other = format!("/oauth/authorize?client_id=other&request_uri={request_uri}");
    assert_eq!(world.browser().get(&other).await.status, 400);
    let own = format!("/oauth/authorize?client_id={PGO}&request_uri={request_uri}");
    let page = decide(&world, &mut world.browser(), &own, "allow").await;
    assert!(parameter(&page.address, "code").is_some());
    assert_eq!(world.browser().get(&own).await.status, 400, "twice");
    let (status, body) = world.post("/oauth/par", &fields[1..]).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_request")));
}

async fn discovery_names_what_is_served(world: World) {
    for path in [
        "/fhir/.well-known/smart-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
    ] {
        let response =
            world.server.client().get(format!("{}{path}", world.server.base())).send().await.expect("answer");
        let body: Value = serde_json::from_str(&response.text().await.expect("text")).expect("json");
        assert_eq!(body["issuer"], world.server.base(), "{path}");
        for name in
            ["token_endpoint", "introspection_endpoint", "revocation_endpoint", "jwks_uri", "authorization_endpoint"]
        {
            let address = body[name].as_str().expect("address");
            let status = world.server.client().get(address).send().await.expect("answer").status();
            assert_ne!(status, 404, "{name}");
        }
    }
}

crate::support::on_both! {
    the_patient_allows_and_the_app_reads_as_the_patient,
    the_patient_refuses_and_the_app_hears_so,
    an_unknown_app_or_address_is_never_redirected_to,
    a_bad_request_of_a_known_app_goes_back_with_the_error,
    a_decision_counts_once_and_only_with_the_form_of_the_session,
    a_professional_cannot_allow,
    a_code_is_for_one_app_one_address_and_one_verifier,
    a_code_used_twice_ends_what_it_gave,
    a_code_that_waited_too_long_gives_nothing,
    the_page_of_the_question_lets_its_form_lead_to_the_app_only,
    a_refresh_token_is_replaced_and_an_old_one_ends_the_family,
    a_revoked_refresh_token_ends_the_family,
    a_pushed_request_works_once_for_its_own_app,
    discovery_names_what_is_served,
}
