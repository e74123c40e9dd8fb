//! History: of a resource, of a type, of everything (<https://hl7.org/fhir/R4/http.html#history>). Each version is judged
//! as the resource is now and as it was then.

use spil_consent::Ground;

use crate::ctx::Actor;
use crate::error::Error;
use crate::search::{HistoryQuery, Place};
use crate::store::Record;
use crate::store::sql::search::{self as sql, Drive, VersionRow, Within};

use super::search::{is_public, problems};
use super::visibility::View;
use super::{Access, Pass, Released, Stored, Verb, types};

/// How often it is done again because permissions changed under it.
const TRIES: usize = 4;
/// A type with at most so many resources is gone through by resource, not from the newest version on.
const FEW: i64 = 2_000;

/// One version in a history.
#[derive(Debug, Clone)]
pub struct Version {
    /// The version; its body is empty for a deletion.
    pub stored: Stored,
    /// The HTTP method that made it.
    pub method: &'static str,
}

/// What a history is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryOf<'a> {
    /// Everything.
    System,
    /// The resources of a type.
    Type(&'a str),
    /// One resource, by type and id.
    Instance(&'a str, &'a str),
}

/// One page of a history, newest first.
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// The versions.
    pub versions: Vec<Version>,
    /// Their number on all pages, if asked.
    pub total: Option<i64>,
    /// The sealed link to the next page.
    pub next: Option<String>,
}

impl HistoryOf<'_> {
    /// The address below the base.
    pub fn address(self) -> String {
        match self {
            Self::System => "_history".to_owned(),
            Self::Type(rtype) => format!("{rtype}/_history"),
            Self::Instance(rtype, id) => format!("{rtype}/{id}/_history"),
        }
    }

    fn verb(self) -> Verb {
        match self {
            Self::System => Verb::HistorySystem,
            Self::Type(_) => Verb::HistoryType,
            Self::Instance(..) => Verb::History,
        }
    }
}

impl Access {
    /// All versions of a resource that the caller may see, newest first.
    ///
    /// # Errors
    /// 404 when the resource is absent or hidden.
    pub async fn history(&self, rtype: &str, id: &str) -> Result<Released<Vec<Version>>, Error> {
        let mut all = Vec::new();
        let mut pairs = vec![("_count".to_owned(), "1000".to_owned())];
        loop {
            let page = self.history_page(HistoryOf::Instance(rtype, id), &pairs).await?.into_inner();
            all.extend(page.versions);
            match page.next {
                Some(next) => pairs = vec![("_page".to_owned(), next)],
                None => return Ok(Released(all)),
            }
        }
    }

    /// One page of a history, from decoded pairs or continued with `_page`.
    ///
    /// # Errors
    /// 404 when the resource is absent or hidden, 400 with every fault of the query, 403 when the token does not allow it.
    pub async fn history_page(
        &self,
        of: HistoryOf<'_>,
        pairs: &[(String, String)],
    ) -> Result<Released<HistoryPage>, Error> {
        let address = of.address();
        let mut pass = Pass::new(of.verb(), None);
        let within = self.within(of, &mut pass).await?;
        let (query, pairs) = self.history_query(&address, pairs)?;
        for _ in 0..TRIES {
            let view = self.view(pass.persons.first().copied().filter(|person| *person > 0)).await?;
            let Some((rows, total, next)) = self.version_rows(&query, &within, &view).await? else { continue };
            let directory = self.directory().await?;
            pass.count = rows.len();
            pass.persons.extend(rows.iter().map(|row| row.now.person));
            pass.categories = rows.iter().map(|row| row.then.category).collect();
            if pass.ground == Ground::None {
                self.ground(&mut pass, rows.iter().map(|row| &row.now), &view, &directory);
            }
            self.record(&pass).await?;
            let next = next.map(|place| self.seal_page(&address, pairs, place.encode())).transpose()?;
            let mut versions: Vec<Version> = rows.into_iter().map(|row| version(row, &directory)).collect();
            self.hush(versions.iter_mut().map(|version| &mut version.stored)).await?;
            return Ok(Released(HistoryPage { versions, total, next }));
        }
        Err(Error::conflict("permissions kept changing while the history was read; try again"))
    }

    /// Reads the query; a page link brings its own.
    fn history_query(
        &self,
        address: &str,
        pairs: &[(String, String)],
    ) -> Result<(HistoryQuery, Vec<(String, String)>), Error> {
        let Some((_, sealed)) = pairs.iter().find(|(name, _)| name == "_page") else {
            return Ok((HistoryQuery::read(pairs).map_err(problems)?, pairs.to_vec()));
        };
        let link = self.open_page(address, sealed)?;
        let mut query = HistoryQuery::read(&link.pairs).map_err(problems)?;
        query.after = Place::decode(&link.after);
        if query.after.is_none() {
            return Err(Error::bad_request("value", "this page link is not valid here").at("_page"));
        }
        Ok((query, link.pairs))
    }

