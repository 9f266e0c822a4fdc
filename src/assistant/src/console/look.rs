//! What drawing a page as text has to know of the place that it is printed to.

/// Nobody likes to read longer lines.
pub(super) const WIDEST: usize = 78;

/// What drawing needs to know.
pub(super) struct Look {
    /// Columns for text.
    pub(super) width: usize,
    /// Columns and rows that are there; `None` on a stream, which has no end.
    pub(super) room: Option<(usize, usize)>,
    /// Whether colours and bold may be used.
    pub(super) colour: bool,
}

impl Look {
    /// A stream without colours and without an end.
    pub(super) const fn of_stream() -> Self {
        Self { width: WIDEST, room: None, colour: false }
    }
}
