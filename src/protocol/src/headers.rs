//! What an envelope says outside the seal: no secret and no name, bound to the seal byte for byte.
//!
//! Not here: the seal (`envelope`) and what is inside (`payload`).

use domain::{CallId, EnrolmentId, Generation, GrantId, MethodKind, PersonId, ServiceId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use crate::StationKey;

/// The version of every header.
pub const HEADER_VERSION: u8 = 1;

/// Of an envelope with a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInHeader {
    /// [`HEADER_VERSION`].
    #[serde(deserialize_with = "known_version")]
    pub v: u8,
    /// For which service.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// Sealed to which of its keys.
    pub key_id: String,
    /// Under which policy.
    pub policy_serial: u64,
    /// The enrolment that the sign-in is for.
    #[schema(value_type = String, format = Uuid)]
    pub enrolment: EnrolmentId,
    /// Service time, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub time: Timestamp,
}

/// Of an envelope with the number of a test call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallHeader {
    /// [`HEADER_VERSION`].
    #[serde(deserialize_with = "known_version")]
    pub v: u8,
    /// For which service.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// Sealed to which of its keys.
    pub key_id: String,
    /// Under which policy.
    pub policy_serial: u64,
    /// Under which right to post: the call proves the number for this one alone.
    #[schema(value_type = String, format = Uuid)]
    pub grant: GrantId,
    /// Which call; makes asking idempotent.
    #[schema(value_type = String, format = Uuid)]
    pub call: CallId,
    /// Service time, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub time: Timestamp,
}

/// Of an envelope with the code that makes a computer a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StationHeader {
    /// [`HEADER_VERSION`].
    #[serde(deserialize_with = "known_version")]
    pub v: u8,
    /// For which service.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// Sealed to which of its keys.
    pub key_id: String,
    /// The key that it will be known by; makes registering idempotent.
    pub key: StationKey,
    /// Service time, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub time: Timestamp,
}

/// Of an envelope with an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentHeader {
    /// [`HEADER_VERSION`].
    #[serde(deserialize_with = "known_version")]
    pub v: u8,
    /// For which service.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// Sealed to which of its keys.
    pub key_id: String,
    /// Under which policy.
    pub policy_serial: u64,
    /// Which enrolment; makes the post idempotent.
    #[schema(value_type = String, format = Uuid)]
    pub enrolment: EnrolmentId,
    /// By which right.
    #[schema(value_type = String, format = Uuid)]
    pub grant: GrantId,
    /// Of whom.
    #[schema(value_type = String, format = Uuid)]
    pub person: PersonId,
    /// Must still be the person's.
    #[schema(value_type = i64)]
    pub generation: Generation,
    /// At which station: its id, as the sign-in named it; at any other computer what IT calls the place, if it is called
    /// anything.
    pub station: Option<String>,
    /// The methods inside, in their order.
    #[schema(value_type = Vec<String>, example = json!(["authenticator-app"]))]
    pub kinds: Vec<MethodKind>,
    /// When it was sealed, in service time, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub time: Timestamp,
}

fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    match u8::deserialize(deserializer)? {
        HEADER_VERSION => Ok(HEADER_VERSION),
        other => Err(D::Error::custom(format_args!("header version {other} is not known"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"v":1,"service":"0190a5f0-0000-7000-8000-000000000001","key_id":"e1","policy_serial":3,
        "enrolment":"0190a5f0-0000-7000-8000-000000000002","time":1800000000000}"#;

    #[test]
    fn only_the_known_header_reads() {
        assert!(serde_json::from_str::<SignInHeader>(GOOD).is_ok());
        for (from, to) in [
            (r#""v":1"#, r#""v":2"#),
            (r#""v":1,"#, ""),
            (r#""v":1"#, r#""v":1,"v":1"#),
            (r#""v":1"#, r#""v":1,"name":"x""#),
            (r#""policy_serial":3"#, r#""policy_serial":-3"#),
            ("000000000002", "2"),
        ] {
            assert!(GOOD.contains(from));
            assert!(serde_json::from_str::<SignInHeader>(&GOOD.replace(from, to)).is_err(), "{to}");
        }
    }
}
