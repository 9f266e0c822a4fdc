//! Where a slip is saved.

/// A folder of the person's, in which they find things again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipPlace {
    /// "Documents".
    Documents,
    /// What they see first on the screen.
    Desktop,
}
