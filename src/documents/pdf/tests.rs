//! Whatever a record says, the file is made, it is what both standards ask for, and nothing of it is cut off.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::view::{Block, Cell, Mark, Section, Table, View};
use super::super::{Claim, Document, Kind, Lang, Proof, Text};
use super::letters::{Weight, shape};
use super::sheet::{BOTTOM, Child, Mark as Drawn, NodeId, SIDE, Sheets};
use super::{lay_out, pdf};

fn document(view: View) -> Document {
    Document {
        bundle: serde_json::Value::Null,
        view,
        kind: Kind::Medication,
        id: "7d5f1f4e-2b58-4f1e-8a53-0a3a8f7d3b11".to_owned(),
        made_ms: 1_749_981_600_000,
        author: "Spil".to_owned(),
    }
}

fn proof(document: &Document) -> Proof {
    Proof::new(Claim::of(document), format!("https://spil.example/controle/{}", "A".repeat(130)))
}

fn empty() -> View {
    View { title: Text::same("T"), person: Vec::new(), notices: Vec::new(), sections: Vec::new(), origin: Vec::new() }
}

fn with_table(table: Table) -> View {
    let section = Section { blocks: vec![Block::Table(table)], ..Section::new(("Deel", "Part")) };
    View { sections: vec![section], ..empty() }
}

/// The text of a node and all in it, in the order in which it is read, without spaces.
fn read(sheets: &Sheets) -> String {
    fn walk(sheets: &Sheets, node: NodeId, texts: &[String], out: &mut String) {
        for child in &sheets.nodes[node.0].children {
            match child {
                Child::Node(inner) => walk(sheets, *inner, texts, out),
                Child::Piece(piece) => out.push_str(&texts[*piece]),
            }
        }
    }
    let mut texts = vec![String::new(); sheets.pieces];
    for mark in sheets.pages.iter().flat_map(|page| &page.marks) {
        if let Drawn::Text(_, _, _, line, Some(piece)) = mark {
            texts[*piece].extend(line.text.chars().filter(|letter| !letter.is_whitespace()));
        }
    }
    let mut out = String::new();
    walk(sheets, NodeId(0), &texts, &mut out);
    out
}

/// All texts of a document that a reader must find.
fn texts(view: &View) -> Vec<&Text> {
    fn of<'v>(section: &'v Section, out: &mut Vec<&'v Text>) {
        if section.is_empty() {
            return;
        }
        out.push(&section.title);
        for block in &section.blocks {
            match block {
                Block::Paragraph(text) | Block::Warning(text) => out.push(text),
                Block::Table(table) => {
                    out.push(&table.caption);
                    let cells = table.rows.iter().flat_map(|row| row.iter().take(table.head.len()));
                    for cell in cells {
                        out.extend([&cell.text].into_iter().chain(&cell.below).chain(&cell.remarks));
                    }
                }
            }
        }
        section.sections.iter().for_each(|part| of(part, out));
    }
    let mut out = vec![&view.title];
    out.extend(view.person.iter().chain(&view.origin).flat_map(|(label, value)| [label, value]));
    out.extend(&view.notices);
    view.sections.iter().for_each(|section| of(section, &mut out));
    out
}

/// What of a text can be seen, without spaces; in the order of the letters when some are read from right to left.
fn shown(text: &str) -> String {
    text.split_whitespace().map(|word| shape(Weight::Regular, word).text).collect()
}

/// Nothing is missing, and nothing stands outside the space that is for it.
fn check(view: &View, lang: Lang) -> Result<(), TestCaseError> {
    let document = document(view.clone());
    let proof = proof(&document);
    let sheets = lay_out(view, lang, Some(&proof));
    let whole = read(&sheets);
    for text in texts(view) {
        let seen = shown(text.get(lang));
        prop_assert!(whole.contains(&seen), "{seen} is missing");
    }
    let (width, height) = sheets.size;
    for mark in sheets.pages.iter().flat_map(|page| &page.marks) {
        if let Drawn::Text(x, y, _, line, piece) = mark {
            let fits = *x + line.width <= width - SIDE + 0.6 || line.text.trim().chars().count() < 3;
            prop_assert!(*x >= SIDE - 0.1 && fits, "{} at {x} is {} wide", line.text, line.width);
            let low = if piece.is_some() { height - BOTTOM + 0.6 } else { height };
            prop_assert!(*y > 0.0 && *y <= low, "{} stands at {y}", line.text);
        }
    }
    let file = pdf(&document, lang, Some(&proof));
    prop_assert!(file.as_ref().is_ok_and(|file| file.starts_with(b"%PDF-1.")), "{:?}", file.err());
    Ok(())
}

fn any_text() -> impl Strategy<Value = Text> {
    let one = prop_oneof![
        4 => "[A-Za-z0-9ëïé,.:()%/ -]{0,60}",
        1 => "[a-z]{150,900}",
        1 => "([A-Za-z]{1,14} ){0,120}",
        1 => "[\u{1}-\u{ff} \u{200b}\u{202e}\u{feff}\u{fffe}\u{e000}\u{4e00}\u{1f48a}\u{301}]{0,30}",
    ];
    (one.clone(), one).prop_map(|(nl, en)| Text::new(nl, en))
}

