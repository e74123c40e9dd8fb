//! One record per pass, as an IHE BALP `AuditEvent` (<https://profiles.ihe.net/ITI/BALP/>) with the fields of NEN 7513.

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
    /// Read the versions of a type.
    HistoryType,
    /// Read the versions of everything.
    HistorySystem,
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
            Self::HistoryType => "history-type",
            Self::HistorySystem => "history-system",
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
            Self::HistoryType | Self::HistorySystem | Self::Search | Self::Operation | Self::Transaction => "E",
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
            body: body(&self.ctx, pass, &self.app.config.server.base),
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

/// The event as text, written straight through: one is made on every pass.
fn body(ctx: &Ctx, pass: &Pass, base: &str) -> String {
    let mut json = Json(String::with_capacity(2048));
    json.raw(r#"{"resourceType":"AuditEvent","type":"#)
        .coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest")
        .raw(r#","subtype":["#)
        .coding("http://hl7.org/fhir/restful-interaction", pass.verb.code())
        .raw(r#"],"action":"#)
        .text(pass.verb.action())
        .raw(r#","recorded":"#)
        .text(&format_instant(ctx.now))
        .raw(if pass.refused.is_some() { r#","outcome":"4""# } else { r#","outcome":"0""# });
    if let Some(refused) = &pass.refused {
        json.raw(r#","outcomeDesc":"#).text(refused);
    }
    json.raw(r#","purposeOfEvent":[{"coding":["#)
        .coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", &ctx.purpose)
        .raw(r#"]}],"agent":["#);
    agents(&mut json, ctx, base);
    json.raw(r#"],"source":{"observer":{"display":"Spil","identifier":{"value":"#).text(base).raw(r#"}}},"entity":["#);
    entities(&mut json, ctx, pass);
    json.raw("]}");
    json.0
}

/// JSON text that grows.
struct Json(String);

impl Json {
    /// Adds JSON as it is.
    fn raw(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    /// Adds a string.
    fn text(&mut self, text: &str) -> &mut Self {
        self.0.push('"');
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
            let (plain, special) = rest.split_at(at);
            self.0.push_str(plain);
            let byte = special.as_bytes()[0];
            if byte < b' ' {
                self.0.push_str("\\u00");
                let digits = [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'));
                self.0.extend(digits);
            } else {
                self.0.push('\\');
                self.0.push(char::from(byte));
            }
            rest = &special[1..];
        }
        self.0.push_str(rest);
        self.0.push('"');
        self
    }

    /// Adds a `Coding`.
    fn coding(&mut self, system: &str, code: &str) -> &mut Self {
        self.raw(r#"{"system":"#).text(system).raw(r#","code":"#).text(code).raw("}")
    }

    /// Adds a kind of agent, as the start of an object.
    fn agent(&mut self, system: &str, code: &str, requestor: bool) -> &mut Self {
        self.raw(r#"{"type":{"coding":["#).coding(system, code).raw(if requestor {
            r#"]},"requestor":true"#
        } else {
            r#"]},"requestor":false"#
        })
    }

    /// Adds an element with a string, if there is one.
    fn element(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.raw(",\"").raw(name).raw("\":").text(value),
            None => self,
        }
    }

    /// Adds a detail of an entity.
    fn detail(&mut self, kind: &str, value: &str) -> &mut Self {
        self.raw(r#"{"type":"#).text(kind).raw(r#","valueString":"#).text(value).raw("}")
    }
}

const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

fn agents(json: &mut Json, ctx: &Ctx, base: &str) {
    match &ctx.actor {
        Actor::Hub => {
            json.agent(DICOM, "110150", true).raw(r#","who":{"display":"Spil"}}"#);
            return;
        }
        Actor::Patient(actor) => {
            json.agent(PARTICIPATION, "IRCP", true).element("name", Some(&actor.name));
            json.raw(r#","who":{"identifier":{"value":"#).text(&actor.subject).raw("}");
            if actor.relation.is_none() {
                json.raw(r#","reference":"#).text(&format!("Patient/{}", actor.patient_id));
            }
            json.raw("}");
            if let Some(relation) = &actor.relation {
                json.raw(r#","role":[{"text":"#).text(relation).raw("}]");
            }
            json.element("altId", actor.client_id.as_deref()).raw("}");
        }
        Actor::Organisation(actor) => {
            if let Some(subject) = &actor.subject {
                let who = subject.id.as_deref().or(subject.name.as_deref()).unwrap_or(&actor.client_id);
                json.agent(PARTICIPATION, "IRCP", true).raw(r#","who":{"identifier":{"value":"#).text(who).raw("}}");
                json.element("name", subject.name.as_deref());
                if let Some(role) = &subject.role {
                    json.raw(r#","role":[{"text":"#).text(role).raw("}]");
                }
                json.raw("},");
            }
            json.agent(DICOM, "110153", actor.subject.is_none())
                .element("name", Some(&actor.name))
                .element("altId", Some(&actor.client_id))
                .raw(r#","who":{"reference":"#)
                .text(&format!("Organization/{}", actor.id))
                .element("display", Some(&actor.name))
                .raw(r#","identifier":{"system":"http://fhir.nl/fhir/NamingSystem/ura","value":"#)
                .text(&actor.ura)
                .raw("}}}");
        }
    }
    json.raw(",");
    json.agent(DICOM, "110152", false).raw(r#","who":{"identifier":{"value":"#).text(base).raw("}}}");
}

fn entities(json: &mut Json, ctx: &Ctx, pass: &Pass) {
    const KIND: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    const ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
    let role = if pass.query.is_none() && pass.target.is_some() { "4" } else { "24" };
    json.raw(r#"{"type":"#).coding(KIND, "2").raw(r#","role":"#).coding(ROLE, role);
    match (&pass.target, &pass.query) {
        (_, Some(query)) => {
            use base64::Engine as _;
            json.element("query", Some(&base64::engine::general_purpose::STANDARD.encode(query)));
        }
        (Some(target), None) => {
            json.raw(r#","what":{"reference":"#).text(target).raw("}");
        }
        (None, None) => {}
    }
    json.raw(r#","detail":["#).detail("ground", pass.ground.code()).raw(",").detail("count", &pass.count.to_string());
    for number in &pass.categories {
        if let Some(category) = spil_consent::Category::from_number(*number) {
            json.raw(",").detail("category", category.code());
        }
    }
    if let Some(reason) = &ctx.reason {
        json.raw(",").detail("reason", reason);
    }
    json.raw("]}");
    for other in &pass.others {
        json.raw(r#",{"type":"#).coding(KIND, "2").raw(r#","what":{"reference":"#).text(other).raw("}}");
    }
    if let Some((id, version)) = pass.consent.as_deref().and_then(|text| text.split_once('/')) {
        json.raw(r#",{"type":"#)
            .coding("http://hl7.org/fhir/resource-types", "Consent")
            .raw(r#","what":{"reference":"#)
            .text(&format!("Consent/{id}/_history/{version}"))
            .raw("}}");
    }
    json.raw(r#",{"type":"#)
        .coding("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId")
        .raw(r#","what":{"identifier":{"value":"#)
        .text(&ctx.request_id)
        .raw("}}}");
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::ctx::{OrganisationActor, PatientActor, Subject};

    fn organisation(subject: Option<Subject>) -> Actor {
        Actor::Organisation(OrganisationActor {
            org: 10,
            id: "org".to_owned(),
            kind: "gp".to_owned(),
            name: "Praktijk \"De Brug\" \\ zuid\n".to_owned(),
            ura: "90000001".to_owned(),
            client_id: "client".to_owned(),
            subject,
        })
    }

    fn event(actor: Actor, pass: &Pass) -> Value {
        let ctx = Ctx {
            actor,
            purpose: "TREAT".to_owned(),
            reason: Some("spoed".to_owned()),
            scopes: None,
            request_id: "request".to_owned(),
            now: 0,
        };
        let text = body(&ctx, pass, "http://base");
        let event: Value = serde_json::from_str(&text).expect("it is JSON");
        let mut whole = event.clone();
        whole["id"] = "1".into();
        assert_eq!(spil_fhir_profiles::validate::validate(&whole), Vec::new(), "{text}");
        event
    }

    #[test]
    fn every_actor_and_pass_gives_a_sound_event() {
        let mut pass = Pass::new(Verb::Read, Some("Observation/1".to_owned()));
        pass.consent = Some("c/2".to_owned());
        pass.categories = vec![1, 2];
        pass.others = vec!["Observation/2".to_owned()];
        let subject = Subject { id: None, name: Some("A. Arts".to_owned()), role: Some("01.015".to_owned()) };
        let found = event(organisation(Some(subject)), &pass);
        assert_eq!(found["agent"][0]["who"]["identifier"]["value"], "A. Arts");
        assert_eq!(found["agent"][1]["name"], "Praktijk \"De Brug\" \\ zuid\n");
        assert_eq!(found["agent"][2]["requestor"], false);
        assert_eq!(found["entity"][0]["what"]["reference"], "Observation/1");
        assert_eq!(found["entity"][0]["detail"][4]["valueString"], "spoed");
        assert_eq!(found["entity"][2]["what"]["reference"], "Consent/c/_history/2");
        assert_eq!(found["entity"][3]["what"]["identifier"]["value"], "request");
        let mut search = Pass::new(Verb::Search, None).refuse("scope");
        search.query = Some("Observation?code".to_owned());
        let found = event(organisation(None), &search);
        assert_eq!(found["outcomeDesc"], "scope");
        assert_eq!(found["outcome"], "4");
        assert_eq!(found["agent"][0]["requestor"], true);
        assert!(found["entity"][0]["query"].is_string());
        for relation in [None, Some("parent".to_owned())] {
            let actor = PatientActor {
                person: 1,
                patient_id: "p".to_owned(),
                subject: "sub".to_owned(),
                name: "An".to_owned(),
                relation: relation.clone(),
                client_id: None,
            };
            let found = event(Actor::Patient(actor), &Pass::new(Verb::Operation, None));
            assert_eq!(found["agent"][0]["who"]["reference"].is_string(), relation.is_none());
            assert_eq!(found["agent"][0]["role"].is_array(), relation.is_some());
        }
        assert_eq!(event(Actor::Hub, &Pass::new(Verb::Create, None))["agent"][0]["who"]["display"], "Spil");
    }
}
