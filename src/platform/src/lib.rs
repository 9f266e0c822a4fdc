//! What assistant and service both need of the system: guards of the process, durable files, HTTP clients, checked
//! addresses, text files, and pauses between attempts.
//!
//! Not here: the protocol, the domain, and whatever only one of the programs needs.

mod backoff;
pub mod files;
pub mod http;
pub mod process;
mod service_url;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text_file;
#[cfg(windows)]
mod windows;

pub use backoff::{Backoff, LONGEST_RETRY_AFTER};
pub use service_url::{ServiceUrl, ServiceUrlError, is_loopback};
pub use text_file::{TextFileError, decode_text, read_text, without_mark};
