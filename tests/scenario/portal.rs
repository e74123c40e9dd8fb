//! A person at the portal, with a cookie jar and forms, as a browser without scripts.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};

use super::region::Region;

/// A browser without scripts.
pub struct Browser<'r> {
    region: &'r Region,
    cookies: BTreeMap<String, String>,
}

/// A page with its address.
pub struct Page {
    /// Status.
    pub status: u16,
    /// Path and query that answered.
    pub path: String,
    /// HTML.
    pub html: String,
}

/// A form of a page.
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Fields with the values that they have.
    pub fields: Vec<(String, String)>,
}

impl Page {
    /// The text without tags, white space folded.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for letter in self.html.chars() {
            match letter {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                other if !inside => text.push(other),
                _ => {}
            }
        }
        let text = text.replace("&#38;", "&").replace("&amp;", "&").replace("&#39;", "'");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The posting forms of the page.
    pub fn forms(&self) -> Vec<Form> {
        let pieces = self.html.split("<form").skip(1);
        pieces
            .filter_map(|piece| {
                let (head, rest) = piece.split_once('>')?;
                let inner = rest.split("</form>").next()?;
                let is_post = attribute(head, "method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
                let action = attribute(head, "action").unwrap_or_else(|| self.path.clone());
                is_post.then(|| Form { action, fields: fields(inner) })
            })
            .collect()
    }

    /// The one form whose action begins so.
    pub fn form(&self, action: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.action.starts_with(action));
        found.unwrap_or_else(|| panic!("{} has no form for {action}: {}", self.path, self.text()))
    }
}

impl Form {
    /// The form with a field set; others of that name are taken away.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(other, _)| other != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The form with one more value of a field.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

fn fields(inner: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for piece in inner.split("<input").skip(1) {
        let head = piece.split('>').next().unwrap_or_default();
        let kind = attribute(head, "type").unwrap_or_else(|| "text".to_owned());
        let unchecked = matches!(kind.as_str(), "radio" | "checkbox") && !head.contains("checked");
        if let Some(name) = attribute(head, "name").filter(|_| !unchecked && kind != "submit") {
            fields.push((name, attribute(head, "value").unwrap_or_default()));
        }
    }
    fields
}

fn attribute(head: &str, name: &str) -> Option<String> {
    let at = head.find(&format!("{name}=\""))?;
    let rest = &head[at + name.len() + 2..];
    rest.split('"').next().map(|value| value.replace("&#38;", "&").replace("&amp;", "&"))
}

impl<'r> Browser<'r> {
    /// Signs in with user name and password.
    pub async fn sign_in(region: &'r Region, username: &str, password: &str, start: &str) -> Self {
        let mut browser = Self { region, cookies: BTreeMap::new() };
        let login = browser.get(start).await;
        let form = login.forms().into_iter().find(|form| form.fields.iter().any(|(name, _)| name == "password"));
        let form = form.unwrap_or_else(|| panic!("no login form on {}: {}", login.path, login.text()));
        let home = browser.submit(form.with("username", username).with("password", password)).await;
        assert_eq!(home.status, 200, "{} {}", home.path, home.text());
        browser
    }

    /// Gets a page, following redirects.
    pub async fn get(&mut self, path: &str) -> Page {
        self.go(Method::GET, path, None).await
    }

    /// Sends a form, following redirects.
    pub async fn submit(&mut self, form: Form) -> Page {
        self.go(Method::POST, &form.action, Some(&form.fields)).await
    }

    async fn go(&mut self, method: Method, path: &str, fields: Option<&[(String, String)]>) -> Page {
        let (mut method, mut path, mut fields) = (method, path.to_owned(), fields);
        for _ in 0..12 {
            let url = if path.starts_with("http") { path.clone() } else { format!("{}{path}", self.region.base()) };
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let mut request = self.region.http.request(method.clone(), &url).header(COOKIE, cookies.join("; "));
            if let Some(fields) = fields {
                request = request.form(fields);
            }
            let answer = request.send().await.expect("an answer");
            for cookie in answer.headers().get_all(SET_COOKIE) {
                let cookie = cookie.to_str().expect("text");
                let pair = cookie.split(';').next().unwrap_or_default();
                if let Some((name, value)) = pair.split_once('=') {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
            let Some(location) = answer.headers().get(LOCATION) else {
                let status = answer.status().as_u16();
                return Page { status, path, html: answer.text().await.expect("text") };
            };
            path = location.to_str().expect("text").to_owned();
            (method, fields) = (Method::GET, None);
        }
        panic!("too many redirects at {path}");
    }
}
