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
    /// Whether somebody signed in with this code before. The page then says: "If that was not you, tell IT".
    pub used_before: bool,
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
        assert_eq!((back.person, back.set_up), (answer.person.clone(), answer.set_up.clone()));
        assert!(wire.contains(r#""state":"tested""#));
        assert!(!format!("{answer:?}").contains(answer.session.as_str()));
    }
}
