//! Query strings and forms as decoded pairs.

use crate::error::Error;

/// Most bytes of a query.
const LIMIT: usize = 8 * 1024;

/// The decoded pairs of a query string or form, in order. `+` is a space; a broken escape is refused, not guessed.
///
/// # Errors
/// 400 when it is over 8 KiB, has a broken percent escape or is not UTF-8.
pub fn query_pairs(query: &str) -> Result<Vec<(String, String)>, Error> {
    if query.len() > LIMIT {
        return Err(Error::bad_request("too-long", "the query is over 8 KiB"));
    }
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Result<String, Error> {
    let refuse = || Error::bad_request("value", "the query has a percent escape that cannot be read");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [*rest.next().ok_or_else(refuse)?, *rest.next().ok_or_else(refuse)?];
                let digits = std::str::from_utf8(&digits).map_err(|_| refuse())?;
                let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_hex).ok_or_else(refuse)?);
            }
            other => bytes.push(*other),
        }
    }
    if bytes.contains(&0) {
        return Err(refuse());
    }
    String::from_utf8(bytes).map_err(|_| refuse())
}
