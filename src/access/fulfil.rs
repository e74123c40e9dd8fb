//! What the pharmacy hands over closes the request that it was asked for (MP9: MVE → VV).
//!
//! The request is the prescriber's, and only a source changes its resource. But who is addressed reports back to who asks, as
//! with a handoff: so the hub moves the `status` of the request, and nothing else of it, in the same commit as the dispense, and
//! leaves a `Provenance` of the pharmacy. That tells the prescriber that the medicine was handed over, so it is done only
//! where the patient lets the prescriber see the dispense. Where not, or where another pharmacy dispenses, the request stays as
//! it is, and the overview shows who may see it what was handed over.

use serde_json::{Value, json};
use spil_fhir_profiles::compartment::data_period;
use spil_fhir_profiles::definition::type_number;
use spil_fhir_profiles::medication::Block;
use spil_fhir_profiles::parameters::parameters;
use spil_fhir_profiles::time::format_instant;

use crate::ctx::{Actor, OrganisationActor};
use crate::error::Error;
use crate::search::{Filter, Query, ReferenceTest, SystemTest, Test, TokenTest};
use crate::store::Record;
use crate::store::commit::{Method, PersonKey};

use super::draft::{Draft, create, nothing};
use super::kind::Kind;
use super::ownership::Persons;
use super::plan::Plan;
use super::{Access, types};

const REQUEST: &str = "MedicationRequest";
const URA: &str = "http://fhir.nl/fhir/NamingSystem/ura";
/// States from which a request can be closed.
const OPEN: [&str; 2] = ["active", "unknown"];
/// Most dispenses of one request that are looked at.
const MOST: u32 = 200;

/// Whether a resource says that a medicine was handed over.
fn handed_over(resource: &Value) -> bool {
    let status = resource["status"].as_str().unwrap_or_default();
    let given = status == "completed"
        || (matches!(status, "in-progress" | "unknown") && resource["whenHandedOver"].is_string());
    given && Block::of(resource) == Some(Block::Dispense)
}

impl Access {
    /// What closes, or opens again, with what these drafts hand over or take back.
    pub(super) async fn closings(&self, plan: &mut Plan, drafts: &[Draft]) -> Result<Vec<Draft>, Error> {
        let Actor::Organisation(actor) = &self.ctx.actor else { return Ok(Vec::new()) };
        let mut persons = None;
        let mut moved: Vec<Draft> = Vec::new();
        for draft in drafts {
            if draft.rtype != "MedicationDispense" || draft.method.is_none() {
                continue;
            }
            let before = draft.current.as_ref().filter(|record| !record.deleted && record.source == actor.org);
            let before: Option<Value> =
                before.map(|record| serde_json::from_slice(&record.body)).transpose().map_err(Error::internal)?;
            let given = draft.body.as_ref().filter(|body| handed_over(body));
            let Some(dispense) = given.or(before.as_ref().filter(|body| handed_over(body))) else { continue };
            if persons.is_none() {
                persons = Some(Persons::find(self, drafts).await?);
            }
            let Some(persons) = &persons else { continue };
            let PersonKey::Known(person) = persons.of(self, draft)? else { continue };
            let Some(record) = self.request_of(plan, dispense, person).await? else { continue };
            let known = |other: &Draft| other.rtype == REQUEST && other.id == record.id && other.method.is_some();
            if drafts.iter().chain(&moved).any(known) {
                continue;
            }
            let Some(body) = self.moved(plan, actor, &record, (draft, dispense, given.is_some())).await? else {
                continue;
            };
            let trace = provenance(actor, &record, draft, (&body, self.ctx.now));
            moved.push(Draft {
                method: Some(Method::Update),
                body: Some(body),
                current: Some(record.clone()),
                ..nothing(REQUEST, &record.id)
            });
            moved.push(create("Provenance", self.app.random.uuid(), trace));
        }
        Ok(moved)
    }

    /// The request as it becomes; none when it stays as it is.
    async fn moved(
        &self,
        plan: &mut Plan,
        actor: &OrganisationActor,
        record: &Record,
        (draft, dispense, given): (&Draft, &Value, bool),
    ) -> Result<Option<Value>, Error> {
        let mut request: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
        let status = request["status"].as_str().unwrap_or_default();
        if Block::of(&request) != Some(Block::DispenseRequest) || !self.is_for(actor, &request).await? {
            return Ok(None);
        }
        if if given { !OPEN.contains(&status) } else { status != "completed" } {
            return Ok(None);
        }
        if !self.judge(record).await?.permit || !self.asker_sees(plan, actor, record, (draft, dispense)).await? {
            return Ok(None);
        }
        let others = self.others(plan, actor, record, &draft.id).await?;
        let repeats = request["dispenseRequest"]["numberOfRepeatsAllowed"].as_u64().unwrap_or(0);
        let handed = others + u64::from(given);
        let is_done = handed > repeats;
        if is_done != given || (!given && !self.closed_here(actor, record).await?) {
            return Ok(None);
        }
        request["status"] = json!(if given { "completed" } else { "active" });
        Ok(Some(request))
    }

