//! What an operation is called with: by GET in the query of the address, by POST as `Parameters` or as a form
//! (<https://hl7.org/fhir/R4/operations.html#executing>).

use axum::extract::Request;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::error::Error;
use crate::fhir::call::{Call, bytes};
use crate::fhir::search::form_pairs;
use crate::http::read;
use crate::terminology::{Coding, Target};

/// The name of a parameter that stands for any resource.
const RESOURCE: &str = "resource";

/// The parameters of a call, by name and in order: values of data types, and resources.
pub struct Input(Vec<(String, Value)>);

impl Input {
    /// Reads the address and the body. A body that is another resource than `Parameters` is the parameter `resource`, or
    /// the one that is named like its type.
    ///
    /// # Errors
    /// 4xx with the place when it cannot be read, or when a parameter is none of `known`: nothing is ignored.
    pub async fn read(call: &Call, request: Request, known: &[&str]) -> Result<Self, Error> {
        let input = Self::given(call, request, known.contains(&RESOURCE)).await?;
        match input.0.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(unknown(name)),
            None => Ok(input),
        }
    }

    /// Reads parameters of any name, as a search has them: all of them texts.
    ///
    /// # Errors
    /// 4xx with the place when they cannot be read, or are more than texts.
    pub async fn read_search(call: &Call, request: Request) -> Result<Vec<(String, String)>, Error> {
        let input = Self::given(call, request, true).await?;
        let text = |(name, value): (String, Value)| match simple(&value) {
            Some(text) => Ok((name, text)),
            None if value["resourceType"].is_string() => Err(unknown(&name)),
            None => Err(Error::bad_request("value", "this parameter has one value, of a simple type").at(name)),
        };
        input.0.into_iter().map(text).collect()
    }

    async fn given(call: &Call, request: Request, any: bool) -> Result<Self, Error> {
        let media = call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let form = media.starts_with("application/x-www-form-urlencoded");
        let by_post = request.method() == Method::POST;
        let texts = |pairs: Vec<(String, String)>| pairs.into_iter().map(|(name, text)| (name, Value::String(text)));
        if by_post && form {
            return Ok(Self(texts(form_pairs(call, request).await?).collect()));
        }
        let mut given: Vec<_> = texts(call.query()).collect();
        if by_post {
            let body = bytes(request).await?;
            if !body.is_empty() {
                add(read(&call.headers, &body)?, any, &mut given)?;
            }
        }
        Ok(Self(given))
    }

    /// The values of a parameter that may be there often.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value)
    }

    /// An Identifier, or `system|value` as text.
    ///
    /// # Errors
    /// 400 when it is something else, or there more than once.
    pub fn identifier(&self, name: &str) -> Result<Option<(String, String)>, Error> {
        let refuse = || Error::bad_request("value", "not `system|value`, and no Identifier").at(name);
        self.one(name)?.map(|value| pair(value, "value").ok_or_else(refuse)).transpose()
    }

    /// A parameter that may be there once.
    ///
    /// # Errors
    /// 400 when it is there more often.
    fn one(&self, name: &str) -> Result<Option<&Value>, Error> {
        let mut all = self.0.iter().filter(|(own, _)| own == name).map(|(_, value)| value);
        let first = all.next();
        if all.next().is_some() {
            return Err(Error::bad_request("value", "this parameter is there more than once").at(name));
        }
        Ok(first)
    }

    /// A text, code or address.
    ///
    /// # Errors
    /// 400 when it is something else, empty, or there more than once.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match self.one(name)? {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
            Some(_) => Err(Error::bad_request("value", "this parameter is a text that is not empty").at(name)),
        }
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// 400 when it is not.
    pub fn required(&self, name: &str) -> Result<String, Error> {
        self.text(name)?.ok_or_else(|| Error::bad_request("required", "this parameter is required").at(name))
    }

    /// Texts of a parameter that may be there often.
    ///
    /// # Errors
    /// 400 when one is something else.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        let all = self.0.iter().filter(|(own, _)| own == name);
        let text =
            |value| simple(value).ok_or_else(|| Error::bad_request("value", "this parameter is a text").at(name));
        all.map(|(_, value)| text(value)).collect()
    }

    /// *True* or *false*.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        match self.one(name)? {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) if text == "true" || text == "false" => Ok(Some(text == "true")),
            Some(_) => Err(Error::bad_request("value", "this parameter is `true` or `false`").at(name)),
        }
    }

    /// A whole number that is not negative.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub fn number(&self, name: &str) -> Result<Option<usize>, Error> {
        let refuse = || Error::bad_request("value", "this parameter is a whole number, not negative").at(name);
        let number = |value| simple(value).and_then(|text| text.parse().ok()).ok_or_else(refuse);
        self.one(name)?.map(number).transpose()
    }

    /// A whole number from 1 on.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub fn count(&self, name: &str) -> Result<Option<usize>, Error> {
        match self.number(name)? {
            Some(0) => Err(Error::bad_request("value", "not a whole number from 1 on").at(name)),
            other => Ok(other),
        }
    }

    /// A resource of a type, or of any.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub fn resource(&self, name: &str, rtype: Option<&str>) -> Result<Option<&Value>, Error> {
        let fits = |value: &&Value| rtype.map_or(value.is_object(), |rtype| value["resourceType"] == rtype);
        match self.one(name)? {
            None => Ok(None),
            Some(value) if fits(&value) => Ok(Some(value)),
            Some(_) => {
                let text = format!("this parameter is a {}", rtype.unwrap_or(RESOURCE));
                Err(Error::bad_request("value", text).at(name))
            }
        }
    }

    /// A Coding.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub fn coding(&self, name: &str) -> Result<Option<Coding>, Error> {
        self.one(name)?.map(|value| coding(value).map_err(|error| error.at(name))).transpose()
    }

    /// The codings of a `CodeableConcept`.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub fn concept(&self, name: &str) -> Result<Vec<Coding>, Error> {
        let Some(value) = self.one(name)? else { return Ok(Vec::new()) };
        let list = value["coding"].as_array().filter(|list| !list.is_empty());
        let list = list.ok_or_else(|| Error::bad_request("value", "this parameter has no coding").at(name))?;
        list.iter().map(|one| coding(one).map_err(|error| error.at(name))).collect()
    }

    /// The definition that is asked about: by id, sent along as `body`, or by `url` with an optional version.
    ///
    /// # Errors
    /// 400 when it is named in more than one way.
    pub fn target(&self, id: Option<String>, rtype: &str, body: &str, version: &str) -> Result<Option<Target>, Error> {
        let url = self.text("url")?;
        let sent = self.resource(body, Some(rtype))?;
        let version = self.text(version)?;
        if usize::from(id.is_some()) + usize::from(url.is_some()) + usize::from(sent.is_some()) > 1 {
            let text = format!("name the {rtype} in one way: by id, by `url` or by `{body}`");
            return Err(Error::bad_request("invalid", text).at("url"));
        }
        Ok(match (id, url, sent) {
            (Some(id), ..) => Some(Target::Id(id)),
            (_, Some(url), _) => Some(Target::Url(match version {
                Some(version) if !url.contains('|') => format!("{url}|{version}"),
                _ => url,
            })),
            (.., Some(body)) => Some(Target::Body(body.clone())),
            _ => None,
        })
    }
}

