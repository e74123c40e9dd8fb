//! One record per pass, as an IHE BALP `AuditEvent` (<https://profiles.ihe.net/ITI/BALP/>) with the fields of NEN 7513.

use serde_json::{Value, json};
use spil_consent::Ground;
use spil_fhir_profiles::time::format_instant;

use crate::ctx::{Actor, Ctx};
use crate::error::Error;
use crate::store::commit::{AuditEntry, Commit, CommitError, PersonKey};

use super::Access;

/// What the caller did, as a code of `http://hl7.org/fhir/restful-interaction`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Read the current version.
    Read,
    /// Read one version.
    Vread,
    /// Read the list of versions.
    History,
    /// Search.
    Search,
    /// Create.
    Create,
    /// Update.
    Update,
    /// Patch.
    Patch,
    /// Delete.
    Delete,
    /// An operation, such as a document.
    Operation,
    /// Several writes at once.
    Transaction,
}

impl Verb {
    /// The code of the interaction.
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Vread => "vread",
            Self::History => "history-instance",
            Self::Search => "search-type",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Operation => "operation",
            Self::Transaction => "transaction",
        }
    }

    /// `AuditEvent.action`.
    fn action(self) -> &'static str {
        match self {
            Self::Read | Self::Vread | Self::History => "R",
            Self::Search | Self::Operation | Self::Transaction => "E",
            Self::Create => "C",
            Self::Update | Self::Patch => "U",
            Self::Delete => "D",
        }
    }
}

/// One pass through the door.
#[derive(Debug, Clone)]
pub struct Pass {
    /// What was done.
    pub verb: Verb,
    /// `Type/id` of the resource, or none for a search.
    pub target: Option<String>,
    /// Further resources of a transaction, as `Type/id`.
    pub others: Vec<String>,
    /// The search or operation as it was asked, names only where the values may name a person.
    pub query: Option<String>,
    /// Whose data.
    pub persons: Vec<i64>,
    /// Persons that the same commit finds.
    pub keys: Vec<PersonKey>,
    /// Categories of what was released or written.
    pub categories: Vec<u8>,
    /// How many resources were released.
    pub count: usize,
    /// On what ground.
    pub ground: Ground,
    /// The consent that decided, as `id/version`.
    pub consent: Option<String>,
    /// Refused, with the reason for the log.
    pub refused: Option<String>,
}

impl Pass {
    /// A pass that released or wrote nothing yet.
    pub fn new(verb: Verb, target: Option<String>) -> Self {
        Self {
            verb,
            target,
            others: Vec::new(),
            query: None,
            persons: Vec::new(),
            keys: Vec::new(),
            categories: Vec::new(),
            count: 0,
            ground: Ground::None,
            consent: None,
            refused: None,
        }
    }

    /// The same pass, refused.
    #[must_use]
    pub fn refuse(mut self, why: &str) -> Self {
        self.refused = Some(why.to_owned());
        self
    }
}

impl Access {
    /// The record of a pass, for the commit that it is part of.
    pub(super) fn entry(&self, pass: &Pass) -> AuditEntry {
        let mut persons = pass.persons.clone();
        persons.sort_unstable();
        persons.dedup();
        AuditEntry {
            at: self.ctx.now,
            persons,
            keys: pass.keys.clone(),
            org: self.org(),
            refused: pass.refused.is_some(),
            emergency: self.ctx.is_emergency(),
            body: body(&self.ctx, pass, &self.app.config.server.base).to_string(),
        }
    }

    /// Puts the record of a pass that wrote nothing on disk.
    pub(super) async fn record(&self, pass: &Pass) -> Result<(), Error> {
        let commit = Commit { audits: vec![self.entry(pass)], ..Commit::default() };
        match self.app.store.commit(commit).await {
            Ok(()) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(CommitError::Changed) => Err(Error::conflict("the record could not be kept; try again")),
        }
    }
}

fn body(ctx: &Ctx, pass: &Pass, base: &str) -> Value {
    let mut event = json!({
        "resourceType": "AuditEvent",
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
        "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": pass.verb.code()}],
        "action": pass.verb.action(),
        "recorded": format_instant(ctx.now),
        "outcome": if pass.refused.is_some() { "4" } else { "0" },
        "purposeOfEvent": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": ctx.purpose,
        }]}],
        "agent": agents(ctx, base),
        "source": {"observer": {"display": "Spil", "identifier": {"value": base}}},
        "entity": entities(ctx, pass),
    });
    if let Some(refused) = &pass.refused {
        event["outcomeDesc"] = json!(refused);
    }
    event
}

