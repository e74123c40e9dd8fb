//! Devices and aids and their use.

use serde_json::json;

use super::code::{Code, profile};
use super::source::Source;

impl Source<'_> {
    /// A device that belongs to the patient.
    pub fn device(&mut self, what: &Code, name: &str) -> String {
        let built = json!({
            "resourceType": "Device",
            "meta": profile("nl-core-MedicalDevice.Product"),
            "status": "active",
            "deviceName": [{"name": name, "type": "user-friendly-name"}],
            "type": what.concept(),
            "patient": self.subject(),
        });
        self.add(built)
    }

    /// The use of a device since so many days ago.
    pub fn device_use(&mut self, what: &Code, name: &str, site: Option<&Code>, since: i64) -> String {
        let device = self.device(what, name);
        let mut built = json!({
            "resourceType": "DeviceUseStatement",
            "meta": profile("nl-core-MedicalDevice"),
            "status": "active",
            "subject": self.subject(),
            "timingPeriod": {"start": self.clock.date(since)},
            "recordedOn": self.moment(since),
            "source": self.writer(),
            "device": {"reference": device, "type": "Device", "display": name},
        });
        if let Some(site) = site {
            built["bodySite"] = site.concept();
        }
        self.add(built)
    }
}
