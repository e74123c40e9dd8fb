//! Random resources of many types with references among them, also across patients and organisations.

use serde_json::{Value, json};
use spil_consent::{Category, CategorySet};

use super::consents::date;
use super::rule::People;
use super::world::{By, DAY, TODAY, Thing, Version};
use crate::search::differential::Dice;
use crate::support::builders::{allergy, coded, condition, encounter, labelled, patient, prescription, weight};

const SNOMED: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";
const LABELS: [(&str, u8); 5] = [("PSY", 1), ("SEX", 2), ("GDIS", 4), ("SDV", 8), ("HIV", 16)];

/// What a resource says, and what the rule of who may see it must know.
pub struct Made {
    /// The resource without id.
    pub body: Value,
    /// Its category.
    pub category: Category,
    /// Its clinical time.
    pub period: Option<(i64, i64)>,
}

/// Makes resources, one after the other.
pub struct Maker<'d> {
    /// Where choices come from.
    pub dice: &'d mut Dice,
    /// Who is there.
    pub people: &'d People,
    /// What was made until now.
    pub made: Vec<Thing>,
    /// What the ids of this world begin with.
    pub prefix: String,
}

/// Whom and by whom a resource is about.
#[derive(Clone, Copy)]
pub struct About {
    /// The person.
    pub person: usize,
    /// The writer.
    pub by: By,
}

