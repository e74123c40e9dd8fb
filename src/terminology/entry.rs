//! One code of a value set.

use std::sync::Arc;

use serde_json::{Value, json};
use spil_fhir_profiles::index::normalize;

use crate::store::Concept;

use super::system::{ABSTRACT, INACTIVE, System};

/// One code of a value set, with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its code system.
    pub system: Arc<str>,
    /// The version of the code system, when known.
    pub version: Option<Arc<str>>,
    /// The code.
    pub code: String,
    /// The text beside it.
    pub display: Option<String>,
    /// The language of that text, when known.
    pub language: Option<Arc<str>>,
    /// Other texts, as `CodeSystem.concept.designation`.
    pub designations: Vec<Value>,
    /// Whether it is not in use any more.
    pub inactive: bool,
    /// Whether it only groups others.
    pub is_abstract: bool,
}

impl Entry {
    /// A concept of a stored code system.
    pub(super) fn of(system: &System, concept: Concept) -> Self {
        Self {
            system: Arc::clone(&system.url),
            version: system.version.clone(),
            designations: designations(&concept.detail),
            code: concept.code,
            display: concept.display,
            language: system.head["language"].as_str().map(Into::into),
            inactive: concept.status & INACTIVE != 0,
            is_abstract: concept.status & ABSTRACT != 0,
        }
    }

    /// A code that a value set lists, of a system that is not stored.
    pub(super) fn listed(system: &str, version: Option<&str>, code: &str) -> Self {
        Self {
            system: system.into(),
            version: version.map(Into::into),
            code: code.to_owned(),
            display: None,
            language: None,
            designations: Vec::new(),
            inactive: false,
            is_abstract: false,
        }
    }

    /// The text in a language (`nl`, `nl-NL`), or the ordinary one.
    pub fn display_in(&self, language: Option<&str>) -> Option<&str> {
        let Some(language) = language else { return self.display.as_deref() };
        if self.language.as_deref().is_some_and(|own| speaks(own, language)) {
            return self.display.as_deref();
        }
        let texts = self.designations.iter();
        let of_language = texts.filter(|one| one["language"].as_str().is_some_and(|own| speaks(own, language)));
        let best = of_language.min_by_key(|one| match one["use"]["code"].as_str() {
            Some("display" | "preferredForLanguage") => 0,
            // SNOMED: synonym; the fully specified name comes last.
            None | Some("900000000000013009") => 1,
            Some(_) => 2,
        });
        best.and_then(|one| one["value"].as_str()).or(self.display.as_deref())
    }

    /// Whether this text is one of its texts, whatever the case and accents.
    pub fn is_called(&self, text: &str) -> bool {
        let wanted = normalize(text);
        let others = self.designations.iter().filter_map(|one| one["value"].as_str());
        self.display.as_deref().into_iter().chain(others).any(|own| normalize(own) == wanted)
    }

    /// Whether code and texts together hold all the words.
    pub(super) fn has_words(&self, words: &[String]) -> bool {
        let mut all = format!("{} {}", self.code, self.display.as_deref().unwrap_or_default());
        for text in self.designations.iter().filter_map(|one| one["value"].as_str()) {
            all.push(' ');
            all.push_str(text);
        }
        let all = normalize(&all);
        words.iter().all(|word| all.contains(word.as_str()))
    }

    /// As `ValueSet.expansion.contains`.
    pub(super) fn contains(&self, language: Option<&str>, with_designations: bool, wanted: &[String]) -> Value {
        let mut one = json!({"system": &*self.system});
        if let Some(version) = &self.version {
            one["version"] = json!(&**version);
        }
        if self.is_abstract {
            one["abstract"] = json!(true);
        }
        if self.inactive {
            one["inactive"] = json!(true);
        }
        one["code"] = json!(self.code);
        if let Some(display) = self.display_in(language) {
            one["display"] = json!(display);
        }
        if with_designations {
            let fits = |one: &&Value| wanted.is_empty() || wanted.iter().any(|token| is_asked(one, token));
            let list: Vec<&Value> = self.designations.iter().filter(fits).collect();
            if !list.is_empty() {
                one["designation"] = json!(list);
            }
        }
        one
    }
}

/// The designations in the detail of a concept.
pub(super) fn designations(detail: &str) -> Vec<Value> {
    if !detail.contains("\"designation\"") {
        return Vec::new();
    }
    let mut detail: Value = serde_json::from_str(detail).unwrap_or_default();
    match detail["designation"].take() {
        Value::Array(list) => list,
        _ => Vec::new(),
    }
}

/// Whether a text in language `own` is one in the language asked: `nl-NL` is Dutch, and `nl` will do for `nl-BE`.
fn speaks(own: &str, asked: &str) -> bool {
    let first = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    own.eq_ignore_ascii_case(asked) || (first(own) == first(asked) && (!own.contains('-') || !asked.contains('-')))
}

/// The parameter `designation`: a language (`urn:ietf:bcp:47|nl`) or a use (`system|code`).
fn is_asked(designation: &Value, token: &str) -> bool {
    match token.rsplit_once('|') {
        Some(("urn:ietf:bcp:47", language)) => {
            designation["language"].as_str().is_some_and(|own| speaks(own, language))
        }
        Some((system, code)) => designation["use"]["system"] == *system && designation["use"]["code"] == *code,
        None => designation["language"].as_str().is_some_and(|own| speaks(own, token)),
    }
}

/// The words of a text filter.
pub(super) fn words(filter: &str) -> Vec<String> {
    normalize(filter).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_the_language_asked() {
        let mut entry = Entry::listed("urn:s", None, "1");
        entry.display = Some("Kidney".to_owned());
        entry.designations = vec![
            json!({"language": "nl-NL", "use": {"code": "900000000000003001"}, "value": "Nier (lichaamsdeel)"}),
            json!({"language": "nl-NL", "value": "Nier"}),
        ];
        assert_eq!(entry.display_in(None), Some("Kidney"));
        assert_eq!(entry.display_in(Some("nl")), Some("Nier"));
        assert_eq!(entry.display_in(Some("nl-BE")), Some("Kidney"));
        assert_eq!(entry.display_in(Some("de")), Some("Kidney"));
        assert!(entry.is_called("nier") && entry.is_called("KIDNEY") && !entry.is_called("Lever"));
        assert!(entry.has_words(&words("Nier licha")) && !entry.has_words(&words("nier hart")));
    }
}
