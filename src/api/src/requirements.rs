//! What a row can ask of a request: a credential, a kind of body, a time limit, a moment of admission and headers.
//!
//! Not here: how a request is held to it (`enforce`), and how a credential is proved (`credentials`).

use std::time::Duration;

use super::Timeouts;

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: the answer is about no person.
    Anyone,
    /// A sender whose envelope holds a credential or a grant's token.
    Envelope,
    /// A person with a session.
    Session,
    /// A registered relying party with its key.
    RelyingParty,
    /// The telephone provider, by its signature.
    Provider,
    /// The addresses that the settings list for monitoring.
    Monitoring,
}

/// What kind of body a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    /// No body is read.
    Nothing,
    /// JSON, with its media type.
    Json,
    /// A form. Its media type is not checked, since the sender's signature covers the content.
    Form,
}

/// How long a request may take once it has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeout {
    /// As long as any answer ([`Timeouts::answer`]).
    Answer,
    /// As long as a person needs to answer a call ([`Timeouts::approval`]).
    Approval,
}

impl Timeout {
    pub(super) fn of(self, timeouts: &Timeouts) -> Duration {
        match self {
            Self::Answer => timeouts.answer,
            Self::Approval => timeouts.approval,
        }
    }
}

/// When a request takes its permit as one in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admit {
    /// Never, and no rate limit counts it, so that monitoring always gets an answer.
    Always,
    /// Never, but the rate limit counts it, so that monitoring sees that a full service lives.
    RateLimited,
    /// As soon as it arrives.
    OnArrival,
    /// When its body has been read, so that a slow sender holds no permit.
    AfterBody,
}

/// A request header that an endpoint reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// `Authorization: Enrol-Station`, with a station's assertion about the request. It may be left out.
    StationAssertion,
}
