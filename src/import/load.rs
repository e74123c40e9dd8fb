//! The import itself: files in order, groups of resources, Bundles.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::access::{Access, Entry, Interaction};
use crate::clock::Random;
use crate::error::Error;
use crate::fhir::entry::{self, Asked};

use super::files::{Files, Source};
use super::report::{Refusal, Report};
use super::{GROUP, MOST_BYTES, MOST_ENTRIES, read, split};

/// One resource on its way.
struct Item {
    file: PathBuf,
    line: Option<usize>,
    interaction: Interaction,
}

struct Load<'a> {
    open: &'a (dyn Fn() -> Access + Sync),
    random: &'a dyn Random,
    group: Vec<Item>,
    bytes: usize,
    report: Report,
}

/// Loads the files. `open` opens the door for the organisation, once for every request; `step` is told how many files are
/// done.
///
/// # Errors
/// Only when the database fails: what is refused is in the report.
pub async fn import(
    files: &Files,
    open: &(dyn Fn() -> Access + Sync),
    random: &dyn Random,
    step: &(dyn Fn(usize) + Sync),
) -> Result<Report, Error> {
    let report = Report { skipped: files.skipped, ..Report::default() };
    let mut load = Load { open, random, group: Vec::new(), bytes: 0, report };
    for (at, source) in files.sources.iter().enumerate() {
        load.file(source).await?;
        step(at + 1);
    }
    load.flush().await?;
    Ok(load.report)
}

impl Load<'_> {
    async fn file(&mut self, source: &Source) -> Result<(), Error> {
        // A file of lines is taken in parts, so that it may be of any length.
        let (send, mut texts) = tokio::sync::mpsc::channel(64);
        let reader = source.clone();
        let reading = tokio::task::spawn_blocking(move || {
            read::texts(&reader, &mut |text| drop(send.blocking_send(text)));
        });
        while let Some(text) = texts.recv().await {
            match text.and_then(|text| Ok((read::resource(source, &text)?, text))) {
                Ok((resource, (line, bytes))) => self.resource(source, line, resource, bytes.len()).await?,
                Err(refusal) => self.report.refuse(refusal),
            }
        }
        reading.await.map_err(Error::internal)
    }

    async fn resource(
        &mut self,
        source: &Source,
        line: Option<usize>,
        mut value: Value,
        bytes: usize,
    ) -> Result<(), Error> {
        let is_bundle = value["resourceType"] == "Bundle";
        let kind = value["type"].as_str().unwrap_or_default().to_owned();
        match kind.as_str() {
            "transaction" if is_bundle => {
                self.flush().await?;
                self.transaction(&source.path, line, value, bytes).await
            }
            "batch" if is_bundle => {
                self.flush().await?;
                self.batch(&source.path, line, value).await
            }
            "collection" | "searchset" if is_bundle => {
                for resource in split::resources(&mut value, self.random) {
                    self.add(&source.path, line, resource, 0).await?;
                }
                Ok(())
            }
            _ if is_bundle && bytes > MOST_BYTES => {
                let reason = "the Bundle is over 10 MiB".to_owned();
                self.report.refuse(Refusal { file: source.path.clone(), line, place: None, reason });
                Ok(())
            }
            _ => self.add(&source.path, line, value, bytes).await,
        }
    }

    /// Adds a resource to the group.
    async fn add(&mut self, file: &Path, line: Option<usize>, body: Value, bytes: usize) -> Result<(), Error> {
        let rtype = body["resourceType"].as_str().unwrap_or_default().to_owned();
        let interaction = match body["id"].as_str() {
            Some(id) => Interaction::Update { rtype, id: id.to_owned(), body, if_match: None },
            None => Interaction::Create { rtype, body, if_none_exist: None },
        };
        self.group.push(Item { file: file.to_owned(), line, interaction });
        self.bytes += bytes;
        if self.group.len() >= GROUP || self.bytes >= MOST_BYTES { self.flush().await } else { Ok(()) }
    }

    /// Stores the group; when it is refused as a whole, one by one.
    async fn flush(&mut self) -> Result<(), Error> {
        self.bytes = 0;
        let group = std::mem::take(&mut self.group);
        if group.len() > 1 {
            let entries: Vec<Entry> = group
                .iter()
                .enumerate()
                .map(|(at, item)| Entry { at, full_url: None, interaction: item.interaction.clone() })
                .collect();
            match (self.open)().transaction(&entries).await {
                Ok(written) => {
                    written.get().iter().for_each(|written| self.report.store(written.rtype));
                    return Ok(());
                }
                Err(error) if error.status >= 500 => return Err(error),
                Err(_) => {}
            }
        }
        for item in group {
            self.one(&item.file, item.line, item.interaction).await?;
        }
        Ok(())
    }

    async fn one(&mut self, file: &Path, line: Option<usize>, interaction: Interaction) -> Result<(), Error> {
        match (self.open)().write(interaction).await {
            Ok(written) => self.report.store(written.get().rtype),
            Err(error) if error.status >= 500 => return Err(error),
            Err(error) => self.report.refuse_all(file, line, error),
        }
        Ok(())
    }

    async fn transaction(
        &mut self,
        file: &Path,
        line: Option<usize>,
        mut bundle: Value,
        bytes: usize,
    ) -> Result<(), Error> {
        let count = bundle["entry"].as_array().map_or(0, Vec::len);
        if count <= MOST_ENTRIES && bytes <= MOST_BYTES {
            return match writes(&mut bundle) {
                Ok(entries) => self.send(file, line, &entries).await,
                Err(error) => {
                    self.report.refuse_all(file, line, error);
                    Ok(())
                }
            };
        }
        match split::transaction(&mut bundle, self.random) {
            Ok(parts) => {
                for part in parts {
                    self.send(file, line, &part).await?;
                }
            }
            Err(error) => self.report.refuse_all(file, line, error),
        }
        Ok(())
    }

    async fn send(&mut self, file: &Path, line: Option<usize>, entries: &[Entry]) -> Result<(), Error> {
        match (self.open)().transaction(entries).await {
            Ok(written) => written.get().iter().for_each(|written| self.report.store(written.rtype)),
            Err(error) if error.status >= 500 => return Err(error),
            Err(error) => self.report.refuse_all(file, line, error),
        }
        Ok(())
    }

    async fn batch(&mut self, file: &Path, line: Option<usize>, mut bundle: Value) -> Result<(), Error> {
        let Value::Array(entries) = bundle["entry"].take() else { return Ok(()) };
        for (at, entry) in entries.into_iter().enumerate() {
            match entry::read(entry, "") {
                Ok(Asked::Write(entry)) => self.one(file, line, entry.interaction).await?,
                Ok(Asked::Read(_)) => {}
                Err(error) => self.report.refuse_all(file, line, error.in_entry(at)),
            }
        }
        Ok(())
    }
}

/// The writes of a transaction; reads in it have nothing to say to an import.
fn writes(bundle: &mut Value) -> Result<Vec<Entry>, Error> {
    let Value::Array(entries) = bundle["entry"].take() else { return Ok(Vec::new()) };
    let mut writes = Vec::with_capacity(entries.len());
    for (at, entry) in entries.into_iter().enumerate() {
        match entry::read(entry, "").map_err(|error| error.in_entry(at))? {
            Asked::Write(entry) => writes.push(Entry { at, ..entry }),
            Asked::Read(_) => {}
        }
    }
    Ok(writes)
}
