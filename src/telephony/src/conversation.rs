//! What is said in a call, and which keys count: a pure state machine, the same for every line.
//!
//! Not here: sounds, timers and the network. A line tells what it heard and does what it is told.

use std::time::Duration;

use crate::{ApprovalDigits, Ending, PromptPart, Script, Sentence, SignInOrigin};

/// How long a line waits for the first key after the voice has spoken.
const FIRST_KEY: Duration = Duration::from_secs(8);

/// How long it waits for the next one.
const NEXT_KEY: Duration = Duration::from_secs(4);

/// Wrong digits in a test call, until it ends.
const TEST_TRIES: u8 = 2;

/// How often it is asked again when nothing comes.
const REMINDERS: u8 = 1;

/// More digits than any answer has. What comes after them is dropped.
const MOST_PRESSED: usize = 4;

/// What a line hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationEvent {
    /// Somebody or something answered.
    Answered,
    /// A key: a digit, `*` or `#`. It counts also while the voice still speaks.
    Key(char),
    /// No key for as long as [`Conversation::key_timeout`] said, after the voice had spoken.
    Silence,
}

/// What a line does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversationAction {
    /// What was heard counts for nothing. The voice speaks on.
    Nothing,
    /// A key counted and more must come. The voice falls silent.
    Listen,
    /// Say this and listen.
    Play(Vec<PromptPart>),
    /// The digits were wrong. Say this and listen.
    TryAgain(Vec<PromptPart>),
    /// It is decided. Say this and hang up.
    End(Vec<PromptPart>, Ending),
}

/// A conversation where it stands.
pub struct Conversation {
    script: Script,
    pressed: String,
    wrong_tries: u8,
    reminders: u8,
    has_pressed: bool,
    is_over: bool,
}

impl Conversation {
    /// Before the phone is answered.
    pub fn new(script: Script) -> Self {
        Self {
            script,
            pressed: String::new(),
            wrong_tries: 0,
            reminders: 0,
            has_pressed: false,
            is_over: false,
        }
    }

    /// What is being talked about.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// How long to wait for a key now, after the voice has spoken, before it counts as silence.
    pub fn key_timeout(&self) -> Duration {
        if self.pressed.is_empty() { FIRST_KEY } else { NEXT_KEY }
    }

    /// The most keys of an answer, the hash key included.
    pub fn max_keys(&self) -> usize {
        match &self.script {
            Script::Test { .. } => 2,
            Script::Approval { .. } => self.script.right_digits().len() + 1,
        }
    }

    /// How it ends when the time of a call is over: nobody who presses nothing is told apart from voicemail.
    pub fn ending_at_time_limit(&self) -> Ending {
        if self.has_pressed { Ending::OutOfTime } else { Ending::NoKeys }
    }

    /// Hears something.
    pub fn on(&mut self, heard: ConversationEvent) -> ConversationAction {
        if self.is_over {
            return ConversationAction::Nothing;
        }
        let say = match heard {
            ConversationEvent::Answered => ConversationAction::Play(self.opening()),
            ConversationEvent::Key(key) => self.key(key),
            ConversationEvent::Silence => self.silence(),
        };
        self.is_over = matches!(say, ConversationAction::End(..));
        say
    }

    fn key(&mut self, key: char) -> ConversationAction {
        self.has_pressed = true;
        match (key, &self.script) {
            ('*', _) => {
                self.pressed.clear();
                ConversationAction::Play(self.question())
            }
            // After two digits many press it by habit.
            ('#', _) if self.pressed.is_empty() => ConversationAction::Nothing,
            ('#', _) => self.judge(),
            ('0'..='9', script) => {
                let is_test = matches!(script, Script::Test { .. });
                if self.pressed.len() < MOST_PRESSED {
                    self.pressed.push(key);
                }
                if is_test && self.pressed.len() == 2 { self.judge() } else { ConversationAction::Listen }
            }
            _ => ConversationAction::Nothing,
        }
    }

    fn silence(&mut self) -> ConversationAction {
        if self.is_test() && self.pressed == "9" {
            return self.judge();
        }
        self.pressed.clear();
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
        // Pressed twice, 9 and 0 are meant all the more. No right digits begin with them.
        match (self.is_test(), pressed.as_str()) {
            (true, "9" | "99") => end(Sentence::Stopped, Ending::Stopped),
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

    /// Who calls and why, then what to press.
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

    /// What to press, and for a sign-in what it is: nobody approves what they have not heard.
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
