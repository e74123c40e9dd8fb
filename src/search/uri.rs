//! Parameters of type uri (<https://hl7.org/fhir/R4/search.html#uri>).

use super::text::{alternatives, unescape};
use super::{Problem, Test, UriMatch};

/// Reads the addresses. For `:above` they become all the addresses at or above them.
pub(super) fn read(value: &str, how: UriMatch) -> Result<Test, Problem> {
    let uris = alternatives(value)?.into_iter().map(unescape).collect::<Result<Vec<_>, _>>()?;
    if how == UriMatch::Exact {
        return Ok(Test::Uri(how, uris));
    }
    if uris.iter().any(|uri| uri.starts_with("urn:") || !uri.contains("://")) {
        return Err(Problem::value("`:above` and `:below` need a URL with a path"));
    }
    if how == UriMatch::Below {
        return Ok(Test::Uri(how, uris.iter().map(|uri| uri.trim_end_matches('/').to_owned()).collect()));
    }
    let mut above: Vec<String> = uris.iter().flat_map(|uri| ancestors(uri)).collect();
    above.dedup();
    Ok(Test::Uri(how, above))
}

/// The address and every shorter one that ends before or after a `/` of its path.
fn ancestors(uri: &str) -> Vec<String> {
    let path = uri.find("://").map_or(0, |at| at + 3);
    let mut found = vec![uri.to_owned()];
    for (at, _) in uri.match_indices('/').filter(|&(at, _)| at >= path) {
        found.push(uri[..at].to_owned());
        found.push(uri[..=at].to_owned());
    }
    found.sort();
    found.dedup();
    found
}
