//! The door.
mod smoke;
