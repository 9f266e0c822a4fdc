//! HTTP to the one service: TLS by the system's trust, no redirects, time limits, answers of limited size.
//!
//! Not here: what the answers mean. Bodies and headers are never logged.

use std::{error::Error, io, sync::Once, time::Duration};

use protocol::{ApiProblem, SessionToken};
use serde::{Serialize, de::DeserializeOwned};

use super::ServiceAddress;

/// The largest answer that is read. A policy with hundreds of schools has some 100 KiB.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// A school's network that swallows packets must not keep a person waiting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(8);

/// The whole of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// What went wrong.
#[derive(Debug)]
pub(super) enum HttpFault {
    /// No answer.
    Unreachable,
    /// The certificate is not trusted.
    NotTrusted,
    /// The service said no, in its own words.
    Refused(ApiProblem),
    /// Some other answer: its status.
    Unexpected(u16),
}

impl HttpFault {
    /// Whether the same request may succeed later without anybody's doing.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::Unreachable | Self::NotTrusted => true,
            Self::Refused(problem) => problem.code.passes(),
            // Gateways and proxies answer in the service's place.
            Self::Unexpected(status) => matches!(status, 502..=504),
        }
    }
}

/// A client of one service.
pub(super) struct Http {
    client: reqwest::Client,
    address: ServiceAddress,
}

impl Http {
    /// A client that trusts what the system trusts, and `extra` besides.
    pub(super) fn new(
        address: ServiceAddress,
        extra: Vec<reqwest::Certificate>,
    ) -> Result<Self, reqwest::Error> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // Fails only when the program has installed one before, and then that one is meant.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .user_agent(concat!("enrol/", env!("CARGO_PKG_VERSION")));
        let builder = if address.is_loopback() {
            // Never by a proxy, and plain HTTP needs no trust store to be read.
            let builder = builder.no_proxy();
            if extra.is_empty() && address.with("").starts_with("http:") {
                builder.tls_certs_only([])
            } else {
                builder.tls_certs_merge(extra)
            }
        } else {
            builder.https_only(true).tls_certs_merge(extra)
        };
        Ok(Self { client: builder.build()?, address })
    }

    /// Fetches JSON.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, HttpFault> {
        let (status, body) = self.send(self.client.get(self.address.with(path))).await?;
        serde_json::from_slice(&body).map_err(|_| HttpFault::Unexpected(status))
    }

    /// Posts JSON for JSON.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, HttpFault> {
        let (status, body) = self.send(self.client.post(self.address.with(path)).json(body)).await?;
        serde_json::from_slice(&body).map_err(|_| HttpFault::Unexpected(status))
    }

    /// Fetches JSON within a session.
    pub(super) async fn get_as<T: DeserializeOwned>(
        &self,
        path: &str,
        session: &SessionToken,
    ) -> Result<T, HttpFault> {
        let request = self.client.get(self.address.with(path)).bearer_auth(session.as_str());
        let (status, body) = self.send(request).await?;
        serde_json::from_slice(&body).map_err(|_| HttpFault::Unexpected(status))
    }

    /// Posts JSON for JSON within a session.
    pub(super) async fn post_as<T: DeserializeOwned>(
        &self,
        path: &str,
        session: &SessionToken,
        body: &impl Serialize,
    ) -> Result<T, HttpFault> {
        let request = self.client.post(self.address.with(path)).bearer_auth(session.as_str()).json(body);
        let (status, body) = self.send(request).await?;
        serde_json::from_slice(&body).map_err(|_| HttpFault::Unexpected(status))
    }

    /// Tells the service something within a session. Whatever it answers, there is nothing to do about it.
    pub(super) async fn tell(
        &self,
        path: &str,
        session: &SessionToken,
        body: &impl Serialize,
    ) -> Result<(), HttpFault> {
        let request = self.client.post(self.address.with(path)).bearer_auth(session.as_str()).json(body);
        self.send(request).await.map(|_| ())
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), HttpFault> {
        let mut response = request.send().await.map_err(|error| fault_of(&error))?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| fault_of(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(HttpFault::Unexpected(status.as_u16()));
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return Ok((status.as_u16(), body));
        }
        match serde_json::from_slice::<ApiProblem>(&body) {
            // A body that claims another status than its own is not of the service.
            Ok(problem)
                if problem.code == protocol::ErrorCode::Unknown
                    || problem.code.status() == status.as_u16() =>
            {
                Err(HttpFault::Refused(problem))
            }
            Ok(_) | Err(_) => Err(HttpFault::Unexpected(status.as_u16())),
        }
    }
}

fn fault_of(error: &reqwest::Error) -> HttpFault {
    if is_about_trust(error) { HttpFault::NotTrusted } else { HttpFault::Unreachable }
}

/// A fault of trust lies deep in the chain of causes, inside I/O errors, which leave out of the chain what they wrap.
fn is_about_trust(error: &(dyn Error + 'static)) -> bool {
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
        return true;
    }
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.is_some_and(|wrapped| is_about_trust(wrapped)) || error.source().is_some_and(is_about_trust)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_is_not_trusted_is_told_from_a_network_that_is_down() {
        let untrusted = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        // As hyper hands it on: twice wrapped.
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, untrusted));
        assert!(is_about_trust(&wrapped));
        assert!(!is_about_trust(&io::Error::from(io::ErrorKind::ConnectionRefused)));
        assert!(!is_about_trust(&io::Error::other(rustls::Error::HandshakeNotComplete)));
    }
}
