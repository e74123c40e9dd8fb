//! Everything that is kept of one person, as far as the caller may see it, page by page
//! (<https://hl7.org/fhir/R4/patient-operation-everything.html>).

use spil_fhir_profiles::definition::resource_types;
use spil_fhir_profiles::time::parse_range;

use crate::ctx::Actor;
use crate::error::Error;
use crate::store::Record;
use crate::store::sql::search::{Everything, everything};

use super::collect::references;
use super::judge::Verdict;
use super::{Access, Pass, Released, Stored, Verb, types};

/// Resources on a page when the caller names no number.
const DEFAULT_COUNT: u32 = 100;
/// Most resources on a page.
const MAX_COUNT: u32 = 1_000;

/// Whose or which everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The person of a `Patient`.
    Patient(String),
    /// The patient who asks.
    Own,
    /// What was recorded in one `Encounter`.
    Encounter(String),
}

impl About {
    /// The address of the operation below the base.
    pub fn path(&self) -> String {
        match self {
            Self::Patient(id) => format!("Patient/{id}/$everything"),
            Self::Own => "Patient/$everything".to_owned(),
            Self::Encounter(id) => format!("Encounter/{id}/$everything"),
        }
    }
}

/// One page of everything.
#[derive(Debug, Clone)]
pub struct EverythingPage {
    /// What is kept of the person; the resource that was named comes first on the first page.
    pub records: Vec<Stored>,
    /// What those refer to among nobody's data, such as `Practitioner`, `Organization`, `Medication`.
    pub referred: Vec<Stored>,
    /// The sealed link to the next page.
    pub next: Option<String>,
}

/// The parameters, read.
struct Asked {
    types: Option<Vec<&'static str>>,
    since: Option<i64>,
    start: Option<i64>,
    end: Option<i64>,
    count: u32,
    after: Option<(i64, i64)>,
    /// As they were given, for the link to the next page.
    pairs: Vec<(String, String)>,
}

