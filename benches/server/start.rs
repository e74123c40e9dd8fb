//! How fast a fresh process is there, and what it weighs: the server alone, on a database that is full.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::client::{Connection, request};
use super::machine;
use super::report::Report;
use super::world;

/// The word that makes this program the server: `--serve URL BASE FILE`.
pub const SERVE: &str = "--serve";

/// Serves `url` until killed; writes its address into `file`.
pub async fn serve(url: &str, base: &str, file: &str) {
    let (_app, address, serving) = world::serve(url, Some(base)).await;
    let finished = format!("{file}.new");
    std::fs::write(&finished, address.to_string()).expect("the address is written");
    std::fs::rename(&finished, file).expect("the address is in place");
    serving.await.expect("serves until killed");
}

/// Starts the server as a process of its own, reads once, and stops it.
pub async fn measure(report: &mut Report, engine: &'static str, url: &str, base: &str, read: &[u8]) {
    let file = format!("{}/address-{engine}-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    drop(std::fs::remove_file(&file));
    let program = std::env::current_exe().expect("this program");
    let start = Instant::now();
    let mut child =
        Command::new(program).args([SERVE, url, base, &file]).stdin(Stdio::null()).spawn().expect("the server starts");
    let mut address: Option<SocketAddr> = None;
    while address.is_none() && start.elapsed() < Duration::from_secs(30) {
        tokio::time::sleep(Duration::from_millis(1)).await;
        address = std::fs::read_to_string(&file).ok().and_then(|text| text.parse().ok());
    }
    let mut connection = Connection::open(address.expect("the server is there within 30 s")).await;
    let ready = connection.send(&request("GET", "/health/ready", "", "", &[])).await;
    assert_eq!(ready.status, 200, "the server is ready");
    report.fact(format!("{engine}: start until ready"), start.elapsed().as_secs_f64() * 1000.0, "ms");
    let process = child.id().to_string();
    report.fact(format!("{engine}: memory of the server alone, idle"), machine::memory(&process), "MB");
    let first = Instant::now();
    let answer = connection.send(read).await;
    assert_eq!(answer.status, 200, "the first read is answered");
    report.fact(format!("{engine}: first read after the start"), first.elapsed().as_secs_f64() * 1000.0, "ms");
    report.fact(format!("{engine}: memory of the server alone, after a read"), machine::memory(&process), "MB");
    drop(child.kill());
    drop(child.wait());
    drop(std::fs::remove_file(&file));
}
