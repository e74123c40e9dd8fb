//! The identity provider that people sign in at, seen from us: discovery, the way there and the way back
//! (<https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth>).

use std::time::{Duration, UNIX_EPOCH};

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse, http,
};
use tokio::sync::Mutex;

use crate::app::App;
use crate::error::Error;

/// How long what the provider published is believed, in ms.
const FRESH: i64 = 3600 * 1000;

/// What the provider published, and when we read it.
#[derive(Default)]
pub struct Provider(Mutex<Option<(i64, CoreProviderMetadata)>>);

/// What one attempt to sign in must find again.
pub struct Attempt<'a> {
    /// Sent along and back.
    pub state: &'a str,
    /// Stands in the id token.
    pub nonce: &'a str,
    /// PKCE verifier.
    pub verifier: &'a str,
}

impl Provider {
    /// The address to send somebody to.
    pub async fn address(&self, app: &App, attempt: &Attempt<'_>, professional: bool) -> Result<String, Error> {
        let client = CoreClient::from_provider_metadata(self.metadata(app).await?, client_id(app), None)
            .set_redirect_uri(redirect(app)?);
        let (state, nonce) = (attempt.state.to_owned(), attempt.nonce.to_owned());
        let verifier = PkceCodeVerifier::new(attempt.verifier.to_owned());
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || Nonce::new(nonce))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if is_built_in(app) && professional {
            request = request.add_extra_param("role", "professional");
        }
        Ok(request.url().0.into())
    }

    /// The subject that a code stands for.
    pub async fn subject(&self, app: &App, attempt: &Attempt<'_>, code: &str) -> Result<String, Error> {
        let subject = self.redeem(app, attempt, code).await;
        if subject.is_err() {
            // The provider may have changed its keys: read them again next time.
            *self.0.lock().await = None;
        }
        subject
    }

    async fn redeem(&self, app: &App, attempt: &Attempt<'_>, code: &str) -> Result<String, Error> {
        let client =
            CoreClient::from_provider_metadata(self.metadata(app).await?, client_id(app), Some(client_secret(app)))
                .set_redirect_uri(redirect(app)?);
        let web = web()?;
        let sender = move |request| send(web.clone(), request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(Error::internal)?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.to_owned()))
            .request_async(&sender)
            .await
            .map_err(|error| Error::internal(error.to_string()))?;
        let id_token = tokens.id_token().ok_or_else(|| Error::internal("the provider gave no id token"))?;
        let millis = u64::try_from(app.clock.now()).unwrap_or_default();
        let algorithms = [
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        ];
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(algorithms)
            .set_time_fn(move || (UNIX_EPOCH + Duration::from_millis(millis)).into());
        let nonce = Nonce::new(attempt.nonce.to_owned());
        let claims = id_token.claims(&verifier, &nonce).map_err(|error| Error::internal(error.to_string()))?;
        Ok(claims.subject().as_str().to_owned())
    }

    async fn metadata(&self, app: &App) -> Result<CoreProviderMetadata, Error> {
        let mut known = self.0.lock().await;
        let now = app.clock.now();
        if let Some((read, metadata)) = known.as_ref()
            && *read <= now
            && now - *read < FRESH
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(issuer(app)).map_err(Error::internal)?;
        let web = web()?;
        let sender = move |request| send(web.clone(), request);
        let metadata = CoreProviderMetadata::discover_async(issuer, &sender).await;
        let metadata = metadata.map_err(|error| Error::internal(error.to_string()))?;
        *known = Some((now, metadata.clone()));
        Ok(metadata)
    }
}

/// Whether people sign in at the built-in provider.
pub fn is_built_in(app: &App) -> bool {
    app.config.idp.built_in && app.config.idp.issuer.is_empty()
}

/// The issuer that people sign in at.
pub fn issuer(app: &App) -> String {
    if app.config.idp.issuer.is_empty() {
        format!("{}/idp", app.config.server.base)
    } else {
        app.config.idp.issuer.clone()
    }
}

/// Our secret at the provider: the one of the settings, for the built-in provider one that only we can derive.
pub fn secret(app: &App) -> String {
    if is_built_in(app) && app.config.idp.client_secret.is_empty() {
        app.auth.seal.derive("idp-client", &app.config.idp.client_id)
    } else {
        app.config.idp.client_secret.clone()
    }
}

fn client_id(app: &App) -> ClientId {
    ClientId::new(app.config.idp.client_id.clone())
}

fn client_secret(app: &App) -> ClientSecret {
    ClientSecret::new(secret(app))
}

fn redirect(app: &App) -> Result<RedirectUrl, Error> {
    RedirectUrl::new(format!("{}{}", app.config.server.base, super::login::CALLBACK)).map_err(Error::internal)
}

/// A client that follows no redirect and waits ten seconds at most.
fn web() -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.timeout(Duration::from_secs(10)).build().map_err(Error::internal)
}

async fn send(web: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (parts, body) = request.into_parts();
    let request = web.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body);
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut answer = http::Response::new(response.bytes().await?.to_vec());
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}
