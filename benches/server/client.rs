//! A plain HTTP/1.1 client on one kept connection: as little work as possible beside the server that is measured.

use std::net::{SocketAddr, ToSocketAddrs as _};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Media type of the requests.
pub const FHIR: &str = "application/fhir+json";

/// Where a FHIR server listens.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its address.
    pub address: SocketAddr,
    /// `Host` header.
    host: String,
    /// Path of the base, without a slash at its end.
    path: String,
}

impl Site {
    /// The server at a base URL such as `http://127.0.0.1:8080/fhir`.
    ///
    /// # Errors
    /// With a text when it is not a plain HTTP address that can be found.
    pub fn at(base: &str) -> Result<Self, String> {
        let rest = base.strip_prefix("http://").ok_or_else(|| {
            format!("`{base}` is not an http:// address; measure a server without TLS, on the same machine")
        })?;
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let with_port = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let mut found = with_port.to_socket_addrs().map_err(|error| format!("`{host}`: {error}"))?;
        let address = found.next().ok_or_else(|| format!("`{host}` has no address"))?;
        Ok(Self { address, host: host.to_owned(), path: path.trim_end_matches('/').to_owned() })
    }

    /// A request as it goes over the wire; `path` is below the base.
    pub fn request(&self, method: &str, path: &str, token: &str, media: &str, body: &[u8]) -> Vec<u8> {
        let mut head = format!("{method} {}{path} HTTP/1.1\r\nHost: {}\r\nAccept: {FHIR}\r\n", self.path, self.host);
        if !token.is_empty() {
            head.push_str("Authorization: Bearer ");
            head.push_str(token);
            head.push_str("\r\n");
        }
        if method != "GET" {
            head.extend(["Content-Type: ", media, "\r\nContent-Length: ", &body.len().to_string(), "\r\n"]);
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// The same server at another path.
    pub fn rooted(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }
}

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
        let head = self.fill_until(0, b"\r\n\r\n").await;
        let text = std::str::from_utf8(&self.buffer[..head]).expect("a head in ASCII");
        let status = text.get(9..12).and_then(|digits| digits.parse().ok()).expect("a status");
        let chunked = text.lines().any(is_chunked);
        let length = text.lines().find_map(length).unwrap_or_default();
        if chunked {
            return Answer { status, body: self.chunks(head).await };
        }
        self.fill(head + length).await;
        Answer { status, body: self.buffer[head..head + length].to_vec() }
    }

    /// The body in chunks that begins at `at`.
    async fn chunks(&mut self, mut at: usize) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let end = self.fill_until(at, b"\r\n").await;
            let line = std::str::from_utf8(&self.buffer[at..end - 2]).expect("a size in ASCII");
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(digits, 16).expect("the size of a chunk");
            self.fill(end + size + 2).await;
            if size == 0 {
                return body;
            }
            body.extend_from_slice(&self.buffer[end..end + size]);
            at = end + size + 2;
        }
    }

    /// Reads until `mark` is there from `from` on; gives the place after it.
    async fn fill_until(&mut self, from: usize, mark: &[u8]) -> usize {
        loop {
            let found = self.buffer[from..].windows(mark.len()).position(|bytes| bytes == mark);
            if let Some(at) = found {
                return from + at + mark.len();
            }
            self.more().await;
        }
    }

    async fn fill(&mut self, length: usize) {
        while self.buffer.len() < length {
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

fn is_chunked(line: &str) -> bool {
    let named =
        |(name, value): (&str, &str)| name.eq_ignore_ascii_case("transfer-encoding") && value.contains("chunked");
    line.split_once(':').is_some_and(named)
}
