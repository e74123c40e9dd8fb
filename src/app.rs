//! The one shared thing in the program.

use std::sync::Arc;

use crate::access::{DirectoryCache, ParameterCache, Policies, ProfileCache};
use crate::auth::Auth;
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::seal::Sealer;
use crate::store::Store;
use crate::terminology::Conformance;
use crate::tlog::Signer;
use crate::vouch::Voucher;

/// Store, keys, clock and randomness, shared by every request.
pub struct App {
    /// The settings.
    pub config: Config,
    /// Where everything is kept.
    pub store: Store,
    /// The definitions that are stored: profiles, value sets, code systems.
    pub conformance: Conformance,
    /// Keys and caches of the authorization server.
    pub auth: Auth,
    /// Seals links.
    pub sealer: Sealer,
    /// Signs what is printed on documents.
    pub voucher: Voucher,
    /// Signs checkpoints of the audit log.
    pub log_key: Signer,
    /// What persons have laid down, compiled.
    pub policies: Policies,
    /// The organisations of the region.
    pub directory: DirectoryCache,
    /// The search parameters.
    pub parameters: ParameterCache,
    /// Profiles, compiled.
    pub profiles: ProfileCache,
    /// Wakes who tells others of what happened.
    pub telling: tokio::sync::Notify,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}
