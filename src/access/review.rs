//! After an emergency: a `Task` for the privacy officer of the organisation, who says whether the access was justified. It is
//! there before anything is released, and neither the organisation nor anybody else can make or remove it.

use std::pin::Pin;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use spil_fhir_profiles::bsn::SYSTEM as BSN;
use spil_fhir_profiles::time::format_instant;

use crate::ctx::{Actor, Ctx, OrganisationActor, PRIVACY_OFFICER};
use crate::error::Error;
use crate::store::Record;

use super::asking::SYSTEM;
use super::draft::Draft;
use super::plan::Plan;
use super::{Access, Interaction, Pass};

/// The code of such a `Task`.
pub const CODE: &str = "review-emergency";
/// Type of its output: what the officer found, `justified` or `not-justified`.
pub const FINDING: &str = "finding";
/// What the officer can find.
pub const FINDINGS: [&str; 2] = ["justified", "not-justified"];
/// System of the identifier by which accesses of one emergency are known.
pub const EMERGENCY: &str = "https://spil.example/fhir/NamingSystem/emergency";

/// How long accesses of one professional with one reason to one patient are one emergency, ms: as long as a record stays open.
const ONE: i64 = 4 * 3600 * 1000;
/// The purpose that only this program states.
const INSIDE: &str = "HSYSADMIN";
/// What the officer changes.
const REVIEW: [&str; 6] = ["status", "output", "note", "lastModified", "meta", "text"];

/// Whether a `Task` is for the review of an emergency.
pub fn is_review(task: &Value) -> bool {
    let mut codings = task["code"]["coding"].as_array().into_iter().flatten();
    task["resourceType"] == "Task" && codings.any(|one| one["system"] == SYSTEM && one["code"] == CODE)
}

