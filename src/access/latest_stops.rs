//! The latest stop of each treatment with a medicine, beside what runs
//! (<http://nictiz.nl/fhir/OperationDefinition/mp-latest-stops>).
//!
//! What is the latest is found among what the caller may see, like everything else.

use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::medication::Block;
use spil_fhir_profiles::parameters::ParamKind;

use crate::ctx::Actor;
use crate::error::Error;
use crate::search::{DateTest, Filter, Options, Prefix, Query, Test};
use crate::store::Record;

use super::collect::references;
use super::search::problems;
use super::{Access, Found, Pass, Released, Stored, Verb};

/// Most blocks of one type in an answer.
const MOST: u32 = 1_000;
/// How often it is done again because permissions changed under it.
const TRIES: usize = 4;
/// The kinds of blocks that a treatment is agreed with.
const KINDS: [Block; 3] = [Block::Agreement, Block::Schedule, Block::Administration];

/// What is asked. Identifiers are `system|value`, codes `system|code`, with the system where it is known.
#[derive(Debug, Clone, Default)]
pub struct StopsAsked {
    /// The type that the operation is called on; none for all.
    pub rtype: Option<&'static str>,
    /// Whose treatments.
    pub patient: Option<(String, String)>,
    /// One kind of block only.
    pub category: Vec<(String, String)>,
    /// These treatments only.
    pub treatments: Vec<(String, String)>,
    /// Whether what the answer was found among is asked too.
    pub details: bool,
}

/// What runs and what was stopped last, and what that was found among.
#[derive(Debug, Clone)]
pub struct Stops {
    /// The blocks that run or are the latest stop of their kind in their treatment.
    pub blocks: Vec<Stored>,
    /// The other blocks of these kinds, and the products.
    pub details: Vec<Stored>,
}

impl StopsAsked {
    /// The address below the base.
    fn path(&self) -> String {
        self.rtype.map_or_else(|| "$latest-stops".to_owned(), |rtype| format!("{rtype}/$latest-stops"))
    }

    /// The kinds of blocks that are looked at, by type.
    fn kinds(&self) -> Result<Vec<(&'static str, Vec<&'static str>)>, Error> {
        let named = |code: &str| {
            self.category.is_empty()
                || self
                    .category
                    .iter()
                    .any(|(system, own)| own == code && ["", "http://snomed.info/sct"].contains(&system.as_str()))
        };
        let mut kinds: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
        for (rtype, code) in KINDS.map(Block::code) {
            if self.rtype.is_some_and(|only| only != rtype) || !named(code) {
                continue;
            }
            match kinds.iter_mut().find(|(known, _)| *known == rtype) {
                Some((_, codes)) => codes.push(code),
                None => kinds.push((rtype, vec![code])),
            }
        }
        if kinds.is_empty() {
            let text = "latest stops are of medication agreements (33633005), variable dosing regimens (395067002) and \
                        administration agreements (422037009), on the type that has them";
            return Err(Error::bad_request("value", text).at("category"));
        }
        Ok(kinds)
    }

    /// The query for the blocks of a type.
    fn pairs(&self, codes: &[&str]) -> Vec<(String, String)> {
        let token = |(system, value): &(String, String)| match system.as_str() {
            "" => escaped(value),
            system => format!("{}|{}", escaped(system), escaped(value)),
        };
        let codes: Vec<String> = codes.iter().map(|code| format!("http://snomed.info/sct|{code}")).collect();
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let mut pairs = vec![pair("category", codes.join(",")), pair("status:not", "entered-in-error".to_owned())];
        pairs.extend(self.patient.as_ref().map(|patient| pair("patient.identifier", token(patient))));
        if !self.treatments.is_empty() {
            let treatments: Vec<String> = self.treatments.iter().map(token).collect();
            pairs.push(pair("pharmaceutical-treatment-identifier", treatments.join(",")));
        }
        pairs
    }
}

/// A text as a part of a search value.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if ['\\', '|', ',', '$'].contains(&letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

