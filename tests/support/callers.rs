//! Who calls: `server.gp()`, `server.patient(&somebody)`, `server.nobody()`, each with the verbs of the API.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::browser::{Browser, hidden, parameter};
use super::region::{self, APP, APP_SCOPE, CALLBACK, PASSWORD, Person};
use super::{Server, builders};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

#[derive(Debug, Clone)]
enum Who {
    Nobody,
    Bearer(String),
    System { kind: &'static str, iua: Value, scope: String },
    Patient { username: String, scope: String },
}

/// A caller of the FHIR API.
#[derive(Clone)]
pub struct Caller<'s> {
    server: &'s Server,
    who: Who,
    headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Response {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The id of the resource in the body.
    #[track_caller]
    pub fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {} {}", self.status, self.text())).to_owned()
    }

    /// The same answer, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// `Type/id` of the matches of a searchset, sorted.
    #[track_caller]
    pub fn matches(&self) -> Vec<String> {
        builders::entries(&self.json(), "match")
    }

    /// `Type/id` of what a searchset includes, sorted.
    #[track_caller]
    pub fn included(&self) -> Vec<String> {
        builders::entries(&self.json(), "include")
    }
}

/// The callers.
impl Server {
    /// The GP practice.
    pub fn gp(&self) -> Caller<'_> {
        self.system("gp")
    }

    /// The out-of-hours post.
    pub fn gp_post(&self) -> Caller<'_> {
        self.system("gp_post")
    }

    /// The hospital.
    pub fn hospital(&self) -> Caller<'_> {
        self.system("hospital")
    }

    /// The nursing home and home care.
    pub fn vvt(&self) -> Caller<'_> {
        self.system("vvt")
    }

    /// The pharmacy.
    pub fn pharmacy(&self) -> Caller<'_> {
        self.system("pharmacy")
    }

    /// The mental-health institution.
    pub fn mental_health(&self) -> Caller<'_> {
        self.system("mental_health")
    }

    /// The system of the organisation of this kind.
    pub fn system(&self, kind: &'static str) -> Caller<'_> {
        let who = Who::System { kind, iua: json!({}), scope: "system/*.cruds".to_owned() };
        Caller { server: self, who, headers: Vec::new() }
    }

    /// A patient, through the app.
    pub fn patient(&self, person: &Person) -> Caller<'_> {
        let who = Who::Patient { username: person.username.clone(), scope: APP_SCOPE.to_owned() };
        Caller { server: self, who, headers: Vec::new() }
    }

    /// Somebody without a token.
    pub fn nobody(&self) -> Caller<'_> {
        Caller { server: self, who: Who::Nobody, headers: Vec::new() }
    }

    /// Somebody with this token.
    pub fn bearer(&self, token: &str) -> Caller<'_> {
        Caller { server: self, who: Who::Bearer(token.to_owned()), headers: Vec::new() }
    }
}

