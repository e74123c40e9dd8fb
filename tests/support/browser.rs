//! A browser without a screen: follows redirects within the server, keeps cookies, fills in forms.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};

use super::Server;

/// Follows redirects within the server and keeps cookies.
pub struct Browser<'a> {
    server: &'a Server,
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
}

/// Where a browser ended.
#[derive(Debug)]
pub struct Page {
    /// Status.
    pub status: u16,
    /// The last address.
    pub address: String,
    /// The content security policy.
    pub policy: String,
    /// The text; empty when the address is not of the server.
    pub text: String,
}

impl<'a> Browser<'a> {
    /// A browser without cookies.
    pub fn new(server: &'a Server) -> Self {
        Self { server, cookies: BTreeMap::new() }
    }

    /// Opens an address.
    pub async fn get(&mut self, address: &str) -> Page {
        let address = self.absolute(address);
        self.go(self.server.client().get(&address), address).await
    }

    /// Sends a form.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Page {
        let address = self.absolute(address);
        self.go(self.server.client().post(&address).form(fields), address).await
    }

    /// Signs in; gives the page that the browser ends on.
    pub async fn sign_in(&mut self, path: &str, username: &str, password: &str) -> Page {
        let page = self.get(path).await;
        assert!(page.address.contains("/idp/authorize"), "{page:?}");
        self.fill_in(&page, username, password).await
    }

    /// Fills in the login form of a page.
    pub async fn fill_in(&mut self, page: &Page, username: &str, password: &str) -> Page {
        let request = hidden(&page.text, "request");
        self.post(
            "/idp/authorize",
            &[("request", &request), ("csrf", ""), ("username", username), ("password", password)],
        )
        .await
    }

    fn absolute(&self, address: &str) -> String {
        if address.starts_with('/') { format!("{}{address}", self.server.base()) } else { address.to_owned() }
    }

    async fn go(&mut self, first: reqwest::RequestBuilder, first_address: String) -> Page {
        let (mut request, mut address) = (first, first_address);
        for _ in 0..10 {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let response = request.header(COOKIE, cookies.join("; ")).send().await.expect("answer");
            for line in response.headers().get_all(SET_COOKIE) {
                let line = line.to_str().expect("text");
                assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
                let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("cookie");
                if value.is_empty() {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
            let status = response.status().as_u16();
            let policy = response.headers().get("content-security-policy");
            let policy = policy.map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default();
            let Some(location) = response.headers().get(LOCATION).map(|value| value.to_str().expect("text").to_owned())
            else {
                return Page { status, address, policy, text: response.text().await.expect("text") };
            };
            address = self.absolute(&location);
            if !address.starts_with(self.server.base()) {
                return Page { status, address, policy, text: String::new() };
            }
            request = self.server.client().get(&address);
        }
        panic!("too many redirects at {address}");
    }
}

/// The value of a hidden field.
pub fn hidden(text: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = text.split_once(&start).unwrap_or_else(|| panic!("no field {name} in {text}")).1;
    rest.split_once('"').expect("quote").0.to_owned()
}

/// A parameter of an address.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| urlencoding::decode(&value.replace('+', " ")).expect("utf-8").into_owned())
        .next()
}
