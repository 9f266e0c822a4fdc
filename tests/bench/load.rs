//! Clients that post one request after another over a connection each, and note how long every answer took.
//!
//! Plain HTTP/1.1 over sockets: a client that costs little leaves the processors to the service.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What came of a load.
pub(crate) struct Outcome {
    /// From the first request to the last answer.
    pub(crate) whole: Duration,
    /// Of each request.
    pub(crate) times: Vec<Duration>,
}

impl Outcome {
    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let count = self.times.len() as f64;
        count / self.whole.as_secs_f64()
    }
}

/// A request, ready to be sent.
pub(crate) struct Request(Vec<u8>);

impl Request {
    pub(crate) fn post(service: SocketAddr, path: &str, key: Option<&str>, body: &str) -> Self {
        let key = key.map(|key| format!("Authorization: Bearer {key}\r\n")).unwrap_or_default();
        let length = body.len();
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: {service}\r\n{key}Content-Type: application/json\r\n");
        Self(format!("{head}Content-Length: {length}\r\n\r\n{body}").into_bytes())
    }
}

/// Sends all, so many at once. Every answer must be 200 and hold `sign`.
pub(crate) async fn send(
    service: SocketAddr,
    requests: Vec<Request>,
    clients: usize,
    sign: &'static str,
) -> anyhow::Result<Outcome> {
    let mut shares: Vec<Vec<Request>> = (0..clients).map(|_| Vec::new()).collect();
    for (number, request) in requests.into_iter().enumerate() {
        shares[number % clients].push(request);
    }
    let mut connections = Vec::with_capacity(clients);
    for share in shares {
        let stream = TcpStream::connect(service).await?;
        stream.set_nodelay(true)?;
        connections.push((stream, share));
    }
    let start = Instant::now();
    let mut working = tokio::task::JoinSet::new();
    for (stream, share) in connections {
        working.spawn(one_after_another(stream, share, sign));
    }
    let mut times = Vec::new();
    for share in working.join_all().await {
        times.extend(share?);
    }
    Ok(Outcome { whole: start.elapsed(), times })
}

async fn one_after_another(
    mut stream: TcpStream,
    requests: Vec<Request>,
    sign: &str,
) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(requests.len());
    let mut answer = Vec::with_capacity(8 * 1024);
    for Request(bytes) in requests {
        let start = Instant::now();
        stream.write_all(&bytes).await?;
        answer.clear();
        while !is_whole(&answer) {
            anyhow::ensure!(stream.read_buf(&mut answer).await? > 0, "the connection was cut");
        }
        times.push(start.elapsed());
        let text = std::str::from_utf8(&answer).context("an answer in UTF-8")?;
        anyhow::ensure!(text.starts_with("HTTP/1.1 200 ") && text.contains(sign), "{text}");
    }
    Ok(times)
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    length.is_some_and(|length| body.len() >= length)
}
