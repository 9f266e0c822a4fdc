//! The enrolment as a pure state machine: what is known, where the person stands, what happens next.
//!
//! Not here: words, windows, the network, secrets. Events and effects carry ids only (`SecretId`, `FieldId`);
//! what they stand for lives in the assistant's keeper. No I/O, no clock, no randomness.

mod effect;
mod event;
mod facts;
mod machine;
mod navigation;
mod pages;
mod phone_test;
mod problem;
mod signing_in;
mod startup;
mod state;
mod steps;
mod submit;
mod wrong_codes;

pub use effect::Effect;
pub use event::{
    CallEnding, CallFault, ChangeWhat, Event, PhoneChoice, RefusedWhy, SaveFault, SendFault, ServiceFault,
    SignInFault, Startup,
};
pub use facts::{Attempt, Facts, FieldId, NumberId, Phone, Proof, SecretId, SignedIn};
pub use machine::Journey;
pub use problem::{HELP_AFTER_TRIES, Problem, Wait};
pub use state::{
    CallStage, CannotStart, Judging, Page, Sent, State, Submission, TestCall, WhoAreYou, YourPhoneNumber,
};
pub use steps::first_unmet;

#[cfg(test)]
mod tests;
