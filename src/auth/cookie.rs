//! Cookies: read one by name, write one that scripts and other sites cannot use.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::config::Config;

/// The value of a cookie; none when it is absent or stands there twice.
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut found = all
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

/// The name of a cookie: bound to this host where the connection is encrypted.
pub fn name(config: &Config, name: &str) -> String {
    if is_encrypted(config) { format!("__Host-{name}") } else { name.to_owned() }
}

/// A cookie of this site for `seconds`; 0 removes it.
pub fn set(config: &Config, cookie: &str, value: &str, seconds: i64) -> String {
    let secure = if is_encrypted(config) { "; Secure" } else { "" };
    format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", name(config, cookie))
}

fn is_encrypted(config: &Config) -> bool {
    config.server.base.starts_with("https://")
}
