//! Loading records: transactions over several connections, and what became of them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Connection, FHIR};
use super::load::float;
use super::machine;
use super::target::Target;

/// A token is used for so long.
const TOKEN_LIFE: Duration = Duration::from_mins(2);
/// Of so many bundles one is read back, after the first ones.
const READ_BACK: usize = 64;
/// The first bundles, which are all read back.
const FIRST: usize = 96;

/// One transaction.
pub struct Bundle {
    /// As it is sent.
    pub bytes: Vec<u8>,
    /// Its resources with their full URLs.
    pub entries: Vec<(String, Value)>,
}

impl Bundle {
    fn read(value: &Value) -> Self {
        let entries = value["entry"].as_array().into_iter().flatten();
        let entries = entries.map(|entry| (text(&entry["fullUrl"]), entry["resource"].clone()));
        Self { bytes: value.to_string().into_bytes(), entries: entries.collect() }
    }

    /// One transaction of the entries of several, at most `most`.
    pub fn joined(bundles: &[Self], most: usize) -> Self {
        let mut entries: Vec<(String, Value)> = Vec::new();
        for bundle in bundles {
            if entries.len() + bundle.entries.len() <= most {
                entries.extend(bundle.entries.iter().cloned());
            }
        }
        let list = entries.iter().map(|(url, resource)| {
            json!({"fullUrl": url, "resource": resource,
                   "request": {"method": "POST", "url": resource["resourceType"]}})
        });
        let list: Vec<Value> = list.collect();
        let bytes = json!({"resourceType": "Bundle", "type": "transaction", "entry": list}).to_string().into_bytes();
        Self { bytes, entries }
    }
}

/// What there is to load.
pub struct Source {
    /// Where it came from.
    pub origin: String,
    /// The transactions.
    pub bundles: Vec<Bundle>,
}

impl Source {
    /// The transactions of a folder; without one those of the Synthea sample when it is there, else of the demo region.
    ///
    /// # Errors
    /// With a text when the folder has none.
    pub fn find(folder: Option<&Path>, now: i64) -> Result<Self, String> {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/synthea-sample");
        let files = folder.unwrap_or(&sample).read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "json")).collect();
        files.sort();
        let mut bundles = Vec::with_capacity(files.len());
        for file in &files {
            let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
            let value: Value =
                serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", file.display()))?;
            bundles.push(Bundle::read(&value));
        }
        let origin = match (folder, bundles.is_empty()) {
            (Some(folder), true) => return Err(format!("there are no transactions in {}", folder.display())),
            (Some(folder), false) => folder.display().to_string(),
            (None, false) => "Synthea sample".to_owned(),
            (None, true) => {
                bundles = spil::demo::region(1, now).records.iter().map(|it| Bundle::read(&it.bundle)).collect();
                "demo region".to_owned()
            }
        };
        Ok(Self { origin, bundles })
    }
}

/// A transaction that was stored: which one, and the ids that its entries were given.
pub struct Placed {
    /// Number of the transaction in its source.
    pub bundle: usize,
    /// `Type/id` of each entry.
    pub places: Vec<String>,
}

/// What came of loading.
#[derive(Default)]
pub struct Filled {
    /// Resources that were stored.
    pub resources: usize,
    /// Transactions that were refused.
    pub refused: usize,
    /// Seconds that it took.
    pub seconds: f64,
    /// Resources per second in each tenth of it.
    pub tenths: Vec<f64>,
    /// CPU of the server and of the database server, µs per resource.
    pub cpu: [f64; 2],
    /// A sample of what was stored.
    pub placed: Vec<Placed>,
}

/// Loads transactions over and over until `resources` more are stored.
pub async fn fill(target: &Target, source: &Arc<Source>, resources: usize, connections: usize) -> Filled {
    let cpu = || [target.process.map_or(0, machine::process_cpu), target.database.map_or(0, machine::family_cpu)];
    let (start, before) = (Instant::now(), cpu());
    let shared = Arc::new(Shared { next: AtomicUsize::new(0), stored: AtomicUsize::new(0), wanted: resources });
    let tasks: Vec<_> = (0..connections)
        .map(|_| tokio::spawn(one(target.clone(), Arc::clone(source), Arc::clone(&shared), start)))
        .collect();
    let mut filled = Filled::default();
    let mut moments = Vec::new();
    for task in tasks {
        let done = task.await.expect("a connection finishes");
        filled.refused += done.refused;
        filled.placed.extend(done.placed);
        moments.extend(done.moments);
    }
    filled.resources = shared.stored.load(Ordering::Relaxed);
    filled.seconds = start.elapsed().as_secs_f64();
    moments.sort_by(|left: &(f64, usize), right| left.0.total_cmp(&right.0));
    filled.tenths = tenths(&moments);
    let count = float(filled.resources as u64).max(1.0);
    let after = cpu();
    filled.cpu = [0, 1].map(|at| float(after[at].saturating_sub(before[at])) / count);
    filled
}

/// What the connections share.
struct Shared {
    next: AtomicUsize,
    stored: AtomicUsize,
    wanted: usize,
}

/// What one connection did: when it had stored how many more.
#[derive(Default)]
struct Done {
    refused: usize,
    placed: Vec<Placed>,
    moments: Vec<(f64, usize)>,
}

async fn one(target: Target, source: Arc<Source>, shared: Arc<Shared>, start: Instant) -> Done {
    let mut connection = Connection::open(target.site.address).await;
    let mut done = Done::default();
    let (mut token, mut since) = (target.token(0).await, Instant::now());
    while shared.stored.load(Ordering::Relaxed) < shared.wanted {
        if since.elapsed() > TOKEN_LIFE {
            (token, since) = (target.token(0).await, Instant::now());
        }
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        let which = number % source.bundles.len();
        let bundle = &source.bundles[which];
        let answer = connection.send(&target.site.request("POST", "", &token, FHIR, &bundle.bytes)).await;
        if answer.status != 200 {
            let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(500)]).into_owned();
            done.refused += 1;
            assert!(done.refused < 20, "the server refuses to store: {} {text}", answer.status);
            continue;
        }
        shared.stored.fetch_add(bundle.entries.len(), Ordering::Relaxed);
        done.moments.push((start.elapsed().as_secs_f64(), bundle.entries.len()));
        if number < FIRST || number.is_multiple_of(READ_BACK) {
            done.placed.push(Placed { bundle: which, places: places(&answer.body) });
        }
    }
    done
}

/// `Type/id` of each entry of the answer to a transaction.
fn places(body: &[u8]) -> Vec<String> {
    let answer: Value = serde_json::from_slice(body).expect("JSON");
    let entries = answer["entry"].as_array().into_iter().flatten();
    let place = |entry: &Value| {
        let location = entry["response"]["location"].as_str().unwrap_or_default();
        let location = location.split("/_history").next().unwrap_or_default();
        let mut parts = location.rsplit('/');
        let (id, rtype) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        format!("{rtype}/{id}")
    };
    entries.map(place).collect()
}

/// Resources per second in each tenth of what was stored.
fn tenths(moments: &[(f64, usize)]) -> Vec<f64> {
    let all: usize = moments.iter().map(|(_, count)| count).sum();
    let (mut rates, mut stored, mut since, mut from) = (Vec::new(), 0, 0.0, 0);
    for (at, count) in moments {
        stored += count;
        if stored * 10 >= all * (rates.len() + 1) {
            rates.push(float((stored - from) as u64) / (at - since).max(1e-9));
            (since, from) = (*at, stored);
        }
    }
    rates
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
