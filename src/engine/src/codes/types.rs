//! Arguments, results and errors of the commands about codes.

use domain::{EnrolmentCode, EnrolmentId, Label, LabelError, Person, PersonId, SchoolId, Timestamp};
use uuid::Uuid;

use super::super::{OtherSpelling, Refusal, UnknownSchool};
use store::StoreError;

/// The person for whom a code is issued.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// As the person is called at school.
    pub name: Label,
    /// What they type to sign in.
    pub sign_in_name: Label,
    /// Where they work.
    pub school: SchoolId,
    /// Whether a person who has this sign-in name already gets this name and school. Otherwise a difference is refused:
    /// it may be a slip, and the code would then be a colleague's.
    pub rename: bool,
}

/// A new code. It is shown once and stored nowhere.
#[derive(Debug)]
pub struct IssuedCode {
    /// The id by which it can be revoked.
    pub id: Uuid,
    /// The code itself.
    pub code: EnrolmentCode,
    /// For whom.
    pub person: PersonId,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The person has methods, which the new enrolment replaces.
    pub replaces: bool,
    /// Older codes of this person that ended with it.
    pub codes_ended: usize,
    /// Grants that ended with those.
    pub grants_ended: u64,
}

/// A code that nobody has ended, as IT sees it. Neither the code nor its hash is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCode {
    /// To revoke it by.
    pub id: Uuid,
    /// For whom it was issued.
    pub person: Person,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// An enrolment with it replaces what the person has set up.
    pub replaces: bool,
    /// How often somebody signed in with it.
    pub sign_ins: i64,
    /// How far it has come.
    pub progress: CodeProgress,
}

/// How far a code has come that nobody has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeProgress {
    /// Nobody has signed in with it.
    Unused,
    /// Somebody has signed in with it, and has not finished.
    Begun,
    /// Somebody has signed in with it as often as the policy lets them, and has not finished.
    UsedUp,
    /// Its time has run out.
    Expired,
}

/// The result of revoking a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedCode {
    /// Whose it was.
    pub person: PersonId,
    /// Grants that ended with it.
    pub grants_ended: u64,
    /// Enrolments that were accepted with it before. They stay.
    pub accepted: Vec<EnrolmentId>,
}

/// Why a command about codes was not done.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// The policy knows no such school.
    #[error(transparent)]
    School(#[from] UnknownSchool),
    /// The sign-in name has an invisible character, which nobody would type.
    #[error("the sign-in name cannot be used: {0}")]
    SignInName(LabelError),
    /// Hours out of range.
    #[error("a code lasts 1 to 720 hours, not {0}")]
    Lifetime(u32),
    /// The person has something set up.
    #[error("this person is enrolled")]
    Enrolled,
    /// The sign-in name is somebody's with another name or school.
    #[error("{sign_in_name} is {name} at school {school}")]
    OtherPerson {
        /// As stored.
        sign_in_name: Label,
        /// What they are called.
        name: Label,
        /// Their school's id.
        school: String,
    },
    /// The sign-in name is somebody's in another spelling, and they would get another name or school.
    #[error(transparent)]
    OtherSpelling(#[from] OtherSpelling),
    /// The person has left.
    #[error("this person has left")]
    Departed,
    /// There is no such code.
    #[error("there is no such code")]
    Unknown,
    /// It was revoked before.
    #[error("this code was revoked before")]
    Revoked,
    /// No entropy, or the store failed.
    #[error("the service could not do it: {0}")]
    Fault(#[from] Refusal),
}

impl From<StoreError> for CodeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
