//! What an operation is called with: the query of the address, and by POST a `Parameters` resource or a form
//! (<https://hl7.org/fhir/R4/operations.html#executing>).

use axum::extract::Request;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::error::Error;
use crate::fhir::call::{Call, bytes};
use crate::fhir::search::form_pairs;
use crate::http::read;

/// The parameters of a call.
#[derive(Debug, Default)]
pub struct Input {
    /// Simple values as text, in order.
    pub pairs: Vec<(String, String)>,
    /// Resources, by the name of their parameter.
    pub resources: Vec<(String, Value)>,
}

impl Input {
    /// Reads the address and the body. A body that is another resource than `Parameters` is the parameter `resource`.
    ///
    /// # Errors
    /// 4xx with the place when it cannot be read.
    pub async fn read(call: &Call, request: Request) -> Result<Self, Error> {
        if request.method() != Method::POST {
            return Ok(Self { pairs: call.query(), resources: Vec::new() });
        }
        let media = call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if media.starts_with("application/x-www-form-urlencoded") {
            return Ok(Self { pairs: form_pairs(call, request).await?, resources: Vec::new() });
        }
        let mut input = Self { pairs: call.query(), resources: Vec::new() };
        let body = bytes(request).await?;
        if body.is_empty() {
            return Ok(input);
        }
        let body = read(&call.headers, &body)?;
        if body["resourceType"] != "Parameters" {
            input.resources.push(("resource".to_owned(), body));
            return Ok(input);
        }
        let given = body["parameter"].as_array().into_iter().flatten();
        for (at, parameter) in given.enumerate() {
            input.add(at, parameter)?;
        }
        Ok(input)
    }

    fn add(&mut self, at: usize, parameter: &Value) -> Result<(), Error> {
        let place = || format!("Parameters.parameter[{at}]");
        let name = parameter["name"].as_str();
        let name = name.ok_or_else(|| Error::bad_request("required", "a parameter has a name").at(place()))?;
        if let Some(resource) = parameter.get("resource") {
            self.resources.push((name.to_owned(), resource.clone()));
            return Ok(());
        }
        let mut values = parameter.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with("value"));
        let text = match (values.next().map(|(_, value)| value), values.next()) {
            (Some(Value::String(text)), None) => text.clone(),
            (Some(Value::Bool(answer)), None) => answer.to_string(),
            (Some(Value::Number(number)), None) => number.to_string(),
            (Some(Value::Object(reference)), None) if reference.get("reference").is_some_and(Value::is_string) => {
                reference["reference"].as_str().unwrap_or_default().to_owned()
            }
            _ => {
                let text = "this parameter has one value, of a simple type, or a resource";
                return Err(Error::bad_request("value", text).at(place()));
            }
        };
        self.pairs.push((name.to_owned(), text));
        Ok(())
    }

    /// Refuses parameters with other names, whether simple or resources.
    ///
    /// # Errors
    /// 400 with the name.
    pub fn only(&self, simple: &[&str], resources: &[&str]) -> Result<(), Error> {
        let refuse = |name: &str| Err(Error::bad_request("not-supported", "this parameter is not known here").at(name));
        if let Some((name, _)) = self.pairs.iter().find(|(name, _)| !simple.contains(&name.as_str())) {
            return refuse(name);
        }
        match self.resources.iter().find(|(name, _)| !resources.contains(&name.as_str())) {
            Some((name, _)) => refuse(name),
            None => Ok(()),
        }
    }

    /// The value of a parameter that is given at most once.
    ///
    /// # Errors
    /// 400 when it is given more often.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Error> {
        let mut found = self.pairs.iter().filter(|(given, _)| given == name);
        let first = found.next();
        if found.next().is_some() {
            return Err(Error::bad_request("value", "this parameter is given more than once").at(name));
        }
        Ok(first.map(|(_, value)| value.as_str()))
    }

    /// The truth of a parameter that is given at most once; false without.
    ///
    /// # Errors
    /// 400 when it is not a boolean.
    pub fn truth(&self, name: &str) -> Result<bool, Error> {
        match self.one(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Error::bad_request("value", "this parameter is `true` or `false`").at(name)),
        }
    }

    /// The whole number from 1 on of a parameter that is given at most once.
    ///
    /// # Errors
    /// 400 when it is not one.
    pub fn count(&self, name: &str) -> Result<Option<u32>, Error> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let number = text.parse().ok().filter(|number| *number > 0);
        number.map(Some).ok_or_else(|| Error::bad_request("value", "not a whole number from 1 on").at(name))
    }

    /// The one resource of a parameter.
    ///
    /// # Errors
    /// 400 when it is given more than once.
    pub fn resource(&self, name: &str) -> Result<Option<&Value>, Error> {
        let mut found = self.resources.iter().filter(|(given, _)| given == name);
        let first = found.next();
        if found.next().is_some() {
            return Err(Error::bad_request("value", "this resource is given more than once").at(name));
        }
        Ok(first.map(|(_, value)| value))
    }
}
