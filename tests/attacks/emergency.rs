//! Misuse of emergency access and of acting for somebody else.

use serde_json::{Value, json};

use super::probe::told;
use crate::support::builders::{BSN, bundle, codes, condition, consent, deny, patient, permit};
use crate::support::callers::Response;
use crate::support::keys::Key;
use crate::support::world::{CODE, CONDITION, PATIENT, World};
use crate::support::{Server, on_both};

/// The answer of the token endpoint to an assertion with this `ihe_iua` extension.
async fn token(server: &Server, iua: &Value) -> Response {
    let now = server.now() / 1000;
    let claims = json!({
        "iss": "vvt-system", "sub": "vvt-system", "aud": format!("{}/oauth/token", server.base()),
        "exp": now + 240, "iat": now, "jti": server.app().random.uuid(), "extensions": {"ihe_iua": iua},
    });
    let assertion = server.key("vvt").sign(json!({}), &claims);
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "system/*.cruds"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ];
    let answer = server.client().post(format!("{}/oauth/token", server.base())).form(&fields).send().await;
    let answer = answer.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Response { status, headers, body: answer.bytes().await.expect("a body") }
}

/// Another purpose than that of the token is not to be had by saying so.
async fn attack_52_purposes_that_are_claimed(world: World) {
    let reason = |code: &str| json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": code}]);
    let mut provision = permit("org-vvt");
    provision["purpose"] = reason("TREAT");
    world.consents(provision).await;
    let vvt = world.server.vvt();
    vvt.get(CONDITION).await.expect(200);
    for purpose in ["HRESCH", "HPAYMT", "HOPERAT", "HQUALIMP", "PUBHLTH"] {
        let other = vvt.purpose(purpose);
        other.get(CONDITION).await.expect(404);
        for (name, value) in [
            ("x-purpose-of-use", "TREAT"),
            ("purpose", "TREAT"),
            ("x-forwarded-user", "org-hospital"),
            ("category", "BTG"),
        ] {
            other.with(name, value).get(CONDITION).await.expect(404);
        }
        for path in ["Condition/c1?purpose=TREAT", "Condition/c1?purpose_of_use=BTG"] {
            assert!([400, 404].contains(&other.get(path).await.status), "{path}");
        }
        assert_eq!(other.get("Condition").await.expect(200).json()["entry"], Value::Null, "{purpose}");
    }
    // An objection to treatment binds what is treatment too, and not what is something else.
    let mut all = permit("org-gp");
    all["purpose"] = ["TREAT", "COC", "ETREAT", "CAREMGT", "HQUALIMP"]
        .iter()
        .flat_map(|code| reason(code).as_array().cloned().unwrap_or_default())
        .collect();
    world.consents(all).await;
    let gp = world.server.gp();
    for purpose in ["TREAT", "COC", "ETREAT", "CAREMGT", "HQUALIMP"] {
        gp.purpose(purpose).get(CONDITION).await.expect(200);
    }
    let mut objection = deny("org-gp");
    objection["purpose"] = reason("TREAT");
    world.consents(objection).await;
    for (purpose, status) in [("TREAT", 404), ("COC", 404), ("ETREAT", 404), ("CAREMGT", 404), ("HQUALIMP", 200)] {
        gp.purpose(purpose).get(CONDITION).await.expect(status);
    }
    // What such an objection excepts is open for what it names, and not for what it reaches beside that.
    let mut excepting = deny("org-vvt");
    excepting["purpose"] = reason("TREAT");
    excepting["provision"] = json!([permit("org-vvt")]);
    world.consents(excepting).await;
    for (purpose, status) in [("TREAT", 200), ("COC", 404), ("CAREMGT", 404)] {
        vvt.purpose(purpose).get(CONDITION).await.expect(status);
    }
    for purpose in ["PATRQT", "treat", "HSYSADMIN", "", "TREAT BTG"] {
        let answer = token(&world.server, &json!({"purpose_of_use": purpose})).await;
        assert!(answer.status == 400 && !answer.text().contains("access_token"), "{purpose}: {}", answer.text());
    }
    for purpose in [json!(["TREAT", "BTG"]), json!({"system": "urn:x", "code": "TREAT"}), json!(7)] {
        token(&world.server, &json!({"purpose_of_use": purpose})).await.expect(400);
    }
    token(&world.server, &json!({"purpose_of_use": "TREAT"})).await.expect(200);
    // The purpose in a token is signed: one that is changed is none.
    let good = vvt.purpose("HRESCH").token().await.expect("a token");
    let stranger = Key::new("x", jsonwebtoken::Algorithm::ES256);
    let mut parts = good.split('.');
    let (_, body, signature) = (parts.next(), parts.next().expect("claims"), parts.next().expect("a signature"));
    let claims = base64_json(body, "HRESCH", "TREAT");
    let forged = stranger.sign(json!({"typ": "at+jwt"}), &claims);
    world.server.bearer(&forged).get(CONDITION).await.expect(401);
    let message = forged.rsplit_once('.').expect("parts").0;
    world.server.bearer(&format!("{message}.{signature}")).get(CONDITION).await.expect(401);
}

