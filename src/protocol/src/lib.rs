//! What the assistant and the service say to each other: paths, requests, answers, error codes, signed documents
//! and the sealed envelope.
//!
//! Not here: no HTTP, no store and no clock. A type here is only what goes over the wire, with the checks that
//! both ends must make alike. Randomness is used for one thing, the envelope's one-time key.

mod bytes;
mod calls;
mod documents;
mod envelope;
mod headers;
mod identity;
pub mod paths;
mod payload;
mod problem;
mod responses;
mod schemas;
mod signed;
mod station;
mod tokens;
mod verify;

pub use bytes::{Blob, Bytes32};
pub use calls::{
    ApprovalOutcome, ApprovalRequest, ApprovalResponse, CallDigits, CallEvent, CallProgress, CallRequest,
    CallResponse, CallStep, EndCallRequest,
};
pub use documents::{
    AuditHead, ClockDocument, EnvelopeKey, PolicyDocument, ReceiptDocument, RefusalDocument, StationDocument,
    is_nonce,
};
pub use envelope::{EnvelopePrivateKey, SealError, SealPurpose, Sealed, header, open, seal};
pub use headers::{CallHeader, EnrolmentHeader, HEADER_VERSION, SignInHeader, StationHeader};
pub use identity::{IdentityKey, IdentityKeyError, IdentitySigner};
pub use payload::{
    Credential, EnrolmentPayload, MethodPayload, NumberPayload, PLAINTEXT_BYTES, PayloadError, SignInPayload,
    StationPayload,
};
pub use problem::{ApiProblem, ErrorCode};
pub use responses::{MeResponse, MethodProgress, MethodState, SignInResponse};
pub use schemas::PersonSchema;
pub use signed::{Purpose, Signed, SignedError, Succession};
pub use station::{StationAssertion, StationKey, StationKeyError, StationSigner};
pub use tokens::{GrantToken, SessionToken};
pub use verify::{VerifyOutcome, VerifyRequest, VerifyResponse};
