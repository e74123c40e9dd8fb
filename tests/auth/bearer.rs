//! Access tokens at the FHIR API.

use axum::http::{HeaderMap, HeaderValue};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use spil::auth::authenticate;
use spil::ctx::Actor;

use super::world::{Key, SYSTEM, World};

fn headers(authorization: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_str(authorization).expect("text"));
    headers
}

/// 200, or the status of the refusal, for this `Authorization` header.
pub async fn status(world: &World, authorization: &str) -> u16 {
    match authenticate(world.server.app(), &headers(authorization)).await {
        Ok(_) => 200,
        Err(error) => error.status,
    }
}

async fn a_token_says_who_asks_why_and_what_is_allowed(world: World) {
    let mut claims = world.claims();
    claims["extensions"] = json!({"ihe_iua": {
        "subject_name": "A. Arts", "subject_id": "p1", "purpose_of_use": "BTG", "reason": "onwel op straat",
    }});
    let (_, body) = world.token(&world.key.sign(json!({}), &claims), "system/Patient.rs").await;
    let mut headers = headers(&format!("Bearer {}", body["access_token"].as_str().expect("token")));
    headers.insert("x-request-id", HeaderValue::from_static("request-7"));
    for _ in 0..2 {
        let ctx = authenticate(world.server.app(), &headers).await.expect("good");
        assert!(
            ctx.is_emergency() && ctx.allows("Patient", 'r') && !ctx.allows("Patient", 'u') && !ctx.allows("Task", 'r')
        );
        assert_eq!((ctx.reason.as_deref(), ctx.request_id.as_str()), (Some("onwel op straat"), "request-7"));
        let Actor::Organisation(actor) = ctx.actor else { panic!("an organisation") };
        assert_eq!((actor.org, actor.ura.as_str(), actor.kind.as_str()), (world.org, "90000001", "hospital"));
        assert_eq!(actor.subject.and_then(|subject| subject.name).as_deref(), Some("A. Arts"));
    }
}

async fn a_strange_request_id_is_replaced(world: World) {
    let token = world.access_token().await;
    for given in ["", "two words", &"x".repeat(129)] {
        let mut headers = headers(&format!("Bearer {token}"));
        headers.insert("x-request-id", HeaderValue::from_str(given).expect("text"));
        let ctx = authenticate(world.server.app(), &headers).await.expect("good");
        assert_eq!(ctx.request_id.len(), 36, "{given}");
    }
}

async fn what_is_not_a_good_access_token_is_refused(world: World) {
    let token = world.access_token().await;
    assert_eq!(status(&world, &format!("bearer {token}")).await, 200);
    let now = world.now();
    let claims = json!({
        "iss": world.server.base(), "aud": format!("{}/fhir", world.server.base()), "sub": SYSTEM, "client_id": SYSTEM,
        "jti": "1", "iat": now, "exp": now + 300, "scope": "system/*.cruds", "org": world.org,
    });
    let stranger = Key::new("x", Algorithm::ES256);
    let kid = Key::of_server(&world.server).await.kid;
    let forged = stranger.sign(json!({"typ": "at+jwt", "kid": kid}), &claims);
    let none = stranger.sign(json!({"typ": "at+jwt", "kid": kid, "alg": "none"}), &claims);
    let (message, _) = token.rsplit_once('.').expect("parts");
    for bad in [
        String::new(),
        token.clone(),
        format!("Basic {token}"),
        "Bearer ".to_owned(),
        format!("Bearer {token}x"),
        format!("Bearer {message}."),
        format!("Bearer {forged}"),
        format!("Bearer {none}"),
        format!("Bearer {}", world.key.sign(json!({}), &world.claims())),
    ] {
        assert_eq!(status(&world, &bad).await, 401, "{bad}");
    }
    assert_eq!(authenticate(world.server.app(), &HeaderMap::new()).await.expect_err("none").status, 401);
    let mut twice = headers(&format!("Bearer {token}"));
    twice.append("authorization", HeaderValue::from_str(&format!("Bearer {token}")).expect("text"));
    assert_eq!(authenticate(world.server.app(), &twice).await.expect_err("twice").status, 401);
}

async fn what_the_server_would_not_sign_is_refused_even_when_its_key_did(world: World) {
    let key = Key::of_server(&world.server).await;
    let (base, now) = (world.server.base(), world.now());
    let claims = |name: &str, value: Value| {
        let mut claims = json!({
            "iss": base, "aud": format!("{base}/fhir"), "sub": SYSTEM, "client_id": SYSTEM, "jti": name, "iat": now,
            "exp": now + 300, "scope": "system/*.cruds", "org": world.org,
        });
        claims[name] = value;
        claims
    };
    let good = key.sign(json!({"typ": "at+jwt"}), &claims("x", json!(0)));
    assert_eq!(status(&world, &format!("Bearer {good}")).await, 200);
    for (name, value) in [
        ("iss", json!("https://elsewhere.example")),
        ("aud", json!(base)),
        ("aud", json!([format!("{base}/fhir")])),
        ("aud", Value::Null),
        ("exp", json!(now - 1)),
        ("exp", Value::Null),
        ("iat", json!(now + 600)),
        ("iat", Value::Null),
        ("jti", Value::Null),
        ("client_id", json!("somebody")),
        ("org", json!(world.org + 1)),
        ("org", Value::Null),
        ("patient", json!("patient-wim")),
        ("extensions", json!({"ihe_iua": {"purpose_of_use": "BTG"}})),
    ] {
        let token = key.sign(json!({"typ": "at+jwt"}), &claims(name, value.clone()));
        assert_eq!(status(&world, &format!("Bearer {token}")).await, 401, "{name} {value}");
    }
    for header in
        [json!({}), json!({"typ": "JWT"}), json!({"typ": "at+jwt", "kid": "x"}), json!({"typ": "at+jwt", "crit": []})]
    {
        let token = key.sign(header.clone(), &claims("x", json!(0)));
        assert_eq!(status(&world, &format!("Bearer {token}")).await, 401, "{header}");
    }
}

async fn an_id_token_of_ours_is_no_access_token(world: World) {
    let tokens = super::launch::tokens(&world, "openid fhirUser launch/patient patient/*.rs").await;
    assert_eq!(status(&world, &format!("Bearer {}", tokens["access_token"].as_str().expect("token"))).await, 200);
    assert_eq!(status(&world, &format!("Bearer {}", tokens["id_token"].as_str().expect("token"))).await, 401);
}

async fn a_revoked_token_ends_at_once_though_it_was_just_used(world: World) {
    let tokens = super::launch::tokens(&world, "launch/patient patient/*.rs").await;
    let token = tokens["access_token"].as_str().expect("token");
    let bearer = format!("Bearer {token}");
    assert_eq!(status(&world, &bearer).await, 200);
    world.post("/oauth/revoke", &[("client_id", super::world::PGO), ("token", token)]).await;
    assert_eq!(status(&world, &bearer).await, 401);
}

crate::support::on_both! {
    a_token_says_who_asks_why_and_what_is_allowed,
    a_strange_request_id_is_replaced,
    what_is_not_a_good_access_token_is_refused,
    what_the_server_would_not_sign_is_refused_even_when_its_key_did,
    an_id_token_of_ours_is_no_access_token,
    a_revoked_token_ends_at_once_though_it_was_just_used,
}
