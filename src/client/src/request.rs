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
