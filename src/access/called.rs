//! By which name a definition is called in the answer to a search: by the one that was asked for, if it has several
//! ([`spil_fhir_profiles::canonical`]). So a client that knows one name only can read what others wrote under another.
//!
//! Only names change. `meta.versionId`, and with it every `ETag`, is that of what is stored; `read`, `vread` and `history`
//! answer as it is stored. A search that names no such definition costs nothing here.

use spil_fhir_profiles::canonical::{others, rename};

use crate::error::Error;
use crate::search::Query;

use super::Stored;

/// Gives what was found the names that it was asked for by.
///
/// # Errors
/// When what is stored is not JSON; that is our fault.
pub(super) fn as_asked<'s>(query: &Query, found: impl IntoIterator<Item = &'s mut Stored>) -> Result<(), Error> {
    if query.named.is_empty() {
        return Ok(());
    }
    let bare = |name: &String| name.split('|').next().unwrap_or_default().to_owned();
    let other: Vec<String> = query.named.iter().flat_map(|name| others(&bare(name))).collect();
    for stored in found {
        let is_named = std::str::from_utf8(&stored.body).is_ok_and(|text| other.iter().any(|name| text.contains(name)));
        if !is_named {
            continue;
        }
        let mut body = stored.value()?;
        if rename(&mut body, &query.named) {
            stored.body = serde_json::to_vec(&body).map_err(Error::internal)?.into();
        }
    }
    Ok(())
}