fn agents(ctx: &Ctx, base: &str) -> Value {
    let dicom =
        |code: &str| json!({"coding": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": code}]});
    let server = json!({"type": dicom("110152"), "requestor": false, "who": {"identifier": {"value": base}}});
    match &ctx.actor {
        Actor::Hub => json!([{"type": dicom("110150"), "requestor": true, "who": {"display": "Spil"}}]),
        Actor::Patient(actor) => {
            let mut user = json!({
                "type": {"coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP",
                }]},
                "requestor": true, "name": actor.name,
                "who": {"identifier": {"value": actor.subject}},
            });
            if actor.relation.is_none() {
                user["who"]["reference"] = json!(format!("Patient/{}", actor.patient_id));
            }
            if let Some(relation) = &actor.relation {
                user["role"] = json!([{"text": relation}]);
            }
            if let Some(client) = &actor.client_id {
                user["altId"] = json!(client);
            }
            json!([user, server])
        }
        Actor::Organisation(actor) => {
            let client = json!({
                "type": dicom("110153"), "requestor": actor.subject.is_none(), "name": actor.name,
                "altId": actor.client_id,
                "who": {
                    "reference": format!("Organization/{}", actor.id), "display": actor.name,
                    "identifier": {"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": actor.ura},
                },
            });
            let mut agents = vec![client, server];
            if let Some(subject) = &actor.subject {
                agents.insert(0, user(actor, subject));
            }
            Value::Array(agents)
        }
    }
}

fn user(actor: &crate::ctx::OrganisationActor, subject: &crate::ctx::Subject) -> Value {
    let mut user = json!({
        "type": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP",
        }]},
        "requestor": true,
        "who": {"identifier": {
            "value": subject.id.clone().or_else(|| subject.name.clone()).unwrap_or_else(|| actor.client_id.clone()),
        }},
    });
    if let Some(name) = &subject.name {
        user["name"] = json!(name);
    }
    if let Some(role) = &subject.role {
        user["role"] = json!([{"text": role}]);
    }
    user
}

fn entities(ctx: &Ctx, pass: &Pass) -> Value {
    let kind = |code: &str| json!({"system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": code});
    let role = |code: &str| json!({"system": "http://terminology.hl7.org/CodeSystem/object-role", "code": code});
    let mut details = vec![
        json!({"type": "ground", "valueString": pass.ground.code()}),
        json!({"type": "count", "valueString": pass.count.to_string()}),
    ];
    for number in &pass.categories {
        if let Some(category) = spil_consent::Category::from_number(*number) {
            details.push(json!({"type": "category", "valueString": category.code()}));
        }
    }
    if let Some(reason) = &ctx.reason {
        details.push(json!({"type": "reason", "valueString": reason}));
    }
    let mut entities = Vec::new();
    match (&pass.target, &pass.query) {
        (_, Some(query)) => {
            use base64::Engine as _;
            let text = base64::engine::general_purpose::STANDARD.encode(query);
            entities.push(json!({"type": kind("2"), "role": role("24"), "query": text, "detail": details}));
        }
        (Some(target), None) => {
            let what = json!({"reference": target});
            entities.push(json!({"type": kind("2"), "role": role("4"), "what": what, "detail": details}));
        }
        (None, None) => entities.push(json!({"type": kind("2"), "role": role("24"), "detail": details})),
    }
    entities.extend(pass.others.iter().map(|other| json!({"type": kind("2"), "what": {"reference": other}})));
    if let Some((id, version)) = pass.consent.as_deref().and_then(|text| text.split_once('/')) {
        let reference = format!("Consent/{id}/_history/{version}");
        entities.push(json!({"type": {
            "system": "http://hl7.org/fhir/resource-types", "code": "Consent",
        }, "what": {"reference": reference}}));
    }
    entities.push(json!({
        "type": {"system": "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "code": "XrequestId"},
        "what": {"identifier": {"value": ctx.request_id}},
    }));
    Value::Array(entities)
}
