//! Which part of a resource the caller wants: `_summary` and `_elements`
//! (<https://hl7.org/fhir/R4/search.html#summary>).

use bytes::Bytes;
use spil_fhir_profiles::definition::type_name;
use spil_fhir_profiles::subset::{Part, is_element, reduce};

use crate::access::Stored;
use crate::error::Error;
use crate::search::{Query, Summary};

/// The part of each resource of an answer.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    part: Option<Part>,
    /// Only the number of resources is asked.
    pub count: bool,
}

impl Shape {
    /// Takes `_summary` and `_elements` out of a query. Names of elements must be those of the type, if there is one.
    ///
    /// # Errors
    /// 400 when they cannot be read, or not be combined.
    pub fn split(pairs: Vec<(String, String)>, rtype: Option<&str>) -> Result<(Self, Vec<(String, String)>), Error> {
        let (own, rest): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(name, _)| name == "_summary" || name == "_elements");
        let mut summary = Summary::False;
        let mut elements = Vec::new();
        for (name, value) in own {
            if name == "_elements" {
                elements.extend(value.split(',').map(|name| name.trim().to_owned()));
                continue;
            }
            summary = match value.as_str() {
                "true" => Summary::True,
                "false" => Summary::False,
                "text" => Summary::Text,
                "data" => Summary::Data,
                "count" => Summary::Count,
                _ => {
                    let text = "`_summary` is `true`, `false`, `text`, `data` or `count`";
                    return Err(Error::bad_request("value", text).at("_summary"));
                }
            };
        }
        if let Some(rtype) = rtype {
            known(rtype, &elements)?;
        }
        Ok((Self::new(summary, elements)?, rest))
    }

    /// What a search asks.
    ///
    /// # Errors
    /// 400 when `_summary` and `_elements` are both given.
    pub fn of_search(query: &Query) -> Result<Self, Error> {
        if let Some(rtype) = type_name(query.rtype) {
            known(rtype, &query.elements)?;
        }
        Self::new(query.summary, query.elements.clone())
    }

    fn new(summary: Summary, elements: Vec<String>) -> Result<Self, Error> {
        let part = match (summary, elements.is_empty()) {
            (Summary::False, true) | (Summary::Count, _) => None,
            (Summary::False, false) => Some(Part::Elements(elements)),
            (Summary::True, true) => Some(Part::Summary),
            (Summary::Text, true) => Some(Part::Text),
            (Summary::Data, true) => Some(Part::Data),
            (_, false) => {
                let text = "`_summary` and `_elements` cannot be combined";
                return Err(Error::bad_request("value", text).at("_elements"));
            }
        };
        Ok(Self { part, count: summary == Summary::Count })
    }

    /// Refuses a number where one resource is asked.
    ///
    /// # Errors
    /// 400 for `_summary=count`.
    pub fn of_one(self) -> Result<Self, Error> {
        if self.count {
            let text = "`_summary=count` counts what a search or a history finds; this is one resource";
            return Err(Error::bad_request("value", text).at("_summary"));
        }
        Ok(self)
    }

    /// The bytes of the part of a resource.
    ///
    /// # Errors
    /// When what is stored is not JSON; that is our fault.
    pub fn body(&self, stored: &Stored) -> Result<Bytes, Error> {
        let Some(part) = &self.part else { return Ok(stored.body.clone()) };
        let mut value = stored.value()?;
        reduce(&mut value, part);
        serde_json::to_vec(&value).map(Bytes::from).map_err(Error::internal)
    }
}

/// Refuses names that are no elements of the type.
fn known(rtype: &str, elements: &[String]) -> Result<(), Error> {
    if elements.iter().all(|name| is_element(rtype, name)) {
        return Ok(());
    }
    let text = "a name in `_elements` is no element of the type at its top level";
    Err(Error::bad_request("value", text).at("_elements"))
}
