//! A made-up world for tests: it remembers what was asked, and answers what it is told to, or like a friendly service.
//!
//! Not here: threads, disk, network. Time stands still and entropy is a counter.

use std::collections::VecDeque;

use client::{Envelopes, Grant};
use domain::{
    ClockOffset, EnrolmentId, Generation, GrantId, Label, MethodKind, MethodRule, Person, PersonId, Profile,
    Reference, SchoolId, ServiceId, Timestamp, TwoDigits, Wanted,
};
use journey::{CallEnding, CallStage};
use protocol::{EnrolmentHeader, EnvelopePrivateKey, PolicyDocument, SealPurpose, Sealed};

use super::{Answer, Effects, FetchedPolicy, Welcome, Work};

/// When the made-up world is.
pub const SAMPLE_NOW: Timestamp = Timestamp::from_secs(1_799_107_200);

/// The made-up world.
pub struct Scripted {
    /// What was asked for, in order.
    pub requested: Vec<Work>,
    /// What is answered next.
    pub answers: VecDeque<Answer>,
    /// Answers at once as a friendly service would.
    pub obliging: bool,
    /// The service's time.
    pub now: Timestamp,
    /// Whether that is in doubt, until it is measured.
    pub doubtful: bool,
    /// By how much the computer's clock is ahead of the service's.
    pub ahead_secs: i64,
    entropy: u8,
}

impl Scripted {
    /// A world that answers only what is put into `answers`.
    pub fn silent() -> Self {
        Self {
            requested: Vec::new(),
            answers: VecDeque::new(),
            obliging: false,
            now: SAMPLE_NOW,
            doubtful: false,
            ahead_secs: 0,
            entropy: 0,
        }
    }

    /// A world in which everything goes well.
    pub fn obliging() -> Self {
        Self { obliging: true, ..Self::silent() }
    }

    fn oblige(&mut self, work: &Work) {
        let answers = match work {
            Work::FetchPolicy(attempt) => {
                vec![Answer::PolicyFetched(*attempt, Box::new(sample_fetched_policy()))]
            }
            Work::MeasureClock => {
                vec![Answer::ClockMeasured(ClockOffset::default(), Some(SchoolId("elm".to_owned())))]
            }
            Work::SignIn(attempt, _) => vec![Answer::SignedIn(*attempt, Box::new(sample_welcome()))],
            Work::Save(attempt, enrolment, _) => {
                vec![Answer::Saved(*attempt), Answer::Accepted(*enrolment, Reference::of(*enrolment))]
            }
            Work::StartCall(attempt, ..) => vec![
                Answer::CallTaken(*attempt, TwoDigits::parse("47").expect("two digits")),
                Answer::CallMoved(*attempt, CallStage::Ringing),
                Answer::CallMoved(*attempt, CallStage::Answered),
                Answer::CallEnded(*attempt, CallEnding::Confirmed),
            ],
            Work::SaveSlip(attempt, _, file) => {
                vec![Answer::SlipSaved(*attempt, std::path::Path::new("Documents").join(&file.name))]
            }
            Work::PrintSlip(attempt, _) => vec![Answer::SlipOpened(*attempt)],
            Work::TakeSession(_)
            | Work::ForgetSlip
            | Work::EndCall(_)
            | Work::NotMe
            | Work::SignOut
            | Work::SendNow
            | Work::RememberPage(..)
            | Work::ForgetPage
            | Work::StartTimer(..) => Vec::new(),
        };
        self.answers.extend(answers);
    }
}

impl Effects for Scripted {
    fn run(&mut self, work: Work) {
        if self.obliging {
            self.oblige(&work);
        }
        self.requested.push(work);
    }

    fn answers(&mut self) -> Option<Answer> {
        self.answers.pop_front()
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn computer_now(&self) -> Timestamp {
        self.now.plus_secs(self.ahead_secs)
    }

    fn clock_is_doubtful(&self) -> bool {
        self.doubtful
    }

    fn entropy(&mut self, into: &mut [u8]) -> bool {
        for byte in into {
            self.entropy = self.entropy.wrapping_add(37);
            *byte = self.entropy;
        }
        true
    }
}

/// The profile of the policy that the repository gives as an example, with calls.
///
/// # Panics
/// When the example is no policy; a test of `domain` says so first.
pub fn sample_profile() -> Profile {
    let example = include_str!("../../../../assets/policy.example.toml");
    let mut profile: Profile = toml::from_str(example).expect("the example is a policy");
    if !profile.methods.iter().any(|rule| rule.kind == MethodKind::PhoneCall) {
        profile.methods.push(MethodRule {
            kind: MethodKind::PhoneCall,
            wanted: Wanted::Required,
            retires: None,
        });
    }
    profile
}

/// The private half of the sample document's envelope key.
pub fn sample_envelope_key() -> EnvelopePrivateKey {
    EnvelopePrivateKey::from_bytes(&[9; 32])
}

/// A policy document of a made-up service.
///
/// # Panics
/// Never: the key is a good one.
pub fn sample_document() -> PolicyDocument {
    PolicyDocument {
        service: ServiceId::at(SAMPLE_NOW, [1; 10]),
        serial: 1,
        issued_at: SAMPLE_NOW,
        envelope_key: sample_envelope_key().envelope_key("e1").expect("a good key"),
        practice: false,
        policy: sample_profile(),
    }
}

/// What a made-up service says first.
pub fn sample_fetched_policy() -> FetchedPolicy {
    FetchedPolicy {
        document: sample_document(),
        place: Some(SchoolId("elm".to_owned())),
        clock: ClockOffset::default(),
    }
}

/// A made-up person.
///
/// # Panics
/// Never: the names are good ones.
pub fn sample_welcome() -> Welcome {
    let label = |text| Label::new(text).expect("a good name");
    Welcome {
        grant: GrantId::at(SAMPLE_NOW, [2; 10]),
        generation: Generation(0),
        person: Person {
            id: PersonId::at(SAMPLE_NOW, [3; 10]),
            name: label("Siân Price"),
            sign_in_name: label("sprice"),
            school: SchoolId("elm".to_owned()),
        },
        school_name: label("Elm Academy"),
        used_before: false,
        last_used_at: None,
        signed_in_at: None,
        set_up: Vec::new(),
        station: None,
    }
}

/// A sealed enrolment, later the higher the number.
///
/// # Panics
/// When nothing can be sealed.
pub fn sample_enrolment(number: u8) -> (EnrolmentId, Sealed) {
    sample_enrolment_of(number, SAMPLE_NOW)
}

/// The same, sealed at another time.
pub fn sample_enrolment_of(number: u8, time: Timestamp) -> (EnrolmentId, Sealed) {
    let document = sample_document();
    let enrolment = EnrolmentId::at(SAMPLE_NOW.plus_secs(number.into()), [number; 10]);
    let welcome = sample_welcome();
    let grant =
        Grant { id: welcome.grant, enrolment, person: welcome.person.id, generation: welcome.generation };
    let envelopes = Envelopes::under(&document);
    let kinds = vec![MethodKind::AuthenticatorApp];
    let header = EnrolmentHeader { kinds, ..envelopes.enrolment_header(&grant, time) };
    let plain = [0; protocol::PLAINTEXT_BYTES];
    (enrolment, envelopes.seal(SealPurpose::Enrolment, &header, &plain).expect("seals"))
}
