//! What a query reads: by id, by reference, by search. Every one of these is a pass through the door.

use async_graphql_parser::types::Field as Asked;
use serde_json::{Value, json};
use spil_fhir_profiles::definition::TypeDef;
use spil_fhir_profiles::path::{Target, reference_target};

use crate::access::Found;
use crate::error::Error;

use super::run::{At, Run};
use super::schema::On;
use super::variables::text;

/// Most passes through the door.
const PASSES: usize = 200;
/// Most resources of one list.
const LONGEST: usize = 1_000;
/// What only shapes a Bundle.
const NOT_HERE: [&str; 8] =
    ["_include", "_revinclude", "_summary", "_elements", "_total", "_page", "_format", "_pretty"];

impl<'d> Run<'d> {
    fn pass(&mut self) -> Result<(), Error> {
        self.passes += 1;
        if self.passes > PASSES {
            let text = format!("the query reads more than {PASSES} times: ask for less at once");
            return Err(Error::bad_request("too-costly", text).at("query"));
        }
        Ok(())
    }

    /// A resource by its id; none for one that is absent, hidden or deleted, or that the token does not allow.
    pub(super) async fn read(&mut self, rtype: &str, id: &str) -> Result<Option<Value>, Error> {
        let key = (rtype.to_owned(), id.to_owned());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        self.pass()?;
        let found = seen(self.access.read(rtype, id).await)?.map(|stored| stored.into_inner().value()).transpose()?;
        self.known.insert(key, found.clone());
        Ok(found)
    }

    /// What a reference points at.
    pub(super) async fn referred(&mut self, at: At<'_>, asked: &'d Asked) -> Result<Option<Value>, Error> {
        let wanted = self.argument(asked, "type")?.as_ref().and_then(text);
        let optional = self.argument(asked, "optional")? == Some(Value::Bool(true));
        let reference = at.value["reference"].as_str().unwrap_or_default();
        let local = reference.strip_prefix(self.base).map_or(reference, |rest| rest.trim_start_matches('/'));
        let found = match reference_target(local) {
            Target::Contained(id) => {
                let contained = at.root["contained"].as_array().into_iter().flatten();
                contained.into_iter().find(|inner| inner["id"] == *id).cloned()
            }
            Target::Relative(rtype, id) => match local.rsplit_once("/_history/") {
                Some((_, version)) => self.version(rtype, id, version).await?,
                None => self.read(rtype, id).await?,
            },
            Target::Absolute(_) | Target::Other => None,
        };
        if found.is_none() && !optional {
            self.fail("this reference does not lead to a resource here");
        }
        Ok(found.filter(|found| wanted.is_none_or(|wanted| found["resourceType"] == wanted)))
    }

    async fn version(&mut self, rtype: &str, id: &str, version: &str) -> Result<Option<Value>, Error> {
        let Ok(version) = version.parse() else { return Ok(None) };
        self.pass()?;
        let found = seen(self.access.vread(rtype, id, version).await)?;
        found.map(|stored| stored.into_inner().value()).transpose()
    }

    /// The resources of a list.
    pub(super) async fn search(
        &mut self,
        at: At<'_>,
        def: &'static TypeDef,
        asked: &'d Asked,
    ) -> Result<Vec<Value>, Error> {
        let mut pairs = Vec::new();
        let (mut count, mut offset) = (50, 0);
        for (name, value) in self.arguments(asked)? {
            match name {
                "_count" => count = number(name, &value)?,
                "_offset" => offset = number(name, &value)?,
                _ => Self::condition(at, name, &value, &mut pairs)?,
            }
        }
        refers(at, asked)?;
        if count + offset > LONGEST {
            return Err(
                Error::bad_request("too-costly", format!("a list goes to {LONGEST}: use a connection")).at("query")
            );
        }
        if count == 0 {
            return Ok(Vec::new());
        }
        pairs.push(("_count".to_owned(), (count + offset).to_string()));
        let found = self.found(def.name, &pairs).await?;
        let matches = found.iter().flat_map(|found| &found.matches).skip(offset);
        matches.map(crate::access::Stored::value).collect()
    }

