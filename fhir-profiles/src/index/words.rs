//! The words of a resource, for `_text` and `_content` (<https://hl7.org/fhir/R4/search.html#content>).

use serde_json::Value;

use super::{Words, normalize};

/// Most words of one resource; what comes later is not found by them.
const MOST: usize = 16_000;
/// The longest word, in bytes; of longer ones the start is kept.
const LONGEST: usize = 64;
/// Elements that hold addresses and bytes rather than words.
const SILENT: [&str; 11] = [
    "resourceType",
    "meta",
    "id",
    "system",
    "reference",
    "url",
    "contentType",
    "data",
    "hash",
    "sourceAttachment",
    "implicitRules",
];

/// Cuts a text into words: letters and digits, without accents and case.
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in text.split_whitespace() {
        let plain = normalize(piece);
        let parts = plain.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
        found.extend(parts.map(|part| cut(part).to_owned()));
    }
    found
}

fn cut(word: &str) -> &str {
    let end = (0..=LONGEST.min(word.len())).rev().find(|at| word.is_char_boundary(*at)).unwrap_or_default();
    &word[..end]
}

/// The words of a resource.
pub(super) fn of(resource: &Value) -> Words {
    let narrative = resource["text"]["div"].as_str().map(|div| words(&without_tags(div))).unwrap_or_default();
    let mut content = Vec::new();
    let elements = resource.as_object().into_iter().flatten();
    for (name, element) in elements.filter(|(name, _)| *name != "text" && !SILENT.contains(&name.as_str())) {
        collect(element, name, &mut content);
    }
    let short = |mut words: Vec<String>| {
        words.truncate(MOST);
        words
    };
    Words { narrative: short(narrative), content: short(content) }
}

fn collect(value: &Value, name: &str, found: &mut Vec<String>) {
    if found.len() > MOST {
        return;
    }
    match value {
        Value::String(text) if name == "div" => found.extend(words(&without_tags(text))),
        Value::String(text) => found.extend(words(text)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        Value::Object(elements) => {
            for (name, element) in elements.iter().filter(|(name, _)| !SILENT.contains(&name.as_str())) {
                collect(element, name, found);
            }
        }
        _ => {}
    }
}

/// The text of a narrative: a tag ends a word, and the five entities of XML are letters.
fn without_tags(div: &str) -> String {
    let mut text = String::with_capacity(div.len());
    let mut rest = div;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        text.push(' ');
        // A comment may hold `>`.
        let (open, close) = if rest[at..].starts_with("<!--") { (at + 4, "-->") } else { (at, ">") };
        let Some(end) = rest[open..].find(close) else { return text };
        rest = &rest[open + end + close.len()..];
    }
    text.push_str(rest);
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#160;", " "), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, letter)| text.replace(entity, letter))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_have_no_accents_case_or_marks() {
        assert_eq!(words("Chloë's  CT-scan, 29463-7"), ["chloe", "s", "ct", "scan", "29463", "7"]);
        assert!(words(" -- ¿? ").is_empty());
        assert_eq!(words(&"é".repeat(100)), ["e".repeat(64)]);
    }

    #[test]
    fn the_narrative_loses_its_tags_and_the_content_has_all_words() {
        let resource = json!({"resourceType": "Condition", "id": "hidden", "meta": {"source": "urn:gone"},
            "text": {"status": "generated", "div": "<div title=\"geen\">Hart<b>falen</b> &amp; <!-- <niet> -->rust</div>"},
            "code": {"coding": [{"system": "http://x.example", "code": "I50", "display": "Decompensatio cordis"}]},
            "contained": [{"resourceType": "Practitioner", "id": "p", "name": [{"family": "Bakker"}]}]});
        let found = of(&resource);
        assert_eq!(found.narrative, ["hart", "falen", "rust"]);
        assert_eq!(found.content, ["i50", "decompensatio", "cordis", "bakker"]);
    }
}
