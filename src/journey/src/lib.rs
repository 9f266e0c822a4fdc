//! The enrolment as a pure state machine: what is known, where the person stands, what happens next.
//!
//! Not here: words, windows, the network, secrets. Events and effects carry ids only (`SecretId`, `FieldId`);
//! what they stand for lives in the assistant's keeper. No I/O, no clock, no randomness.

mod effect;
mod event;
mod facts;
mod faults;
mod ids;
mod machine;
mod navigation;
mod page;
mod pages;
mod phone;
mod phone_test;
mod problem;
mod signing_in;
mod slip;
mod slip_place;
mod startup;
mod state;
mod steps;
mod submit;
mod wrong_codes;

pub use effect::Effect;
pub use event::{ChangeWhat, Event, Startup};
pub use facts::{Facts, LastUse, Proof, SignedIn};
pub use faults::{
    CallEnding, CallFault, RefusedWhy, SaveFault, SendFault, ServiceFault, SignInFault, SlipFault,
};
pub use ids::{Attempt, FieldId, NumberId, SecretId};
pub use machine::Journey;
pub use page::Page;
pub use phone::{Phone, PhoneChoice};
pub use problem::{HELP_AFTER_TRIES, Problem, Wait};
pub use slip_place::SlipPlace;
pub use state::{
    CallStage, CannotStart, CodeTest, Judging, Sent, Slip, State, Submission, TestCall, WhoAreYou,
    YourPhoneNumber,
};
pub use steps::first_unmet;

#[cfg(test)]
mod tests;
