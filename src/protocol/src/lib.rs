//! What assistant, service and relying parties send to each other: paths, requests, responses, error codes, signed
//! documents and the sealed envelope.
//!
//! The crate does no HTTP, has no store and reads no clock. A type here is what goes over the wire, with the checks that
//! both ends must make in the same way. Only the envelope's one-time key uses randomness.

mod approvals;
mod bytes;
mod calls;
mod documents;
mod envelope;
mod headers;
mod identity_key;
mod identity_signer;
pub mod paths;
mod payload;
mod problem;
mod responses;
mod schemas;
mod signature;
mod signed;
mod station;
mod succession;
mod tokens;
mod verify;

pub use approvals::{ApprovalOutcome, ApprovalRequest, ApprovalResponse};
pub use bytes::{Blob, Bytes32};
pub use calls::{CallDigits, CallEvent, CallProgress, CallRequest, CallResponse, CallStep, EndCallRequest};
pub use documents::{
    AuditHead, ClockDocument, PolicyDocument, ReceiptDocument, RefusalDocument, StationDocument, is_nonce,
};
pub use envelope::{EnvelopeKey, EnvelopePrivateKey, SealError, SealPurpose, Sealed, header, open, seal};
pub use headers::{CallHeader, EnrolmentHeader, HEADER_VERSION, SignInHeader, StationHeader};
pub use identity_key::{IdentityKey, IdentityKeyError};
pub use identity_signer::IdentitySigner;
pub use payload::{
    Credential, EnrolmentPayload, MethodPayload, NumberPayload, PLAINTEXT_BYTES, PayloadError, SignInPayload,
    StationPayload,
};
pub use problem::{ApiProblem, ErrorCode};
pub use responses::{MeResponse, MethodProgress, MethodState, SignInResponse};
pub use schemas::{AddressSchema, PersonSchema};
pub use signed::{Purpose, Signed, SignedError};
pub use station::{StationAssertion, StationKey, StationKeyError, StationSigner};
pub use succession::Succession;
pub use tokens::{GrantToken, SessionToken};
pub use verify::{RefusalReason, VerifyOutcome, VerifyRequest, VerifyResponse};
