//! What is said in a call, and which keys count: a pure state machine, the same for every line.
//!
//! It has no sounds, no timers and no network. A line reports events and carries out the actions that come back.

use std::time::Duration;

use crate::{ApprovalDigits, Ending, PromptPart, Script, Sentence, SignInOrigin};

/// The longest wait for the first key after the voice has spoken.
const FIRST_KEY: Duration = Duration::from_secs(8);

/// The longest wait for each further key.
const NEXT_KEY: Duration = Duration::from_secs(4);

/// The tries of a test call.
const TEST_TRIES: u8 = 2;

/// How often the voice repeats the question when no key comes.
const REMINDERS: u8 = 1;

/// The most digits that are stored, more than any answer has. Further ones are dropped.
const MOST_PRESSED: usize = 4;

/// What a line reports to the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationEvent {
    /// A person or a machine answered.
    Answered,
    /// A key was pressed: a digit, `*` or `#`. It counts while the voice still speaks, too.
    Key(char),
    /// No key came for [`Conversation::key_timeout`] after the voice had spoken.
    Silence,
}

/// What a line must do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversationAction {
    /// Nothing: the event has no meaning here, and the voice speaks on.
    Nothing,
    /// Stop speaking and wait: a key counted, and more must come.
    Listen,
    /// Say this, then listen.
    Play(Vec<PromptPart>),
    /// The digits were wrong: say this, then listen.
    TryAgain(Vec<PromptPart>),
    /// The call is decided: say this, then hang up.
    End(Vec<PromptPart>, Ending),
}

/// The state of a conversation: the script, the keys pressed since the last decision, and the tries and reminders used.
///
/// In a test call 9 stops calls to the number when it is pressed twice. The first 9 alone, before any other digit, makes
/// the voice ask for the second. Every other digit, the star key and silence lead back to the question and use no try,
/// so a slip of the finger costs nothing. Hanging up stops nothing.
pub struct Conversation {
    script: Script,
    pressed: String,
    wrong_tries: u8,
    reminders: u8,
    has_pressed: bool,
    /// Whether 9 was pressed, and the voice asks for it once more before calls stop.
    is_stop_asked: bool,
    is_over: bool,
}

impl Conversation {
    /// A conversation before the phone is answered.
    pub fn new(script: Script) -> Self {
        Self {
            script,
            pressed: String::new(),
            wrong_tries: 0,
            reminders: 0,
            has_pressed: false,
            is_stop_asked: false,
            is_over: false,
        }
    }

    /// The script of the call.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// How long to wait for the next key after the voice has spoken. After it the line reports silence.
    pub fn key_timeout(&self) -> Duration {
        if self.pressed.is_empty() { FIRST_KEY } else { NEXT_KEY }
    }

    /// The most keys of an answer, with the hash key: 2 or 3.
    pub fn max_keys(&self) -> usize {
        match &self.script {
            Script::Test { .. } => 2,
            Script::Approval { .. } => self.script.right_digits().len() + 1,
        }
    }

    /// The ending when the call's time is over. Without any key it is `NoKeys`, since voicemail sounds the same.
    pub fn ending_at_time_limit(&self) -> Ending {
        if self.has_pressed { Ending::OutOfTime } else { Ending::NoKeys }
    }

    /// Everything that the voice must be able to say before a key may decide: who calls, the question, and the way to
    /// refuse. A call that cannot say one of these decides nothing.
    pub fn must_say(&self) -> Vec<PromptPart> {
        let mut parts = self.opening();
        if self.is_test() {
            parts.push(PromptPart::Sentence(Sentence::TestStopAgain));
        }
        parts
    }

    /// Takes an event and returns what to do. After an `End` every event returns `Nothing`.
    pub fn on(&mut self, event: ConversationEvent) -> ConversationAction {
        if self.is_over {
            return ConversationAction::Nothing;
        }
        let action = match event {
            ConversationEvent::Answered => ConversationAction::Play(self.opening()),
            ConversationEvent::Key(key) => self.key(key),
            ConversationEvent::Silence => self.silence(),
        };
        self.is_over = matches!(action, ConversationAction::End(..));
        action
    }

    fn key(&mut self, key: char) -> ConversationAction {
        self.has_pressed = true;
        match (key, &self.script) {
            ('*', _) => {
                self.forget_keys();
                ConversationAction::Play(self.question())
            }
            // Many people press the hash key after the two digits by habit.
            ('#', _) if self.pressed.is_empty() => ConversationAction::Nothing,
            ('#', _) => self.judge(),
            ('9', Script::Test { .. }) if self.pressed.is_empty() => self.nine(),
            ('0'..='9', script) => {
                let is_test = matches!(script, Script::Test { .. });
                self.is_stop_asked = false;
                if self.pressed.len() < MOST_PRESSED {
                    self.pressed.push(key);
                }
                if is_test && self.pressed.len() == 2 { self.judge() } else { ConversationAction::Listen }
            }
            _ => ConversationAction::Nothing,
        }
    }