    /// A page of a list.
    pub(super) async fn connect(
        &mut self,
        at: At<'_>,
        def: &'static TypeDef,
        asked: &'d Asked,
    ) -> Result<Option<Value>, Error> {
        let mut pairs = Vec::new();
        for (name, value) in self.arguments(asked)? {
            match name {
                "_cursor" => {
                    let cursor =
                        text(&value).ok_or_else(|| Error::bad_request("value", "a cursor is text").at(name))?;
                    pairs.push(("_page".to_owned(), cursor));
                }
                "_count" => pairs.push((name.to_owned(), number(name, &value)?.clamp(1, LONGEST).to_string())),
                _ => Self::condition(at, name, &value, &mut pairs)?,
            }
        }
        let continues = pairs.iter().any(|(name, _)| name == "_page");
        if continues && pairs.len() > 1 {
            return Err(Error::bad_request("invalid", "a cursor brings its own arguments").at("_cursor"));
        }
        if !continues {
            refers(at, asked)?;
            pairs.push(("_total".to_owned(), "accurate".to_owned()));
        }
        let Some(found) = self.found(def.name, &pairs).await? else { return Ok(None) };
        let edges = found.matches.iter().map(|stored| Ok(json!({"mode": "match", "resource": stored.value()?})));
        let edges: Vec<Value> = edges.collect::<Result<_, Error>>()?;
        Ok(Some(json!({"count": found.total, "pagesize": edges.len(), "next": found.next, "edges": edges})))
    }

    /// An argument as parameters of the search; a list is that many parameters, all of which must hold.
    fn condition(at: At<'_>, name: &str, value: &Value, pairs: &mut Vec<(String, String)>) -> Result<(), Error> {
        if NOT_HERE.contains(&name) {
            return Err(Error::bad_request("not-supported", "this has no meaning in a query").at(name));
        }
        if name == "_reference" {
            let (rtype, id) = (at.value["resourceType"].as_str(), at.value["id"].as_str());
            let (Some(code), Some(rtype), Some(id)) = (text(value), rtype, id) else {
                return Err(Error::bad_request("value", "`_reference` names a search parameter").at(name));
            };
            pairs.push((code.replace('_', "-"), format!("{rtype}/{id}")));
            return Ok(());
        }
        // GraphQL has no hyphens in names.
        let code = if name.starts_with('_') { name.to_owned() } else { name.replace('_', "-") };
        let values = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let value = text(value).ok_or_else(|| Error::bad_request("value", "not a simple value").at(name))?;
            pairs.push((code.clone(), value));
        }
        Ok(())
    }

    /// One search; none, with an error in the answer, when it is refused.
    async fn found(&mut self, rtype: &str, pairs: &[(String, String)]) -> Result<Option<Found>, Error> {
        self.pass()?;
        match self.access.search(rtype, pairs, false).await {
            Ok(found) => Ok(Some(found.into_inner())),
            Err(error) if matches!(error.status, 400 | 403) => {
                for fault in &error.faults {
                    let place = fault.expression.as_deref().map_or(String::new(), |place| format!("`{place}`: "));
                    self.fail(&format!("{place}{}", fault.diagnostics));
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// A list on a resource is of what refers to it.
fn refers(at: At<'_>, asked: &Asked) -> Result<(), Error> {
    if matches!(at.on, On::System) || asked.get_argument("_reference").is_some() {
        return Ok(());
    }
    let text = "a list on a resource says by which parameter its members refer to it: `_reference`";
    Err(Error::bad_request("required", text).at("query"))
}

fn number(name: &str, value: &Value) -> Result<usize, Error> {
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| Error::bad_request("value", "not a whole number").at(name))
}

/// What is absent, hidden, deleted or not allowed is not there.
fn seen<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.status, 403 | 404 | 410) => Ok(None),
        Err(error) => Err(error),
    }
}
