//! The checks of the schools' networks. Nobody on them is asked for a second factor, so a slip there opens a door.

use ipnet::IpNet;

use super::{Policy, PolicyError, School};
use crate::check_host_bits;

/// The widest IPv4 network of a school that does not set `wide_networks`.
const WIDEST_V4: u8 = 16;

/// The widest IPv6 network of a school that does not set `wide_networks`: what a registry gives to a whole provider.
const WIDEST_V6: u8 = 32;

/// Two schools' networks of which one holds the other.
#[derive(Debug, Clone, Copy)]
pub struct NestedNetworks<'p> {
    /// The school that comes first in the policy. Addresses in both networks count as this school's.
    pub first: &'p School,
    /// Its network.
    pub of_first: IpNet,
    /// The school that comes later.
    pub second: &'p School,
    /// Its network.
    pub of_second: IpNet,
}

impl Policy {
    /// The networks of two schools that overlap. Of two such networks one always holds the other.
    pub fn nested_networks(&self) -> Vec<NestedNetworks<'_>> {
        let mut nested = Vec::new();
        for (index, first) in self.schools.iter().enumerate() {
            for second in self.schools.iter().skip(index + 1) {
                for of_first in first.networks.iter().copied() {
                    for of_second in second.networks.iter().copied().filter(|other| overlap(of_first, *other))
                    {
                        nested.push(NestedNetworks { first, of_first, second, of_second });
                    }
                }
            }
        }
        nested
    }
}

fn overlap(one: IpNet, other: IpNet) -> bool {
    one.contains(&other) || other.contains(&one)
}

/// Checks every network by itself, then that no two schools have the same one.
pub(super) fn check(schools: &[School]) -> Result<(), PolicyError> {
    for (at, school) in schools.iter().enumerate() {
        for (number, network) in school.networks.iter().enumerate() {
            let wrong =
                |problem: String| PolicyError::new(format!("schools[{at}].networks[{number}]"), problem);
            if network.prefix_len() == 0 {
                return Err(wrong("a network of every address would ask nobody anywhere".to_owned()));
            }
            check_host_bits(*network).map_err(|error| wrong(error.to_string()))?;
            if is_wide(*network) && !school.wide_networks {
                return Err(wrong(format!(
                    "{network} is wider than a school's network: expected at least /{WIDEST_V4} for IPv4 and /{WIDEST_V6} for IPv6, or wide_networks = true in this school if all of it is the school's"
                )));
            }
            let same = schools.iter().take(at).find(|earlier| earlier.networks.contains(network));
            if let Some(earlier) = same {
                return Err(wrong(format!(
                    "{network} is a network of the school {} already; expected each network in one school",
                    earlier.id.0
                )));
            }
        }
    }
    Ok(())
}

const fn is_wide(network: IpNet) -> bool {
    match network {
        IpNet::V4(network) => network.prefix_len() < WIDEST_V4,
        IpNet::V6(network) => network.prefix_len() < WIDEST_V6,
    }
}
