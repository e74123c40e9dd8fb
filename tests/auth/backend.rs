//! Tokens for systems: SMART Backend Services.

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::world::{Key, PGO, SYSTEM, World};

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    if value.is_null() {
        claims.as_object_mut().expect("object").remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

async fn a_signed_assertion_gives_a_token_of_five_minutes(world: World) {
    for (key, header) in [(&world.key, json!({})), (&world.second, json!({"typ": "JWT"}))] {
        let (status, body) = world.token(&key.sign(header, &world.claims()), "system/Patient.rs system/Task.u").await;
        assert_eq!(status, 200, "{body}");
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(300)));
        assert_eq!(body["scope"], "system/Patient.rs system/Task.u");
    }
    let base = world.server.base().to_owned();
    let (status, _) =
        world.token(&world.key.sign(json!({}), &with(world.claims(), "aud", json!(base))), "system/*.rs").await;
    assert_eq!(status, 200, "the issuer is an audience too");
}

async fn an_assertion_works_once(world: World) {
    let assertion = world.key.sign(json!({}), &world.claims());
    assert_eq!(world.token(&assertion, "system/*.rs").await.0, 200);
    let (status, body) = world.token(&assertion, "system/*.rs").await;
    assert_eq!((status, &body["error"]), (401, &json!("invalid_client")));
}

async fn claims_that_are_not_right_are_refused(world: World) {
    let now = world.now();
    let other = format!("{}/oauth/introspect", world.server.base());
    for (name, value) in [
        ("iss", json!("somebody")),
        ("sub", json!("somebody")),
        ("sub", Value::Null),
        ("aud", Value::Null),
        ("aud", json!("https://elsewhere.example/token")),
        ("aud", json!(other)),
        ("aud", json!([world.server.base(), "https://elsewhere.example"])),
        ("exp", Value::Null),
        ("exp", json!("soon")),
        ("exp", json!(now - 1)),
        ("exp", json!(now + 360)),
        ("iat", json!(now + 120)),
        ("iat", json!(now - 3600)),
        ("nbf", json!(now + 120)),
        ("jti", Value::Null),
        ("jti", json!("")),
        ("jti", json!(7)),
    ] {
        let claims = with(world.claims(), name, value.clone());
        let (status, body) = world.token(&world.key.sign(json!({}), &claims), "system/*.rs").await;
        assert_eq!((status, &body["error"]), (401, &json!("invalid_client")), "{name} {value}: {body}");
    }
}

async fn headers_and_keys_that_do_not_fit_are_refused(world: World) {
    let stranger = Key::new("first", Algorithm::ES384);
    let unknown = Key::new("third", Algorithm::ES384);
    let mut bad = vec![stranger.sign(json!({}), &world.claims()), unknown.sign(json!({}), &world.claims())];
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "HS256"}),
        json!({"alg": "ES256"}),
        json!({"alg": "RS384"}),
        json!({"kid": "second"}),
        json!({"kid": "../first"}),
        json!({"kid": 1}),
        json!({"crit": ["exp"]}),
        json!({"jku": "https://elsewhere.example/jwks"}),
        json!({"x5u": "https://elsewhere.example/cert"}),
        json!({"jwk": stranger.jwk()}),
        json!({"typ": "at+jwt"}),
    ] {
        bad.push(world.key.sign(header, &world.claims()));
    }
    let good = world.key.sign(json!({}), &world.claims());
    bad.push(good.rsplit_once('.').expect("parts").0.to_owned() + ".");
    bad.push(String::from("no.jwt"));
    for assertion in bad {
        let (status, body) = world.token(&assertion, "system/*.rs").await;
        assert_eq!((status, &body["error"]), (401, &json!("invalid_client")), "{assertion} {body}");
    }
    assert_eq!(world.token(&good, "system/*.rs").await.0, 200);
}

async fn a_token_of_ours_is_no_assertion(world: World) {
    let token = world.access_token().await;
    assert_eq!(world.token(&token, "system/*.rs").await.0, 401);
}

async fn a_scope_beyond_the_registration_is_not_granted(world: World) {
    let mut client = world.server.app().store.client(SYSTEM).await.expect("store").expect("client");
    "system/Patient.rs".clone_into(&mut client.scope);
    world.server.app().store.register_client(&client).await.expect("store");
    for (scope, granted) in [
        ("system/*.cruds", Some("system/Patient.rs")),
        ("system/Patient.read system/Task.read", Some("system/Patient.rs")),
        ("system/Task.rs", None),
        ("patient/Patient.rs", None),
        ("user/*.*", None),
        ("openid", None),
        ("", None),
    ] {
        let (status, body) = world.token(&world.key.sign(json!({}), &world.claims()), scope).await;
        match granted {
            Some(granted) => assert_eq!((status, body["scope"].as_str()), (200, Some(granted)), "{scope}"),
            None => assert_eq!((status, &body["error"]), (400, &json!("invalid_scope")), "{scope}"),
        }
    }
}

