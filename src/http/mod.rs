//! What HTTP asks of every edge: decoding, negotiation, preferences, limits and headers.

mod around;
mod body;
mod compress;
mod cors;
mod held;
mod language;
mod log;
mod negotiate;
mod pairs;
mod panic;
mod prefer;
mod pretty;
mod security;
pub mod tls;

pub use around::Around;
pub use body::{BODY_LIMIT, read, unpacked};
pub use cors::cors;
pub use held::{Held, version};
pub use language::{Tongue, tongue};
pub use log::keep_template;
pub use negotiate::{Form, Offer, accepted, wanted};
pub use pairs::query_pairs;
pub use prefer::{Prefer, Return};
