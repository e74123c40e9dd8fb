//! Conditions on `ix_uri`.

use crate::search::UriMatch;

use super::builder::{Builder, any, escape_like};

/// One of the addresses.
pub(super) fn condition(builder: &mut Builder, x: &str, how: UriMatch, uris: &[String]) -> String {
    let column = format!("{x}.uri");
    let like = |builder: &mut Builder, pattern: fn(&str) -> String| {
        let found = uris.iter().map(|uri| {
            let pattern = builder.arg(pattern(&escape_like(uri)));
            format!("{column} LIKE {pattern} ESCAPE '\\'")
        });
        any(&found.collect::<Vec<_>>())
    };
    match how {
        UriMatch::Exact | UriMatch::Above => return builder.one_of(&column, uris.to_vec()),
        UriMatch::Starts => {
            let found: Vec<_> = uris.iter().map(|uri| builder.starts(&column, uri)).collect();
            return any(&found);
        }
        UriMatch::Contains => return like(builder, |uri| format!("%{uri}%")),
        UriMatch::Ends => return like(builder, |uri| format!("%{uri}")),
        UriMatch::Below => {}
    }
    let mut parts = vec![builder.one_of(&column, uris.to_vec())];
    for uri in uris {
        parts.push(builder.starts(&column, &format!("{uri}/")));
    }
    any(&parts)
}
