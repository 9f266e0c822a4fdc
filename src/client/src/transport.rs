//! How a request reaches the service.

use std::time::Duration;

use platform::{ServiceUrl, http};

use crate::{Answer, ClientError, Request};

/// A way to the service.
pub trait Transport: Send + Sync {
    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one that is no success.
    fn send(&self, request: &Request) -> impl Future<Output = Result<Answer, ClientError>> + Send;
}

/// One HTTP client, as the system leads it.
#[derive(Clone)]
pub struct HttpTransport {
    service: ServiceUrl,
    client: reqwest::Client,
}

impl HttpTransport {
    /// To a service whose certificate the system trusts. `program` is what it says that it is; `timeout` is for
    /// connecting and for the whole of a request.
    ///
    /// # Errors
    ///
    /// When what the system trusts cannot be read.
    pub fn to(service: ServiceUrl, program: &str, timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = http::client_builder(service.url(), program, timeout).timeout(timeout).build()?;
        Ok(Self { service, client })
    }
}

impl Transport for HttpTransport {
    async fn send(&self, request: &Request) -> Result<Answer, ClientError> {
        let sent = request.on(&self.client, &self.service).send().await;
        Answer::receive(sent.map_err(|error| ClientError::from(&error))?).await
    }
}
