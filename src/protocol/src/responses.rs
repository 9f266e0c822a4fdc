//! The service's responses to a person's assistant.
//!
//! `documents` holds the signed responses, and `problem` the refusals.

use domain::{Generation, GrantId, Label, MethodKind, Person, StationId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{PersonSchema, SessionToken};

/// The response to a sign-in: who the person is, and the right to submit one enrolment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SignInResponse {
    /// The token for requests that need a session.
    pub session: SessionToken,
    /// The right to submit the enrolment that the request named.
    #[schema(value_type = String, format = Uuid)]
    pub grant: GrantId,
    /// The person's generation. The enrolment's header repeats it.
    #[schema(value_type = i64)]
    pub generation: Generation,
    /// The person to whom the credential belongs. The page asks them whether that is right.
    #[schema(value_type = PersonSchema)]
    pub person: Person,
    /// The name of the person's school.
    #[schema(value_type = String)]
    pub school_name: Label,
    /// Until when the enrolment may be submitted, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub grant_expires_at: Timestamp,
    /// Whether somebody signed in with this code before. The page then says: "Not you? Tell IT".
    pub used_before: bool,
    /// When somebody signed in with this code before, the last time, in milliseconds since 1970. Left out where nothing
    /// of it is kept any more, and by older services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub last_used_at: Option<Timestamp>,
    /// When the service noted this sign-in, in milliseconds since 1970. The next response to the same code repeats it as
    /// `last_used_at`, so that an assistant knows its own sign-in again. Older services leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub signed_in_at: Option<Timestamp>,
    /// The methods that are set up already.
    pub set_up: Vec<MethodState>,
    /// The station that the service takes this computer for. The enrolment's header repeats it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub station: Option<StationId>,
}

/// The person of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeResponse {
    /// The person.
    #[schema(value_type = PersonSchema)]
    pub person: Person,
    /// The name of the person's school.
    #[schema(value_type = String)]
    pub school_name: Label,
    /// The person's present generation.
    #[schema(value_type = i64)]
    pub generation: Generation,
    /// The methods that are set up.
    pub set_up: Vec<MethodState>,
}

/// A method that is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MethodState {
    /// The method.
    #[schema(value_type = String, example = "authenticator-app")]
    pub kind: MethodKind,
    /// How well the method is proved.
    pub state: MethodProgress,
    /// When it reached this state, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub since: Timestamp,
}

/// How well a method is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MethodProgress {
    /// A code was sent with the enrolment. Secret and code came from one program, so this proves no phone.
    Tested,
    /// The service itself accepted a sign-in with it.
    Used,
}

#[cfg(test)]
mod tests {
    use domain::{PersonId, SchoolId};

    use super::*;

    #[test]
    fn the_response_reads_back_and_debug_hides_the_session() {
        let answer = SignInResponse {
            session: SessionToken::from_entropy(&[7; 32]),
            grant: GrantId::from_uuid(uuid::Uuid::nil()),
            generation: Generation(3),
            person: Person {
                id: PersonId::from_uuid(uuid::Uuid::nil()),
                name: Label::new("Jo Smith").expect("a label"),
                sign_in_name: Label::new("jsmith").expect("a label"),
                school: SchoolId("elm".to_owned()),
            },
            school_name: Label::new("Elm Academy").expect("a label"),
            grant_expires_at: Timestamp::from_secs(1_800_000_000),
            used_before: true,
            last_used_at: Some(Timestamp::from_secs(1_799_000_000)),
            signed_in_at: Some(Timestamp::from_secs(1_799_100_000)),
            set_up: vec![MethodState {
                kind: MethodKind::AuthenticatorApp,
                state: MethodProgress::Tested,
                since: Timestamp::from_secs(1_700_000_000),
            }],
            station: None,
        };
        let wire = serde_json::to_string(&answer).expect("writes");
        let back: SignInResponse = serde_json::from_str(&wire).expect("reads");
        assert_eq!(back.session.as_str(), answer.session.as_str());
        assert_eq!((back.last_used_at, back.signed_in_at), (answer.last_used_at, answer.signed_in_at));
        assert_eq!((back.person, back.set_up), (answer.person.clone(), answer.set_up.clone()));
        assert!(wire.contains(r#""state":"tested""#));
        assert!(!format!("{answer:?}").contains(answer.session.as_str()));
        // What an assistant of 0.1.0 reads of it: the fields that it had.
        #[derive(Deserialize)]
        struct In010 {
            used_before: bool,
            set_up: Vec<MethodState>,
        }
        let older: In010 = serde_json::from_str(&wire).expect("the new fields are passed over");
        assert!(older.used_before && older.set_up == answer.set_up);
        // What an older service leaves out is not there, and what is not there is left out.
        let mut older: serde_json::Value = serde_json::from_str(&wire).expect("JSON");
        let members = older.as_object_mut().expect("an object");
        assert!(members.remove("last_used_at").is_some() && members.remove("signed_in_at").is_some());
        let read: SignInResponse = serde_json::from_value(older.clone()).expect("reads");
        assert_eq!((read.used_before, read.last_used_at, read.signed_in_at), (true, None, None));
        assert_eq!(serde_json::to_value(&read).expect("writes"), older);
    }
}
