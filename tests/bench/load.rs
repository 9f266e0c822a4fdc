//! Clients that post one request after another over a connection each, and note how long every answer took.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tests::line::{Line, post};

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
        Self(post(&service.to_string(), path, key, body))
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
        connections.push((Line::to(service, None).await?, share));
    }
    let start = Instant::now();
    let mut working = tokio::task::JoinSet::new();
    for (line, share) in connections {
        working.spawn(one_after_another(line, share, sign));
    }
    let mut times = Vec::new();
    for share in working.join_all().await {
        times.extend(share?);
    }
    Ok(Outcome { whole: start.elapsed(), times })
}

async fn one_after_another(
    mut line: Line,
    requests: Vec<Request>,
    sign: &str,
) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(requests.len());
    for Request(bytes) in requests {
        let start = Instant::now();
        let answer = line.ask(&bytes).await?;
        times.push(start.elapsed());
        anyhow::ensure!(answer.status == 200 && answer.body.contains(sign), "{}", answer.body);
    }
    Ok(times)
}
