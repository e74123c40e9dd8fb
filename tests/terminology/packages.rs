//! Installing, installing again, versions beside each other, removing; and packages that mean harm.

use serde_json::json;
use spil::packages::{PackageError, Source, install};

use super::animals::{
    ANIMALS, Package, code_system, definitions, hub, installed, manifest, removed, set, value_set, with_animals,
};
use crate::support::{Server, on_both};

on_both! {
    definitions_are_open_to_everybody_who_signed_in,
    installing_twice_changes_nothing,
    versions_stand_beside_each_other,
    the_id_of_another_is_left_alone,
    what_is_refused_harms_no_other,
    removing_takes_what_no_other_package_brought,
    a_profile_is_found_by_its_address,
    the_command_installs_while_the_server_runs,
}

async fn definitions_are_open_to_everybody_who_signed_in(server: Server) {
    with_animals(&server).await;
    let anna = server.person().await;
    for caller in [server.gp(), server.vvt(), server.patient(&anna)] {
        let found = caller.get(&format!("CodeSystem?url={ANIMALS}")).await.expect(200);
        assert_eq!(found.matches().len(), 1);
        caller.get(&found.matches()[0]).await.expect(200);
    }
    let found = server.gp().get("NamingSystem").await.expect(200);
    assert_eq!(found.matches().len(), 1);
    assert!(server.gp().get("Patient/example").await.status == 404, "examples are left alone");
    let id = server.gp().get(&format!("CodeSystem?url={ANIMALS}")).await.matches()[0].clone();
    server.gp().put(&id, &code_system("1.0")).await.expect(400);
    let mut own = code_system("1.0");
    own["id"] = json!(id.trim_start_matches("CodeSystem/"));
    server.gp().put(&id, &own).await.expect(403);
}

async fn installing_twice_changes_nothing(server: Server) {
    let package = Package::of("example.animals", "1.0", &definitions());
    let first = installed(&server, &package).await;
    let versions = async || {
        let rows =
            server.app().store.rows("SELECT COUNT(*), CAST(SUM(version) AS BIGINT) FROM resource", Vec::new()).await;
        let rows = rows.expect("rows");
        (rows[0].int(0), rows[0].int(1))
    };
    let before = versions().await;
    let second = installed(&server, &package).await;
    assert_eq!((second.total(), second.unchanged, second.removed), (0, first.total(), 0), "{:?}", second.refusals);
    assert_eq!(versions().await, before);
    let mut changed = definitions();
    changed[1]["description"] = json!("now with words");
    changed.remove(2);
    let third = installed(&server, &Package::of("example.animals", "1.0", &changed)).await;
    assert_eq!((third.total(), third.unchanged, third.removed), (1, first.total() - 2, 1));
    let gone = server.gp().get(&format!("ValueSet?url={}", set("mammals"))).await.expect(200);
    assert!(gone.matches().is_empty());
}

async fn versions_stand_beside_each_other(server: Server) {
    let mut newer = code_system("1.10");
    newer["concept"][0]["concept"][0]["display"] = json!("Mammal (new)");
    installed(&server, &Package::of("example.animals", "1.10", &[newer])).await;
    installed(&server, &Package::of("example.animals", "1.9", &[code_system("1.9")])).await;
    let found = server.gp().get(&format!("CodeSystem?url={ANIMALS}")).await.expect(200);
    assert_eq!(found.matches().len(), 2);
    let display = async |version: &str| {
        let asked = format!("CodeSystem/$lookup?system={ANIMALS}&code=mammal{version}");
        server.gp().get(&asked).await.expect(200).json()["parameter"][2]["valueString"].clone()
    };
    assert_eq!(display("").await, "Mammal (new)", "1.10 is newer than 1.9");
    assert_eq!(display("&version=1.9").await, "Mammal");
    let absent = server.gp().get(&format!("CodeSystem/$lookup?system={ANIMALS}&code=mammal&version=7")).await;
    assert!(absent.expect(404).text().contains("not loaded here in version `7`"));
    // What others write does not change what an address means.
    let mut other = code_system("2.0");
    other["concept"][0]["concept"][0]["display"] = json!("Mammal (other)");
    server.gp().post("CodeSystem", &other).await.expect(201);
    assert_eq!(display("").await, "Mammal (new)");
}

