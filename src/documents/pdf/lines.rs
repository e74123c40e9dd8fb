//! From text to lines of a given width: no word leaves its column, and a word that is wider than it is broken.

use std::collections::HashMap;
use std::rc::Rc;

use krilla::text::KrillaGlyph;

use super::letters::{self, Weight, Word};

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    /// The weight.
    pub(super) weight: Weight,
    /// The size in points.
    pub(super) size: f32,
}

impl Style {
    /// The height of a line.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.32
    }

    /// How far below the top of a line its letters stand.
    pub(super) fn rise(self) -> f32 {
        self.size * 1.02
    }
}

/// A line, ready to be drawn.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The style.
    pub(super) style: Style,
    /// The text, with a space at its end when the text goes on in the next line.
    pub(super) text: String,
    /// The glyphs.
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// The width in points, without the space at the end.
    pub(super) width: f32,
}

/// A piece of a text that a line is not broken in.
#[derive(Clone)]
struct Atom {
    word: Rc<Word>,
    /// Whether a space stands before it.
    spaced: bool,
}

/// Sets text and remembers every word that it shaped.
#[derive(Default)]
pub(super) struct Setter {
    words: HashMap<(Weight, String), Rc<Word>>,
    /// Whether a character had to be replaced.
    pub(super) replaced: bool,
}

impl Setter {
    fn word(&mut self, weight: Weight, text: &str) -> Rc<Word> {
        if let Some(found) = self.words.get(&(weight, text.to_owned())) {
            return Rc::clone(found);
        }
        let word = Rc::new(letters::shape(weight, text));
        self.replaced |= word.replaced;
        self.words.insert((weight, text.to_owned()), Rc::clone(&word));
        word
    }

    fn space(&mut self, weight: Weight) -> Rc<Word> {
        self.word(weight, " ")
    }

    fn atoms(&mut self, weight: Weight, text: &str) -> Vec<Atom> {
        let mut out: Vec<Atom> = Vec::new();
        for word in text.split_whitespace() {
            let mut spaced = !out.is_empty();
            for part in parts(word) {
                let word = self.word(weight, part);
                if !word.glyphs.is_empty() {
                    out.push(Atom { word, spaced });
                    spaced = false;
                }
            }
        }
        out
    }

    /// The width of the text on one line, and of its widest piece.
    pub(super) fn measure(&mut self, style: Style, text: &str) -> (f32, f32) {
        let space = self.space(style.weight).width;
        let (mut whole, mut widest) = (0.0, 0.0_f32);
        for atom in self.atoms(style.weight, text) {
            whole += atom.word.width + if atom.spaced { space } else { 0.0 };
            widest = widest.max(atom.word.width);
        }
        (whole * style.size, widest * style.size)
    }

    /// The lines of a text, none wider than `width`, but for a single glyph that is.
    pub(super) fn lines(&mut self, style: Style, text: &str, width: f32) -> Vec<Line> {
        let room = width / style.size;
        let space = self.space(style.weight);
        let mut out = Vec::new();
        let mut row: Vec<Atom> = Vec::new();
        let mut used = 0.0;
        for mut atom in self.atoms(style.weight, text) {
            let gap = if atom.spaced { space.width } else { 0.0 };
            if row.is_empty() {
                atom.spaced = false;
            } else if used + gap + atom.word.width > room {
                let goes_on = atom.spaced;
                out.push(line(style, &row, &space, goes_on));
                row.clear();
                used = 0.0;
                atom.spaced = false;
            } else {
                used += gap;
            }
            while used + atom.word.width > room
                && let Some((head, tail)) = split(&atom.word, room)
            {
                out.push(line(style, &[Atom { word: Rc::new(head), spaced: false }], &space, false));
                atom.word = Rc::new(tail);
            }
            used += atom.word.width;
            row.push(atom);
        }
        if !row.is_empty() {
            out.push(line(style, &row, &space, false));
        }
        out
    }

    /// The text on one line of this width; what does not fit is left out, with an ellipsis in its place. Only for what is
    /// said in full elsewhere.
    pub(super) fn shortened(&mut self, style: Style, text: &str, width: f32) -> Option<Line> {
        let mut lines = self.lines(style, text, width);
        if lines.len() < 2 {
            return lines.pop();
        }
        let ellipsis = self.measure(style, "…").0;
        let first = self.lines(style, text, (width - ellipsis).max(style.size)).into_iter().next()?;
        self.lines(style, &format!("{}…", first.text.trim_end()), width).into_iter().next()
    }
}

/// The pieces of a word: a long name may be broken behind a slash or a hyphen that has letters on both sides.
fn parts(word: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut before = ' ';
    let mut letters = word.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let after = letters.peek().map_or(' ', |(_, after)| *after);
        if matches!(letter, '/' | '-') && before.is_alphabetic() && after.is_alphabetic() {
            out.push(&word[from..=at]);
            from = at + 1;
        }
        before = letter;
    }
    out.push(&word[from..]);
    out
}