/// The claims of a token, with a text in the place of another.
fn base64_json(part: &str, from: &str, to: &str) -> Value {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).expect("base64");
    let text = String::from_utf8(bytes).expect("text");
    assert!(text.contains(from));
    serde_json::from_str(&text.replace(from, to)).expect("json")
}

async fn attack_53_misuse_of_an_emergency(world: World) {
    for iua in [
        json!({"purpose_of_use": "BTG"}),
        json!({"purpose_of_use": "BTG", "reason": ""}),
        json!({"purpose_of_use": "BTG", "reason": "   \t"}),
        json!({"purpose_of_use": "BTG", "reason": Value::Null}),
        json!({"purpose_of_use": {"code": "BTG"}, "reason": " "}),
    ] {
        token(&world.server, &iua).await.expect(400);
    }
    let hospital = world.server.hospital();
    hospital.put("Patient/h2", &patient(&world.bert.bsn)).await.expect(201);
    hospital.put("Condition/b2", &condition("Patient/h2", "38341003")).await.expect(201);
    let doctor = world.server.vvt().claim(&json!({"subject_name": "Dr. Haast"})).emergency("onwel op straat");
    at_large(&world).await;
    // With the patient named it opens, is on the record, and ends with its token.
    let by_name = format!("Condition?patient.identifier={BSN}|{}", world.anna.bsn);
    for path in [CONDITION, "Condition?patient=Patient/h1", &by_name, "Patient/h1/$everything", "Patient/h1/Condition"]
    {
        assert!(told(&doctor.get(path).await.expect(200)).contains(CODE), "{path}");
    }
    let log = world.server.patient(&world.anna).get("AuditEvent").await.expect(200).text();
    assert!(log.matches("BTG").count() >= 5 && log.contains("onwel op straat") && log.contains("Dr. Haast"), "{log}");
    let held = world.server.bearer(&doctor.token().await.expect("a token"));
    world.server.advance(301_000);
    held.get(CONDITION).await.expect(401);
    // It reads only, and what is marked "never" stays shut.
    for answer in [
        doctor.post("Condition", &condition(PATIENT, CODE)).await,
        doctor.put("Condition/new", &condition(PATIENT, CODE)).await,
        doctor.delete(CONDITION).await,
        doctor.post("", &bundle("transaction", vec![("POST", "Condition", condition(PATIENT, CODE))])).await,
        doctor.post("Consent", &consent(PATIENT, permit("org-vvt"))).await,
    ] {
        assert_eq!(answer.status, 403, "{}", answer.text());
    }
    let btg = json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG"}]);
    world.consents(json!({"type": "deny", "purpose": btg, "code": codes(&["problems"])})).await;
    for path in [
        CONDITION,
        "Condition/c1/_history",
        "Condition?patient=Patient/h1",
        "Patient/h1/$everything",
        "Composition/d1/$document",
    ] {
        assert!(!told(&doctor.get(path).await).contains(CODE), "{path}");
    }
    doctor.get("Observation/o1").await.expect(200);
    world.server.gp().get(CONDITION).await.expect(200);
}

