//! `spil token`: signs in as a system of the demo region and prints the access token, for trying the API with curl.

use std::path::PathBuf;
use std::process::ExitCode;

use aws_lc_rs::rand::SystemRandom as Signing;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use serde_json::{Value, json};

use super::failure::{Because as _, Failure};
use super::say;
use crate::clock::{Clock as _, Random as _, SystemClock, SystemRandom};

/// Sign in as a system of the demo region (SMART Backend Services) and print the access token.
///
/// curl -H "Authorization: Bearer $(spil token --organisation gp)" http://127.0.0.1:8080/fhir/Patient
#[derive(Debug, Args)]
pub struct Token {
    /// The file with the keys of the demo region.
    #[arg(long, value_name = "FILE", default_value = "spil-data/demo.json")]
    demo: PathBuf,
    /// Kind (gp, gp_post, hospital, vvt, pharmacy, mental_health) or URA number of the organisation.
    #[arg(long, value_name = "KIND")]
    organisation: String,
    /// Why: a code of v3-ActReason. BTG is emergency access and needs --reason.
    #[arg(long, value_name = "CODE", default_value = "TREAT")]
    purpose: String,
    /// The reason of an emergency access; the patient reads it.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Token {
    /// Asks the running server for a token and prints it.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let shown = self.demo.display().to_string();
        let text = std::fs::read_to_string(&self.demo).because(format!("cannot read {shown}"))?;
        let demo: Value = serde_json::from_str(&text).because(format!("{shown} is not JSON"))?;
        let organisations = demo["organisations"].as_array();
        let wanted = |one: &&Value| one["kind"] == *self.organisation || one["ura"] == *self.organisation;
        let organisation =
            organisations.into_iter().flatten().find(wanted).ok_or_else(|| {
                Failure::plain(format!("{shown} has no organisation of that kind or URA number")).usage()
            })?;
        let endpoint = format!("{}/oauth/token", demo["base"].as_str().unwrap_or_default());
        let assertion = self.assertion(&demo, organisation, &endpoint)?;
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", organisation["scope"].as_str().unwrap_or("system/*.cruds")),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let answer = reqwest::Client::new().post(&endpoint).form(&form).send().await;
        let answer = answer.because("the server does not answer; is `spil demo` running?")?;
        let body: Value = answer.json().await.because("the server did not answer with JSON")?;
        let Some(token) = body["access_token"].as_str() else {
            let why = body["error_description"].as_str().or(body["error"].as_str()).unwrap_or("no reason given");
            return Err(Failure::plain(format!("refused: {why}")));
        };
        say::line(token);
        Ok(ExitCode::SUCCESS)
    }

    /// The signed assertion, on behalf of the first professional of the organisation.
    fn assertion(&self, demo: &Value, organisation: &Value, endpoint: &str) -> Result<String, Failure> {
        let professionals = demo["professionals"].as_array();
        let professional = professionals.into_iter().flatten().find(|one| one["organisation"] == organisation["ura"]);
        let mut iua = json!({"purpose_of_use": self.purpose});
        if let Some(professional) = professional {
            iua["subject_name"] = professional["name"].clone();
            iua["subject_id"] = professional["id"].clone();
        }
        if let Some(reason) = &self.reason {
            iua["reason"] = json!(reason);
        }
        let now = SystemClock.now() / 1000;
        let claims = json!({
            "iss": organisation["client_id"], "sub": organisation["client_id"], "aud": endpoint,
            "iat": now, "exp": now + 120, "jti": SystemRandom.uuid(), "extensions": {"ihe_iua": iua},
        });
        sign(&organisation["private_key_jwk"], &claims)
    }
}

/// Claims as a JWT signed with ES384.
fn sign(jwk: &Value, claims: &Value) -> Result<String, Failure> {
    let fault = || Failure::plain("the key in demo.json is not a private P-384 key");
    let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap_or_default()).map_err(|_| fault());
    let mut point = vec![4];
    point.extend(part("x")?);
    point.extend(part("y")?);
    let curve = &ECDSA_P384_SHA384_FIXED_SIGNING;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, &part("d")?, &point).map_err(|_| fault())?;
    let header = json!({"alg": "ES384", "typ": "JWT", "kid": jwk["kid"]});
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encode(&header), encode(claims));
    let signature = pair.sign(&Signing::new(), text.as_bytes()).map_err(|_| fault())?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref())))
}
