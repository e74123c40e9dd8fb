//! The content of a document: headings, sentences and facts, in the order in which they are read.

use super::super::proof::{Proof, advice};
use super::super::text::{Lang, Text};
use super::super::view::{Block, Section, View};
use super::letters::Weight;
use super::lines::{Setter, Style};
use super::sheet::{Area, BLACK, BRAND, CARE, CARE_SHADE, LINE, NodeId, Role, SIDE, SOFT, Sheets};
use super::table::Tables;

/// The side of the square with the address.
const SQUARE: f32 = 96.0;

const TEXT: Style = Style { weight: Weight::Regular, size: 9.5 };
const STRONG: Style = Style { weight: Weight::Bold, size: 9.5 };
const NOTE: Style = Style { weight: Weight::Regular, size: 8.5 };

/// What sets the content.
pub(super) struct Body<'s> {
    /// Where it is set.
    pub(super) sheets: &'s mut Sheets,
    /// What sets its text.
    pub(super) setter: &'s mut Setter,
    /// The language.
    pub(super) lang: Lang,
}

impl Body<'_> {
    /// Sets a whole document.
    pub(super) fn set(&mut self, view: &View, proof: Option<&Proof>) {
        let root = NodeId(0);
        self.title(view, root);
        for notice in &view.notices {
            self.shaded(notice, STRONG, root);
        }
        for section in &view.sections {
            self.section(section, root, 2);
        }
        self.end(view, proof, root);
    }

    fn title(&mut self, view: &View, root: NodeId) {
        let style = Style { weight: Weight::Bold, size: 19.0 };
        self.heading(view.title.get(self.lang), style, 1, root);
        self.sheets.gap(3.0);
        let width = self.sheets.width();
        self.facts(&view.person, root, SIDE, width, 10.5);
        self.sheets.gap(4.0);
        let rule = Area { x: SIDE, y: self.sheets.y, width: self.sheets.width(), height: 2.0 };
        self.sheets.fill(rule, BRAND);
        self.sheets.y += 8.0;
    }

    fn heading(&mut self, words: &str, style: Style, level: u16, parent: NodeId) {
        let lines = self.setter.lines(style, words, self.sheets.width());
        if lines.is_empty() {
            return;
        }
        let shown: String = lines.iter().map(|line| line.text.as_str()).collect();
        self.sheets.outline.push((shown.clone(), self.sheets.pages.len() - 1, self.sheets.y));
        let node = self.sheets.node(parent, Role::Heading(level, shown));
        let ink = if level < 3 { BRAND } else { BLACK };
        self.sheets.flow(SIDE, ink, lines, node);
    }

    fn section(&mut self, section: &Section, parent: NodeId, level: u16) {
        if section.is_empty() {
            return;
        }
        let node = self.sheets.node(parent, Role::Section);
        let size = match level {
            2 => 13.5,
            3 => 11.0,
            _ => 10.0,
        };
        self.sheets.gap(if level == 2 { 10.0 } else { 6.0 });
        self.sheets.need(size * 1.4 + 52.0);
        self.heading(section.title.get(self.lang), Style { weight: Weight::Bold, size }, level.min(6), node);
        self.sheets.gap(3.0);
        for block in &section.blocks {
            match block {
                Block::Paragraph(text) => self.paragraph(text, TEXT, node),
                Block::Warning(text) => self.shaded(text, TEXT, node),
                Block::Table(table) => {
                    Tables { sheets: self.sheets, setter: self.setter, lang: self.lang }.set(table, node);
                }
            }
        }
        for part in &section.sections {
            self.section(part, node, level.saturating_add(1));
        }
    }

    fn paragraph(&mut self, text: &Text, style: Style, parent: NodeId) {
        let lines = self.setter.lines(style, text.get(self.lang), self.sheets.width());
        if !lines.is_empty() {
            let node = self.sheets.node(parent, Role::Paragraph);
            self.sheets.flow(SIDE, BLACK, lines, node);
            self.sheets.gap(4.0);
        }
    }

    /// A sentence that asks for attention, with a bar before it.
    fn shaded(&mut self, text: &Text, style: Style, parent: NodeId) {
        let edge = 10.0;
        let lines = self.setter.lines(style, text.get(self.lang), self.sheets.width() - 2.0 * edge);
        if lines.is_empty() {
            return;
        }
        let node = self.sheets.node(parent, Role::Paragraph);
        let last = lines.len() - 1;
        for (at, line) in lines.into_iter().enumerate() {
            let above = if at == 0 { 4.0 } else { 0.0 };
            let tall = style.leading() + above + if at == last { 4.0 } else { 0.0 };
            self.sheets.need(tall);
            let area = Area { x: SIDE, y: self.sheets.y, width: self.sheets.width(), height: tall };
            self.sheets.fill(area, CARE_SHADE);
            self.sheets.fill(Area { width: 4.0, ..area }, CARE);
            self.sheets.text((SIDE + edge, area.y + above), BLACK, line, Some(node));
            self.sheets.y = area.y + tall;
        }
        self.sheets.gap(6.0);
    }

    /// Names with what they say, next to each other as far as they fit.
    fn facts(&mut self, facts: &[(Text, Text)], parent: NodeId, left: f32, width: f32, size: f32) {
        let list = self.sheets.node(parent, Role::List);
        let (soft, strong) =
            (Style { weight: Weight::Regular, size: size * 0.9 }, Style { weight: Weight::Bold, size });
        let (mut x, gap) = (0.0, 16.0);
        self.sheets.need(strong.leading());
        for (label, value) in facts {
            let (label, value) = (label.get(self.lang), value.get(self.lang));
            let named = self.setter.measure(soft, label).0 + 5.0;
            let whole = named + self.setter.measure(strong, value).0;
            if x > 0.0 && x + whole > width {
                self.sheets.y += strong.leading();
                x = 0.0;
                self.sheets.need(strong.leading());
            }
            let item = self.sheets.node(list, Role::Item);
            let name = self.sheets.node(item, Role::Label);
            let body = self.sheets.node(item, Role::Body);
            if whole > width {
                // What is wider than the page goes below its name, on as many lines as it needs.
                let lines = self.setter.lines(soft, label, width);
                self.sheets.flow(left, SOFT, lines, name);
                let lines = self.setter.lines(strong, value, width);
                self.sheets.flow(left, BLACK, lines, body);
                self.sheets.need(strong.leading());
                continue;
            }
            let y = self.sheets.y;
            let drop = strong.rise() - soft.rise();
            for line in self.setter.lines(soft, label, width) {
                self.sheets.text((left + x, y + drop), SOFT, line, Some(name));
            }
            for line in self.setter.lines(strong, value, width) {
                self.sheets.text((left + x + named, y), BLACK, line, Some(body));
            }
            x += whole + gap;
        }
        if x > 0.0 {
            self.sheets.y += strong.leading();
        }
    }

    /// Where the document comes from, and how it can be checked.
    fn end(&mut self, view: &View, proof: Option<&Proof>, root: NodeId) {
        let section = self.sheets.node(root, Role::Section);
        self.sheets.gap(12.0);
        self.sheets.need(if proof.is_some() { SQUARE + 40.0 } else { 50.0 });
        let rule = Area { x: SIDE, y: self.sheets.y, width: self.sheets.width(), height: 0.7 };
        self.sheets.fill(rule, LINE);
        self.sheets.gap(6.0);
        let words = Text::new("Herkomst van dit document", "Where this document comes from");
        self.heading(words.get(self.lang), Style { weight: Weight::Bold, size: 11.0 }, 2, section);
        self.sheets.gap(2.0);
        let (page, top) = (self.sheets.pages.len(), self.sheets.y);
        let width = self.sheets.width();
        let Some(proof) = proof else {
            self.facts(&view.origin, section, SIDE, width, 9.0);
            self.note_on_signs(section);
            return;
        };
        let (left, narrow) = (SIDE + SQUARE + 14.0, width - SQUARE - 14.0);
        let figure = self.sheets.node(section, Role::Figure(proof.alternative().get(self.lang).to_owned()));
        self.sheets.squares(proof.squares(Area { x: SIDE, y: top, width: SQUARE, height: SQUARE }), figure);
        self.facts(&view.origin, section, left, narrow, 9.0);
        self.facts(&proof.facts(), section, left, narrow, 9.0);
        self.sheets.gap(3.0);
        let node = self.sheets.node(section, Role::Paragraph);
        let lines = self.setter.lines(NOTE, advice().get(self.lang), narrow);
        self.sheets.flow(left, BLACK, lines, node);
        if self.sheets.pages.len() == page {
            self.sheets.y = self.sheets.y.max(top + SQUARE);
        }
        self.sheets.gap(4.0);
        self.note_on_signs(section);
    }

    /// Says that some characters could not be shown, when that is so.
    fn note_on_signs(&mut self, parent: NodeId) {
        if self.setter.replaced {
            let words = Text::new(
                "Het teken \u{FFFD} staat voor een letter of teken dat hier niet kan worden afgedrukt.",
                "The sign \u{FFFD} stands for a letter or sign that cannot be printed here.",
            );
            self.paragraph(&words, NOTE, parent);
        }
    }
}
