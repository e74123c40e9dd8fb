//! Aids and devices, and their use.

use super::super::text::Text;
use super::super::value::{concept, list, text};
use super::words;
use super::{Names, Presented, named_all, period, said, said_all, same, when};
use serde_json::Value;

/// `Device`.
pub(super) fn device(device: &Value) -> Presented {
    let coded = list(device, "type.coding").iter().any(|coding| text(coding, "display").is_some());
    let title = same(text(device, "type.text"))
        .or_else(|| said(&device["type"]).filter(|_| coded))
        .or_else(|| same(text(device, "deviceName.name")))
        .or_else(|| same(text(device, "note.text")))
        .or_else(|| said(&device["type"]))
        .unwrap_or_else(|| ("Hulpmiddel", "Aid or device").into());
    Presented::titled(title)
        .with(
            ("Merk of model", "Make or model"),
            same(text(device, "modelNumber").or_else(|| text(device, "manufacturer"))),
        )
        .with(("Serienummer", "Serial number"), same(text(device, "serialNumber")))
        .with(("Houdbaar tot", "Expires"), when(text(device, "expirationDate")))
        .noted(device)
        .dated(device, &["manufactureDate"])
        .standing(words::status(text(device, "status")))
}

/// `DeviceUseStatement` or `DeviceRequest`: that somebody uses or needs a device.
pub(super) fn in_use(usage: &Value, names: &Names<'_>) -> Presented {
    let title = names(usage, &usage["device"])
        .or_else(|| names(usage, &usage["codeReference"]))
        .or_else(|| concept(&usage["codeCodeableConcept"]).map(str::to_owned))
        .map_or_else(|| Text::new("Hulpmiddel", "Aid or device"), Text::same);
    Presented::titled(title)
        .with(("Periode", "Period"), period(&usage["timingPeriod"]))
        .with(("Reden", "Reason"), said_all(list(usage, "reasonCode")))
        .with(("Voor", "For"), named_all(usage, list(usage, "reasonReference"), "", names))
        .with(("Plaats op het lichaam", "Body site"), said(&usage["bodySite"]))
        .noted(usage)
        .dated(usage, &["timingPeriod.start", "timingDateTime", "recordedOn", "authoredOn"])
        .standing(words::status(text(usage, "status")))
}
