//! Reads a row of a table of questions.

use spil_consent::{Category, Item, Labels, Request};

use super::casebook::{cells, instant, party, period};

/// One row of a table of questions.
pub struct Question {
    pub request: Request<'static>,
    pub item: Item<'static>,
    pub permit: bool,
    pub because: String,
    pub row: String,
}

/// Columns: asks, purpose, at, item, answer, because.
pub fn question(line: &str) -> Question {
    let cells = cells(line);
    let now = instant(cells[2]);
    let mut request = Request { organisation: 0, kind: "", person: None, purpose: keep(cells[1]), now, earliest: now };
    let mut words = cells[0].split_whitespace();
    while let Some(word) = words.next() {
        if word == "person" {
            request.person = words.next().map(keep);
        } else {
            (request.organisation, request.kind) = party(word);
        }
    }
    let permit = match cells[4] {
        "yes" => true,
        "no" => false,
        other => panic!("yes or no, not {other}"),
    };
    Question { request, item: item(cells[3]), permit, because: cells[5].to_owned(), row: line.to_owned() }
}

/// `category Type/id of party`, then `label x`, `from a until b`, `handed over`, in any order.
fn item(cell: &str) -> Item<'static> {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let [category, reference, "of", source, rest @ ..] = words.as_slice() else { panic!("not an item: {cell}") };
    let (class, id) = reference.split_once('/').expect("Type/id");
    let (holder, holder_kind) = party(source);
    let category = Category::from_code(category).expect("a category");
    let labels = Labels::NONE;
    let (class, id) = (keep(class), keep(id));
    let mut item = Item { holder, holder_kind, category, labels, class, id, period: None, in_handoff: false };
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        let mut next = || *rest.next().expect("a word more");
        match *word {
            "label" => {
                item.labels = item.labels.union(Labels::from_code(next()).expect("a label"));
            }
            "time" => item.period = Some(period(next())),
            "handed-over" => item.in_handoff = true,
            other => panic!("not about an item: {other}"),
        }
    }
    item
}

/// A word that lives as long as the test.
fn keep(word: &str) -> &'static str {
    Box::leak(word.to_owned().into_boxed_str())
}
