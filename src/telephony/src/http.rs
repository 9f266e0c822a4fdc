//! The HTTP client of every line, and of the service's webhook. It trusts what the system trusts, follows no redirects,
//! uses plain HTTP on this computer alone, and reads responses of limited size.
//!
//! Bodies and addresses can hold numbers, so nothing here logs them.

use std::{sync::Once, time::Duration};

use url::{Host, Url};

/// The largest response that is read, in bytes.
const LARGEST_RESPONSE: usize = 1024 * 1024;

/// A builder of a client for one address. `timeout` limits connecting; the caller limits the whole request.
pub fn client(address: &str, timeout: Duration) -> reqwest::ClientBuilder {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // It fails only when the program installed a provider before, and then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(timeout)
        .user_agent(concat!("enrol-service/", env!("CARGO_PKG_VERSION")));
    if is_loopback(address) {
        // A proxy cannot reach this computer's loopback, and plain HTTP needs no trust store.
        builder.no_proxy().tls_certs_only([])
    } else {
        builder.https_only(true)
    }
}

/// Whether an address is plain HTTP to a loopback address of this computer (RFC 6890), where nothing needs TLS. A host
/// name is not: it may resolve to another computer. Neither is an address with a user or password in it.
pub fn is_loopback(address: &str) -> bool {
    let Some(url) = parse(address) else { return false };
    let is_loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    };
    is_loopback && url.scheme() == "http" && url.username().is_empty() && url.password().is_none()
}

/// Whether secrets and numbers may travel to an address: over https, or to this computer.
pub(crate) fn is_https_or_loopback(address: &str) -> bool {
    parse(address).is_some_and(|url| url.scheme() == "https") || is_loopback(address)
}

/// An address in its one form, without a slash at its end: the scheme and the host in small letters, without the default
/// port. `None` when it is not an http or https address.
pub(crate) fn normalised_base(address: &str) -> Option<String> {
    Some(parse(address)?.as_str().trim_end_matches('/').to_owned())
}

/// Reads an http or https address (WHATWG, "URL standard").
fn parse(address: &str) -> Option<Url> {
    Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The body of a response. `None` when it breaks off or is too large.
pub(crate) async fn body_of(mut response: reqwest::Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > LARGEST_RESPONSE {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_is_known_by_its_address_with_a_port_or_without() {
        for address in [
            "http://127.0.0.1/x",
            "http://127.0.0.1",
            "http://127.0.0.1?x",
            "http://127.0.0.1:8088/ari",
            "http://127.9.9.9:1",
            "http://[::1]/x",
            "http://[::1]:8088/ari",
            "HTTP://127.0.0.1:80/x",
        ] {
            assert!(is_loopback(address) && is_https_or_loopback(address), "{address}");
        }
    }

    #[test]
    fn every_other_address_needs_tls() {
        for address in [
            "http://192.0.2.1/x",
            "http://[2001:db8::1]/x",
            "http://localhost:8088/ari",
            "http://127.0.0.1.example.com:80",
            "http://127.0.0.1:80.example.com/",
            "http://127.0.0.1@example.com/",
            "http://127.0.0.1:80@example.com/",
            "http://user@127.0.0.1:80/",
            "http://user:password@127.0.0.1/",
            "http://example.com#@127.0.0.1/",
            "http://example.com/http://127.0.0.1/",
            "ws://127.0.0.1/x",
            "ftp://127.0.0.1/x",
            "file:///127.0.0.1",
            "127.0.0.1:80",
            "http://",
            "https://",
            "",
        ] {
            assert!(!is_loopback(address) && !is_https_or_loopback(address), "{address}");
        }
    }

    #[test]
    fn https_is_https_however_it_is_written() {
        for address in
            ["https://example.com", "HTTPS://Example.COM/x", "https://127.0.0.1/", "https://[::1]:8443"]
        {
            assert!(is_https_or_loopback(address) && !is_loopback(address), "{address}");
        }
    }

    #[test]
    fn a_base_has_one_form() {
        for (address, base) in [
            ("https://mfa.example.org/calls/provider", Some("https://mfa.example.org/calls/provider")),
            ("https://mfa.example.org/calls/provider/", Some("https://mfa.example.org/calls/provider")),
            ("HTTPS://MFA.Example.ORG:443", Some("https://mfa.example.org")),
            ("https://mfa.example.org:8443/Calls", Some("https://mfa.example.org:8443/Calls")),
            ("http://[::1]:80/calls", Some("http://[::1]/calls")),
            ("mfa.example.org", None),
        ] {
            assert_eq!(normalised_base(address).as_deref(), base, "{address}");
        }
    }

    #[tokio::test]
    async fn a_response_of_more_than_a_mebibyte_is_not_read() {
        use axum::{Router, extract::Path, routing::get};
        let routes = Router::new().route("/{size}", get(async |Path(size): Path<usize>| vec![7_u8; size]));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, routes).await });
        let client = client(&address, Duration::from_secs(5)).build().unwrap();
        for (size, is_read) in [(0, true), (LARGEST_RESPONSE, true), (LARGEST_RESPONSE + 1, false)] {
            let response = client.get(format!("{address}/{size}")).send().await.unwrap();
            assert_eq!(body_of(response).await.map(|body| body.len()), is_read.then_some(size));
        }
        server.abort();
    }
}
