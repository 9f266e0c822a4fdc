//! One question to the service, independent of the way on which it goes.

use platform::ServiceUrl;
use protocol::{SessionToken, StationAssertion};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::ClientError;

/// A request that can be sent, and sent again.
pub struct Request {
    path: String,
    body: Option<Vec<u8>>,
    authorization: Option<Authorization>,
}

/// What shows who asks.
enum Authorization {
    Bearer(Zeroizing<String>),
    Station(String),
}

impl Request {
    /// Asks for what is at a path.
    pub fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), body: None, authorization: None }
    }

    /// Sends JSON to a path.
    ///
    /// # Errors
    ///
    /// When the body cannot be written as JSON.
    pub fn post(path: impl Into<String>, body: &impl Serialize) -> Result<Self, ClientError> {
        // No type of the protocol fails; what is not sent is not answered.
        let body = serde_json::to_vec(body).map_err(|_| ClientError::Unreachable)?;
        Ok(Self { path: path.into(), body: Some(body), authorization: None })
    }

    /// The same within a session.
    #[must_use]
    pub fn in_session(self, session: &SessionToken) -> Self {
        self.with_bearer(session.as_str())
    }

    /// The same with a key, such as a relying party's.
    #[must_use]
    pub fn with_bearer(self, key: &str) -> Self {
        Self { authorization: Some(Authorization::Bearer(Zeroizing::new(key.to_owned()))), ..self }
    }

    /// The same with a station's assertion, where there is one.
    #[must_use]
    pub fn with_assertion(self, assertion: Option<&StationAssertion>) -> Self {
        let shown =
            assertion.map(|shown| Authorization::Station(format!("{} {shown}", StationAssertion::SCHEME)));
        Self { authorization: shown, ..self }
    }

    /// For a client that leads to a service.
    pub fn on(&self, client: &reqwest::Client, service: &ServiceUrl) -> reqwest::RequestBuilder {
        let url = service.endpoint(&self.path);
        let request = match &self.body {
            None => client.get(url),
            Some(body) => client.post(url).header(CONTENT_TYPE, "application/json").body(body.clone()),
        };
        match &self.authorization {
            None => request,
            Some(Authorization::Bearer(key)) => request.bearer_auth(key.as_str()),
            Some(Authorization::Station(assertion)) => request.header(AUTHORIZATION, assertion),
        }
    }

    /// Where it goes.
    pub fn path(&self) -> &str {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::{StationId, Timestamp};
    use protocol::Blob;

    use super::*;

    /// Method, address, credential and body as they would be sent.
    fn sent(request: &Request) -> (String, String, Option<String>, Vec<u8>) {
        let service: ServiceUrl = "http://127.0.0.1:8620/sub".parse().expect("loopback");
        let client = platform::http::client_builder(service.url(), "enrol-test", Duration::from_secs(1));
        let request = request.on(&client.build().expect("a client"), &service);
        let request = request.build().expect("a request");
        let shown =
            request.headers().get(AUTHORIZATION).map(|shown| shown.to_str().expect("text").to_owned());
        let is_json = request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default().to_vec();
        assert_eq!(is_json, !body.is_empty());
        (request.method().to_string(), request.url().to_string(), shown, body)
    }

    #[test]
    fn a_request_carries_what_it_was_given_and_no_other_credential() {
        let url = |path: &str| format!("http://127.0.0.1:8620/sub{path}");
        assert_eq!(
            sent(&Request::get("/v1/policy")),
            ("GET".to_owned(), url("/v1/policy"), None, Vec::new())
        );
        let post = || Request::post("/v1/verify", &[1, 2]).expect("JSON");
        let body = b"[1,2]".to_vec();
        let expected = ("POST".to_owned(), url("/v1/verify"), Some("Bearer rp1_x".to_owned()), body.clone());
        assert_eq!(sent(&post().with_bearer("rp1_x")), expected);
        let session = SessionToken::presented("a-session");
        assert_eq!(sent(&post().in_session(&session)).2.as_deref(), Some("Bearer a-session"));
        let station = StationId::at(Timestamp::from_secs(1_800_000_000), [2; 10]);
        let assertion = StationAssertion { station, signature: Blob(vec![7; 64]) };
        let shown = format!("Enrol-Station {assertion}");
        assert_eq!(sent(&post().with_assertion(Some(&assertion))).2, Some(shown));
        assert_eq!(sent(&post().with_assertion(None)).2, None);
    }
}
