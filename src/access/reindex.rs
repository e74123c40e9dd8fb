//! The index of a search parameter that was given while data were there already: filled in small durable steps beside the
//! normal work, emptied likewise when it is taken away. Where it stands is in the database, so another server, or this one
//! after a restart, goes on from there.

use std::sync::{Arc, Weak};
use std::time::Duration;

use serde_json::Value;
use spil_fhir_profiles::index::Extraction;
use spil_fhir_profiles::parameters::Custom;
use spil_fhir_profiles::path::Path;

use crate::app::App;
use crate::error::Error;
use crate::store::commit::{Commit, CommitError};
use crate::store::{IndexStep, IndexWork, ParameterState, StoredParameter};

use super::parameters::numbers;

/// Resources of one step.
const STEP: usize = 200;
/// How often to look whether another server has changed the set.
const LOOK: Duration = Duration::from_secs(1);
/// Between two steps, so that others come first.
const PAUSE: Duration = Duration::from_millis(2);

/// Works on the index for as long as the program runs.
pub async fn keep_indexing(app: Weak<App>) {
    let Some(wake) = app.upgrade().map(|app| Arc::clone(&app.parameters.wake)) else { return };
    loop {
        let Some(running) = app.upgrade() else { return };
        let done = index_step(&running).await;
        drop(running);
        match done {
            Ok(true) => tokio::time::sleep(PAUSE).await,
            Ok(false) => drop(tokio::time::timeout(LOOK, wake.notified()).await),
            Err(error) => {
                tracing::error!(error = %error, "the index of a search parameter could not be worked on");
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// Does one step of whatever is to be done; false when there is nothing.
///
/// # Errors
/// When the database fails; the same step is tried again.
pub async fn index_step(app: &App) -> Result<bool, Error> {
    app.parameters.refresh(&app.store).await?;
    let waiting = |one: &&StoredParameter| {
        matches!(one.state, ParameterState::Requested | ParameterState::Indexing | ParameterState::Removed)
    };
    // Where it stands is not part of the version of the set.
    if !app.parameters.get().stored.iter().any(|one| waiting(&one)) {
        return Ok(false);
    }
    let stored = app.store.search_parameters().await?;
    let Some(one) = stored.iter().find(waiting) else { return Ok(false) };
    let step = next(app, one).await?;
    match app.store.commit(Commit { step: Some(step), ..Commit::default() }).await {
        Ok(()) | Err(CommitError::Changed) => {}
        Err(CommitError::Store(error)) => return Err(error.into()),
    }
    app.parameters.refresh(&app.store).await?;
    Ok(true)
}

async fn next(app: &App, one: &StoredParameter) -> Result<IndexStep, Error> {
    let number = one.number;
    let Some(custom) = &one.custom else {
        let why = "this version of the server cannot read the definition".to_owned();
        let work = if one.state == ParameterState::Removed { IndexWork::Empty } else { IndexWork::Fail(why) };
        return Ok(IndexStep { number, numbers: Vec::new(), work });
    };
    let numbers = numbers(custom, number);
    let work = match (one.state, unreadable(custom)) {
        (ParameterState::Removed, _) => IndexWork::Empty,
        (_, Some(why)) => IndexWork::Fail(why),
        (_, None) => fill(app, one, custom).await?,
    };
    Ok(IndexStep { number, numbers, work })
}

/// Why an expression cannot be read (any more).
fn unreadable(custom: &Custom) -> Option<String> {
    let parts = custom.parts.iter().map(|part| &part.expression);
    let mut all = std::iter::once(&custom.expression).chain(parts);
    all.find_map(|text| Path::parse(text).err()).map(|error| format!("the expression cannot be read: {error}"))
}

async fn fill(app: &App, one: &StoredParameter, custom: &Custom) -> Result<IndexWork, Error> {
    let types = custom.bases.clone();
    let most = i64::try_from(STEP).unwrap_or(i64::MAX);
    let read = app.store.to_index(&types, one.done, most).await?;
    let last = read.len() < STEP;
    let to = read.last().map_or(one.done, |(rid, _, _)| *rid);
    let params = custom.params(one.number);
    let extraction = Extraction::of(&params);
    let mut found = Vec::with_capacity(read.len());
    for (rid, version, body) in read {
        let resource: Value = serde_json::from_slice(&body).map_err(Error::internal)?;
        found.push((rid, version, extraction.rows(&resource)));
    }
    Ok(IndexWork::Fill { from: one.done, to, found, types, last })
}
