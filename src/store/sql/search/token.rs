//! Conditions on `ix_token`.

use crate::search::{OfTypeTest, SystemTest, TokenTest};
use crate::store::system_key;

use super::builder::{Builder, any, escape_like};

/// One of the tokens.
pub(super) fn condition(builder: &mut Builder, x: &str, tests: &[TokenTest]) -> String {
    let mut parts = Vec::new();
    let mut systems: Vec<&SystemTest> = Vec::new();
    for test in tests {
        if !systems.contains(&&test.system) {
            systems.push(&test.system);
        }
    }
    for system in systems {
        let same: Vec<_> = tests.iter().filter(|test| test.system == *system).collect();
        let key = match system {
            SystemTest::Any => None,
            SystemTest::None => Some(format!("{x}.system = 0")),
            SystemTest::Is(system) => {
                let key = builder.arg(system_key(system));
                Some(format!("{x}.system = {key}"))
            }
        };
        let codes: Vec<String> = same.iter().filter_map(|test| test.code.clone()).collect();
        // Without a code, the whole system passes.
        let whole = codes.len() < same.len();
        let part = match (key, whole) {
            (Some(key), true) => key,
            (Some(key), false) => format!("({} AND {key})", builder.one_of(&format!("{x}.code"), codes)),
            (None, _) => builder.one_of(&format!("{x}.code"), codes),
        };
        parts.push(part);
    }
    any(&parts)
}

/// One of the texts starts the text beside the code, or a word in it.
pub(super) fn text_condition(builder: &mut Builder, x: &str, texts: &[String]) -> String {
    let mut parts = Vec::new();
    for text in texts {
        let (first, later) = (format!("{}%", escape_like(text)), format!("% {}%", escape_like(text)));
        let (first, later) = (builder.arg(first), builder.arg(later));
        parts.push(format!("({x}.label LIKE {first} ESCAPE '\\' OR {x}.label LIKE {later} ESCAPE '\\')"));
    }
    any(&parts)
}

/// One of the identifiers, of its type.
pub(super) fn of_type_condition(builder: &mut Builder, x: &str, tests: &[OfTypeTest]) -> String {
    let mut parts = Vec::new();
    for test in tests {
        let key = system_key(&format!("{}|{}", test.system, test.code));
        let (value, key) = (builder.arg(test.value.as_str()), builder.arg(key));
        parts.push(format!("({x}.code = {value} AND {x}.id_type = {key})"));
    }
    any(&parts)
}
