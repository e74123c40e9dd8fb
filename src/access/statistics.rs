//! Rows for the region's statistics (<https://sql-on-fhir.org/>): of persons who permit that by name, and without what tells
//! who they are.
//!
//! Three locks, each of which refuses by default. The client must be registered for it by name (`system/ViewDefinition.r`;
//! `system/*.…` does not open it). The token must state the purpose `HRESCH`: of the codes of v3-ActReason the one for
//! research and statistics, while `PATADMIN` and `HSYSADMIN` are for running a practice or a system. And the person must
//! permit that purpose by name: a permission that names no purpose, though it covers every purpose of care, is none here; and
//! what the person objects to stays out. What the asking organisation holds itself is never counted: no permission says whether
//! it may be.
//!
//! Few rows can still tell who somebody is: not to publish small numbers is the region's task.

mod anonymous;
mod definition;

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use spil_consent::{Content, Directive, Effect, Ground, Rule, Scope, Test, permits, scope};
use spil_fhir_profiles::time::format_instant;

use crate::ctx::{Actor, OrganisationActor};
use crate::error::Error;
use crate::search::{Cursor, Query};
use crate::store::Record;
use crate::store::sql::search::Visibility;

use anonymous::{Pseudonyms, anonymous};
use definition::Definition;

use super::judge::{item, request};
use super::visibility::View;
use super::{Access, Directory, Pass, Released, Verb, types};

/// The purpose that a token must state and a person must permit.
const PURPOSE: &str = "HRESCH";
/// The scope that a client must be registered for.
const SCOPE: &str = "ViewDefinition";
/// Resources that are read at once.
const PAGE: u32 = 1_000;
/// Most rows of an answer.
const MOST: usize = 200_000;

/// Rows, and the person and category of each resource that they come of.
type Counted = (Vec<Vec<Value>>, BTreeSet<(i64, u8)>);

/// Rows with the names of their columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The names, in order.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

/// What decides: the directives as they are, and what is left of them for this purpose alone.
struct Rules {
    view: View,
    named: HashMap<i64, Vec<Directive>>,
}

impl Access {
    /// The rows that a `ViewDefinition` makes of what may be counted; at most `limit` rows.
    ///
    /// # Errors
    /// 403 when the client is not registered for statistics or states another purpose, 400 and 422 when the definition is
    /// wrong.
    pub async fn statistics(&self, view: &Value, limit: Option<usize>) -> Result<Released<Rows>, Error> {
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some("ViewDefinition/$run".to_owned());
        let named = self.ctx.scopes.as_ref().is_some_and(|scopes| scopes.names(SCOPE, 'r'));
        let Actor::Organisation(actor) = &self.ctx.actor else {
            self.record(&pass.refuse("scope")).await?;
            return Err(Error::forbidden("statistics are for the client that the region registered for them"));
        };
        if !named || self.ctx.purpose != PURPOSE {
            self.record(&pass.refuse("scope")).await?;
            let text = "statistics need a client with scope `system/ViewDefinition.r` and the purpose `HRESCH`";
            return Err(Error::forbidden(text));
        }
        let definition = Definition::read(view)?;
        pass.query = Some(format!("ViewDefinition/$run of {}", definition.rtype));
        let pseudonyms = self.pseudonyms(actor.org).await?;
        for _ in 0..4 {
            let rules = self.statistics_rules(actor).await?;
            let Some((rows, counted)) = self.count(actor, &definition, &rules, &pseudonyms, limit).await? else {
                continue;
            };
            pass.count = rows.len();
            pass.persons = counted.iter().map(|(person, _)| *person).collect();
            pass.categories = counted.iter().map(|(_, category)| *category).collect();
            pass.ground = if counted.is_empty() { Ground::None } else { Ground::Consent };
            self.record(&pass).await?;
            return Ok(Released(Rows { columns: definition.columns, rows }));
        }
        Err(Error::conflict("permissions kept changing; try again"))
    }

    async fn pseudonyms(&self, org: i64) -> Result<Pseudonyms, Error> {
        let mut secret = [0; 32];
        self.app.random.fill(&mut secret);
        let kept = self.app.store.setting_once("statistics-key", &URL_SAFE_NO_PAD.encode(secret)).await?;
        Ok(Pseudonyms::new(&URL_SAFE_NO_PAD.decode(kept).map_err(Error::internal)?, org))
    }

