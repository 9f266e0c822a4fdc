//! What a practice phone does by itself: for demos and simulations.
//!
//! Not here: the choice, which is made for each call as it rings.

use std::time::Duration;

use super::{PracticePhone, PracticeStage};
use crate::{CallId, Ending, Script};

/// What the phone does with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Nothing: somebody answers by hand, or it rings out.
    ByHand,
    /// Answers and presses what is right, as somebody does who sees the page.
    RightKeys,
    /// Answers, presses wrong digits once, then the right ones.
    WrongThenRight,
    /// Answers and presses wrong digits until the call ends.
    WrongKeys,
    /// Answers and presses these.
    Keys(String),
    /// Answers and presses nothing.
    Voicemail,
    /// Answers and hangs up.
    HangsUp,
    /// Is engaged.
    Busy,
    /// Is not reached by the network.
    NotReached,
    /// Answers, and the line dies.
    LineDies,
}

/// How fast things go on a practice line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long the voice takes for a word.
    pub word: Duration,
    /// How long the phone rings until it answers by itself.
    pub answer: Duration,
    /// How long somebody takes until they press, or hang up.
    pub think: Duration,
}

impl Pace {
    /// As in life.
    pub const LIFE: Self = Self {
        word: Duration::from_millis(350),
        answer: Duration::from_secs(3),
        think: Duration::from_secs(6),
    };

    /// All at once.
    pub const AT_ONCE: Self = Self { word: Duration::ZERO, answer: Duration::ZERO, think: Duration::ZERO };

    pub(super) fn speaking(self, words: usize) -> Duration {
        self.word * u32::try_from(words).unwrap_or(u32::MAX)
    }
}

/// Does with one call what was chosen for it.
pub(super) async fn act(phone: PracticePhone, id: CallId, script: Script) {
    let pace = phone.pace();
    let keys = match phone.choose(id) {
        Behaviour::ByHand => return,
        Behaviour::Busy => return leave_ringing(&phone, id, Ending::Busy),
        Behaviour::NotReached => return leave_ringing(&phone, id, Ending::NotReached),
        Behaviour::Voicemail => String::new(),
        Behaviour::RightKeys => right_keys(&script),
        Behaviour::WrongThenRight => wrong_keys(&script) + &right_keys(&script),
        Behaviour::WrongKeys => wrong_keys(&script).repeat(2),
        Behaviour::Keys(keys) => keys,
        behaviour @ (Behaviour::HangsUp | Behaviour::LineDies) => {
            let why = if behaviour == Behaviour::HangsUp { Ending::HungUp } else { Ending::Fault };
            tokio::time::sleep(pace.answer).await;
            phone.answer(id);
            tokio::time::sleep(pace.think).await;
            phone.leave(id, PracticeStage::Answered, why);
            return;
        }
    };
    tokio::time::sleep(pace.answer).await;
    phone.answer(id);
    tokio::time::sleep(pace.think).await;
    for key in keys.chars() {
        phone.press(id, key);
    }
}

fn leave_ringing(phone: &PracticePhone, id: CallId, why: Ending) {
    phone.leave(id, PracticeStage::Ringing, why);
}

fn right_keys(script: &Script) -> String {
    script.right_digits() + hash_of(script)
}

/// Digits that are wrong and say nothing else: neither 9 nor 99, neither 0 nor 00.
fn wrong_keys(script: &Script) -> String {
    let right = script.right_digits();
    let wrong = ["12", "34"].map(|two| two[..right.len().min(2)].to_owned());
    let [one, other] = wrong;
    (if one == right { other } else { one }) + hash_of(script)
}

fn hash_of(script: &Script) -> &'static str {
    match script {
        Script::Test { .. } => "",
        Script::Approval { .. } => "#",
    }
}
