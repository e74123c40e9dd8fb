//! The sheets of a document before they are written: what stands where, and what it means.
//!
//! Everything that can be read is a piece that hangs in a tree of meanings; lines, shades and what is said again on every
//! page belong to no node, so that nobody has to listen to them.

use super::lines::Line;

/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;
/// White space left and right of the text.
pub(super) const SIDE: f32 = 16.0 * MM;
/// Where text begins.
const TOP: f32 = 20.0 * MM;
/// White space below the text, in which the foot of the page stands.
pub(super) const BOTTOM: f32 = 20.0 * MM;
/// The shorter and the longer side of A4.
const A4: (f32, f32) = (210.0 * MM, 297.0 * MM);

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ink(pub(super) u8, pub(super) u8, pub(super) u8);

/// Text.
pub(super) const BLACK: Ink = Ink(0x16, 0x1c, 0x26);
/// Text that explains.
pub(super) const SOFT: Ink = Ink(0x45, 0x50, 0x5e);
/// Headings.
pub(super) const BRAND: Ink = Ink(0x0b, 0x4f, 0x71);
/// Thin lines.
pub(super) const LINE: Ink = Ink(0xb4, 0xbe, 0xc9);
/// Behind the headings of columns.
pub(super) const SHADE: Ink = Ink(0xee, 0xf2, 0xf6);
/// What asks for attention.
pub(super) const CARE: Ink = Ink(0x7a, 0x4d, 0x00);
/// Behind what asks for attention.
pub(super) const CARE_SHADE: Ink = Ink(0xff, 0xf6, 0xe3);
/// Nothing.
pub(super) const WHITE: Ink = Ink(0xff, 0xff, 0xff);

/// What a part of the document is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    /// The document, the root.
    Document,
    /// A part with a heading.
    Section,
    /// A heading: level and words.
    Heading(u16, String),
    /// A paragraph.
    Paragraph,
    /// A list, and in it items with a name and what it says.
    List,
    /// An item.
    Item,
    /// The name of an item.
    Label,
    /// What an item says.
    Body,
    /// A table.
    Table,
    /// Its caption.
    Caption,
    /// The headings of the columns.
    Head,
    /// The rows.
    Rows,
    /// A row.
    Row,
    /// The heading of a column.
    ColumnHeading,
    /// The heading of a row.
    RowHeading,
    /// A cell.
    Cell,
    /// A picture and what it shows in words.
    Figure(String),
}

/// A node of the tree of meanings.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// What it is.
    pub(super) role: Role,
    /// What is in it, in the order in which it is read.
    pub(super) children: Vec<Child>,
}

/// What is in a node.
#[derive(Clone, Copy, Debug)]
pub(super) enum Child {
    /// Another node.
    Node(NodeId),
    /// Something on a page.
    Piece(usize),
}

/// The number of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(pub(super) usize);

/// A rectangle, measured from the upper left corner of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Area {
    /// Left edge.
    pub(in super::super) x: f32,
    /// Upper edge.
    pub(in super::super) y: f32,
    /// Width.
    pub(in super::super) width: f32,
    /// Height.
    pub(in super::super) height: f32,
}

/// Something that is drawn.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A filled rectangle.
    Fill(Area, Ink),
    /// A line of text: left end, base line, colour, and the piece that it is; none for what is said again.
    Text(f32, f32, Ink, Line, Option<usize>),
    /// Black squares on white, as one picture.
    Squares(Vec<Area>, usize),
}

/// A page.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// What is drawn, in this order.
    pub(super) marks: Vec<Mark>,
}

/// The sheets that are being filled.
pub(super) struct Sheets {
    /// Width and height of every page.
    pub(super) size: (f32, f32),
    /// The pages.
    pub(super) pages: Vec<Page>,
    /// The nodes; the first is the document.
    pub(super) nodes: Vec<Node>,
    /// Headings that lead through the document: words, page, height on it.
    pub(super) outline: Vec<(String, usize, f32)>,
    /// How many pieces there are.
    pub(super) pieces: usize,
    /// Where the next thing goes on the last page.
    pub(super) y: f32,
}

impl Sheets {
    /// One empty page, upright or lying.
    pub(super) fn new(lying: bool) -> Self {
        let size = if lying { (A4.1, A4.0) } else { A4 };
        let root = Node { role: Role::Document, children: Vec::new() };
        Self { size, pages: vec![Page::default()], nodes: vec![root], outline: Vec::new(), pieces: 0, y: TOP }
    }

    /// The width that text may have.
    pub(super) fn width(&self) -> f32 {
        self.size.0 - 2.0 * SIDE
    }

    /// The height that is left on the page.
    pub(super) fn left(&self) -> f32 {
        self.size.1 - BOTTOM - self.y
    }

    /// The height of an empty page.
    pub(super) fn whole(&self) -> f32 {
        self.size.1 - BOTTOM - TOP
    }

    /// A new page.
    pub(super) fn turn(&mut self) {
        self.pages.push(Page::default());
        self.y = TOP;
    }

    /// A new page, if there is less room than this on one that is not empty.
    pub(super) fn need(&mut self, height: f32) {
        if self.left() < height && self.y > TOP {
            self.turn();
        }
    }

    /// White space, but not at the top of a page.
    pub(super) fn gap(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// A new node in another.
    pub(super) fn node(&mut self, parent: NodeId, role: Role) -> NodeId {
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node { role, children: Vec::new() });
        self.hang(parent, Child::Node(id));
        id
    }

    fn hang(&mut self, parent: NodeId, child: Child) {
        if let Some(node) = self.nodes.get_mut(parent.0) {
            node.children.push(child);
        }
    }

    fn draw(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(mark);
        }
    }

    fn piece(&mut self, node: NodeId) -> usize {
        let piece = self.pieces;
        self.pieces += 1;
        self.hang(node, Child::Piece(piece));
        piece
    }

    /// A filled rectangle.
    pub(super) fn fill(&mut self, area: Area, ink: Ink) {
        self.draw(Mark::Fill(area, ink));
    }

    /// A line of text with its top at `y`; without a node it is said again and not read aloud.
    pub(super) fn text(&mut self, at: (f32, f32), ink: Ink, line: Line, node: Option<NodeId>) {
        let piece = node.map(|node| self.piece(node));
        let base = at.1 + line.style.rise();
        self.draw(Mark::Text(at.0, base, ink, line, piece));
    }

    /// Lines below what is on the page, on the next page when it is full.
    pub(super) fn flow(&mut self, x: f32, ink: Ink, lines: Vec<Line>, node: NodeId) {
        for line in lines {
            let leading = line.style.leading();
            self.need(leading);
            self.text((x, self.y), ink, line, Some(node));
            self.y += leading;
        }
    }

    /// A picture of squares.
    pub(super) fn squares(&mut self, areas: Vec<Area>, node: NodeId) {
        let piece = self.piece(node);
        self.draw(Mark::Squares(areas, piece));
    }
}
