//! Search in a compartment (<https://hl7.org/fhir/R4/http.html#vsearch>): what belongs to a patient, an encounter, a
//! professional, a related person or a device that the caller may see. One that is hidden has no compartment, as one that
//! is absent.

use spil_consent::Ground;
use spil_fhir_profiles::compartment::members;
use spil_fhir_profiles::parameters::parameters;

use crate::error::Error;
use crate::search::{Filter, ReferenceTest, Test, Total};
use crate::store::Record;

use super::search::{Bounds, search_pass};
use super::{Access, Found, Pass, Released, types};

/// What a search through several types cannot do: the order and the links of one type mean nothing in another.
const NOT_ACROSS: [&str; 3] = ["_sort", "_include", "_revinclude"];

/// Whose compartment is searched, and for what.
#[derive(Debug, Clone, Copy)]
pub struct Compartment<'a> {
    /// Type of the owner.
    pub owner: &'a str,
    /// Id of the owner.
    pub id: &'a str,
    /// The type that is searched, or `*`.
    pub target: &'a str,
}

/// A type of a compartment with what limits a search to it.
type Member = (&'static str, Bounds);

impl Compartment<'_> {
    /// The address below the base.
    pub fn address(self) -> String {
        format!("{}/{}/{}", self.owner, self.id, self.target)
    }

    /// What limits a search of a type to this compartment.
    fn bounds(self, owner: &Record, rtype: &str, codes: &[&str]) -> Bounds {
        let person = Some(owner.person).filter(|person| *person > 0);
        // Whichever of the person's `Patient` resources a record refers to: it is the person's.
        if self.owner == "Patient" && person.is_some() {
            return Bounds { person, filter: None };
        }
        let conditions = codes.iter().filter_map(|code| {
            if *code == "{def}" {
                return Some(Filter::Id(vec![self.id.to_owned()]));
            }
            let param = parameters().get(rtype, code)?.number;
            let target = ReferenceTest::Local { rtype: Some(owner.rtype), id: self.id.to_owned() };
            Some(Filter::Value { param, test: Test::Reference(vec![target]) })
        });
        Bounds { person, filter: Some(Filter::Any(conditions.collect())) }
    }
}

impl Access {
    /// Searches a compartment with decoded pairs, or continues a page with `_page`.
    ///
    /// # Errors
    /// 404 when the owner is absent or hidden, or the type lies in no such compartment; else as [`Access::search`].
    pub async fn compartment(
        &self,
        of: Compartment<'_>,
        pairs: &[(String, String)],
        lenient: bool,
    ) -> Result<Released<Found>, Error> {
        let Some(rows) = members(of.owner) else {
            return Err(Error::new(404, "not-supported", "this type has no compartment in FHIR R4"));
        };
        let wanted: Vec<_> = rows.iter().filter(|(rtype, _)| of.target == "*" || *rtype == of.target).collect();
        if wanted.is_empty() {
            return Err(Error::new(404, "not-supported", "no such type lies in this compartment"));
        }
        let pass = search_pass(&of.address(), pairs);
        let owner = self.owner(of, &pass).await?;
        let members: Vec<Member> =
            wanted.into_iter().map(|(rtype, codes)| (*rtype, of.bounds(&owner, rtype, codes))).collect();
        match members.as_slice() {
            [(rtype, bounds)] => self.search_within(&of.address(), rtype, pairs, lenient, bounds).await,
            _ => self.search_all(&of.address(), &members, pairs, lenient, pass).await,
        }
    }

    /// Whose compartment it is, if the caller may see it.
    async fn owner(&self, of: Compartment<'_>, pass: &Pass) -> Result<Record, Error> {
        let current = self.app.store.current(types::number(of.owner)?, of.id, self.asker()).await?;
        let Some(owner) = current.filter(|record| !record.deleted) else {
            return Err(self.absent(pass.clone()).await?);
        };
        if self.judge(&owner).await?.permit {
            return Ok(owner);
        }
        let mut pass = pass.clone();
        pass.persons = vec![owner.person];
        self.record(&pass.refuse("no permission")).await?;
        Err(Error::not_found())
    }