    /// What may be counted: nothing for being one's own, open to all or in a handoff.
    async fn statistics_rules(&self, actor: &OrganisationActor) -> Result<Rules, Error> {
        let rules = self.rules(actor, None, None).await?;
        let request = request(actor, &self.ctx.purpose, self.moment());
        let mut named = HashMap::new();
        let mut granted = Vec::new();
        let mut persons: Vec<_> = rules.iter().filter(|(person, _)| **person > 0).collect();
        persons.sort_unstable_by_key(|(person, _)| **person);
        for (person, (_, directives)) in persons {
            let by_name: Vec<Directive> = directives.iter().filter_map(by_name).collect();
            let scopes = [scope(&request, directives), scope(&request, &by_name)];
            if !scopes.contains(&Scope::Nothing) {
                let mut every = vec![Scope::Not(Box::new(Scope::Test(Test::HolderIs(actor.org))))];
                every.extend(scopes);
                granted.push((vec![*person], Scope::Every(every)));
            }
            named.insert(*person, by_name);
        }
        let orgs_by_kind = self.directory().await?.by_kind();
        let visibility = Visibility { granted, orgs_by_kind, ..Visibility::default() };
        Ok(Rules { view: View { visibility, rules }, named })
    }

    /// The rows, with the person and category of each resource that was counted; none when permissions moved meanwhile.
    async fn count(
        &self,
        actor: &OrganisationActor,
        definition: &Definition,
        rules: &Rules,
        names: &Pseudonyms,
        limit: Option<usize>,
    ) -> Result<Option<Counted>, Error> {
        let directory = self.directory().await?;
        let now = format_instant(self.ctx.now);
        let (mut rows, mut counted) = (Vec::new(), BTreeSet::new());
        if rules.view.visibility.granted.is_empty() {
            return Ok(Some((rows, counted)));
        }
        let mut query = Query::new(types::number(&definition.rtype)?, PAGE);
        loop {
            let page = self.page(&query, &rules.view).await?;
            let more = page.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
            for mut row in page.into_iter().take(usize::try_from(PAGE).unwrap_or(usize::MAX)) {
                let record = Record::from_row(&mut row);
                query.after = Some(Cursor { keys: Vec::new(), rid: record.rid });
                match self.may_be_counted(actor, &record, rules, &directory) {
                    None => return Ok(None),
                    Some(false) => {
                        tracing::error!(rid = record.rid, "a row passed the condition and not the engine");
                        continue;
                    }
                    Some(true) => {}
                }
                let body: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
                let Some(body) = anonymous(&body, record.person, names) else { continue };
                rows.extend(definition.rows(&body, &now)?);
                counted.insert((record.person, record.category));
                if limit.is_some_and(|limit| rows.len() >= limit) {
                    rows.truncate(limit.unwrap_or(MOST));
                    return Ok(Some((rows, counted)));
                }
                if rows.len() > MOST {
                    return Err(Error::bad_request("too-costly", format!("more than {MOST} rows: narrow the view")));
                }
            }
            if !more {
                return Ok(Some((rows, counted)));
            }
        }
    }

    /// The engine's own answer, asked twice; none when the person's permissions have moved on.
    fn may_be_counted(
        &self,
        actor: &OrganisationActor,
        record: &Record,
        rules: &Rules,
        directory: &Directory,
    ) -> Option<bool> {
        let Some((policy, all)) = rules.view.rules.get(&record.person) else { return Some(false) };
        if *policy != record.policy {
            return None;
        }
        let request = request(actor, &self.ctx.purpose, self.moment());
        let item = item(record, directory);
        let named = rules.named.get(&record.person).map_or(&[][..], Vec::as_slice);
        let another = record.person > 0 && record.source != actor.org;
        Some(another && permits(&request, all, &item) && permits(&request, named, &item))
    }
}

/// A directive without the permissions that do not name the purpose; none if nothing is left.
fn by_name(directive: &Directive) -> Option<Directive> {
    let names = |rule: &Rule| rule.purposes.iter().any(|purpose| purpose == PURPOSE);
    let Content::Rule(rule) = &directive.content else { return Some(directive.clone()) };
    let mut rule = rule.clone();
    if rule.effect == Effect::Permit {
        return names(&rule).then(|| directive.clone());
    }
    rule.exceptions.retain(|inner| inner.effect != Effect::Permit || names(inner));
    Some(Directive { content: Content::Rule(rule), ..directive.clone() })
}
