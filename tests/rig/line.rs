//! HTTP/1.1 over a socket, one request after another: a client that costs little leaves the processors to the service.
//!
//! Not here: TLS, and answers without a length.

use std::io::{Error, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// As long as an assistant waits.
const LONGEST: Duration = Duration::from_secs(20);

/// A connection.
pub struct Line {
    stream: TcpStream,
    read: Vec<u8>,
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// Nothing more will come on this line.
    pub is_last: bool,
}

/// A post, ready to be sent.
pub fn post(host: &str, path: &str, key: Option<&str>, body: &str) -> Vec<u8> {
    let key = key.map(|key| format!("Authorization: Bearer {key}\r\n")).unwrap_or_default();
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{key}Content-Type: application/json\r\n");
    format!("{head}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

impl Line {
    /// Connects; from an address of this computer's own, where one is given.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn to(service: SocketAddr, from: Option<IpAddr>) -> std::io::Result<Self> {
        let socket = if service.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if let Some(from) = from {
            socket.bind(SocketAddr::new(from, 0))?;
        }
        let stream = tokio::time::timeout(LONGEST, socket.connect(service)).await??;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// When the line was cut, or no answer came within 20 seconds. The request may have been carried out.
    pub async fn ask(&mut self, request: &[u8]) -> std::io::Result<Answer> {
        tokio::time::timeout(LONGEST, self.answer_to(request)).await?
    }

    async fn answer_to(&mut self, request: &[u8]) -> std::io::Result<Answer> {
        self.stream.write_all(request).await?;
        self.read.clear();
        loop {
            if let Some(answer) = whole(&self.read)? {
                return Ok(answer);
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// The answer, once all of it is there.
fn whole(read: &[u8]) -> std::io::Result<Option<Answer>> {
    let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let unreadable = || Error::from(ErrorKind::InvalidData);
    let head = std::str::from_utf8(&read[..end]).map_err(|_| unreadable())?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or_else(unreadable)?;
    let (mut length, mut is_last) = (0, false);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(|_| unreadable())?;
        } else if name.eq_ignore_ascii_case("connection") {
            is_last = value.trim().eq_ignore_ascii_case("close");
        }
    }
    let Some(body) = read[end + 4..].get(..length) else { return Ok(None) };
    let body = String::from_utf8(body.to_vec()).map_err(|_| unreadable())?;
    Ok(Some(Answer { status, body, is_last }))
}
