//! What can happen: what the person does, and what the world answers. Never a code, a secret or a number.

use std::sync::Arc;

use domain::{ClockOffset, CodeVerdict, NumberProblem, Profile, ProfileSchool, Reference, Region};

use crate::{
    Attempt, CallEnding, CallFault, CallStage, FieldId, NumberId, PhoneChoice, SaveFault, SecretId,
    SendFault, ServiceFault, SignInFault, SignedIn, SlipFault, SlipPlace,
};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The signed policy arrived and its signature holds.
    PolicyArrived(Attempt, Box<Startup>),
    /// It did not.
    PolicyFailed(Attempt, ServiceFault),
    /// The clocks were compared (again), and where this computer is was said again.
    ClockMeasured(ClockOffset, Option<ProfileSchool>),
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
    /// Show how long what is kept, or hide it.
    ShowPeriods(bool),
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
    /// Save the slip, in this folder.
    SaveSlip(SlipPlace),
    /// Print the slip.
    PrintSlip,
    /// The slip is on the disk, under this name.
    SlipSaved(Attempt, String),
    /// The slip is open in another program, which prints it.
    SlipOpened(Attempt),
    /// There is no slip.
    SlipFailed(Attempt, SlipFault),
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
    /// The trust's profile.
    pub profile: Arc<Profile>,
    /// The school whose network this computer is on.
    pub place: Option<ProfileSchool>,
    /// The clocks, compared.
    pub clock: ClockOffset,
    /// The service's calls are for practice: no phone rings.
    pub practice: bool,
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
