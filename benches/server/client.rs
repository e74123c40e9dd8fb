//! A plain HTTP/1.1 client on one kept connection: as little work as possible beside the server that is measured.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One kept connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server accepts");
        stream.set_nodelay(true).expect("a TCP option");
        Self { stream, buffer: Vec::with_capacity(64 * 1024) }
    }

    /// Sends a whole request and reads the whole answer.
    pub async fn send(&mut self, request: &[u8]) -> Answer {
        self.stream.write_all(request).await.expect("the request is sent");
        self.buffer.clear();
        let head = self.fill_until_head().await;
        let text = std::str::from_utf8(&self.buffer[..head]).expect("a head in ASCII");
        let status = text.get(9..12).and_then(|digits| digits.parse().ok()).expect("a status");
        let length = text.lines().find_map(length).unwrap_or_default();
        while self.buffer.len() < head + length {
            self.more().await;
        }
        Answer { status, body: self.buffer[head..head + length].to_vec() }
    }

    async fn fill_until_head(&mut self) -> usize {
        loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                return at + 4;
            }
            self.more().await;
        }
    }

    async fn more(&mut self) {
        let read = self.stream.read_buf(&mut self.buffer).await.expect("the answer is read");
        assert!(read > 0, "the server closed the connection");
    }
}

fn length(line: &str) -> Option<usize> {
    let (name, value) = line.split_once(':')?;
    name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, token: &str, media: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: bench\r\nAccept: application/fhir+json\r\n");
    if !token.is_empty() {
        bytes.push_str("Authorization: Bearer ");
        bytes.push_str(token);
        bytes.push_str("\r\n");
    }
    if method != "GET" {
        let lines = ["Content-Type: ", media, "\r\nContent-Length: ", &body.len().to_string(), "\r\n"];
        bytes.extend(lines);
    }
    bytes.push_str("\r\n");
    let mut bytes = bytes.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
