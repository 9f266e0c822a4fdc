//! What is known so far. Where the person stands is not here: that is `State`.

use std::sync::Arc;

use domain::{
    ClockOffset, Date, Generation, Label, MethodKind, Person, Profile, ProfileSchool, Reference, Region,
    Timestamp, Wanted,
};

use crate::{NumberId, Page, Phone, SecretId};

/// Who signed in, as the service says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub person: Person,
    /// Their school's name.
    pub school_name: Label,
    /// The generation that this enrolment would follow.
    pub generation: Generation,
    /// Somebody used the code before: "Not you? Tell IT".
    pub used_before: bool,
    /// When that was, and where, where the service says so.
    pub last_used: Option<LastUse>,
    /// Methods that already work for this person.
    pub set_up: Vec<MethodKind>,
}

/// An earlier use of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// It was on this computer. Otherwise that is not known.
    pub is_here: bool,
}

/// A method that worked on this computer, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A code of this secret.
    App(SecretId),
    /// A call to this number.
    Call(NumberId),
}

impl Proof {
    /// Which method it is.
    pub const fn kind(&self) -> MethodKind {
        match self {
            Self::App(_) => MethodKind::AuthenticatorApp,
            Self::Call(_) => MethodKind::PhoneCall,
        }
    }
}

/// Everything that is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The trust's profile, once the service's signature was checked.
    pub profile: Option<Arc<Profile>>,
    /// The day, in service time, for which the policy's methods were chosen. It does not change on the way:
    /// the pages stay the same past midnight, and the service judges for itself.
    pub day: Option<Date>,
    /// The school at which this computer is.
    pub place: Option<ProfileSchool>,
    /// How far this computer's clock is ahead of the service's.
    pub clock: ClockOffset,
    /// Who signed in.
    pub signed_in: Option<SignedIn>,
    /// Their phone.
    pub phone: Option<Phone>,
    /// The secret shown. It stays the same until a new session.
    pub secret: Option<SecretId>,
    /// The region in which they write their number, when they chose one.
    pub region: Option<Region>,
    /// Their number.
    pub number: Option<NumberId>,
    /// Methods that they go on without.
    pub skipped: Vec<MethodKind>,
    /// The service's calls are for practice: no phone rings.
    pub practice: bool,
    /// What was proved since the last sign-in.
    pub proved: Vec<Proof>,
    /// The furthest page reached, this time or the last.
    pub reached: Option<Page>,
    /// The app may hold an entry of an earlier secret, which works no longer.
    pub old_entry_in_app: bool,
    /// The enrolment's reference, known from the moment it is saved.
    pub receipt: Option<Reference>,
}

impl Facts {
    /// The methods on offer, in the policy's order.
    pub fn methods(&self) -> Vec<MethodKind> {
        match (&self.profile, self.day) {
            (Some(profile), Some(day)) => profile.methods_on(day).map(|rule| rule.kind).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a method was proved with the secret that is shown, or the number that is there, now.
    pub fn is_proved(&self, kind: MethodKind) -> bool {
        self.proofs().any(|proof| proof.kind() == kind)
    }

    /// What was proved and still stands.
    pub fn proofs(&self) -> impl Iterator<Item = Proof> {
        self.proved.iter().copied().filter(|proof| match proof {
            Proof::App(secret) => Some(*secret) == self.secret,
            Proof::Call(number) => Some(*number) == self.number,
        })
    }

    /// Whether the policy lets a method be passed over today.
    pub fn is_optional(&self, kind: MethodKind) -> bool {
        match (&self.profile, self.day) {
            (Some(profile), Some(day)) => {
                profile.methods_on(day).any(|rule| rule.kind == kind && rule.wanted == Wanted::Optional)
            }
            _ => false,
        }
    }

    /// Whether what was proved is all that the policy requires.
    pub fn policy_is_met(&self) -> bool {
        let proved: Vec<_> = self.methods().into_iter().filter(|kind| self.is_proved(*kind)).collect();
        match (&self.profile, self.day) {
            (Some(profile), Some(day)) => profile.is_met_by(&proved, day),
            _ => false,
        }
    }

    /// Forgets what belongs to one session. The rules, the clock and the place stay.
    pub(crate) fn end_session(&mut self) {
        let Self {
            profile: _,
            day: _,
            place: _,
            clock: _,
            signed_in,
            phone,
            secret,
            region,
            number,
            skipped,
            practice: _,
            proved,
            reached: _,
            old_entry_in_app,
            receipt,
        } = self;
        *signed_in = None;
        *phone = None;
        *secret = None;
        *region = None;
        *number = None;
        skipped.clear();
        *old_entry_in_app = false;
        *receipt = None;
        proved.clear();
    }
}
