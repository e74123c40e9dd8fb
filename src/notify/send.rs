//! One POST to somebody else: to no address that may not be called, whatever its name leads to, and no further than there.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Identity, Url};

use crate::config::Notify;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered with 2xx.
    Received,
    /// It was not; it can be tried again. In words without anything that the other said.
    Failed(String),
    /// Whoever is called wants no more of this: 410.
    Gone,
}

/// Posts to an address.
pub async fn post(settings: &Notify, url: &Url, headers: &[(String, String)], body: Option<String>) -> Outcome {
    match attempt(settings, url, headers, body).await {
        Ok(410) => Outcome::Gone,
        Ok(200..=299) => Outcome::Received,
        Ok(status) => Outcome::Failed(format!("answered with {status}")),
        Err(fault) => Outcome::Failed(fault),
    }
}

async fn attempt(
    settings: &Notify,
    url: &Url,
    headers: &[(String, String)],
    body: Option<String>,
) -> Result<u16, String> {
    settings.permits(url).map_err(|what| format!("may not be called: needed is {what}"))?;
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443));
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((name, port)).await.map_err(|_| "the name is not known".to_owned())?;
    let all: Vec<SocketAddr> = found.collect();
    // One that may not be called among them, and none is: what is asked here is where the call will go.
    if all.is_empty() || all.iter().any(|address| !settings.reaches(address.ip())) {
        return Err("the name leads to an address that may not be called".to_owned());
    }
    let mut client =
        Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).resolve_to_addrs(name, &all);
    if !settings.identity.is_empty() {
        let pem =
            tokio::fs::read(&settings.identity).await.map_err(|_| "our own certificate cannot be read".to_owned())?;
        client =
            client.identity(Identity::from_pem(&pem).map_err(|_| "our own certificate cannot be used".to_owned())?);
    }
    let client = client.build().map_err(|_| "no connection could be set up".to_owned())?;
    let mut given = HeaderMap::new();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str())) {
            given.insert(name, value);
        }
    }
    let mut request = client.post(url.clone());
    if let Some(body) = body {
        given.insert(CONTENT_TYPE, HeaderValue::from_static("application/fhir+json"));
        request = request.body(body);
    }
    let answer = request.headers(given).send().await.map_err(|error| match error {
        error if error.is_timeout() => "no answer within 15 seconds".to_owned(),
        error if error.is_connect() => "no connection".to_owned(),
        _ => "the call broke off".to_owned(),
    })?;
    Ok(answer.status().as_u16())
}
