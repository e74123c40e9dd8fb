//! Which pages of other origins may call the API (<https://fetch.spec.whatwg.org/#http-cors-protocol>).
//!
//! Every origin, unless the settings name some: a call needs a bearer token, which a browser never adds by itself, and
//! cookies are never allowed along. So a foreign page can do no more than a program with the same token. The portal,
//! which knows its visitor by a cookie, is not among the addresses.

use std::time::Duration;

use axum::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LOCATION, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The addresses of the authorization server that an app in a browser needs.
const AUTHORIZATION_SERVER: [&str; 4] = ["/oauth/token", "/oauth/revoke", "/oauth/jwks", "/.well-known/"];

/// The layer for these origins; `*` stands for every one.
pub fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.to_vec();
    let allowed = move |origin: &HeaderValue, parts: &Parts| {
        let listed = origins.iter().any(|one| one == "*" || one.as_bytes() == origin.as_bytes());
        listed && is_open(parts.uri.path())
    };
    let methods = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let plain = [ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH];
    let own = ["if-none-exist", "prefer", "x-request-id"].map(HeaderName::from_static);
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_methods(methods)
        .allow_headers(plain.into_iter().chain(own).collect::<Vec<_>>())
        .expose_headers([ETAG, LOCATION, LAST_MODIFIED, CONTENT_LOCATION])
        .max_age(Duration::from_hours(1))
}

fn is_open(path: &str) -> bool {
    path == "/fhir" || path.starts_with("/fhir/") || AUTHORIZATION_SERVER.iter().any(|open| path.starts_with(open))
}
