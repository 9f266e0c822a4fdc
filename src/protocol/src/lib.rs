//! What the assistant and the service say to each other: paths, requests, answers, error codes, signed documents
//! and the sealed envelope.
//!
//! Not here: no HTTP, no store and no clock. A type here is only what goes over the wire, with the checks that
//! both ends must make alike. Randomness is used for one thing, the envelope's one-time key.

mod answers;
mod bytes;
mod calls;
mod documents;
mod envelope;
mod headers;
mod identity;
pub mod paths;
mod plain;
mod problem;
mod shapes;
mod signed;
mod station;
mod tokens;
mod verify;

pub use answers::{MeAnswer, MethodProgress, MethodState, SignInAnswer};
pub use bytes::{Blob, Bytes32};
pub use calls::{
    ApprovalAnswer, ApprovalOutcome, ApprovalRequest, CallAnswer, CallDigits, CallEvent, CallProgress,
    CallRequest, CallStep, EndCallRequest,
};
pub use documents::{
    AuditHead, ClockDocument, EnvelopeKey, PolicyDocument, ReceiptDocument, RefusalDocument, StationDocument,
    is_nonce,
};
pub use envelope::{EnvelopePrivateKey, SealError, SealPurpose, Sealed, header, open, seal};
pub use headers::{CallHeader, EnrolmentHeader, HEADER_VERSION, SignInHeader, StationHeader};
pub use identity::{IdentityKey, IdentityKeyError, IdentitySigner};
pub use plain::{
    Credential, EnrolmentPlain, MethodPlain, NumberPlain, PLAINTEXT_BYTES, PlainError, SignInPlain,
    StationPlain,
};
pub use problem::{ApiProblem, ErrorCode};
pub use shapes::{AddressShape, PersonShape};
pub use signed::{Purpose, Signed, SignedError, Succession};
pub use station::{StationKey, StationKeyError, StationMark, StationSigner};
pub use tokens::{GrantToken, SessionToken};
pub use verify::{VerifyAnswer, VerifyOutcome, VerifyRequest};
