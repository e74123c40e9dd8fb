//! Signing in: the authorization server for systems and apps, the portal's sessions and the demo's identity provider.
//!
//! Read in this order: [`authenticate`] (who makes a FHIR request), [`token`] with its three grants, [`authorize`]
//! (an app asks a patient), [`login`] and [`session`] (people at the portal), [`idp`] (the demo's `DigiD`).
//! Deliberately absent: opaque access tokens, implicit and password grants, dynamic registration, CORS with credentials.

mod access_token;
mod acting;
mod answer;
mod assertion;
mod authenticate;
mod authorize;
mod client;
mod client_credentials;
mod code_grant;
mod consent_page;
mod cookie;
mod discovery;
mod form;
mod grant;
mod grantee;
mod idp;
mod introspect;
mod iua;
mod jwt;
mod keys;
mod launch;
mod login;
mod logout;
mod par;
mod provider;
mod refresh_grant;
mod refusal;
mod revoke;
mod revoked;
mod scope;
mod seal;
mod session;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::clock::Random;
use crate::config::Config;
use crate::error::Error;
use crate::store::Store;
use crate::ui::shared::paths;

pub use acting::{Acting, acting_for_me, acts_for, agree_to, stop_acting};
pub use authenticate::{authenticate, request_id};
pub use client::check_client;
pub use idp::hash as hash_password;
pub use session::{Emergency, PatientRole, ProfessionalRole, Role, Session, session};

/// Access tokens remembered as verified.
const MOST_TOKENS: u64 = 10_000;
/// Bytes of a form.
const MOST_BODY: usize = 64 * 1024;

/// Keys and caches of the authorization server.
pub struct Auth {
    signing: keys::Signing,
    seal: seal::Seal,
    tokens: moka::sync::Cache<String, Arc<access_token::Verified>>,
    revoked: revoked::Revoked,
    provider: provider::Provider,
    throttle: idp::Throttle,
    hashing: Semaphore,
}

impl Auth {
    /// Loads the keys, which are made at the first start, and what is revoked.
    ///
    /// # Errors
    /// When the database fails, a key cannot be read, or the address of the server cannot be used.
    pub async fn load(store: &Store, config: &Config, random: &dyn Random) -> Result<Self, Error> {
        let base = config.server.base.as_str();
        let is_web = base.starts_with("https://") || base.starts_with("http://");
        if !is_web || base.ends_with('/') {
            return Err(Error::internal("`server.base` must be http(s)://host with no slash at the end"));
        }
        let der = kept(store, "signing-key", keys::Signing::make).await?;
        let secret = kept(store, "seal-key", || {
            let mut bytes = vec![0; 32];
            random.fill(&mut bytes);
            Ok(bytes)
        })
        .await?;
        // Whatever is in the table matters: what is over is removed when the next token is revoked.
        let revoked = store.revoked(0).await?;
        Ok(Self {
            signing: keys::Signing::from_pkcs8(&der)?,
            seal: seal::Seal::new(&secret),
            tokens: moka::sync::Cache::new(MOST_TOKENS),
            revoked: revoked::Revoked::new(revoked),
            provider: provider::Provider::default(),
            throttle: idp::Throttle::default(),
            hashing: Semaphore::new(2),
        })
    }

    /// `bytes` as a text that cannot be changed without [`Auth::unseal`] noticing. It can be read by whoever holds it.
    pub fn seal(&self, bytes: &[u8]) -> String {
        self.seal.seal(bytes)
    }

    /// What was sealed, or none when it was changed.
    pub fn unseal(&self, sealed: &str) -> Option<Vec<u8>> {
        self.seal.unseal(sealed)
    }
}

/// The bytes of a setting, made when there are none; two servers that start at once end with the same.
async fn kept(store: &Store, name: &str, make: impl FnOnce() -> Result<Vec<u8>, Error>) -> Result<Vec<u8>, Error> {
    let text = match store.setting(name).await? {
        Some(text) => text,
        None => store.setting_once(name, &STANDARD.encode(make()?)).await?,
    };
    STANDARD.decode(text).map_err(Error::internal)
}

/// Every route of signing in.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/fhir/.well-known/smart-configuration", get(discovery::smart))
        .route("/.well-known/oauth-authorization-server", get(discovery::oauth))
        .route("/.well-known/openid-configuration", get(discovery::openid))
        .route("/oauth/jwks", get(discovery::jwks))
        .route(token::PATH, post(token::post))
        .route(introspect::PATH, post(introspect::post))
        .route(revoke::PATH, post(revoke::post))
        .route("/oauth/par", post(par::post))
        .route(authorize::PATH, get(authorize::get).post(authorize::post))
        .route(authorize::CONTINUE, get(authorize::proceed))
        .route(login::PATH, get(login::get))
        .route(paths::SIGN_IN, get(login::patient))
        .route(paths::CARE_SIGN_IN, get(login::professional))
        .route(login::CALLBACK, get(login::callback))
        .route("/logout", post(logout::post))
        .route(paths::SIGN_OUT, post(logout::post))
        .merge(idp::routes())
        .layer(DefaultBodyLimit::max(MOST_BODY))
}
