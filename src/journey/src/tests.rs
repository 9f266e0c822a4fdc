//! What the tests of this crate share, and a walk through all pages.

use std::sync::{Arc, LazyLock};

use domain::{
    ClockOffset, CodeVerdict, Date, EnrolmentId, Generation, Label, MethodKind, MethodRule, Person, PersonId,
    Profile, Reference, SchoolId, Step, Timestamp, Wanted,
};

use crate::*;

mod properties;
mod rows;
mod table;
mod way;

/// A moment on the day of `day`.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_795_500_000);

pub(crate) fn day() -> Date {
    Date::of(NOW)
}

/// The example policy's profile, with both methods required.
pub(crate) fn profile() -> Arc<Profile> {
    static READ: LazyLock<Arc<Profile>> = LazyLock::new(|| {
        let both = [MethodKind::AuthenticatorApp, MethodKind::PhoneCall];
        Arc::new(profile_with(both.map(|kind| (kind, Wanted::Required))))
    });
    READ.clone()
}

/// The example policy's profile, with these methods.
pub(crate) fn profile_with<const N: usize>(methods: [(MethodKind, Wanted); N]) -> Profile {
    let text = include_str!("../../../assets/policy.example.toml");
    let profile: Profile = toml::from_str(text).expect("the example is a policy");
    let methods = methods.map(|(kind, wanted)| MethodRule { kind, wanted, retires: None });
    Profile { methods: methods.to_vec(), ..profile }
}

/// A person who signed in.
pub(crate) fn ford() -> SignedIn {
    someone("Ford Prefect", 1)
}

/// Another.
pub(crate) fn zaphod() -> SignedIn {
    someone("Zaphod Beeblebrox", 2)
}

fn someone(name: &str, number: u8) -> SignedIn {
    let label = |text: &str| Label::new(text).expect("a label");
    SignedIn {
        person: Person {
            id: PersonId::at(Timestamp::from_secs(0), [number; 10]),
            name: label(name),
            sign_in_name: label("someone@oaktree.example"),
            school: SchoolId("elm".to_owned()),
        },
        school_name: label("Elm Academy"),
        generation: Generation(0),
        used_before: false,
        last_used: None,
        set_up: Vec::new(),
    }
}

/// The first answers of a service that works.
pub(crate) fn startup() -> Box<Startup> {
    Box::new(Startup { profile: profile(), place: None, clock: ClockOffset::default(), practice: false })
}

/// The reference of an enrolment.
pub(crate) fn reference(number: u8) -> Reference {
    Reference::of(EnrolmentId::at(Timestamp::from_secs(0), [number; 10]))
}

/// A right code's verdict.
pub(crate) const RIGHT: CodeVerdict = CodeVerdict::Right { step: Step(59_850_000) };

/// A journey, the effects that it wants last, and successful answers to them.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    pub(crate) journey: Journey,
    pub(crate) effects: Vec<Effect>,
}

impl Walk {
    /// A new journey, nothing answered yet.
    pub(crate) fn new(resume: Option<Page>) -> Self {
        let (journey, effects) = Journey::new(resume);
        Self { journey, effects }
    }

    /// One event.
    pub(crate) fn on(&mut self, event: Event) -> &mut Self {
        let (journey, effects) = self.journey.clone().on(event, NOW);
        self.journey = journey;
        self.effects = effects;
        self
    }

    /// The attempt of what was asked last.
    pub(crate) fn last_attempt(&self) -> Attempt {
        let attempt = self.effects.iter().find_map(|effect| match effect {
            Effect::FetchPolicy(attempt) | Effect::StartTimer(attempt, _) => Some(*attempt),
            Effect::SignIn { attempt, .. }
            | Effect::JudgeCode { attempt, .. }
            | Effect::JudgeNumber { attempt, .. }
            | Effect::StartCall { attempt, .. }
            | Effect::SaveSlip { attempt, .. }
            | Effect::PrintSlip(attempt)
            | Effect::SealAndSave { attempt, .. } => Some(*attempt),
            Effect::MeasureClock
            | Effect::TellNotMe
            | Effect::MakeSecret
            | Effect::PreviewNumber { .. }
            | Effect::EndCall
            | Effect::SendNow
            | Effect::RememberPage(_)
            | Effect::ForgetSecrets
            | Effect::ForgetSlip
            | Effect::ClearField(_)
            | Effect::Close => None,
        });
        attempt.expect("something was asked")
    }

    /// Forward by one page, with every effect successful.
    pub(crate) fn forward(&mut self) -> &mut Self {
        match self.journey.page() {
            Page::Starting => self.on(Event::PolicyArrived(table::open_attempt(&self.journey), startup())),
            Page::WhoAreYou => {
                self.on(Event::Next);
                match self.journey.waiting() {
                    Some(attempt) => self.on(Event::SignedIn(attempt, Box::new(ford()))),
                    None => self,
                }
            }
            Page::IsThisYou => self.on(Event::ThisIsMe),
            Page::WhatPhone => {
                if self.journey.facts().phone.is_none() {
                    self.on(Event::PhoneChosen(PhoneChoice::Android));
                }
                self.on(Event::Next)
            }
            Page::ScanTheCode => {
                if self.journey.facts().secret.is_none() {
                    self.on(Event::SecretMade(SecretId(7)));
                }
                self.on(Event::Next)
            }
            Page::TestIt => {
                self.on(Event::Next);
                match self.journey.waiting() {
                    Some(attempt) => self.on(Event::CodeJudged(attempt, RIGHT)).on(Event::Next),
                    None => self,
                }
            }
            Page::YourPhoneNumber => {
                self.on(Event::Next);
                match self.journey.waiting() {
                    Some(attempt) => self.on(Event::NumberJudged(attempt, Ok(NumberId(3)))),
                    None => self,
                }
            }
            Page::AnswerTheCall => {
                self.on(Event::Next);
                match self.journey.call_under_way() {
                    Some(call) => self.on(Event::CallEnded(call, CallEnding::Confirmed)).on(Event::Next),
                    None => self,
                }
            }
            Page::CheckAndSend => {
                self.on(Event::Next);
                let attempt = table::open_attempt(&self.journey);
                self.on(Event::Saved(attempt, reference(1)));
                self.on(Event::Accepted(reference(1)))
            }
            Page::BeforeYouStart | Page::HowWeUseYourDetails | Page::GetTheApp | Page::AddAnAccount => {
                self.on(Event::Next)
            }
            Page::CannotStart | Page::NotYou | Page::NoSmartphone | Page::Done | Page::CouldNotFinish => self,
        }
    }

    /// Forward until a page is reached.
    pub(crate) fn to(page: Page) -> Self {
        let mut walk = Self::new(None);
        for _ in 0..20 {
            if walk.journey.page() == page {
                return walk;
            }
            walk.forward();
        }
        panic!("{page:?} is not on the way");
    }
}
