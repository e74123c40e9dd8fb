//! What HTTP asks of every edge: decoding, negotiation, preferences, limits and headers.

mod body;
mod log;
mod negotiate;
mod pairs;
mod panic;
mod prefer;
mod security;
pub mod tls;

pub use body::{BODY_LIMIT, read};
pub use log::log;
pub use negotiate::{Form, accepted};
pub use pairs::query_pairs;
pub use panic::catch_panic;
pub use prefer::{Prefer, Return};
pub use security::security_headers;
