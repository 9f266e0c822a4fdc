//! Telephone numbers: what people write becomes a number that can be called, or a reason why not.
//!
//! The crate is pure, like `domain`: no I/O and no clock. The assistant judges what a person types, and the service
//! checks what arrives. The profile and the policy are in `domain`, and the words for people are in `assets/locales`.

mod classes;
mod format;
mod judge;
mod library;
mod reading;
mod regions;

pub use domain::NumberProblem;
pub use format::format_number;
pub use judge::{check, judge};
pub use regions::{OfferedRegion, calling_code, matches_search, offered_regions};

#[cfg(test)]
mod tests;
