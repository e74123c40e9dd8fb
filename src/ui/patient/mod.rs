//! The portal of the patient.

pub mod categories;
pub mod category;
pub mod documents;
pub mod item;
pub mod looked;
pub mod overview;
pub mod parts;
pub mod permission_confirm;
pub mod permission_form;
pub mod permission_history;
pub mod permission_stopped;
pub mod permissions;
pub mod representatives;
pub mod sentence;
