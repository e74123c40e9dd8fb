//! The workspace of the professional, at [`super::shared::paths::CARE`].

pub mod ask;
pub mod emergency;
pub mod hand_over;
pub mod inbox;
pub mod landing;
pub mod limits;
pub mod patient;
pub mod review;
pub mod search;
pub mod sent;
pub mod untold;
