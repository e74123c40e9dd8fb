//! A small world of definitions, and packages made of them.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use spil::access::Access;
use spil::packages::{Report, Source, install, remove};

use crate::support::Server;

/// The code system.
pub const ANIMALS: &str = "http://example.org/fhir/CodeSystem/animals";

/// The address of a value set.
pub fn set(name: &str) -> String {
    format!("http://example.org/fhir/ValueSet/{name}")
}

/// Animals, with a hierarchy, Dutch texts and a number of legs.
pub fn code_system(version: &str) -> Value {
    let one = |code: &str, english: &str, dutch: &str, legs: u8, below: Value| {
        let mut one = json!({
            "code": code, "display": english,
            "designation": [{"language": "nl-NL", "value": dutch}],
            "property": [{"code": "legs", "valueInteger": legs}],
        });
        if !below.is_null() {
            one["concept"] = below;
        }
        one
    };
    let mut dodo = one("dodo", "Dodo", "Dodo", 2, Value::Null);
    dodo["property"].as_array_mut().expect("a list").push(json!({"code": "inactive", "valueBoolean": true}));
    let cat = one("cat", "Cat", "Kat", 4, Value::Null);
    let dog = one("dog", "Dog", "Hond", 4, json!([one("poodle", "Poodle", "Poedel", 4, Value::Null)]));
    let mammal = one("mammal", "Mammal", "Zoogdier", 4, json!([dog, cat]));
    let bird = one("bird", "Bird", "Vogel", 2, json!([one("crow", "Crow", "Kraai", 2, Value::Null), dodo]));
    json!({
        "resourceType": "CodeSystem", "id": "animals", "url": ANIMALS, "version": version, "name": "Animals",
        "meta": {"lastUpdated": "2020-01-01T00:00:00Z"},
        "status": "active", "content": "complete", "caseSensitive": true, "hierarchyMeaning": "is-a",
        "property": [
            {"code": "legs", "type": "integer"},
            {"code": "inactive", "type": "boolean", "uri": "http://hl7.org/fhir/concept-properties#inactive"},
        ],
        "concept": [{
            "code": "animal", "display": "Animal", "definition": "What lives and moves",
            "property": [{"code": "notSelectable", "valueBoolean": true}],
            "concept": [mammal, bird],
        }],
    })
}

/// A value set of these includes and excludes.
pub fn value_set(name: &str, include: Value, exclude: Value) -> Value {
    let mut body = json!({
        "resourceType": "ValueSet", "id": name, "url": set(name), "version": "1", "name": name, "status": "active",
        "compose": {"include": include},
    });
    if !exclude.is_null() {
        body["compose"]["exclude"] = exclude;
    }
    body
}

/// An include by filter.
pub fn by(property: &str, op: &str, value: &str) -> Value {
    json!([{"system": ANIMALS, "filter": [{"property": property, "op": op, "value": value}]}])
}

