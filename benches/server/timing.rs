//! `--timing N`: does the time of an answer tell what the answer does not? Four things that are answered with 404 alike are
//! read N times each in turns over one connection, and every two are compared with Welch's t; beyond 4.5 either way they
//! can be told apart. Once with all times, and once without the slowest tenth, where most of the noise is.

use std::time::Instant;

use serde_json::{Value, json};
use spil::clock::{Random as _, SystemRandom};

use super::Database;
use super::client::{Connection, FHIR};
use super::load::float;
use super::report::{Report, say};
use super::target::Target;
use super::world::World;

/// What is read: an id that was never given, one that a permitted patient's permission leaves out, one of a patient who
/// permits nothing, and one that was deleted and is hidden.
const KINDS: [&str; 4] = ["absent", "hidden", "other patient", "deleted hidden"];
/// So many ids of each.
const IDS: usize = 64;
/// A token lives for minutes.
const RENEW: usize = 2_000;
/// Reads before those that count.
const WARM_UP: usize = 500;

/// Measures on one engine and tells.
pub async fn run(report: &mut Report, engine: &str, samples: usize) {
    let database = Database::new(engine);
    let mut world = World::start(&database.url).await;
    let ids: Vec<Vec<String>> = KINDS.iter().map(|_| (0..IDS).map(|_| SystemRandom.uuid()).collect()).collect();
    store(&world.target(), &ids).await;
    world.permit_practice(&["anna".to_owned()]).await;
    let mut times = read(&world.target(), &ids, samples).await;
    say(&format!("{engine}: {samples} reads of each, µs"));
    for (kind, times) in KINDS.iter().zip(&mut times) {
        times.sort_unstable();
        let middle = float(times[times.len() / 2]) / 1000.0;
        say(&format!("  {kind:<16} mean {:>9.2}  median {middle:>9.2}", mean(times) / 1000.0));
    }
    let mut all: Vec<u64> = times.iter().flatten().copied().collect();
    all.sort_unstable();
    let slow = all[all.len() / 10 * 9];
    for one in 0..KINDS.len() {
        for other in one + 1..KINDS.len() {
            let whole = welch(&times[one], &times[other]);
            let fast = |times: &[u64]| times.iter().copied().filter(|time| *time < slow).collect::<Vec<_>>();
            let most = welch(&fast(&times[one]), &fast(&times[other]));
            say(&format!(
                "  {:<16} {:<16} t {whole:>8.2}  without the slowest tenth {most:>8.2}",
                KINDS[one], KINDS[other]
            ));
            report.fact(format!("{engine}: t of {} against {}", KINDS[one], KINDS[other]), whole, "");
        }
    }
}

/// Two patients of the hospital: one who will permit the practice all but what is labelled, and one who permits nothing.
async fn store(target: &Target, ids: &[Vec<String>]) {
    let number = |value: &str| json!([{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": value}]);
    let patient = |value: &str| json!({"resourceType": "Patient", "identifier": number(value)});
    let label = json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]);
    let condition = |patient: &str, labelled: bool| {
        let code = json!({"coding": [{"system": "http://snomed.info/sct", "code": "38341003"}]});
        let mut body = json!({"resourceType": "Condition", "code": code, "subject": {"reference": patient}});
        if labelled {
            body["meta"] = json!({"security": label});
        }
        body
    };
    let put = |path: String, resource: Value| json!({"resource": resource, "request": {"method": "PUT", "url": path}});
    let mut first = vec![
        put("Patient/anna".to_owned(), patient("999900018")),
        put("Patient/bert".to_owned(), patient("999900031")),
        put("Condition/seen".to_owned(), condition("Patient/anna", false)),
    ];
    let mut gone = Vec::new();
    for (hidden, (other, deleted)) in ids[1].iter().zip(ids[2].iter().zip(&ids[3])) {
        first.push(put(format!("Condition/{hidden}"), condition("Patient/anna", true)));
        first.push(put(format!("Condition/{other}"), condition("Patient/bert", true)));
        first.push(put(format!("Condition/{deleted}"), condition("Patient/anna", true)));
        gone.push(json!({"request": {"method": "DELETE", "url": format!("Condition/{deleted}")}}));
    }
    let token = target.token(0).await;
    let mut connection = Connection::open(target.site.address).await;
    for entries in [first, gone] {
        let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries}).to_string();
        let answer = connection.send(&target.site.request("POST", "", &token, FHIR, bundle.as_bytes())).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    }
}

/// The times of each kind, ns.
async fn read(target: &Target, ids: &[Vec<String>], samples: usize) -> Vec<Vec<u64>> {
    let mut connection = Connection::open(target.site.address).await;
    let mut token = String::new();
    let mut times = vec![Vec::with_capacity(samples); KINDS.len()];
    let mut chance: u64 = 0x9E37_79B9_7F4A_7C15;
    for round in 0..samples + WARM_UP {
        if round.is_multiple_of(RENEW) {
            token = target.token(1).await;
            let seen = connection.send(&target.site.request("GET", "/Condition/seen", &token, FHIR, &[])).await;
            assert_eq!(seen.status, 200, "the practice sees what is permitted");
        }
        let mut order: Vec<usize> = (0..KINDS.len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, below(&mut chance, at + 1));
        }
        for kind in order {
            let path = format!("/Condition/{}", ids[kind][below(&mut chance, IDS)]);
            let request = target.site.request("GET", &path, &token, FHIR, &[]);
            let start = Instant::now();
            let answer = connection.send(&request).await;
            let time = start.elapsed();
            assert_eq!(answer.status, 404, "{}: {path}", KINDS[kind]);
            if round >= WARM_UP {
                times[kind].push(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
            }
        }
    }
    times
}

/// The next number below a bound.
fn below(chance: &mut u64, bound: usize) -> usize {
    *chance ^= *chance << 13;
    *chance ^= *chance >> 7;
    *chance ^= *chance << 17;
    usize::try_from(*chance >> 33).unwrap_or_default() % bound
}

fn mean(times: &[u64]) -> f64 {
    times.iter().copied().map(float).sum::<f64>() / float(times.len() as u64)
}

/// Welch's t of two samples.
fn welch(one: &[u64], other: &[u64]) -> f64 {
    let spread = |times: &[u64]| {
        let middle = mean(times);
        let squares: f64 = times.iter().map(|time| (float(*time) - middle).powi(2)).sum();
        let count = float(times.len() as u64);
        squares / (count - 1.0) / count
    };
    (mean(one) - mean(other)) / (spread(one) + spread(other)).sqrt()
}
