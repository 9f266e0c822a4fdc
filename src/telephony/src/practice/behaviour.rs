//! What a practice phone does by itself, and how fast.

use std::time::Duration;

/// What the phone does with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Nothing: a person answers by hand, or it rings until the time is over.
    ByHand,
    /// It answers and presses the right keys, like a person who sees the page.
    RightKeys,
    /// It answers, presses wrong digits once, then the right ones.
    WrongThenRight,
    /// It answers and presses wrong digits until the call ends.
    WrongKeys,
    /// It answers and presses these keys.
    Keys(String),
    /// It answers and presses nothing.
    Voicemail,
    /// It answers and hangs up.
    HangsUp,
    /// It is engaged.
    Busy,
    /// The network does not reach it.
    NotReached,
    /// It answers, and the line fails.
    LineDies,
}

/// How fast a practice call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long the voice takes for a word.
    pub word: Duration,
    /// How long the phone rings until it answers by itself.
    pub answer: Duration,
    /// How long the phone takes from its answer until it presses keys or hangs up.
    pub think: Duration,
}

impl Pace {
    /// The pace of a real call.
    pub const LIFE: Self = Self {
        word: Duration::from_millis(350),
        answer: Duration::from_secs(3),
        think: Duration::from_secs(6),
    };

    /// Everything at once, for tests.
    pub const AT_ONCE: Self = Self { word: Duration::ZERO, answer: Duration::ZERO, think: Duration::ZERO };

    /// How long the voice takes for so many words.
    pub(super) fn speaking(self, words: usize) -> Duration {
        self.word * u32::try_from(words).unwrap_or(u32::MAX)
    }
}
