//! Identifiers. Each has its own type, so that the compiler refuses one in place of another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Makes a new id: a UUIDv7 (RFC 9562, section 5.7) of a time and 10 random bytes. It sorts by time.
            pub fn at(now: crate::Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_id! {
    /// One enrolment. It is also the idempotency key of the submission.
    EnrolmentId
}
uuid_id! {
    /// The right to submit one enrolment.
    GrantId
}
uuid_id! {
    /// One telephone call. It is also the idempotency key of the request for it.
    CallId
}
uuid_id! {
    /// A member of staff.
    PersonId
}
uuid_id! {
    /// A computer that IT registered as an enrolment station. It has its own key.
    StationId
}
uuid_id! {
    /// One installed service, with its keys and its store.
    ServiceId
}

/// A school, by the short name that the policy gives it: 1 to 32 of `a` to `z`, `0` to `9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchoolId(pub String);

impl SchoolId {
    /// The id that somebody typed, in capitals or full-width letters too.
    pub fn typed(text: &str) -> Self {
        Self(crate::NameKey::of(text).map_or_else(|| text.to_owned(), |key| key.as_str().to_owned()))
    }
}

impl std::fmt::Display for SchoolId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A person's counter. Every accepted enrolment, reset and departure raises it by one, which voids older grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_school_is_found_in_capitals_and_with_spaces_around_it() {
        for typed in ["elm-2", " Elm-2 ", "ELM\u{2011}2", "\u{feff}elm-2", "\u{ff45}lm-2"] {
            assert_eq!(SchoolId::typed(typed), SchoolId("elm-2".to_owned()), "{typed:?}");
        }
        assert_eq!(SchoolId::typed("a\0"), SchoolId("a\0".to_owned()));
    }

    #[test]
    fn a_new_id_is_a_version_7_uuid_that_sorts_by_time() {
        let early = EnrolmentId::at(crate::Timestamp::from_secs(1_000), [9; 10]);
        let late = EnrolmentId::at(crate::Timestamp::from_secs(2_000), [1; 10]);
        assert_eq!(early.uuid().get_version_num(), 7);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<EnrolmentId>().ok(), Some(early));
    }
}