    /// The request that a dispense names, of the same person: by reference, or by its business identifier.
    async fn request_of(&self, plan: &mut Plan, dispense: &Value, person: i64) -> Result<Option<Record>, Error> {
        let base = self.app.config.fhir_base();
        let Some(references) = dispense["authorizingPrescription"].as_array() else { return Ok(None) };
        for reference in references {
            if let Some(literal) = reference["reference"].as_str() {
                let local = literal.strip_prefix(&base).map_or(literal, |rest| rest.trim_start_matches('/'));
                let local = local.split("/_history/").next().unwrap_or_default();
                let Some(id) = local.strip_prefix("MedicationRequest/") else { continue };
                let found = self.expect(plan, REQUEST, id).await?;
                let found = found.filter(|record| !record.deleted && record.person == person);
                if found.is_some() {
                    return Ok(found);
                }
                continue;
            }
            let part = |name: &str| reference["identifier"][name].as_str().map(str::to_owned);
            let (Some(system), Some(value)) = (part("system"), part("value")) else { continue };
            let test = Test::Token(vec![TokenTest { system: SystemTest::Is(system), code: Some(value) }]);
            let mut query = query(REQUEST, "identifier", test)?;
            query.bind(person);
            let view = self.view(Some(person)).await?;
            let rows = self.page(&query, &view).await?;
            let found = self.confirm(rows, &view).await?.unwrap_or_default();
            for record in found {
                let body: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
                if Block::of(&body) == Some(Block::DispenseRequest) {
                    return self.expect(plan, REQUEST, &record.id).await;
                }
            }
        }
        Ok(None)
    }

    /// Whether a request is addressed to this organisation, or to nobody.
    async fn is_for(&self, actor: &OrganisationActor, request: &Value) -> Result<bool, Error> {
        let mut named = vec![&request["dispenseRequest"]["performer"], &request["performer"]];
        named.retain(|one| one.is_object());
        if named.is_empty() {
            return Ok(true);
        }
        for reference in named {
            if reference["identifier"]["system"] == URA && reference["identifier"]["value"] == actor.ura.as_str() {
                return Ok(true);
            }
            let Some(("Organization", id)) = reference["reference"].as_str().and_then(|text| text.split_once('/'))
            else {
                continue;
            };
            if id == actor.id {
                return Ok(true);
            }
            // The prescriber's own description of the pharmacy.
            let stored = self.app.store.current(types::number("Organization")?, id, self.asker()).await?;
            let Some(stored) = stored.filter(|record| !record.deleted) else { continue };
            let body: Value = serde_json::from_slice(&stored.body).map_err(Error::internal)?;
            let mut numbers = body["identifier"].as_array().into_iter().flatten();
            if numbers.any(|one| one["system"] == URA && one["value"] == actor.ura.as_str()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the patient lets the organisation that asked see the dispense.
    async fn asker_sees(
        &self,
        plan: &mut Plan,
        actor: &OrganisationActor,
        request: &Record,
        (draft, dispense): (&Draft, &Value),
    ) -> Result<bool, Error> {
        if request.source == actor.org {
            return Ok(true);
        }
        let directory = self.directory().await?;
        let Some(asker) = directory.get(request.source) else { return Ok(false) };
        plan.policies.push((request.person, request.policy));
        let Kind { category, labels } = Kind::of(dispense, &PersonKey::Known(request.person), &self.ctx.actor);
        let record = Record {
            rtype: types::number("MedicationDispense")?,
            id: draft.id.clone(),
            source: actor.org,
            category,
            labels,
            period: data_period(dispense).filter(|(from, to)| from < to),
            in_handoff: false,
            body: Vec::new(),
            ..request.clone()
        };
        self.open_to(asker, &record).await
    }

    /// How many other dispenses of this organisation were handed over on the request.
    async fn others(
        &self,
        plan: &mut Plan,
        actor: &OrganisationActor,
        request: &Record,
        but: &str,
    ) -> Result<u64, Error> {
        let target = ReferenceTest::Local { rtype: type_number(REQUEST), id: request.id.clone() };
        let query = query("MedicationDispense", "prescription", Test::Reference(vec![target]))?;
        let records = self.own_rows(plan, actor.org, &query).await?;
        let mut count = 0;
        for record in records.iter().filter(|record| record.id != but) {
            let body: Value = serde_json::from_slice(&record.body).map_err(Error::internal)?;
            count += u64::from(handed_over(&body));
        }
        Ok(count)
    }

    /// Whether this organisation's dispenses closed the request, and not its source.
    async fn closed_here(&self, actor: &OrganisationActor, request: &Record) -> Result<bool, Error> {
        let target = ReferenceTest::Local { rtype: type_number(REQUEST), id: request.id.clone() };
        let query = query("Provenance", "target", Test::Reference(vec![target]))?;
        Ok(!self.own_rows(&mut Plan::default(), actor.org, &query).await?.is_empty())
    }
}

fn query(rtype: &str, code: &str, test: Test) -> Result<Query, Error> {
    let param = parameters().get(rtype, code).ok_or_else(|| Error::internal("no such parameter"))?;
    let mut query = Query::new(types::number(rtype)?, MOST);
    query.filters = vec![Filter::Value { param: param.number, test }];
    Ok(query)
}

/// Who moved the request, for whom, and upon what.
fn provenance(actor: &OrganisationActor, request: &Record, dispense: &Draft, (body, now): (&Value, i64)) -> Value {
    let version = request.version + 1;
    let said = if body["status"] == "completed" { "Verstrekt" } else { "Verstrekking teruggenomen" };
    json!({
        "resourceType": "Provenance",
        "target": [{"reference": format!("{REQUEST}/{}/_history/{version}", request.id)}],
        "recorded": format_instant(now),
        "activity": {"text": said},
        "agent": [{"who": {"reference": format!("Organization/{}", actor.id), "display": actor.name}}],
        "entity": [
            {"role": "source", "what": {"reference": format!("MedicationDispense/{}", dispense.id)}},
            {"role": "source", "what": body["subject"]},
        ],
    })
}
