//! What assistant and service both need of the system: guards of the process, durable files, HTTP clients, checked
//! addresses, and pauses between attempts.
//!
//! Not here: the protocol, the domain, and whatever only one of the programs needs.

mod backoff;
pub mod files;
pub mod http;
pub mod process;
mod service_url;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(windows)]
mod windows;

pub use backoff::{Backoff, LONGEST_RETRY_AFTER};
pub use service_url::{ServiceUrl, ServiceUrlError, is_loopback};