    /// A 9 before any other digit of a test call.
    fn nine(&mut self) -> ConversationAction {
        if std::mem::replace(&mut self.is_stop_asked, true) {
            ConversationAction::End(vec![PromptPart::Sentence(Sentence::Stopped)], Ending::Stopped)
        } else {
            ConversationAction::Play(vec![PromptPart::Sentence(Sentence::TestStopAgain)])
        }
    }

    fn forget_keys(&mut self) {
        self.pressed.clear();
        self.is_stop_asked = false;
    }

    fn silence(&mut self) -> ConversationAction {
        self.forget_keys();
        if self.reminders < REMINDERS {
            self.reminders += 1;
            return ConversationAction::Play(self.question());
        }
        let ending = if self.wrong_tries > 0 { Ending::NotConfirmed } else { Ending::NoKeys };
        ConversationAction::End(vec![PromptPart::Sentence(Sentence::NoKeys)], ending)
    }

    fn judge(&mut self) -> ConversationAction {
        let pressed = std::mem::take(&mut self.pressed);
        let end = |sentence, ending| ConversationAction::End(vec![PromptPart::Sentence(sentence)], ending);
        let is_right = pressed == self.script.right_digits();
        // A 0 pressed twice means the same. No right digits of an approval begin with it.
        match (self.is_test(), pressed.as_str()) {
            (true, _) if is_right => end(Sentence::Confirmed, Ending::Confirmed),
            (true, _) => {
                self.wrong_tries += 1;
                if self.wrong_tries == TEST_TRIES {
                    return end(Sentence::TestWrongEnd, Ending::NotConfirmed);
                }
                let mut parts = vec![PromptPart::Sentence(Sentence::TestWrong)];
                parts.extend(self.question());
                ConversationAction::TryAgain(parts)
            }
            (false, "0" | "00") => end(Sentence::NotMe, Ending::NotMe),
            (false, _) if is_right => end(Sentence::Approved, Ending::Approved),
            (false, _) => end(Sentence::ApprovalWrongEnd, Ending::NotConfirmed),
        }
    }

    fn is_test(&self) -> bool {
        matches!(self.script, Script::Test { .. })
    }

    /// The first words: who calls and why, then the question.
    fn opening(&self) -> Vec<PromptPart> {
        let mut parts = match &self.script {
            Script::Test { trust, .. } => vec![
                PromptPart::Sentence(Sentence::TestHello),
                PromptPart::Name(trust.clone()),
                PromptPart::Sentence(Sentence::TestWhy),
            ],
            Script::Approval { trust, .. } => {
                vec![PromptPart::Sentence(Sentence::ApprovalHello), PromptPart::Name(trust.clone())]
            }
        };
        parts.extend(self.question());
        parts
    }

    /// The question: which keys to press. For an approval it names the sign-in first, so that nobody approves what they
    /// have not heard.
    fn question(&self) -> Vec<PromptPart> {
        let sentences =
            |all: &[Sentence]| all.iter().map(|one| PromptPart::Sentence(*one)).collect::<Vec<_>>();
        match &self.script {
            Script::Test { .. } => sentences(&[Sentence::TestAsk, Sentence::TestStop, Sentence::HearAgain]),
            Script::Approval { what, origin, digits, .. } => {
                let mut parts =
                    vec![PromptPart::Sentence(Sentence::ApprovalWhat), PromptPart::Name(what.clone())];
                parts.push(PromptPart::Sentence(match origin {
                    SignInOrigin::School => Sentence::FromSchool,
                    SignInOrigin::Outside => Sentence::FromOutside,
                }));
                match digits {
                    ApprovalDigits::Said(digit) => parts.extend([
                        PromptPart::Sentence(Sentence::ApprovalSaid),
                        PromptPart::Digit(digit.value()),
                        PromptPart::Sentence(Sentence::AndHash),
                    ]),
                    ApprovalDigits::Shown(_) => parts.extend(sentences(&[Sentence::ApprovalShown])),
                }
                parts.extend(sentences(&[Sentence::ApprovalNotMe, Sentence::HearAgain]));
                parts
            }
        }
    }
}

#[cfg(test)]
mod tests;
