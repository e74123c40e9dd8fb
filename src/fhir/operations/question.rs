//! What an operation is asked: by GET in the query, by POST as `Parameters`
//! (<https://hl7.org/fhir/R4/operations.html#request>).

use axum::extract::Request;
use axum::http::Method;
use serde_json::Value;

use crate::error::Error;
use crate::fhir::call::{Call, bytes};
use crate::http::read;
use crate::terminology::{Coding, Target};

/// The parameters, by name.
pub struct Input(Vec<(String, Value)>);

impl Input {
    /// Reads the query and, by POST, the body: `Parameters`, or the one resource that the operation is about.
    ///
    /// # Errors
    /// 400 with the place when the body cannot be read, or when a parameter is none of `known`: nothing is ignored.
    pub async fn read(call: &Call, request: Request, known: &[&str]) -> Result<Self, Error> {
        let mut given: Vec<(String, Value)> =
            call.query().into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        if request.method() == Method::POST {
            let body = bytes(request).await?;
            if !body.is_empty() {
                add(read(&call.headers, &body)?, &mut given)?;
            }
        }
        for (name, _) in &given {
            if !known.contains(&name.as_str()) {
                let text = format!("this operation has no parameter `{name}`, or this server does not support it");
                return Err(Error::bad_request("not-supported", text).at(name.clone()));
            }
        }
        Ok(Self(given))
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
    pub fn texts(&self, name: &str) -> Vec<String> {
        let all = self.0.iter().filter(|(own, _)| own == name);
        all.filter_map(|(_, value)| value.as_str().map(str::to_owned)).collect()
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
        match self.one(name)? {
            None => Ok(None),
            Some(Value::String(text)) => text.parse().map(Some).map_err(|_| refuse()),
            Some(value) => value.to_string().parse().map(Some).map_err(|_| refuse()),
        }
    }

    /// A resource of a type.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub fn resource(&self, name: &str, rtype: &str) -> Result<Option<Value>, Error> {
        match self.one(name)? {
            None => Ok(None),
            Some(value) if value["resourceType"] == *rtype => Ok(Some(value.clone())),
            Some(_) => Err(Error::bad_request("value", format!("this parameter is a {rtype}")).at(name)),
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
        let sent = self.resource(body, rtype)?;
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
            (.., Some(body)) => Some(Target::Body(body)),
            _ => None,
        })
    }
}

/// Adds what a body holds.
fn add(body: Value, given: &mut Vec<(String, Value)>) -> Result<(), Error> {
    let rtype = body["resourceType"].as_str().unwrap_or_default();
    if rtype != "Parameters" {
        let mut letters = rtype.chars();
        let name: String = letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect();
        given.push((name, body));
        return Ok(());
    }
    for (at, one) in body["parameter"].as_array().into_iter().flatten().enumerate() {
        let place = || format!("Parameters.parameter[{at}]");
        let refuse = |text: &str| Error::bad_request("structure", text).at(place());
        let name = one["name"].as_str().ok_or_else(|| refuse("a parameter has no name"))?;
        let map = one.as_object().ok_or_else(|| refuse("a parameter must be an object"))?;
        let value = map.iter().find(|(name, _)| name.starts_with("value") || *name == "resource");
        let (_, value) = value.ok_or_else(|| refuse("this parameter has no value"))?;
        given.push((name.to_owned(), value.clone()));
    }
    Ok(())
}

fn coding(value: &Value) -> Result<Coding, Error> {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let code = text("code").ok_or_else(|| Error::bad_request("value", "this is no Coding with a code"))?;
    Ok(Coding { system: text("system"), version: text("version"), code, display: text("display") })
}
