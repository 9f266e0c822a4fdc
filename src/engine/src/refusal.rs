//! Why the service refused a request, as its client learns it.
//!
//! Not here: the HTTP status and the text (`protocol::ErrorCode`).

use domain::error_chain;
use protocol::{ApiProblem, ErrorCode};

use store::StoreError;

/// A refusal with its stable code. The cause of a fault is logged once, here, and never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct Refusal {
    /// The code that the client gets.
    pub code: ErrorCode,
    /// When to try again, where waiting helps.
    pub retry_after_secs: Option<u32>,
}

impl Refusal {
    /// A refusal that passes after a time.
    pub fn try_later(wait_millis: i64) -> Self {
        Self { code: ErrorCode::TryLater, retry_after_secs: Some(whole_secs(wait_millis)) }
    }

    /// A fault of the service. Logs its cause and what was being done.
    pub fn fault(doing: &str, cause: &dyn std::error::Error) -> Self {
        tracing::error!(doing, cause = %error_chain(cause), "a fault in the service");
        ErrorCode::ServiceFault.into()
    }
}

/// Whole seconds, rounded up: a client that waits so long is not refused again.
pub(crate) fn whole_secs(millis: i64) -> u32 {
    u32::try_from((millis.max(1).saturating_add(999)) / 1000).unwrap_or(u32::MAX)
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { code, retry_after_secs: None }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        if error.is_busy() {
            tracing::warn!(cause = %error_chain(&error), "the store is busy");
            return Self { code: ErrorCode::ServiceBusy, retry_after_secs: Some(2) };
        }
        Self::fault("using the store", &error)
    }
}

impl From<Refusal> for ApiProblem {
    fn from(refusal: Refusal) -> Self {
        Self { retry_after_secs: refusal.retry_after_secs, ..Self::from(refusal.code) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_rounded_up_and_never_nothing() {
        for (millis, secs) in [(-5, 1), (0, 1), (1, 1), (1_000, 1), (1_001, 2), (900_000, 900)] {
            assert_eq!(whole_secs(millis), secs, "{millis}");
        }
        assert_eq!(whole_secs(i64::MAX), u32::MAX);
    }
}
