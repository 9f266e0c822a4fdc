//! What was logged, for tests that look at it.

use std::sync::{Arc, Mutex};

use tracing::Subscriber;

/// A log that is kept. All clones are one.
#[derive(Clone, Default)]
pub struct CapturedLog(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("nobody panicked")).into_owned()
    }

    /// What writes to it as the service does when it logs text.
    pub fn as_text(&self) -> impl Subscriber + Send + Sync + use<> {
        let writer = self.clone();
        tracing_subscriber::fmt().with_writer(move || writer.clone()).finish()
    }

    /// The same with one JSON object a line.
    pub fn as_json(&self) -> impl Subscriber + Send + Sync + use<> {
        let writer = self.clone();
        tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish()
    }

    /// The ids of the requests that have said something, line by line.
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