    /// Checks that the caller may ask for this history at all, and completes the record of the pass.
    async fn within(&self, of: HistoryOf<'_>, pass: &mut Pass) -> Result<Within, Error> {
        let address = of.address();
        match of {
            HistoryOf::Instance(rtype, id) => {
                pass.target = Some(format!("{rtype}/{id}"));
                let number = types::number(rtype)?;
                self.require(rtype, 'r', pass).await?;
                let current = self.app.store.current(number, id, self.asker()).await?;
                let Some(current) = current else {
                    return Err(self.absent(pass.clone()).await?);
                };
                pass.persons = vec![current.person];
                let verdict = self.judge(&current).await?;
                if !verdict.permit {
                    self.record(&pass.clone().refuse("no permission")).await?;
                    return Err(Error::not_found());
                }
                pass.ground = verdict.ground;
                pass.consent = verdict.consent;
                Ok(Within::Row(current.rid))
            }
            HistoryOf::Type("AuditEvent") => {
                Err(Error::bad_request("not-supported", "an audit record is never changed: it has no history"))
            }
            HistoryOf::Type(rtype) => {
                pass.query = Some(address);
                let number = types::number(rtype)?;
                self.require(rtype, 's', pass).await?;
                self.refuse_history_at_large(pass).await?;
                Ok(Within::Types(vec![number]))
            }
            HistoryOf::System => {
                pass.query = Some(address);
                self.refuse_history_at_large(pass).await?;
                let all = spil_fhir_profiles::definition::resource_types();
                let allowed: Vec<u16> = all
                    .iter()
                    .filter(|rtype| self.ctx.allows(rtype, 's'))
                    .filter_map(|rtype| types::number(rtype).ok())
                    .collect();
                match allowed.len() {
                    0 => {
                        self.record(&pass.clone().refuse("scope")).await?;
                        Err(Error::forbidden("the token does not allow this interaction on any type"))
                    }
                    number if number == all.len() => Ok(Within::All),
                    _ => Ok(Within::Types(allowed)),
                }
            }
        }
    }

    /// Emergency access is for one patient who is named.
    async fn refuse_history_at_large(&self, pass: &Pass) -> Result<(), Error> {
        if !self.ctx.is_emergency() {
            return Ok(());
        }
        self.record(&pass.clone().refuse("emergency at large")).await?;
        Err(Error::forbidden("emergency access is for one patient: read the history of one resource"))
    }

    /// The rows of a page; none when the permissions of a person moved while it was read.
    async fn version_rows(
        &self,
        query: &HistoryQuery,
        within: &Within,
        view: &View,
    ) -> Result<Option<(Vec<VersionRow>, Option<i64>, Option<Place>)>, Error> {
        let (dialect, drive) = (self.app.store.dialect(), self.drive(within).await?);
        let visibility = &view.visibility;
        let count_it = query.total || query.count == 0 || matches!(within, Within::Row(_));
        let total = if count_it {
            let statement = sql::version_total(dialect, query, within, &drive, visibility);
            let rows = self.app.store.rows(&statement.text, statement.args).await?;
            Some(rows.first().map_or(0, |row| row.int(0)))
        } else {
            None
        };
        if query.count == 0 {
            return Ok(Some((Vec::new(), total, None)));
        }
        let statement = sql::versions(dialect, query, within, &drive, visibility);
        let mut rows = self.app.store.rows(&statement.text, statement.args).await?;
        let is_more = rows.len() > usize::try_from(query.count).unwrap_or(usize::MAX);
        if is_more {
            rows.pop();
        }
        let rows: Vec<VersionRow> = rows.iter_mut().map(VersionRow::from_row).collect();
        let next = rows.last().filter(|_| is_more).map(VersionRow::place);
        let directory = self.directory().await?;
        let mut seen = Vec::with_capacity(rows.len());
        for row in rows {
            let sides = [&row.now, &row.then];
            if sides.iter().any(|record| self.has_moved(record, view)) {
                return Ok(None);
            }
            let permits = |record: &Record| {
                let rules = view.rules.get(&record.person).map(|(_, directives)| directives.as_slice());
                self.confirms(record, &directory, rules)
            };
            if sides.into_iter().all(permits) {
                seen.push(row);
            } else {
                tracing::error!(rid = row.now.rid, "a version passed the condition and not the engine");
            }
        }
        Ok(Some((seen, total, next)))
    }

    /// Whether the permissions of a record's person are no longer those that the view was made of.
    fn has_moved(&self, record: &Record, view: &View) -> bool {
        let own = self.ctx.org().is_some_and(|org| org == record.source);
        view.rules.get(&record.person).is_some_and(|(policy, _)| *policy != record.policy && !own)
    }

    /// How the versions are best found.
    async fn drive(&self, within: &Within) -> Result<Drive, Error> {
        if let (Actor::Patient(actor), Within::All | Within::Types(_)) = (&self.ctx.actor, within) {
            let of_all = match within {
                Within::Types(types) => types.iter().any(|rtype| is_public(*rtype)),
                _ => true,
            };
            return Ok(Drive::Persons(if of_all { vec![0, actor.person] } else { vec![actor.person] }));
        }
        match within {
            Within::Types(types) if types.len() == 1 && self.app.store.is_rare(types[0], FEW).await? => {
                Ok(Drive::Types)
            }
            _ => Ok(Drive::Newest),
        }
    }
}

fn version(row: VersionRow, directory: &super::Directory) -> Version {
    let method = match row.method {
        0 => "POST",
        2 => "DELETE",
        3 => "PATCH",
        _ => "PUT",
    };
    Version { stored: Stored::new(row.then, directory), method }
}
