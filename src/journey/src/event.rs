//! What can happen: what the person does, and what the world answers. Never a code, a secret or a number.

use std::sync::Arc;

use domain::{ClockOffset, CodeSlip, CodeVerdict, NumberProblem, Policy, Reference, Region, School};

use crate::{Attempt, CallStage, FieldId, NumberId, SecretId, SignedIn};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The signed policy arrived and its signature holds.
    PolicyArrived(Attempt, Box<Startup>),
    /// It did not.
    PolicyFailed(Attempt, ServiceFault),
    /// The clocks were compared (again), and where this computer is was said again.
    ClockMeasured(ClockOffset, Option<School>),
    /// Ask the service once more.
    TryAgain,
    /// The page's main button.
    Next,
    /// To the page before.
    Back,
    /// Open or close the help panel.
    Help(bool),
    /// The text of a field changed.
    Typed(FieldId),
    /// The service knows the code.
    SignedIn(Attempt, Box<SignedIn>),
    /// It does not, or it never was asked.
    SignInFailed(Attempt, SignInFault),
    /// "Yes, this is me".
    ThisIsMe,
    /// "No, this is not me".
    NotMe,
    /// A phone was selected.
    PhoneChosen(PhoneChoice),
    /// The keeper made a secret.
    SecretMade(SecretId),
    /// Draw the QR code larger, or as before.
    MakeBigger(bool),
    /// Show the key as text, or hide it.
    ShowKey(bool),
    /// The keeper judged the six digits.
    CodeJudged(Attempt, CodeVerdict),
    /// Open or close the list of regions.
    OpenRegions(bool),
    /// A region was selected.
    RegionChosen(Region),
    /// The keeper judged the number.
    NumberJudged(Attempt, Result<NumberId, NumberProblem>),
    /// The service took the call, or the call came further.
    CallMoved(Attempt, CallStage),
    /// The call is over.
    CallEnded(Attempt, CallEnding),
    /// The service places no call.
    CallFailed(Attempt, CallFault),
    /// Go on without this method, where the policy allows it.
    SkipMethod,
    /// "Change", beside an answer on the last page.
    Change(ChangeWhat),
    /// The enrolment is durable on this computer, under this reference.
    Saved(Attempt, Reference),
    /// It could not be written.
    SaveFailed(Attempt, SaveFault),
    /// The service has this journey's enrolment, and its receipt was checked.
    Accepted(Reference),
    /// This journey's enrolment was not taken.
    SendFailed(SendFault),
    /// The time of an `StartTimer` is over.
    TimerElapsed(Attempt),
    /// From the first page, as a new session.
    StartAgain,
    /// The same for somebody else, on the same computer.
    NextPerson,
    /// Close the program.
    Finish,
}

/// What the service says when it is first asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Startup {
    /// The rules.
    pub policy: Arc<Policy>,
    /// The school whose network this computer is on.
    pub place: Option<School>,
    /// The clocks, compared.
    pub clock: ClockOffset,
    /// The service's calls are for practice: no phone rings.
    pub practice: bool,
}

/// An answer on "What phone do you have?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneChoice {
    /// Apple.
    IPhone,
    /// Android.
    Android,
    /// "I am not sure".
    NotSure,
    /// "I do not have a smartphone".
    NoSmartphone,
}

/// What to change from the last page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeWhat {
    /// Who is enrolled.
    Person,
    /// The phone and its app. The secret stays; it is proved anew.
    App,
    /// The phone number.
    Number,
}

/// Why the service cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceFault {
    /// No answer.
    Unreachable,
    /// TLS: the certificate is not trusted.
    NotTrusted,
    /// It has another identity key than the one that is pinned.
    UnknownIdentity,
    /// What it signed does not verify.
    BadSignature,
    /// Its policy is older than one seen before.
    OlderPolicy,
    /// It answers, but not in a way that this program understands.
    Unexpected,
    /// The policy has no method to set up today.
    NothingToSetUp,
}

/// Why a sign-in failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInFault {
    /// A slip of the finger, found on this computer: it costs no try.
    Slip(CodeSlip),
    /// Unknown or wrong; the service does not say which.
    Unknown,
    /// Used up.
    Used,
    /// Too old.
    Expired,
    /// Withdrawn by IT.
    Revoked,
    /// Counts on a school's network only.
    OnlyAtSchool,
    /// The service knows the same sign-in otherwise: the next one begins anew.
    BeginAnew,
    /// Counts only at a computer that IT registered.
    OnlyAtStation,
    /// IT took this computer's registration back.
    NoStation,
    /// Too many tries.
    TryLater {
        /// Seconds until the next is heard.
        secs: u32,
    },
    /// The person is enrolled; IT must issue a code that replaces.
    AlreadyEnrolled,
    /// The policy has changed since it was fetched.
    RulesChanged,
    /// The service could not be asked.
    Service(ServiceFault),
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEnding {
    /// The right digits were pressed.
    Confirmed,
    /// Wrong digits to the end.
    NotConfirmed,
    /// Nobody answered.
    NoAnswer,
    /// The phone was in use.
    Busy,
    /// Somebody answered and hung up.
    HungUp,
    /// Answered, and nothing was pressed: voicemail, or nobody.
    NoKeys,
    /// 9 was pressed: no more calls to this number.
    Stopped,
    /// The phone company could not reach the number.
    NotReached,
    /// The service ended it before it began: it is night by now, or the sign-in was ended.
    Cancelled,
    /// Something is wrong with the service's line.
    Fault,
    /// It is not known how it ended: the service is out of reach.
    Lost,
}

/// Why the service places no call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallFault {
    /// Too many calls; the next one after so many seconds.
    TryLater {
        /// Seconds.
        secs: u32,
    },
    /// So many test calls as one sign-in has.
    NoneLeft,
    /// Nobody is called at night; calls are placed again after so many seconds.
    Quiet {
        /// Seconds.
        secs: u32,
    },
    /// The number's holder asked for no more calls.
    Stopped,
    /// The service's own look at the number.
    Number(NumberProblem),
    /// The session has ended: sign in again.
    SignedOut,
    /// The service has no line.
    NoLine,
    /// The service could not be asked.
    Service(ServiceFault),
}

/// Why nothing was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveFault {
    /// No room on the disk.
    DiskFull,
    /// Anything else.
    Other,
}

/// Why an enrolment was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendFault {
    /// No answer. It is tried again later.
    Unreachable,
    /// A final no. The submission is set aside with its reason.
    Refused(RefusedWhy),
}

/// Why the service refused an enrolment for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusedWhy {
    /// The right to send it is too old.
    GrantExpired,
    /// IT withdrew the right to send it.
    GrantRevoked,
    /// Another enrolment with the same code came first.
    AlreadyEnrolled,
    /// The same enrolment was sent before with other contents.
    Conflict,
    /// The person was reset, enrolled or left in the meantime.
    GenerationPassed,
    /// The key it is sealed to was withdrawn.
    KeyRetired,
    /// The service's stable code for anything else.
    Other(String),
}
