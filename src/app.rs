//! The one shared thing in the program.

use std::sync::Arc;

use crate::auth::Auth;
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::store::Store;

/// Store, keys, clock and randomness, shared by every request.
pub struct App {
    /// The settings.
    pub config: Config,
    /// Where everything is kept.
    pub store: Store,
    /// Keys and caches of the authorization server.
    pub auth: Auth,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}
