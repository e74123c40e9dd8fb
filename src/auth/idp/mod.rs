//! The built-in identity provider of the demonstration: `OpenID` Connect with a plain login form. It stands for `DigiD` and
//! for the login of professionals, and answers nothing unless the settings say so.

mod authorize;
mod discovery;
mod password;
mod throttle;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub use password::hash;
pub use throttle::Throttle;

/// Kind of the secret of a code.
const CODE: &str = "idp_code";

/// The routes of the provider.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/idp/.well-known/openid-configuration", get(discovery::get))
        .route("/idp/jwks", get(discovery::jwks))
        .route("/idp/authorize", get(authorize::get).post(authorize::post))
        .route("/idp/token", post(token::post))
}

fn issuer(app: &App) -> String {
    format!("{}/idp", app.config.server.base)
}
