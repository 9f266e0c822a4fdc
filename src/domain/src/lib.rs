//! The vocabulary of every crate: people, schools, the policy, secrets and codes.
//!
//! The crate does no I/O and no async, reads no clock and makes no randomness. Time, entropy and the world are
//! arguments. Each file holds one idea; this list re-exports them all.

mod alphabet;
mod authenticator;
mod clock;
mod data_category;
mod day;
mod enrolment_code;
mod error_chain;
mod ids;
mod name_key;
mod network;
mod number_problem;
mod otpauth;
mod person;
mod phone_number;
mod policy;
mod reference;
mod text;
mod two_digits;
mod typed;
mod wall_time;
mod wipe_stack;

pub use authenticator::{
    CodeVerdict, JUDGED_STEPS_NEAR, SECRET_BYTES, STEP_SECS, SixDigits, Step, TotpSecret, judge_code,
};
pub use clock::{ClockOffset, DAY_MILLIS, Timestamp};
pub use data_category::DataCategory;
pub use day::Date;
pub use enrolment_code::{CODE_CHARACTERS, CodeSlip, EnrolmentCode};
pub use error_chain::error_chain;
pub use ids::{CallId, EnrolmentId, Generation, GrantId, PersonId, SchoolId, ServiceId, StationId};
pub use name_key::{NameKey, invisible_in};
pub use network::{NetworkError, check_host_bits, deserialize_networks, parse_network};
pub use number_problem::NumberProblem;
pub use otpauth::otpauth_uri;
pub use person::Person;
pub use phone_number::{EXTENSION_DIGITS, NUMBER_BYTES, NUMBER_DIGITS, PhoneNumber};
pub use policy::{
    Answering, AuthenticatorApp, CallRule, CodeRule, CodeWhere, Help, Lifetimes, Limits, MethodKind,
    MethodRule, NestedNetworks, NoSmartphone, NumberClass, NumberRule, Policy, PolicyError, Profile,
    ProfileCalls, ProfileCodes, ProfileLifetimes, ProfileNumbers, ProfileSchool, PromptLanguage, Region,
    Retention, School, SchoolsUnasked, SignInWay, StoreButtons, Stores, Trust, Wanted,
};
pub use reference::{Reference, ReferenceError};
pub use text::{Label, LabelError};
pub use two_digits::{DigitToPress, TwoDigits};
pub use typed::{ascii_form, digit_value, is_separator, is_unseen};
pub use wall_time::{UNITED_KINGDOM, WallTime};
pub use wipe_stack::wipe_stack;