fn unknown(name: &str) -> Error {
    let text = format!("this operation has no parameter `{name}`, or this server does not support it");
    Error::bad_request("not-supported", text).at(name)
}

/// `system|value` as text, or system and value of an `Identifier` (`value`) or `Coding` (`code`); the system may be absent.
pub fn pair(value: &Value, name: &str) -> Option<(String, String)> {
    if let Some(text) = value.as_str() {
        let (system, value) = text.split_once('|').unwrap_or(("", text));
        return (!value.is_empty()).then(|| (system.to_owned(), value.to_owned()));
    }
    let own = value[name].as_str().filter(|own| !own.is_empty())?;
    Some((value["system"].as_str().unwrap_or_default().to_owned(), own.to_owned()))
}

/// A value of a simple type as text; of a reference, where it points.
fn simple(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ if value["resourceType"].is_string() => None,
        _ => value["reference"].as_str().map(str::to_owned),
    }
}

/// Adds what a body holds; `any`: one resource alone is the parameter `resource`.
fn add(body: Value, any: bool, given: &mut Vec<(String, Value)>) -> Result<(), Error> {
    let rtype = body["resourceType"].as_str().unwrap_or_default();
    if rtype != "Parameters" {
        let mut letters = rtype.chars();
        let first = letters.next().map(|first| first.to_ascii_lowercase());
        let name = if any { RESOURCE.to_owned() } else { first.into_iter().chain(letters).collect() };
        given.push((name, body));
        return Ok(());
    }
    for (at, one) in body["parameter"].as_array().into_iter().flatten().enumerate() {
        let refuse = |code, text: &str| Error::bad_request(code, text).at(format!("Parameters.parameter[{at}]"));
        let name = one["name"].as_str().ok_or_else(|| refuse("required", "a parameter has a name"))?;
        let members = one.as_object().into_iter().flatten();
        let mut values = members.filter(|(key, _)| key.starts_with("value") || *key == RESOURCE);
        let (Some((_, value)), None) = (values.next(), values.next()) else {
            return Err(refuse("value", "a parameter has one value, or a resource"));
        };
        given.push((name.to_owned(), value.clone()));
    }
    Ok(())
}

fn coding(value: &Value) -> Result<Coding, Error> {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let code = text("code").ok_or_else(|| Error::bad_request("value", "this is no Coding with a code"))?;
    Ok(Coding { system: text("system"), version: text("version"), code, display: text("display") })
}
