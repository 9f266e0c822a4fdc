//! The practice line. It rings only a phone in this process, which a person answers by hand or which answers by itself.
//!
//! The assistant and the demo show the phone. The service's settings keep this line out of production.

mod autopilot;
mod behaviour;
mod line;
mod phone;

pub use behaviour::{Behaviour, Pace};
pub use line::PracticeLine;
pub use phone::{PracticeCall, PracticePhone, PracticeStage};

#[cfg(test)]
mod tests;
