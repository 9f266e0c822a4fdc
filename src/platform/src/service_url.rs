//! The address of a service, as far as it may be used: `https://`, or plain `http://` to this very computer.

use std::{fmt, str::FromStr};

use url::{Host, Url};

/// A checked base address, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl {
    url: Url,
    base: String,
    host: String,
    port: u16,
}

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ServiceUrlError {
    /// Not an address at all.
    #[error("expected an address such as https://enrol.example.org")]
    Unreadable,
    /// Plain HTTP over a network would show who signs in.
    #[error(
        "plain http:// works only for this computer, written as http://127.0.0.1 or http://[::1]; expected https://"
    )]
    Plain,
    /// What else an address can carry has no use here.
    #[error("expected an address without user name, question mark or #")]
    Extra,
}

impl ServiceUrl {
    /// The address of a path, which begins with a slash.
    pub fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Whether it is this very computer.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The host as it stands in an address, and the port, also where it is the scheme's own.
    pub fn host_and_port(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// The whole of it.
    pub fn url(&self) -> &Url {
        &self.url
    }
}

/// Whether an address names this computer by a literal address. The name "localhost" can be made to point elsewhere.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

impl FromStr for ServiceUrl {
    type Err = ServiceUrlError;

    fn from_str(text: &str) -> Result<Self, ServiceUrlError> {
        let url = Url::parse(text.trim()).map_err(|_| ServiceUrlError::Unreadable)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(ServiceUrlError::Plain),
            _ => return Err(ServiceUrlError::Unreadable),
        }
        let has_user = !url.username().is_empty() || url.password().is_some();
        if has_user || url.query().is_some() || url.fragment().is_some() {
            return Err(ServiceUrlError::Extra);
        }
        let host = url.host_str().ok_or(ServiceUrlError::Unreadable)?.to_owned();
        let port = url.port_or_known_default().ok_or(ServiceUrlError::Unreadable)?;
        let base = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, base, host, port })
    }
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_computer_only() {
        for (text, base) in [
            ("https://enrol.example.org", "https://enrol.example.org"),
            (" https://enrol.example.org/sub/ ", "https://enrol.example.org/sub"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.0.0.1/x", "http://127.0.0.1/x"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ] {
            let address = text.parse::<ServiceUrl>().expect("good");
            assert_eq!((address.to_string().as_str(), address.endpoint("/v1")), (base, format!("{base}/v1")));
        }
        for (text, error) in [
            ("http://localhost:8080", ServiceUrlError::Plain),
            ("http://enrol.example.org", ServiceUrlError::Plain),
            ("http://127.0.0.1.example.org", ServiceUrlError::Plain),
            ("http://10.0.0.1", ServiceUrlError::Plain),
            ("ftp://127.0.0.1", ServiceUrlError::Unreadable),
            ("enrol.example.org", ServiceUrlError::Unreadable),
            ("", ServiceUrlError::Unreadable),
            ("https://me@enrol.example.org", ServiceUrlError::Extra),
            ("https://enrol.example.org/?q", ServiceUrlError::Extra),
            ("https://enrol.example.org/#here", ServiceUrlError::Extra),
        ] {
            assert_eq!(text.parse::<ServiceUrl>(), Err(error), "{text}");
        }
    }

    #[test]
    fn host_and_port_are_known_also_where_the_port_is_not_written() {
        for (text, host, port, is_loopback) in [
            ("https://enrol.example.org", "enrol.example.org", 443, false),
            ("https://[2001:db8::1]:8443/x", "[2001:db8::1]", 8443, false),
            ("https://[::1]", "[::1]", 443, true),
            ("http://127.0.0.1", "127.0.0.1", 80, true),
        ] {
            let address = text.parse::<ServiceUrl>().expect("good");
            assert_eq!(
                (address.host_and_port(), address.is_loopback()),
                ((host, port), is_loopback),
                "{text}"
            );
        }
    }
}
