//! The door, opened for the hub.

use std::sync::Arc;

use spil::access::Access;
use spil::app::App;
use spil::ctx::{Actor, Ctx};

/// What the hub itself may do at this moment: everything.
pub fn hub(app: &Arc<App>, now: i64) -> Access {
    let purpose = "HSYSADMIN".to_owned();
    let (reason, scopes, request_id) = (None, None, "test".to_owned());
    Access::new(Arc::clone(app), Ctx { actor: Actor::Hub, purpose, reason, scopes, request_id, now })
}
