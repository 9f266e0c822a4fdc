//! Drives one conversation over a line that plays what it is told and reports keys: timers, the one ending, hanging up.
//!
//! Not here: lines of a provider that gathers the keys itself (`provider`).

use std::{future::Future, time::Duration};

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender},
    time::Instant,
};

use crate::{CallEvent, Conversation, ConversationAction, ConversationEvent, Ending, PromptPart, Script};

/// The longest that the closing words may take.
const CLOSING: Duration = Duration::from_secs(10);

/// One call on a line, from our side. Dropped, it must be gone from the line as well.
pub(crate) trait Leg: Send {
    /// Begins to say this in place of what is being said. `turn` comes back in [`LegEvent::Played`].
    fn play(&mut self, parts: &[PromptPart], turn: u32) -> impl Future<Output = Result<(), LegLost>> + Send;

    /// Falls silent.
    fn hush(&mut self) -> impl Future<Output = ()> + Send;

    /// Hangs up, however far it has come.
    fn hang_up(&mut self) -> impl Future<Output = ()> + Send;
}

/// The line cannot do what it was told.
#[derive(Debug)]
pub(crate) struct LegLost;

/// What a line reports of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegEvent {
    Ringing,
    Answered,
    Key(char),
    /// All of this turn was said.
    Played(u32),
    /// The line is broken while the call may still be there.
    Broken,
    /// The call is gone, and why as far as the line knows. After an answer `HungUp` unless the line itself failed.
    Gone(Ending),
}

/// What bounds a call.
pub(crate) struct Bounds {
    pub(crate) ring: Duration,
    pub(crate) talk: Duration,
}

impl Bounds {
    pub(crate) fn new(ring_secs: u32, call_secs: u32) -> Self {
        let secs = |secs| Duration::from_secs(u64::from(secs));
        Self { ring: secs(ring_secs), talk: secs(call_secs) }
    }
}

/// Drives a call to its end and hangs up.
pub(crate) async fn drive(
    mut leg: impl Leg,
    script: Script,
    bounds: Bounds,
    mut heard: UnboundedReceiver<LegEvent>,
    events: UnboundedSender<CallEvent>,
) {
    let mut driver = CallDriver {
        conversation: Conversation::new(script),
        events: &events,
        turn: 0,
        is_speaking: false,
        keys_until: None,
    };
    let outcome = match ring(&mut heard, &events, bounds.ring).await {
        Ok(()) => driver.hold(&mut leg, &mut heard, bounds.talk).await,
        Err(outcome) => outcome,
    };
    match outcome {
        Outcome::Decided => driver.hear_out(&mut heard).await,
        Outcome::Ended(ending) | Outcome::Gone(ending) => {
            let _ = events.send(CallEvent::Ended(ending));
        }
        Outcome::Dropped => {}
    }
    if !matches!(outcome, Outcome::Gone(_)) {
        leg.hang_up().await;
    }
}

/// How a call came to its end.
enum Outcome {
    /// The conversation came to its end, which has been told. The closing words are being said.
    Decided,
    /// Time is up, or the line does not do what it is told.
    Ended(Ending),
    /// The other side hung up, or the line did.
    Gone(Ending),
    /// Nobody wants to know any more.
    Dropped,
}

async fn ring(
    heard: &mut UnboundedReceiver<LegEvent>,
    events: &UnboundedSender<CallEvent>,
    longest: Duration,
) -> Result<(), Outcome> {
    let until = Instant::now() + longest;
    let mut has_rung = false;
    loop {
        let event = tokio::select! {
            biased;
            event = heard.recv() => event.unwrap_or(LegEvent::Gone(Ending::Fault)),
            () = events.closed() => return Err(Outcome::Dropped),
            () = tokio::time::sleep_until(until) => {
                // Where nothing rang it was not the person who did not answer.
                return Err(Outcome::Ended(if has_rung { Ending::NoAnswer } else { Ending::Fault }));
            }
        };
        match event {
            LegEvent::Ringing if !has_rung => {
                has_rung = true;
                let _ = events.send(CallEvent::Ringing);
            }
            LegEvent::Answered => {
                let _ = events.send(CallEvent::Answered);
                return Ok(());
            }
            LegEvent::Gone(ending) => return Err(Outcome::Gone(ending)),
            LegEvent::Broken => return Err(Outcome::Ended(Ending::Fault)),
            LegEvent::Ringing | LegEvent::Key(_) | LegEvent::Played(_) => {}
        }
    }
}

