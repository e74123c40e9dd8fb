//! SMART scopes: reading them, and what remains of a request within a registration
//! (<https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html>).

use crate::ctx::{Scope, Scopes};

const ALL: &str = "cruds";

/// Scopes that say something else than what may be read or written.
const PLAIN: [&str; 5] = ["openid", "fhirUser", "launch/patient", "offline_access", "online_access"];

/// What `*` does not stand for: running views for the region's statistics. A client is registered for it by name.
const BY_NAME: &str = "ViewDefinition";

/// A scope text, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Granted {
    /// What may be done with resources.
    pub resources: Vec<Scope>,
    /// The other scopes.
    pub plain: Vec<&'static str>,
}

impl Granted {
    /// Reads a scope text; what is unknown, or narrowed by a query that we do not enforce, is left out.
    pub fn parse(text: &str) -> Self {
        let mut granted = Self::default();
        for word in text.split_ascii_whitespace().take(200) {
            if let Some(plain) = PLAIN.iter().find(|plain| **plain == word) {
                if !granted.plain.contains(plain) {
                    granted.plain.push(plain);
                }
            } else if let Some(scope) = resource_scope(word) {
                granted.add(scope);
            }
        }
        granted
    }

    /// What of this request a registration allows, out of the contexts given.
    #[must_use]
    pub fn within(&self, registered: &Self, contexts: &[&str]) -> Self {
        let mut both = Self::default();
        let wanted = self.resources.iter().filter(|scope| contexts.contains(&scope.context.as_str()));
        for wanted in wanted {
            for allowed in registered.resources.iter().filter(|allowed| allowed.context == wanted.context) {
                let rtype = match (wanted.rtype.as_str(), allowed.rtype.as_str()) {
                    (BY_NAME, "*") => continue,
                    (wanted, "*") => wanted,
                    ("*", allowed) => allowed,
                    (wanted, allowed) if wanted == allowed => wanted,
                    _ => continue,
                };
                let mut interactions = common(&wanted.interactions, &allowed.interactions);
                if rtype == "SearchParameter" && allowed.rtype == "*" {
                    // What can be searched holds for the whole region: who may say it is registered by name.
                    interactions.retain(|c| !"cud".contains(c));
                }
                if !interactions.is_empty() {
                    both.add(Scope { context: wanted.context.clone(), rtype: rtype.to_owned(), interactions });
                }
            }
        }
        both.plain = self.plain.iter().copied().filter(|plain| registered.plain.contains(plain)).collect();
        both
    }

    /// Whether a scope such as `openid` is there.
    pub fn has(&self, plain: &str) -> bool {
        self.plain.contains(&plain)
    }

    /// The scope text.
    pub fn text(&self) -> String {
        let resources =
            self.resources.iter().map(|scope| format!("{}/{}.{}", scope.context, scope.rtype, scope.interactions));
        let words: Vec<String> = self.plain.iter().map(|plain| (*plain).to_owned()).chain(resources).collect();
        words.join(" ")
    }

    /// What may be done with resources, as the door asks it.
    pub fn scopes(&self) -> Scopes {
        Scopes(self.resources.clone())
    }

    fn add(&mut self, scope: Scope) {
        let same = |have: &&mut Scope| have.context == scope.context && have.rtype == scope.rtype;
        match self.resources.iter_mut().find(same) {
            Some(have) => {
                let keep = |c: &char| have.interactions.contains(*c) || scope.interactions.contains(*c);
                let all: String = ALL.chars().filter(keep).collect();
                have.interactions = all;
            }
            None => self.resources.push(scope),
        }
    }
}

/// Reads `context/Type.cruds`, or the form of version 1 with `read`, `write` and `*`.
fn resource_scope(word: &str) -> Option<Scope> {
    let (context, rest) = word.split_once('/')?;
    if !["patient", "user", "system"].contains(&context) {
        return None;
    }
    let (rtype, interactions) = rest.split_once('.')?;
    let is_type = rtype == "*"
        || (rtype.starts_with(|c: char| c.is_ascii_uppercase()) && rtype.chars().all(|c| c.is_ascii_alphanumeric()));
    let interactions = match interactions {
        "read" => "rs",
        "write" => "cud",
        "*" => ALL,
        other if is_interactions(other) => other,
        _ => return None,
    };
    is_type.then(|| Scope {
        context: context.to_owned(),
        rtype: rtype.to_owned(),
        interactions: interactions.to_owned(),
    })
}

/// Whether these are letters of `cruds`, in that order, each at most once.
fn is_interactions(text: &str) -> bool {
    let mut rest = ALL.chars();
    !text.is_empty() && text.chars().all(|c| rest.any(|known| known == c))
}

fn common(a: &str, b: &str) -> String {
    a.chars().filter(|c| b.contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_cut_down_to_the_registration() {
        for (wanted, registered, granted) in [
            ("system/Patient.rs", "system/*.cruds", "system/Patient.rs"),
            ("system/*.cruds", "system/Patient.rs system/Task.cu", "system/Patient.rs system/Task.cu"),
            ("system/*.read", "system/*.cruds", "system/*.rs"),
            ("system/Task.write", "system/*.cruds", "system/Task.cud"),
            ("system/*.*", "system/*.rs", "system/*.rs"),
            ("system/Patient.d", "system/Patient.rs", ""),
            ("patient/*.rs user/*.rs", "system/*.cruds patient/*.rs user/*.rs", ""),
            ("system/Patient.sr", "system/*.cruds", ""),
            ("system/Patient.rr", "system/*.cruds", ""),
            ("system/patient.rs", "system/*.cruds", ""),
            ("system/SearchParameter.cud", "system/*.cruds", ""),
            ("system/SearchParameter.cruds", "system/*.cruds", "system/SearchParameter.rs"),
            ("system/SearchParameter.rs", "system/*.cruds", "system/SearchParameter.rs"),
            (
                "system/*.cruds system/SearchParameter.cud",
                "system/*.rs system/SearchParameter.cruds",
                "system/*.rs system/SearchParameter.cruds",
            ),
            ("system/Observation.rs?category=laboratory", "system/*.cruds", ""),
            ("system/Patient.r system/Patient.s", "system/*.cruds", "system/Patient.rs"),
            ("system/ViewDefinition.r", "system/*.cruds", ""),
            ("system/ViewDefinition.r", "system/*.cruds system/ViewDefinition.r", "system/ViewDefinition.r"),
        ] {
            let got = Granted::parse(wanted).within(&Granted::parse(registered), &["system"]);
            assert_eq!(got.text(), granted, "{wanted} within {registered}");
        }
    }

    #[test]
    fn plain_scopes_are_granted_only_when_registered() {
        let registered = Granted::parse("launch/patient openid patient/*.rs");
        let got =
            Granted::parse("openid offline_access launch/patient patient/*.cruds").within(&registered, &["patient"]);
        assert_eq!(got.text(), "openid launch/patient patient/*.rs");
    }
}
