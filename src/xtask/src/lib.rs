//! What of the developer's commands the tests use too: the pages of `docs/reference`, as they are made.
//!
//! Not here: the commands themselves (`main.rs`).

pub mod reference;
