//! What the driver is asked to do. It answers with events; it never changes the journey otherwise.

use domain::Region;

use crate::{Attempt, FieldId, NumberId, Page, Proof, SecretId, SlipPlace};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Fetch and check the signed policy and the clock: `PolicyArrived` or `PolicyFailed`.
    FetchPolicy(Attempt),
    /// Compare the clocks again: `ClockMeasured`, or nothing when the service does not answer.
    MeasureClock,
    /// Parse the field and sign in with it: `SignedIn` or `SignInFailed`.
    SignIn {
        /// To be named in the answer.
        attempt: Attempt,
        /// Where the code was typed.
        field: FieldId,
    },
    /// Tell the service that its code belongs to someone else. Needs no answer.
    TellNotMe,
    /// Make a secret of system entropy: `SecretMade`.
    MakeSecret,
    /// Judge the field at the service's time, as well as it is known: `CodeJudged`. The keeper holds on to the code of a right
    /// verdict for sealing, since the field is cleared then.
    JudgeCode {
        /// To be named in the answer.
        attempt: Attempt,
        /// Against which secret.
        secret: SecretId,
        /// Where the code was typed.
        field: FieldId,
        /// Asked while typing: answered only when six digits are there.
        quiet: bool,
    },
    /// Show the number as it will be called while it is typed, or nothing as long as it is none. Needs no answer.
    PreviewNumber {
        /// Where it is typed.
        field: FieldId,
        /// In which region.
        region: Region,
    },
    /// Judge the field as a number of a region, by the policy: `NumberJudged`. The keeper holds on to the number.
    JudgeNumber {
        /// To be named in the answer.
        attempt: Attempt,
        /// Where it was typed.
        field: FieldId,
        /// In which region.
        region: Region,
    },
    /// Seal the number, and ask the service to call it: `CallMoved`, `CallEnded` or `CallFailed`. One at a time.
    StartCall {
        /// To be named in the answers.
        attempt: Attempt,
        /// Which number.
        number: NumberId,
    },
    /// End the call, if there is one. Needs no answer.
    EndCall,
    /// Seal the enrolment and make it durable: `Saved` or `SaveFailed`. Asked again for an enrolment that may
    /// already be in the outbox, the same bytes are saved: an id is never used for two contents.
    SealAndSave {
        /// To be named in the answer.
        attempt: Attempt,
        /// What goes in.
        proofs: Vec<Proof>,
    },
    /// Send what is in the outbox now: `Accepted` or `SendFailed`, of this journey's enrolment only.
    SendNow,
    /// Write the slip into a folder of the person's: `SlipSaved` or `SlipFailed`.
    SaveSlip {
        /// To be named in the answer.
        attempt: Attempt,
        /// Which folder.
        place: SlipPlace,
    },
    /// Open the slip in a program that prints it: `SlipOpened` or `SlipFailed`.
    PrintSlip(Attempt),
    /// Take away what printing left. Needs no answer.
    ForgetSlip,
    /// Keep the furthest page for a resume. `Page::Done`: there is nothing left to resume.
    RememberPage(Page),
    /// Wipe every secret and every code that the keeper holds.
    ForgetSecrets,
    /// Wipe one field.
    ClearField(FieldId),
    /// Send `TimerElapsed` for this attempt after so many seconds.
    StartTimer(Attempt, u32),
    /// Close the program.
    Close,
}
