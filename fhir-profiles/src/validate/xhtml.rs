//! Narrative (<https://hl7.org/fhir/R4/narrative.html>): one `div` of plain formatting, and nothing that acts or loads.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The namespace of narrative.
pub const NAMESPACE: &str = "http://www.w3.org/1999/xhtml";

/// What [`check`] says of narrative that is well-formed and empty.
pub const EMPTY: &str = "txt-2: the narrative must have content";

/// Narrative may nest this deep.
const MAX_DEPTH: usize = 64;

const ELEMENTS: [&str; 50] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "b",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
];
const MORE_ELEMENTS: [&str; 4] = ["tt", "ul", "var", "s"];

/// Is this narrative that may be kept and shown?
pub fn check(text: &str) -> Result<(), &'static str> {
    if !text.starts_with("<div") {
        return Err("the narrative must be one `div` and nothing else");
    }
    if text.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) {
        return Err("the narrative has a control character");
    }
    let mut reader = Reader::from_str(text);
    let mut open = 0usize;
    let mut closed = false;
    let mut content = false;
    loop {
        match reader.read_event().map_err(|_| "the narrative is not well-formed")? {
            Event::Start(_) if open == MAX_DEPTH => return Err("the narrative is nested deeper than 64 levels"),
            Event::Start(tag) => {
                content |= element(&tag, open, closed)?;
                open += 1;
            }
            Event::Empty(tag) => {
                content |= element(&tag, open, closed)?;
                closed = open == 0;
            }
            Event::End(_) => {
                open -= 1;
                closed = open == 0;
            }
            Event::Text(text) if open > 0 => content |= !text.trim().is_empty(),
            Event::GeneralRef(entity) if open > 0 => {
                let known = if entity.is_char_ref() {
                    matches!(entity.resolve_char_ref(), Ok(Some(_)))
                } else {
                    matches!(&*entity.into_inner(), "lt" | "gt" | "amp" | "quot" | "apos")
                };
                if !known {
                    return Err("the narrative has an unknown entity");
                }
                content = true;
            }
            Event::CData(_) if open > 0 => content = true,
            Event::Comment(_) => {}
            Event::Eof if closed && content => return Ok(()),
            Event::Eof if closed => return Err(EMPTY),
            _ => return Err("the narrative must be one `div` and nothing else"),
        }
    }
}

/// One start tag; true if it shows something by itself.
fn element(tag: &BytesStart, open: usize, closed: bool) -> Result<bool, &'static str> {
    let name = tag.name();
    let name = name.as_ref();
    if closed || (open == 0 && name != "div") {
        return Err("the narrative must be one `div` and nothing else");
    }
    if ELEMENTS.binary_search(&name).is_err() && !MORE_ELEMENTS.contains(&name) {
        return Err("txt-1: the narrative has an element that is not allowed");
    }
    let mut namespaced = false;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| "the narrative is not well-formed")?;
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|_| "the narrative has an unknown entity")?;
        namespaced |= self::attribute(attribute.key.as_ref(), &value)?;
    }
    if open == 0 && !namespaced {
        return Err("the `div` must have the namespace of XHTML");
    }
    Ok(name == "img")
}

/// One attribute; true if it is the namespace of XHTML.
fn attribute(name: &str, value: &str) -> Result<bool, &'static str> {
    let acts = Err("txt-1: the narrative has an attribute that is not allowed");
    let name = name.to_ascii_lowercase();
    if name == "xmlns" {
        return if value == NAMESPACE { Ok(true) } else { acts };
    }
    let known_prefix = name.starts_with("xml:") || name.starts_with("xmlns:");
    if name.starts_with("on")
        || (name.contains(':') && !known_prefix)
        || matches!(name.as_str(), "srcdoc" | "formaction" | "action" | "ping")
    {
        return acts;
    }
    let value: String = value
        .chars()
        .filter(|letter| !letter.is_whitespace() && !letter.is_control())
        .flat_map(char::to_lowercase)
        .collect();
    let code = ["javascript:", "vbscript:"].iter().any(|scheme| value.contains(scheme));
    // Only a picture has a `src` here, and a picture does not act whatever it is made of.
    let data = value.starts_with("data:") && name != "src";
    let style = name == "style"
        && (loads(&value)
            || ["expression(", "@import", "\\", "behavior:", "-moz-binding"].iter().any(|word| value.contains(word)));
    if code || data || style { acts } else { Ok(false) }
}

/// Does a style name an address? A picture in the text itself is none.
fn loads(style: &str) -> bool {
    style.split("url(").skip(1).any(|address| !address.trim_start_matches(['"', '\'']).starts_with("data:image/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn div(inside: &str) -> String {
        format!("<div xmlns=\"{NAMESPACE}\">{inside}</div>")
    }

    #[test]
    fn plain_formatting_is_allowed() {
        assert!(ELEMENTS.is_sorted());
        for inside in [
            "text",
            "<p class=\"a\" style=\"color: red\">a &amp; b&#160;&lt; c</p>",
            "<table border=\"1\"><tr><td colspan=\"2\">x</td></tr></table>",
            "<a href=\"https://example.org/?a=1&amp;b=2\">x</a><br/>",
            "<img src=\"data:image/png;base64,AAAA\" alt=\"\"/>",
            "<p style=\"background: url(data:image/png;base64,AAAA)\">x</p>",
            "<!-- remark --><ul><li>x</li></ul>",
        ] {
            assert_eq!(check(&div(inside)), Ok(()), "{inside}");
        }
    }

    #[test]
    fn what_acts_loads_or_is_broken_is_refused() {
        for inside in [
            "",
            "  ",
            "<script>alert(1)</script>",
            "<p onclick=\"x()\">x</p>",
            "<p ONLOAD=\"x()\">x</p>",
            "<iframe src=\"https://example.org\"/>",
            "<object>x</object>",
            "<embed/>x",
            "<style>p{}</style>x",
            "<form>x</form>",
            "<svg>x</svg>",
            "<p style=\"background: URL (https://example.org/x)\">x</p>",
            "<p style=\"background: u\\72l(x)\">x</p>",
            "<a href=\"javascript:x()\">x</a>",
            "<a href=\" java&#10;script:x()\">x</a>",
            "<a href=\"&#106;avascript:x()\">x</a>",
            "<a href=\"data:text/html,x\">x</a>",
            "<p>x",
            "<p>x</b>",
            "&nbsp;",
            "x</div><div>",
            "<p a=\"1\" a=\"2\">x</p>",
            "<?php x ?>x",
            "<p xmlns=\"http://www.w3.org/2000/svg\">x</p>",
        ] {
            assert!(check(&div(inside)).is_err(), "{inside}");
        }
        for whole in [
            "",
            "text",
            "<div>x</div>",
            "<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>",
            "<div xmlns=\"urn:x\">x</div>",
            "<!DOCTYPE div><div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>",
        ] {
            assert!(check(whole).is_err(), "{whole}");
        }
    }
}
