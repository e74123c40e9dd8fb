//! What was done: contacts, procedures, vaccinations, and what is planned.

use serde_json::{Value, json};

use super::code::{Code, code, profile, sct};
use super::source::Source;

/// A contact or an admission.
#[derive(Debug)]
pub struct Visit {
    /// Class: code and name.
    pub class: (&'static str, &'static str),
    /// Why.
    pub reason: Code,
    /// Days ago of the beginning.
    pub start: i64,
    /// Days ago of the end.
    pub end: i64,
}

impl Visit {
    /// A consultation at the practice or the clinic.
    pub const fn consult(reason: Code, days: i64) -> Self {
        Self { class: ("AMB", "Consult"), reason, start: days, end: days }
    }

    /// A visit at home.
    pub const fn home(reason: Code, days: i64) -> Self {
        Self { class: ("HH", "Huisbezoek"), reason, start: days, end: days }
    }

    /// An emergency.
    pub const fn emergency(reason: Code, days: i64) -> Self {
        Self { class: ("EMER", "Spoedconsult"), reason, start: days, end: days }
    }

    /// An admission.
    pub const fn admission(reason: Code, start: i64, end: i64) -> Self {
        Self { class: ("IMP", "Opname"), reason, start, end }
    }
}

impl Source<'_> {
    /// A contact or an admission.
    pub fn encounter(&mut self, visit: &Visit) -> String {
        let same_day = visit.start == visit.end;
        let (start, end) = if same_day {
            (self.clock.at(visit.start, 10, 0), self.clock.at(visit.end, 10, 20))
        } else {
            (self.clock.at(visit.start, 9, 30), self.clock.at(visit.end, 14, 0))
        };
        let class = code("http://terminology.hl7.org/CodeSystem/v3-ActCode", visit.class.0, visit.class.1);
        let built = json!({
            "resourceType": "Encounter",
            "meta": profile("nl-core-Encounter"),
            "status": "finished",
            "class": class.coding(),
            "subject": self.subject(),
            "participant": [{"individual": self.writer()}],
            "period": {"start": start, "end": end},
            "reasonCode": [visit.reason.concept()],
            "serviceProvider": self.organisation(),
        });
        self.add(built)
    }

    /// A contact that is planned, so many days from now.
    pub fn appointment(&mut self, reason: &Code, days: i64) -> String {
        let built = json!({
            "resourceType": "Appointment",
            "status": "booked",
            "reasonCode": [reason.concept()],
            "description": reason.display,
            "start": self.clock.at(-days, 10, 30),
            "end": self.clock.at(-days, 10, 50),
            "participant": [
                {"actor": self.subject(), "status": "accepted"},
                {"actor": self.writer(), "status": "accepted"},
            ],
        });
        self.add(built)
    }

    /// A procedure.
    pub fn procedure(&mut self, what: &Code, site: Option<&Code>, days: i64) -> String {
        let mut built = json!({
            "resourceType": "Procedure",
            "meta": profile("nl-core-Procedure-event"),
            "status": "completed",
            "code": what.concept(),
            "subject": self.subject(),
            "performedDateTime": self.moment(days),
            "performer": [{"actor": self.writer(), "onBehalfOf": self.organisation()}],
        });
        if let Some(site) = site {
            built["bodySite"] = json!([site.concept()]);
        }
        self.add(built)
    }

    /// A vaccination.
    pub fn vaccination(&mut self, what: &Code, days: i64) -> String {
        let built = json!({
            "resourceType": "Immunization",
            "meta": profile("nl-core-Vaccination-event"),
            "status": "completed",
            "vaccineCode": what.concept(),
            "patient": self.subject(),
            "occurrenceDateTime": self.clock.date(days),
            "primarySource": true,
            "performer": [{"actor": self.writer()}],
        });
        self.add(built)
    }

    /// A letter asking another organisation to see the patient.
    pub fn referral(&mut self, what: &Code, why: &Code, to: &str, days: i64) -> String {
        let to = super::super::organisations::organisation(to);
        let built = json!({
            "resourceType": "ServiceRequest",
            "status": "completed",
            "intent": "order",
            "category": [sct("3457005", "Verwijzing").concept()],
            "code": what.concept(),
            "subject": self.subject(),
            "authoredOn": self.moment(days),
            "requester": self.writer(),
            "performer": [{"reference": format!("Organization/{}", to.id), "type": "Organization", "display": to.name}],
            "reasonCode": [why.concept()],
        });
        self.add(built)
    }

    /// A goal of the treatment.
    pub fn goal(&mut self, text: &str, about: Option<&str>, days: i64) -> String {
        let mut built = json!({
            "resourceType": "Goal",
            "meta": profile("nl-core-TreatmentObjective"),
            "lifecycleStatus": "active",
            "description": {"text": text},
            "subject": self.subject(),
            "startDate": self.clock.date(days),
            "expressedBy": self.writer(),
        });
        if let Some(condition) = about {
            built["addresses"] = json!([{"reference": condition, "type": "Condition"}]);
        }
        self.add(built)
    }

    /// A plan of care with its activities.
    pub fn care_plan(
        &mut self,
        category: &Code,
        title: &str,
        activities: &[(Code, &str)],
        about: &[String],
        days: i64,
    ) -> String {
        let activities: Vec<Value> = activities
            .iter()
            .map(|(what, when)| {
                json!({"detail": {
                    "code": what.concept(),
                    "status": "in-progress",
                    "scheduledString": when,
                    "performer": [self.writer()],
                    "description": what.display,
                }})
            })
            .collect();
        let zib = if category.value == "243114000" { "nl-core-HelpFromOthers" } else { "nl-core-NursingIntervention" };
        let mut built = json!({
            "resourceType": "CarePlan",
            "meta": profile(zib),
            "status": "active",
            "intent": "plan",
            "category": [category.concept()],
            "title": title,
            "subject": self.subject(),
            "period": {"start": self.clock.date(days)},
            "created": self.clock.date(days),
            "author": self.writer(),
            "activity": activities,
        });
        if !about.is_empty() {
            let addresses: Vec<Value> =
                about.iter().map(|url| json!({"reference": url, "type": "Condition"})).collect();
            built["addresses"] = json!(addresses);
        }
        self.add(built)
    }

    /// The people who care for the patient together.
    pub fn care_team(&mut self, members: &[&str], days: i64) -> String {
        let participants: Vec<Value> = members
            .iter()
            .map(|id| super::super::professionals::professional(id))
            .map(|who| {
                json!({
                    "role": [{"text": who.role_name}],
                    "member": {"reference": format!("Practitioner/{}", who.id), "type": "Practitioner", "display": who.name},
                })
            })
            .collect();
        let built = json!({
            "resourceType": "CareTeam",
            "meta": profile("nl-core-CareTeam"),
            "status": "active",
            "name": "Zorgteam",
            "subject": self.subject(),
            "period": {"start": self.clock.date(days)},
            "participant": participants,
        });
        self.add(built)
    }
}
