//! The narrative of a section: XHTML that reads well without the entries (`https://hl7.org/fhir/R4/narrative.html`).

use super::text::{Lang, Text};
use super::view::{Block, Cell, Mark, Table};
use serde_json::{Value, json};
use std::fmt::Write;

/// Text made safe for XHTML, in an element or an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(letter),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// The generated narrative of these blocks; `None` when there is nothing to say.
pub(super) fn generated(blocks: &[Block]) -> Option<Value> {
    if blocks.is_empty() {
        return None;
    }
    let mut div = String::from("<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"nl\" xml:lang=\"nl\">");
    write_blocks(&mut div, blocks, Lang::Nl);
    div.push_str("</div>");
    Some(json!({"status": "generated", "div": div}))
}

/// Blocks as XHTML that is good both in a narrative and on a page.
pub(super) fn write_blocks(out: &mut String, blocks: &[Block], lang: Lang) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => tagged(out, "p", "", text, lang),
            Block::Warning(text) => tagged(out, "p", " class=\"warning\"", text, lang),
            Block::Table(table) => write_table(out, table, lang),
        }
    }
}

fn tagged(out: &mut String, tag: &str, attributes: &str, text: &Text, lang: Lang) {
    push(out, format_args!("<{tag}{attributes}>{}</{tag}>", escape(text.get(lang))));
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}

fn write_table(out: &mut String, table: &Table, lang: Lang) {
    let class = match (table.big, table.past) {
        (true, true) => " class=\"big past\"",
        (true, false) => " class=\"big\"",
        (false, true) => " class=\"past\"",
        (false, false) => "",
    };
    push(out, format_args!("<table{class}>"));
    if !table.caption.is_empty() {
        tagged(out, "caption", "", &table.caption, lang);
    }
    out.push_str("<thead><tr>");
    for head in &table.head {
        tagged(out, "th", " scope=\"col\"", head, lang);
    }
    out.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        out.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            write_cell(out, cell, column == 0, lang);
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
}

fn write_cell(out: &mut String, cell: &Cell, heading: bool, lang: Lang) {
    let (open, close) = if heading {
        ("<th scope=\"row\">", "</th>")
    } else {
        (if cell.day { "<td class=\"day\">" } else { "<td>" }, "</td>")
    };
    out.push_str(open);
    match cell.mark {
        Some(mark) => {
            let class = match mark {
                Mark::Yes => "yes",
                Mark::No => "no",
                Mark::Other => "other",
            };
            push(out, format_args!("<b class=\"mark {class}\">{}</b>", escape(cell.text.get(lang))));
        }
        None => out.push_str(&escape(cell.text.get(lang))),
    }
    for line in &cell.below {
        push(out, format_args!("<br/><small>{}</small>", escape(line.get(lang))));
    }
    if !cell.remarks.is_empty() {
        out.push_str("<ul>");
        for remark in &cell.remarks {
            tagged(out, "li", "", remark, lang);
        }
        out.push_str("</ul>");
    }
    out.push_str(close);
}

/// The words of a narrative that somebody else wrote, a line for each block of it, without any markup.
pub(super) fn plain(div: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut rest = div;
    while let Some(start) = rest.find('<') {
        append(&mut lines, &rest[..start]);
        let Some(length) = rest[start..].find('>') else {
            rest = "";
            break;
        };
        let tag = rest[start + 1..start + length].trim_start_matches('/');
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        if matches!(name, "p" | "div" | "tr" | "li" | "br" | "caption" | "table" | "h1" | "h2" | "h3" | "h4") {
            lines.push(String::new());
        } else {
            append(&mut lines, " ");
        }
        rest = &rest[start + length + 1..];
    }
    append(&mut lines, rest);
    lines
        .iter()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

fn append(lines: &mut [String], text: &str) {
    let Some(last) = lines.last_mut() else { return };
    let words = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#160;", " ")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    last.push_str(&words);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_escaped() {
        let block = Block::Paragraph(Text::same("<script>alert('x')</script> & \u{0}\"q\""));
        let text = generated(&[block]).unwrap();
        let div = text["div"].as_str().unwrap();
        assert!(div.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;"), "{div}");
    }

    #[test]
    fn a_foreign_narrative_becomes_lines() {
        let div = "<div xmlns=\"x\"><p>Een &amp; twee</p><table><tr><th>a</th><td>b</td></tr></table><br";
        assert_eq!(plain(div), ["Een & twee", "a b"]);
    }
}
