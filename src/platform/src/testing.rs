//! What tests share: a log that they read, and waits for a condition.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tracing::Subscriber;

/// Between two looks at what a thread waits for.
const BETWEEN: Duration = Duration::from_millis(25);

/// Between the first two looks at what a task waits for, and the most that lies between two of them.
const FIRST_BETWEEN: Duration = Duration::from_millis(5);
const LONGEST_BETWEEN: Duration = Duration::from_millis(400);

/// Asks again and again until `ready` has an answer; conditions are waited for, not seconds.
///
/// # Panics
/// When nothing came within `within_secs`.
#[track_caller]
pub fn wait_for<T>(what: &str, within_secs: u64, ready: impl FnMut() -> Option<T>) -> T {
    wait_for_or(within_secs, ready, || panic!("waited {within_secs} s in vain for {what}"))
}

/// The same; `otherwise` says what to do when nothing came.
#[track_caller]
pub fn wait_for_or<T>(
    within_secs: u64,
    mut ready: impl FnMut() -> Option<T>,
    otherwise: impl FnOnce() -> T,
) -> T {
    let end = Instant::now() + Duration::from_secs(within_secs);
    loop {
        if let Some(answer) = ready() {
            return answer;
        }
        if Instant::now() >= end {
            return otherwise();
        }
        std::thread::sleep(BETWEEN);
    }
}

/// The same for a question whose answer is awaited, mostly one to a service. So that it is not asked more than it can
/// answer, each pause is twice as long as the one before.
///
/// # Panics
/// When nothing came within `within_secs`.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    within_secs: u64,
    mut ready: impl FnMut() -> F,
) -> T {
    let (end, mut pause) = (Instant::now() + Duration::from_secs(within_secs), FIRST_BETWEEN);
    loop {
        if let Some(answer) = ready().await {
            return answer;
        }
        assert!(Instant::now() < end, "waited {within_secs} s in vain for {what}");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_BETWEEN);
    }
}

/// A log that is kept in memory. All clones share it.
#[derive(Clone, Default)]
pub struct CapturedLog(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    /// Everything that was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("nobody panicked")).into_owned()
    }

    /// A subscriber that logs here as text.
    pub fn as_text(&self) -> impl Subscriber + Send + Sync + use<> {
        let writer = self.clone();
        tracing_subscriber::fmt().with_writer(move || writer.clone()).finish()
    }

    /// A subscriber that logs here as one JSON object a line.
    pub fn as_json(&self) -> impl Subscriber + Send + Sync + use<> {
        let writer = self.clone();
        tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish()
    }

    /// The ids of the requests that have logged a message, line by line; "none" for a line outside any request.
    pub fn requests_that_said(&self, message: &str) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        lines
            .filter(|line| line["fields"]["message"] == message)
            .map(|line| line["span"]["id"].as_str().unwrap_or("none").to_owned())
            .collect()
    }
}

impl std::io::Write for CapturedLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
