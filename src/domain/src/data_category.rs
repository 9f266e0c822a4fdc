//! What is kept about a person, as they are told it: page 2 has a row for each of these, and each table of the service's
//! store with anything personal belongs to one.

use crate::Policy;

/// A kind of what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataCategory {
    /// Name, school, and what is set up.
    Person,
    /// The app's key, and the number.
    Secrets,
    /// What a set-up leaves that came to no end.
    Unfinished,
    /// When somebody was called, and what they asked for in a call.
    Calls,
    /// Network addresses.
    Addresses,
    /// The list of what was done.
    Audit,
}

impl DataCategory {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 6] =
        [Self::Person, Self::Secrets, Self::Unfinished, Self::Calls, Self::Addresses, Self::Audit];

    /// How many days it is kept, from when it has served: the departure, the end of the set-up, the day it was noted.
    pub const fn days(self, policy: &Policy) -> u32 {
        let kept = &policy.retention;
        match self {
            Self::Person | Self::Secrets => kept.departed_days,
            Self::Unfinished => kept.unused_grant_days,
            Self::Calls | Self::Addresses => kept.address_days,
            Self::Audit => kept.audit_days,
        }
    }
}