impl Access {
    /// What runs and what was stopped last, for each treatment of one patient.
    ///
    /// # Errors
    /// 400 when it is not said whose treatments or which kind, 403 when the token does not allow a type.
    pub async fn latest_stops(&self, asked: &StopsAsked) -> Result<Released<Stops>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(asked.path());
        let kinds = asked.kinds()?;
        for (rtype, _) in &kinds {
            self.require(rtype, 's', &pass).await?;
        }
        if asked.patient.is_none() && !matches!(self.ctx.actor, Actor::Patient(_)) {
            return Err(Error::bad_request("required", "say whose treatments").at("patient"));
        }
        let mut queries = Vec::with_capacity(kinds.len());
        for (rtype, codes) in &kinds {
            queries.push(self.stops_query(rtype, &asked.pairs(codes)).await?);
        }
        for _ in 0..TRIES {
            let mut bound = queries.clone();
            for query in &mut bound {
                self.bind(query).await?;
                self.refuse_emergency_at_large(query)?;
            }
            let view = self.view(bound.first().and_then(|query| query.person)).await?;
            let Some(blocks) = self.stops_of(&bound, &view, true).await? else { continue };
            let mut details = Vec::new();
            if asked.details {
                let Some(all) = self.stops_of(&bound, &view, false).await? else { continue };
                let is_new = |record: &Record| blocks.iter().all(|block| block.rid != record.rid);
                details = all.into_iter().filter(is_new).collect();
                let known: Vec<Record> = blocks.iter().chain(&details).cloned().collect();
                let mut referred = self.neighbours(&known, references(&known)?).await?;
                referred.retain(|record| record.person == 0);
                details.extend(referred);
            }
            let matched: Vec<Record> = blocks.iter().chain(&details).cloned().collect();
            let mut first = bound.remove(0);
            first.also = bound;
            let (blocks, details) = (self.give(blocks).await?, self.give(details).await?);
            let found =
                Found { matches: blocks.clone(), included: details.clone(), total: None, query: first, next: None };
            self.note(&mut pass, &found, &matched, &view, &*self.directory().await?);
            self.record(&pass).await?;
            return Ok(Released(Stops { blocks, details }));
        }
        Err(Error::conflict("permissions kept changing while the search ran; try again"))
    }

    async fn stops_query(&self, rtype: &str, pairs: &[(String, String)]) -> Result<Query, Error> {
        let (base, set) = (self.app.config.fhir_base(), self.app.parameters.get());
        let options = Options {
            lenient: false,
            max_count: MOST,
            default_count: MOST,
            now: self.ctx.now,
            base_url: &base,
            parameters: &set.parameters,
        };
        let mut query = self.read_query(rtype, pairs, &options).await?.map_err(problems)?;
        query.rtype = type_number(rtype).unwrap_or(query.rtype);
        Ok(query)
    }

    /// The rows of the queries: of all blocks, or of those that run or are the latest stop.
    async fn stops_of(
        &self,
        queries: &[Query],
        view: &super::visibility::View,
        latest: bool,
    ) -> Result<Option<Vec<Record>>, Error> {
        let set = self.app.parameters.get();
        let mut records = Vec::new();
        for query in queries {
            let mut query = query.clone();
            if latest {
                let rtype = super::types::name(query.rtype);
                let both = set.parameters.get(rtype, "period-of-use").zip(set.parameters.get(rtype, "is-latest-stop"));
                let (used, stop) = both.ok_or_else(|| Error::internal("no parameter for stops"))?;
                let [treatment, agreed] = stop.components.as_slice() else {
                    return Err(Error::internal("a stop has two parts"));
                };
                let now = DateTest { prefix: Prefix::Greater, low: self.ctx.now, high: self.ctx.now };
                query.filters.push(Filter::Any(vec![
                    Filter::Value { param: used.number, test: Test::Date(vec![now]) },
                    Filter::Missing { param: used.number, kind: ParamKind::Date, missing: true },
                    Filter::LatestStop { treatment: treatment.number, agreed: agreed.number },
                ]));
            }
            let rows = self.page(&query, view).await?;
            if rows.len() > usize::try_from(MOST).unwrap_or(usize::MAX) {
                let text = format!("more than {MOST} building blocks: ask for one kind, or for some treatments");
                return Err(Error::bad_request("too-costly", text));
            }
            let Some(found) = self.confirm(rows, view).await? else { return Ok(None) };
            records.extend(found);
        }
        Ok(Some(records))
    }
}
