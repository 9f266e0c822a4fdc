//! How long each part of a request may take.
//!
//! Not here: a connection on which nothing is said (`server::connections`), and how long a stop waits (`server`).

use std::time::Duration;

/// How long each part of a request may take. A service that ships has the default; tests have less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// A sender of half a request's head is cut off after this.
    pub head: Duration,
    /// A slow sender of a body holds nothing but its own connection and one of its own bodies; this ends that as well.
    pub body: Duration,
    /// No verb of ours takes longer, unless the store is down.
    pub answer: Duration,
    /// An approval waits until somebody has decided, a minute at most.
    pub approval: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let [head, body, answer, approval] = [15, 15, 30, 90].map(Duration::from_secs);
        Self { head, body, answer, approval }
    }
}
