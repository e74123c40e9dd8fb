//! The pages of Spil: the portal of the patient, signing in, and the workspace of the professional.
//!
//! Every page is a file with a `Model` of plain owned text and a pure `page(&Model)`; the template lies beside it.
//! A page knows no request, no store and no clock: dates, counts and sentences arrive as text in the language of
//! the [`shared::frame::Frame`]. All pages work without scripts and keep to [`shared::assets::CONTENT_SECURITY_POLICY`].
//!
//! Every form that posts carries the hidden field `csrf`; its other fields are named in the documentation of the
//! model. Addresses that do not depend on data are in [`shared::paths`].

mod handle;
pub mod patient;
pub mod provider;
pub mod shared;

#[cfg(test)]
mod tests;

pub use handle::{ADDRESSES, Who, no_page, routes};