/// The definitions of the package `example.animals`.
pub fn definitions() -> Vec<Value> {
    let listed = json!([{"system": ANIMALS, "concept": [
        {"code": "cat", "display": "House cat"}, {"code": "dog"}, {"code": "dragon"},
    ]}]);
    let stars = json!([{"system": "http://example.org/stars", "concept": [{"code": "sun", "display": "Sun"}]}]);
    let mixed = json!([
        {"system": ANIMALS, "filter": [{"property": "concept", "op": "is-a", "value": "bird"}]},
        {"system": "http://example.org/stars"},
    ]);
    vec![
        code_system("1.0"),
        value_set("all", json!([{"system": ANIMALS}]), Value::Null),
        value_set("mammals", by("concept", "is-a", "mammal"), Value::Null),
        value_set("below-mammal", by("concept", "descendent-of", "mammal"), Value::Null),
        value_set("no-mammals", by("concept", "is-not-a", "mammal"), Value::Null),
        value_set("above-dog", by("concept", "generalizes", "dog"), Value::Null),
        value_set("two-legs", by("legs", "=", "2"), Value::Null),
        value_set("not-two-legs", by("legs", "not-in", "2,3"), Value::Null),
        value_set("few", by("code", "in", "cat, crow,nothing"), Value::Null),
        value_set("leaves", by("child", "exists", "false"), Value::Null),
        value_set("d-words", by("display", "regex", "D[a-z]{2,3}"), Value::Null),
        value_set("birds-in-use", by("inactive", "=", "false"), by("concept", "is-a", "mammal")),
        value_set("wrong-filter", by("colour", "=", "red"), Value::Null),
        value_set("pets", listed, Value::Null),
        value_set("stars", stars, Value::Null),
        value_set("mixed", mixed, Value::Null),
        value_set("import", json!([{"valueSet": [set("mammals"), set("pets")]}]), Value::Null),
        value_set("no-pets", json!([{"valueSet": [set("mammals")]}]), json!([{"valueSet": [set("pets")]}])),
        value_set("round", json!([{"valueSet": [set("round")]}]), Value::Null),
        json!({
            "resourceType": "ConceptMap", "id": "to-stars", "url": "http://example.org/fhir/ConceptMap/to-stars",
            "version": "1", "status": "active", "sourceUri": set("all"),
            "group": [{
                "source": ANIMALS, "target": "http://example.org/stars",
                "element": [
                    {"code": "dog", "target": [{"code": "sirius", "display": "Sirius", "equivalence": "wider"}]},
                    {"code": "cat", "target": [{"equivalence": "unmatched"}]},
                ],
                "unmapped": {"mode": "fixed", "code": "sun", "display": "Sun"},
            }],
        }),
        json!({
            "resourceType": "StructureDefinition", "id": "pet", "url": "http://example.org/fhir/StructureDefinition/pet",
            "version": "1.0", "name": "Pet", "status": "active", "kind": "resource", "abstract": false, "type": "Patient",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient", "derivation": "constraint",
            "differential": {"element": [{"id": "Patient", "path": "Patient"}]},
        }),
        json!({
            "resourceType": "NamingSystem", "id": "chip", "name": "Chip", "status": "active", "kind": "identifier",
            "date": "2026-01-01", "uniqueId": [{"type": "uri", "value": "http://example.org/chip"}],
        }),
        json!({"resourceType": "Patient", "id": "example"}),
    ]
}

/// `package.json`.
pub fn manifest(name: &str, version: &str) -> Value {
    json!({"name": name, "version": version, "fhirVersions": ["4.0.1"], "dependencies": {"hl7.fhir.r4.core": "4.0.1"}})
}

/// A package file, gone afterwards.
pub struct Package(pub PathBuf);

impl Package {
    /// Packs files as they are named.
    pub fn pack(files: &[(&str, Vec<u8>)]) -> Self {
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, content) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            // As a name that a careful writer would refuse.
            let bytes = name.as_bytes();
            header.as_mut_bytes()[..bytes.len().min(100)].copy_from_slice(&bytes[..bytes.len().min(100)]);
            header.set_cksum();
            archive.append(&header, content.as_slice()).expect("packed");
        }
        let bytes = archive.into_inner().and_then(GzEncoder::finish).expect("packed");
        Self::write(&bytes)
    }

    /// A file with these bytes.
    pub fn write(bytes: &[u8]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("spil-package-{}-{number}.tgz", std::process::id()));
        std::fs::File::create(&path).and_then(|mut file| file.write_all(bytes)).expect("written");
        Self(path)
    }

    /// A package of resources.
    pub fn of(name: &str, version: &str, resources: &[Value]) -> Self {
        let mut files = vec![("package/package.json".to_owned(), manifest(name, version).to_string().into_bytes())];
        for (at, resource) in resources.iter().enumerate() {
            files.push((format!("package/{at}.json"), resource.to_string().into_bytes()));
        }
        let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        Self::pack(&files)
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// The door, opened for the hub.
pub fn hub(server: &Server) -> impl Fn() -> Access + Sync + '_ {
    || crate::support::hub(server.app(), server.now())
}

/// Installs a package.
pub async fn installed(server: &Server, package: &Package) -> Report {
    let source = Source::at(&package.0).expect("a package");
    let manifest = source.manifest().expect("a manifest");
    let app = server.app();
    install(&source, manifest, (&app.store, server.now()), &hub(server), &|_| {}).await.expect("installed")
}

/// Removes a package.
pub async fn removed(server: &Server, name: &str, version: &str) -> u64 {
    remove(&server.app().store, &hub(server), (name, version)).await.expect("removed")
}

/// Installs the animals.
pub async fn with_animals(server: &Server) {
    let report = installed(server, &Package::of("example.animals", "1.0", &definitions())).await;
    assert_eq!((report.refused, report.skipped), (0, 1), "{:?}", report.refusals);
}
