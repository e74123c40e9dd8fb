//! A table that is too wide for the page, as a list: an item for each row, and in it a name and a value for each column.

use super::super::view::{Cell, Table};
use super::cells;
use super::letters::Weight;
use super::lines::Style;
use super::sheet::{Area, LINE, NodeId, Role, SIDE, SOFT};
use super::table::{Tables, look};

/// How far values stand from the edge.
const INDENT: f32 = 12.0;

/// Sets the table as a list.
pub(super) fn set(tables: &mut Tables<'_>, table: &Table, parent: NodeId) {
    tables.sheets.need(60.0);
    let section = tables.sheets.node(parent, Role::Section);
    tables.caption(table, section, Role::Paragraph);
    let list = tables.sheets.node(section, Role::List);
    for row in &table.rows {
        let item = tables.sheets.node(list, Role::Item);
        let body = tables.sheets.node(item, Role::Body);
        tables.sheets.need(40.0);
        for (column, cell) in row.iter().enumerate() {
            if column == 0 {
                let node = tables.sheets.node(body, Role::Paragraph);
                place(tables, table, (cell, true), 0.0, node);
            } else {
                field(tables, table, column, cell, body);
            }
        }
        let rule = Area { x: SIDE, y: tables.sheets.y + 2.0, width: tables.sheets.width(), height: 0.5 };
        tables.sheets.fill(rule, LINE);
        tables.sheets.gap(6.0);
    }
    tables.sheets.gap(6.0);
}

/// The name of a column with what the row has there; nothing when it has nothing.
fn field(tables: &mut Tables<'_>, table: &Table, column: usize, cell: &Cell, body: NodeId) {
    if cell.text.get(tables.lang).is_empty() && cell.below.is_empty() && cell.remarks.is_empty() {
        return;
    }
    let inner = tables.sheets.node(body, Role::List);
    let item = tables.sheets.node(inner, Role::Item);
    let label = tables.sheets.node(item, Role::Label);
    let style = Style { weight: Weight::Regular, size: look(table).size * 0.88 };
    let name = table.head.get(column).map_or("", |head| head.get(tables.lang));
    let lines = tables.setter.lines(style, name, tables.sheets.width() - INDENT);
    tables.sheets.need(style.leading() * 2.5);
    tables.sheets.flow(SIDE + INDENT, SOFT, lines, label);
    let value = tables.sheets.node(item, Role::Body);
    place(tables, table, (cell, false), INDENT, value);
}

fn place(tables: &mut Tables<'_>, table: &Table, (cell, heading): (&Cell, bool), indent: f32, node: NodeId) {
    let width = tables.sheets.width() - indent;
    for line in cells::lines(tables.setter, look(table), cell, heading, width, tables.lang) {
        let tall = line.height();
        tables.sheets.need(tall);
        let y = tables.sheets.y;
        cells::draw(tables.sheets, look(table), (SIDE + indent, y), width, line, Some(node));
        tables.sheets.y = y + tall;
    }
}