async fn the_id_of_another_is_left_alone(server: Server) {
    with_animals(&server).await;
    let place = server.gp().get(&format!("ValueSet?url={}", set("all"))).await.matches()[0].clone();
    let id = place.trim_start_matches("ValueSet/").to_owned();
    removed(&server, "example.animals", "1.0").await;
    // An organisation takes the id on another server, before the package comes.
    let fresh = Server::start(crate::support::Engine::Sqlite).await;
    let mut own = value_set("own", json!([{"system": ANIMALS}]), json!(null));
    own["id"] = json!(id);
    fresh.gp().put(&place, &own).await.expect(201);
    with_animals(&fresh).await;
    let found = fresh.gp().get(&format!("ValueSet?url={}", set("all"))).await.expect(200);
    assert_eq!(found.matches().len(), 1);
    assert_ne!(found.matches()[0], place);
    assert_eq!(fresh.gp().get(&place).await.expect(200).json()["url"], set("own"));
    let again = installed(&fresh, &Package::of("example.animals", "1.0", &definitions())).await;
    assert_eq!(again.total(), 0, "the other id is found again");
}

async fn what_is_refused_harms_no_other(server: Server) {
    let good = value_set("good", json!([{"system": ANIMALS}]), json!(null)).to_string().into_bytes();
    let bad = json!({"resourceType": "ValueSet", "url": set("bad"), "status": "nonsense"}).to_string().into_bytes();
    let huge = vec![b' '; 11 << 20];
    let long = format!("package/{}.json", "x".repeat(80));
    let package = Package::pack(&[
        ("package/package.json", manifest("example.bad", "1").to_string().into_bytes()),
        ("package/bad.json", bad),
        (&long, good.clone()),
        ("package/broken.json", b"{\"resourceType\":".to_vec()),
        ("package/huge.json", huge),
        ("package/.index.json", b"{}".to_vec()),
        ("package/other/deep.json", good.clone()),
        ("../../etc/evil.json", good.clone()),
        ("package/../evil.json", good.clone()),
        ("/package/evil.json", good),
        ("package/readme.md", b"read me".to_vec()),
    ]);
    let report = installed(&server, &package).await;
    assert_eq!((report.total(), report.refused, report.skipped), (1, 3, 6), "{:?}", report.refusals);
    let told: Vec<String> = report.refusals.iter().map(ToString::to_string).collect();
    for part in ["bad.json: ValueSet.status", "broken.json", "huge.json: the file is over 10 MiB"] {
        assert!(told.iter().any(|line| line.contains(part)), "{part}: {told:?}");
    }
}

async fn removing_takes_what_no_other_package_brought(server: Server) {
    with_animals(&server).await;
    let shared = vec![code_system("1.0")];
    let second = installed(&server, &Package::of("example.second", "1", &shared)).await;
    assert_eq!((second.total(), second.unchanged), (0, 1));
    server.gp().get(&format!("CodeSystem/$lookup?system={ANIMALS}&code=dog")).await.expect(200);
    let count = definitions().len() as u64;
    assert_eq!(removed(&server, "example.animals", "1.0").await, count - 2, "all but the shared one and the example");
    server.gp().get(&format!("CodeSystem/$lookup?system={ANIMALS}&code=dog")).await.expect(200);
    server.gp().get(&format!("ValueSet/$expand?url={}", set("pets"))).await.expect(404);
    assert_eq!(removed(&server, "example.second", "1").await, 1);
    server.gp().get(&format!("CodeSystem/$lookup?system={ANIMALS}&code=dog")).await.expect(404);
    let left = server.app().store.rows("SELECT COUNT(*) FROM concept", Vec::new()).await.expect("rows");
    assert_eq!(left[0].int(0), 0, "concepts go with their system");
    assert!(server.app().store.packages().await.expect("packages").is_empty());
}

