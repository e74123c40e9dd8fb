//! `ValueSet/$validate-code` (<https://hl7.org/fhir/R4/valueset-operation-validate-code.html>) and `CodeSystem/$validate-code`
//! (<https://hl7.org/fhir/R4/codesystem-operation-validate-code.html>).

use serde_json::{Value, json};

use crate::error::Error;

use super::entry::Entry;
use super::{Conformance, Membership, Target};

/// A code with what the caller says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coding {
    /// Its code system.
    pub system: Option<String>,
    /// The version of that.
    pub version: Option<String>,
    /// The code.
    pub code: String,
    /// The text beside it.
    pub display: Option<String>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Validate {
    /// The value set or code system; for a code system none means that of each coding.
    pub target: Option<Target>,
    /// The codes: of a `CodeableConcept` one must do.
    pub codings: Vec<Coding>,
    /// Language of the texts.
    pub language: Option<String>,
    /// Whether a code that only groups others will do.
    pub may_be_abstract: bool,
}

impl Conformance {
    /// Whether one of the codes is in the value set.
    ///
    /// # Errors
    /// 404 when the value set is not known, 422 when what is loaded does not tell.
    pub async fn validate_in_value_set(&self, ask: &Validate) -> Result<Value, Error> {
        let Some(target) = &ask.target else {
            return Err(Error::bad_request("required", "name the value set: `url` or `valueSet`").at("url"));
        };
        let (body, _) = self.target("ValueSet", target).await?;
        let name = body["url"].as_str().map_or_else(|| "given".to_owned(), |url| format!("`{url}`"));
        let mut answers = Vec::new();
        for coding in &ask.codings {
            let found = self.membership_in(&body, coding.system.as_deref(), &coding.code).await?;
            answers.push((coding, found));
        }
        judge(ask, &answers, &format!("the value set {name}"))
    }

    /// Whether one of the codes is in the code system.
    ///
    /// # Errors
    /// 404 when a stored one is asked that is not there, 422 when the code system is not loaded.
    pub async fn validate_in_code_system(&self, ask: &Validate) -> Result<Value, Error> {
        let given = match &ask.target {
            Some(Target::Url(url)) => Some(url.clone()),
            Some(other) => {
                let (body, _) = self.target("CodeSystem", other).await?;
                if let Target::Body(body) = other {
                    return validate_in_body(ask, body);
                }
                let text = || Error::unprocessable("business-rule", "this code system has no url");
                Some(body["url"].as_str().ok_or_else(text)?.to_owned())
            }
            None => None,
        };
        let mut answers = Vec::new();
        let mut name = String::from("its code system");
        for coding in &ask.codings {
            let (url, version) = match (&given, &coding.system) {
                (Some(given), system) => {
                    let (url, version) = super::canonical::split(given);
                    if system.as_deref().is_some_and(|system| system != url) {
                        answers.push((coding, Membership::No));
                        continue;
                    }
                    (url, version.or(coding.version.as_deref()))
                }
                (None, Some(system)) => (system.as_str(), coding.version.as_deref()),
                (None, None) => {
                    let text = "name the code system: `url`, or the system of the coding";
                    return Err(Error::bad_request("required", text).at("url"));
                }
            };
            name = format!("the code system `{url}`");
            answers.push((coding, self.in_system(url, version, &coding.code).await?));
        }
        judge(ask, &answers, &name)
    }
}

/// A code system that the caller sends along.
fn validate_in_body(ask: &Validate, body: &Value) -> Result<Value, Error> {
    let bytes = serde_json::to_vec(body).map_err(Error::internal)?;
    let (system, concepts) = super::system::inline(&bytes)?;
    let mut answers = Vec::new();
    for coding in &ask.codings {
        let is_other = coding.system.as_deref().is_some_and(|own| own != &*system.url);
        let same = |code: &str| code == coding.code || (system.folds() && code.eq_ignore_ascii_case(&coding.code));
        let found = concepts.iter().find(|new| !is_other && same(&new.concept.code));
        let found = match found {
            Some(new) => Membership::Yes(Box::new(Entry::of(&system, new.concept.clone()))),
            None if is_other || system.is_complete() => Membership::No,
            None => Membership::Unknown("the code system that was sent is not complete".to_owned()),
        };
        answers.push((coding, found));
    }
    judge(ask, &answers, "the code system that was sent")
}

/// The answer: *yes* if one code will do, an error if only what is missing could tell.
fn judge(ask: &Validate, answers: &[(&Coding, Membership)], name: &str) -> Result<Value, Error> {
    if answers.is_empty() {
        return Err(Error::bad_request("required", "name a code: `code`, `coding` or `codeableConcept`").at("code"));
    }
    let language = ask.language.as_deref();
    let mut messages = Vec::new();
    let mut known: Option<&Entry> = None;
    for (coding, found) in answers {
        let Membership::Yes(entry) = found else { continue };
        known = known.or(Some(entry));
        if entry.is_abstract && !ask.may_be_abstract {
            messages.push(format!("the code `{}` only groups other codes", coding.code));
        } else if let Some(display) = coding.display.as_deref().filter(|display| !agrees(entry, display)) {
            let right = entry.display_in(language).unwrap_or_default();
            messages.push(format!("`{display}` is not a text of the code `{}`; it is `{right}`", coding.code));
        } else {
            return Ok(parameters(true, None, Some(entry), language));
        }
    }
    if messages.is_empty()
        && let Some(why) = answers.iter().find_map(|(_, found)| match found {
            Membership::Unknown(why) => Some(why),
            _ => None,
        })
    {
        return Err(Error::unprocessable("not-found", format!("this cannot be told: {why}")));
    }
    for (coding, found) in answers {
        if *found == Membership::No {
            let of = coding.system.as_ref().map_or_else(String::new, |system| format!(" of `{system}`"));
            messages.push(format!("the code `{}`{of} is not in {name}", coding.code));
        }
    }
    Ok(parameters(false, Some(messages.join("; ")), known, language))
}

/// Whether a text may stand beside a code; where no text is known, any may.
fn agrees(entry: &Entry, display: &str) -> bool {
    (entry.display.is_none() && entry.designations.is_empty()) || entry.is_called(display)
}

fn parameters(result: bool, message: Option<String>, entry: Option<&Entry>, language: Option<&str>) -> Value {
    let mut list = vec![json!({"name": "result", "valueBoolean": result})];
    if let Some(message) = message {
        list.push(json!({"name": "message", "valueString": message}));
    }
    if let Some(display) = entry.and_then(|entry| entry.display_in(language)) {
        list.push(json!({"name": "display", "valueString": display}));
    }
    json!({"resourceType": "Parameters", "parameter": list})
}
