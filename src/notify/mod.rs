//! Telling others that something happened: what stands in the outbox (`store/sql/notify.rs`) is sent, again and again for a
//! week, and what could not be sent stays visible. A notification names a `Task` and nothing else; whether its receiver may
//! see that is asked anew before each one.
//!
//! Notifications are those of the R4 backport of FHIR subscriptions
//! (<https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html>); an `Endpoint` of the older notified pull gets an
//! empty POST.

mod bundle;
mod send;
mod work;

pub use bundle::{Kind, notification, status};
pub use work::{keep_telling, tell_due};
