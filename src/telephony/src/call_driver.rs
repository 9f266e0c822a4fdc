//! Drives one conversation over a line that plays prompts and reports keys. It holds the timers, reports exactly one
//! ending, and hangs up.
//!
//! A provider gathers the keys itself and has its own driver (`provider`).

use std::{future::Future, time::Duration};

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender},
    time::Instant,
};

use crate::{CallEvent, Conversation, ConversationAction, ConversationEvent, Ending, PromptPart, Script};

/// The longest time for the closing words.
const CLOSING: Duration = Duration::from_secs(10);

/// One call leg: our side of a call on a line. Dropping it must remove the call from the line.
pub(crate) trait Leg: Send {
    /// Begins to say these parts in place of what is being said. [`LegEvent::Played`] returns `turn`.
    fn play(&mut self, parts: &[PromptPart], turn: u32) -> impl Future<Output = Result<(), LegLost>> + Send;

    /// Stops speaking.
    fn stop_playing(&mut self) -> impl Future<Output = ()> + Send;

    /// Hangs up, whether the call rings or is answered.
    fn hang_up(&mut self) -> impl Future<Output = ()> + Send;
}

/// The line did not carry out an action.
#[derive(Debug)]
pub(crate) struct LegLost;

/// What a line reports of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegEvent {
    /// The phone rings.
    Ringing,
    /// A person or a machine answered.
    Answered,
    /// A key was pressed: a digit, `*` or `#`.
    Key(char),
    /// Everything of this turn was said.
    Played(u32),
    /// The line is broken, and the call may still exist.
    Broken,
    /// The call is gone, for this reason as far as the line knows. After an answer it is `HungUp` unless the line failed.
    Gone(Ending),
}

/// The time limits of a call.
pub(crate) struct TimeLimits {
    /// How long the phone may ring.
    pub(crate) ring: Duration,
    /// How long an answered call may last.
    pub(crate) talk: Duration,
}

impl TimeLimits {
    /// Takes the limits in seconds.
    pub(crate) fn new(ring_secs: u32, call_secs: u32) -> Self {
        let secs = |secs| Duration::from_secs(u64::from(secs));
        Self { ring: secs(ring_secs), talk: secs(call_secs) }
    }
}

/// Drives a call to its ending and hangs up.
pub(crate) async fn drive(
    mut leg: impl Leg,
    script: Script,
    limits: TimeLimits,
    mut leg_events: UnboundedReceiver<LegEvent>,
    events: UnboundedSender<CallEvent>,
) {
    let mut driver = CallDriver {
        conversation: Conversation::new(script),
        events: &events,
        turn: 0,
        is_speaking: false,
        silence_at: None,
    };
    let outcome = match wait_for_answer(&mut leg_events, &events, limits.ring).await {
        Ok(()) => driver.talk(&mut leg, &mut leg_events, limits.talk).await,
        Err(outcome) => outcome,
    };
    match outcome {
        Outcome::Decided => driver.finish_speaking(&mut leg_events).await,
        Outcome::Ended(ending) | Outcome::Gone(ending) => {
            let _ = events.send(CallEvent::Ended(ending));
        }
        Outcome::Dropped => {}
    }
    if !matches!(outcome, Outcome::Gone(_)) {
        leg.hang_up().await;
    }
}

/// How a call came to its ending.
enum Outcome {
    /// The conversation ended and the ending is reported. The voice still says its closing words.
    Decided,
    /// The time is over, or the line does not carry out an action.
    Ended(Ending),
    /// The other side hung up, or the line did.
    Gone(Ending),
    /// The caller dropped the events.
    Dropped,
}

