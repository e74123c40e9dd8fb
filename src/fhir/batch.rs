//! Batch: entries that stand alone; one that fails harms no other (<https://hl7.org/fhir/R4/http.html#transaction>).

use axum::response::Response;
use serde_json::Value;

use crate::access::{Interaction, Written};
use crate::error::Error;

use super::bundle::BundleWriter;
use super::call::Call;
use super::entry::{self, Asked};
use super::inside::{self, Done, Routes};
use super::transaction::{add_read, add_refused, add_written};

/// What an entry came to.
enum Outcome {
    Written(Box<Written>),
    Read(Done),
    Refused(Error),
}

/// Answers a batch: deletions first, then what is new, what changes, and what is read.
///
/// # Errors
/// Only when the whole cannot be answered; faults of entries are in their answers.
pub async fn batch(call: &Call, routes: &Routes, entries: Vec<Value>) -> Result<Response, Error> {
    let base = call.app.config.fhir_base();
    let asked: Vec<_> = entries.into_iter().map(|entry| entry::read(entry, &base)).collect();
    let mut asked: Vec<_> = asked.into_iter().enumerate().collect();
    asked.sort_by_key(|(_, asked)| rank(asked));
    let mut outcomes = Vec::with_capacity(asked.len());
    for (at, asked) in asked {
        outcomes.push((at, one(call, routes, asked).await));
    }
    outcomes.sort_by_key(|(at, _)| *at);
    let mut bundle = BundleWriter::new("batch-response", &[]);
    for (_, outcome) in outcomes {
        match outcome {
            Outcome::Written(written) => add_written(&mut bundle, call, &written),
            Outcome::Read(done) => add_read(&mut bundle, &done),
            Outcome::Refused(error) => add_refused(&mut bundle, &error),
        }
    }
    bundle.answer(call.form)
}

fn rank(asked: &Result<Asked, Error>) -> u8 {
    match asked {
        Ok(Asked::Write(entry)) => match entry.interaction {
            Interaction::Delete { .. } | Interaction::ConditionalDelete { .. } => 0,
            Interaction::Create { .. } => 1,
            _ => 2,
        },
        Ok(Asked::Read(_)) | Err(_) => 3,
    }
}

async fn one(call: &Call, routes: &Routes, asked: Result<Asked, Error>) -> Outcome {
    let done = match asked {
        Ok(Asked::Write(entry)) => {
            call.access.write(entry.interaction).await.map(|written| Outcome::Written(Box::new(written.into_inner())))
        }
        Ok(Asked::Read(read)) => inside::read(call, routes, read).await.map(Outcome::Read),
        Err(error) => Err(error),
    };
    done.unwrap_or_else(Outcome::Refused)
}
