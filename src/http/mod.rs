//! What HTTP asks of every edge: decoding, negotiation, preferences, limits and headers.

mod body;
mod compress;
mod cors;
mod held;
mod log;
mod negotiate;
mod pairs;
mod panic;
mod prefer;
mod pretty;
mod security;
pub mod tls;

pub use body::{BODY_LIMIT, read, unpacked};
pub use compress::compression;
pub use cors::cors;
pub use held::{Held, version};
pub use log::log;
pub use negotiate::{Form, accepted, wanted};
pub use pairs::query_pairs;
pub use panic::catch_panic;
pub use prefer::{Prefer, Return};
pub use pretty::pretty;
pub use security::security_headers;
