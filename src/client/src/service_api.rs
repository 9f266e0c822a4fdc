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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use domain::Timestamp;
    use protocol::{ApprovalRequest, Blob, Bytes32, VerifyRequest};

    use super::*;
    use crate::{Answer, RelyingParty};

    /// Notes where each request goes, and answers nothing that anybody understands.
    #[derive(Clone, Default)]
    struct Recorder(Arc<Mutex<Vec<String>>>);

    impl Transport for Recorder {
        async fn send(&self, request: &Request) -> Result<Answer, ClientError> {
            self.0.lock().expect("no panic").push(request.path().to_owned());
            Answer::of(200, b"null".to_vec())
        }
    }

    #[tokio::test]
    async fn every_question_goes_to_its_own_endpoint_and_an_answer_of_another_type_is_none() {
        let recorder = Recorder::default();
        let (api, session) = (ServiceApi::new(recorder.clone()), SessionToken::presented("s"));
        let sealed = Sealed {
            header: Blob(b"{}".to_vec()),
            encapped_key: Bytes32([3; 32]),
            ciphertext: Blob(vec![4; 40]),
        };
        let call = CallId::at(Timestamp::from_secs(1_800_000_000), [1; 10]);
        assert!(api.policy().await.is_err());
        assert!(api.clock("abcdefghijklmnop").await.is_err());
        assert!(api.sign_in(&sealed, None).await.is_err());
        assert!(api.register_station(&sealed).await.is_err());
        assert!(api.send_enrolment(&sealed).await.is_err());
        let request = CallRequest { call, number: sealed };
        assert!(api.request_call(&session, &request).await.is_err());
        assert!(api.call_progress(&session, call, 7).await.is_err());
        assert!(api.end_call(&session, call).await.is_ok(), "whatever is answered");
        assert!(api.not_me(&session).await.is_ok() && api.sign_out(&session).await.is_ok());
        let relying_party = RelyingParty::new(recorder.clone(), "rp1_x");
        let code = VerifyRequest { sign_in_name: "lee".to_owned(), code: "123456".to_owned(), address: None };
        assert!(relying_party.verify(&code).await.is_err());
        let approval: ApprovalRequest = serde_json::from_str(
            r#"{"key":"0190a5f0-0000-7000-8000-000000000002","sign_in_name":"lee","what":"remote desktop"}"#,
        )
        .expect("a question");
        assert!(relying_party.approve(&approval).await.is_err());
        assert_eq!(
            *recorder.0.lock().expect("no panic"),
            [
                "/v1/policy",
                "/v1/clock?nonce=abcdefghijklmnop",
                "/v1/sign-in",
                "/v1/stations",
                "/v1/enrolments",
                "/v1/me/calls",
                &format!("/v1/me/calls?call={call}&after=7"),
                "/v1/me/calls/end",
                "/v1/me/not-me",
                "/v1/sign-out",
                "/v1/verify",
                "/v1/approvals",
            ]
        );
    }
}
