//! The HTTP client that every line uses, and the service for its webhook: TLS by the system's trust, no redirects, plain HTTP on this computer only,
//! answers of limited size.
//!
//! Not here: what is asked. Bodies and addresses can hold numbers and are never logged.

use std::{sync::Once, time::Duration};

/// The largest answer that is read.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// A client for one address.
pub fn client(address: &str, timeout: Duration) -> reqwest::ClientBuilder {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Fails only when the program has installed one before, and then that one is meant.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(timeout)
        .user_agent(concat!("enrol-service/", env!("CARGO_PKG_VERSION")));
    if is_loopback(address) {
        // Never by a proxy, and plain HTTP needs no trust store to be read.
        builder.no_proxy().tls_certs_only([])
    } else {
        builder.https_only(true)
    }
}

/// Whether an address is this computer's own, where nothing needs TLS.
pub fn is_loopback(address: &str) -> bool {
    let host = address.strip_prefix("http://").unwrap_or("");
    let host = host.split(['/', '?']).next().unwrap_or("");
    host.parse::<std::net::SocketAddr>().is_ok_and(|address| address.ip().is_loopback())
}

/// An answer's body, unless it breaks off or is too large.
pub(crate) async fn body_of(mut response: reqwest::Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}
