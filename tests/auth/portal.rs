//! People at the portal: `OpenID` Connect with the built-in provider, sessions and signing out.

use axum::http::{HeaderMap, HeaderValue};
use spil::auth::{Session, session};
use spil::ctx::Actor;

use super::world::{Browser, PASSWORD, World, hidden, parameter};

async fn signed_in(world: &World, browser: &Browser<'_>) -> Option<Session> {
    let mut headers = HeaderMap::new();
    if let Some(id) = browser.cookies.get("spil_session") {
        headers.insert("cookie", HeaderValue::from_str(&format!("spil_session={id}")).expect("text"));
    }
    session(world.server.app(), &headers).await.expect("store")
}

async fn a_patient_signs_in_and_out(world: World) {
    let mut browser = world.browser();
    assert!(signed_in(&world, &browser).await.is_none());
    let page = browser.sign_in("/login?return=/gegevens%3Fx%3D1", "wim", PASSWORD).await;
    assert_eq!(page.address, format!("{}/gegevens?x=1", world.server.base()));
    assert_eq!(browser.cookies.len(), 1, "the cookie of the attempt is gone");
    let session = signed_in(&world, &browser).await.expect("session");
    assert_eq!((session.name.as_str(), session.subject.as_str()), ("WIM", "sub-wim"));
    let ctx = session.ctx("r".to_owned(), 0);
    let Actor::Patient(actor) = &ctx.actor else { panic!("a patient") };
    assert_eq!((actor.person, actor.patient_id.as_str(), actor.relation.as_deref()), (900_001, "patient-wim", None));
    assert!(ctx.scopes.is_none() && ctx.purpose == "PATRQT");
    assert!(session.emergency("r".to_owned(), 0, "reason").is_none());
    let id = browser.cookies["spil_session"].clone();
    assert_eq!(browser.post("/logout", &[("csrf", "x")]).await.status, 403);
    assert!(signed_in(&world, &browser).await.is_some());
    browser.post("/logout", &[("csrf", &session.csrf)]).await;
    assert!(!browser.cookies.contains_key("spil_session"));
    browser.cookies.insert("spil_session".to_owned(), id);
    assert!(signed_in(&world, &browser).await.is_none(), "the old id is worth nothing");
}

async fn a_session_ends_when_nothing_happens_and_after_a_day_of_work(world: World) {
    let later: [(&str, i64, bool); 4] = [
        ("UPDATE secret SET used = used - $1 WHERE kind = 'session'", 29 * 60_000, true),
        ("UPDATE secret SET used = used - $1 WHERE kind = 'session'", 31 * 60_000, false),
        ("UPDATE secret SET expires = expires - $1 WHERE kind = 'session'", 7 * 3_600_000, true),
        ("UPDATE secret SET expires = expires - $1 WHERE kind = 'session'", 8 * 3_600_000, false),
    ];
    for (sql, by, is_there) in later {
        let mut browser = world.browser();
        browser.sign_in("/login", "wim", PASSWORD).await;
        world.server.app().store.statements(vec![(sql, vec![by.into()])]).await.expect("store");
        assert_eq!(signed_in(&world, &browser).await.is_some(), is_there, "{sql} {by}");
    }
}

async fn a_professional_signs_in_for_the_organisation(world: World) {
    let mut browser = world.browser();
    let page = browser.sign_in("/login?role=professional", "dokter", PASSWORD).await;
    assert_eq!(page.address, format!("{}/zorg", world.server.base()));
    let session = signed_in(&world, &browser).await.expect("session");
    let Actor::Organisation(actor) = session.ctx("r".to_owned(), 0).actor else { panic!("an organisation") };
    assert_eq!((actor.org, actor.subject.and_then(|subject| subject.name).as_deref()), (world.org, Some("DOKTER")));
    assert!(session.emergency("r".to_owned(), 0, " ").is_none());
    assert!(session.emergency("r".to_owned(), 0, "onwel").is_some_and(|ctx| ctx.is_emergency()));
}

async fn nobody_signs_in_as_what_they_are_not(world: World) {
    for (path, username) in
        [("/login", "dokter"), ("/login?role=professional", "wim"), ("/inloggen", "dokter"), ("/zorg/inloggen", "wim")]
    {
        let mut browser = world.browser();
        assert_eq!(browser.sign_in(path, username, PASSWORD).await.status, 403, "{path}");
        assert!(signed_in(&world, &browser).await.is_none());
    }
}

async fn the_links_of_the_pages_lead_to_the_right_role(world: World) {
    let mut browser = world.browser();
    browser.sign_in("/inloggen", "wim", PASSWORD).await;
    assert!(signed_in(&world, &browser).await.expect("session").patient().is_some());
    let first = browser.cookies["spil_session"].clone();
    browser.sign_in("/zorg/inloggen", "dokter", PASSWORD).await;
    assert!(signed_in(&world, &browser).await.expect("session").professional().is_some());
    assert_ne!(browser.cookies["spil_session"], first, "every sign-in makes a new session");
    browser.cookies.insert("spil_session".to_owned(), first);
    assert!(signed_in(&world, &browser).await.is_none(), "and ends the one before it");
}

