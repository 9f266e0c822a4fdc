//! What the service answers to a person's assistant.
//!
//! Not here: signed answers (`documents`) and refusals (`problem`).

use domain::{Generation, GrantId, Label, MethodKind, Person, StationId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{PersonSchema, SessionToken};

/// Signed in: who it is, and the right to post one enrolment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SignInResponse {
    /// Opens the calls that need a session.
    pub session: SessionToken,
    /// The right to post the enrolment that was named.
    #[schema(value_type = String, format = Uuid)]
    pub grant: GrantId,
    /// Goes into the enrolment's header.
    #[schema(value_type = i64)]
    pub generation: Generation,
    /// Who the credential belongs to. The page asks whether that is right.
    #[schema(value_type = PersonSchema)]
    pub person: Person,
    /// The person's school as it is shown.
    #[schema(value_type = String)]
    pub school_name: Label,
    /// Until when the enrolment may be posted, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub grant_expires_at: Timestamp,
    /// Somebody signed in with this code before: "If that was not you, tell IT".
    pub used_before: bool,
    /// What is already set up.
    pub set_up: Vec<MethodState>,
    /// At which station the service takes this to be. Goes into the enrolment's header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub station: Option<StationId>,
}

/// Who one is, by the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeResponse {
    /// Who.
    #[schema(value_type = PersonSchema)]
    pub person: Person,
    /// The person's school as it is shown.
    #[schema(value_type = String)]
    pub school_name: Label,
    /// The person's generation now.
    #[schema(value_type = i64)]
    pub generation: Generation,
    /// What is set up.
    pub set_up: Vec<MethodState>,
}

/// A method that is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MethodState {
    /// Which.
    #[schema(value_type = String, example = "authenticator-app")]
    pub kind: MethodKind,
    /// How well it is proved.
    pub state: MethodProgress,
    /// Since when, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub since: Timestamp,
}

/// How well a method is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MethodProgress {
    /// By a code at the enrolment. Secret and code came from one program, so it proves no phone.
    Tested,
    /// By a sign-in that the service itself accepted.
    Used,
}

#[cfg(test)]
mod tests {
    use domain::{PersonId, SchoolId};

    use super::*;

    #[test]
    fn the_answer_reads_back_and_debug_hides_the_session() {
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
