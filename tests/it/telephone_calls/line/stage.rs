//! A telephone network with the product's line on it.

use std::sync::atomic::{AtomicU32, Ordering};

use domain::{PhoneNumber, PromptLanguage, TwoDigits};
use telephony::{
    ApprovalDigits, AsteriskLine, AsteriskSettings, Call, CallEvent, CallEvents, CallId, Ending, Line,
    LineFault, OneDigit, Script, SignInOrigin, SpokenName, Vocabulary,
};
use tests::needs::wait_for;
use tests::net::Wire;
use tests::prompts::Prompts;
use tests::sound::Sound;
use tests::telephones::{Behaviour, Handset, Telephones};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// The digits on the page.
pub(super) const RIGHT: &str = "47";

/// What the voice has to say besides the prompts.
const NAMES: &[&str] = &["Ash Grove Trust", "remote desktop"];

/// What a test call says first.
pub(super) const OPENING: &[&str] =
    &["test-hello", "names/ash-grove-trust", "test-why", "test-ask", "test-stop", "hear-again"];

/// The same sentences in another order.
pub(super) const ANOTHER_OPENING: &[&str] =
    &["hear-again", "test-stop", "names/ash-grove-trust", "test-hello", "test-ask", "test-why"];

/// Everything that a scenario needs.
pub(super) struct Stage {
    pub(super) telephones: Telephones,
    /// Between the line and Asterisk.
    pub(super) wire: Wire,
    line: AsteriskLine,
    runtime: Runtime,
    pub(super) prompts: Prompts,
    placed: AtomicU32,
}

impl Stage {
    pub(super) fn set() -> Self {
        Self::with(Prompts::short(NAMES))
    }

    /// With the real voice.
    pub(super) fn with_the_prompts_that_ship() -> Self {
        Self::with(Prompts::that_ship(NAMES))
    }

    fn with(prompts: Prompts) -> Self {
        let telephones = Telephones::start();
        telephones.has_sounds("enrol", prompts.path());
        let wire = Wire::to(telephones.ari_address());
        let runtime = Runtime::new().expect("a runtime");
        let settings = AsteriskSettings {
            ari: format!("http://{}/ari", wire.address()),
            user: telephones.ari_user().to_owned(),
            password: telephones.ari_password().to_owned().into(),
            application: "enrol".to_owned(),
            dial: "PJSIP/{number}@trunk".to_owned(),
            sounds: "enrol".to_owned(),
            from: Some("+441632960000".to_owned()),
            vocabulary: Vocabulary {
                language: PromptLanguage::English,
                names: NAMES.iter().filter_map(|name| SpokenName::new(name)).collect(),
            },
        };
        let line = runtime.block_on(async { AsteriskLine::start(settings) }).expect("a line");
        Self { telephones, wire, line, runtime, prompts, placed: AtomicU32::new(1) }
    }

    /// Places a call. The time to ring is short, since nobody answers who has not answered by then.
    pub(super) fn place(&self, number: &str, script: Script) -> Result<CallEvents, LineFault> {
        self.place_to_extension(number, "", script)
    }

    /// The same to somebody behind a switchboard.
    pub(super) fn place_to_extension(
        &self,
        number: &str,
        extension: &str,
        script: Script,
    ) -> Result<CallEvents, LineFault> {
        let call = Call {
            id: CallId(Uuid::from_u128(self.placed.fetch_add(1, Ordering::SeqCst).into())),
            number: PhoneNumber::new(number.trim_start_matches('+'), extension).expect("a number"),
            script,
            caller_id: None,
            ring_secs: 2,
            call_secs: 60,
        };
        self.runtime.block_on(Line::Asterisk(self.line.clone()).place(call))
    }

    /// A test call from beginning to end: `act` sees each event as it happens.
    pub(super) fn call(&self, number: &str, act: impl FnMut(&CallEvent)) -> Vec<CallEvent> {
        self.call_with(number, test(), act)
    }

    /// The same with another script.
    pub(super) fn call_with(
        &self,
        number: &str,
        script: Script,
        mut act: impl FnMut(&CallEvent),
    ) -> Vec<CallEvent> {
        let mut call = self.place(number, script).expect("the call is placed");
        let mut events = Vec::new();
        while let Some(event) = self.next(&mut call) {
            act(&event);
            events.push(event);
        }
        events
    }

