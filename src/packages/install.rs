//! Installing: files in order, groups of definitions, each a commit through the door as the hub.

use std::collections::HashSet;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};
use spil_fhir_profiles::definition::definitions;
use spil_fhir_profiles::json as strict;

use crate::access::{Access, Entry, Interaction};
use crate::error::Error;
use crate::store::Store;

use super::{GROUP, GROUP_BYTES, Manifest, PackageError, Report, Source, TAKEN};

/// How many ids are tried for a definition whose own is taken by somebody else.
const TRIES: u8 = 8;

/// A definition on its way.
struct Item {
    file: String,
    rtype: String,
    number: u16,
    key: String,
    name: String,
    id: String,
    digest: String,
    body: Value,
}

struct Installation<'a> {
    open: &'a (dyn Fn() -> Access + Sync),
    store: &'a Store,
    now: i64,
    is_own: bool,
    group: Vec<Item>,
    bytes: usize,
    seen: HashSet<(u16, String)>,
    report: Report,
}

/// Installs a package whose manifest has been read. `open` opens the door for the hub; `step` is told how many files are done.
///
/// # Errors
/// When the package turns out to be unreadable or over a limit, or the database fails: what was stored until then stays, and
/// installing it again goes on. What is refused is in the report.
pub async fn install(
    source: &Source,
    manifest: Manifest,
    (store, now): (&Store, i64),
    open: &(dyn Fn() -> Access + Sync),
    step: &(dyn Fn(u64) + Sync),
) -> Result<Report, Error> {
    let mut work = Installation {
        open,
        store,
        now,
        is_own: matches!(source, Source::Given(_)),
        group: Vec::new(),
        bytes: 0,
        seen: HashSet::new(),
        report: Report::new(manifest),
    };
    let (send, mut files) = tokio::sync::mpsc::channel(16);
    let reader = source.clone();
    let reading = tokio::task::spawn_blocking(move || {
        reader.read(&mut |name, content| send.blocking_send((name, content)).is_ok())
    });
    let mut done = 0;
    while let Some((name, content)) = files.recv().await {
        match content {
            Ok(bytes) => work.file(name, &bytes).await?,
            Err(reason) => work.report.refuse(&name, vec![(None, reason)]),
        }
        done += 1;
        step(done);
    }
    let others = reading.await.map_err(Error::internal)?.map_err(unreadable)?;
    work.report.skipped += others;
    work.flush().await?;
    work.finish().await?;
    Ok(work.report)
}

fn unreadable(error: PackageError) -> Error {
    let mut refusal = Error::bad_request("invalid", error.to_string());
    refusal.source = Some(Box::new(error));
    refusal
}

