//! The parsers of a request's parts, called with bytes alone, for the test that tries millions of inputs.
//!
//! Not here: the parsers themselves. Each is in the file that uses it.

use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use serde::de::DeserializeOwned;

use super::{Admission, AdmissionOptions, call_progress, client_ip, clock, credentials, enforce, json};

/// An admission behind two proxies.
static ADMISSION: LazyLock<Admission> = LazyLock::new(|| {
    let trusted_proxies = ["10.0.0.0/24", "2001:db8:5::/48"].iter().flat_map(|network| network.parse());
    Admission::new(AdmissionOptions {
        hosts: vec!["enrol.oaktree.example".to_owned()],
        trusted_proxies: trusted_proxies.collect(),
        ..AdmissionOptions::default()
    })
});

/// The value in a body.
pub fn body<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    json::read(bytes).ok()
}

/// Whether some path accepts a query.
pub fn is_query(query: &str) -> bool {
    clock::nonce_in(query).is_some() | call_progress::event_in(query).is_some()
}

/// Whether an address can be read from a listed proxy's headers, one a line.
pub fn is_forwarded_for(lines: &[u8]) -> bool {
    let peer = SocketAddr::from(([10, 0, 0, 1], 5));
    headers(HeaderName::from_static(client_ip::FORWARDED_FOR), lines)
        .is_some_and(|headers| ADMISSION.proxies().address_of(peer, &headers).is_ok())
}

/// Whether there is a credential, one header a line.
pub fn is_credential(lines: &[u8]) -> bool {
    headers(header::AUTHORIZATION, lines).is_some_and(|headers| credentials::bearer(&headers).is_ok())
}

/// Whether there is a station's assertion, one header a line.
pub fn is_station_assertion(lines: &[u8]) -> bool {
    headers(header::AUTHORIZATION, lines)
        .is_some_and(|headers| matches!(credentials::station_assertion(&headers), Ok(Some(_))))
}

/// Whether one of the service's hosts is named, one header a line.
pub fn is_host(lines: &[u8]) -> bool {
    let uri = Uri::from_static("/");
    headers(header::HOST, lines).is_some_and(|headers| ADMISSION.serves(&uri, &headers))
}

/// Whether the headers declare a body as JSON, one header a line.
pub fn is_json(lines: &[u8]) -> bool {
    headers(header::CONTENT_TYPE, lines).is_some_and(|headers| enforce::is_json(&headers))
}

/// More headers than the HTTP library accepts.
const TOO_MANY: usize = 100;

/// Headers as the HTTP library makes them. It refuses bytes that cannot be a header.
fn headers(name: HeaderName, lines: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n') {
        if headers.len() >= TOO_MANY {
            return None;
        }
        headers.append(&name, HeaderValue::from_bytes(line).ok()?);
    }
    Some(headers)
}
