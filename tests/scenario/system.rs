//! An organisation's system: signs in with SMART Backend Services and speaks FHIR.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

use super::region::Region;

/// A system with its access token.
pub struct System<'r> {
    region: &'r Region,
    token: String,
    /// The entry of `demo.json`.
    pub organisation: &'r Value,
}

/// An answer.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Body.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} {}", self.status, self.text))
    }

    /// The resources of a Bundle.
    pub fn resources(&self) -> Vec<Value> {
        let bundle = self.json();
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        entries.into_iter().map(|entry| entry["resource"].clone()).collect()
    }

    /// The answer without what changes from one request to the next: moments and our own address with its query.
    pub fn shape(&self) -> (u16, Value) {
        let mut body = self.json();
        if let Some(map) = body.as_object_mut() {
            map.remove("link");
            map.remove("id");
        }
        (self.status, body)
    }
}

impl<'r> System<'r> {
    /// Signs in on behalf of a professional, for a purpose.
    #[expect(clippy::disallowed_methods, reason = "the program under test has its own clock; its caller has another")]
    pub async fn sign_in(region: &'r Region, kind: &str, purpose: &str, reason: Option<&str>) -> Self {
        let organisation = region.organisation(kind);
        let professional = region.professional(&organisation["ura"]);
        let endpoint = format!("{}/oauth/token", region.base());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let mut iua = json!({
            "subject_name": professional["name"], "subject_id": professional["id"],
            "subject_role": "01.015", "purpose_of_use": purpose,
        });
        if let Some(reason) = reason {
            iua["reason"] = json!(reason);
        }
        let claims = json!({
            "iss": organisation["client_id"], "sub": organisation["client_id"], "aud": endpoint,
            "iat": now, "exp": now + 120, "jti": random(), "extensions": {"ihe_iua": iua},
        });
        let assertion = sign(&organisation["private_key_jwk"], &claims);
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", organisation["scope"].as_str().expect("scope")),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let answer = region.http.post(&endpoint).form(&form).send().await.expect("token");
        let status = answer.status();
        let body: Value = answer.json().await.expect("JSON");
        let token = body["access_token"].as_str().unwrap_or_else(|| panic!("{status} {body}")).to_owned();
        Self { region, token, organisation }
    }

    /// One request below the FHIR address.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>, accept: &str) -> Answer {
        let url =
            if path.is_empty() { self.region.fhir().to_owned() } else { format!("{}/{path}", self.region.fhir()) };
        let mut request =
            self.region.http.request(method.clone(), url).bearer_auth(&self.token).header("accept", accept);
        if let Some(body) = body {
            let media = if method == Method::PATCH { "application/json-patch+json" } else { "application/fhir+json" };
            request = request.header("content-type", media).body(body.to_string());
        }
        let answer = request.send().await.expect("an answer");
        Answer { status: answer.status().as_u16(), text: answer.text().await.expect("text") }
    }

    /// GET as JSON.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, "application/fhir+json").await
    }

    /// GET as a page.
    pub async fn page(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, "text/html").await
    }

    /// A transaction that must succeed.
    pub async fn transaction(&self, entries: Value) -> Vec<Value> {
        let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
        let answer = self.send(Method::POST, "", Some(&bundle), "application/fhir+json").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["entry"].as_array().cloned().unwrap_or_default()
    }

    /// The first `Patient` id that this system finds for a BSN.
    pub async fn find_patient(&self, bsn: &str) -> Option<String> {
        let answer = self.get(&format!("Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn%7C{bsn}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.resources().first().and_then(|patient| patient["id"].as_str().map(str::to_owned))
    }
}

/// 128 random bits as text.
pub fn random() -> String {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).expect("randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Claims as a JWT, signed with ES384.
fn sign(jwk: &Value, claims: &Value) -> String {
    let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().expect("a part of the key")).expect("base64url");
    assert_eq!(jwk["crv"], "P-384", "demo keys are for ES384");
    let mut point = vec![4];
    point.extend(part("x"));
    point.extend(part("y"));
    let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P384_SHA384_FIXED_SIGNING, &part("d"), &point)
        .expect("a sound key");
    let mut header = json!({"alg": "ES384", "typ": "JWT"});
    if !jwk["kid"].is_null() {
        header["kid"] = jwk["kid"].clone();
    }
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encode(&header), encode(claims));
    let signature = pair.sign(&SystemRandom::new(), text.as_bytes()).expect("a signature");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}