async fn a_wrong_password_and_an_unknown_name_get_the_same_answer_and_then_a_pause(world: World) {
    let mut browser = world.browser();
    let page = browser.get("/login").await;
    let strip = |text: &str, name: &str| text.replace(&hidden(text, "request"), "").replace(name, "");
    let unknown = browser.fill_in(&page, "niemand", PASSWORD).await;
    let wrong = browser.fill_in(&page, "wim", "fout").await;
    assert_eq!((unknown.status, wrong.status), (401, 401));
    assert_eq!(strip(&unknown.text, "niemand"), strip(&wrong.text, "wim"));
    for _ in 0..9 {
        assert_eq!(browser.fill_in(&page, "wim", "fout").await.status, 401);
    }
    assert_eq!(browser.fill_in(&page, "wim", PASSWORD).await.status, 429);
    assert_eq!(browser.fill_in(&page, "an", PASSWORD).await.address, format!("{}/overzicht", world.server.base()));
}

async fn an_answer_of_another_attempt_is_refused(world: World) {
    let (mut victim, mut attacker) = (world.browser(), world.browser());
    let page = attacker.get("/login").await;
    let state = parameter(&page.address, "state").expect("state");
    victim.get("/login").await;
    let request = hidden(&page.text, "request");
    // The attacker fills in the form and lets the victim's browser take the answer.
    let fields = [("request", request.as_str()), ("username", "an"), ("password", PASSWORD)];
    assert_eq!(victim.post("/idp/authorize", &fields).await.status, 403);
    assert!(signed_in(&world, &victim).await.is_none());
    for bad in [
        format!("/login/callback?state={state}&code=x"),
        "/login/callback?code=x".to_owned(),
        "/login/callback".to_owned(),
    ] {
        assert_eq!(world.browser().get(&bad).await.status, 403, "{bad}");
    }
}

async fn return_addresses_of_others_are_ignored(world: World) {
    for bad in ["https://evil.example", "//evil.example", "/%5Cevil.example"] {
        let page = world.browser().sign_in(&format!("/login?return={bad}"), "wim", PASSWORD).await;
        assert_eq!(page.address, format!("{}/overzicht", world.server.base()), "{bad}");
    }
}

async fn the_provider_serves_only_our_own_portal(world: World) {
    let good = world.browser().get("/login").await.address;
    assert_eq!(world.browser().get(&good).await.status, 200);
    for (from, to) in [
        ("client_id=spil-portal", "client_id=other"),
        ("response_type=code", "response_type=token"),
        ("code_challenge_method=S256", "code_challenge_method=plain"),
        ("scope=openid", "scope=profile"),
        ("login%2Fcallback", "login%2Fother"),
    ] {
        let bad = good.replace(from, to);
        assert_ne!(bad, good, "{from}");
        assert_eq!(world.browser().get(&bad).await.status, 400, "{from}");
    }
    let fields =
        [("grant_type", "authorization_code"), ("client_id", "spil-portal"), ("client_secret", "x"), ("code", "x")];
    assert_eq!(world.post("/idp/token", &fields).await.0, 401);
}

async fn somebody_acts_for_another_as_long_as_it_is_registered(world: World) {
    let mut browser = world.browser();
    browser.sign_in("/login", "wim", PASSWORD).await;
    let app = world.server.app();
    let own = signed_in(&world, &browser).await.expect("session");
    assert!(!own.act_for(app, Some("patient-an")).await.expect("store"), "not registered");
    world.represent("wim", "patient-an", None).await;
    assert!(own.act_for(app, Some("patient-an")).await.expect("store"));
    let session = signed_in(&world, &browser).await.expect("session");
    let patient = session.patient().expect("patient");
    assert_eq!(
        (patient.person, patient.display.as_str(), patient.relation.as_deref()),
        (900_002, "AN", Some("partner"))
    );
    assert_eq!(session.name, "WIM");
    world.represent("wim", "patient-an", Some(app.clock.now() - 1)).await;
    let session = signed_in(&world, &browser).await.expect("session");
    assert_eq!(session.patient().map(|patient| patient.person), Some(900_001), "it has ended");
}

crate::support::on_both! {
    a_patient_signs_in_and_out,
    a_session_ends_when_nothing_happens_and_after_a_day_of_work,
    a_professional_signs_in_for_the_organisation,
    nobody_signs_in_as_what_they_are_not,
    the_links_of_the_pages_lead_to_the_right_role,
    a_wrong_password_and_an_unknown_name_get_the_same_answer_and_then_a_pause,
    an_answer_of_another_attempt_is_refused,
    return_addresses_of_others_are_ignored,
    the_provider_serves_only_our_own_portal,
    somebody_acts_for_another_as_long_as_it_is_registered,
}