impl Access {
    /// A page of everything; `_page` continues.
    ///
    /// # Errors
    /// 400 for parameters that are unknown or cannot be read, 404 when what was named is absent or hidden, 403 when the
    /// token does not allow a type that was named.
    pub async fn everything(
        &self,
        about: &About,
        pairs: &[(String, String)],
    ) -> Result<Released<EverythingPage>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(about.path());
        let asked = self.read_everything(about, pairs)?;
        let (rtype, id) = match about {
            About::Patient(id) => ("Patient", id.as_str()),
            About::Encounter(id) => ("Encounter", id.as_str()),
            About::Own => match &self.ctx.actor {
                Actor::Patient(actor) => ("Patient", actor.patient_id.as_str()),
                Actor::Organisation(_) | Actor::Hub => {
                    self.record(&pass.refuse("refused with 403")).await?;
                    return Err(Error::forbidden("without an id this is for a patient's own token: name the patient"));
                }
            },
        };
        self.require(rtype, 'r', &pass).await?;
        for wanted in asked.types.iter().flatten() {
            self.require(wanted, 'r', &pass).await?;
        }
        let named = self.app.store.current(types::number(rtype)?, id, self.asker()).await?;
        let Some(named) = named.filter(|named| !named.deleted) else {
            return Err(self.absent(pass).await?);
        };
        pass.persons = vec![named.person];
        let verdict = self.judge(&named).await?;
        if !verdict.permit {
            self.record(&pass.refuse("no permission")).await?;
            return Err(Error::not_found());
        }
        if named.person <= 0 {
            let text = "it is not clear whose record this is: it names several persons, or one who is not known here";
            self.record(&pass.refuse("refused with 422")).await?;
            return Err(Error::unprocessable("business-rule", text));
        }
        self.everything_of(about, &asked, named, verdict, pass).await
    }

    /// The page, once what was named has been judged.
    async fn everything_of(
        &self,
        about: &About,
        asked: &Asked,
        named: Record,
        verdict: Verdict,
        mut pass: Pass,
    ) -> Result<Released<EverythingPage>, Error> {
        let first = asked.after.is_none()
            && asked.since.is_none_or(|since| named.updated >= since)
            && asked.types.as_ref().is_none_or(|types| types.contains(&types::name(named.rtype)));
        let room = asked.count - u32::from(first);
        let statement = Everything {
            person: named.person,
            beside: named.rid,
            types: self.everything_types(asked),
            since: asked.since,
            start: asked.start,
            end: asked.end,
            encounter: matches!(about, About::Encounter(_)).then(|| named.id.clone()),
            after: asked.after,
            count: room,
        };
        let (mut records, more) = self.everything_rows(&statement).await?;
        let next = if more {
            let last = records.last().map(|record| (i64::from(record.rtype), record.rid));
            let (rtype, rid) = last.or(asked.after).unwrap_or((-1, 0));
            Some(self.seal_page(&about.path(), asked.pairs.clone(), format!("{rtype}.{rid}"))?)
        } else {
            None
        };
        if first {
            records.insert(0, named.clone());
        }
        let referred = self.everything_referred(about, asked, &named, &records).await?;
        pass.count = records.len() + referred.len();
        pass.categories = records.iter().chain(&referred).map(|record| record.category).collect();
        pass.ground = verdict.ground;
        pass.consent = verdict.consent;
        self.record(&pass).await?;
        let (records, referred) = (self.give(records).await?, self.give(referred).await?);
        Ok(Released(EverythingPage { records, referred, next }))
    }

    /// The rows of a page and whether there are more, once the permissions stood still while they were read.
    async fn everything_rows(&self, asked: &Everything) -> Result<(Vec<Record>, bool), Error> {
        let most = usize::try_from(asked.count).unwrap_or(usize::MAX);
        for _ in 0..4 {
            let view = self.view(Some(asked.person)).await?;
            let statement = everything(self.app.store.dialect(), asked, &view.visibility);
            let mut rows = self.app.store.rows(&statement.text, statement.args).await?;
            let more = rows.len() > most;
            rows.truncate(most);
            if let Some(records) = self.confirm(rows, &view).await? {
                return Ok((records, more));
            }
        }
        Err(Error::conflict("permissions kept changing; try again"))
    }

    /// What the records of a page refer to and is nobody's; of an `Encounter` also its patient.
    async fn everything_referred(
        &self,
        about: &About,
        asked: &Asked,
        named: &Record,
        records: &[Record],
    ) -> Result<Vec<Record>, Error> {
        let mut found = self.neighbours(records, references(records)?).await?;
        let patient = types::number("Patient")?;
        let of_encounter = matches!(about, About::Encounter(_));
        found.retain(|record| {
            let belongs =
                record.person == 0 || (of_encounter && record.rtype == patient && record.person == named.person);
            let wanted = asked.types.as_ref().is_none_or(|types| types.contains(&types::name(record.rtype)));
            belongs && wanted
        });
        Ok(found)
    }

    /// The numbers of the types that were asked and that the token allows; none for all.
    fn everything_types(&self, asked: &Asked) -> Option<Vec<i64>> {
        let all = resource_types();
        let wanted: Vec<&str> = match &asked.types {
            Some(types) => types.clone(),
            None => all.iter().copied().filter(|rtype| self.ctx.allows(rtype, 'r')).collect(),
        };
        let numbers = || wanted.iter().filter_map(|rtype| types::number(rtype).ok()).map(i64::from).collect();
        (wanted.len() < all.len()).then(numbers)
    }

    fn read_everything(&self, about: &About, pairs: &[(String, String)]) -> Result<Asked, Error> {
        let Some((_, sealed)) = pairs.iter().find(|(name, _)| name == "_page") else {
            return read(about, pairs);
        };
        if pairs.len() > 1 {
            return Err(Error::bad_request("value", "a page link has no other parameters").at("_page"));
        }
        let link = self.open_page(&about.path(), sealed)?;
        let mut asked = read(about, &link.pairs)?;
        let after = link.after.split_once('.').and_then(|(rtype, rid)| Some((rtype.parse().ok()?, rid.parse().ok()?)));
        asked.after = Some(after.ok_or_else(|| Error::bad_request("value", "this page link is not valid here"))?);
        Ok(asked)
    }
}

/// Reads the parameters. What is given twice is refused, but for `_type`.
fn read(about: &About, pairs: &[(String, String)]) -> Result<Asked, Error> {
    let pairs_kept = pairs.to_vec();
    let mut asked = Asked {
        types: None,
        since: None,
        start: None,
        end: None,
        count: DEFAULT_COUNT,
        after: None,
        pairs: pairs_kept,
    };
    for (at, (name, value)) in pairs.iter().enumerate() {
        let again = name != "_type" && pairs[..at].iter().any(|(other, _)| other == name);
        if again {
            return Err(Error::bad_request("value", "this parameter is given more than once").at(name));
        }
        let encounter = matches!(about, About::Encounter(_));
        match name.as_str() {
            "_since" => asked.since = Some(moment(name, value)?.0),
            "start" if !encounter => asked.start = Some(moment(name, value)?.0),
            "end" if !encounter => asked.end = Some(moment(name, value)?.1),
            "_count" => {
                let count: Option<u32> = value.parse().ok().filter(|count| *count > 0);
                let count =
                    count.ok_or_else(|| Error::bad_request("value", "not a whole number from 1 on").at(name))?;
                asked.count = count.min(MAX_COUNT);
            }
            "_type" => {
                for word in value.split(',') {
                    let number = types::number(word);
                    let number = number.map_err(|_| Error::bad_request("value", "no such resource type").at(name))?;
                    asked.types.get_or_insert_default().push(types::name(number));
                }
            }
            _ => return Err(Error::bad_request("not-supported", "this parameter is not known here").at(name)),
        }
    }
    Ok(asked)
}

fn moment(name: &str, value: &str) -> Result<(i64, i64), Error> {
    parse_range(value).ok_or_else(|| Error::bad_request("value", "not a date or time").at(name))
}
