//! How long a provider's call may stay silent.

use std::time::Duration;

/// The waits of a supervised call.
#[derive(Clone, Copy)]
pub(super) struct Timeouts {
    /// After so long without news of a call the provider is asked for its status.
    pub(super) poll_after: Duration,
    /// The provider lets a phone ring so much longer than it was told, and reports late.
    pub(super) ring_margin: Duration,
    /// The longest time for the closing words.
    pub(super) closing: Duration,
}

impl Timeouts {
    /// The waits in production.
    pub(super) const USUAL: Self = Self {
        poll_after: Duration::from_secs(5),
        ring_margin: Duration::from_secs(8),
        closing: Duration::from_secs(15),
    };
}
