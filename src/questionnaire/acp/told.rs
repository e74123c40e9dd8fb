//! What a response says, by `linkId`.

use serde_json::Value;

/// Items of a response, and what is under them.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a>(pub &'a Value);

impl<'a> Told<'a> {
    /// The items with this `linkId`, in their order, however deep.
    pub fn all(self, link: &str) -> Vec<Told<'a>> {
        let mut found = Vec::new();
        self.search(link, 0, &mut found);
        found
    }

    fn search(self, link: &str, depth: usize, found: &mut Vec<Told<'a>>) {
        if depth > 16 {
            return;
        }
        let under = self.0["answer"].as_array().into_iter().flatten().map(|answer| &answer["item"]);
        for items in std::iter::once(&self.0["item"]).chain(under) {
            for item in items.as_array().into_iter().flatten() {
                if item["linkId"] == link {
                    found.push(Told(item));
                }
                Told(item).search(link, depth + 1, found);
            }
        }
    }

    /// The answers to a question.
    pub fn answers(self, link: &str) -> Vec<&'a Value> {
        let items = self.all(link);
        items.into_iter().flat_map(|item| item.0["answer"].as_array().into_iter().flatten()).collect()
    }

    /// What was written down; none when it was nothing.
    pub fn text(self, link: &str) -> Option<&'a str> {
        self.answers(link).into_iter().find_map(|answer| answer["valueString"].as_str()).filter(|text| !text.is_empty())
    }

    /// What was chosen.
    pub fn codings(self, link: &str) -> Vec<&'a Value> {
        self.answers(link)
            .into_iter()
            .map(|answer| &answer["valueCoding"])
            .filter(|coding| coding.is_object())
            .collect()
    }

    /// What was chosen first.
    pub fn coding(self, link: &str) -> Option<&'a Value> {
        self.codings(link).into_iter().next()
    }

    /// The code of what was chosen first; empty when nothing was.
    pub fn code(self, link: &str) -> &'a str {
        self.coding(link).and_then(|coding| coding["code"].as_str()).unwrap_or_default()
    }
}
