//! What stands on every page: whose document it is, how it is checked, and how many pages there are.

use super::super::proof::Proof;
use super::super::text::{Lang, Text};
use super::super::view::View;
use super::letters::Weight;
use super::lines::{Line, Setter, Style};
use super::sheet::{Area, BOTTOM, BRAND, Ink, LINE, Mark, SIDE, SOFT, Sheets};

const SMALL: Style = Style { weight: Weight::Regular, size: 8.0 };
const STRONG: Style = Style { weight: Weight::Bold, size: 8.5 };

/// Draws head and foot of every page. They are said again and again, so they are not part of what is read aloud.
pub(super) fn set(sheets: &mut Sheets, setter: &mut Setter, view: &View, proof: Option<&Proof>, lang: Lang) {
    let width = sheets.width();
    let count = sheets.pages.len();
    let who = who(view).get(lang).to_owned();
    let title = setter.shortened(SMALL, view.title.get(lang), width * 0.4);
    let person = setter.shortened(STRONG, &who, width * 0.58);
    let made = view.origin.iter().find(|(label, _)| label.en == "Made on");
    let mut foot: Vec<Text> = Vec::new();
    foot.extend(proof.map(Proof::short));
    foot.extend(made.map(|(label, value)| Text::join(&[label.clone(), value.clone()], " ")));
    let foot = setter.shortened(SMALL, Text::join(&foot, "  ·  ").get(lang), width * 0.8);
    let (low, size) = (sheets.size.1 - BOTTOM + 14.0, sheets.size);
    for (at, page) in sheets.pages.iter_mut().enumerate() {
        let number = Text::new(format!("{} van {count}", at + 1), format!("{} of {count}", at + 1));
        let right = |line: Line| (size.0 - SIDE - line.width, line);
        let mut text = |x: f32, y: f32, ink: Ink, line: Line| {
            page.marks.push(Mark::Text(x, y + line.style.rise(), ink, line, None));
        };
        if let Some(line) = &person {
            text(SIDE, 27.0, BRAND, line.clone());
        }
        if let Some((x, line)) = title.clone().map(right) {
            text(x, 27.0, SOFT, line);
        }
        if let Some(line) = &foot {
            text(SIDE, low + 4.0, SOFT, line.clone());
        }
        for line in setter.lines(STRONG, number.get(lang), width) {
            let (x, line) = right(line);
            text(x, low + 4.0, SOFT, line);
        }
        for y in [41.0, low] {
            page.marks.push(Mark::Fill(Area { x: SIDE, y, width, height: 0.5 }, LINE));
        }
    }
}

/// Name and birth date, as they stand first among what is said of the person.
fn who(view: &View) -> Text {
    let born = view.person.iter().find(|(label, _)| label.en == "Born");
    let born = born.map(|(label, value)| Text::join(&[lower(label), value.clone()], " "));
    let name = view.person.first().map(|(_, name)| name.clone());
    Text::join(&name.into_iter().chain(born).collect::<Vec<_>>(), ", ")
}

fn lower(text: &Text) -> Text {
    Text::new(text.nl.to_lowercase(), text.en.to_lowercase())
}
