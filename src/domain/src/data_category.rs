//! The categories of personal data that the service stores. Page 2 has a row for each of them, and each table of the
//! store that holds personal data belongs to one.

use crate::Retention;

/// A category of stored personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataCategory {
    /// Name, school, and which methods are set up.
    Person,
    /// The authenticator app's secret, and the telephone number.
    Secrets,
    /// What an enrolment leaves behind that was never finished.
    Unfinished,
    /// When a person was called, and what they asked for in a call.
    Calls,
    /// Network addresses.
    Addresses,
    /// The audit: the record of every change.
    Audit,
}

impl DataCategory {
    /// Every category, in the order in which page 2 lists them.
    pub const ALL: [Self; 6] =
        [Self::Person, Self::Secrets, Self::Unfinished, Self::Calls, Self::Addresses, Self::Audit];

    /// For how many days the policy keeps this category. `Person` and `Secrets` count from the person's departure, and
    /// `Unfinished` counts from the expiry of the grant. The others count from the day of the entry.
    pub const fn days(self, retention: &Retention) -> u32 {
        match self {
            Self::Person | Self::Secrets => retention.departed_days,
            Self::Unfinished => retention.unused_grant_days,
            Self::Calls | Self::Addresses => retention.address_days,
            Self::Audit => retention.audit_days,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_category_is_kept_for_the_days_of_its_own_setting() {
        let retention =
            Retention { departed_days: 1, unused_grant_days: 2, address_days: 3, audit_days: 400 };
        assert_eq!(DataCategory::ALL.map(|category| category.days(&retention)), [1, 1, 2, 3, 3, 400]);
    }
}