/// As much of a word as fits into `room`, at least one cluster, and the rest; none when there is no rest.
fn split(word: &Word, room: f32) -> Option<(Word, Word)> {
    let mut clusters: Vec<(usize, f32)> = Vec::new();
    let mut reading: Vec<&KrillaGlyph> = word.glyphs.iter().collect();
    reading.sort_by_key(|glyph| glyph.text_range.start);
    for glyph in reading {
        match clusters.last_mut() {
            Some((start, width)) if *start == glyph.text_range.start => *width += glyph.x_advance,
            _ => clusters.push((glyph.text_range.start, glyph.x_advance)),
        }
    }
    let mut used = clusters.first()?.1;
    let (cut, _) = clusters.into_iter().skip(1).find(|(_, width)| {
        used += width;
        used > room
    })?;
    let part = |from: usize, to: usize| {
        let inside = word.glyphs.iter().filter(|glyph| (from..to).contains(&glyph.text_range.start));
        let glyphs: Vec<KrillaGlyph> = inside.map(|glyph| shifted(glyph, |at| at - from)).collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Word { text: word.text[from..to].to_owned(), glyphs, width, leftward: word.leftward, replaced: word.replaced }
    };
    Some((part(0, cut), part(cut, word.text.len())))
}

/// The glyph, for a text that begins elsewhere.
fn shifted(glyph: &KrillaGlyph, by: impl Fn(usize) -> usize) -> KrillaGlyph {
    let mut glyph = glyph.clone();
    glyph.text_range = by(glyph.text_range.start)..by(glyph.text_range.end);
    glyph
}

/// Puts pieces next to each other. Pieces that are read from right to left change places among themselves.
fn line(style: Style, row: &[Atom], space: &Word, goes_on: bool) -> Line {
    let mut out = Line { style, text: String::new(), glyphs: Vec::new(), width: 0.0 };
    let mut at = 0;
    while at < row.len() {
        let leftward = row[at].word.leftward;
        let same = row[at..].iter().take_while(|atom| atom.word.leftward == leftward).count();
        let group = &row[at..at + same];
        if group[0].spaced {
            out.add(space);
        }
        let mut words: Vec<(&Word, bool)> = Vec::with_capacity(same);
        for (index, atom) in group.iter().enumerate() {
            words.push((&atom.word, index > 0 && atom.spaced));
        }
        if leftward {
            let gaps: Vec<bool> = words.iter().skip(1).map(|(_, gap)| *gap).rev().collect();
            words.reverse();
            for (index, (_, gap)) in words.iter_mut().enumerate() {
                *gap = index > 0 && gaps.get(index - 1).copied().unwrap_or(false);
            }
        }
        for (word, gap) in words {
            if gap {
                out.add(space);
            }
            out.add(word);
        }
        at += same;
    }
    out.width = out.glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * style.size;
    if goes_on {
        out.add(space);
    }
    out
}

impl Line {
    fn add(&mut self, word: &Word) {
        let from = self.text.len();
        self.text.push_str(&word.text);
        self.glyphs.extend(word.glyphs.iter().map(|glyph| shifted(glyph, |at| at + from)));
    }
}

#[cfg(test)]
mod tests {
    use super::{Setter, Style, Weight, parts};

    const STYLE: Style = Style { weight: Weight::Regular, size: 10.0 };

    fn set(text: &str, width: f32) -> Vec<String> {
        let lines = Setter::default().lines(STYLE, text, width);
        assert!(lines.iter().all(|line| line.width <= width + 0.01), "{text}");
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_end_between_words_and_say_so() {
        assert_eq!(set("een twee drie", 45.0), ["een twee ", "drie"]);
        assert_eq!(set("  een\n twee ", 400.0), ["een twee"]);
        assert!(set(" \n", 40.0).is_empty());
    }

    #[test]
    fn a_word_that_is_too_long_is_broken_and_nothing_of_it_is_lost() {
        let word = "Hydrochloorthiazidecombinatiepreparaat".repeat(4);
        let lines = set(&format!("a {word} b"), 60.0);
        assert!(lines.len() > 8);
        assert_eq!(lines.concat().split_whitespace().collect::<Vec<_>>(), ["a", &word, "b"]);
        let narrow = Setter::default().lines(STYLE, "abc", 0.1);
        assert_eq!(narrow.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn a_name_of_two_parts_is_broken_where_they_meet() {
        assert_eq!(parts("valsartan/hydrochloorthiazide"), ["valsartan/", "hydrochloorthiazide"]);
        assert_eq!(parts("2025-06-03"), ["2025-06-03"]);
        assert_eq!(set("valsartan/hydrochloorthiazide", 100.0), ["valsartan/", "hydrochloorthiazide"]);
    }

    #[test]
    fn words_that_are_read_from_right_to_left_keep_their_order() {
        let lines = Setter::default().lines(STYLE, "naam: \u{5D0}\u{5D1} \u{5D2}\u{5D3}", 400.0);
        assert_eq!(lines[0].text, "naam: \u{5D2}\u{5D3} \u{5D0}\u{5D1}");
    }

    #[test]
    fn what_is_shortened_ends_with_an_ellipsis() {
        let mut setter = Setter::default();
        let line = setter.shortened(STYLE, "Anna Maria de Vries-van den Berg", 80.0).expect("a line");
        assert!(line.text.ends_with('…') && line.width <= 80.0, "{}", line.text);
        assert_eq!(setter.shortened(STYLE, "Anna", 80.0).expect("a line").text, "Anna");
    }
}
