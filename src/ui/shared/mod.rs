//! What every page has in common, and the pages that belong to nobody in particular.

pub mod assets;
pub mod authorize;
pub mod category;
pub mod control;
pub mod date;
pub mod document;
pub mod error;
pub mod form;
pub mod frame;
pub mod landing;
pub mod login;
pub mod message;
pub mod paths;
pub mod questionnaire;
