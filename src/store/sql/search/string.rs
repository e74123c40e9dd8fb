//! Conditions on `ix_string`.

use spil_fhir_profiles::index::normalize;

use crate::search::StringMatch;

use super::builder::{Builder, any, escape_like};

/// One of the texts.
pub(super) fn condition(builder: &mut Builder, x: &str, how: StringMatch, texts: &[String]) -> String {
    let mut parts = Vec::new();
    for text in texts {
        parts.push(match how {
            StringMatch::Starts => builder.starts(&format!("{x}.normal"), text),
            StringMatch::Contains => {
                let pattern = builder.arg(format!("%{}%", escape_like(text)));
                format!("{x}.normal LIKE {pattern} ESCAPE '\\'")
            }
            StringMatch::Ends => {
                let pattern = builder.arg(format!("%{}", escape_like(text)));
                format!("{x}.normal LIKE {pattern} ESCAPE '\\'")
            }
            StringMatch::Equal => {
                let normal = builder.arg(text.as_str());
                format!("{x}.normal = {normal}")
            }
            StringMatch::Exact => {
                // The index is on the normal form; the written form decides.
                let (normal, exact) = (builder.arg(normalize(text)), builder.arg(text.as_str()));
                format!("({x}.normal = {normal} AND {x}.exact = {exact})")
            }
        });
    }
    any(&parts)
}
