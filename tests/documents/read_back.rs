//! What stands in the files that are kept as examples, read without the program that wrote them.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::{EXAMPLES, FOLDER};

/// The whole file as text, with the contents of its streams in their places.
pub fn unpacked(file: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = file;
    while let Some(at) = rest.windows(7).position(|bytes| bytes == b"stream\n") {
        let end = rest[at..].windows(9).position(|bytes| bytes == b"endstream").expect("an end");
        out.push_str(&String::from_utf8_lossy(&rest[..at]));
        let stream = &rest[at + 7..at + end];
        let mut text = Vec::new();
        if ZlibDecoder::new(stream).read_to_end(&mut text).is_err() {
            text = stream.to_vec();
        }
        out.push_str(&String::from_utf8_lossy(&text));
        rest = &rest[at + end + 9..];
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}

#[test]
fn the_examples_say_which_standards_they_keep_and_have_a_structure() {
    let mut whole = 0;
    for (name, _, _) in EXAMPLES {
        for lang in ["nl", "en"] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER).join(format!("{name}.{lang}.pdf"));
            let file = std::fs::read(path).expect("an example");
            whole += file.len();
            let text = unpacked(&file);
            let language = if lang == "nl" { "/Lang(nl-NL)" } else { "/Lang(en)" };
            for needed in [
                "<pdfaid:part>2</pdfaid:part>",
                "<pdfaid:conformance>A</pdfaid:conformance>",
                "<pdfuaid:part>1</pdfuaid:part>",
                "2026-03-02T09:00:00",
                "/StructTreeRoot",
                "/MarkInfo",
                "/Marked true",
                "/DisplayDocTitle true",
                "/OutputIntents",
                "/ToUnicode",
                "/S/H1",
                "/S/Table",
                "/S/THead",
                "/Scope/Column",
                "/Scope/Row",
                "/S/Figure",
                "/Alt(",
                language,
            ] {
                assert!(text.contains(needed), "{name}.{lang}: {needed}");
            }
            for forbidden in ["/JavaScript", "/Launch", "/EmbeddedFile", "/URI"] {
                assert!(!text.contains(forbidden), "{name}.{lang}: {forbidden}");
            }
        }
    }
    assert!(whole < 2 << 20, "{whole} bytes");
}
