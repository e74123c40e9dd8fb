//! An answer without what is different every time: dates of the transport, made-up ids, sealed links, the port.

use crate::support::{Response, Server};

/// Headers that say nothing about the data.
const LEFT_OUT: [&str; 3] = ["date", "x-request-id", "content-length"];

/// Two answers as they are read, if they differ.
pub fn differ(one: (&Server, &Response), other: (&Server, &Response)) -> Option<(String, String)> {
    let here = |(server, response): (&Server, &Response)| response.text().replace(server.base(), "BASE");
    let same = |name| one.1.headers.get(name) == other.1.headers.get(name);
    let headers = ["etag", "last-modified", "content-type"].into_iter().all(same);
    if one.1.status == other.1.status
        && headers
        && one.1.headers.len() == other.1.headers.len()
        && here(one) == here(other)
    {
        return None;
    }
    let (left, right) = (plain(one.0, one.1), plain(other.0, other.1));
    (left != right).then_some((left, right))
}

/// The kind of an answer, to count them.
pub fn kind(answer: &Response) -> String {
    let with = if answer.text().contains("\"entry\"") { " with entries" } else { "" };
    format!("{}{with}", answer.status)
}

/// The address of the next page.
pub fn next(answer: &Response) -> Option<String> {
    if answer.status != 200 || !answer.text().contains("\"next\"") {
        return None;
    }
    let body: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    let next = body["link"].as_array()?.iter().find(|link| link["relation"] == "next")?;
    next["url"].as_str().map(str::to_owned)
}

/// Status, headers and body.
fn plain(server: &Server, response: &Response) -> String {
    let mut lines: Vec<String> = response
        .headers
        .iter()
        .filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    let text = format!("{}\n{}\n\n{}", response.status, lines.join("\n"), response.text());
    without_ids(&text.replace(server.base(), "BASE"))
}

/// Puts one letter in the place of UUIDs and sealed links.
fn without_ids(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let is_word = |letter: &u8| letter.is_ascii_alphanumeric() || *letter == b'-' || *letter == b'_';
    let bytes = text.as_bytes();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|letter| is_word(letter)).count();
        let word = &bytes[at..at + length];
        let is_uuid = length == 36 && word.split(|letter| *letter == b'-').count() == 5;
        if is_uuid || length > 60 {
            plain.push_str(&text[copied..at]);
            plain.push('U');
            copied = at + length;
        }
        at += length.max(1);
    }
    plain.push_str(&text[copied..]);
    plain
}

/// What differs, with some of what stands before it.
pub fn difference(left: &str, right: &str) -> String {
    let same = left.bytes().zip(right.bytes()).take_while(|(one, other)| one == other).count();
    let cut = |text: &str| {
        let from = same.saturating_sub(120);
        String::from_utf8_lossy(text.as_bytes().get(from..(same + 700).min(text.len())).unwrap_or_default())
            .into_owned()
    };
    format!("whole: …{}\nblind: …{}", cut(left), cut(right))
}
