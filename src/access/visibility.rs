//! What the caller may see, as the condition that goes into every relation of a search.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use spil_consent::{Directive, Request, Scope, scope};
use spil_fhir_profiles::category;
use spil_fhir_profiles::definition::definitions;

use crate::ctx::{Actor, OrganisationActor};
use crate::error::Error;
use crate::store::sql::search::Visibility;

use super::Access;
use super::judge::{directives_of, request};

/// A visibility with the rules that it was made of, to judge each row again on its way out.
pub struct View {
    /// For the statements.
    pub visibility: Visibility,
    /// The rules per person, with the state that they had.
    pub rules: HashMap<i64, (i64, Arc<Vec<Directive>>)>,
}

impl View {
    /// The state of each person's permissions that was relied on, for the writer's check.
    pub fn policies(&self) -> Vec<(i64, i64)> {
        self.rules.iter().map(|(person, (policy, _))| (*person, *policy)).collect()
    }
}

impl Access {
    /// What the caller may see of `person`, or of anybody.
    pub(super) async fn view(&self, person: Option<i64>) -> Result<View, Error> {
        self.view_in(person, None).await
    }

    /// The same, where the state of that one person's permissions was read a moment ago: each row is compared with it on its
    /// way out, so it need not be read again.
    pub(super) async fn view_in(&self, person: Option<i64>, policy: Option<i64>) -> Result<View, Error> {
        let mut visibility = Visibility { public_types: public_types(), ..Visibility::default() };
        let mut rules = HashMap::new();
        match &self.ctx.actor {
            Actor::Hub => visibility.everything = true,
            Actor::Patient(actor) => visibility.patient = Some(actor.person),
            Actor::Organisation(actor) => {
                let directory = self.directory().await?;
                visibility.own = Some(actor.org);
                visibility.handoff = Some(self.asker());
                visibility.orgs_by_kind = directory.by_kind();
                rules = self.rules(actor, person, policy).await?;
                visibility.granted = self.grants(actor, &rules);
            }
        }
        Ok(View { visibility, rules })
    }

    /// The rules of the one person, or of all persons whose permissions could concern the organisation.
    pub(super) async fn rules(
        &self,
        actor: &OrganisationActor,
        person: Option<i64>,
        policy: Option<i64>,
    ) -> Result<HashMap<i64, (i64, Arc<Vec<Directive>>)>, Error> {
        let persons = match person {
            Some(person) => match policy {
                Some(policy) => vec![(person, policy)],
                None => vec![(person, self.app.store.policy(person).await?)],
            },
            // Emergency access is for one patient who is named; nobody is opened by a search at large.
            None if self.ctx.is_emergency() => Vec::new(),
            None => {
                let professional = actor.subject.as_ref().and_then(|subject| subject.id.as_deref());
                self.app.store.candidates(actor.org, &actor.kind, professional).await?
            }
        };
        let directory = self.directory().await?;
        directives_of(&self.app, &directory, &persons).await
    }

    /// Persons with the same outcome share one condition.
    fn grants(
        &self,
        actor: &OrganisationActor,
        rules: &HashMap<i64, (i64, Arc<Vec<Directive>>)>,
    ) -> Vec<(Vec<i64>, Scope)> {
        let request = request(actor, &self.ctx.purpose, self.moment());
        // What the organisation sees of everybody stands in the condition already.
        let of_everybody = scope(&Request { purpose: "TREAT", ..request }, &[]);
        let mut grants: Vec<(Vec<i64>, Scope)> = Vec::new();
        let mut places: HashMap<Scope, usize> = HashMap::new();
        let mut persons: Vec<_> = rules.iter().collect();
        persons.sort_unstable_by_key(|(person, _)| **person);
        for (person, (_, directives)) in persons {
            let scope = scope(&request, directives);
            if scope == of_everybody {
                continue;
            }
            let place = *places.entry(scope.clone()).or_insert(grants.len());
            match grants.get_mut(place) {
                Some((members, _)) => members.push(*person),
                None => grants.push((vec![*person], scope)),
            }
        }
        grants
    }
}

/// The types whose general rows are open to every caller that signed in.
fn public_types() -> Vec<u16> {
    static TYPES: LazyLock<Vec<u16>> =
        LazyLock::new(|| category::general_types().iter().filter_map(|name| definitions().type_number(name)).collect());
    TYPES.clone()
}