impl Maker<'_> {
    /// The `Patient` of a person at an organisation; now and then without a number.
    pub fn patient(&mut self, person: usize, kind: &'static str) {
        let mut body = patient(&self.people.bsns[person]);
        body["name"][0]["family"] = json!(self.dice.text(&["Jansen", "Verborgen", "de Vries", "Bakker"]));
        body["birthDate"] = json!(self.dice.text(&["1933-03-03", "1950-03-04", "2010-01-01"]));
        if self.dice.chance(12) {
            body["identifier"] = json!([{"system": "urn:example:local", "value": format!("{kind}-{person}")}]);
        }
        if let Some(other) = self.refer("Patient", None).filter(|_| self.dice.chance(6)) {
            body["link"] = json!([{"other": other, "type": "seealso"}]);
        }
        let id = format!("{}p{person}-{}", self.prefix, kind.replace('_', "-"));
        let one = Made { body, category: Category::Identity, period: None };
        self.keep("Patient", id, By::Org(kind), one);
    }

    /// Keeps a new resource.
    pub fn keep(&mut self, rtype: &'static str, id: String, by: By, made: Made) {
        let version = self.version(rtype, &id, made);
        self.made.push(Thing { rtype, id, by, versions: vec![version] });
    }

    fn version(&mut self, rtype: &str, id: &str, made: Made) -> Version {
        let Made { mut body, category, period } = made;
        body["resourceType"] = json!(rtype);
        body["id"] = json!(id);
        let (carries, mut labels) = super::carriers::inside(&body, true);
        if self.dice.chance(10) && rtype != "Patient" {
            let (code, label) = *self.dice.one(&LABELS);
            body = labelled(body, code);
            labels |= label;
        }
        if self.dice.chance(10) && body["meta"].is_null() {
            body["meta"] = json!({"tag": [{"system": "urn:t", "code": self.dice.text(&["x", "y"])}]});
        }
        Version { body: Some(body), category, labels, carries, period }
    }

    /// A further version of something, or its deletion.
    pub fn change(&mut self, at: usize, about: About) {
        let thing = self.made[at].clone();
        let version = if self.dice.chance(3) && thing.rtype != "Patient" {
            Version { body: None, ..thing.now().clone() }
        } else {
            let Some(made) = self.make(thing.rtype, about) else { return };
            self.version(thing.rtype, &thing.id, made)
        };
        self.made[at].versions.push(version);
    }

    /// A reference to something of a type, mostly of the same person, with or without words about it.
    pub fn refer(&mut self, rtype: &str, person: Option<usize>) -> Option<Value> {
        let of = |thing: &&Thing| {
            let mark = person.filter(|_| rtype == "Patient").map(|at| format!("p{at}-"));
            thing.rtype == rtype && mark.is_none_or(|mark| thing.id.contains(&mark))
        };
        let found: Vec<String> = self.made.iter().filter(of).map(Thing::name).collect();
        if found.is_empty() {
            return None;
        }
        let mut name = self.dice.one(&found).clone();
        if self.dice.chance(15) {
            name = format!("{rtype}/absent-{}", self.dice.below(3));
        }
        let mut reference = json!({"reference": name});
        if self.dice.chance(3) {
            reference["display"] = json!(format!("woorden over {}", self.dice.below(3)));
        }
        if self.dice.chance(8) && rtype != "Patient" {
            reference["identifier"] = json!({"system": "urn:example:ids", "value": format!("{}", self.dice.below(4))});
        }
        Some(reference)
    }

    /// The `Patient` that a resource is about: the writer's own, the hub's, or now and then another's.
    pub fn subject(&mut self, about: About) -> String {
        let hub = format!("Patient/{}", self.people.hub[about.person]);
        let By::Org(kind) = about.by else { return hub };
        let own = format!("Patient/{}p{}-{}", self.prefix, about.person, kind.replace('_', "-"));
        let has_own = self.made.iter().any(|thing| thing.name() == own);
        let other = self.refer("Patient", Some(about.person)).filter(|_| self.dice.chance(15));
        if let Some(other) = other {
            return other["reference"].as_str().expect("text").to_owned();
        }
        if has_own && !self.dice.chance(8) { own } else { hub }
    }

    fn day(&mut self) -> i64 {
        TODAY - DAY * *self.dice.one(&[121, 91, 56, 51, 20, 15])
    }

    fn with(&mut self, body: &mut Value, element: &str, rtype: &str, many: bool) {
        if self.dice.chance(2) {
            return;
        }
        if let Some(reference) = self.refer(rtype, None) {
            body[element] = if many { json!([reference]) } else { reference };
        }
    }

    /// A resource of a type; none where it has nothing to point at.
    pub fn make(&mut self, rtype: &str, about: About) -> Option<Made> {
        if let Some(made) = super::carriers::make(self, rtype, about) {
            return Some(made);
        }
        let subject = self.subject(about);
        let day = self.day();
        let (on, at) = (date(day), Some((day, day + DAY)));
        let made = |body, category, period| Some(Made { body, category, period });
        match rtype {
            "Condition" => {
                let (code, category) = *self.dice.one(&[
                    ("38341003", Category::Problems),
                    ("13645005", Category::Problems),
                    ("35489007", Category::MentalHealth),
                ]);
                let mut body = condition(&subject, code);
                body["onsetDateTime"] = json!(on);
                self.with(&mut body, "encounter", "Encounter", false);
                self.with(&mut body, "asserter", "RelatedPerson", false);
                if let Some(found) = self.refer("Observation", None).filter(|_| self.dice.chance(3)) {
                    body["evidence"] = json!([{"detail": [found]}]);
                }
                made(body, category, at)
            }
            "Observation" => {
                let kg = self.dice.text(&["70", "72.5", "81"]);
                let mut body = weight(&subject, &on, kg);
                let mut category = Category::Measurements;
                if self.dice.chance(3) {
                    body["category"] =
                        json!([coded("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")]);
                    body["code"] = coded(LOINC, "718-7");
                    category = Category::Results;
                }
                self.with(&mut body, "encounter", "Encounter", false);
                self.with(&mut body, "focus", "Condition", true);
                self.with(&mut body, "derivedFrom", "Observation", true);
                made(body, category, at)
            }
            "MedicationRequest" => {
                let mut body = prescription(&subject, self.dice.text(&["C03CA01", "N02BE01"]));
                body["authoredOn"] = json!(on);
                self.treatment(&mut body);
                self.with(&mut body, "encounter", "Encounter", false);
                self.with(&mut body, "reasonReference", "Condition", true);
                made(body, Category::Medication, at)
            }
            "AllergyIntolerance" => made(allergy(&subject, "91936005"), Category::Allergies, None),
            "Encounter" => {
                let mut body = encounter(&subject);
                body["period"] = json!({"start": on, "end": on});
                if let Some(found) = self.refer("Condition", None).filter(|_| self.dice.chance(2)) {
                    body["diagnosis"] = json!([{"condition": found}]);
                }
                self.with(&mut body, "partOf", "Encounter", false);
                made(body, Category::Encounters, at)
            }
            "Procedure" => {
                let mut body = json!({"status": "completed", "code": coded(SNOMED, "80146002"), "subject": {"reference": subject}, "performedDateTime": on});
                self.with(&mut body, "reasonReference", "Condition", true);
                made(body, Category::Procedures, at)
            }
            "Immunization" => made(
                json!({"status": "completed", "vaccineCode": coded(SNOMED, "1119305005"), "patient": {"reference": subject}, "occurrenceDateTime": on}),
                Category::Vaccinations,
                at,
            ),
            "Flag" => made(
                json!({"status": "active", "code": coded(SNOMED, "390790000"), "subject": {"reference": subject}}),
                Category::Problems,
                None,
            ),
            "CarePlan" => {
                let mut body =
                    json!({"status": "active", "intent": "plan", "subject": {"reference": subject}, "created": on});
                self.with(&mut body, "goal", "Goal", true);
                self.with(&mut body, "addresses", "Condition", true);
                made(body, Category::Nursing, at)
            }
            "Goal" => made(
                json!({"lifecycleStatus": "active", "description": {"text": "lopen"}, "subject": {"reference": subject}}),
                Category::Nursing,
                None,
            ),
            "RelatedPerson" => made(
                json!({"patient": {"reference": subject}, "name": [{"family": "Naaste"}]}),
                Category::Contacts,
                None,
            ),
            "DiagnosticReport" => {
                let mut body = json!({"status": "final", "code": coded(LOINC, "58410-2"), "subject": {"reference": subject}, "effectiveDateTime": on});
                self.with(&mut body, "result", "Observation", true);
                made(body, Category::Results, at)
            }
            "Group" => {
                let mut body =
                    json!({"type": "person", "actual": true, "member": [{"entity": {"reference": subject}}]});
                if let Some(other) = self.refer("Patient", None).filter(|_| self.dice.chance(2)) {
                    body["member"] = json!([{"entity": {"reference": subject}}, {"entity": other}]);
                }
                made(body, Category::Contacts, None)
            }
            "Consent" => made(
                json!({"status": "active", "scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", "treatment"),
                    "category": [coded(LOINC, "59284-0")], "patient": {"reference": subject}, "dateTime": on,
                    "policyRule": coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTIN")}),
                Category::Wishes,
                at,
            ),
            "Practitioner" => made(json!({"name": [{"family": "Arts"}]}), Category::General, None),
            "Location" => made(json!({"name": "Polikliniek"}), Category::General, None),
            _ => self.task(subject, &on, at),
        }
    }

    /// Makes a prescription a block of one of a few treatments, now and then one that stops it.
    fn treatment(&mut self, body: &mut Value) {
        const BASE: &str = "http://nictiz.nl/fhir/StructureDefinition";
        let period = json!({"start": "2025-11-01", "end": self.dice.text(&["2026-01-15", "2027"])});
        let treatment = json!({"system": "urn:mbh", "value": self.dice.text(&["1", "2"])});
        body["category"] = json!([coded(SNOMED, "33633005")]);
        body["extension"] = json!([
            {"url": format!("{BASE}/ext-TimeInterval.Period"), "valuePeriod": period},
            {"url": format!("{BASE}/ext-PharmaceuticalTreatment.Identifier"), "valueIdentifier": treatment},
        ]);
        if self.dice.chance(2) {
            let url = format!("{BASE}/ext-StopType");
            body["modifierExtension"] = json!([{"url": url, "valueCodeableConcept": coded(SNOMED, "410546004")}]);
        }
    }

    /// A handoff that lends out something of the sender, or another task.
    fn task(&mut self, subject: String, on: &str, at: Option<(i64, i64)>) -> Option<Made> {
        let focus = self.dice.text(&["Composition", "Condition", "Bundle"]);
        let focus = self.refer(focus, None)?;
        let owner = crate::support::region::organization(self.dice.text(&["gp", "hospital", "vvt"]));
        let handoff = !self.dice.chance(4);
        let status =
            if handoff { &["requested", "accepted", "accepted", "draft"][..] } else { &["requested", "completed"] };
        let mut body = json!({"status": self.dice.text(status), "intent": "order",
            "code": coded(SNOMED, if handoff { "308292007" } else { "1" }), "for": {"reference": subject}, "focus": focus,
            "authoredOn": on, "owner": {"reference": format!("Organization/{owner}")}});
        // Some ask without telling who it is about.
        if handoff && self.dice.chance(4) {
            body.as_object_mut().expect("an object").shift_remove("for");
        }
        Some(Made { body, category: if handoff { Category::Nursing } else { Category::Encounters }, period: at })
    }
}

/// Nothing is carried.
pub const NOTHING: (CategorySet, u8) = (CategorySet::EMPTY, 0);
