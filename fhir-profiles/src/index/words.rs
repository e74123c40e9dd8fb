//! The words of a resource, for `_text` and `_content` (<https://hl7.org/fhir/R4/search.html#content>).

use serde_json::Value;

use super::{MAX_LENGTH, Words, normalize};

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
    let mut list = List::default();
    list.add(text);
    listed(&list.text).map(str::to_owned).collect()
}

/// The words of a list, as [`Words`] holds them, one by one.
pub fn listed(list: &str) -> impl Iterator<Item = &str> {
    list.split(' ').filter(|word| !word.is_empty())
}

/// Words with a space between them.
#[derive(Default)]
struct List {
    text: String,
    count: usize,
}

impl List {
    /// Adds the words of a text, as long as there is room.
    fn add(&mut self, text: &str) {
        for piece in text.split_whitespace() {
            if piece.is_ascii() && piece.len() <= MAX_LENGTH {
                self.add_plain(piece);
            } else {
                self.add_plain(&normalize(piece));
            }
        }
    }

    /// Adds the words of a text without accents.
    fn add_plain(&mut self, text: &str) {
        for word in text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
            if self.count == MOST {
                return;
            }
            self.count += 1;
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            let start = self.text.len();
            self.text.push_str(cut(word));
            self.text[start..].make_ascii_lowercase();
        }
    }

    /// Adds the words of an element.
    fn collect(&mut self, value: &Value, name: &str) {
        if self.count == MOST {
            return;
        }
        match value {
            Value::String(text) if name == "div" => self.add(&without_tags(text)),
            Value::String(text) => self.add(text),
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, name)),
            Value::Object(elements) => {
                for (name, element) in elements.iter().filter(|(name, _)| !SILENT.contains(&name.as_str())) {
                    self.collect(element, name);
                }
            }
            _ => {}
        }
    }
}

fn cut(word: &str) -> &str {
    let end = (0..=LONGEST.min(word.len())).rev().find(|at| word.is_char_boundary(*at)).unwrap_or_default();
    &word[..end]
}

/// The words of a resource.
pub(super) fn of(resource: &Value) -> Words {
    let (mut narrative, mut content) = (List::default(), List::default());
    if let Some(div) = resource["text"]["div"].as_str() {
        narrative.add(&without_tags(div));
    }
    let elements = resource.as_object().into_iter().flatten();
    for (name, element) in elements.filter(|(name, _)| *name != "text" && !SILENT.contains(&name.as_str())) {
        content.collect(element, name);
    }
    Words { narrative: narrative.text, content: content.text }
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
        assert_eq!(found.narrative, "hart falen rust");
        assert_eq!(found.content, "i50 decompensatio cordis bakker");
    }
}
