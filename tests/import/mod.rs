//! Folders of real files go in through the import, and come out as they went in.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use spil::access::{Access, Stored};
use spil::ctx::{Actor, Ctx, OrganisationActor};
use spil::import::{Report, find, import};
use spil_fhir_profiles::{json as strict, xml};

use crate::support::engine::Fixture as _;
use crate::support::{Engine, Server, on_both};

on_both! {
    what_is_refused_harms_no_other,
    a_transaction_over_the_limit_is_stored_in_parts,
    the_zib_examples_come_back_as_they_were_if_present,
    the_synthea_bundles_come_back_as_they_were_if_present,
}

/// The door, opened for the hospital.
async fn door(server: &Server) -> impl Fn() -> Access {
    let app = Arc::clone(server.app());
    let all = app.store.organisations().await.expect("organisations");
    let one = all.into_iter().find(|one| one.kind == "hospital").expect("a hospital");
    move || {
        let actor = OrganisationActor {
            org: one.org,
            id: one.id.clone(),
            kind: one.kind.clone(),
            name: one.name.clone(),
            ura: one.ura.clone(),
            client_id: "test-import".to_owned(),
            subject: None,
        };
        let ctx = Ctx {
            actor: Actor::Organisation(actor),
            purpose: "TREAT".to_owned(),
            reason: None,
            scopes: None,
            request_id: "test".to_owned(),
            now: app.clock.now(),
        };
        Access::new(Arc::clone(&app), ctx)
    }
}

async fn load(server: &Server, folder: &Path) -> Report {
    let open = door(server).await;
    let files = find(folder).expect("the folder is read");
    import(&files, &open, server.app().random.as_ref(), &|_| {}).await.expect("the import runs")
}

/// A folder for files of a test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, engine: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("spil-import-{}-{name}-{engine}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        Self(folder)
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("a file is written");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A resource without what the server sets.
fn bare(mut resource: Value) -> Value {
    if let Some(map) = resource.as_object_mut() {
        map.remove("id");
        if let Some(meta) = map.get_mut("meta").and_then(Value::as_object_mut) {
            meta.remove("versionId");
            meta.remove("lastUpdated");
        }
        if map.get("meta").is_some_and(|meta| meta.as_object().is_some_and(serde_json::Map::is_empty)) {
            map.remove("meta");
        }
    }
    resource
}

