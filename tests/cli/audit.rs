//! The log of every access from the outside: what an association can keep elsewhere, and what it sees with that.

use std::path::{Path, PathBuf};

use spil::store::commit::{AuditEntry, Commit};

use super::{Folder, spil};

/// Runs a command that must come to an end with `code`; gives what it printed.
fn audit(arguments: &[&str], folder: &Folder, code: i32) -> String {
    let all: Vec<&str> = ["audit"].into_iter().chain(arguments.iter().copied()).collect();
    let output = spil(&all, &folder.0);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
    if code == 0 { String::from_utf8(output.stdout).expect("text") } else { told }
}

/// Checks a proof, which needs no database.
fn check(file: &Path, arguments: &[&str], code: i32) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_spil"))
        .args(["audit", "check-proof"])
        .arg(file)
        .args(arguments)
        .output()
        .expect("spil runs");
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
    told
}

fn file(folder: &Folder, name: &str, text: &str) -> PathBuf {
    let file = folder.0.join(name);
    std::fs::write(&file, text).expect("written");
    file
}

/// Adds some records, as the server would.
async fn record(folder: &Folder, many: i64) {
    let body = r#"{"verb":"read","agent":"hub","purpose":"TREAT"}"#.to_owned();
    let entry = |at| AuditEntry {
        at,
        persons: vec![1],
        keys: Vec::new(),
        org: 10,
        refused: false,
        emergency: false,
        body: body.clone(),
    };
    let audits = (0..many).map(entry).collect();
    folder.store().await.commit(Commit { audits, ..Commit::default() }).await.expect("recorded");
}

#[tokio::test]
async fn who_kept_a_checkpoint_sees_what_became_of_the_log() {
    let folder = Folder::new("audit");
    assert!(spil(&["migrate"], &folder.0).status.success());
    assert!(audit(&["checkpoint"], &folder, 1).contains("empty"));
    record(&folder, 3).await;
    let old = file(&folder, "old", &audit(&["checkpoint"], &folder, 0));
    let old = old.to_str().expect("text");
    record(&folder, 4).await;
    assert!(audit(&["verify", "--checkpoint", old], &folder, 0).contains("begins with what 1"));
    let key = audit(&["key"], &folder, 0);
    let key = key.trim();

    let proof = file(&folder, "proof", &audit(&["checkpoint", "--since", old], &folder, 0));
    let told = check(&proof, &["--key", key, "--since", old], 0);
    assert!(told.contains("begins with those"), "{told}");
    check(&proof, &["--key", key], 2);

    for arguments in [&["prove", "2"][..], &["prove", "2", "--hash-only"]] {
        let text = audit(arguments, &folder, 0);
        let proof = file(&folder, "inclusion", &text);
        let told = check(&proof, &["--key", key], 0);
        assert!(told.starts_with("Record 2 is in the signed log of"), "{told}");
        assert_eq!(told.contains("agent"), arguments.len() == 2, "the record is told when it is there");
        for (from, to) in [("index 1", "index 0"), ("index 1", "index 2"), ("tlog-proof", "tlog-prof")] {
            let changed = file(&folder, "changed", &text.replace(from, to));
            check(&changed, &["--key", key], if from == "tlog-proof" { 2 } else { 1 });
        }
    }
    audit(&["prove", "99"], &folder, 1);
    let stranger = "example.org/log+2b1b7e25+AepKbGPinFIK9iiowBiCrPkC1r4uWJmFpMCbjgPzvWd1";
    check(&proof, &["--key", stranger, "--since", old], 2);
    check(&proof, &["--key", "nonsense", "--since", old], 2);

    let store = folder.store().await;
    let newest = store.newest_checkpoint().await.expect("read").expect("one").size;
    store.statements(vec![("UPDATE audit SET at = at + 1 WHERE seq = 3", Vec::new())]).await.expect("changed");
    assert!(audit(&["verify"], &folder, 1).contains("record 3"));
    store.statements(vec![("UPDATE audit SET at = at - 1 WHERE seq = 3", Vec::new())]).await.expect("changed");
    audit(&["verify"], &folder, 0);
    for sql in ["DELETE FROM audit WHERE seq > 1", "DELETE FROM audit_recent WHERE seq > 1"] {
        store.statements(vec![(sql, Vec::new())]).await.expect("cut");
    }
    let told = audit(&["verify"], &folder, 1);
    assert!(told.contains("ends at record 1") && told.contains(&newest.to_string()), "{told}");
    assert_eq!(spil(&["doctor"], &folder.0).status.code(), Some(1), "the doctor sees it too");
    store.statements(vec![("DELETE FROM audit_checkpoint", Vec::new())]).await.expect("cut");
    audit(&["verify"], &folder, 0);
    let told = audit(&["verify", "--checkpoint", old], &folder, 1);
    assert!(told.contains("ends at record 1"), "only who kept one sees this: {told}");
    assert!(audit(&["checkpoint", "--since", old], &folder, 1).contains("does not begin with"));
}
