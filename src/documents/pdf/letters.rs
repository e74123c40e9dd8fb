//! From characters to glyphs: the two weights of the one typeface, and what is shown for a character that it has not.

use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, UnicodeBuffer};

/// What stands for a character that cannot be shown.
pub(super) const REPLACEMENT: char = '\u{FFFD}';

/// A weight of the typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Weight {
    /// For most text.
    Regular,
    /// For headings and what a row is about.
    Bold,
}

/// A word in glyphs, with measures in parts of the size.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    /// The characters that are shown, without those that mean nothing on paper.
    pub(super) text: String,
    /// The glyphs, from left to right; their ranges are of `text`.
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// The width.
    pub(super) width: f32,
    /// Whether it is read from right to left.
    pub(super) leftward: bool,
    /// Whether a character was replaced.
    pub(super) replaced: bool,
}

/// A weight, ready to be used.
struct Cut {
    face: Face<'static>,
    font: Font,
    per_em: f32,
}

/// Both weights. The data is part of the program; that it can be read is held by every test that makes a document.
static CUTS: LazyLock<Option<[Cut; 2]>> = LazyLock::new(|| {
    let cut = |data: &'static [u8]| {
        let face = Face::from_slice(data, 0)?;
        let font = Font::new(data.into(), 0)?;
        let per_em = font.units_per_em();
        Some(Cut { face, font, per_em })
    };
    Some([cut(dejavu::sans_condensed::regular())?, cut(dejavu::sans_condensed::bold())?])
});

fn cut(weight: Weight) -> Option<&'static Cut> {
    let [regular, bold] = CUTS.as_ref()?;
    Some(match weight {
        Weight::Regular => regular,
        Weight::Bold => bold,
    })
}

/// The font of a weight.
pub(super) fn font(weight: Weight) -> Option<Font> {
    cut(weight).map(|cut| cut.font.clone())
}

/// Whether a character leaves no mark on paper: controls, and signs that only steer how other text is laid out.
fn is_silent(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(letter, '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
        || matches!(letter, '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a character has no agreed meaning, so that it may not stand in an archived document.
fn is_nameless(letter: char) -> bool {
    let number = u32::from(letter);
    matches!(number, 0xE000..=0xF8FF | 0xFDD0..=0xFDEF | 0xF0000..) || number & 0xFFFE == 0xFFFE
}

/// Shapes a word that holds no spaces.
pub(super) fn shape(weight: Weight, word: &str) -> Word {
    let mut out = Word::default();
    let Some(cut) = cut(weight) else { return out };
    let mut known = String::new();
    for letter in word.chars().filter(|letter| !is_silent(*letter)) {
        let letter = if is_nameless(letter) { REPLACEMENT } else { letter };
        if letter != REPLACEMENT && cut.face.glyph_index(letter).is_some() {
            known.push(letter);
            continue;
        }
        out.run(cut, &std::mem::take(&mut known));
        out.replace(cut, letter);
    }
    out.run(cut, &known);
    out.width = out.glyphs.iter().map(|glyph| glyph.x_advance).sum();
    out
}

impl Word {
    /// Adds a character that the typeface has not: another sign is drawn, and the character stays what is read aloud.
    fn replace(&mut self, cut: &Cut, letter: char) {
        let start = self.text.len();
        self.text.push(letter);
        self.replaced = true;
        let glyph = cut.face.glyph_index(REPLACEMENT).or_else(|| cut.face.glyph_index('?')).unwrap_or_default();
        let advance = f32::from(cut.face.glyph_hor_advance(glyph).unwrap_or_default()) / cut.per_em;
        let id = GlyphId::new(u32::from(glyph.0));
        self.glyphs.push(KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, start..self.text.len(), None));
    }

    /// Adds characters that the typeface has.
    fn run(&mut self, cut: &Cut, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        if !matches!(buffer.direction(), Direction::LeftToRight | Direction::RightToLeft) {
            buffer.set_direction(Direction::LeftToRight);
        }
        self.leftward |= buffer.direction() == Direction::RightToLeft;
        let shaped = rustybuzz::shape(&cut.face, &[], buffer);
        let infos = shaped.glyph_infos();
        let mut starts: Vec<usize> = infos.iter().map(|info| at(info.cluster)).collect();
        starts.sort_unstable();
        starts.dedup();
        let offset = self.text.len();
        self.text.push_str(text);
        for (info, place) in infos.iter().zip(shaped.glyph_positions()) {
            let start = at(info.cluster);
            let after = starts.partition_point(|other| *other <= start);
            let end = starts.get(after).copied().unwrap_or(text.len());
            let share = |units: i32| units_of(units) / cut.per_em;
            self.glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                share(place.x_advance),
                share(place.x_offset),
                share(place.y_offset),
                share(place.y_advance),
                offset + start..offset + end,
                None,
            ));
        }
    }
}

fn at(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or(usize::MAX)
}

/// Units of a font, which are far below what a float holds exactly.
#[expect(clippy::cast_precision_loss, reason = "measures of a font are small whole numbers")]
fn units_of(units: i32) -> f32 {
    units as f32
}

#[cfg(test)]
mod tests {
    use super::{REPLACEMENT, Weight, font, shape};

    #[test]
    fn both_weights_can_be_read_and_have_what_stands_for_the_rest() {
        for weight in [Weight::Regular, Weight::Bold] {
            assert!(font(weight).is_some());
            let word = shape(weight, "Mönnich\u{4F60}");
            assert!(word.replaced && word.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0));
            assert_eq!(word.text, "Mönnich\u{4F60}");
            assert!(!shape(weight, "Çelik-Đorđević").replaced);
        }
    }

    #[test]
    fn what_means_nothing_on_paper_leaves_no_trace_and_what_has_no_meaning_is_replaced() {
        let word = shape(Weight::Regular, "a\u{0}\u{202E}b\u{FEFF}\u{E000}\u{FFFE}");
        assert_eq!(word.text, format!("ab{REPLACEMENT}{REPLACEMENT}"));
        assert!(shape(Weight::Regular, "\u{200B}").glyphs.is_empty());
    }

    #[test]
    fn a_letter_with_a_loose_accent_is_one_with_it() {
        let (loose, whole) = (shape(Weight::Regular, "e\u{301}"), shape(Weight::Regular, "é"));
        assert_eq!(loose.glyphs[0].glyph_id, whole.glyphs[0].glyph_id);
        assert_eq!(loose.glyphs[0].text_range, 0..3);
    }
}
