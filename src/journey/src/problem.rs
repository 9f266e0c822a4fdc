//! What stands in the way, as data. The words and the one next action are the view's.

use domain::{CodeSlip, NumberProblem};

use crate::{CallEnding, CallFault, SaveFault, ServiceFault, SignInFault, SlipFault};

/// From this many wrong tries on, help is offered.
pub const HELP_AFTER_TRIES: u32 = 3;

/// A problem on the page that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The service cannot be used.
    Service(ServiceFault),
    /// The enrolment code is mistyped.
    CodeSlip(CodeSlip),
    /// The service refused the enrolment code. Never `Slip` or `Service`: they have problems of their own.
    SignIn(SignInFault),
    /// No phone is selected.
    ChoosePhone,
    /// Not six digits.
    CodeNotSixDigits {
        /// Whether nothing was typed.
        is_empty: bool,
        /// Wrong tries so far.
        tries: u32,
    },
    /// A code of some minutes ago.
    CodeOld {
        /// How old.
        secs: i64,
        /// Wrong tries so far.
        tries: u32,
    },
    /// A code of some minutes ahead.
    CodeEarly {
        /// How early.
        secs: i64,
        /// Wrong tries so far.
        tries: u32,
    },
    /// The phone's clock is out: two different codes agree.
    PhoneClock {
        /// Minutes by which the phone is ahead; negative: behind.
        minutes: i64,
        /// Wrong tries so far.
        tries: u32,
    },
    /// This computer's clock is out, measured against the service.
    ComputerClock {
        /// Seconds by which this computer is ahead; negative: behind.
        secs: i64,
        /// Wrong tries so far.
        tries: u32,
    },
    /// No code of this secret: perhaps another or an older entry in the app.
    CodeNoMatch {
        /// Wrong tries so far.
        tries: u32,
    },
    /// The number does not count.
    Number(NumberProblem),
    /// The service places no call.
    NoCall(CallFault),
    /// The call ended, and not well.
    Call(CallEnding),
    /// The enrolment could not be saved on this computer.
    Save(SaveFault),
    /// The slip could not be saved or printed. The enrolment is not touched by it.
    Slip(SlipFault),
    /// It took too long.
    TookTooLong(Wait),
}

/// What a person waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The service's answer to the enrolment code.
    SignIn,
    /// The judgement of the six digits.
    CodeCheck,
    /// The judgement of the number.
    NumberCheck,
    /// The service's answer to the request for a call.
    CallRequest,
    /// The write to this computer's disk.
    Save,
    /// The slip.
    Slip,
}

impl Problem {
    /// Wrong six-digit codes so far, where this is about one.
    pub fn code_tries(&self) -> Option<u32> {
        match self {
            Self::CodeNotSixDigits { tries, .. }
            | Self::CodeOld { tries, .. }
            | Self::CodeEarly { tries, .. }
            | Self::PhoneClock { tries, .. }
            | Self::ComputerClock { tries, .. }
            | Self::CodeNoMatch { tries } => Some(*tries),
            Self::Service(_)
            | Self::CodeSlip(_)
            | Self::SignIn(_)
            | Self::ChoosePhone
            | Self::Number(_)
            | Self::NoCall(_)
            | Self::Call(_)
            | Self::Save(_)
            | Self::Slip(_)
            | Self::TookTooLong(_) => None,
        }
    }
}
