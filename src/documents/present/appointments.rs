//! Appointments.

use super::super::dates;
use super::super::text::Text;
use super::super::value::{list, text};
use super::words;
use super::{Names, Presented, named_all, said_all, same};
use serde_json::Value;

/// `Appointment`.
pub(super) fn appointment(appointment: &Value, names: &Names<'_>) -> Presented {
    let title = same(text(appointment, "description"))
        .or_else(|| said_all(list(appointment, "serviceType")))
        .or_else(|| super::said(&appointment["appointmentType"]))
        .unwrap_or_else(|| ("Afspraak", "Appointment").into());
    Presented::titled(title)
        .with(("Wanneer", "When"), text(appointment, "start").map(dates::readable_time))
        .with(("Reden", "Reason"), said_all(list(appointment, "reasonCode")))
        .with(("Met", "With"), with(appointment, names))
        .with(("Vooraf weten", "Good to know"), same(text(appointment, "patientInstruction")))
        .with(("Opmerking", "Note"), same(text(appointment, "comment")))
        .dated(appointment, &["start", "created"])
        .standing(words::status(text(appointment, "status")))
}

fn with(appointment: &Value, names: &Names<'_>) -> Option<Text> {
    let others: Vec<Value> = list(appointment, "participant")
        .iter()
        .filter(|item| !text(item, "actor.reference").is_some_and(|literal| literal.contains("Patient/")))
        .cloned()
        .collect();
    named_all(appointment, &others, "actor", names)
}
