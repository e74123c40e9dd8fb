//! The readable page of a document: semantic HTML, one stylesheet, no script.

use super::narrative::{escape, write_blocks};
use super::proof::Proof;
use super::text::{Lang, Text};
use super::view::{Section, View};
use std::fmt::Write;

/// A whole HTML page that shows the document in one language, with the proof that belongs to it.
pub fn html(view: &View, lang: Lang, proof: Option<&Proof>) -> String {
    let code = lang.code();
    let title = escape(view.title.get(lang));
    let name = view.person.first().map_or_else(String::new, |(_, name)| format!(" - {}", escape(name.get(lang))));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}{name}</title>\n\
         <link rel=\"stylesheet\" href=\"/static/document.css\">\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
    );
    if !view.person.is_empty() {
        write_facts(&mut out, &view.person, lang);
    }
    out.push_str("</header>\n<main>\n");
    for notice in &view.notices {
        push(&mut out, format_args!("<p class=\"notice\" role=\"note\">{}</p>\n", escape(notice.get(lang))));
    }
    for (number, section) in view.sections.iter().enumerate() {
        write_section(&mut out, section, lang, &format!("d{}", number + 1), 2);
    }
    out.push_str("</main>\n<footer>\n");
    write_facts(&mut out, &view.origin, lang);
    out.extend(proof.map(|proof| proof.html(lang)));
    out.push_str("</footer>\n</body>\n</html>\n");
    out
}

/// The sections of a document as HTML for a page that has its own title and notices; headings begin at level two.
pub fn fragment(view: &View, lang: Lang) -> String {
    let mut out = String::new();
    for (number, section) in view.sections.iter().enumerate() {
        write_section(&mut out, section, lang, &format!("d{}", number + 1), 2);
    }
    out
}

fn write_section(out: &mut String, section: &Section, lang: Lang, id: &str, depth: usize) {
    if section.is_empty() {
        return;
    }
    let level = depth.min(6);
    push(
        out,
        format_args!(
            "<section aria-labelledby=\"{id}\">\n<h{level} id=\"{id}\">{}</h{level}>\n",
            escape(section.title.get(lang))
        ),
    );
    write_blocks(out, &section.blocks, lang);
    for (number, part) in section.sections.iter().enumerate() {
        write_section(out, part, lang, &format!("{id}-{}", number + 1), depth + 1);
    }
    out.push_str("</section>\n");
}

fn write_facts(out: &mut String, facts: &[(Text, Text)], lang: Lang) {
    out.push_str("<dl>\n");
    for (label, value) in facts {
        push(
            out,
            format_args!("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(label.get(lang)), escape(value.get(lang))),
        );
    }
    out.push_str("</dl>\n");
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}
