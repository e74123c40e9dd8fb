//! The files under `/static/` and the policy that says what a browser may load.

/// The one stylesheet, served at [`super::paths::STYLESHEET`].
pub const STYLESHEET: &str = include_str!("spil.css");

/// The logo, served at [`super::paths::LOGO`].
pub const LOGO: &str = include_str!("spil.svg");

/// The `Content-Security-Policy` of every page.
///
/// Browsers apply `form-action` to the redirect that answers a form as well. The answer to the form of
/// [`super::authorize`] goes to the app, so that page alone also names the origin of the app in `form-action`.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'";
