//! The pages of the professional, one file each.

pub mod ask;
pub mod document;
pub mod emergency;
pub mod hand_over;
pub mod inbox;
pub mod limits;
pub mod patient;
pub mod review;
pub mod search;
pub mod sent;
pub mod start;
pub mod untold;
pub mod wishes;

use std::sync::Arc;

use crate::access::Access;
use crate::auth::Emergency;

use super::visit::Visit;

/// The door for one patient: held open by an emergency when there is one in this session, else as always.
fn door<'a>(visit: &'a Visit, patient_id: &str) -> (Access, Option<&'a Emergency>) {
    let emergency = visit.session.emergencies(visit.now).find(|emergency| emergency.patient == patient_id);
    let opened = emergency.and_then(|emergency| {
        let ctx = visit.session.emergency(visit.request_id.clone(), visit.now, &emergency.reason)?;
        Some((Access::new(Arc::clone(&visit.app), ctx), Some(emergency)))
    });
    opened.unwrap_or_else(|| (visit.access.clone(), None))
}
