//! Medication by the building blocks of MP9 3.0: agreement, dispense request, administration agreement, dispense, use.
//!
//! The blocks of one treatment lie with several organisations and carry the same treatment number.

use serde_json::{Value, json};

use super::super::medicines::{Course, Medicine};
use super::super::random::Random;
use super::code::{Code, code, extension, number, profile, sct};
use super::source::Source;

const AGREEMENT: Code = sct("33633005", "Medicatieafspraak");
const DISPENSE_REQUEST: Code = sct("52711000146108", "Verstrekkingsverzoek");
const ADMINISTRATION: Code = sct("422037009", "Toedieningsafspraak");
const DISPENSE: Code = sct("373784005", "Medicatieverstrekking");
const USE: Code = sct("422979000", "Medicatiegebruik");
const STOPPED: Code = sct("113371000146109", "Definitief gestopt");

/// Requests to dispense that are older than this many days are no longer kept.
const RECENT: i64 = 500;

const TREATMENTS: &str = "https://vlierstreek.example/fhir/NamingSystem/farmaceutische-behandeling";
const BLOCKS: &str = "https://vlierstreek.example/fhir/NamingSystem/medicatiebouwsteen";

impl Source<'_> {
    /// The number of a treatment: the same in the systems of all organisations.
    fn treatment(&self, course: &Course) -> String {
        let label = format!("{}/{}", self.person.bsn, course.medicine.prk);
        format!("MBH-{:016x}", Random::new(3).fork(&label).next())
    }

    fn product(&mut self, medicine: &Medicine) -> String {
        let built = json!({
            "resourceType": "Medication",
            "meta": profile("mp-PharmaceuticalProduct"),
            "code": {
                "coding": [
                    {"system": "urn:oid:2.16.840.1.113883.2.4.4.10", "code": medicine.prk, "display": medicine.name.to_uppercase()},
                    {"system": "http://www.whocc.no/atc", "code": medicine.atc, "display": medicine.substance},
                ],
                "text": medicine.name,
            },
            "form": {"text": medicine.form},
        });
        self.add(built)
    }

    fn common(&self, course: &Course, until: Option<i64>, registered: i64) -> Vec<Value> {
        let mut period = json!({"start": self.clock.at(course.since, 8, 0)});
        if let Some(days) = until {
            period["end"] = json!(self.clock.at(days, 23, 59));
        }
        let treatment = json!({"system": TREATMENTS, "value": self.treatment(course)});
        vec![
            extension("ext-RenderedDosageInstruction", "valueString", &json!(course.rendered())),
            extension("ext-TimeInterval.Period", "valuePeriod", &period),
            extension("ext-PharmaceuticalTreatment.Identifier", "valueIdentifier", &treatment),
            extension("ext-RegistrationDateTime", "valueDateTime", &json!(self.clock.at(registered, 9, 15))),
        ]
    }

    fn block(&self, course: &Course, sort: &str) -> Value {
        json!([{"system": BLOCKS, "value": format!("{}-{sort}", self.treatment(course))}])
    }

    /// Medication agreements of these courses; a stopped course gets a second one that ends it.
    pub fn agreements(&mut self, courses: &[Course]) -> Vec<String> {
        courses.iter().map(|course| self.agreement(course)).collect()
    }

    fn agreement(&mut self, course: &Course) -> String {
        let product = self.product(course.medicine);
        let medicine = json!({"reference": product, "type": "Medication", "display": course.medicine.name});
        let mut built = json!({
            "resourceType": "MedicationRequest",
            "meta": profile("mp-MedicationAgreement"),
            "extension": self.common(course, course.stopped, course.since),
            "identifier": self.block(course, "MA"),
            "status": if course.stopped.is_some() { "stopped" } else { "active" },
            "intent": "order",
            "category": [AGREEMENT.concept()],
            "medicationReference": medicine,
            "subject": self.subject(),
            "authoredOn": self.clock.at(course.since, 9, 15),
            "requester": self.writer(),
            "dosageInstruction": [course.dosage()],
        });
        if let Some(reason) = course.reason {
            built["reasonCode"] = json!([reason.concept()]);
        }
        let first = self.add(built.clone());
        let Some(stopped) = course.stopped else {
            if course.since < RECENT {
                self.dispense_request(course, &medicine, &first);
            }
            return first;
        };
        built["identifier"] = self.block(course, "MA-STOP");
        built["extension"] = json!(self.common(course, Some(stopped), stopped));
        built["modifierExtension"] = json!([extension("ext-StopType", "valueCodeableConcept", &STOPPED.concept())]);
        built["authoredOn"] = json!(self.clock.at(stopped, 11, 40));
        built["note"] = json!([{"text": course.stop_reason}]);
        built["priorPrescription"] = json!({"reference": first, "type": "MedicationRequest"});
        self.add(built)
    }

    fn dispense_request(&mut self, course: &Course, medicine: &Value, agreement: &str) {
        let pharmacy = super::super::organisations::organisation("pharmacy");
        let treatment = json!({"system": TREATMENTS, "value": self.treatment(course)});
        let built = json!({
            "resourceType": "MedicationRequest",
            "meta": profile("mp-DispenseRequest"),
            "extension": [extension("ext-PharmaceuticalTreatment.Identifier", "valueIdentifier", &treatment)],
            "identifier": self.block(course, "VV"),
            "status": "completed",
            "intent": "order",
            "category": [DISPENSE_REQUEST.concept()],
            "medicationReference": medicine,
            "subject": self.subject(),
            "authoredOn": self.clock.at(course.since, 9, 16),
            "requester": self.writer(),
            "basedOn": [{"reference": agreement, "type": "MedicationRequest"}],
            "dispenseRequest": {
                "quantity": course.quantity(),
                "performer": {"reference": format!("Organization/{}", pharmacy.id), "type": "Organization", "display": pharmacy.name},
            },
        });
        self.add(built);
    }

    /// What the pharmacy does for these courses: an administration agreement and the last dispense.
    pub fn dispenses(&mut self, courses: &[Course]) -> Vec<String> {
        courses.iter().map(|course| self.dispensed(course)).collect()
    }

    fn dispensed(&mut self, course: &Course) -> String {
        let product = self.product(course.medicine);
        let medicine = json!({"reference": product, "type": "Medication", "display": course.medicine.name});
        let agreement = json!({
            "type": "MedicationRequest",
            "identifier": self.block(course, "MA")[0],
            "display": format!("Medicatieafspraak {}", course.medicine.name),
        });
        let agreed = self.clock.at(course.since, 13, 30);
        let mut extensions = self.common(course, course.stopped, course.since);
        extensions.push(extension(
            "ext-AdministrationAgreement.AdministrationAgreementDateTime",
            "valueDateTime",
            &json!(agreed),
        ));
        let mut built = json!({
            "resourceType": "MedicationDispense",
            "meta": profile("mp-AdministrationAgreement"),
            "extension": extensions,
            "identifier": self.block(course, "TA"),
            "status": if course.stopped.is_some() { "stopped" } else { "in-progress" },
            "category": ADMINISTRATION.concept(),
            "medicationReference": medicine,
            "subject": self.subject(),
            "performer": [{"actor": self.organisation()}],
            "authorizingPrescription": [agreement],
            "dosageInstruction": [course.dosage()],
        });
        if course.stopped.is_some() {
            built["modifierExtension"] = json!([extension("ext-StopType", "valueCodeableConcept", &STOPPED.concept())]);
        }
        let url = self.add(built);
        self.handed_over(course, &medicine);
        url
    }

    fn handed_over(&mut self, course: &Course, medicine: &Value) {
        let days = course.stopped.map_or_else(|| course.since.min(self.random.between(4, 60).into()), |_| course.since);
        let treatment = json!({"system": TREATMENTS, "value": self.treatment(course)});
        let mut built = json!({
            "resourceType": "MedicationDispense",
            "meta": profile("mp-MedicationDispense"),
            "extension": [extension("ext-PharmaceuticalTreatment.Identifier", "valueIdentifier", &treatment)],
            "identifier": self.block(course, "MVE"),
            "status": "completed",
            "category": DISPENSE.concept(),
            "medicationReference": medicine,
            "subject": self.subject(),
            "performer": [{"actor": self.organisation()}],
            "quantity": course.quantity(),
            "daysSupply": {"value": number("90"), "unit": "dag", "system": super::code::UCUM, "code": "d"},
            "whenHandedOver": self.clock.at(days, 16, 5),
        });
        if course.stopped.is_none() && course.since < RECENT {
            let request = self.block(course, "VV")[0].clone();
            built["authorizingPrescription"] = json!([{"type": "MedicationRequest", "identifier": request}]);
        }
        self.add(built);
    }

    /// What the patient really takes, as this organisation heard it.
    pub fn uses(&mut self, courses: &[Course], days: i64) -> Vec<String> {
        courses.iter().map(|course| self.used(course, days)).collect()
    }

    fn used(&mut self, course: &Course, days: i64) -> String {
        let product = self.product(course.medicine);
        let taking = course.stopped.is_none();
        let mut period = json!({"start": self.clock.at(course.since, 8, 0)});
        if let Some(stopped) = course.stopped {
            period["end"] = json!(self.clock.at(stopped, 23, 59));
        }
        let treatment = json!({"system": TREATMENTS, "value": self.treatment(course)});
        let derived = json!({
            "extension": [extension("ext-ResourceCategory", "valueCodeableConcept", &AGREEMENT.concept())],
            "type": "MedicationRequest",
            "identifier": self.block(course, "MA")[0],
        });
        let built = json!({
            "resourceType": "MedicationStatement",
            "meta": profile("mp-MedicationUse2"),
            "extension": [
                extension("ext-RenderedDosageInstruction", "valueString", &json!(course.rendered())),
                extension("ext-AsAgreedIndicator", "valueBoolean", &json!(true)),
                extension("ext-PharmaceuticalTreatment.Identifier", "valueIdentifier", &treatment),
            ],
            "identifier": self.block(course, &format!("MGB-{}", self.org.kind)),
            "status": if taking { "active" } else { "stopped" },
            "category": USE.concept(),
            "medicationReference": {"reference": product, "type": "Medication", "display": course.medicine.name},
            "subject": self.subject(),
            "effectivePeriod": period,
            "dateAsserted": self.clock.at(days, 10, 45),
            "informationSource": self.subject(),
            "derivedFrom": [derived],
            "dosage": [course.dosage()],
        });
        self.add(built)
    }
}

impl Course {
    /// The instruction in words, with the period.
    pub fn rendered(&self) -> String {
        if self.as_needed { format!("Zo nodig {}", self.text) } else { self.text.to_owned() }
    }

    fn dosage(&self) -> Value {
        let unit = self.medicine.unit;
        let mut dosage = json!({
            "text": self.rendered(),
            "timing": {"repeat": {"frequency": self.per_day, "period": 1, "periodUnit": self.period_unit}},
            "route": code("urn:oid:2.16.840.1.113883.2.4.4.9", self.medicine.route.0, self.medicine.route.1).concept(),
            "doseAndRate": [{"doseQuantity": {
                "value": number(self.dose),
                "unit": unit.1,
                "system": "urn:oid:2.16.840.1.113883.2.4.4.1.900.2",
                "code": unit.0,
            }}],
        });
        if self.as_needed {
            dosage["asNeededBoolean"] = json!(true);
        }
        dosage
    }

    fn quantity(&self) -> Value {
        let unit = self.medicine.unit;
        json!({
            "value": number(&(90 * self.per_day).to_string()),
            "unit": unit.1,
            "system": "urn:oid:2.16.840.1.113883.2.4.4.1.900.2",
            "code": unit.0,
        })
    }
}