    /// One type after the other until the page is full.
    async fn search_all(
        &self,
        address: &str,
        members: &[Member],
        pairs: &[(String, String)],
        lenient: bool,
        mut pass: Pass,
    ) -> Result<Released<Found>, Error> {
        let (pairs, start, mut after) = match pairs.iter().find(|(name, _)| name == "_page") {
            None => (pairs.to_vec(), 0, None),
            Some((_, sealed)) => {
                let link = self.open_page(address, sealed)?;
                let refuse = || Error::bad_request("value", "this page link is not valid here").at("_page");
                let (start, after) = link.after.split_once('~').ok_or_else(refuse)?;
                let start: usize = start.parse().map_err(|_| refuse())?;
                (link.pairs.clone(), start, Some(after.to_owned()).filter(|after| !after.is_empty()))
            }
        };
        let continued = start > 0 || after.is_some();
        let (own, asked) = across(&pairs)?;
        let directory = self.directory().await?;
        let mut whole: Option<Found> = None;
        for (at, (rtype, bounds)) in members.iter().enumerate().skip(start) {
            let skipped = !own.is_empty() && !own.iter().any(|one| one == rtype);
            if skipped || !self.ctx.allows(rtype, 's') {
                continue;
            }
            let (mut query, _) = self.parse(address, rtype, &asked, lenient).await?;
            bounds.narrow(&mut query);
            let most = query.count;
            if let Some(after) = after.take()
                && !query.continue_after(&after)
            {
                return Err(Error::bad_request("value", "this page link is not valid here").at("_page"));
            }
            if let Some(whole) = &whole {
                query.count = left(whole, most);
            }
            let (mut found, matched, view) = self.run(query).await?;
            let mut one = pass.clone();
            self.note(&mut one, &found, &matched, &view, &directory);
            add_pass(&mut pass, one);
            let next = found.next.take();
            let whole = join(&mut whole, found);
            let is_counted = whole.query.only_count() || (whole.query.total == Total::Accurate && !continued);
            let is_full = left(whole, most) == 0;
            let (place, after) = match next {
                Some(after) => (at, after),
                None => (at + 1, String::new()),
            };
            if whole.next.is_none() && !whole.query.only_count() && is_full && place < members.len() {
                whole.next = Some(self.seal_page(address, pairs.clone(), format!("{place}~{after}"))?);
            }
            if is_full && !is_counted {
                break;
            }
        }
        self.record(&pass).await?;
        let mut found = match whole {
            Some(found) => found,
            None => self.nothing(&asked, lenient).await?,
        };
        if continued {
            // The first page told it; from here on it would be that of the types that are left.
            found.total = None;
        }
        Ok(Released(found))
    }

    /// The answer of a search that no type is left for.
    async fn nothing(&self, pairs: &[(String, String)], lenient: bool) -> Result<Found, Error> {
        let (query, _) = self.parse("", "Basic", pairs, lenient).await?;
        let total = query.only_count().then_some(0);
        Ok(Found { matches: Vec::new(), included: Vec::new(), total, query, next: None })
    }
}

/// The types that `_type` names, and the other parameters; refuses what means nothing across types.
#[expect(clippy::type_complexity, reason = "names and pairs")]
fn across(pairs: &[(String, String)]) -> Result<(Vec<String>, Vec<(String, String)>), Error> {
    let mut named = Vec::new();
    let mut rest = Vec::new();
    for (name, value) in pairs {
        let plain = name.split(':').next().unwrap_or_default();
        if NOT_ACROSS.contains(&plain) {
            let text = "this is not possible in a search through all types of a compartment";
            return Err(Error::bad_request("not-supported", text).at(name.clone()));
        }
        if name == "_type" {
            named.extend(value.split(',').map(str::to_owned));
        } else {
            rest.push((name.clone(), value.clone()));
        }
    }
    for rtype in &named {
        types::number(rtype).map_err(|_| Error::bad_request("value", "no such resource type").at("_type"))?;
    }
    Ok((named, rest))
}

/// How many matches the page has room for.
fn left(whole: &Found, most: u32) -> u32 {
    most.saturating_sub(u32::try_from(whole.matches.len()).unwrap_or(u32::MAX))
}

/// Adds what was found in one type.
fn join(whole: &mut Option<Found>, found: Found) -> &mut Found {
    match whole {
        Some(whole) => {
            whole.matches.extend(found.matches);
            whole.total = whole.total.zip(found.total).map(|(one, other)| one + other);
            whole
        }
        None => whole.insert(found),
    }
}

fn add_pass(pass: &mut Pass, one: Pass) {
    pass.count += one.count;
    pass.persons.extend(one.persons);
    pass.categories.extend(one.categories);
    if pass.consent.is_none() && one.ground != Ground::None {
        (pass.ground, pass.consent) = (one.ground, one.consent);
    }
}
