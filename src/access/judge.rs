//! May this caller have this record? The one place where the engine is asked about a record.

use std::collections::HashMap;
use std::sync::Arc;

use moka::sync::Cache;
use spil_consent::{Category, Decision, Directive, Ground, Item, Labels, Request, decide, permits};
use spil_fhir_profiles::category::{CONSENT, GENERAL};
use spil_fhir_profiles::definition::definitions;

use crate::app::App;
use crate::ctx::{Actor, OrganisationActor};
use crate::error::Error;
use crate::store::Record;

use super::visibility::View;
use super::{Access, Directory, Org, Pass, rules, types};

/// Persons whose consents are read with one statement.
const MOST_READ: usize = 1_000;

/// What persons have laid down, compiled; by person and state of their permissions, so that an old state is never used.
pub struct Policies(Cache<(i64, i64), Arc<Vec<Directive>>>);

impl Default for Policies {
    fn default() -> Self {
        Self(Cache::new(100_000))
    }
}

/// A verdict on one record.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Whether the caller may have it.
    pub permit: bool,
    /// On what ground.
    pub ground: Ground,
    /// The consent that decided, as `id/version`.
    pub consent: Option<String>,
}

impl Verdict {
    fn plain(permit: bool, ground: Ground) -> Self {
        Self { permit, ground: if permit { ground } else { Ground::None }, consent: None }
    }

    fn of(decision: &Decision) -> Self {
        let consent = decision.reasons.iter().find_map(spil_consent::Reason::consent);
        Self {
            permit: decision.permit,
            ground: decision.ground,
            consent: consent.map(|(id, version)| format!("{id}/{version}")),
        }
    }
}

/// What a person has laid down, when the person's permissions are in state `policy`; reads it when not held yet.
///
/// # Errors
/// When the database fails.
pub async fn directives(
    app: &App,
    directory: &Directory,
    person: i64,
    policy: i64,
) -> Result<(i64, Arc<Vec<Directive>>), Error> {
    let found = directives_of(app, directory, &[(person, policy)]).await?;
    Ok(found.into_values().next().unwrap_or_default())
}

/// The same for many persons, each with the state of the permissions: what is not held yet is read together.
///
/// # Errors
/// When the database fails.
pub async fn directives_of(
    app: &App,
    directory: &Directory,
    persons: &[(i64, i64)],
) -> Result<HashMap<i64, (i64, Arc<Vec<Directive>>)>, Error> {
    let mut found = HashMap::with_capacity(persons.len());
    let mut missing = Vec::new();
    for (person, policy) in persons {
        match app.policies.0.get(&(*person, *policy)) {
            Some(held) => drop(found.insert(*person, (*policy, held))),
            None => missing.push(*person),
        }
    }
    let consent_type = definitions().type_number("Consent").unwrap_or(u16::MAX);
    for some in missing.chunks(MOST_READ) {
        let mut read = app.store.consents(some.to_vec(), consent_type, CONSENT).await?;
        for person in some {
            let (policy, stored) = read.remove(person).unwrap_or_default();
            let compiled: Vec<Directive> =
                stored.iter().filter_map(|consent| rules::compile(consent, directory)).collect();
            let compiled = Arc::new(compiled);
            app.policies.0.insert((*person, policy), Arc::clone(&compiled));
            found.insert(*person, (policy, compiled));
        }
    }
    Ok(found)
}

/// The engine's request of an organisation.
pub fn request<'a>(actor: &'a OrganisationActor, purpose: &'a str, (earliest, now): (i64, i64)) -> Request<'a> {
    Request {
        organisation: actor.org,
        kind: &actor.kind,
        person: actor.subject.as_ref().and_then(|subject| subject.id.as_deref()),
        purpose,
        now,
        earliest,
    }
}

/// The engine's request of an organisation as such: nobody in particular asks for it.
pub fn request_of<'a>(org: &'a Org, purpose: &'a str, (earliest, now): (i64, i64)) -> Request<'a> {
    Request { organisation: org.org, kind: &org.kind, person: None, purpose, now, earliest }
}

/// The engine's view of a record.
pub fn item<'a>(record: &'a Record, directory: &'a Directory) -> Item<'a> {
    Item {
        holder: record.source,
        holder_kind: directory.kind(record.source),
        // An unknown number is treated as what nobody but the patient may see.
        category: Category::from_number(record.category).unwrap_or(Category::Consent),
        labels: Labels(record.labels),
        class: types::name(record.rtype),
        id: &record.id,
        period: record.period,
        in_handoff: record.in_handoff,
    }
}

/// What a caller is told of a record.
enum Answer<'a> {
    /// Without a rule of the patient.
    Settled(Verdict),
    /// What the patient laid down for this organisation.
    AsThePatientSays(&'a OrganisationActor),
}

/// Who sees what without being permitted: the hub all, a patient the own record, an organisation what it wrote, and everybody
/// what is nobody's. What names several persons, or somebody unknown, is its writer's alone.
fn answer<'a>(actor: &'a Actor, record: &Record) -> Answer<'a> {
    let public = record.person == 0 && record.category == GENERAL;
    Answer::Settled(match actor {
        Actor::Hub => Verdict::plain(true, Ground::Own),
        Actor::Patient(_) if public => Verdict::plain(true, Ground::Directory),
        Actor::Patient(actor) => Verdict::plain(actor.person > 0 && record.person == actor.person, Ground::Own),
        Actor::Organisation(actor) if record.source == actor.org => Verdict::plain(true, Ground::Own),
        // What a sender says without a name, to whom it says it.
        Actor::Organisation(_) if record.person == 0 && record.in_handoff => Verdict::plain(true, Ground::Handoff),
        Actor::Organisation(_) if record.person <= 0 => Verdict::plain(public, Ground::Directory),
        Actor::Organisation(actor) => return Answer::AsThePatientSays(actor),
    })
}

