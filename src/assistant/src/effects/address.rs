//! The service's address, as far as it may be used: `https://`, or plain `http://` to this very computer.

use std::{net::IpAddr, str::FromStr};

/// A checked base address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAddress {
    base: String,
    host: String,
    port: u16,
    loopback: bool,
}

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
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

impl ServiceAddress {
    /// The address of a path.
    pub fn with(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Whether it is this very computer.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// As proxies' rules name it.
    pub fn host_and_port(&self) -> (String, u16) {
        (self.host.clone(), self.port)
    }
}

impl FromStr for ServiceAddress {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let url = reqwest::Url::parse(text.trim()).map_err(|_| AddressError::Unreadable)?;
        let host = url.host_str().ok_or(AddressError::Unreadable)?;
        // A literal only: the name "localhost" can be made to point elsewhere.
        let loopback =
            host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(AddressError::Plain),
            _ => return Err(AddressError::Unreadable),
        }
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(AddressError::Extra);
        }
        let (host, port) = (host.to_owned(), url.port_or_known_default().ok_or(AddressError::Unreadable)?);
        Ok(Self { base: url.as_str().trim_end_matches('/').to_owned(), host, port, loopback })
    }
}

impl std::fmt::Display for ServiceAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<ServiceAddress>().map(|address| address.base), Ok(base.to_owned()));
        }
        for (text, error) in [
            ("http://localhost:8080", AddressError::Plain),
            ("http://enrol.example.org", AddressError::Plain),
            ("http://127.0.0.1.example.org", AddressError::Plain),
            ("http://10.0.0.1", AddressError::Plain),
            ("ftp://127.0.0.1", AddressError::Unreadable),
            ("enrol.example.org", AddressError::Unreadable),
            ("", AddressError::Unreadable),
            ("https://me@enrol.example.org", AddressError::Extra),
            ("https://enrol.example.org/?q", AddressError::Extra),
        ] {
            assert_eq!(text.parse::<ServiceAddress>(), Err(error), "{text}");
        }
    }
}
