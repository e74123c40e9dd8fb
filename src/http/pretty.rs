//! `_pretty=true` (<https://hl7.org/fhir/R4/http.html#pretty>): the same answer with one element a line.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;

/// Most bytes of an answer that are laid out; a larger one goes out as it is.
const MOST: usize = 64 * 1024 * 1024;

/// Whether a query asks for it.
pub fn is_asked(query: &str) -> bool {
    query.split('&').any(|pair| pair == "_pretty=true")
}

/// The answer, laid out.
pub async fn laid_out(response: Response) -> Response {
    let media = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let layout: fn(&[u8]) -> Option<Vec<u8>> = match media {
        media if media.contains("json") => |bytes| Some(json(bytes)),
        media if media.contains("xml") => xml,
        _ => return response,
    };
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MOST).await else {
        return Response::from_parts(parts, Body::empty());
    };
    parts.headers.remove(CONTENT_LENGTH);
    let laid_out = layout(&bytes).map_or_else(|| Body::from(bytes), Body::from);
    Response::from_parts(parts, laid_out)
}

fn line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.resize(out.len() + 2 * depth, b' ');
}

/// JSON without spaces between its signs, laid out; what is inside strings stays as it is.
fn json(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, &byte) in bytes.iter().enumerate() {
        if quoted {
            out.push(byte);
            quoted = escaped || byte != b'"';
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        let empty = |close: u8| bytes.get(at + 1) == Some(&close);
        match byte {
            b'"' => {
                quoted = true;
                out.push(byte);
            }
            b'{' | b'[' => {
                depth += 1;
                out.push(byte);
                if !empty(byte + 2) {
                    line(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if at > 0 && bytes[at - 1] != byte - 2 {
                    line(&mut out, depth);
                }
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                line(&mut out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            b' ' | b'\n' | b'\t' | b'\r' => {}
            other => out.push(other),
        }
    }
    out
}

/// XML as our writer makes it, laid out; narrative stays as it is, for spaces mean something there. None when it is not
/// understood.
fn xml(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = std::str::from_utf8(bytes).ok()?;
    let mut out = Vec::with_capacity(bytes.len() * 2);
    let mut depth = 0_usize;
    while let Some(after) = rest.strip_prefix('<') {
        let end = if after.starts_with("div ") { rest.find("</div></text>")? + 6 } else { rest.find('>')? + 1 };
        let (tag, more) = rest.split_at(end);
        if tag.starts_with("</") {
            depth = depth.checked_sub(1)?;
        }
        if !out.is_empty() {
            line(&mut out, depth);
        }
        out.extend_from_slice(tag.as_bytes());
        let opens =
            !tag.starts_with("</") && !tag.ends_with("/>") && !tag.starts_with("<?") && !tag.starts_with("<div ");
        depth += usize::from(opens);
        rest = more.trim_start();
    }
    (rest.is_empty() && depth == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::{json, xml};

    #[test]
    fn json_keeps_its_meaning() {
        let text = r#"{"a":[1.00,{"b":"x, \"{y}\\"}],"c":[],"d":{}}"#;
        let out = String::from_utf8(json(text.as_bytes())).expect("text");
        let expected = concat!(
            "{\n  \"a\": [\n    1.00,\n    {\n      \"b\": \"x, \\\"{y}\\\\\"\n    }\n  ],\n  \"c\": [],\n",
            "  \"d\": {}\n}"
        );
        assert_eq!(out, expected);
    }

    #[test]
    fn xml_keeps_its_narrative() {
        let text = "<?xml version=\"1.0\"?>\n<A xmlns=\"f\"><b value=\"1\"/><text><div xmlns=\"x\"><p>a <b>b</b></p></div></text></A>";
        let out = String::from_utf8(xml(text.as_bytes()).expect("laid out")).expect("text");
        let expected = "<?xml version=\"1.0\"?>\n<A xmlns=\"f\">\n  <b value=\"1\"/>\n  <text>\n    <div xmlns=\"x\"><p>a <b>b</b></p></div>\n  </text>\n</A>";
        assert_eq!(out, expected);
        assert_eq!(xml(b"<a>text</a>"), None);
    }
}