    /// The next event; `None` when the line is free again.
    pub(super) fn next(&self, call: &mut CallEvents) -> Option<CallEvent> {
        let next = async { tokio::time::timeout(std::time::Duration::from_secs(90), call.next()).await };
        self.runtime.block_on(next).expect("an event within 90 seconds")
    }

    /// Lets events pass until this one.
    #[track_caller]
    pub(super) fn wait_for(&self, call: &mut CallEvents, event: CallEvent) {
        loop {
            match self.next(call) {
                Some(next) if next == event => return,
                Some(CallEvent::Ended(ending)) => panic!("it ended with {ending:?} in place of {event:?}"),
                Some(_) => {}
                None => panic!("no {event:?}"),
            }
        }
    }

    /// Waits until the telephone has heard so much.
    pub(super) fn has_said(&self, telephone: &Handset, sentences: &[&str]) {
        self.has_heard(telephone, self.sound_of(sentences).secs());
    }

    /// Waits until the telephone has heard so many seconds.
    pub(super) fn has_heard(&self, telephone: &Handset, secs: f64) {
        wait_for("the prompt", 90, || {
            telephone.heard().is_some_and(|heard| heard.secs() >= secs - 0.2).then_some(())
        });
    }

    /// Cuts the connection to Asterisk, and waits until it is there again.
    pub(super) fn connects_again(&self) {
        self.wire.cut();
        wait_for("the line to be cut", 20, || (!self.line.is_connected()).then_some(()));
        self.wire.restore();
        wait_for("the line to be connected", 20, || self.line.is_connected().then_some(()));
    }

    /// What these sentences sound like.
    pub(super) fn sound_of(&self, sentences: &[&str]) -> Sound {
        self.prompts.sound_of(sentences)
    }

    /// No call is left on Asterisk or on the line, and no number that was dialled is in anything that Asterisk wrote.
    #[track_caller]
    pub(super) fn is_clean(&self) {
        wait_for("Asterisk's calls to be gone", 5, || self.telephones.calls().is_empty().then_some(()));
        assert_eq!(self.line.calls(), 0);
        let log = self.telephones.log_text();
        for number in self.telephones.dialled() {
            let found: Vec<&str> =
                log.lines().filter(|line| line.contains(&number[number.len() - 6..])).collect();
            assert_eq!(found, [""; 0]);
        }
    }
}

/// A call as it should be: the line still works.
#[track_caller]
pub(super) fn say_the_right_digits(stage: &Stage) {
    wait_for("the line to be connected", 20, || stage.line.is_connected().then_some(()));
    let telephone = stage.telephones.telephone(Behaviour::Answers);
    let events = stage.call(telephone.number(), |event| {
        if *event == CallEvent::Answered {
            telephone.press(RIGHT);
        }
    });
    assert_eq!(answered(&events), [ended(Ending::Confirmed)]);
    telephone.is_over(1);
}

/// The events after the answer. Whether it is said to ring before depends on how quick the answer is.
#[track_caller]
pub(super) fn answered(events: &[CallEvent]) -> &[CallEvent] {
    let place = events.iter().position(|event| *event == CallEvent::Answered);
    &events[place.unwrap_or_else(|| panic!("never answered: {events:?}")) + 1..]
}

pub(super) const fn ended(ending: Ending) -> CallEvent {
    CallEvent::Ended(ending)
}

pub(super) fn test() -> Script {
    test_of(RIGHT)
}

/// A test call with these digits on the page.
pub(super) fn test_of(digits: &str) -> Script {
    let digits = TwoDigits::parse(digits).expect("two digits");
    Script::Test { language: PromptLanguage::English, trust: trust(), digits }
}

pub(super) fn approval() -> Script {
    Script::Approval {
        language: PromptLanguage::English,
        trust: trust(),
        what: SpokenName::new("remote desktop").expect("a name"),
        origin: SignInOrigin::Outside,
        digits: ApprovalDigits::Said(OneDigit::new(4).expect("a digit")),
    }
}

fn trust() -> SpokenName {
    SpokenName::new("Ash Grove Trust").expect("a name")
}
