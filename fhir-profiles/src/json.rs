//! Reading JSON (RFC 8259) more strictly than usual: no double names, bounded nesting, numbers keep their digits.
//!
//! Written out, because a general reader either drops all but the last of two equal names, or tells a number from an
//! object by a magic name that a sender could use too.

use crate::validate::Issue;
use serde_json::{Map, Number, Value};

/// Objects and arrays may nest this deep.
pub const MAX_DEPTH: usize = 64;

/// Reads one JSON text.
pub fn parse(bytes: &[u8]) -> Result<Value, Issue> {
    let text = std::str::from_utf8(bytes).map_err(|_| broken("the text is not UTF-8", 0))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.space();
    if reader.at < text.len() {
        return Err(broken("there is text after the end of the value", reader.at));
    }
    Ok(value)
}

fn broken(what: &str, at: usize) -> Issue {
    Issue::error("structure", String::new(), format!("invalid JSON at byte {at}: {what}"))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self, what: &str) -> Result<T, Issue> {
        Err(broken(what, self.at))
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Value, Issue> {
        self.space();
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => self.fail("a value is expected"),
            None => self.fail("the text ends too soon"),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Issue>) -> Result<Value, Issue> {
        if self.depth == MAX_DEPTH {
            return self.fail("nested deeper than 64 levels");
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Issue> {
        if !self.text[self.at..].starts_with(word) {
            return self.fail("a value is expected");
        }
        self.at += word.len();
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, Issue> {
        let mut members = Map::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return self.fail("a name in quotes is expected");
            }
            let start = self.at;
            let name = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return self.fail("a colon is expected");
            }
            self.at += 1;
            let value = self.value()?;
            if members.insert(name, value).is_some() {
                return Err(broken("a name occurs twice in one object", start));
            }
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return self.fail("a comma or a closing brace is expected"),
            }
        }
        self.at += 1;
        Ok(Value::Object(members))
    }

    fn array(&mut self) -> Result<Value, Issue> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return self.fail("a comma or a closing bracket is expected"),
            }
        }
        self.at += 1;
        Ok(Value::Array(items))
    }

    fn digits(&mut self) -> Result<(), Issue> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.fail("a digit is expected") } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Value, Issue> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        // The digits stay as they are; an exponent becomes a small letter with a sign (`1E5` is kept as `1e+5`).
        let number =
            self.text[start..self.at].parse::<Number>().map_err(|_| broken("the number is too large", start))?;
        Ok(Value::Number(number))
    }

    fn string(&mut self) -> Result<String, Issue> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escaped()?);
                }
                Some(_) => return self.fail("a control character in a string"),
                None => return self.fail("the text ends too soon"),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Issue> {
        let letter = self.peek();
        self.at += 1;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(),
            _ => return self.fail("an unknown escape in a string"),
        })
    }

    fn code_point(&mut self) -> Result<char, Issue> {
        let first = self.unit()?;
        let code = if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            let second = self.unit()?;
            if !(0xdc00..0xe000).contains(&second) {
                return self.fail("half a character in a string");
            }
            0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| broken("half a character in a string", self.at))
    }

    fn unit(&mut self) -> Result<u32, Issue> {
        let digits =
            self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        unit.ok_or_else(|| broken("four hexadecimal digits are expected", self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn numbers_keep_their_text() {
        for text in [
            "1.00",
            "0.12345678901234567890",
            "-0.0",
            "1e+5",
            "1.5e-7",
            "185",
            "0",
            "-7",
            "123456789012345678901234567890",
        ] {
            let json = format!("{{\"value\":{text}}}");
            let value = parse(json.as_bytes()).expect(text);
            assert_eq!(serde_json::to_string(&value).expect("writable"), json);
        }
    }

    #[test]
    fn broken_text_is_refused_and_says_why() {
        for (text, why) in [
            ("", "ends too soon"),
            ("{", "a name"),
            ("{\"a\":1", "a comma"),
            ("{\"a\":1,}", "a name"),
            ("{\"a\" 1}", "a colon"),
            ("{\"a\":1,\"b\":2,\"a\":3}", "twice"),
            ("{\"a\":1,\"\\u0061\":3}", "twice"),
            ("[1,]", "a value"),
            ("[1 2]", "a comma"),
            ("{} {}", "after the end"),
            ("{}x", "after the end"),
            ("01", "after the end"),
            ("1.", "a digit"),
            (".5", "a value"),
            ("-", "a digit"),
            ("1e", "a digit"),
            ("+1", "a value"),
            ("NaN", "a value"),
            ("tru", "a value"),
            ("\"a\nb\"", "control character"),
            ("\"\\x\"", "unknown escape"),
            ("\"\\u12g4\"", "hexadecimal"),
            ("\"\\u+123\"", "hexadecimal"),
            ("\"\\ud800\"", "half a character"),
            ("\"\\ud800\\u0041\"", "half a character"),
            ("\"\\udc00\"", "half a character"),
            ("\"abc", "ends too soon"),
            ("\"\\u1é", "hexadecimal"),
        ] {
            let issue = parse(text.as_bytes()).expect_err(text);
            assert!(issue.diagnostics.contains(why), "{text}: {}", issue.diagnostics);
            assert_eq!(issue.code, "structure");
        }
        assert!(parse(b"\"\xff\"").expect_err("not UTF-8").diagnostics.contains("UTF-8"));
    }

    #[test]
    fn nesting_is_bounded_and_the_bound_is_named() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(64).as_bytes()).is_ok());
        for depth in [65, 1_000_000] {
            assert!(parse(nested(depth).as_bytes()).expect_err("too deep").diagnostics.contains("64"));
        }
    }

    #[test]
    fn the_magic_name_of_numbers_is_an_ordinary_name() {
        let value = parse(br#"{"$serde_json::private::Number":"1"}"#).expect("an object");
        assert!(value.is_object());
    }

    #[test]
    fn text_is_unescaped() {
        let value = parse("\u{feff} [\"\\u00e9\\ud83d\\ude00\\n\\\"\\/\", \"é\"] ".as_bytes()).expect("text");
        assert_eq!(value, serde_json::json!(["é😀\n\"/", "é"]));
    }
}
