//! Every example is stored and read back unchanged, as JSON and as XML, on both engines. What is refused stands in
//! `refused.txt` with the reason; `SPIL_UPDATE=1` writes the list anew.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::{StreamExt as _, stream};
use serde_json::Value;
use spil::store::sql::auth::Client;
use spil_fhir_profiles::xml;

use super::Example;
use crate::support::{Server, on_both};

const SCOPE: &str = "system/*.cruds system/SearchParameter.cruds";
/// The name of the list.
const LIST: &str = "tests/examples/refused.txt";

/// The examples of this run.
fn examples() -> (bool, Vec<Example>) {
    super::all().map_or_else(|| (false, super::part()), |all| (true, all))
}

/// The resource without what the server sets.
fn bare(mut resource: Value) -> Value {
    if let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) {
        meta.remove("versionId");
        meta.remove("lastUpdated");
        if meta.is_empty() {
            resource.as_object_mut().expect("an object").remove("meta");
        }
    }
    resource
}

/// What happened to one example: nothing to say, a refusal, or a difference.
enum Outcome {
    Same,
    Refused(String),
    Differs(String),
}

async fn keep(server: &Server, (name, resource): &Example) -> Outcome {
    let caller = server.hospital().scope(SCOPE);
    let text = |member: &str| resource[member].as_str().unwrap_or_default();
    // Files share ids: each gets a place of its own.
    let place = format!("{}/{}", text("resourceType"), place_of(name));
    let mut sent = resource.clone();
    sent["id"] = Value::String(place_of(name));
    let answer = caller.put(&place, &sent).await;
    if answer.status != 201 {
        let issue = answer.json()["issue"][0].clone();
        let at = issue["expression"][0].as_str().map_or_else(String::new, |at| format!(" at {at}"));
        let why = issue["diagnostics"].as_str().unwrap_or_default().replace('\n', " ");
        return Outcome::Refused(format!("{}{at}: {why}", answer.status));
    }
    let read = caller.get(&place).await.expect(200).json();
    if bare(read) != bare(sent.clone()) {
        return Outcome::Differs("it is read back otherwise".to_owned());
    }
    let read = caller.with("accept", "application/fhir+xml").get(&place).await.expect(200);
    match xml::to_json(&read.body) {
        Ok(read) if bare(read.clone()) == bare(sent) => Outcome::Same,
        Ok(_) => Outcome::Differs("it is read back otherwise as XML".to_owned()),
        Err(error) => Outcome::Differs(format!("its XML cannot be read: {error:?}")),
    }
}

/// An id made of the name of a file: not longer than an id may be.
fn place_of(name: &str) -> String {
    let stem = name.trim_end_matches(".json");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, stem.as_bytes());
    digest.as_ref()[..12].iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

async fn every_example_is_stored_and_read_back_unchanged(server: Server) {
    let clients = server.app().store.clients().await.expect("clients");
    let hospital = clients.into_iter().find(|client| client.client_id == "hospital-system").expect("the hospital");
    server.app().store.register_client(&Client { scope: SCOPE.to_owned(), ..hospital }).await.expect("registered");
    let (whole, examples) = examples();
    server.hospital().scope(SCOPE).token().await;
    let kept = stream::iter(&examples).map(|example| async { (&example.0, keep(&server, example).await) });
    let outcomes: Vec<_> = kept.buffer_unordered(8).collect().await;
    let mut refused = BTreeMap::new();
    let mut differs = Vec::new();
    for (name, outcome) in outcomes {
        match outcome {
            Outcome::Same => {}
            Outcome::Refused(why) => drop(refused.insert(name.clone(), why)),
            Outcome::Differs(why) => differs.push(format!("{name}: {why}")),
        }
    }
    println!("{} of {} examples stored and read back", examples.len() - refused.len() - differs.len(), examples.len());
    assert!(differs.is_empty(), "\n{}", differs.join("\n"));
    compare(whole, &examples, &refused);
}

/// The list of refusals is what was refused, no more and no less.
#[track_caller]
fn compare(whole: bool, examples: &[Example], refused: &BTreeMap<String, String>) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST);
    let lines: Vec<String> = refused.iter().map(|(name, why)| format!("{name}\t{why}")).collect();
    if whole && std::env::var_os("SPIL_UPDATE").is_some() {
        let head = "# Examples that are refused, and why; made by SPIL_UPDATE=1 ./tests/run with all examples fetched.";
        std::fs::write(&file, format!("{head}\n{}\n", lines.join("\n"))).expect("written");
        return;
    }
    let list = std::fs::read_to_string(&file).expect("the list");
    let here = |line: &&str| examples.iter().any(|(name, _)| line.split('\t').next() == Some(name));
    let listed: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).filter(here).collect();
    assert_eq!(lines, listed, "run the tests with SPIL_UPDATE=1 and look at the difference");
}

#[test]
fn every_example_goes_through_xml_unchanged() {
    let mut differs = Vec::new();
    let (_, mut examples) = examples();
    let refused = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST)).expect("the list");
    let refused: Vec<&str> = refused.lines().filter_map(|line| line.split('\t').next()).collect();
    examples.retain(|(name, _)| !refused.contains(&name.as_str()));
    for (name, resource) in &examples {
        match xml::from_json(resource).map(|text| xml::to_json(&text)) {
            Ok(Ok(read)) if read == *resource => {}
            Ok(Ok(_)) => differs.push(format!("{name}: it comes back otherwise")),
            Ok(Err(error)) | Err(error) => differs.push(format!("{name}: {error:?}")),
        }
    }
    println!("{} of {} examples through XML", examples.len() - differs.len(), examples.len());
    assert!(differs.is_empty(), "\n{}", differs.join("\n"));
}

on_both! {
    every_example_is_stored_and_read_back_unchanged,
}
