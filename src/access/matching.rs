//! Who is this? Candidates come of narrow searches in which the caller's view is part of the statement, and are then
//! compared detail by detail (<https://hl7.org/fhir/R4/patient-operation-match.html>).

mod identity;
mod likeness;

use std::collections::HashSet;

use serde_json::Value;
use spil_consent::Ground;
use spil_fhir_profiles::index::normalize;
use spil_fhir_profiles::parameters::parameters;
use spil_fhir_profiles::time::parse_range;

use crate::error::Error;
use crate::search::{DateTest, Filter, Prefix, Query, StringMatch, SystemTest, Test, TokenTest};
use crate::store::Record;

use identity::Identity;
use likeness::compare;

pub use likeness::Grade;

use super::{Access, Pass, Released, Stored, Verb, types};

/// Most candidates of one search. More is no search for one person.
const CANDIDATES: u32 = 500;
/// Most answers.
const MOST: usize = 100;

/// One answer.
#[derive(Debug, Clone)]
pub struct Likely {
    /// The `Patient`.
    pub stored: Stored,
    /// The likeness in hundredths.
    pub score: u32,
    /// What it comes down to.
    pub grade: Grade,
}

impl Access {
    /// Whom the details of a `Patient` fit, best first, among those that the caller may see.
    ///
    /// # Errors
    /// 400 when there is too little to go by or far too many fit, 403 when the token does not allow searching patients.
    pub async fn match_patient(
        &self,
        details: &Value,
        only_certain: bool,
        count: Option<usize>,
    ) -> Result<Released<Vec<Likely>>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some("Patient/$match".to_owned());
        self.require("Patient", 's', &pass).await?;
        let asked = Identity::of(details);
        let searches = searches(&asked)?;
        if searches.is_empty() {
            let text = "too little to go by: give an identifier, a birth date, or a family name with a given name or \
                        a postal code";
            return Err(Error::bad_request("required", text).at("resource"));
        }
        let mut found: Vec<(Record, u32, Grade)> = Vec::new();
        let mut seen = HashSet::new();
        for mut query in searches {
            self.bind(&mut query).await?;
            let candidates = self.settled(&query).await?;
            if candidates.len() > usize::try_from(CANDIDATES).unwrap_or(usize::MAX) {
                return Err(Error::bad_request("too-costly", "these details fit too many: give more").at("resource"));
            }
            for record in candidates.into_iter().filter(|record| seen.insert(record.rid)) {
                let body: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
                if let Some((score, grade)) = compare(&asked, &Identity::of(&body)) {
                    found.push((record, score, grade));
                }
            }
        }
        if only_certain {
            keep_certain(&mut found);
        }
        found.sort_by_key(|(record, score, _)| (std::cmp::Reverse(*score), std::cmp::Reverse(record.rid)));
        found.truncate(count.unwrap_or(MOST).min(MOST));
        self.note_matches(&mut pass, &found).await?;
        self.record(&pass).await?;
        let (records, grades): (Vec<_>, Vec<_>) =
            found.into_iter().map(|(record, score, grade)| (record, (score, grade))).unzip();
        let likely = self.give(records).await?.into_iter().zip(grades);
        Ok(Released(likely.map(|(stored, (score, grade))| Likely { stored, score, grade }).collect()))
    }

    async fn note_matches(&self, pass: &mut Pass, found: &[(Record, u32, Grade)]) -> Result<(), Error> {
        pass.count = found.len();
        pass.persons = found.iter().map(|(record, ..)| record.person).collect();
        pass.categories = found.iter().map(|(record, ..)| record.category).collect();
        pass.ground = if found.is_empty() { Ground::None } else { Ground::Own };
        // The first that is another's tells on what ground.
        if let Some((record, ..)) =
            found.iter().find(|(record, ..)| self.ctx.org().is_some_and(|org| org != record.source))
        {
            let verdict = self.judge(record).await?;
            pass.ground = verdict.ground;
            pass.consent = verdict.consent;
        }
        Ok(())
    }
}

/// Only who is certain; nobody when that is more than one person.
fn keep_certain(found: &mut Vec<(Record, u32, Grade)>) {
    found.retain(|(.., grade)| *grade == Grade::Certain);
    // Somebody without a number is a person of its own.
    let persons: HashSet<(i64, i64)> =
        found.iter().map(|(record, ..)| (record.person, if record.person > 0 { 0 } else { record.rid })).collect();
    if persons.len() > 1 {
        found.clear();
    }
}

/// The searches that together find whoever could be meant.
fn searches(asked: &Identity) -> Result<Vec<Query>, Error> {
    let patient = types::number("Patient")?;
    let query = |filters: Vec<Filter>| Query { filters, ..Query::new(patient, CANDIDATES) };
    let mut searches = Vec::new();
    let bsns = asked.bsns.iter().map(|value| (spil_fhir_profiles::bsn::SYSTEM, value.as_str()));
    let numbers = asked.numbers.iter().map(|(system, value)| (system.as_str(), value.as_str()));
    for (system, value) in bsns.chain(numbers).take(20) {
        let test = TokenTest { system: SystemTest::Is(system.to_owned()), code: Some(value.to_owned()) };
        searches.push(query(vec![filter("identifier", Test::Token(vec![test]))]));
    }
    let days: Vec<DateTest> = asked.birth.as_deref().map(birthdays).unwrap_or_default();
    let whole = asked.birth.as_ref().is_some_and(|birth| birth.len() == 10);
    let family = filter("family", Test::String(StringMatch::Starts, asked.written.clone()));
    if whole {
        searches.push(query(vec![filter("birthdate", Test::Date(days))]));
    }
    if asked.written.is_empty() {
        return Ok(searches);
    }
    if let Some(year) = asked.birth.as_deref().and_then(|birth| parse_range(birth.get(..4)?)) {
        let year = DateTest { prefix: Prefix::Equal, low: year.0, high: year.1 };
        searches.push(query(vec![family.clone(), filter("birthdate", Test::Date(vec![year]))]));
    }
    let given: Vec<String> = asked.given.iter().map(|given| normalize(given)).collect();
    if !given.is_empty() {
        searches.push(query(vec![family.clone(), filter("given", Test::String(StringMatch::Starts, given))]));
    }
    let codes: Vec<String> = asked.homes.iter().flat_map(|(code, _)| spellings(code)).collect();
    if !codes.is_empty() {
        searches.push(query(vec![family, filter("address-postalcode", Test::String(StringMatch::Starts, codes))]));
    }
    Ok(searches)
}

fn filter(code: &str, test: Test) -> Filter {
    match parameters().get("Patient", code) {
        Some(param) => Filter::Value { param: param.number, test },
        None => Filter::Nothing,
    }
}

/// The day, and the day with day and month the wrong way round.
fn birthdays(birth: &str) -> Vec<DateTest> {
    let mut parts = birth.split('-');
    let turned = match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{day}-{month}"),
        _ => String::new(),
    };
    let ranges = [birth, turned.as_str()].into_iter().filter_map(parse_range);
    ranges.map(|(low, high)| DateTest { prefix: Prefix::Equal, low, high }).collect()
}

/// A Dutch postal code with and without a space.
fn spellings(code: &str) -> Vec<String> {
    let normal = normalize(code);
    match code.char_indices().nth(4) {
        Some((at, _)) => vec![normal, normalize(&format!("{} {}", &code[..at], &code[at..]))],
        None => vec![normal],
    }
}