/// Nobody is opened by an emergency search at large, or beside the one who is named.
async fn at_large(world: &World) {
    let doctor = world.server.vvt().emergency("onwel op straat");
    for path in [
        "Condition",
        "Condition?code=13645005",
        "Condition?_id=c1",
        "Condition?patient.birthdate=1950-03-04",
        "Condition?patient.name=jansen",
        "Condition?patient=Patient/h1,Patient/h2",
        "Condition?subject:missing=false",
        "Condition?patient:missing=false",
        "Condition?_filter=patient eq Patient/h1 or code eq 38341003",
        "?_type=Condition,Observation",
        "?_type=Condition&patient=Patient/h1&_content=x",
        "Patient",
        "Patient?birthdate=1950-03-04",
        "Patient?_id=h1,h2",
        "Patient?_has:Condition:patient:code=13645005",
        "Condition/_history",
        "_history",
        "$meta",
        "Observation/$lastn?category=vital-signs",
        "$graphql?query={ConditionList{code{coding{code}}}}",
        "Patient?_summary=count",
    ] {
        let answer = doctor.get(path).await;
        let shows =
            ["\"code\":\"13645005\"", "\"code\":\"38341003\"", "birthDate", "\"total\":1", "\"total\":2", "72.5"];
        assert!(shows.iter().all(|part| !answer.text().contains(part)), "{path}: {}", answer.text());
    }
    let details = json!({"resourceType": "Patient", "name": [{"family": "Jansen", "given": ["Anna"]}], "birthDate": "1950-03-04"});
    let matched = doctor.post("Patient/$match", &details).await;
    assert!(!matched.text().contains("\"h1\""), "{}", matched.text());
    let named = doctor.get("Condition?patient=Patient/h1&_include=*&_revinclude:iterate=*").await.expect(200);
    assert!(named.text().contains(CODE) && !named.text().contains("\"38341003\""), "{}", named.text());
}

const DAY: i64 = 86_400_000;

/// Who acts for somebody does so until it ends, and can neither pass it on nor make it more.
async fn attack_55_acting_for_somebody(world: World) {
    let carla = world.server.person().await;
    let until = world.server.now() + DAY;
    let bert = world.server.patient(&world.bert);
    bert.get(CONDITION).await.expect(404);
    world.server.represent(&world.bert, &world.anna, Some(until)).await;
    // Bert's own token stays of Bert's record; acting for Anna takes a session or launch of its own.
    bert.get(CONDITION).await.expect(404);
    bert.post("Consent", &consent(&world.anna.reference(), permit("org-vvt"))).await.expect(422);
    let mut browser = crate::support::browser::Browser::new(&world.server);
    browser.sign_in("/inloggen", &world.bert.username, crate::support::region::PASSWORD).await;
    let page = browser.get("/machtigingen").await;
    assert_eq!(page.status, 200, "{}", page.text);
    // No road leads to making somebody else a representative, or to lengthening it, for nobody of these.
    for caller in [&bert, &world.server.patient(&carla), &world.server.vvt()] {
        for path in ["RelatedPerson", "Patient", "Person"] {
            let body = json!({"resourceType": path, "link": [{"other": {"reference": PATIENT}, "type": "refer"}]});
            let status = caller.put(&format!("{path}/{}", world.anna.id), &body).await.status;
            assert!((400..500).contains(&status), "{path}: {status}");
        }
    }
    world.server.patient(&carla).get(CONDITION).await.expect(404);
    // The log stays whole, also for her who it is about.
    for caller in [&bert, &world.server.patient(&world.anna), &world.server.gp()] {
        let status = caller.delete("AuditEvent/1").await.status;
        assert!([403, 404, 405].contains(&status), "{status}");
        let status = caller.put("AuditEvent/1", &json!({"resourceType": "AuditEvent"})).await.status;
        assert!([400, 403, 404, 405, 422].contains(&status), "{status}");
    }
    assert!(world.sound().await);
    assert!(world.server.patient(&world.anna).get("AuditEvent").await.expect(200).json()["entry"].is_array());
}

on_both! {
    attack_52_purposes_that_are_claimed,
    attack_53_misuse_of_an_emergency,
    attack_55_acting_for_somebody,
}
