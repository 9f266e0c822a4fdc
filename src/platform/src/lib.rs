//! What assistant and service both need of the system: guards of the process, an allocator that wipes, durable files, HTTP
//! clients, checked addresses, text files, misspelt names, output to readers who leave
//! early, and pauses between attempts.
//!
//! Not here: the protocol, the domain, and whatever only one of the programs needs.

mod backoff;
pub mod files;
pub mod http;
mod nearest_name;
pub mod process;
mod service_url;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text_file;
mod until_closed;
#[cfg(windows)]
mod windows;
mod wiping_allocator;

pub use backoff::{Backoff, LONGEST_RETRY_AFTER};
pub use nearest_name::nearest_name;
pub use service_url::{ServiceUrl, ServiceUrlError, is_loopback};
pub use text_file::{TextFileError, decode_text, read_text, without_mark};
pub use until_closed::UntilClosed;
pub use wiping_allocator::WipingAllocator;