impl Access {
    /// Gives the privacy officer the work that this pass of an emergency makes.
    pub(super) fn review<'a>(&'a self, pass: &'a Pass) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>> {
        Box::pin(async move {
            let Actor::Organisation(actor) = &self.ctx.actor else { return Ok(()) };
            let mut persons: Vec<i64> = pass.persons.iter().copied().filter(|person| *person > 0).collect();
            persons.sort_unstable();
            persons.dedup();
            for person in persons {
                self.open_review(actor, person).await?;
            }
            Ok(())
        })
    }

    async fn open_review(&self, actor: &OrganisationActor, person: i64) -> Result<(), Error> {
        let subject = actor.subject.as_ref();
        let who = subject.and_then(|one| one.id.as_deref().or(one.name.as_deref())).unwrap_or(&actor.client_id);
        let reason = self.ctx.reason.as_deref().unwrap_or_default();
        let parts =
            [&actor.org.to_string(), &person.to_string(), who, reason].map(|part| format!("{}:{part}", part.len()));
        let hash = digest(&SHA256, parts.concat().as_bytes());
        let emergency = URL_SAFE_NO_PAD.encode(hash);
        let since = format_instant(self.ctx.now.saturating_sub(ONE));
        // By its code too: another Task could be given the identifier, to keep the work away.
        let condition = [
            ("code", format!("{SYSTEM}|{CODE}")),
            ("identifier", format!("{EMERGENCY}|{emergency}")),
            ("authored-on", format!("gt{since}")),
        ];
        let condition = condition.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let (purpose, request_id) = (INSIDE.to_owned(), self.app.random.uuid());
        let ctx = Ctx { purpose, reason: None, scopes: None, request_id, ..Ctx::clone(&self.ctx) };
        let inside = Self::new(Arc::clone(&self.app), ctx);
        // Most accesses of an emergency find the work there already; the writer checks it once more.
        if inside.one(&mut Plan::default(), "Task", &condition).await?.is_some() {
            return Ok(());
        }
        let name = subject.and_then(|one| one.name.as_deref()).unwrap_or(who);
        let mut inputs = vec![json!({"type": {"text": "professional"}, "valueString": name})];
        if let Some(role) = subject.and_then(|one| one.role.as_deref()) {
            inputs.push(json!({"type": {"text": "role"}, "valueString": role}));
        }
        let now = format_instant(self.ctx.now);
        let body = json!({
            "resourceType": "Task",
            "identifier": [{"system": EMERGENCY, "value": emergency}],
            "status": "requested",
            "intent": "order",
            "priority": "urgent",
            "code": {"coding": [{"system": SYSTEM, "code": CODE, "display": "Review an emergency access"}]},
            "for": self.subject_of(person).await?,
            "authoredOn": now,
            "lastModified": now,
            "requester": {"display": "Spil"},
            "performerType": [{"text": PRIVACY_OFFICER}],
            "owner": {"reference": format!("Organization/{}", actor.id), "display": actor.name},
            "reasonCode": {"text": reason},
            "input": inputs,
        });
        inside.write(Interaction::Create { rtype: "Task".to_owned(), body, if_none_exist: Some(condition) }).await?;
        Ok(())
    }

    /// How the person is named to an organisation that was told who it is.
    async fn subject_of(&self, person: i64) -> Result<Value, Error> {
        if let Some(bsn) = self.app.store.bsns(vec![person]).await?.remove(&person) {
            return Ok(json!({"type": "Patient", "identifier": {"system": BSN, "value": bsn}}));
        }
        let patient = self.app.store.hub_patient(person).await?;
        let patient = patient
            .ok_or_else(|| Error::forbidden("this emergency cannot be recorded: nobody knows who it is about"))?;
        Ok(json!({"reference": format!("Patient/{patient}")}))
    }

    /// Refuses a review that somebody else makes up.
    pub(super) fn may_open_review(&self, draft: &Draft) -> Result<(), Error> {
        if self.ctx.purpose == INSIDE || !draft.body.as_ref().is_some_and(is_review) {
            return Ok(());
        }
        let before = draft.current.as_ref().filter(|record| !record.deleted);
        let before: Option<Value> =
            before.map(|record| serde_json::from_slice(&record.body)).transpose().map_err(Error::internal)?;
        if before.as_ref().is_some_and(is_review) {
            return Ok(());
        }
        Err(Error::forbidden("a review of an emergency is made by the server only"))
    }

    /// Refuses a change of a review that is no finding of the privacy officer.
    pub(super) fn may_review(&self, record: &Record, before: &Value, after: Option<&Value>) -> Result<(), Error> {
        let officer = match &self.ctx.actor {
            Actor::Organisation(actor) => {
                actor.org == record.source
                    && actor.subject.as_ref().and_then(|one| one.role.as_deref()) == Some(PRIVACY_OFFICER)
            }
            Actor::Patient(_) | Actor::Hub => false,
        };
        let after = after.filter(|_| officer);
        let Some(after) = after else {
            return Err(Error::forbidden(
                "only the privacy officer of the organisation closes the review of an emergency",
            ));
        };
        let wrong = |place: &'static str, text: &str| Err(Error::unprocessable("business-rule", text).at(place));
        let keys = before.as_object().into_iter().chain(after.as_object()).flat_map(|map| map.keys());
        if !keys.into_iter().all(|key| REVIEW.contains(&key.as_str()) || before[key] == after[key]) {
            return wrong("Task", "of the review of an emergency only status, output and note change");
        }
        let (from, to) = (before["status"].as_str().unwrap_or_default(), after["status"].as_str().unwrap_or_default());
        if !matches!((from, to), ("requested" | "in-progress", "in-progress" | "completed")) {
            return wrong("Task.status", "the review of an emergency goes from requested to in-progress to completed");
        }
        let found = after["output"].as_array().into_iter().flatten().filter(|output| {
            let finding = &output["valueCodeableConcept"]["coding"][0];
            let kind = &output["type"]["coding"][0];
            kind["system"] == SYSTEM
                && kind["code"] == FINDING
                && finding["system"] == SYSTEM
                && finding["code"].as_str().is_some_and(|code| FINDINGS.contains(&code))
        });
        if to == "completed" && found.count() != 1 {
            return wrong("Task.output", "a completed review says once what was found: justified or not-justified");
        }
        Ok(())
    }
}
