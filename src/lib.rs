//! Spil.