async fn what_is_refused_harms_no_other(engine: Engine) {
    let server = Server::on(engine).await;
    let folder = Folder::new("refused", &format!("{engine:?}"));
    folder.file("a-condition.json", r#"{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"}}"#);
    folder.file("b-patient.json", r#"{"resourceType":"Patient","id":"p1","birthDate":"1950-02-03"}"#);
    folder.file("c-bad.json", r#"{"resourceType":"Patient","id":"p2","birthDate":"1950-02-31"}"#);
    folder.file("d-broken.json", r#"{"resourceType":"Patient","#);
    folder.file(
        "e-element.xml",
        "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"p3\"/><shoe value=\"1\"/></Patient>",
    );
    let lines = "{\"resourceType\":\"Flag\",\"status\":\"active\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p1\"}}\n\n{\"resourceType\":\"Flag\"}\n";
    folder.file("f.ndjson", lines);
    folder.file("g.txt", "not FHIR");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.0.join("b-patient.json"), folder.0.join("h.json")).expect("a link");
    let report = load(&server, &folder.0).await;
    assert_eq!(report.total(), 3, "{:?}", report.refusals);
    assert_eq!((report.refused, report.skipped), (4, 2), "{:?}", report.refusals);
    let told: Vec<String> = report.refusals.iter().map(ToString::to_string).collect();
    for part in ["c-bad.json: Patient.birthDate", "d-broken.json", "e-element.xml: Patient", "f.ndjson:3: Flag"] {
        assert!(told.iter().any(|line| line.contains(part)), "{part}: {told:?}");
    }
    let open = door(&server).await;
    let patient = open().read("Patient", "p1").await.expect("stored");
    assert_eq!(patient.get().category, 0);
    let again = load(&server, &folder.0).await;
    assert_eq!((again.total(), again.refused), (3, 4), "a second time gives new versions");
}

async fn a_transaction_over_the_limit_is_stored_in_parts(engine: Engine) {
    let server = Server::on(engine).await;
    let folder = Folder::new("parts", &format!("{engine:?}"));
    let urn = |number: usize| format!("urn:uuid:00000000-0000-4000-8000-{number:012}");
    let organisation = json!({
        "fullUrl": urn(999_999),
        "resource": {"resourceType": "Organization", "name": "Elders",
                     "identifier": [{"system": "urn:example:number", "value": "7"}]},
        "request": {"method": "POST", "url": "Organization", "ifNoneExist": "identifier=urn:example:number|7"},
    });
    let flags = (1..=1_100).map(|number| {
        json!({
            "fullUrl": urn(number),
            "resource": {"resourceType": "Flag", "status": "active", "code": {"text": "x"},
                         "subject": {"reference": urn(0)}, "author": {"reference": urn(999_999)}},
            "request": {"method": "POST", "url": "Flag"},
        })
    });
    let patient = json!({
        "fullUrl": urn(0), "resource": {"resourceType": "Patient"}, "request": {"method": "POST", "url": "Patient"},
    });
    let entries: Vec<Value> = flags.chain([patient, organisation]).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
    folder.file("big.json", &bundle.to_string());
    let report = load(&server, &folder.0).await;
    assert_eq!((report.total(), report.refused), (1_102, 0), "{:?}", report.refusals.first());
    let door = door(&server).await;
    let organisations = door().own("Organization", None).await.expect("own").into_inner().resources;
    assert_eq!(organisations.len(), 1);
    let flag = door().read("Flag", "00000000-0000-4000-8000-000000001100").await.expect("stored");
    let flag = flag.get().value().expect("json");
    assert_eq!(flag["subject"]["reference"], "Patient/00000000-0000-4000-8000-000000000000");
    assert_eq!(flag["author"]["reference"], format!("Organization/{}", organisations[0].id));
}

/// A folder with the files of others, which are not part of this repository.
fn data(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if !folder.is_dir() {
        return None;
    }
    Some(folder)
}

async fn the_zib_examples_come_back_as_they_were_if_present(engine: Engine) {
    let Some(folder) = data("nictiz-zib2020/examples") else { return };
    let server = Server::on(engine).await;
    let report = load(&server, &folder).await;
    assert_eq!((report.total(), report.refused), (271, 0), "{:?}", report.refusals);
    let door = door(&server).await;
    let files = find(&folder).expect("the folder is read");
    for source in &files.sources {
        let sent = xml::to_json(&std::fs::read(&source.path).expect("a file")).expect("XML");
        let (rtype, id) = (sent["resourceType"].as_str().expect("type"), sent["id"].as_str().expect("id"));
        let stored = door().read(rtype, id).await.expect("stored");
        assert_eq!(bare(stored.get().value().expect("JSON")), bare(sent.clone()), "{}", source.path.display());
    }
}

async fn the_synthea_bundles_come_back_as_they_were_if_present(engine: Engine) {
    let Some(folder) = data("synthea-sample") else { return };
    let server = Server::on(engine).await;
    let report = load(&server, &folder).await;
    assert_eq!(report.refused, 0, "{:?}", report.refusals);
    // A full URL counts in its own Bundle only.
    let mut sent: Vec<(usize, String, Value)> = Vec::new();
    for (file, source) in find(&folder).expect("the folder is read").sources.iter().enumerate() {
        let bundle = strict::parse(&std::fs::read(&source.path).expect("a file")).expect("JSON");
        for entry in bundle["entry"].as_array().expect("entries") {
            sent.push((file, entry["fullUrl"].as_str().expect("URL").to_owned(), entry["resource"].clone()));
        }
    }
    assert_eq!(u64::try_from(sent.len()).expect("count"), report.total());
    // Of each type the oldest first: the order in which they were sent.
    let open = door(&server).await;
    let mut places: HashMap<(usize, &str), String> = HashMap::new();
    let mut pairs = Vec::new();
    for rtype in report.stored.keys() {
        let stored = oldest_first(&open, rtype).await;
        let of_type = sent.iter().filter(|(_, _, resource)| resource["resourceType"] == rtype.as_str());
        for ((file, url, resource), stored) in of_type.zip(stored) {
            places.insert((*file, url), format!("{rtype}/{}", stored.id));
            pairs.push((*file, resource, stored.value().expect("JSON")));
        }
    }
    assert_eq!(pairs.len(), sent.len());
    for (file, resource, stored) in pairs {
        let place = |url: &str| places.get(&(file, url)).cloned();
        assert_eq!(bare(stored), bare(linked(resource, &place)));
    }
}

/// Everything of a type that the hospital is the source of.
async fn oldest_first(open: &impl Fn() -> Access, rtype: &str) -> Vec<Stored> {
    let mut stored = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = open().own(rtype, after.as_deref()).await.expect("own").into_inner();
        stored.extend(page.resources);
        after = page.next;
        if after.is_none() {
            stored.reverse();
            return stored;
        }
    }
}

/// The resource with literal references.
fn linked(value: &Value, place: &impl Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::Object(map) => {
            let link = |(key, value): (&String, &Value)| match value {
                Value::String(text) if key == "reference" => (key.clone(), json!(place(text).as_ref().unwrap_or(text))),
                other => (key.clone(), linked(other, place)),
            };
            Value::Object(map.iter().map(link).collect())
        }
        Value::Array(items) => items.iter().map(|item| linked(item, place)).collect(),
        other => other.clone(),
    }
}
