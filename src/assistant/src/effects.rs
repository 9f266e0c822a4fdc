//! What the journey wants of the world, as work that is asked for and answers that come later.
//!
//! Not here: secrets. What crosses this line is sealed already, or plain and harmless.

mod answer_channel;
pub mod appearance;
mod call_follower;
mod callbacks;
mod certificates;
mod clock;
pub mod connection_check;
pub mod desktop;
pub mod display_preferences;
mod folder;
pub mod instance;
mod live;
pub mod log;
mod outbox;
mod outbox_sender;
mod pin;
mod pinned_service;
pub mod proxy;
mod resume;
mod route_pool;
mod routed_transport;
pub mod scripted;
mod sessions;
mod severity;
mod sign_in;
pub mod slip;
mod start_error;
pub mod station;
mod system_colours;
pub mod system_log;
#[cfg(windows)]
pub(crate) mod windows;
pub mod work_area;
mod worker;

use domain::{
    CallId, ClockOffset, EnrolmentId, Generation, GrantId, Label, MethodKind, Person, Reference, SchoolId,
    StationId, Timestamp, TwoDigits,
};
use journey::{
    Attempt, CallEnding, CallFault, CallStage, SaveFault, SendFault, ServiceFault, SignInFault, SlipFault,
    SlipPlace,
};
use protocol::{PolicyDocument, Sealed};

pub use callbacks::{OnAccepted, OnStationFault, OnStuck};
pub use certificates::check_certificates;
pub use folder::{DataFolder, FolderError};
pub use live::{LiveEffects, LiveOptions};
pub use outbox::is_outbox_submission;
pub use pin::is_remembered_service;
pub use resume::{Resumed, is_remembered_page};
pub use slip::SlipFile;
pub use start_error::StartError;

/// Something to be done outside.
#[derive(Debug)]
pub enum Work {
    /// Fetch the signed policy and measure the clock.
    FetchPolicy(Attempt),
    /// Measure the clock again: `ClockMeasured` or `ClockNotMeasured`.
    MeasureClock,
    /// Send a sealed sign-in.
    SignIn(Attempt, Box<Sealed>),
    /// The journey took the answer to this sign-in: its session is the one under way.
    TakeSession(Attempt),
    /// Tell the service that the signed-in person is somebody else.
    NotMe,
    /// End the session.
    SignOut,
    /// Ask the service for a test call, and tell what comes of it.
    StartCall(Attempt, CallId, Box<Sealed>),
    /// End that call.
    EndCall(CallId),
    /// Put a sealed enrolment on the disk, answer `Saved`, then send it.
    Save(Attempt, EnrolmentId, Box<Sealed>),
    /// Send what waits, now.
    SendNow,
    /// Write the slip into a folder of the person's, then answer `SlipSaved`.
    SaveSlip(Attempt, SlipPlace, SlipFile),
    /// Open the slip in the program that shows such files, then answer `SlipOpened`.
    PrintSlip(Attempt, SlipFile),
    /// Take away the slip that was opened.
    ForgetSlip,
    /// Remember the page reached until a day.
    RememberPage(Resumed, Timestamp),
    /// Nothing is left to come back to.
    ForgetPage,
    /// Answer `TimerElapsed` after some seconds.
    StartTimer(Attempt, u32),
}

/// What came of it.
#[derive(Debug)]
pub enum Answer {
    /// The policy is here, signed by the pinned key.
    PolicyFetched(Attempt, Box<FetchedPolicy>),
    /// It is not.
    PolicyFailed(Attempt, ServiceFault),
    /// The clock was measured.
    ClockMeasured(ClockOffset, Option<SchoolId>),
    /// It was not.
    ClockNotMeasured(ServiceFault),
    /// The service knows the person.
    SignedIn(Attempt, Box<Welcome>),
    /// It does not, or could not be asked.
    SignInFailed(Attempt, SignInFault),
    /// It was sealed with a time that is not the service's.
    SignInClockOff(Attempt),
    /// The service takes the call; these digits are to be pressed.
    CallTaken(Attempt, TwoDigits),
    /// The call came further.
    CallMoved(Attempt, CallStage),
    /// It has ended.
    CallEnded(Attempt, CallEnding),
    /// The service places no call.
    CallFailed(Attempt, CallFault),
    /// The sealed enrolment is durably on the disk.
    Saved(Attempt),
    /// It is not.
    SaveFailed(Attempt, SaveFault),
    /// The service has it; the receipt was signed by the pinned key.
    Accepted(EnrolmentId, Reference),
    /// It was not sent yet, or was refused and set aside.
    SendFailed(EnrolmentId, SendFault),
    /// An unreadable entry of the outbox was set aside under this file name.
    SetAside(String),
    /// An entry of the outbox cannot be read just now, and stays where it is. Said again at each try.
    Held(String),
    /// The slip is in this file.
    SlipSaved(Attempt, std::path::PathBuf),
    /// The slip is open.
    SlipOpened(Attempt),
    /// There is no slip.
    SlipFailed(Attempt, SlipFault),
    /// The seconds are over.
    TimerElapsed(Attempt),
}

/// What the service says before anybody signs in.
#[derive(Debug)]
pub struct FetchedPolicy {
    /// The signed policy with the envelope key.
    pub document: PolicyDocument,
    /// The school on whose network this computer is.
    pub place: Option<SchoolId>,
    /// How far this computer's clock is ahead.
    pub clock: ClockOffset,
}

/// What the service says to a person who signed in. The session token stays with the worker.
#[derive(Debug)]
pub struct Welcome {
    /// The right to send this one enrolment.
    pub grant: GrantId,
    /// The person's generation.
    pub generation: Generation,
    /// The person.
    pub person: Person,
    /// The school's name.
    pub school_name: Label,
    /// Whether this code was used before.
    pub used_before: bool,
    /// When that was, where the service says so.
    pub last_used_at: Option<Timestamp>,
    /// When the service noted this sign-in, where it says so.
    pub signed_in_at: Option<Timestamp>,
    /// What the person has set up already.
    pub set_up: Vec<MethodKind>,
    /// At which station the service takes this to be.
    pub station: Option<StationId>,
}

/// The world, as the driver sees it.
pub trait Effects {
    /// Starts some work. Never waits.
    fn run(&mut self, work: Work);
    /// The next answer, if one is there.
    fn answers(&mut self) -> Option<Answer>;
    /// The service's time as well as it is known; this computer's before it was measured.
    fn now(&self) -> Timestamp;
    /// What this computer's own clock shows.
    fn computer_now(&self) -> Timestamp;
    /// Whether the measured time can no longer be trusted: the computer slept, or its clock was set.
    fn clock_is_doubtful(&self) -> bool {
        false
    }
    /// Fills a buffer from the system's entropy; false when there is none to be had.
    fn entropy(&mut self, into: &mut [u8]) -> bool;
    /// Sets what is called, from any thread, whenever an answer is there.
    fn wake_with(&mut self, wake: Box<dyn Fn() + Send + Sync>) {
        drop(wake);
    }
}
