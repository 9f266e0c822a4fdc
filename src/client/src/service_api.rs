//! What an assistant asks of the service, one method for each endpoint.

use domain::CallId;
use protocol::{
    CallProgress, CallRequest, CallResponse, EndCallRequest, Sealed, SessionToken, SignInResponse, Signed,
    StationAssertion, paths,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{ClientError, Request, Transport};

/// The service, by one way or another.
pub struct ServiceApi<T> {
    transport: T,
}

impl<T: Transport> ServiceApi<T> {
    /// By this way.
    pub const fn new(transport: T) -> Self {
        Self { transport }
    }

    /// The way.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// The signed policy, with the key to seal to.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn policy(&self) -> Result<Signed, ClientError> {
        self.ask(Request::get(paths::POLICY)).await
    }

    /// The signed clock. The nonce keeps a cached answer from passing for a fresh one.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn clock(&self, nonce: &str) -> Result<Signed, ClientError> {
        self.ask(Request::get(format!("{}?nonce={nonce}", paths::CLOCK))).await
    }

    /// Signs in with a sealed credential; at a station with its assertion.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn sign_in(
        &self,
        sealed: &Sealed,
        assertion: Option<&StationAssertion>,
    ) -> Result<SignInResponse, ClientError> {
        self.ask(Request::post(paths::SIGN_IN, sealed)?.with_assertion(assertion)).await
    }

    /// Makes a computer a station. The answer is a signed `StationDocument`.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn register_station(&self, sealed: &Sealed) -> Result<Signed, ClientError> {
        self.post(paths::STATIONS, sealed).await
    }

    /// Sends a sealed enrolment. The answer is a signed receipt, which `submit` judges.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn send_enrolment(&self, sealed: &Sealed) -> Result<Signed, ClientError> {
        self.post(paths::ENROLMENTS, sealed).await
    }

    /// Asks for a test call.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn request_call(
        &self,
        session: &SessionToken,
        request: &CallRequest,
    ) -> Result<CallResponse, ClientError> {
        self.ask(Request::post(paths::CALLS, request)?.in_session(session)).await
    }

    /// What happened to a call after a numbered event, by long poll.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn call_progress(
        &self,
        session: &SessionToken,
        call: CallId,
        after: u32,
    ) -> Result<CallProgress, ClientError> {
        let path = format!("{}?call={call}&after={after}", paths::CALLS);
        self.ask(Request::get(path).in_session(session)).await
    }

    /// Ends a test call. Whatever the service answers, there is nothing to do about it.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn end_call(&self, session: &SessionToken, call: CallId) -> Result<(), ClientError> {
        self.tell(paths::END_CALL, session, &EndCallRequest { call }).await
    }

    /// Says that the signed-in person is somebody else.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn not_me(&self, session: &SessionToken) -> Result<(), ClientError> {
        self.tell(paths::NOT_ME, session, &serde_json::json!({})).await
    }

    /// Ends the session.
    ///
    /// # Errors
    ///
    /// As every request: see [`ClientError`].
    pub async fn sign_out(&self, session: &SessionToken) -> Result<(), ClientError> {
        self.tell(paths::SIGN_OUT, session, &serde_json::json!({})).await
    }

    async fn tell(
        &self,
        path: &str,
        session: &SessionToken,
        body: &impl Serialize,
    ) -> Result<(), ClientError> {
        self.transport.send(&Request::post(path, body)?.in_session(session)).await.map(|_| ())
    }

    async fn post(&self, path: &str, sealed: &Sealed) -> Result<Signed, ClientError> {
        self.ask(Request::post(path, sealed)?).await
    }

    async fn ask<A: DeserializeOwned>(&self, request: Request) -> Result<A, ClientError> {
        self.transport.send(&request).await?.read()
    }
}
