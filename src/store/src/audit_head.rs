//! The audit's head: which row is the newest.

/// The newest row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// Its number in the chain.
    pub sequence: i64,
    /// Its hash.
    pub hash: [u8; 32],
    /// When it was written, in milliseconds since 1970.
    pub at: i64,
}
