//! One entry of a Bundle that is posted: what it asks (<https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request>).

use serde_json::Value;
use spil_fhir_profiles::time::parse_range;

use crate::access::{Entry, Interaction};
use crate::error::Error;
use crate::http::{Held, query_pairs};

use super::call::expected;
use super::patch;

/// The operations that an entry may call by POST: none of them changes anything.
const OPERATIONS: [(&str, &str); 6] = [
    ("ValueSet", "$expand"),
    ("ValueSet", "$validate-code"),
    ("CodeSystem", "$validate-code"),
    ("CodeSystem", "$lookup"),
    ("CodeSystem", "$subsumes"),
    ("ConceptMap", "$translate"),
];

/// What one entry asks.
pub enum Asked {
    /// A write.
    Write(Entry),
    /// A read, a search or an operation that changes nothing.
    Read(Read),
}

/// A read of an entry.
pub struct Read {
    /// The address below the base.
    pub url: String,
    /// Whether only the headers are asked (HEAD).
    pub head: bool,
    /// What the caller holds already.
    pub held: Held,
    /// What an operation is called with, by POST.
    pub body: Option<Value>,
}

/// Reads an entry.
///
/// # Errors
/// 400 when its request is missing or cannot be read.
pub fn read(mut entry: Value, base: &str) -> Result<Asked, Error> {
    if !entry.is_object() {
        return Err(Error::bad_request("structure", "an entry must be an object"));
    }
    let request = entry["request"].take();
    let method = request["method"].as_str().unwrap_or_default();
    let url = request["url"].as_str().unwrap_or_default();
    let url = url.strip_prefix(base).unwrap_or(url).trim_start_matches('/');
    let text = |name: &str| request[name].as_str();
    if method == "GET" || method == "HEAD" {
        let since = match text("ifModifiedSince") {
            None => None,
            Some(moment) => {
                let refuse = || Error::bad_request("value", "not a moment").at("request.ifModifiedSince");
                Some(parse_range(moment).ok_or_else(refuse)?.0)
            }
        };
        let held = Held::of_entry(text("ifNoneMatch"), since);
        return Ok(Asked::Read(Read { url: url.to_owned(), head: method == "HEAD", held, body: None }));
    }
    if method == "POST" && is_operation(url) {
        for name in ["ifMatch", "ifNoneMatch", "ifNoneExist"] {
            if request[name].is_string() {
                let place = format!("request.{name}");
                return Err(Error::bad_request("value", "an operation depends on nothing").at(place));
            }
        }
        let body = entry["resource"].take();
        if !body.is_object() && !body.is_null() {
            return Err(Error::bad_request("structure", "a resource is an object").at("resource"));
        }
        return Ok(Asked::Read(Read { url: url.to_owned(), head: false, held: Held::default(), body: Some(body) }));
    }
    let if_match = expected(text("ifMatch"), text("ifNoneMatch")).map_err(|error| error.at("request.ifMatch"))?;
    let full_url = entry["fullUrl"].as_str().map(str::to_owned);
    let body = entry["resource"].take();
    let interaction = interaction(method, url, body, text("ifNoneExist"), if_match)?;
    if matches!(method, "POST" | "PUT") && !interaction.body().is_some_and(Value::is_object) {
        return Err(Error::bad_request("required", "this entry needs a resource").at("resource"));
    }
    Ok(Asked::Write(Entry { at: 0, full_url, interaction }))
}

/// On a type, or on one that is stored.
fn is_operation(url: &str) -> bool {
    let parts: Vec<&str> = url.split('?').next().unwrap_or_default().split('/').collect();
    matches!(parts.as_slice(), [rtype, code] | [rtype, _, code] if OPERATIONS.contains(&(rtype, code)))
}

fn interaction(
    method: &str,
    url: &str,
    body: Value,
    if_none_exist: Option<&str>,
    if_match: Option<i64>,
) -> Result<Interaction, Error> {
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let query = query.map(query_pairs).transpose()?;
    let mut parts = path.split('/');
    let rtype = parts.next().unwrap_or_default().to_owned();
    let id = parts.next().map(str::to_owned);
    if parts.next().is_some()
        || rtype.is_empty()
        || id.as_deref().is_some_and(|id| id.is_empty() || id.starts_with(['$', '_']))
    {
        return Err(Error::bad_request("value", "the url of this entry cannot be written to").at("request.url"));
    }
    if if_none_exist.is_some() && method != "POST" {
        let text = "`ifNoneExist` goes with POST only";
        return Err(Error::bad_request("value", text).at("request.ifNoneExist"));
    }
    Ok(match (method, id, query) {
        ("POST", None, None) if if_match.is_none() => {
            let condition = if_none_exist.map(|text| text.split_once('?').map_or(text, |(_, query)| query));
            Interaction::Create { rtype, body, if_none_exist: condition.map(query_pairs).transpose()? }
        }
        ("PUT", Some(id), None) => Interaction::Update { rtype, id, body, if_match },
        ("PUT", None, Some(query)) => Interaction::ConditionalUpdate { rtype, query, body, if_match },
        ("PATCH", Some(id), None) => Interaction::Patch { rtype, id, patch: patch::of_entry(body)?, if_match },
        ("PATCH", None, Some(query)) => {
            Interaction::ConditionalPatch { rtype, query, patch: patch::of_entry(body)?, if_match }
        }
        ("DELETE", Some(id), None) => Interaction::Delete { rtype, id, if_match },
        ("DELETE", None, Some(query)) if if_match.is_none() => Interaction::ConditionalDelete { rtype, query },
        _ => {
            let text = "the method and url of this entry do not go together";
            return Err(Error::bad_request("value", text).at("request"));
        }
    })
}
