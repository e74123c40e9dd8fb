//! The control number: ten characters that are others when one word of the document is another.

use aws_lc_rs::digest::{SHA256, digest};

use super::super::text::Text;
use super::super::view::{Block, Cell, Mark, Section, Table, View};

/// Ten characters of five bits.
pub(super) const BITS: u32 = 50;

/// Digits and letters that cannot be taken for one another (Crockford).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first bits of the hash over all words of the document, in both languages, and where they stand.
pub(super) fn number(view: &View) -> u64 {
    let mut text = Words(String::new());
    text.text(&view.title);
    text.facts(&view.person);
    text.list("notices", &view.notices, Words::text);
    text.list("sections", &view.sections, Words::section);
    text.facts(&view.origin);
    let hash = digest(&SHA256, text.0.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_ref()[..8]);
    u64::from_be_bytes(first) >> (64 - BITS)
}

/// The number in two groups of five characters.
pub(super) fn written(number: u64) -> String {
    let letter = |at: u32| {
        let five = usize::try_from(number >> (BITS - 5 * (at + 1)) & 31).unwrap_or_default();
        char::from(LETTERS[five])
    };
    let (first, second): (String, String) = ((0..5).map(letter).collect(), (5..10).map(letter).collect());
    format!("{first}-{second}")
}

/// How many rows all tables have.
pub(super) fn rows(view: &View) -> u32 {
    fn of(section: &Section) -> usize {
        let tables =
            section.blocks.iter().map(|block| if let Block::Table(table) = block { table.rows.len() } else { 0 });
        tables.sum::<usize>() + section.sections.iter().map(of).sum::<usize>()
    }
    u32::try_from(view.sections.iter().map(of).sum::<usize>()).unwrap_or(u32::MAX)
}

/// The words of a document, each with its length before it, so that no two documents have the same.
struct Words(String);

impl Words {
    fn word(&mut self, word: &str) {
        self.0.push_str(&word.len().to_string());
        self.0.push(':');
        self.0.push_str(word);
    }

    fn text(&mut self, text: &Text) {
        self.word(&text.nl);
        self.word(&text.en);
    }

    fn list<T>(&mut self, name: &str, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.word(name);
        self.word(&items.len().to_string());
        for item in items {
            each(self, item);
        }
    }

    fn facts(&mut self, facts: &[(Text, Text)]) {
        self.list("facts", facts, |words, (label, value)| {
            words.text(label);
            words.text(value);
        });
    }

    fn section(&mut self, section: &Section) {
        self.text(&section.title);
        self.list("blocks", &section.blocks, |words, block| match block {
            Block::Paragraph(text) => words.list("paragraph", std::slice::from_ref(text), Self::text),
            Block::Warning(text) => words.list("warning", std::slice::from_ref(text), Self::text),
            Block::Table(table) => words.table(table),
        });
        self.list("sections", &section.sections, Self::section);
    }

    fn table(&mut self, table: &Table) {
        self.word(if table.past { "past" } else { "table" });
        self.text(&table.caption);
        self.list("head", &table.head, Self::text);
        self.list("rows", &table.rows, |words, row| words.list("row", row, Self::cell));
    }

    fn cell(&mut self, cell: &Cell) {
        self.word(match cell.mark {
            None => "",
            Some(Mark::Yes) => "yes",
            Some(Mark::No) => "no",
            Some(Mark::Other) => "other",
        });
        self.text(&cell.text);
        self.list("below", &cell.below, Self::text);
        self.list("remarks", &cell.remarks, Self::text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::text::Text;
    use super::super::super::view::View;
    use super::{number, written};

    fn view(notices: &[&str]) -> View {
        View {
            title: Text::same("t"),
            person: Vec::new(),
            notices: notices.iter().map(|one| Text::same(*one)).collect(),
            sections: Vec::new(),
            origin: Vec::new(),
        }
    }

    #[test]
    fn other_words_and_other_places_of_words_give_another_number() {
        let numbers =
            [view(&[]), view(&["a", "b"]), view(&["ab"]), view(&["a1:b"]), view(&["", "ab"])].map(|it| number(&it));
        for (at, one) in numbers.iter().enumerate() {
            assert!(*one < 1 << super::BITS && !numbers[at + 1..].contains(one), "{at}");
        }
        assert_eq!(number(&view(&["a"])), number(&view(&["a"])));
    }

    #[test]
    fn a_number_is_ten_characters_that_cannot_be_mistaken() {
        assert_eq!(written(0), "00000-00000");
        assert_eq!(written((1 << super::BITS) - 1), "ZZZZZ-ZZZZZ");
        assert_eq!(written(33), "00000-00011");
    }
}
