//! What `deny.toml` says about dependencies, held without the network.

use std::process::Command;

use serde_json::Value;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn every_licence_is_one_that_deny_toml_allows() {
    let deny = toml_file("deny.toml");
    let allowed: Vec<_> = strings(&deny["licenses"]["allow"]);
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let licence = |package: &Value| package["license"].as_str().unwrap_or_default().to_owned();
    let faults: Vec<_> = packages
        .iter()
        .filter(|package| !super::spdx::satisfied(&licence(package), &|name| allowed.iter().any(|it| it == name)))
        .map(|package| format!("{} {}: `{}`", package["name"], package["version"], licence(package)))
        .collect();
    super::expect_none(&faults);
}

#[test]
fn no_banned_crate_is_in_the_lock() {
    let deny = toml_file("deny.toml");
    let banned = deny["bans"]["deny"].as_array().expect("bans.deny");
    let banned: Vec<_> = banned.iter().filter_map(|entry| entry["crate"].as_str()).collect();
    assert!(!banned.is_empty());
    let faults: Vec<_> = locked().into_iter().map(|(name, _)| name).filter(|name| banned.contains(&&**name)).collect();
    super::expect_none(&faults);
}

#[test]
fn every_crate_comes_from_crates_io_or_is_ours() {
    let ours = ["spil", "spil-consent", "spil-fhir-profiles"];
    let wrong = |(name, source): &(String, Option<String>)| match source.as_deref() {
        Some(source) => source != CRATES_IO,
        None => !ours.contains(&&**name),
    };
    let faults: Vec<_> = locked().into_iter().filter(wrong).map(|(name, from)| format!("{name}: {from:?}")).collect();
    super::expect_none(&faults);
}

#[test]
fn the_leaves_depend_on_no_other_member() {
    for leaf in ["consent", "fhir-profiles"] {
        let manifest = toml_file(&format!("{leaf}/Cargo.toml"));
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let names = manifest.get(section).and_then(toml::Value::as_table);
            let members = names.into_iter().flat_map(|table| table.keys()).filter(|name| name.starts_with("spil"));
            assert_eq!(members.count(), 0, "{leaf}: {section}");
        }
    }
}

/// Name and source of every package of `Cargo.lock`.
fn locked() -> Vec<(String, Option<String>)> {
    let lock = toml_file("Cargo.lock");
    let packages = lock["package"].as_array().expect("packages");
    let text = |package: &toml::Value, key| package.get(key).and_then(toml::Value::as_str).map(ToOwned::to_owned);
    packages.iter().map(|package| (text(package, "name").expect("a name"), text(package, "source"))).collect()
}

/// What cargo knows of the packages that are built for this machine.
fn metadata() -> Value {
    let filter = format!("--filter-platform={}", host());
    let arguments = ["metadata", "--offline", "--locked", "--format-version=1", &filter];
    let cargo = Command::new(env!("CARGO")).args(arguments).current_dir(super::root()).output().expect("cargo runs");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    serde_json::from_slice(&cargo.stdout).expect("cargo writes JSON")
}

/// The name of this machine's platform.
fn host() -> String {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let text = String::from_utf8(rustc.stdout).expect("UTF-8");
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

fn toml_file(name: &str) -> toml::Value {
    let text = std::fs::read_to_string(super::root().join(name)).expect("a file of the repository");
    toml::Value::Table(text.parse().expect("TOML"))
}

fn strings(value: &toml::Value) -> Vec<String> {
    let items = value.as_array().expect("a list").iter();
    items.map(|item| item.as_str().expect("a text").to_owned()).collect()
}
