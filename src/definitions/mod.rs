//! The definitions of Spil itself: what its codes mean, and how they stand to those of others. They are made of the tables that
//! decide, so that what is published is what holds, and are stored as a package of the hub: everybody who signed in reads them
//! on the FHIR API, and `$lookup`, `$validate-code`, `$expand` and `$translate` know them.

mod maps;
pub mod operations;
mod profiles;
mod systems;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spil_fhir_profiles::category::SYSTEM as DATA_CATEGORY;

use crate::access::Access;
use crate::error::Error;
use crate::packages::{self, Manifest, Source};
use crate::store::Store;

/// Where the addresses of the definitions begin.
const BASE: &str = "https://spil.example/fhir";
/// Name of the package.
const PACKAGE: &str = "example.spil.definitions";
/// The setting with the digest of what is installed.
const SETTING: &str = "definitions";

/// Every definition, by its file name in the package.
pub fn all() -> BTreeMap<String, Value> {
    let all = [systems::data_category(), systems::ground(), systems::task(), maps::mitz(), maps::generic_functions()];
    let sets = [
        systems::whole("data-category", "DataCategory", "Data categories", DATA_CATEGORY),
        systems::consent_category(),
    ];
    all.into_iter()
        .chain(sets)
        .chain(profiles::profiles())
        .chain(operations::operations())
        .chain([systems::agreed_by(), systems::emergency()])
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            (format!("{}-{}.json", text("resourceType"), text("id")), one)
        })
        .collect()
}

/// Stores the definitions of this version if they are not there yet. `open` opens the door for the hub.
///
/// # Errors
/// When the database fails, or one of the definitions is refused.
pub async fn install(store: &Store, now: i64, open: &(dyn Fn() -> Access + Sync)) -> Result<(), Error> {
    let files: BTreeMap<String, Vec<u8>> =
        all().into_iter().map(|(name, body)| (name, body.to_string().into_bytes())).collect();
    let digest = packages::digest_of(files.values());
    if store.setting(SETTING).await?.is_some_and(|there| there == digest) {
        return Ok(());
    }
    let manifest = Manifest { name: PACKAGE.to_owned(), version: version().to_owned(), needs: Vec::new() };
    let report = packages::install(&Source::Given(files), manifest, (store, now), open, &|_| ()).await?;
    if let Some(refusal) = report.refusals.first() {
        return Err(Error::internal(std::io::Error::other(format!("{refusal:?}"))));
    }
    // What another version brought goes, so that one address means one thing.
    for other in store.packages().await?.iter().filter(|other| other.name == PACKAGE && other.version != version()) {
        packages::remove(store, open, (&other.name, &other.version)).await?;
    }
    store.change_setting(SETTING, &digest).await?;
    Ok(())
}

fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// What every definition begins with.
fn definition(rtype: &str, id: &str, name: &str, title: &str, description: &str) -> Value {
    json!({
        "resourceType": rtype,
        "id": id,
        "url": format!("{BASE}/{rtype}/{id}"),
        "version": version(),
        "name": name,
        "title": title,
        "status": "active",
        "experimental": false,
        "publisher": "Spil",
        "description": description,
    })
}

#[cfg(test)]
mod tests;
