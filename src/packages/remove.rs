//! Removing: what only this package brought is deleted, as any resource is; its history stays.

use crate::access::{Access, Entry, Interaction};
use crate::error::Error;
use crate::store::Store;
use spil_fhir_profiles::definition::type_name;

use super::GROUP;

/// Removes an installed package; the answer is the number of definitions that went with it.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    store: &Store,
    open: &(dyn Fn() -> Access + Sync),
    (name, version): (&str, &str),
) -> Result<u64, Error> {
    let all = store.package_items(name, version).await?;
    let removed = items(store, open, (name, version), &all).await?;
    store.forget_package(name, version).await?;
    Ok(removed)
}

/// Deletes those of the items that no other package brought.
pub(super) async fn items(
    store: &Store,
    open: &(dyn Fn() -> Access + Sync),
    (name, version): (&str, &str),
    items: &[(u16, String)],
) -> Result<u64, Error> {
    let mut removed = 0;
    for group in items.chunks(GROUP) {
        let ids = group.iter().map(|(_, id)| id.clone()).collect();
        let shared = store.shared_items(name, version, ids).await?;
        let entries: Vec<Entry> = group
            .iter()
            .filter(|item| !shared.contains(item))
            .filter_map(|(rtype, id)| {
                let interaction =
                    Interaction::Delete { rtype: type_name(*rtype)?.to_owned(), id: id.clone(), if_match: None };
                Some(Entry { at: 0, full_url: None, interaction })
            })
            .collect();
        if !entries.is_empty() {
            open().transaction(&entries).await?;
            removed += u64::try_from(entries.len()).unwrap_or(u64::MAX);
        }
        store.forget_items(name, version, group).await?;
    }
    Ok(removed)
}
