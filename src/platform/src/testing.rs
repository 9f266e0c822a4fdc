//! What tests of several crates share.

#[cfg(feature = "testing")]
mod captured_log;
#[cfg(target_os = "linux")]
mod crash;
#[cfg(feature = "testing")]
mod waits;

#[cfg(feature = "testing")]
pub use captured_log::CapturedLog;
#[cfg(target_os = "linux")]
pub use crash::crash_in_children;
#[cfg(feature = "testing")]
pub use waits::{eventually, wait_for, wait_for_or};