impl Access {
    /// The moment of the request: the earliest that it can be, and what the clock says.
    pub(super) fn moment(&self) -> (i64, i64) {
        (self.app.clock.earliest().min(self.ctx.now), self.ctx.now)
    }

    /// Whether a person lets an organisation have a record of theirs for treatment, as it stands now.
    pub(super) async fn open_to(&self, org: &Org, record: &Record) -> Result<bool, Error> {
        let directory = self.directory().await?;
        let (_, directives) = directives(&self.app, &directory, record.person, record.policy).await?;
        let request = request_of(org, "TREAT", self.moment());
        Ok(permits(&request, &directives, &item(record, &directory)))
    }

    /// Judges a record as it is stored now.
    pub(super) async fn judge(&self, record: &Record) -> Result<Verdict, Error> {
        let actor = match answer(&self.ctx.actor, record) {
            Answer::Settled(verdict) => return Ok(verdict),
            Answer::AsThePatientSays(actor) => actor,
        };
        let directory = self.directory().await?;
        let (_, directives) = directives(&self.app, &directory, record.person, record.policy).await?;
        let request = request(actor, &self.ctx.purpose, self.moment());
        Ok(Verdict::of(&decide(&request, &directives, &item(record, &directory))))
    }

    /// Notes on what ground a list was released, and by which consent: the first that a permission opened tells it.
    pub(super) fn ground<'r>(
        &self,
        pass: &mut Pass,
        records: impl IntoIterator<Item = &'r Record>,
        view: &View,
        directory: &Directory,
    ) {
        for record in records {
            match answer(&self.ctx.actor, record) {
                Answer::Settled(verdict) if pass.ground != Ground::Own => pass.ground = verdict.ground,
                Answer::Settled(_) => {}
                Answer::AsThePatientSays(actor) => {
                    let Some((_, directives)) = view.rules.get(&record.person) else { continue };
                    let request = request(actor, &self.ctx.purpose, self.moment());
                    let verdict = Verdict::of(&decide(&request, directives, &item(record, directory)));
                    (pass.ground, pass.consent) = (verdict.ground, verdict.consent);
                    return;
                }
            }
        }
    }

    /// Judges a row of a search on its way out: cheap, and only yes or no.
    pub(super) fn confirms(&self, record: &Record, directory: &Directory, directives: Option<&[Directive]>) -> bool {
        match answer(&self.ctx.actor, record) {
            Answer::Settled(verdict) => verdict.permit,
            Answer::AsThePatientSays(actor) => directives.is_some_and(|directives| {
                permits(&request(actor, &self.ctx.purpose, self.moment()), directives, &item(record, directory))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use spil_consent::{HUB, PATIENT, Say};

    use super::*;

    const ANNA: i64 = 7;
    const HOSPITAL: i64 = 10;
    const PROBLEMS: u8 = 3;

    fn patient(person: i64) -> Actor {
        let [patient_id, subject, name] = std::array::from_fn(|_| String::new());
        let (relation, say, client_id) = (None, Say::Alone, None);
        Actor::Patient(crate::ctx::PatientActor { person, patient_id, subject, name, relation, say, client_id })
    }

    fn organisation(org: i64) -> Actor {
        let [id, kind, name, ura, client_id] = std::array::from_fn(|_| String::new());
        Actor::Organisation(OrganisationActor { org, id, kind, name, ura, client_id, subject: None })
    }

    fn record(source: i64, person: i64, category: u8) -> Record {
        let (id, body) = (String::new(), Vec::new());
        let (rid, rtype, version, updated, policy) = (1, 1, 1, 0, 0);
        let (deleted, labels, period, in_handoff) = (false, 0, None, false);
        Record {
            rid,
            rtype,
            id,
            version,
            updated,
            deleted,
            person,
            category,
            labels,
            source,
            period,
            body,
            in_handoff,
            policy,
        }
    }

    #[test]
    fn without_a_permission_each_sees_the_own_and_what_is_nobodys() {
        let (own, directory, none) = (Some(Ground::Own), Some(Ground::Directory), Some(Ground::None));
        // Of: a definition; the same of a person; somebody's data without a person; of two persons; of Anna.
        for (actor, expected) in [
            (Actor::Hub, [own, own, own, own, own]),
            (patient(ANNA), [directory, own, none, none, own]),
            (patient(8), [directory, none, none, none, none]),
            (patient(0), [directory, none, none, none, none]),
            (patient(-1), [directory, none, none, none, none]),
            (organisation(HOSPITAL), [own, own, own, own, own]),
            (organisation(11), [directory, None, none, none, None]),
        ] {
            let kinds = [(0, GENERAL), (ANNA, GENERAL), (0, PROBLEMS), (-1, PROBLEMS), (ANNA, PROBLEMS)];
            let found = kinds.map(|(person, category)| match answer(&actor, &record(HOSPITAL, person, category)) {
                Answer::Settled(verdict) => {
                    assert_eq!(verdict.permit, verdict.ground != Ground::None);
                    assert_eq!(verdict.consent, None);
                    Some(verdict.ground)
                }
                Answer::AsThePatientSays(_) => None,
            });
            assert_eq!(found, expected, "{actor:?}");
        }
        for source in [HUB, PATIENT] {
            let of_anna = record(source, ANNA, PROBLEMS);
            assert!(matches!(answer(&organisation(11), &of_anna), Answer::AsThePatientSays(_)), "nobody owns {source}");
        }
    }
}
