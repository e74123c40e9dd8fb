//! Forms that are filled in on a page: a `Questionnaire` becomes questions, the answers a `QuestionnaireResponse`, and of the advance
//! care plan the building blocks that say the same (`acp`).

pub mod acp;
mod definition;
mod fill;
#[cfg(test)]
mod tests;

pub use definition::{Answer, Behaviour, Form, Item, Kind, Strange, Test, When};
pub use fill::{Filling, MOST_TIMES, PREFIX, Problem, field, fields, repeats};
