//! Conditions on `ix_uri`.

use crate::search::UriMatch;

use super::builder::{Builder, any};

/// One of the addresses.
pub(super) fn condition(builder: &mut Builder, x: &str, how: UriMatch, uris: &[String]) -> String {
    let column = format!("{x}.uri");
    if how != UriMatch::Below {
        return builder.one_of(&column, uris.to_vec());
    }
    let mut parts = vec![builder.one_of(&column, uris.to_vec())];
    for uri in uris {
        parts.push(builder.starts(&column, &format!("{uri}/")));
    }
    any(&parts)
}
