//! Addresses of Asterisk, of the provider and of webhooks: which may be used, and a client for one.
//!
//! Not here: what every HTTP client of ours does (`platform::http`). Bodies and addresses can hold numbers, so nothing
//! here logs them.

use std::time::Duration;

use url::Url;

/// What requests say that they come from.
const PROGRAM: &str = "enrol-service";

/// A builder of a client for one address. `timeout` limits connecting; the caller limits the whole request. `None` when
/// the address cannot be read.
pub fn client(address: &str, timeout: Duration) -> Option<reqwest::ClientBuilder> {
    Some(platform::http::client_builder(&parse(address)?, PROGRAM, timeout))
}

/// Whether secrets and numbers may travel to an address: over https, or to this computer.
pub fn is_https_or_loopback(address: &str) -> bool {
    parse(address).is_some_and(|url| url.scheme() == "https" || is_plain_loopback(&url))
}

/// Whether an address is plain HTTP to a loopback address of this computer (RFC 6890), where nothing needs TLS. A host
/// name is not: it may resolve to another computer. Neither is an address with a user or password in it.
fn is_plain_loopback(url: &Url) -> bool {
    let has_user = !url.username().is_empty() || url.password().is_some();
    url.scheme() == "http" && platform::is_loopback(url) && !has_user
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_plain(address: &str) -> bool {
        parse(address).is_some_and(|url| is_plain_loopback(&url))
    }

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
            assert!(is_plain(address) && is_https_or_loopback(address), "{address}");
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
            assert!(!is_plain(address) && !is_https_or_loopback(address), "{address}");
        }
    }

    #[test]
    fn https_is_https_however_it_is_written() {
        for address in
            ["https://example.com", "HTTPS://Example.COM/x", "https://127.0.0.1/", "https://[::1]:8443"]
        {
            assert!(is_https_or_loopback(address) && !is_plain(address), "{address}");
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
}
