//! `demo.json`: what a script needs to play every role. Only its owner can read it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::app::App;
use crate::auth::check_client;
use crate::config::Config;
use crate::demo::{DemoOrganisation, Region};
use crate::store::sql::auth::Client;

use super::super::failure::{Because as _, Failure};
use super::super::keys;
use super::super::place::private_file;

/// What a demo system may ask.
pub const SCOPE: &str = "system/*.cruds";
/// Client id of the demo's app.
const PGO: &str = "demo-pgo";
const CALLBACK: &str = "http://127.0.0.1:8099/callback";
const PGO_SCOPE: &str = "launch/patient patient/*.cruds openid fhirUser offline_access";

/// Private keys by client id.
pub type Keys = HashMap<String, Value>;

/// The file in a data folder.
pub fn path(data: &Path) -> PathBuf {
    data.join("demo.json")
}

/// The keys that an earlier start wrote; none when the file is gone or damaged.
pub fn keys(data: &Path) -> Keys {
    let text = std::fs::read_to_string(path(data)).unwrap_or_default();
    let file: Value = serde_json::from_str(&text).unwrap_or_default();
    let systems = file["organisations"].as_array().into_iter().flatten();
    systems
        .filter(|system| system["private_key_jwk"]["d"].is_string())
        .filter_map(|system| Some((system["client_id"].as_str()?.to_owned(), system["private_key_jwk"].clone())))
        .collect()
}

/// A key for every system: the one it had, or a new one. When the region is there (`loaded`) new ones are registered.
pub async fn complete(app: &App, region: &Region, mut keys: Keys, loaded: bool) -> Result<Keys, Failure> {
    for organisation in &region.organisations {
        if keys.contains_key(&organisation.client_id) {
            continue;
        }
        let key = keys::private_jwk()?;
        if loaded {
            let found =
                app.store.organisation_of_ura(&organisation.ura).await.because("the database cannot be read")?;
            let found = found.ok_or_else(|| Failure::plain("an organisation of the demo is gone: use --fresh"))?;
            register_system(app, organisation, found.org, &key).await?;
        }
        keys.insert(organisation.client_id.clone(), key);
    }
    Ok(keys)
}

/// Registers the system of an organisation with the public half of its key.
pub async fn register_system(app: &App, organisation: &DemoOrganisation, org: i64, key: &Value) -> Result<(), Failure> {
    let client = Client {
        client_id: organisation.client_id.clone(),
        org: Some(org),
        name: organisation.name.clone(),
        jwks: Some(keys::public_jwks(key).to_string()),
        redirect_uris: Vec::new(),
        scope: SCOPE.to_owned(),
        active: true,
    };
    register(app, &client).await
}

/// Registers the app.
pub async fn register_app(app: &App) -> Result<(), Failure> {
    let client = Client {
        client_id: PGO.to_owned(),
        name: "Demo-app".to_owned(),
        redirect_uris: vec![CALLBACK.to_owned()],
        scope: PGO_SCOPE.to_owned(),
        active: true,
        ..Client::default()
    };
    register(app, &client).await
}

async fn register(app: &App, client: &Client) -> Result<(), Failure> {
    let what = || format!("client `{}` cannot be registered", client.client_id);
    check_client(client).because(what())?;
    app.store.register_client(client).await.because(what())
}

/// Writes the file.
pub fn write(data: &Path, config: &Config, region: &Region, keys: &Keys) -> Result<(), Failure> {
    let systems: Vec<Value> = region
        .organisations
        .iter()
        .map(|organisation| {
            let key = keys.get(&organisation.client_id).cloned().unwrap_or_default();
            json!({
                "name": organisation.name, "kind": organisation.kind, "ura": organisation.ura, "id": organisation.id,
                "client_id": organisation.client_id, "private_key_jwk": key, "scope": SCOPE,
            })
        })
        .collect();
    let professionals: Vec<Value> = region
        .professionals
        .iter()
        .map(|one| {
            json!({
                "name": one.name, "id": one.id, "organisation": one.organisation_ura, "username": one.username,
                "password": one.password, "role_code": one.role_code, "role_name": one.role_name,
            })
        })
        .collect();
    let patients: Vec<Value> = region
        .patients
        .iter()
        .map(|one| {
            let acts_for: Vec<&str> = region
                .representatives
                .iter()
                .filter(|other| other.representative_username == one.username)
                .map(|other| other.patient_id.as_str())
                .collect();
            json!({
                "name": one.name, "id": one.id, "bsn": one.bsn, "username": one.username, "password": one.password,
                "birth_date": one.birth_date, "acts_for": acts_for,
            })
        })
        .collect();
    let file = json!({
        "base": config.server.base, "fhir": config.fhir_base(), "organisations": systems,
        "professionals": professionals, "patients": patients,
        "pgo_app": {"client_id": PGO, "redirect_uri": CALLBACK, "scope": PGO_SCOPE},
    });
    let text = serde_json::to_string_pretty(&file).because("demo.json cannot be made")?;
    private_file(&path(data), &format!("{text}\n"))
}
