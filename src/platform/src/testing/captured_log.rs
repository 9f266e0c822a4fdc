//! A log that tests read.

use std::sync::{Arc, Mutex};

use tracing::Subscriber;

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
