//! How long the tour waits for each thing.

use std::time::Duration;

/// Longer than any page or call takes.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(40);
