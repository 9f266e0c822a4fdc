//! Why a callback of the provider is refused.

/// The name of the HTTP header with the provider's signature.
pub const SIGNATURE_HEADER: &str = "x-twilio-signature";

/// Why a callback is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackRefused {
    /// The provider did not sign it: HTTP status 403.
    #[error("the provider's signature is missing or wrong")]
    Forged,
    /// It is not a form of the provider, or it is about another call: HTTP status 400.
    #[error("not a callback of the provider about this call")]
    Malformed,
    /// The call is further on than the callback says: HTTP status 409.
    #[error("too late: the call has moved on")]
    Late,
}
