//! The words everybody uses: people, schools, the policy, secrets and codes.
//!
//! Not here: no I/O, no async, no clock and no randomness. Time, entropy and the world are arguments.

mod authenticator;
mod clock;
mod day;
mod enrolment_code;
mod fault;
mod ids;
mod kept;
mod network;
mod number_problem;
mod person;
mod phone_number;
mod policy;
mod reference;
mod signs;
mod stack;
mod text;

pub use authenticator::{
    CodeVerdict, JUDGED_STEPS_NEAR, SECRET_BYTES, STEP_SECS, SixDigits, Step, TotpSecret, judge_code,
    otpauth_uri,
};
pub use clock::{ClockOffset, DAY_MILLIS, Timestamp};
pub use day::Date;
pub use enrolment_code::{CODE_SIGNS, CodeSlip, EnrolmentCode};
pub use fault::in_full;
pub use ids::{CallId, EnrolmentId, Generation, GrantId, PersonId, SchoolId, ServiceId, StationId};
pub use kept::KeptKind;
pub use network::{NetworkError, deserialize_networks, parse_network};
pub use number_problem::NumberProblem;
pub use person::Person;
pub use phone_number::{EXTENSION_DIGITS, NUMBER_BYTES, NUMBER_DIGITS, PhoneNumber, TwoDigits};
pub use policy::{
    Answering, AuthenticatorApp, CallRule, CodeRule, CodeWhere, Help, Lifetimes, Limits, MethodKind,
    MethodRule, NoSmartphone, NumberClass, NumberRule, Policy, PolicyError, PromptLanguage, Region,
    Retention, School, SignInWay, Stores, Trust, Wanted,
};
pub use reference::Reference;
pub use stack::wipe_stack;
pub use text::{Label, LabelError};
