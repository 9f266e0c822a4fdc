//! Why something did not come about, and how a call ended. The words are the view's.

use domain::{CodeSlip, NumberProblem};

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
    /// An enrolment was accepted with it.
    Used,
    /// It was typed as often as it may be, and nothing was finished with it.
    UsedUp,
    /// Too old.
    Expired,
    /// Withdrawn by IT.
    Revoked,
    /// Withdrawn, and IT has issued a newer one that counts.
    Replaced,
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
    /// 9 was pressed twice: no more calls to this number.
    Stopped,
    /// The number's holder stopped calls to it while this one waited. Nobody pressed anything in it.
    StoppedBefore,
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

/// Why there is no slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipFault {
    /// The person has no such folder.
    NoFolder,
    /// Nothing may be written there.
    NotAllowed,
    /// No room on the disk.
    DiskFull,
    /// Nothing here opens it.
    NoViewer,
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
    /// IT revoked the right to send it.
    GrantRevoked,
    /// Another enrolment with the same code came first.
    AlreadyEnrolled,
    /// The same enrolment was sent before with other contents.
    Conflict,
    /// The person was reset, enrolled or left in the meantime.
    GenerationPassed,
    /// The key it is sealed to was retired.
    KeyRetired,
    /// The service's stable code for anything else.
    Other(String),
}