async fn a_profile_is_found_by_its_address(server: Server) {
    const PROFILE: &str = "StructureDefinition";
    let address = "http://example.org/fhir/StructureDefinition/pet";
    let known = &server.app().conformance;
    assert!(known.definition(PROFILE, address).await.expect("asked").is_none());
    with_animals(&server).await;
    for asked in [address.to_owned(), format!("{address}|1.0")] {
        let found = known.definition(PROFILE, &asked).await.expect("asked").expect("found");
        assert_eq!(found.body["name"], "Pet");
    }
    assert!(known.definition(PROFILE, &format!("{address}|2.0")).await.expect("asked").is_none());
}

async fn the_command_installs_while_the_server_runs(server: Server) {
    let url = server.app().config.database.url.clone();
    let spil = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_spil"));
        let output = command.arg("packages").args(arguments).args(["--database", &url]).output().expect("spil runs");
        let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        (output.status.code(), told)
    };
    let lookup = format!("CodeSystem/$lookup?system={ANIMALS}&code=dog");
    server.gp().get(&lookup).await.expect(404);
    let package = Package::of("example.animals", "1.0", &definitions());
    let file = package.0.to_str().expect("a path");
    let (code, told) = spil(&["install", file]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("22 stored, 0 unchanged, 0 refused, 1 other files left alone"), "{told}");
    server.gp().get(&lookup).await.expect(200);
    let (code, told) = spil(&["list"]);
    assert!(code == Some(0) && told.contains("example.animals") && told.contains("22"), "{told}");
    let bad = json!({"resourceType": "ValueSet", "url": set("bad"), "status": "nonsense"});
    let bad = Package::of("example.bad", "1", &[bad]);
    let (code, told) = spil(&["install", bad.0.to_str().expect("a path")]);
    assert!(code == Some(1) && told.contains("ValueSet.status"), "{told}");
    let (code, told) = spil(&["install", "/nowhere/at/all.tgz"]);
    assert!(code == Some(2) && told.lines().count() == 1, "{told}");
    let (code, told) = spil(&["remove", "example.animals@1.0"]);
    assert!(code == Some(0) && told.contains("22 definitions removed"), "{told}");
    server.gp().get(&lookup).await.expect(404);
    assert_eq!(spil(&["remove", "example.animals"]).0, Some(2));
}

#[test]
fn what_is_no_package_is_refused_before_anything_is_changed() {
    let unfit = |package: &Package| match Source::at(&package.0).expect("a file").manifest() {
        Err(error) => error,
        Ok(manifest) => panic!("{manifest:?}"),
    };
    assert!(matches!(unfit(&Package::write(b"not gzip")), PackageError::Read(_)));
    assert!(matches!(unfit(&Package::pack(&[("package/a.json", b"{}".to_vec())])), PackageError::Unfit(_)));
    let five = json!({"name": "a", "version": "1", "fhirVersions": ["5.0.0"]}).to_string().into_bytes();
    assert!(matches!(unfit(&Package::pack(&[("package/package.json", five)])), PackageError::Unfit(_)));
    assert!(Source::at(std::path::Path::new("/nowhere/at/all.tgz")).is_err());
}

#[tokio::test]
async fn a_bomb_goes_off_at_the_limit() {
    let server = Server::start(crate::support::Engine::Sqlite).await;
    let zeros = vec![0_u8; 9 << 20];
    let mut files = vec![("package/package.json", manifest("example.bomb", "1").to_string().into_bytes())];
    for _ in 0..8 {
        files.push(("package/readme.md", zeros.clone()));
    }
    let bomb = Package::pack(&files);
    let source = Source::at(&bomb.0).expect("a file");
    let manifest = source.manifest().expect("it comes first");
    let app = server.app();
    let error = install(&source, manifest, (&app.store, server.now()), &hub(&server), &|_| {}).await;
    let error = error.expect_err("it is not read to its end");
    assert!(format!("{error:?}").contains("larger than a package may be"), "{error:?}");
}