impl Installation<'_> {
    async fn file(&mut self, file: String, bytes: &[u8]) -> Result<(), Error> {
        if file == "package.json" {
            return Ok(());
        }
        let mut body = match strict::parse(bytes) {
            Ok(body) => body,
            Err(issue) => {
                let place = (!issue.expression.is_empty()).then_some(issue.expression);
                self.report.refuse(&file, vec![(place, issue.diagnostics)]);
                return Ok(());
            }
        };
        let rtype = body["resourceType"].as_str().unwrap_or_default().to_owned();
        let Some(key) = key(&body, &rtype, &self.report.manifest).filter(|_| TAKEN.contains(&rtype.as_str())) else {
            self.report.skipped += 1;
            return Ok(());
        };
        let Some(number) = definitions().type_number(&rtype) else { return Ok(()) };
        if let Some(meta) = body.get_mut("meta").and_then(Value::as_object_mut) {
            meta.remove("versionId");
            meta.remove("lastUpdated");
        }
        if body["meta"].as_object().is_some_and(serde_json::Map::is_empty)
            && let Some(map) = body.as_object_mut()
        {
            map.remove("meta");
        }
        let name = body["id"].as_str().unwrap_or(&rtype).to_owned();
        body["id"] = json!("");
        let digest = hex(&body.to_string(), 32);
        // Our own definitions are at the end of their address.
        let id = if self.is_own { name.clone() } else { id(&name, &key, 0) };
        self.group.push(Item { file, rtype, number, key, name, id, digest, body });
        self.bytes += bytes.len();
        if self.group.len() >= GROUP || self.bytes >= GROUP_BYTES { self.flush().await } else { Ok(()) }
    }

    /// Stores the group; when it is refused as a whole, one by one.
    async fn flush(&mut self) -> Result<(), Error> {
        self.bytes = 0;
        let group = std::mem::take(&mut self.group);
        let mut new = Vec::new();
        let mut kept = Vec::new();
        for mut item in self.placed(group).await? {
            if !self.seen.insert((item.number, item.id.clone())) {
                let text = "another file of this package has the same address and version".to_owned();
                self.report.refuse(&item.file, vec![(None, text)]);
                continue;
            }
            if item.body.is_null() {
                self.report.unchanged += 1;
                kept.push((item.number, item.id, item.digest));
            } else {
                item.body["id"] = json!(item.id);
                new.push(item);
            }
        }
        let entries: Vec<Entry> =
            new.iter().enumerate().map(|(at, item)| Entry { at, full_url: None, interaction: write(item) }).collect();
        let whole = if entries.len() > 1 { Some((self.open)().transaction(&entries).await) } else { None };
        drop(entries);
        match whole {
            Some(Ok(_)) => {
                for item in new {
                    *self.report.stored.entry(item.rtype).or_default() += 1;
                    kept.push((item.number, item.id, item.digest));
                }
            }
            Some(Err(error)) if error.status >= 500 => return Err(error),
            _ => {
                for item in new {
                    kept.extend(self.one(item).await?);
                }
            }
        }
        let Manifest { name, version, .. } = &self.report.manifest;
        self.store.keep_package(name, version, self.now, &kept).await?;
        Ok(())
    }

    async fn one(&mut self, item: Item) -> Result<Option<(u16, String, String)>, Error> {
        match (self.open)().write(write(&item)).await {
            Ok(_) => {
                *self.report.stored.entry(item.rtype).or_default() += 1;
                Ok(Some((item.number, item.id, item.digest)))
            }
            Err(error) if error.status >= 500 => Err(error),
            Err(error) => {
                self.seen.remove(&(item.number, item.id));
                let faults = error.faults.into_iter().map(|fault| (fault.expression, fault.diagnostics)).collect();
                self.report.refuse(&item.file, faults);
                Ok(None)
            }
        }
    }

    /// The items with ids that are free or the hub's own; without a body when the same is there already.
    async fn placed(&self, mut group: Vec<Item>) -> Result<Vec<Item>, Error> {
        for tried in 1..=TRIES {
            let ids = group.iter().map(|item| item.id.clone()).collect();
            let occupied = self.store.occupied(ids).await?;
            let mut clash = false;
            for item in &mut group {
                match occupied.get(&(item.number, item.id.clone())) {
                    // Somebody else's: an id that leads elsewhere, the same each time.
                    Some(there) if there.source != 0 => {
                        item.id = id(&item.name, &item.key, tried);
                        clash = true;
                    }
                    Some(there) if !there.deleted && there.digest == item.digest => item.body = Value::Null,
                    _ => {}
                }
            }
            if !clash {
                return Ok(group);
            }
        }
        Err(Error::conflict("the ids of definitions are taken by others"))
    }

    /// Takes away what an earlier installation of this version brought and this one does not; names what is missing.
    async fn finish(&mut self) -> Result<(), Error> {
        let Manifest { name, version, needs } = self.report.manifest.clone();
        let before = self.store.package_items(&name, &version).await?;
        let gone: Vec<(u16, String)> = before.into_iter().filter(|item| !self.seen.contains(item)).collect();
        self.report.removed = super::remove::items(self.store, self.open, (&name, &version), &gone).await?;
        let installed = self.store.packages().await?;
        let is_there = |need: &String| {
            let wanted = need.rsplit_once('@').map_or(need.as_str(), |(name, _)| name);
            installed.iter().any(|package| package.name == wanted) || wanted == "hl7.fhir.r4.core"
        };
        self.report.missing = needs.into_iter().filter(|need| !is_there(need)).collect();
        Ok(())
    }
}

/// What tells a definition from all others; none when nothing does.
fn key(body: &Value, rtype: &str, manifest: &Manifest) -> Option<String> {
    let version = body["version"].as_str().unwrap_or_default();
    match body["url"].as_str().filter(|url| !url.is_empty()) {
        Some(url) => Some(format!("{rtype}|{url}|{version}")),
        // A naming system has no address in R4.
        None if rtype == "NamingSystem" => {
            Some(format!("{rtype}|{}|{}", manifest.name, body["id"].as_str().or(body["name"].as_str())?))
        }
        None => None,
    }
}

/// A readable beginning, and what makes it the definition's own.
fn id(name: &str, key: &str, tried: u8) -> String {
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    let name: String = name.chars().filter(plain).take(43).collect();
    let key = if tried == 0 { key.to_owned() } else { format!("{key}|{tried}") };
    format!("{name}-{}", hex(&key, 10))
}

/// What tells the files of a package from any others.
pub fn digest_of<'a>(files: impl Iterator<Item = &'a Vec<u8>>) -> String {
    hex(&files.map(|file| hex(&String::from_utf8_lossy(file), 32)).collect::<String>(), 32)
}

fn hex(text: &str, bytes: usize) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    let digits = digest.as_ref().iter().take(bytes).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

fn write(item: &Item) -> Interaction {
    Interaction::Update { rtype: item.rtype.clone(), id: item.id.clone(), body: item.body.clone(), if_match: None }
}
