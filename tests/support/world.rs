//! Two patients, five kinds of callers.

use serde_json::{Value, json};

use super::builders::{bundle, coded, condition, consent, encounter, patient, permit, weight};
use super::{Caller, Engine, Fixture, Person, Server};

/// Who calls, in the order of the columns of the tables.
pub const CALLERS: [&str; 7] = ["nobody", "other", "permitted", "revoked", "source", "patient", "other patient"];

/// A server with a patient whose record the hospital holds, who permits the GP practice and has withdrawn the permission
/// of the out-of-hours post; and another patient.
pub struct World {
    /// The server.
    pub server: Server,
    /// The patient.
    pub anna: Person,
    /// Another patient.
    pub bert: Person,
}

/// The hospital's `Patient`, by id.
pub const PATIENT: &str = "Patient/h1";
/// The hospital's `Condition`.
pub const CONDITION: &str = "Condition/c1";
/// Its SNOMED code.
pub const CODE: &str = "13645005";

impl World {
    async fn new(engine: Engine) -> Self {
        let server = Server::start(engine).await;
        let (anna, bert) = (server.person().await, server.person().await);
        let record = bundle(
            "transaction",
            vec![
                ("PUT", PATIENT, patient(&anna.bsn)),
                ("PUT", CONDITION, condition(PATIENT, CODE)),
                ("PUT", "Composition/d1", letter(PATIENT, CONDITION)),
                ("PUT", "Encounter/e1", encounter(PATIENT)),
                ("PUT", "Observation/o1", weight(PATIENT, "2026-01-05", "72.5")),
                ("PUT", "CodeSystem/colours", colours()),
                ("PUT", "ValueSet/colours", colours_set()),
                ("PUT", "ConceptMap/colours", colours_map()),
            ],
        );
        server.hospital().post("", &record).await.expect(200);
        let world = Self { server, anna, bert };
        world.permit("org-gp").await;
        let revoked = world.permit("org-gp-post").await;
        world.server.patient(&world.anna).delete(&format!("Consent/{revoked}")).await.expect(204);
        world
    }

    /// The patient permits an organisation everything; gives the id of the consent.
    pub async fn permit(&self, organization: &str) -> String {
        self.consents(permit(organization)).await
    }

    /// The patient lays down a provision; gives the id of the consent.
    pub async fn consents(&self, provision: Value) -> String {
        let body = consent(&self.anna.reference(), provision);
        self.server.patient(&self.anna).post("Consent", &body).await.expect(201).id()
    }

    /// Whether the log is whole.
    pub async fn sound(&self) -> bool {
        let app = self.server.app();
        app.store.verify_audit(app.log_key.verifier(), Vec::new()).await.expect("read").is_ok()
    }

    /// The caller of a column of the tables.
    pub fn caller(&self, name: &str) -> Caller<'_> {
        match name {
            "nobody" => self.server.nobody(),
            "other" => self.server.vvt(),
            "permitted" => self.server.gp(),
            "revoked" => self.server.gp_post(),
            "source" => self.server.hospital(),
            "patient" => self.server.patient(&self.anna),
            "other patient" => self.server.patient(&self.bert),
            other => panic!("nobody is called {other}"),
        }
    }
}

impl Fixture for World {
    async fn on(engine: Engine) -> Self {
        Self::new(engine).await
    }
}

/// A `Composition` with one section.
pub fn letter(patient: &str, entry: &str) -> Value {
    json!({
        "resourceType": "Composition",
        "status": "final",
        "type": coded("http://loinc.org", "11503-0"),
        "subject": {"reference": patient},
        "date": "2026-02-01",
        "author": [{"display": "Arts"}],
        "title": "Brief",
        "section": [{"title": "Diagnose", "entry": [{"reference": entry}]}],
    })
}

/// The address of a code system with two colours.
pub const COLOURS: &str = "http://example.org/fhir/CodeSystem/colours";

fn colours() -> Value {
    json!({
        "resourceType": "CodeSystem", "url": COLOURS, "status": "active", "content": "complete",
        "concept": [{"code": "warm", "concept": [{"code": "red"}]}],
    })
}

fn colours_set() -> Value {
    json!({
        "resourceType": "ValueSet", "url": "http://example.org/fhir/ValueSet/colours", "status": "active",
        "compose": {"include": [{"system": COLOURS}]},
    })
}

fn colours_map() -> Value {
    json!({
        "resourceType": "ConceptMap", "url": "http://example.org/fhir/ConceptMap/colours", "status": "active",
        "group": [{"source": COLOURS, "target": "urn:example:paint", "element": [
            {"code": "red", "target": [{"code": "7", "equivalence": "equivalent"}]},
        ]}],
    })
}
