//! Tables: columns as wide as what is in them asks for, headings again on every page, rows that may go on over the page.

use super::super::text::Lang;
use super::super::view::{Cell, Table};
use super::cells::{self, CellLine, Look};
use super::letters::Weight;
use super::lines::{Setter, Style};
use super::sheet::{Area, BRAND, LINE, NodeId, Role, SHADE, SIDE, SOFT, Sheets};
use super::stack;

/// White space left and right in a cell.
const PAD_X: f32 = 3.5;
/// White space above and below in a cell.
const PAD_Y: f32 = 3.0;
/// A table with more columns is set as a list, an item for each row.
const MOST_COLUMNS: usize = 9;
/// No single word can claim more of a column.
const MOST_LEAST: f32 = 130.0;
/// No text can claim more of a column.
const MOST_BEST: f32 = 330.0;
/// A row that is not higher than this is never divided.
const WHOLE_ROW: f32 = 220.0;

/// Tables that are being set.
pub(super) struct Tables<'s> {
    /// Where they are set.
    pub(super) sheets: &'s mut Sheets,
    /// What sets their text.
    pub(super) setter: &'s mut Setter,
    /// The language.
    pub(super) lang: Lang,
}

/// The size of the text in a table.
pub(super) fn look(table: &Table) -> Look {
    let size = match (table.big, table.past) {
        (true, false) => 10.5,
        (false, true) => 8.6,
        _ => 9.0,
    };
    Look { size, past: table.past }
}

impl Tables<'_> {
    /// Sets a table below what is on the page.
    pub(super) fn set(&mut self, table: &Table, parent: NodeId) {
        let look = look(table);
        let columns = table.head.len();
        if columns == 0 || table.rows.is_empty() {
            self.caption(table, parent, Role::Paragraph);
            return;
        }
        let widths = (columns <= MOST_COLUMNS).then(|| self.widths(table, look)).flatten();
        let Some(widths) = widths else {
            stack::set(self, table, parent);
            return;
        };
        let head: Vec<Vec<CellLine>> = self.head(table, look, &widths);
        let head_height = height(&head) + 2.0 * PAD_Y;
        let first = self.row(table.rows.first().map_or(&[][..], Vec::as_slice), look, &widths);
        let caption = if table.caption.is_empty() { 0.0 } else { 14.0 };
        self.sheets.need(caption + head_height + (height(&first) + 2.0 * PAD_Y).min(WHOLE_ROW));
        let node = self.sheets.node(parent, Role::Table);
        self.caption(table, node, Role::Caption);
        let thead = self.sheets.node(node, Role::Head);
        self.head_row(head, look, &widths, Some(thead));
        let rows = self.sheets.node(node, Role::Rows);
        for row in &table.rows {
            self.set_row(table, row, look, &widths, rows);
        }
        self.sheets.gap(9.0);
    }

    /// The caption of a table or of the list that stands for it.
    pub(super) fn caption(&mut self, table: &Table, parent: NodeId, role: Role) {
        if table.caption.is_empty() {
            return;
        }
        let node = self.sheets.node(parent, role);
        let style = Style { weight: Weight::Regular, size: 9.0 };
        let lines = self.setter.lines(style, table.caption.get(self.lang), self.sheets.width());
        self.sheets.flow(SIDE, SOFT, lines, node);
        self.sheets.gap(2.0);
    }

    /// The widths of the columns; none when the longest words do not stand next to each other.
    fn widths(&mut self, table: &Table, look: Look) -> Option<Vec<f32>> {
        let mut measures: Vec<(f32, f32)> = Vec::with_capacity(table.head.len());
        for (column, head) in table.head.iter().enumerate() {
            let style = Style { weight: Weight::Bold, size: look.size * 0.92 };
            let (whole, widest) = self.setter.measure(style, head.get(self.lang));
            let (mut least, mut best) = (widest, whole);
            for cell in table.rows.iter().filter_map(|row| row.get(column)) {
                let (narrow, wide) = cells::measure(self.setter, look, cell, column == 0, self.lang);
                least = least.max(narrow);
                best = best.max(wide);
            }
            let least = least.min(MOST_LEAST) + 2.0 * PAD_X + 0.1;
            measures.push((least, (best.min(MOST_BEST) + 2.0 * PAD_X + 0.1).max(least)));
        }
        share(&measures, self.sheets.width())
    }

    fn head(&mut self, table: &Table, look: Look, widths: &[f32]) -> Vec<Vec<CellLine>> {
        let columns = table.head.iter().zip(widths);
        columns
            .map(|(head, width)| cells::heading(self.setter, look, head.get(self.lang), width - 2.0 * PAD_X))
            .collect()
    }

    fn row(&mut self, row: &[Cell], look: Look, widths: &[f32]) -> Vec<Vec<CellLine>> {
        let columns = row.iter().zip(widths).enumerate();
        columns
            .map(|(column, (cell, width))| {
                cells::lines(self.setter, look, cell, column == 0, width - 2.0 * PAD_X, self.lang)
            })
            .collect()
    }

    /// Draws the headings; without a node they are said again.
    fn head_row(&mut self, head: Vec<Vec<CellLine>>, look: Look, widths: &[f32], thead: Option<NodeId>) {
        let full = height(&head) + 2.0 * PAD_Y;
        let (y, width) = (self.sheets.y, self.sheets.width());
        self.sheets.fill(Area { x: SIDE, y, width, height: full }, SHADE);
        self.sheets.fill(Area { x: SIDE, y: y + full - 1.2, width, height: 1.2 }, BRAND);
        let row = thead.map(|thead| self.sheets.node(thead, Role::Row));
        let mut x = SIDE;
        for (lines, column) in head.into_iter().zip(widths) {
            let node = row.map(|row| self.sheets.node(row, Role::ColumnHeading));
            self.column(lines, look, (x, y + PAD_Y), *column, node);
            x += column;
        }
        self.sheets.y = y + full;
    }

    fn column(&mut self, lines: Vec<CellLine>, look: Look, at: (f32, f32), width: f32, node: Option<NodeId>) {
        let mut y = at.1;
        for line in lines {
            let tall = line.height();
            cells::draw(self.sheets, look, (at.0 + PAD_X, y), width - 2.0 * PAD_X, line, node);
            y += tall;
        }
    }

    fn set_row(&mut self, table: &Table, row: &[Cell], look: Look, widths: &[f32], rows: NodeId) {
        let mut left = self.row(row, look, widths);
        let full = height(&left) + 2.0 * PAD_Y;
        let node = self.sheets.node(rows, Role::Row);
        let role = |column| if column == 0 { Role::RowHeading } else { Role::Cell };
        let nodes: Vec<NodeId> = (0..left.len()).map(|column| self.sheets.node(node, role(column))).collect();
        if full > self.sheets.left() && (full <= WHOLE_ROW || self.sheets.left() < 60.0) {
            self.turn(table, look, widths);
        }
        loop {
            let fit = self.sheets.left() - 2.0 * PAD_Y;
            let mut over: Vec<Vec<CellLine>> = Vec::with_capacity(left.len());
            let (mut x, y, mut tall) = (SIDE, self.sheets.y, 0.0_f32);
            for ((mut lines, width), node) in left.into_iter().zip(widths).zip(&nodes) {
                let stays = fitting(&lines, fit);
                over.push(lines.split_off(stays));
                tall = tall.max(lines.iter().map(CellLine::height).sum());
                self.column(lines, look, (x, y + PAD_Y), *width, Some(*node));
                x += width;
            }
            self.sheets.y = y + tall + 2.0 * PAD_Y;
            let below = Area { x: SIDE, y: self.sheets.y - 0.5, width: self.sheets.width(), height: 0.5 };
            self.sheets.fill(below, LINE);
            if over.iter().all(Vec::is_empty) {
                return;
            }
            left = over;
            self.turn(table, look, widths);
        }
    }

    /// The next page, with the headings again.
    fn turn(&mut self, table: &Table, look: Look, widths: &[f32]) {
        self.sheets.turn();
        let head = self.head(table, look, widths);
        // Headings that would fill the page are not said again.
        if height(&head) < self.sheets.whole() / 3.0 {
            self.head_row(head, look, widths, None);
        }
    }
}

