//! How long each part of a request may take.
//!
//! Not here: idle connections (`server::connections`), and how long a stop waits (`server`).

use std::time::Duration;

/// How long each part of a request may take. Tests have shorter times than the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// A request's head must arrive within this.
    pub head: Duration,
    /// A body must arrive within this. A slow sender holds only its own connection and one of its own body permits.
    pub body: Duration,
    /// No operation takes longer, unless the store is down.
    pub answer: Duration,
    /// An approval waits until the person has decided, a minute at most.
    pub approval: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let [head, body, answer, approval] = [15, 15, 30, 90].map(Duration::from_secs);
        Self { head, body, answer, approval }
    }
}
