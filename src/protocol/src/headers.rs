//! The headers of envelopes. A header is readable and holds no secret and no name; the seal covers every byte of it.
//!
//! `envelope` makes the seal, and `payload` holds what is inside.

use domain::{CallId, EnrolmentId, Generation, GrantId, MethodKind, PersonId, ServiceId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use crate::StationKey;

/// The version of every header.
pub const HEADER_VERSION: u8 = 1;

/// The header of an envelope with a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInHeader {
    /// The version: [`HEADER_VERSION`]. Reading refuses any other.
    #[serde(deserialize_with = "known_version")]
    pub v: u8,
    /// The service that may open the envelope.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// The id of the service's key to which the envelope is sealed.
    pub key_id: String,
    /// The serial of the policy that the assistant used.
    pub policy_serial: u64,
    /// The enrolment that the sign-in is for.
    #[schema(value_type = String, format = Uuid)]
    pub enrolment: EnrolmentId,
    /// When it was sealed, in service time, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub time: Timestamp,
}

/// The header of an envelope with the number of a test call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallHeader {
    /// The version: [`HEADER_VERSION`]. Reading refuses any other.
    #[serde(deserialize_with = "known_version")]
    pub v: u8,
    /// The service that may open the envelope.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// The id of the service's key to which the envelope is sealed.
    pub key_id: String,
    /// The serial of the policy that the assistant used.
    pub policy_serial: u64,
    /// The grant. The call proves the number for this grant alone.
    #[schema(value_type = String, format = Uuid)]
    pub grant: GrantId,
    /// The call's id, which makes the request idempotent.
    #[schema(value_type = String, format = Uuid)]
    pub call: CallId,
    /// When it was sealed, in service time, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub time: Timestamp,
}

/// The header of an envelope with the code that registers a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StationHeader {
    /// The version: [`HEADER_VERSION`]. Reading refuses any other.
    #[serde(deserialize_with = "known_version")]
    pub v: u8,
    /// The service that may open the envelope.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// The id of the service's key to which the envelope is sealed.
    pub key_id: String,
    /// The station's public key, which makes the registration idempotent.
    pub key: StationKey,
    /// When it was sealed, in service time, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub time: Timestamp,
}

/// The header of an envelope with an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentHeader {
    /// The version: [`HEADER_VERSION`]. Reading refuses any other.
    #[serde(deserialize_with = "known_version")]
    pub v: u8,
    /// The service that may open the envelope.
    #[schema(value_type = String, format = Uuid)]
    pub service: ServiceId,
    /// The id of the service's key to which the envelope is sealed.
    pub key_id: String,
    /// The serial of the policy that the assistant used.
    pub policy_serial: u64,
    /// The enrolment's id, which makes the submission idempotent.
    #[schema(value_type = String, format = Uuid)]
    pub enrolment: EnrolmentId,
    /// The grant that allows the submission.
    #[schema(value_type = String, format = Uuid)]
    pub grant: GrantId,
    /// The person.
    #[schema(value_type = String, format = Uuid)]
    pub person: PersonId,
    /// The person's generation. The service refuses the submission when it has changed.
    #[schema(value_type = i64)]
    pub generation: Generation,
    /// At a station its id, as the sign-in gave it. At any other computer the site's name, if IT gave one.
    pub station: Option<String>,
    /// The methods in the payload, in the same order.
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

    const ID: &str = "0190a5f0-0000-7000-8000-000000000002";

    /// Whether a type refuses an unknown field and an unknown version.
    #[track_caller]
    fn is_strict<T: serde::de::DeserializeOwned>(good: &serde_json::Value) {
        assert!(serde_json::from_value::<T>(good.clone()).is_ok(), "{good}");
        for (name, value) in [("name", serde_json::json!("x")), ("v", serde_json::json!(2))] {
            let mut changed = good.clone();
            changed[name] = value;
            assert!(serde_json::from_value::<T>(changed).is_err(), "{name}");
        }
    }

    #[test]
    fn every_header_refuses_unknown_fields_and_versions() {
        is_strict::<SignInHeader>(&serde_json::from_str(GOOD).expect("JSON"));
        is_strict::<CallHeader>(&serde_json::json!({
            "v": 1, "service": ID, "key_id": "e1", "policy_serial": 3, "grant": ID, "call": ID, "time": 1,
        }));
        let key = crate::StationSigner::from_bytes(&[7; 32]).key();
        is_strict::<StationHeader>(&serde_json::json!({
            "v": 1, "service": ID, "key_id": "e1", "key": key, "time": 1,
        }));
        is_strict::<EnrolmentHeader>(&serde_json::json!({
            "v": 1, "service": ID, "key_id": "e1", "policy_serial": 3, "enrolment": ID, "grant": ID, "person": ID,
            "generation": 2, "station": null, "kinds": ["authenticator-app", "phone-call"], "time": 1,
        }));
    }
}