struct CallDriver<'a> {
    conversation: Conversation,
    events: &'a UnboundedSender<CallEvent>,
    turn: u32,
    is_speaking: bool,
    /// When no key has come until then, it is silence.
    keys_until: Option<Instant>,
}

impl CallDriver<'_> {
    async fn hold(
        &mut self,
        leg: &mut impl Leg,
        heard: &mut UnboundedReceiver<LegEvent>,
        longest: Duration,
    ) -> Outcome {
        let until = Instant::now() + longest;
        let mut next = ConversationEvent::Answered;
        loop {
            if let Some(outcome) = self.follow(next, leg).await {
                return outcome;
            }
            next = loop {
                let silence_at = self.keys_until.unwrap_or(until).min(until);
                let event = tokio::select! {
                    biased;
                    event = heard.recv() => event.unwrap_or(LegEvent::Gone(Ending::Fault)),
                    () = self.events.closed() => return Outcome::Dropped,
                    () = tokio::time::sleep_until(silence_at) => {
                        if silence_at == until {
                            return Outcome::Ended(self.conversation.ending_at_time_limit());
                        }
                        break ConversationEvent::Silence;
                    }
                };
                match event {
                    LegEvent::Key(key) => break ConversationEvent::Key(key),
                    LegEvent::Played(turn) if turn == self.turn && self.is_speaking => {
                        self.is_speaking = false;
                        self.keys_until = Some(Instant::now() + self.conversation.key_timeout());
                    }
                    LegEvent::Gone(ending) => return Outcome::Gone(ending),
                    LegEvent::Broken => return Outcome::Ended(Ending::Fault),
                    LegEvent::Ringing | LegEvent::Answered | LegEvent::Played(_) => {}
                }
            };
        }
    }

    /// Does what the conversation wants next.
    async fn follow(&mut self, heard: ConversationEvent, leg: &mut impl Leg) -> Option<Outcome> {
        let said = match self.conversation.on(heard) {
            ConversationAction::Nothing => Ok(()),
            ConversationAction::Listen => {
                if std::mem::take(&mut self.is_speaking) {
                    leg.hush().await;
                }
                self.keys_until = Some(Instant::now() + self.conversation.key_timeout());
                Ok(())
            }
            ConversationAction::Play(parts) => self.say(&parts, leg).await,
            ConversationAction::TryAgain(parts) => {
                let _ = self.events.send(CallEvent::WrongDigits);
                self.say(&parts, leg).await
            }
            ConversationAction::End(parts, ending) => {
                // The page need not wait for the closing words, and they may fail.
                let _ = self.events.send(CallEvent::Ended(ending));
                let _ = self.say(&parts, leg).await;
                return Some(Outcome::Decided);
            }
        };
        said.is_err().then_some(Outcome::Ended(Ending::Fault))
    }

    async fn say(&mut self, parts: &[PromptPart], leg: &mut impl Leg) -> Result<(), LegLost> {
        self.turn += 1;
        self.keys_until = None;
        let played = leg.play(parts, self.turn).await;
        self.is_speaking = played.is_ok();
        played
    }

    /// Waits for the end of what is being said.
    async fn hear_out(&mut self, heard: &mut UnboundedReceiver<LegEvent>) {
        if !self.is_speaking {
            return;
        }
        let turn = self.turn;
        let end = async {
            while let Some(event) = heard.recv().await {
                if event == LegEvent::Played(turn) || matches!(event, LegEvent::Gone(_) | LegEvent::Broken) {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(CLOSING, end).await;
    }
}