impl Caller<'_> {
    /// The same caller in an emergency.
    #[must_use]
    pub fn emergency(&self, reason: &str) -> Self {
        self.claim(&json!({"purpose_of_use": "BTG", "reason": reason}))
    }

    /// The same caller for another purpose.
    #[must_use]
    pub fn purpose(&self, code: &str) -> Self {
        self.claim(&json!({"purpose_of_use": code}))
    }

    /// The same caller with these members of the `ihe_iua` extension.
    #[must_use]
    pub fn claim(&self, members: &Value) -> Self {
        let mut caller = self.clone();
        if let Who::System { iua, .. } = &mut caller.who {
            iua.as_object_mut().expect("object").extend(members.as_object().expect("object").clone());
        }
        caller
    }

    /// The same caller with a token for less.
    #[must_use]
    pub fn scope(&self, wanted: &str) -> Self {
        let mut caller = self.clone();
        if let Who::System { scope, .. } | Who::Patient { scope, .. } = &mut caller.who {
            wanted.clone_into(scope);
        }
        caller
    }

    /// The same caller with one more header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut caller = self.clone();
        caller.headers.push((name.to_owned(), value.to_owned()));
        caller
    }

    /// GET an address below the base.
    pub async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, None).await
    }

    /// HEAD.
    pub async fn head(&self, path: &str) -> Response {
        self.send(Method::HEAD, path, None).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Response {
        self.send(Method::DELETE, path, None).await
    }

    /// POST a resource.
    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.send(Method::POST, path, Some(("application/fhir+json", body.to_string().into()))).await
    }

    /// PUT a resource.
    pub async fn put(&self, path: &str, body: &Value) -> Response {
        self.send(Method::PUT, path, Some(("application/fhir+json", body.to_string().into()))).await
    }

    /// PATCH with a JSON Patch document.
    pub async fn patch(&self, path: &str, body: &Value) -> Response {
        self.send(Method::PATCH, path, Some(("application/json-patch+json", body.to_string().into()))).await
    }

    /// Search by POST: `Type` and a form.
    pub async fn search(&self, rtype: &str, form: &str) -> Response {
        let media = "application/x-www-form-urlencoded";
        self.send(Method::POST, &format!("{rtype}/_search"), Some((media, form.to_owned().into()))).await
    }

    /// Any request; an address that begins with `http` is taken as it is.
    pub async fn send(&self, method: Method, path: &str, body: Option<(&str, Bytes)>) -> Response {
        let address = match path {
            whole if whole.starts_with("http") => whole.to_owned(),
            "" => self.server.fhir(),
            below => format!("{}/{below}", self.server.fhir()),
        };
        let mut request = self.server.client().request(method, address);
        if let Some(token) = self.token().await {
            request = request.bearer_auth(token);
        }
        if let Some((media, bytes)) = body {
            request = request.header("content-type", media).body(bytes);
        }
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
            request = request.header(name, HeaderValue::from_str(value).expect("a header value"));
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Response { status, headers, body: response.bytes().await.expect("a body") }
    }

    /// The caller's access token, made through the authorization server and kept until it ends.
    pub async fn token(&self) -> Option<String> {
        let key = match &self.who {
            Who::Nobody => return None,
            Who::Bearer(token) => return Some(token.clone()),
            other => format!("{other:?}"),
        };
        let held = self.server.tokens.lock().expect("no panic").get(&key).cloned();
        if let Some((token, until)) = held
            && until > self.server.now()
        {
            return Some(token);
        }
        let answer = match &self.who {
            Who::System { kind, iua, scope } => self.system_token(kind, iua, scope).await,
            Who::Patient { username, scope } => self.patient_token(username, scope).await,
            Who::Nobody | Who::Bearer(_) => unreachable!("answered above"),
        };
        let token = answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        let until = self.server.now() + 200_000;
        self.server.tokens.lock().expect("no panic").insert(key, (token.clone(), until));
        Some(token)
    }

    async fn system_token(&self, kind: &str, iua: &Value, scope: &str) -> Value {
        let id = region::client_id(kind);
        let now = self.server.now() / 1000;
        let mut claims = json!({
            "iss": id, "sub": id, "aud": format!("{}/oauth/token", self.server.base()),
            "exp": now + 240, "iat": now, "jti": self.server.app().random.uuid(),
        });
        if iua.as_object().is_some_and(|iua| !iua.is_empty()) {
            claims["extensions"] = json!({"ihe_iua": iua});
        }
        let assertion = self.server.keys[kind].sign(json!({}), &claims);
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        self.ask(&[
            ("grant_type", "client_credentials"),
            ("scope", scope),
            ("client_assertion_type", kind),
            ("client_assertion", &assertion),
        ])
        .await
    }

    /// A whole launch: signs in, allows the app, redeems the code.
    async fn patient_token(&self, username: &str, scope: &str) -> Value {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
        let challenge = URL_SAFE_NO_PAD.encode(digest);
        let query: Vec<String> = [
            ("response_type", "code"),
            ("client_id", APP),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("state", "state"),
            ("aud", &self.server.fhir()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]
        .iter()
        .map(|(name, value)| format!("{name}={}", urlencoding::encode(value)))
        .collect();
        let mut browser = Browser::new(self.server);
        let page = browser.sign_in(&format!("/oauth/authorize?{}", query.join("&")), username, PASSWORD).await;
        let (csrf, request) = (hidden(&page.text, "csrf"), hidden(&page.text, "request"));
        let fields = [("csrf", csrf.as_str()), ("request", &request), ("decision", "allow")];
        let page = browser.post("/oauth/authorize", &fields).await;
        let code = parameter(&page.address, "code").unwrap_or_else(|| panic!("{page:?}"));
        self.ask(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("client_id", APP),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    async fn ask(&self, fields: &[(&str, &str)]) -> Value {
        let address = format!("{}/oauth/token", self.server.base());
        let response = self.server.client().post(address).form(fields).send().await.expect("an answer");
        serde_json::from_str(&response.text().await.expect("text")).expect("json")
    }
}
