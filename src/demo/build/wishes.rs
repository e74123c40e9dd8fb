//! Advance care planning: the conversation, the goal, and what matters to the patient.

use serde_json::{Value, json};

use super::care::Visit;
use super::code::{Code, reference, sct};
use super::source::Source;

const PLANNING: Code = sct("713603004", "Proactieve zorgplanning");

/// What came out of a conversation about the last phase of life.
#[derive(Debug)]
pub struct Conversation {
    /// Days ago.
    pub days: i64,
    /// Goal of medical care.
    pub goal: Code,
    /// In the patient's words.
    pub goal_note: &'static str,
    /// Specific wishes.
    pub wishes: &'static str,
    /// What gives meaning.
    pub purpose: &'static str,
    /// Preferred place of death.
    pub place: Code,
    /// Position regarding euthanasia.
    pub euthanasia: Code,
    /// Registered as organ donor.
    pub donor: Code,
}

impl Source<'_> {
    /// Everything that belongs to a conversation; the contact person is informed.
    pub fn conversation(&mut self, what: &Conversation, contact: &str) -> String {
        let encounter = self.encounter(&Visit::home(PLANNING, what.days));
        let procedure = self.procedure(&PLANNING, None, what.days);
        let link = reference(&encounter, "Encounter", "Gesprek over wensen en grenzen");
        self.amend(&procedure, |built| built["encounter"] = link.clone());
        let back = reference(&procedure, "Procedure", PLANNING.display);
        self.amend(&encounter, |built| built["reasonReference"] = json!([back]));
        self.policy_goal(what, &link);
        let method = sct("370819000", "Vaststellen van persoonlijke waarden en wensen");
        let wish = sct("153851000146100", "Wensen en verwachtingen over de behandeling");
        let url = self.remark("", &wish, what.wishes, what.days);
        self.amend(&url, |built| built["method"] = method.concept());
        let mut urls = vec![url];
        urls.push(self.remark("", &sct("247751003", "Zingeving"), what.purpose, what.days));
        urls.push(self.finding("", &sct("395091006", "Voorkeursplaats van overlijden"), &what.place, what.days));
        urls.push(self.finding("", &sct("340171000146104", "Standpunt over euthanasie"), &what.euthanasia, what.days));
        let donor =
            self.finding("", &sct("570801000146104", "Registratie in het donorregister"), &what.donor, what.days);
        self.amend(&donor, |built| built["method"] = sct("1156040003", "Zelf gemeld").concept());
        urls.push(donor);
        for url in urls {
            self.amend(&url, |built| built["encounter"] = link.clone());
        }
        self.inform_relatives(what.days, contact, &link);
        encounter
    }

    fn policy_goal(&mut self, what: &Conversation, encounter: &Value) {
        let built = json!({
            "resourceType": "Goal",
            "meta": {"profile": ["https://api.iknl.nl/docs/pzp/r4/StructureDefinition/ACP-MedicalPolicyGoal"]},
            "extension": [{
                "url": "http://hl7.org/fhir/StructureDefinition/encounter-associatedEncounter",
                "valueReference": encounter,
            }],
            "lifecycleStatus": "active",
            "category": [PLANNING.concept()],
            "description": what.goal.concept(),
            "subject": self.subject(),
            "statusDate": self.clock.date(what.days),
            "note": [{"text": what.goal_note}],
        });
        self.add(built);
    }

    fn inform_relatives(&mut self, days: i64, contact: &str, encounter: &Value) {
        let built = json!({
            "resourceType": "CommunicationRequest",
            "status": "completed",
            "category": [sct("223449006", "Naasten informeren").concept()],
            "subject": self.subject(),
            "encounter": encounter,
            "authoredOn": self.clock.date(days),
            "requester": self.writer(),
            "recipient": [{"reference": contact, "type": "RelatedPerson"}],
            "sender": self.subject(),
            "reasonCode": [PLANNING.concept()],
        });
        self.add(built);
    }

    /// Whether the patient can decide about medical treatment, on the organisation's own `Patient`.
    pub fn legally_capable(&mut self, capable: bool, comment: &str) {
        let url =
            "https://api.iknl.nl/docs/pzp/r4/StructureDefinition/ext-Patient.LegallyCapableMedicalTreatmentDecisions";
        let value = json!([{
            "url": url,
            "extension": [
                {"url": "legallyCapable", "valueBoolean": capable},
                {"url": "legallyCapableComment", "valueString": comment},
            ],
        }]);
        self.change_patient(|patient| patient["extension"] = value);
    }
}
