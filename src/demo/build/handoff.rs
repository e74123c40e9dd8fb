//! The nursing handoff: a composition with the section tree of eOverdracht, and the task that asks to take over.

use serde_json::{Value, json};
use spil_fhir_profiles::profile::OWN_BASE;

use super::super::organisations::organisation;
use super::code::{Code, NICTIZ, narrative, sct};
use super::source::Source;

const HANDOFF: Code = sct("11171000146100", "Verpleegkundige overdracht");

/// One section: its code, its text, what it refers to and its parts.
#[derive(Debug)]
pub struct Section {
    code: Code,
    text: Vec<String>,
    entries: Vec<String>,
    parts: Vec<Section>,
}

impl Section {
    /// A section that only holds others.
    pub fn group(code: Code, parts: Vec<Section>) -> Self {
        Self { code, text: vec![code.display.to_owned()], entries: Vec::new(), parts }
    }

    /// A section with a text and resources.
    pub fn of(code: Code, text: &str, entries: Vec<String>) -> Self {
        Self { code, text: vec![text.to_owned()], entries, parts: Vec::new() }
    }

    fn resource(&self) -> Value {
        let mut built = json!({
            "title": self.code.display,
            "code": self.code.concept(),
            "text": narrative(&self.text),
        });
        if !self.entries.is_empty() {
            let entries: Vec<Value> = self.entries.iter().map(|url| json!({"reference": url})).collect();
            built["entry"] = json!(entries);
        }
        if !self.parts.is_empty() {
            built["section"] = json!(self.parts.iter().map(Section::resource).collect::<Vec<_>>());
        }
        built
    }
}

impl Source<'_> {
    /// The handoff document, to be transferred so many days ago (negative: to come).
    pub fn handoff(&mut self, sections: &[Section], transfer: i64) -> String {
        let built = json!({
            "resourceType": "Composition",
            "meta": {"profile": [format!("{OWN_BASE}HandoffComposition")]},
            "extension": [{
                "url": format!("{NICTIZ}eOverdracht-TransferDate"),
                "valueDateTime": self.clock.at(transfer, 13, 0),
            }],
            "status": "final",
            "type": HANDOFF.concept(),
            "subject": self.subject(),
            "date": self.clock.at(0, 8, 30),
            "author": [self.writer()],
            "title": "Verpleegkundige overdracht",
            "custodian": self.organisation(),
            "section": sections.iter().map(Section::resource).collect::<Vec<_>>(),
        });
        self.add(built)
    }

    /// The task for the receiving organisation to take over the care.
    pub fn transfer_task(&mut self, composition: &str, receiver: &str, days: i64) -> String {
        let receiver = organisation(receiver);
        let holder = |id: &str, ura: &str, name: &str| {
            json!({
                "reference": format!("Organization/{id}"),
                "type": "Organization",
                "identifier": {"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": ura},
                "display": name,
            })
        };
        let authored = self.clock.at(days, 9, 0);
        let built = json!({
            "resourceType": "Task",
            "meta": {"profile": [format!("{OWN_BASE}HandoffTask")]},
            "status": "requested",
            "intent": "order",
            "priority": "routine",
            "code": sct("308292007", "Overdracht van zorg").concept(),
            "description": "Overname van de verpleegkundige zorg na ontslag",
            "for": self.subject(),
            "authoredOn": authored,
            "lastModified": authored,
            "requester": holder(self.org.id, self.org.ura, self.org.name),
            "owner": holder(receiver.id, receiver.ura, receiver.name),
            "restriction": {"period": {"start": authored, "end": self.clock.at(-14, 17, 0)}},
            "input": [{
                "type": HANDOFF.concept(),
                "valueReference": {"reference": composition, "type": "Composition"},
            }],
        });
        self.add(built)
    }
}
