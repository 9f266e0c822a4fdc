//! A sample journey for the tests: the example policy, a sample person, and a walk to any page.

use std::sync::{Arc, LazyLock};

use domain::{
    ClockOffset, CodeVerdict, EnrolmentId, Generation, Label, Person, PersonId, Profile, Reference, Step,
    Timestamp,
};
use journey::{
    Attempt, CallEnding, Effect, Event, Journey, NumberId, Page, PhoneChoice, RefusedWhy, SecretId,
    SendFault, ServiceFault, SignedIn, Startup,
};

use super::{View, view};
use crate::effects::scripted::sample_profile;
use crate::{
    texts::Texts,
    workstation::{Mode, Workstation},
};

/// 24 November 2026, noon.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_795_521_600);

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::english().expect("the words"));

/// A journey and what it asked for last.
#[derive(Clone)]
pub(crate) struct Walk {
    pub(crate) journey: Journey,
    attempt: Attempt,
    startup: Startup,
    person: SignedIn,
    phone: PhoneChoice,
}

impl Walk {
    /// At "Starting".
    pub(crate) fn new(resume: Option<Page>) -> Self {
        Self::of(sample_profile(), PhoneChoice::IPhone, resume)
    }

    /// At "Starting", of somebody with such a phone, under a profile.
    pub(crate) fn of(profile: Profile, phone: PhoneChoice, resume: Option<Page>) -> Self {
        Self::under(Startup { profile: Arc::new(profile), ..startup() }, phone, resume)
    }

    /// At "Starting", of somebody with such a phone, where the service will say this.
    pub(crate) fn under(startup: Startup, phone: PhoneChoice, resume: Option<Page>) -> Self {
        let (journey, effects) = Journey::new(resume);
        let mut walk = Self { journey, attempt: Attempt(0), startup, person: signed_in(), phone };
        walk.note(&effects);
        walk
    }

    /// At a page, on the plain way there.
    pub(crate) fn to(page: Page) -> Self {
        Self::new(None).at(page)
    }

    /// The same of another person.
    pub(crate) fn of_person(self, person: SignedIn) -> Self {
        Self { person, ..self }
    }

    /// From "Starting" to a page, on the plain way there.
    pub(crate) fn at(self, page: Page) -> Self {
        let mut walk = self;
        match page {
            Page::CannotStart => walk.on(Event::PolicyFailed(walk.attempt, ServiceFault::Unreachable)),
            Page::NotYou => {
                walk.forward_to(Page::IsThisYou);
                walk.on(Event::NotMe);
            }
            Page::NoSmartphone => {
                walk.forward_to(Page::WhatPhone);
                walk.on(Event::PhoneChosen(PhoneChoice::NoSmartphone));
                walk.on(Event::Next);
            }
            Page::CouldNotFinish => {
                walk.forward_to(Page::CheckAndSend);
                walk.on(Event::Next);
                walk.on(Event::Saved(walk.attempt, reference()));
                walk.on(Event::SendFailed(SendFault::Refused(RefusedWhy::GrantExpired)));
            }
            Page::Starting
            | Page::BeforeYouStart
            | Page::HowWeUseYourDetails
            | Page::WhoAreYou
            | Page::IsThisYou
            | Page::WhatPhone
            | Page::GetTheApp
            | Page::AddAnAccount
            | Page::ScanTheCode
            | Page::TestIt
            | Page::YourPhoneNumber
            | Page::AnswerTheCall
            | Page::CheckAndSend
            | Page::Done => walk.forward_to(page),
        }
        assert_eq!(walk.journey.page(), page);
        walk
    }

    /// One event.
    pub(crate) fn on(&mut self, event: Event) {
        let (journey, effects) = self.journey.clone().on(event, NOW);
        self.journey = journey;
        self.note(&effects);
    }

    /// The attempt of what was asked last.
    pub(crate) fn last_attempt(&self) -> Attempt {
        self.attempt
    }

    /// The page in words.
    pub(crate) fn view(&self) -> View {
        self.view_at(&Workstation::default())
    }

    /// The page in words, where one person comes after another.
    pub(crate) fn view_of_a_session(&self) -> View {
        self.view_at(&Workstation { mode: Mode::Session, ..Workstation::default() })
    }

