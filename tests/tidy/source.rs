//! Rust source as a machine reads it: which text is code, which is a string or a comment, where a function begins and ends.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A Rust file of the repository.
pub(super) struct Source {
    /// Where it is, relative to the root, with forward slashes.
    pub(super) path: String,
    /// The whole text.
    pub(super) text: String,
    /// The text with comments and the insides of strings and characters made blank; same lines.
    pub(super) code: String,
    /// The text with only comments made blank; same lines.
    pub(super) uncommented: String,
}

/// A function: its name, the line it starts on and how many lines that are not blank its body has.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) lines: usize,
}

/// Every Rust file of the repository.
pub(super) fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
        let rust = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "rs");
        super::repository_files().iter().filter(rust).map(|path| Source::read(path)).collect()
    });
    &SOURCES
}

impl Source {
    fn read(path: &Path) -> Self {
        let text = super::text_of(path).expect("Rust source is UTF-8");
        let path = path.to_string_lossy().replace('\\', "/");
        Self { path, code: blank(&text, true), uncommented: blank(&text, false), text }
    }

    /// Whether the file is in one of the folders, or is one of the files, that `places` names.
    pub(super) fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| match place.strip_suffix('/') {
            Some(folder) => self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
            None => self.path == *place,
        })
    }

    /// Whether the file is compiled for tests only.
    pub(super) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs")
    }

    /// Every function of the file that is not under `#[cfg(test)]`.
    pub(super) fn functions(&self) -> Vec<Function> {
        let tests_from = self.code.find("#[cfg(test)]\nmod tests {").unwrap_or(self.code.len());
        words(&self.code[..tests_from])
            .filter(|(_, word)| *word == "fn")
            .filter_map(|(at, _)| function(&self.code, at))
            .collect()
    }
}

/// The function whose `fn` is at `at`; nothing for a function pointer or a declaration without body.
fn function(code: &str, at: usize) -> Option<Function> {
    let after = code[at + 2..].trim_start();
    let name: String = after.chars().take_while(|c| is_word(*c)).collect();
    if name.is_empty() {
        return None;
    }
    let open = at + body_start(&code[at..])?;
    let close = open + closing_brace(&code[open..])?;
    let line = line_of(code, at);
    let lines = code[open + 1..close].lines().filter(|line| !line.trim().is_empty()).count();
    Some(Function { name, line, lines })
}

/// Where the body's brace is: the first one outside parentheses and brackets, unless a semicolon comes first.
fn body_start(code: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Where the brace that opens `code` is closed.
fn closing_brace(code: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Every identifier, keyword and number of the code, with where it starts.
pub(super) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    code.split_inclusive(|c| !is_word(c))
        .map(move |piece| {
            let at = next;
            next += piece.len();
            (at, piece.trim_end_matches(|c| !is_word(c)))
        })
        .filter(|(_, word)| !word.is_empty())
}

/// The line that a place in the text is on, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The text with comments, and with `strings` also the insides of strings and characters, replaced by spaces.
fn blank(text: &str, strings: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut last = ' ';
    while let Some(c) = rest.chars().next() {
        let (length, hide) = token(rest, last);
        let (token, tail) = rest.split_at(length);
        match hide {
            Hide::Comment => push_blank(&mut out, token),
            Hide::Literal(edge) if strings => {
                out.push_str(&token[..edge]);
                push_blank(&mut out, &token[edge..length - edge]);
                out.push_str(&token[length - edge..]);
            }
            Hide::Literal(_) | Hide::Nothing => out.push_str(token),
        }
        last = token.chars().next_back().unwrap_or(c);
        rest = tail;
    }
    out
}

/// What of a token is not code.
enum Hide {
    Nothing,
    Comment,
    /// All but so many bytes at each end.
    Literal(usize),
}

/// The length in bytes of the token that `rest` starts with, and what of it is not code. `last` is the character before it.
fn token(rest: &str, last: char) -> (usize, Hide) {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Hide::Comment);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), Hide::Comment);
    }
    if rest.starts_with('"') {
        return (quoted(rest), Hide::Literal(1));
    }
    if rest.starts_with('\'') {
        return character(rest).map_or((1, Hide::Nothing), |length| (length, Hide::Literal(1)));
    }
    let raw = (rest.starts_with('r') || rest.starts_with("br")) && !is_word(last);
    match raw.then(|| raw_string(rest)).flatten() {
        Some((length, edge)) => (length, Hide::Literal(edge)),
        None => (first, Hide::Nothing),
    }
}

/// The length of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_i32, 0);
    while at < rest.len() {
        let step = match rest.get(at..at + 2) {
            Some("/*") => 1,
            Some("*/") => -1,
            _ => 0,
        };
        depth += step;
        at += if step == 0 { 1 } else { 2 };
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of a string in quotes, with escapes.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal; nothing when the quote starts a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, inside) = chars.next()?;
    if inside == '\\' {
        chars.next();
        return chars.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 1)
}

/// The length of a raw string, and of its opening and closing quotes.
fn raw_string(rest: &str) -> Option<(usize, usize)> {
    let start = rest.find('r')? + 1;
    let hashes = rest[start..].chars().take_while(|c| *c == '#').count();
    let inside = rest[start + hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let opening = start + hashes + 1;
    let end = opening + inside.find(&close)? + close.len();
    Some((end, close.len()))
}

fn push_blank(out: &mut String, hidden: &str) {
    out.extend(hidden.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::{blank, function, words};

    #[test]
    fn strings_characters_and_comments_are_not_code() {
        let cases = [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ */ d", "a                 d"),
            ("f(\"{ \\\" }\")", "f(\"      \")"),
            ("'{' 'a '\\'' '\\u{7d}'", "' ' 'a '  ' '      '"),
            ("r#\"{ \" }\"# b", "r#     \"# b"),
            ("&'static str", "&'static str"),
            ("for r in x {}", "for r in x {}"),
        ];
        for (text, code) in cases {
            let blanked = blank(text, true);
            assert_eq!(blanked.replace("  ", " "), code.replace("  ", " "), "{text}");
        }
    }

    #[test]
    fn a_function_ends_at_its_own_brace() {
        let code = "const fn one(a: [u8; 3]) -> u8 {\n  if a {\n\n    1\n  }\n}\nfn none();\n";
        let found: Vec<_> = words(code).filter(|(_, word)| *word == "fn").map(|(at, _)| function(code, at)).collect();
        let one = found[0].as_ref().expect("a function");
        assert_eq!((one.name.as_str(), one.line, one.lines), ("one", 1, 3));
        assert!(found[1].is_none());
    }
}