fn any_cell() -> impl Strategy<Value = Cell> {
    let mark = prop_oneof![Just(None), Just(Some(Mark::Yes)), Just(Some(Mark::No)), Just(Some(Mark::Other))];
    (any_text(), any::<bool>(), mark, vec(any_text(), 0..2), vec(any_text(), 0..3))
        .prop_map(|(text, day, mark, below, remarks)| Cell { text, day, mark, below, remarks })
}

fn any_table() -> impl Strategy<Value = Table> {
    (0_usize..12, 0_usize..9, any_text(), any::<bool>(), any::<bool>()).prop_flat_map(
        |(columns, rows, caption, big, past)| {
            (vec("[A-Z][a-z ]{0,20}", columns), vec(vec(any_cell(), columns), rows)).prop_map(move |(head, rows)| {
                Table { caption: caption.clone(), big, past, head: head.into_iter().map(Text::same).collect(), rows }
            })
        },
    )
}

fn any_section() -> impl Strategy<Value = Section> {
    let block = prop_oneof![
        any_text().prop_map(Block::Paragraph),
        any_text().prop_map(Block::Warning),
        any_table().prop_map(Block::Table),
    ];
    let leaf = (any_text(), vec(block, 0..4)).prop_map(|(title, blocks)| Section { blocks, ..Section::new(title) });
    leaf.prop_recursive(7, 8, 2, |inner| {
        (any_text(), vec(inner, 0..3)).prop_map(|(title, sections)| Section { sections, ..Section::new(title) })
    })
}

fn any_view() -> impl Strategy<Value = View> {
    let facts = || vec((any_text(), any_text()), 0..5);
    (any_text(), facts(), vec(any_text(), 0..3), vec(any_section(), 0..3), facts())
        .prop_map(|(title, person, notices, sections, origin)| View { title, person, notices, sections, origin })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_document_can_be_written_and_nothing_of_it_is_cut_off(view in any_view(), dutch in any::<bool>()) {
        check(&view, if dutch { Lang::Nl } else { Lang::En })?;
    }

    /// Letters of all scripts, in any order: the file is good, whatever stands where.
    #[test]
    fn any_letters_can_be_written(text in "\\PC{0,80}", word in any::<String>()) {
        let mut table = Table::new(("", ""), &[("a", "a"), ("b", "b")]);
        table.rows = vec![vec![Cell::new(Text::same(&text)), Cell::new(Text::same(&word))]];
        let mut view = with_table(table);
        view.title = Text::same(word);
        view.notices = vec![Text::same(text)];
        let document = document(view);
        prop_assert!(pdf(&document, Lang::Nl, Some(&proof(&document))).is_ok());
    }
}

#[test]
fn two_thousand_rows_have_their_headings_on_every_page() {
    let mut table = Table::new(("Veel", "Many"), &[("Wat", "What"), ("Wanneer", "When")]);
    table.rows = (0..2000)
        .map(|row| vec![Cell::new(Text::same(format!("regel{row}"))), Cell::day(Text::same("1 maart 2026"))])
        .collect();
    let view = with_table(table);
    let sheets = lay_out(&view, Lang::Nl, None);
    let whole = read(&sheets);
    assert!((0..2000).all(|row| whole.contains(&format!("regel{row}"))));
    assert!(sheets.pages.len() > 30);
    let count = sheets.pages.len();
    for (at, page) in sheets.pages[..count - 1].iter().enumerate() {
        let texts: Vec<&str> = page
            .marks
            .iter()
            .filter_map(|mark| if let Drawn::Text(_, _, _, line, _) = mark { Some(line.text.as_str()) } else { None })
            .collect();
        assert!(texts.contains(&"Wanneer"), "{at}");
        assert!(texts.contains(&format!("{} van {count}", at + 1).as_str()), "{at}");
    }
    assert_eq!(whole.matches("Wanneer").count(), 1, "headings are read once");
    assert!(pdf(&document(view), Lang::Nl, None).is_ok());
}

#[test]
fn every_page_says_whose_document_it_is_and_a_character_that_cannot_be_shown_is_explained() {
    let mut view = empty();
    view.person = vec![
        (("Naam", "Name").into(), Text::same("Truus van der Veen")),
        (("Geboren", "Born").into(), Text::new("1 mei 1935", "1 May 1935")),
    ];
    let long = Text::same("Een regel die vaak terugkomt, met \u{4F60}. ".repeat(600));
    view.sections = vec![Section { blocks: vec![Block::Paragraph(long)], ..Section::new(("Deel", "Part")) }];
    let sheets = lay_out(&view, Lang::En, None);
    assert!(sheets.pages.len() > 2);
    for page in &sheets.pages {
        let head = page.marks.iter().filter(|mark| {
            matches!(mark, Drawn::Text(_, _, _, line, None) if line.text == "Truus van der Veen, born 1 May 1935")
        });
        assert_eq!(head.count(), 1);
    }
    assert!(read(&sheets).contains("standsforaletterorsignthatcannotbeprintedhere"));
    assert!(!read(&lay_out(&empty(), Lang::En, None)).contains("cannotbeprinted"));
}
