//! What stands in a cell of a table, line by line, so that a row can go on over the next page.

use super::super::text::Lang;
use super::super::view::{Cell, Mark};
use super::letters::Weight;
use super::lines::{Line, Setter, Style};
use super::sheet::{Area, BLACK, CARE, CARE_SHADE, Ink, NodeId, SHADE, SOFT, Sheets, WHITE};

/// How the text of a table looks.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// The size of the text.
    pub(super) size: f32,
    /// Whether the table holds what no longer applies.
    pub(super) past: bool,
}

/// What is around a line.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    Nothing,
    /// A remark: a bar before it and a shade behind it.
    Remark,
    /// How an agreement turns out.
    Box(Mark),
}

/// A line of a cell.
pub(super) struct CellLine {
    line: Line,
    ink: Ink,
    around: Around,
    /// White space above it.
    before: f32,
}

impl CellLine {
    /// How much of the page it takes.
    pub(super) fn height(&self) -> f32 {
        let around = if matches!(self.around, Around::Box(_)) { 3.0 } else { 0.0 };
        self.before + self.line.style.leading() + around
    }
}

impl Look {
    fn main(self, heading: bool) -> Style {
        let weight = if heading { Weight::Bold } else { Weight::Regular };
        Style { weight, size: self.size }
    }

    fn small(self) -> Style {
        Style { weight: Weight::Regular, size: self.size * 0.88 }
    }

    fn ink(self) -> Ink {
        if self.past { SOFT } else { BLACK }
    }
}

/// The narrowest and the best width of a cell.
pub(super) fn measure(setter: &mut Setter, look: Look, cell: &Cell, heading: bool, lang: Lang) -> (f32, f32) {
    let style = look.main(heading || cell.mark.is_some());
    let (mut best, mut least) = setter.measure(style, cell.text.get(lang));
    if cell.day {
        least = best;
    }
    if cell.mark.is_some() {
        (best, least) = (best + 10.0, least + 10.0);
    }
    for (text, edge) in
        cell.below.iter().map(|text| (text, 0.0)).chain(cell.remarks.iter().map(|text| (text, REMARK_EDGE)))
    {
        let (whole, widest) = setter.measure(look.small(), text.get(lang));
        best = best.max(whole + edge);
        least = least.max(widest + edge);
    }
    (least, best)
}

/// Room that the bar before a remark takes.
const REMARK_EDGE: f32 = 7.0;

/// The lines of a cell of this width.
pub(super) fn lines(
    setter: &mut Setter,
    look: Look,
    cell: &Cell,
    heading: bool,
    width: f32,
    lang: Lang,
) -> Vec<CellLine> {
    let mut out = Vec::new();
    let (around, edge) = match cell.mark {
        Some(mark) => (Around::Box(mark), 10.0),
        None => (Around::Nothing, 0.0),
    };
    let style = look.main(heading || cell.mark.is_some());
    let ink = if matches!(around, Around::Box(Mark::No)) && !look.past { WHITE } else { look.ink() };
    for line in setter.lines(style, cell.text.get(lang), width - edge) {
        out.push(CellLine { line, ink, around, before: 0.0 });
    }
    for text in &cell.below {
        for line in setter.lines(look.small(), text.get(lang), width) {
            out.push(CellLine { line, ink: SOFT, around: Around::Nothing, before: 0.0 });
        }
    }
    for text in &cell.remarks {
        for (at, line) in setter.lines(look.small(), text.get(lang), width - REMARK_EDGE).into_iter().enumerate() {
            let before = if at == 0 { 2.5 } else { 0.0 };
            out.push(CellLine { line, ink: BLACK, around: Around::Remark, before });
        }
    }
    out
}

/// The heading of a column as lines.
pub(super) fn heading(setter: &mut Setter, look: Look, text: &str, width: f32) -> Vec<CellLine> {
    let style = Style { weight: Weight::Bold, size: look.size * 0.92 };
    let lines = setter.lines(style, text, width).into_iter();
    lines.map(|line| CellLine { line, ink: BLACK, around: Around::Nothing, before: 0.0 }).collect()
}

/// Draws a line with its upper left corner at `at`; without a node it is said again.
pub(super) fn draw(sheets: &mut Sheets, look: Look, at: (f32, f32), width: f32, line: CellLine, node: Option<NodeId>) {
    let leading = line.line.style.leading();
    let (x, y) = (at.0, at.1 + line.before);
    let area = |x, width, height| Area { x, y, width, height };
    match line.around {
        Around::Nothing => sheets.text((x, y), line.ink, line.line, node),
        Around::Remark => {
            sheets.fill(area(x, width, leading), if look.past { SHADE } else { CARE_SHADE });
            sheets.fill(area(x, 2.2, leading), if look.past { SOFT } else { CARE });
            sheets.text((x + REMARK_EDGE, y), line.ink, line.line, node);
        }
        Around::Box(mark) => {
            let wide = line.line.width + 10.0;
            let outer = area(x, wide, leading + 1.5);
            boxed(sheets, look, outer, mark);
            sheets.text((x + 5.0, y + 0.75), line.ink, line.line, node);
        }
    }
}

/// Wanted is a frame, not wanted is filled, and what depends is a frame with a bar: that can be told without colour too.
fn boxed(sheets: &mut Sheets, look: Look, outer: Area, mark: Mark) {
    let (edge, inside) = match mark {
        _ if look.past => (SOFT, WHITE),
        Mark::Yes => (Ink(0x14, 0x61, 0x3a), WHITE),
        Mark::No => (Ink(0x9b, 0x1c, 0x1c), Ink(0x9b, 0x1c, 0x1c)),
        Mark::Other => (CARE, CARE_SHADE),
    };
    let bar = if mark == Mark::Other { 3.5 } else { 1.0 };
    sheets.fill(outer, edge);
    let Area { x, y, width, height } = outer;
    sheets.fill(Area { x: x + bar, y: y + 1.0, width: width - bar - 1.0, height: height - 2.0 }, inside);
}