/// Waits until the phone is answered.
async fn wait_for_answer(
    leg_events: &mut UnboundedReceiver<LegEvent>,
    events: &UnboundedSender<CallEvent>,
    longest: Duration,
) -> Result<(), Outcome> {
    let until = Instant::now() + longest;
    let mut has_rung = false;
    loop {
        let event = tokio::select! {
            biased;
            event = leg_events.recv() => event.unwrap_or(LegEvent::Gone(Ending::Fault)),
            () = events.closed() => return Err(Outcome::Dropped),
            () = tokio::time::sleep_until(until) => {
                // If the phone never rang, the line failed; the person could not answer.
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

/// The state of an answered call.
struct CallDriver<'a> {
    conversation: Conversation,
    events: &'a UnboundedSender<CallEvent>,
    /// The number of the last thing that was said.
    turn: u32,
    is_speaking: bool,
    /// When the wait for a key ends in silence. `None` while the voice speaks.
    silence_at: Option<Instant>,
}

impl CallDriver<'_> {
    /// Holds the conversation until it ends.
    async fn talk(
        &mut self,
        leg: &mut impl Leg,
        leg_events: &mut UnboundedReceiver<LegEvent>,
        longest: Duration,
    ) -> Outcome {
        let until = Instant::now() + longest;
        let mut event = ConversationEvent::Answered;
        loop {
            if let Some(outcome) = self.handle(event, leg).await {
                return outcome;
            }
            event = match self.next_event(leg_events, until).await {
                Ok(event) => event,
                Err(outcome) => return outcome,
            };
        }
    }

    /// The next event for the conversation, or the end of the call.
    async fn next_event(
        &mut self,
        leg_events: &mut UnboundedReceiver<LegEvent>,
        until: Instant,
    ) -> Result<ConversationEvent, Outcome> {
        loop {
            let silence_at = self.silence_at.unwrap_or(until).min(until);
            let event = tokio::select! {
                biased;
                event = leg_events.recv() => event.unwrap_or(LegEvent::Gone(Ending::Fault)),
                () = self.events.closed() => return Err(Outcome::Dropped),
                () = tokio::time::sleep_until(silence_at) => {
                    if silence_at == until {
                        return Err(Outcome::Ended(self.conversation.ending_at_time_limit()));
                    }
                    return Ok(ConversationEvent::Silence);
                }
            };
            match event {
                LegEvent::Key(key) => return Ok(ConversationEvent::Key(key)),
                LegEvent::Played(turn) if turn == self.turn && self.is_speaking => {
                    self.is_speaking = false;
                    self.wait_for_key();
                }
                LegEvent::Gone(ending) => return Err(Outcome::Gone(ending)),
                LegEvent::Broken => return Err(Outcome::Ended(Ending::Fault)),
                LegEvent::Ringing | LegEvent::Answered | LegEvent::Played(_) => {}
            }
        }
    }

    /// Carries out what the conversation wants after an event.
    async fn handle(&mut self, event: ConversationEvent, leg: &mut impl Leg) -> Option<Outcome> {
        let played = match self.conversation.on(event) {
            ConversationAction::Nothing => Ok(()),
            ConversationAction::Listen => {
                if std::mem::take(&mut self.is_speaking) {
                    leg.stop_playing().await;
                }
                self.wait_for_key();
                Ok(())
            }
            ConversationAction::Play(parts) => self.play(&parts, leg).await,
            ConversationAction::TryAgain(parts) => {
                let _ = self.events.send(CallEvent::WrongDigits);
                self.play(&parts, leg).await
            }
            ConversationAction::End(parts, ending) => {
                // The page must not wait for the closing words, and they may fail.
                let _ = self.events.send(CallEvent::Ended(ending));
                let _ = self.play(&parts, leg).await;
                return Some(Outcome::Decided);
            }
        };
        played.is_err().then_some(Outcome::Ended(Ending::Fault))
    }

    async fn play(&mut self, parts: &[PromptPart], leg: &mut impl Leg) -> Result<(), LegLost> {
        self.turn += 1;
        self.silence_at = None;
        let played = leg.play(parts, self.turn).await;
        self.is_speaking = played.is_ok();
        played
    }

    fn wait_for_key(&mut self) {
        self.silence_at = Some(Instant::now() + self.conversation.key_timeout());
    }

    /// Waits until the voice has said its closing words.
    async fn finish_speaking(&mut self, leg_events: &mut UnboundedReceiver<LegEvent>) {
        if !self.is_speaking {
            return;
        }
        let turn = self.turn;
        let end = async {
            while let Some(event) = leg_events.recv().await {
                if event == LegEvent::Played(turn) || matches!(event, LegEvent::Gone(_) | LegEvent::Broken) {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(CLOSING, end).await;
    }
}
