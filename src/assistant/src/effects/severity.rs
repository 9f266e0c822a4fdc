//! How much an event in the system's log matters.

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    Information,
    Warning,
    Error,
}
