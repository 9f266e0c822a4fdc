//! A line through a provider's HTTP API of Twilio's shape. We ask the provider to place a call. It fetches from us what
//! to say, and posts the keys and the call's status to our public address.
//!
//! The service has the route that takes these callbacks. It passes path, body and signature to the line.

mod api;
mod call_state;
mod callback;
mod form;
mod line;
mod settings;
mod shared;
mod sid;
mod signature;
mod supervisor;
mod timeouts;
mod twiml;

pub use call_state::is_provider_call;
pub use callback::{CallbackRefused, SIGNATURE_HEADER};
pub use line::ProviderLine;
pub use settings::{ProviderSettings, ProviderSettingsError};
pub use twiml::Twiml;

#[cfg(test)]
mod tests;
