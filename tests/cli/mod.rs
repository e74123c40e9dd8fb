//! The program as its user meets it: commands, exit codes, and a demo that is whole or not there.

mod audit;
mod representative;

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use spil::store::Store;

/// A data folder, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("spil-cli-{}-{name}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        Self(folder)
    }

    fn demo(&self) -> Value {
        let text = std::fs::read_to_string(self.0.join("demo.json")).expect("demo.json");
        serde_json::from_str(&text).expect("JSON")
    }

    async fn store(&self) -> Store {
        Store::open(&format!("sqlite:{}", self.0.join("spil.db").display()), 1).await.expect("a database")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn spil(arguments: &[&str], data: &Path) -> Output {
    let program = Command::new(env!("CARGO_BIN_EXE_spil")).args(arguments).arg("--data").arg(data).output();
    program.expect("spil runs")
}

/// Starts a demo and waits until it says that it is ready; gives what it printed.
fn demo(data: &Path, arguments: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_spil"))
        .args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("spil runs");
    let mut printed = String::new();
    for line in BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok) {
        printed.push_str(&line);
        printed.push('\n');
        if line.contains("Ready in") {
            return (child, printed);
        }
    }
    let status = child.wait().expect("it ends");
    panic!("the demo ended early with {status}:\n{printed}");
}

fn stop(mut child: Child) {
    let killed = Command::new("kill").arg(child.id().to_string()).status().expect("kill runs");
    assert!(killed.success());
    assert!(child.wait().expect("it ends").success(), "a stop by signal is no failure");
}

#[tokio::test]
async fn a_demo_keeps_its_data_and_is_never_half() {
    let folder = Folder::new("demo");
    let (child, printed) = demo(&folder.0, &[]);
    assert!(printed.contains("is loaded") && printed.contains("truus"), "{printed}");
    let first = folder.demo();
    let mode = |name: &str| std::fs::metadata(folder.0.join(name)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("demo.json")), (0o700, 0o600));
    let second = spil(&["demo", "--listen", "127.0.0.1:0"], &folder.0);
    assert_eq!(second.status.code(), Some(1), "one demo at a time");
    stop(child);

    let (child, printed) = demo(&folder.0, &[]);
    assert!(printed.contains("data kept") && !printed.contains("is loaded"), "{printed}");
    stop(child);
    assert_eq!(first["organisations"], folder.demo()["organisations"], "keys stay");
    assert_eq!(first["patients"], folder.demo()["patients"]);

    // As if the first start had been interrupted.
    let store = folder.store().await;
    store.set("demo", "loading").await.expect("set");
    drop(store);
    let (child, printed) = demo(&folder.0, &[]);
    assert!(printed.contains("is loaded"), "{printed}");
    stop(child);
    let verified = spil(&["audit", "verify"], &folder.0);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    let doctor = spil(&["doctor"], &folder.0);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}

#[tokio::test]
async fn a_demo_does_not_touch_a_database_with_other_data() {
    let folder = Folder::new("other");
    let migrated = Command::new(env!("CARGO_BIN_EXE_spil")).args(["migrate", "--data"]).arg(&folder.0).status();
    assert!(migrated.expect("spil runs").success());
    let added = ["organisation", "add", "--ura", "12345678", "--id", "gp", "--kind", "gp", "--name", "Praktijk"];
    assert!(spil(&added, &folder.0).status.success());
    let url = format!("sqlite:{}", folder.0.join("spil.db").display());
    for fresh in [&["--fresh"][..], &[]] {
        let elsewhere = Folder::new("elsewhere");
        let mut arguments = vec!["demo", "--listen", "127.0.0.1:0", "--database", &url];
        arguments.extend(fresh);
        let refused = spil(&arguments, &elsewhere.0);
        assert_eq!(refused.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("not of the demo"));
    }
    assert_eq!(folder.store().await.organisations().await.expect("organisations").len(), 1);
}

#[test]
fn wrong_use_ends_with_two_and_one_line() {
    let folder = Folder::new("wrong");
    let cases: [&[&str]; 4] = [
        &["import", "nowhere", "--organisation", "90000101"],
        &["organisation", "list"],
        &["organisation", "add", "--ura", "1", "--id", "x", "--kind", "gp", "--name", "x"],
        &["audit", "verify"],
    ];
    for arguments in cases {
        let output = spil(arguments, &folder.0);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(!folder.0.exists(), "nothing is made by a mistake");
    }
}
