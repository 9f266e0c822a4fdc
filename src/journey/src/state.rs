//! Where the person stands. What is known is not here: that is `Facts`.

use crate::{Attempt, CallEnding, Page, PhoneChoice, RefusedWhy, ServiceFault};

/// One state for each page, with what is true only there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The policy is being fetched.
    Starting(Attempt),
    /// It could not be.
    CannotStart(CannotStart),
    /// Page 1.
    BeforeYouStart,
    /// Page 2.
    HowWeUseYourDetails {
        /// How long what is kept is shown.
        periods_shown: bool,
    },
    /// Page 3.
    WhoAreYou(WhoAreYou),
    /// Page 3, the question.
    IsThisYou,
    /// They said no.
    NotYou,
    /// Page 4.
    WhatPhone {
        /// What is selected.
        chosen: Option<PhoneChoice>,
    },
    /// What the policy offers instead.
    NoSmartphone,
    /// Page 5.
    GetTheApp,
    /// Page 6.
    AddAnAccount,
    /// Page 7.
    ScanTheCode {
        /// The QR code is drawn larger.
        bigger: bool,
        /// The key is shown as text.
        key_shown: bool,
    },
    /// Page 8.
    TestIt(CodeTest),
    /// Page 9.
    YourPhoneNumber(YourPhoneNumber),
    /// Page 10.
    AnswerTheCall(TestCall),
    /// Page 11.
    CheckAndSend(Submission),
    /// Page 12.
    Done {
        /// What it means.
        sent: Sent,
        /// What became of the slip to take away.
        slip: Slip,
    },
    /// The service refused for good.
    CouldNotFinish(RefusedWhy),
}

/// The service could not be used. While it is out of reach, it is asked again now and then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotStart {
    /// Why.
    pub fault: ServiceFault,
    /// The pause until the next question, or that question.
    pub attempt: Attempt,
    /// Whether it is the question.
    pub asking: bool,
}

/// "Who are you?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WhoAreYou {
    /// The sign-in under way.
    pub signing_in: Option<Attempt>,
    /// Something was typed since the last sign-in, so **Next** signs in anew.
    pub edited: bool,
}

/// How far the test of the app has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeTest {
    /// No code yet; or the app was proved on an earlier visit to the page.
    Ready,
    /// A code is being judged.
    Judging(Judging),
    /// The code was right. The page says so until **Next**.
    Passed,
}

/// A code that is being judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judging {
    /// The question.
    pub attempt: Attempt,
    /// Asked while typing: a wrong verdict changes nothing.
    pub quiet: bool,
}

/// "Your phone number".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct YourPhoneNumber {
    /// The number is being judged.
    pub judging: Option<Attempt>,
    /// Something was typed since it was judged last.
    pub edited: bool,
    /// The list of regions is open.
    pub regions_open: bool,
}

/// How far the test call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestCall {
    /// No call yet; or the number was proved on an earlier visit to the page.
    Ready,
    /// The service is being asked.
    Asking(Attempt),
    /// The service calls.
    Live {
        /// Which call.
        call: Attempt,
        /// Until it has taken too long.
        attempt: Attempt,
        /// How far it has come.
        stage: CallStage,
    },
    /// It ended, and not well.
    Ended(CallEnding),
    /// The right digits were pressed. The page says so until **Next**.
    Passed,
}

/// What the page tells while a call is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallStage {
    /// Others are called first.
    Waiting {
        /// So many.
        ahead: u32,
    },
    /// The line dials.
    Dialling,
    /// The phone rings.
    Ringing,
    /// It was answered.
    Answered,
    /// Wrong digits were pressed; there is one more try.
    WrongDigits,
}

/// How far the submission has come on "Check and send".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submission {
    /// Not sent yet.
    Ready,
    /// Being sealed and written.
    Saving(Attempt),
    /// Writing took too long: it may or may not be in the outbox, so nothing can be changed any more.
    Unsure,
    /// Durable, and on its way.
    Sending(Attempt),
}

/// What "Done" means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Durable on this computer; it goes when the network is back.
    Saved,
    /// The service has it.
    Accepted,
}

/// The slip to take away, of an enrolment that the service has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Slip {
    /// Not asked for, or it could not be made.
    #[default]
    NotMade,
    /// It is being written.
    Making(Attempt),
    /// It is on the disk, under this name.
    Saved(String),
    /// It is open in another program, which prints it.
    Opened,
}

impl State {
    /// The page that shows this state.
    pub fn page(&self) -> Page {
        match self {
            Self::Starting(_) => Page::Starting,
            Self::CannotStart(_) => Page::CannotStart,
            Self::BeforeYouStart => Page::BeforeYouStart,
            Self::HowWeUseYourDetails { .. } => Page::HowWeUseYourDetails,
            Self::WhoAreYou(_) => Page::WhoAreYou,
            Self::IsThisYou => Page::IsThisYou,
            Self::NotYou => Page::NotYou,
            Self::WhatPhone { .. } => Page::WhatPhone,
            Self::NoSmartphone => Page::NoSmartphone,
            Self::GetTheApp => Page::GetTheApp,
            Self::AddAnAccount => Page::AddAnAccount,
            Self::ScanTheCode { .. } => Page::ScanTheCode,
            Self::TestIt(_) => Page::TestIt,
            Self::YourPhoneNumber(_) => Page::YourPhoneNumber,
            Self::AnswerTheCall(_) => Page::AnswerTheCall,
            Self::CheckAndSend(_) => Page::CheckAndSend,
            Self::Done { .. } => Page::Done,
            Self::CouldNotFinish(_) => Page::CouldNotFinish,
        }
    }

    /// What the person waits for.
    pub fn waiting(&self) -> Option<Attempt> {
        match self {
            Self::Starting(attempt)
            | Self::AnswerTheCall(TestCall::Asking(attempt) | TestCall::Live { attempt, .. })
            | Self::CheckAndSend(Submission::Saving(attempt) | Submission::Sending(attempt)) => {
                Some(*attempt)
            }
            Self::WhoAreYou(WhoAreYou { signing_in, .. }) => *signing_in,
            Self::TestIt(CodeTest::Judging(Judging { attempt, quiet: false })) => Some(*attempt),
            Self::YourPhoneNumber(YourPhoneNumber { judging, .. }) => *judging,
            Self::Done { slip: Slip::Making(attempt), .. } => Some(*attempt),
            Self::CannotStart(_)
            | Self::BeforeYouStart
            | Self::HowWeUseYourDetails { .. }
            | Self::IsThisYou
            | Self::NotYou
            | Self::WhatPhone { .. }
            | Self::NoSmartphone
            | Self::GetTheApp
            | Self::AddAnAccount
            | Self::ScanTheCode { .. }
            | Self::TestIt(_)
            | Self::AnswerTheCall(TestCall::Ready | TestCall::Ended(_) | TestCall::Passed)
            | Self::CheckAndSend(Submission::Ready | Submission::Unsure)
            | Self::Done { .. }
            | Self::CouldNotFinish(_) => None,
        }
    }
}
