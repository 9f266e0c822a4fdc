//! Talks to the service: seals what it is sent, asks it, and judges its answers. For an assistant and for a relying
//! party, such as remote desktop.
//!
//! Not here: which way leads to the service, which key it must have, and what an answer means to a person.

mod answer;
mod envelopes;
mod relying_party;
mod request;
mod service_api;
mod submission;
#[cfg(feature = "testing")]
pub mod testing;
mod transport;

pub use answer::{Answer, ClientError};
pub use envelopes::{EnvelopeError, Envelopes, Grant};
pub use relying_party::RelyingParty;
pub use request::Request;
pub use service_api::ServiceApi;
pub use submission::{NotTaken, SubmissionOutcome};
pub use transport::{HttpTransport, Transport};
