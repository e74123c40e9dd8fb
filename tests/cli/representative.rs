//! `spil representative`: who acts for whom, by the law and on the record.

use super::{Folder, demo, spil, stop};

#[tokio::test]
async fn who_acts_for_whom_is_registered_listed_and_ended() {
    let folder = Folder::new("representative");
    let (child, _) = demo(&folder.0, &[]);
    stop(child);
    let told = folder.demo();
    let of = |username: &str| {
        let all = told["patients"].as_array().expect("patients").iter();
        let found = all.clone().find(|one| one["username"] == username);
        found.unwrap_or_else(|| panic!("{username}"))["id"].as_str().expect("an id").to_owned()
    };
    let (truus, cor) = (of("truus"), of("cor"));
    let run = |arguments: &[&str]| {
        let mut all = vec!["representative"];
        all.extend(arguments);
        let output = spil(&all, &folder.0);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code(), text)
    };
    let add = |extra: &[&str]| {
        let mut all = vec!["add", "--patient", &truus, "--username", "cor"];
        all.extend(extra);
        run(&all)
    };
    for (extra, why) in [
        (&["--relation", "neighbour"][..], "has an end"),
        (&["--relation", "neighbour", "--until", "soon"], "not a day"),
        (&["--relation", "neighbour", "--until", "2020-01-01"], "passed"),
    ] {
        let (code, text) = add(extra);
        assert!(code == Some(2) && text.contains(why), "{extra:?}: {text}");
    }
    let own = run(&["add", "--patient", &cor, "--username", "cor", "--relation", "mentor"]);
    assert!(own.0 == Some(2) && own.1.contains("own record"), "{}", own.1);
    let absent = run(&["add", "--patient", "nobody", "--username", "cor", "--relation", "mentor"]);
    assert!(absent.0 == Some(2) && absent.1.contains("no Patient"), "{}", absent.1);
    assert!(!run(&["list", &truus]).1.contains("cor"));

    let added = add(&["--relation", "neighbour", "--until", "2199-01-01"]);
    assert_eq!(added.0, Some(0), "{}", added.1);
    let listed = run(&["list", &truus]).1;
    assert!(listed.contains("cor") && listed.contains("neighbour") && listed.contains("2199-01-01"), "{listed}");
    let ended = ["remove", "--patient", &truus, "--username", "cor"];
    assert_eq!(run(&ended).0, Some(0));
    assert!(!run(&["list", &truus]).1.contains("cor"));
    assert_eq!(run(&ended).0, Some(2), "nobody is left to be ended");
    let store = folder.store().await;
    let rows = store.rows("SELECT COUNT(*) FROM audit WHERE body LIKE '%representative?%'", Vec::new()).await;
    assert_eq!(rows.expect("rows")[0].int(0), 3, "each change, and the one that changed nothing, is on the record");
}
