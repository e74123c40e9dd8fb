//! Primitive values (<https://hl7.org/fhir/R4/datatypes.html#primitive>): the JSON type and the form.

use super::date;
use super::xhtml;
use crate::definition::Primitive;
use serde_json::Value;

/// The kind of issue, and what is wrong.
type Fault = (&'static str, &'static str);

/// Is this a value of that type?
pub(crate) fn check(primitive: Primitive, value: &Value) -> Result<(), Fault> {
    match (primitive, value) {
        (Primitive::Boolean, Value::Bool(_)) | (Primitive::Decimal, Value::Number(_)) => Ok(()),
        (Primitive::Boolean, _) => Err(("structure", "true or false is expected")),
        (Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt, Value::Number(number)) => {
            let least = match primitive {
                Primitive::PositiveInt => 1,
                Primitive::UnsignedInt => 0,
                _ => i64::from(i32::MIN),
            };
            let number = number.as_i64().ok_or(("value", "a whole number is expected"))?;
            if number < least || number > i64::from(i32::MAX) {
                Err(("value", "the number is out of range"))
            } else {
                Ok(())
            }
        }
        (Primitive::Decimal | Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt, _) => {
            Err(("structure", "a number is expected"))
        }
        (_, Value::String(text)) if text.is_empty() => Err(("value", "a string must not be empty")),
        (_, Value::String(text)) => string(primitive, text),
        (_, Value::Array(_)) => Err(("structure", "the element occurs once and must not be an array")),
        _ => Err(("structure", "a string is expected")),
    }
}

fn string(primitive: Primitive, text: &str) -> Result<(), Fault> {
    let bytes = text.as_bytes();
    let (good, what) = match primitive {
        Primitive::Xhtml => return xhtml::check(text).map_err(|what| ("value", what)),
        Primitive::Id => (is_id(text), "an id has 1 to 64 letters, digits, `-` and `.`"),
        Primitive::Code => (is_code(text), "a code must not begin or end with a space, nor have two together"),
        Primitive::Uri | Primitive::Url | Primitive::Canonical => {
            (no_space(bytes), "an address must not have spaces or control characters")
        }
        Primitive::Oid => {
            (text.strip_prefix("urn:oid:").is_some_and(is_oid), "an oid is `urn:oid:` and numbers with dots")
        }
        Primitive::Uuid => {
            (text.strip_prefix("urn:uuid:").is_some_and(is_uuid), "a uuid is `urn:uuid:` and 36 lower-case characters")
        }
        Primitive::Date => (date::is_date(bytes), "a date is YYYY, YYYY-MM or YYYY-MM-DD and must exist"),
        Primitive::DateTime => {
            (date::is_date_time(bytes), "a dateTime is a date, or a date with time to the second and zone")
        }
        Primitive::Instant => (date::is_instant(bytes), "an instant is a date with time to the second and zone"),
        Primitive::Time => (date::is_time(bytes), "a time is hh:mm:ss without a zone"),
        Primitive::Base64Binary => (is_base64(bytes), "the value is not base64"),
        _ => (is_text(bytes), "a string must have text and no control characters"),
    };
    if good { Ok(()) } else { Err(("value", what)) }
}

/// The id of a resource.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

fn is_code(text: &str) -> bool {
    let space = |byte: &u8| byte.is_ascii_whitespace();
    let bytes = text.as_bytes();
    !bytes.first().is_some_and(space)
        && !bytes.last().is_some_and(space)
        && !bytes.windows(2).any(|two| two.iter().all(space))
        && is_text(bytes)
}

fn no_space(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte > b' ' && *byte != 0x7f)
}

/// Something other than space, and of the control characters only tab, line feed and carriage return.
fn is_text(bytes: &[u8]) -> bool {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    bytes.iter().all(|byte| *byte >= b' ' || blank(byte)) && !bytes.iter().all(blank)
}

fn is_oid(text: &str) -> bool {
    let number = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
    };
    text.contains('.') && text.starts_with(['0', '1', '2']) && text.as_bytes()[1] == b'.' && text.split('.').all(number)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// Groups of four, padded at the end only; white space between them is allowed.
fn is_base64(bytes: &[u8]) -> bool {
    let (mut letters, mut padding) = (0usize, 0usize);
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => letters += 1,
            b'=' => padding += 1,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => return false,
        }
    }
    letters > 0 && padding <= 2 && (letters + padding).is_multiple_of(4)
}