fn height(columns: &[Vec<CellLine>]) -> f32 {
    columns.iter().map(|lines| lines.iter().map(CellLine::height).sum::<f32>()).fold(0.0, f32::max)
}

/// How many of the lines stand within this height: at least one, or the document would never end.
fn fitting(lines: &[CellLine], room: f32) -> usize {
    let mut used = 0.0;
    let over = lines.iter().position(|line| {
        used += line.height();
        used > room
    });
    over.unwrap_or(lines.len()).max(1).min(lines.len())
}

/// Divides the width: everybody gets the least they need, and what is left goes where text is long.
fn share(measures: &[(f32, f32)], width: f32) -> Option<Vec<f32>> {
    let least: f32 = measures.iter().map(|(least, _)| least).sum();
    let best: f32 = measures.iter().map(|(_, best)| best).sum();
    if least > width {
        return None;
    }
    if best <= width {
        let more = width / best.max(1.0);
        return Some(measures.iter().map(|(_, best)| best * more).collect());
    }
    let part = (width - least) / (best - least);
    Some(measures.iter().map(|(least, best)| least + (best - least) * part).collect())
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn the_width_is_shared_by_need_and_always_whole() {
        for measures in [vec![(10.0, 20.0), (10.0, 40.0)], vec![(50.0, 400.0), (60.0, 90.0)], vec![(100.0, 100.0)]] {
            let widths = share(&measures, 200.0).expect("they fit");
            assert!((widths.iter().sum::<f32>() - 200.0).abs() < 0.1, "{widths:?}");
            assert!(widths.iter().zip(&measures).all(|(width, (least, _))| width >= least), "{widths:?}");
        }
        assert_eq!(share(&[(150.0, 160.0), (60.0, 60.0)], 200.0), None);
    }
}