    /// The page in words, at a workstation.
    pub(crate) fn view_at(&self, workstation: &Workstation) -> View {
        self.view_on(workstation, NOW)
    }

    /// The page in words, at a workstation and a time.
    pub(crate) fn view_on(&self, workstation: &Workstation, now: Timestamp) -> View {
        view(&self.journey, &TEXTS, workstation, now)
    }

    /// On, until a page.
    pub(crate) fn forward_to(&mut self, page: Page) {
        for _ in 0..20 {
            if self.journey.page() == page {
                return;
            }
            self.forward();
        }
        panic!("{page:?} is not on the way");
    }

    /// What leads on from a page, all going well. From the last pages nothing does.
    pub(crate) fn forward(&mut self) {
        match self.journey.page() {
            Page::Starting => {
                let startup = Box::new(self.startup.clone());
                self.on(Event::PolicyArrived(self.attempt, startup));
            }
            Page::WhoAreYou => {
                self.on(Event::Next);
                if self.journey.waiting().is_some() {
                    self.on(Event::SignedIn(self.attempt, Box::new(self.person.clone())));
                }
            }
            Page::IsThisYou => self.on(Event::ThisIsMe),
            Page::WhatPhone => {
                self.on(Event::PhoneChosen(self.phone));
                self.on(Event::Next);
            }
            Page::AddAnAccount => {
                self.on(Event::Next);
                self.on(Event::SecretMade(SecretId(1)));
            }
            Page::TestIt => {
                self.on(Event::Next);
                self.on(Event::CodeJudged(self.attempt, CodeVerdict::Right { step: Step::at(NOW) }));
            }
            Page::YourPhoneNumber => {
                self.on(Event::Next);
                self.on(Event::NumberJudged(self.attempt, Ok(NumberId(1))));
            }
            Page::AnswerTheCall => {
                self.on(Event::Next);
                self.on(Event::CallEnded(self.attempt, CallEnding::Confirmed));
            }
            Page::CheckAndSend => {
                self.on(Event::Next);
                self.on(Event::Saved(self.attempt, reference()));
                self.on(Event::Accepted(reference()));
            }
            Page::BeforeYouStart | Page::HowWeUseYourDetails | Page::GetTheApp | Page::ScanTheCode => {
                self.on(Event::Next);
            }
            Page::CannotStart | Page::NotYou | Page::NoSmartphone | Page::Done | Page::CouldNotFinish => {}
        }
    }

    fn note(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::StartTimer(attempt, _)
            | Effect::JudgeCode { attempt, .. }
            | Effect::JudgeNumber { attempt, .. } = effect
            {
                self.attempt = *attempt;
            }
        }
    }
}

/// Every page.
pub(crate) const PAGES: [Page; 18] = [
    Page::Starting,
    Page::CannotStart,
    Page::BeforeYouStart,
    Page::HowWeUseYourDetails,
    Page::WhoAreYou,
    Page::IsThisYou,
    Page::NotYou,
    Page::WhatPhone,
    Page::NoSmartphone,
    Page::GetTheApp,
    Page::AddAnAccount,
    Page::ScanTheCode,
    Page::TestIt,
    Page::YourPhoneNumber,
    Page::AnswerTheCall,
    Page::CheckAndSend,
    Page::Done,
    Page::CouldNotFinish,
];

/// The example policy with calls, seen from its first school.
pub(crate) fn startup() -> Startup {
    let profile = sample_profile();
    let place = profile.schools.first().cloned();
    Startup { profile: Arc::new(profile), place, clock: ClockOffset::default(), practice: false }
}

/// A person of the first school.
pub(crate) fn signed_in() -> SignedIn {
    let label = |text: &str| Label::new(text).expect("a label");
    let school = startup().place.expect("a school");
    SignedIn {
        person: Person {
            id: PersonId::at(NOW, [1; 10]),
            name: label("Sam Sample"),
            sign_in_name: label("s.sample@oaktree.example"),
            school: school.id,
        },
        school_name: school.name,
        generation: Generation(0),
        used_before: false,
        last_used: None,
        set_up: Vec::new(),
    }
}

/// The reference of the sample enrolment.
pub(crate) fn reference() -> Reference {
    Reference::of(EnrolmentId::at(NOW, [2; 10]))
}