async fn purpose_and_reason_come_from_the_signed_assertion(world: World) {
    for (iua, status) in [
        (json!({"purpose_of_use": "TREAT", "subject_name": "A. Arts"}), 200),
        (
            json!({"purpose_of_use": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}]}),
            200,
        ),
        (json!({"purpose_of_use": "BTG", "reason": "onwel op straat"}), 200),
        (json!({"purpose_of_use": "BTG"}), 400),
        (json!({"purpose_of_use": "BTG", "reason": " "}), 400),
        (json!({"purpose_of_use": "PATRQT"}), 400),
        (json!({"purpose_of_use": "NONSENSE"}), 400),
        (json!("TREAT"), 400),
    ] {
        let claims = with(world.claims(), "extensions", json!({"ihe_iua": iua}));
        let (got, body) = world.token(&world.key.sign(json!({}), &claims), "system/*.rs").await;
        assert_eq!(got, status, "{iua} {body}");
        if status == 400 {
            assert_eq!(body["error"], "invalid_request");
        }
    }
}

async fn a_client_that_was_closed_gets_nothing_and_its_tokens_end(world: World) {
    let token = world.access_token().await;
    let mut client = world.server.app().store.client(SYSTEM).await.expect("store").expect("client");
    client.active = false;
    world.server.app().store.register_client(&client).await.expect("store");
    assert_eq!(world.token(&world.key.sign(json!({}), &world.claims()), "system/*.rs").await.0, 401);
    assert_eq!(super::bearer::status(&world, &format!("Bearer {token}")).await, 401);
}

async fn an_rsa_key_signs_with_each_of_its_algorithms(world: World) {
    let keys = [Key::rsa("r256", Algorithm::RS256), Key::rsa("r384", Algorithm::RS384)];
    let mut client = world.server.app().store.client(SYSTEM).await.expect("store").expect("client");
    client.jwks = Some(json!({"keys": [keys[0].jwk(), keys[1].jwk()]}).to_string());
    world.server.app().store.register_client(&client).await.expect("store");
    for key in &keys {
        assert_eq!(world.token(&key.sign(json!({}), &world.claims()), "system/*.rs").await.0, 200, "{}", key.kid);
        let (status, _) = world.token(&key.sign(json!({"alg": "PS384"}), &world.claims()), "system/*.rs").await;
        assert_eq!(status, 401, "{}", key.kid);
    }
    assert_eq!(
        world.token(&world.key.sign(json!({}), &world.claims()), "system/*.rs").await.0,
        401,
        "no longer registered"
    );
}

async fn a_malformed_request_is_refused(world: World) {
    for (fields, error) in [
        (vec![], "invalid_request"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (vec![("grant_type", "client_credentials"), ("grant_type", "client_credentials")], "invalid_request"),
        (vec![("grant_type", "client_credentials"), ("client_id", PGO)], "invalid_client"),
        (vec![("grant_type", "refresh_token"), ("client_id", SYSTEM), ("refresh_token", "x")], "invalid_client"),
    ] {
        let (_, body) = world.post("/oauth/token", &fields).await;
        assert_eq!(body["error"], error, "{fields:?}");
    }
    let json = world.server.client().post(format!("{}/oauth/token", world.server.base()));
    let response = json.json(&json!({"grant_type": "client_credentials"})).send().await.expect("answer");
    assert_eq!(response.status(), 400);
}

async fn a_system_can_introspect_and_revoke_with_its_own_assertion(world: World) {
    let token = world.access_token().await;
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let ask = async |path: &str, token: &str| {
        let aud = json!(format!("{}{path}", world.server.base()));
        let assertion = world.key.sign(json!({}), &with(world.claims(), "aud", aud));
        let fields = [("client_assertion_type", kind), ("client_assertion", &assertion), ("token", token)];
        world.post(path, &fields).await
    };
    let (status, body) = ask("/oauth/introspect", &token).await;
    assert_eq!((status, &body["active"], &body["client_id"]), (200, &json!(true), &json!(SYSTEM)));
    assert_eq!(ask("/oauth/introspect", "nonsense").await.1, json!({"active": false}));
    assert_eq!(world.post("/oauth/introspect", &[("token", &token)]).await.0, 401);
    let (status, _) = world.post("/oauth/revoke", &[("client_id", PGO), ("token", &token)]).await;
    assert_eq!(
        (status, &ask("/oauth/introspect", &token).await.1["active"]),
        (200, &json!(true)),
        "not of that client"
    );
    assert_eq!(ask("/oauth/revoke", &token).await.0, 200);
    assert_eq!(ask("/oauth/introspect", &token).await.1, json!({"active": false}));
}

crate::support::on_both! {
    a_signed_assertion_gives_a_token_of_five_minutes,
    an_assertion_works_once,
    claims_that_are_not_right_are_refused,
    headers_and_keys_that_do_not_fit_are_refused,
    a_token_of_ours_is_no_assertion,
    a_scope_beyond_the_registration_is_not_granted,
    purpose_and_reason_come_from_the_signed_assertion,
    a_client_that_was_closed_gets_nothing_and_its_tokens_end,
    an_rsa_key_signs_with_each_of_its_algorithms,
    a_malformed_request_is_refused,
    a_system_can_introspect_and_revoke_with_its_own_assertion,
}
