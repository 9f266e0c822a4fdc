//! What a relying party asks after its own password check: whether a code lets somebody in, or whether they approve
//! the sign-in by a call.

use protocol::{ApprovalRequest, ApprovalResponse, VerifyRequest, VerifyResponse, paths};
use zeroize::Zeroizing;

use crate::{ClientError, Request, Transport};

/// A relying party with the key that the service gave it.
pub struct RelyingParty<T> {
    transport: T,
    key: Zeroizing<String>,
}

impl<T: Transport> RelyingParty<T> {
    /// By this way, with this key.
    pub fn new(transport: T, key: &str) -> Self {
        Self { transport, key: Zeroizing::new(key.to_owned()) }
    }

    /// Asks whether a code lets somebody in.
    ///
    /// # Errors
    ///
    /// When there is no answer that counts. Then nobody is let in.
    pub async fn verify(&self, question: &VerifyRequest) -> Result<VerifyResponse, ClientError> {
        let request = Request::post(paths::VERIFY, question)?.with_bearer(&self.key);
        self.transport.send(&request).await?.read()
    }

    /// Has somebody called, and waits for what they press: up to a minute.
    ///
    /// # Errors
    ///
    /// When there is no answer that counts. Then nobody is let in; asked again with the same key, it is the same call.
    pub async fn approve(&self, question: &ApprovalRequest) -> Result<ApprovalResponse, ClientError> {
        let request = Request::post(paths::APPROVALS, question)?.with_bearer(&self.key);
        self.transport.send(&request).await?.read()
    }
}
