//! Networks as people write them: an address alone, or IPv4 in the notation of IPv6.
//!
//! Not here: what a network means. A policy lists schools' networks, the service's settings list proxies'.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Deserializer, de::Error as _};

/// IPv4 in IPv6 has its address behind so many bits (RFC 4291, section 2.5.5.2).
const MAPPED_BITS: u8 = 96;

/// Why a text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Neither an address nor a network.
    #[error("{0:?} is no address and no network; expected for example \"203.0.113.9\" or \"203.0.113.0/24\"")]
    Malformed(String),
    /// It holds all IPv4 addresses in the notation of IPv6, and more: requests from IPv4 are compared as IPv4.
    #[error(
        "{0} holds every IPv4 address in the notation of IPv6, which no request is compared with; expected the IPv4 network by itself, for example \"203.0.113.0/24\""
    )]
    AllMapped(IpNet),
    /// The address has bits that the network leaves open: an address was written where the network was meant, or the number
    /// behind the slash is wrong.
    #[error("{written} is an address within a network; expected the network {meant}, or the address alone")]
    HostBits {
        /// As it was written.
        written: IpNet,
        /// The network that it lies in.
        meant: IpNet,
    },
}

/// Refuses a network whose address has bits behind the prefix, as `203.0.113.9/24`.
///
/// Reading takes them, since older stores hold such networks. What somebody writes is checked.
pub fn check_host_bits(written: IpNet) -> Result<(), NetworkError> {
    let meant = written.trunc();
    if meant == written { Ok(()) } else { Err(NetworkError::HostBits { written, meant }) }
}

/// Reads a network. An address alone is the network of that one address, and IPv4 in the notation of IPv6 becomes IPv4,
/// since requests are compared so.
///
/// ```
/// let same = domain::parse_network("192.0.2.0/26");
/// assert_eq!(domain::parse_network("::ffff:192.0.2.0/122"), same);
/// assert_eq!(domain::parse_network(" 192.0.2.5 ").expect("an address").to_string(), "192.0.2.5/32");
/// ```
pub fn parse_network(text: &str) -> Result<IpNet, NetworkError> {
    let text = text.trim();
    let network = match text.parse::<IpNet>() {
        Ok(network) => network,
        Err(_) => text.parse::<IpAddr>().map_err(|_| NetworkError::Malformed(text.to_owned()))?.into(),
    };
    let IpNet::V6(v6) = network else { return Ok(network) };
    if let Some(mapped) = v6.addr().to_ipv4_mapped()
        && let Some(bits) = v6.prefix_len().checked_sub(MAPPED_BITS)
    {
        return Ipv4Net::new(mapped, bits)
            .map(IpNet::V4)
            .map_err(|_| NetworkError::Malformed(text.to_owned()));
    }
    let all_mapped = Ipv6Net::new(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), MAPPED_BITS);
    // What also holds `::1` is refused or taken elsewhere, with words of its own.
    if !v6.contains(&Ipv6Addr::LOCALHOST) && all_mapped.is_ok_and(|mapped| v6.contains(&mapped)) {
        return Err(NetworkError::AllMapped(network));
    }
    Ok(network)
}

/// For serde: a list of networks, each read by [`parse_network`].
pub fn deserialize_networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| parse_network(text).map_err(D::Error::custom)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_read_for_what_is_meant() {
        for (text, meant) in [
            ("::ffff:192.0.2.0/122", "192.0.2.0/26"),
            ("::ffff:127.0.0.0/104", "127.0.0.0/8"),
            ("::ffff:c000:205", "192.0.2.5/32"),
            ("10.0.0.1", "10.0.0.1/32"),
            ("2001:db8::1", "2001:db8::1/128"),
            ("2001:db8::/48", "2001:db8::/48"),
            ("::1", "::1/128"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(
                parse_network(text).map(|network| network.to_string()).as_deref(),
                Ok(meant),
                "{text}"
            );
        }
    }

    #[test]
    fn an_address_within_a_network_is_refused_with_the_network() {
        for (text, meant) in [
            ("203.0.113.9/1", "128.0.0.0/1"),
            ("203.0.113.9/24", "203.0.113.0/24"),
            ("2001:db8::1/64", "2001:db8::/64"),
            ("::ffff:192.0.2.1/122", "192.0.2.0/26"),
        ] {
            let error = check_host_bits(parse_network(text).expect(text)).expect_err(text);
            assert!(error.to_string().contains(&format!("expected the network {meant},")), "{error}");
        }
        for text in ["203.0.113.9", "203.0.113.9/32", "203.0.113.0/24", "2001:db8::/32", "::1"] {
            assert_eq!(check_host_bits(parse_network(text).expect(text)), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_would_never_come_true_is_refused_with_what_to_write() {
        for text in ["", "192.0.2", "192.0.2.0/33", "elm", "192.0.2.0-192.0.2.9", "192.0.2.0/255.255.255.0"] {
            let error = parse_network(text).expect_err(text);
            assert!(matches!(error, NetworkError::Malformed(_)), "{error}");
            assert!(error.to_string().contains("203.0.113.0/24"), "{error}");
        }
        for text in ["::ffff:0:0/90", "::ffff:0:0/81"] {
            assert!(matches!(parse_network(text), Err(NetworkError::AllMapped(_))), "{text}");
        }
    }
}
