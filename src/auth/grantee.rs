//! Whose record somebody may use: their own, or that of whom they act for; asked again each time, never remembered.

use jiff::civil::Date;
use jiff::{Timestamp, Unit};
use serde::Deserialize;
use serde_json::Value;
use spil_consent::{Capacity, Represented, Say, Standing, acting, own};

use crate::app::App;
use crate::error::Error;
use crate::store::sql::auth::Representation;

/// Somebody who may use the record of a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grantee {
    /// Number of the person whose record it is.
    pub person: i64,
    /// Name of who uses it.
    pub name: String,
    /// When it is not their own record: the relation.
    pub relation: Option<String>,
    /// What they can bring into force.
    pub say: Say,
}

/// What counts of a `Patient`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Life {
    birth_date: Option<String>,
    deceased_boolean: Option<bool>,
    deceased_date_time: Option<Value>,
}

/// Whether the account of `subject` may use the record of `Patient` `patient_id` at `now`.
pub async fn find(app: &App, subject: &str, patient_id: &str, now: i64) -> Result<Option<Grantee>, Error> {
    let Some(account) = app.store.account_of(subject).await? else { return Ok(None) };
    let Some((person, represented)) = represented(app, patient_id, now).await? else { return Ok(None) };
    let (relation, say) = if account.patient.as_deref() == Some(patient_id) {
        (None, own(represented))
    } else {
        let all = app.store.representations(subject, now).await?;
        let Some(one) = all.into_iter().find(|one| one.patient == patient_id) else { return Ok(None) };
        if let Some(own) = &account.patient
            && represented_died(app, own, now).await?
        {
            return Ok(None);
        }
        let say = acting(standing(&one), represented, now);
        (Some(one.relation), say)
    };
    Ok(say.map(|say| Grantee { person, name: account.display, relation, say }))
}

/// The ground on which somebody is registered.
pub fn standing(one: &Representation) -> Standing {
    Standing { capacity: Capacity::of(&one.relation), until: one.until, agreed: one.agreed.is_some() }
}

/// The person of a `Patient`, with age and death.
pub async fn represented(app: &App, patient_id: &str, now: i64) -> Result<Option<(i64, Represented)>, Error> {
    let Some((person, body)) = app.store.patient(patient_id).await? else { return Ok(None) };
    let life: Life = serde_json::from_slice(&body).map_err(Error::internal)?;
    let died = life.deceased_boolean == Some(true) || life.deceased_date_time.is_some();
    let age = life.birth_date.as_deref().and_then(|birth| age(birth, now));
    Ok(Some((person, Represented { age, died })))
}

async fn represented_died(app: &App, patient_id: &str, now: i64) -> Result<bool, Error> {
    Ok(represented(app, patient_id, now).await?.is_some_and(|(_, own)| own.died))
}

/// Full years at `now` in the Netherlands. Of a date that names only a year or a month the first day counts: a parent acts too
/// short rather than too long.
fn age(birth_date: &str, now: i64) -> Option<u8> {
    let whole = match birth_date.len() {
        4 => format!("{birth_date}-01-01"),
        7 => format!("{birth_date}-01"),
        _ => birth_date.to_owned(),
    };
    let birth: Date = whole.parse().ok()?;
    let today = Timestamp::from_millisecond(now).ok()?.in_tz("Europe/Amsterdam").ok()?.date();
    if today < birth {
        return Some(0);
    }
    let years = birth.until((Unit::Year, today)).ok()?.get_years();
    Some(u8::try_from(years).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use spil_fhir_profiles::time::parse_range;

    fn at(moment: &str) -> i64 {
        parse_range(moment).expect("a moment").0
    }

    #[test]
    fn a_birthday_begins_at_midnight_in_the_netherlands() {
        for (birth, moment, years) in [
            ("2010-05-17", "2022-05-16T21:59:59Z", Some(11)),
            ("2010-05-17", "2022-05-16T22:00:00Z", Some(12)),
            ("2010-12-31", "2022-12-30T23:00:00Z", Some(12)),
            ("2008-02-29", "2024-02-28T22:59:59Z", Some(15)),
            ("2008-02-29", "2024-02-28T23:00:00Z", Some(16)),
            ("2010-05", "2022-05-01T12:00:00Z", Some(12)),
            ("2010", "2022-01-01T12:00:00Z", Some(12)),
            ("2030-01-01", "2022-01-01T12:00:00Z", Some(0)),
            ("1900-01-01", "2022-01-01T12:00:00Z", Some(122)),
            ("unknown", "2022-01-01T12:00:00Z", None),
        ] {
            assert_eq!(age(birth, at(moment)), years, "{birth} {moment}");
        }
    }
}
