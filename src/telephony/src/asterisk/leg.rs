//! One call over Asterisk: its channel, what it plays, and what is heard of it.
//!
//! Not here: the conversation and its timers (`call_driver`).

use std::{sync::Arc, time::Duration};

use domain::PromptLanguage;
use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time::Instant,
};

use super::{
    Inner,
    cause::Unanswered,
    event::AriEvent,
    rest::{Originate, Refused},
};
use crate::{
    Call, CallEvent, CallEvents, Ending, PromptPart,
    call_driver::{Bounds, Leg, LegEvent, LegLost, drive},
};

/// Asterisk hangs up by itself so long after our own limits, in seconds.
const MARGIN_SECS: u32 = 15;

/// Asterisk's own end of ringing comes first.
const RING_MARGIN_SECS: u32 = 2;

/// How long a switchboard takes until it listens for an extension.
const SWITCHBOARD_LISTENS: Duration = Duration::from_secs(2);

/// How long it takes for each digit, and until the extension is there.
const EXTENSION_DIGIT: Duration = Duration::from_millis(300);
const EXTENSION_RINGS: Duration = Duration::from_secs(4);

/// Begins a call.
pub(super) fn begin(line: Arc<Inner>, call: Call) -> CallEvents {
    let (events, to_caller) = CallEvents::new();
    let channel = format!("{}{}", line.prefix(), call.id.0.simple());
    let (from_socket, happened) = mpsc::unbounded_channel();
    // Before Asterisk knows of it, so that nothing is missed.
    line.lock().insert(channel.clone(), from_socket);
    let _active = Arc::clone(&line.active);
    let leg = AsteriskLeg { line, channel, language: call.script.language(), playing: Vec::new(), _active };
    tokio::spawn(hold(leg, call, happened, events));
    to_caller
}

async fn hold(
    mut leg: AsteriskLeg,
    call: Call,
    happened: UnboundedReceiver<AriEvent>,
    events: UnboundedSender<CallEvent>,
) {
    if let Err(Refused(status)) = leg.originate(&call).await {
        tracing::warn!(status, "Asterisk does not begin a call; is the trunk there?");
        // It may have begun it and not come to say so.
        let is_begun = status.is_none();
        let _ = events.send(CallEvent::Ended(if is_begun { Ending::Fault } else { Ending::NotBegun }));
        if is_begun {
            leg.hang_up().await;
        }
        return;
    }
    let Call { id: _, number, script, caller_id: _, ring_secs, call_secs } = call;
    let (leg_events, heard) = mpsc::unbounded_channel();
    let translator = EventTranslator {
        line: leg.line.clone(),
        channel: leg.channel.clone(),
        extension: number.extension().to_owned(),
        begun: Instant::now(),
        ring: Duration::from_secs(u64::from(ring_secs)),
        has_rung: false,
        is_answered: false,
        is_hung_up: false,
        leg_events,
    };
    let mut bounds = Bounds::new(ring_secs + RING_MARGIN_SECS, call_secs);
    bounds.ring += extension_takes(number.extension());
    drop(number);
    tokio::join!(drive(leg, script, bounds, heard, events), translator.forward(happened));
}

/// Our side of a call.
struct AsteriskLeg {
    line: Arc<Inner>,
    channel: String,
    language: PromptLanguage,
    /// The playbacks of this turn.
    playing: Vec<String>,
    _active: Arc<()>,
}

impl AsteriskLeg {
    async fn originate(&self, call: &Call) -> Result<(), Refused> {
        let settings = &self.line.settings;
        let dial = settings.dial.replace("{number}", &call.number.e164());
        let endpoint = zeroize::Zeroizing::new(dial.replace("{digits}", call.number.digits()));
        let originate = Originate {
            channel: &self.channel,
            endpoint: &endpoint,
            application: &settings.application,
            caller_id: call.caller_id.as_deref().or(settings.from.as_deref()),
            ring_secs: call.ring_secs,
            most_secs: call.ring_secs
                + call.call_secs
                + MARGIN_SECS
                + u32::try_from(extension_takes(call.number.extension()).as_secs()).unwrap_or(0),
        };
        self.line.rest.originate(&originate).await
    }
}

impl Leg for AsteriskLeg {
    async fn play(&mut self, parts: &[PromptPart], turn: u32) -> Result<(), LegLost> {
        // Another playback would wait for the end of this one.
        self.hush().await;
        let folder = &self.line.settings.sounds;
        // Asterisk tells only whether the last sound of a playback was there. A name is what may be missing, and nobody
        // is called by nobody.
        let chunks: Vec<_> = parts.split_inclusive(|part| matches!(part, PromptPart::Name(_))).collect();
        for (place, chunk) in chunks.iter().enumerate() {
            let sounds = chunk.iter().map(|part| format!("sound:{folder}/{}", part.sound(self.language)));
            let is_last = place + 1 == chunks.len();
            let playback = Playback { turn, place, is_last }.id(&self.channel);
            let media: Vec<String> = sounds.collect();
            self.line.rest.play(&self.channel, &playback, &media).await.map_err(|_| LegLost)?;
            self.playing.push(playback);
        }
        Ok(())
    }

    async fn hush(&mut self) {
        // Those that wait go first, so that none begins.
        while let Some(playback) = self.playing.pop() {
            self.line.rest.stop_playing(&playback).await;
        }
    }

    async fn hang_up(&mut self) {
        // What is heard from now on is of our own doing.
        self.line.lock().remove(&self.channel);
        if !self.line.rest.hang_up(&self.channel).await {
            tracing::warn!("a call could not be hung up; Asterisk does it when its time is over");
        }
    }
}

impl Drop for AsteriskLeg {
    fn drop(&mut self) {
        self.line.lock().remove(&self.channel);
    }
}

/// How long it takes until an extension answers; nothing tells.
fn extension_takes(extension: &str) -> Duration {
    match u32::try_from(extension.len()).unwrap_or(0) {
        0 => Duration::ZERO,
        digits => SWITCHBOARD_LISTENS + EXTENSION_DIGIT * digits + EXTENSION_RINGS,
    }
}

/// A piece of what is said at a turn, as its id has it.
#[derive(Debug, PartialEq, Eq)]
struct Playback {
    turn: u32,
    place: usize,
    is_last: bool,
}

impl Playback {
    fn id(&self, channel: &str) -> String {
        format!("{channel}-{}-{}{}", self.turn, self.place, if self.is_last { "-last" } else { "" })
    }

    fn of_id(id: &str, channel: &str) -> Option<Self> {
        let mut rest = id.strip_prefix(channel)?.strip_prefix('-')?.split('-');
        let (turn, place) = (rest.next()?.parse().ok()?, rest.next()?.parse().ok()?);
        Some(Self { turn, place, is_last: rest.next() == Some("last") })
    }
}

/// What is heard of a call, in the words of `call_driver`.
struct EventTranslator {
    line: Arc<Inner>,
    channel: String,
    extension: String,
    begun: Instant,
    ring: Duration,
    has_rung: bool,
    is_answered: bool,
    is_hung_up: bool,
    leg_events: UnboundedSender<LegEvent>,
}

impl EventTranslator {
    /// Until the leg is gone, which takes its channel off the line.
    async fn forward(mut self, mut happened: UnboundedReceiver<AriEvent>) {
        while let Some(event) = happened.recv().await {
            if event == AriEvent::Answered && !self.extension.is_empty() {
                self.send_extension().await;
            }
            if let Some(event) = self.understand(event) {
                let _ = self.leg_events.send(event);
            }
        }
    }

    /// Nobody is there to be spoken to before the extension answers.
    async fn send_extension(&self) {
        let _ = self.line.rest.send_extension(&self.channel, &self.extension, SWITCHBOARD_LISTENS).await;
        tokio::time::sleep(extension_takes(&self.extension)).await;
    }

    fn understand(&mut self, event: AriEvent) -> Option<LegEvent> {
        Some(match event {
            AriEvent::Ringing => {
                self.has_rung = true;
                LegEvent::Ringing
            }
            AriEvent::Answered => {
                self.is_answered = true;
                LegEvent::Answered
            }
            AriEvent::Key(key) => LegEvent::Key(key),
            // Whoever hangs up breaks off what is being said.
            AriEvent::Played { is_failed: true, .. } if self.is_hung_up => return None,
            AriEvent::Played { id: _, is_failed: true, media } => {
                tracing::error!(
                    media,
                    "Asterisk does not play a prompt; are the sounds where it looks for them?"
                );
                LegEvent::Broken
            }
            AriEvent::Played { id, is_failed: false, media: _ } => {
                let playback = Playback::of_id(&id, &self.channel)?;
                return playback.is_last.then_some(LegEvent::Played(playback.turn));
            }
            AriEvent::HungUp | AriEvent::Destroyed { .. } if self.is_answered => {
                self.is_hung_up = true;
                LegEvent::Gone(Ending::HungUp)
            }
            // Why is told when it is gone.
            AriEvent::HungUp => return None,
            AriEvent::Destroyed { cause, sip } => {
                let is_late = self.begun.elapsed() + Duration::from_secs(1) >= self.ring;
                LegEvent::Gone(Unanswered { cause, sip, has_rung: self.has_rung, is_late }.ending())
            }
            AriEvent::ConnectionLost => LegEvent::Broken,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playback_is_known_again_by_its_id() {
        for playback in
            [Playback { turn: 3, place: 0, is_last: false }, Playback { turn: 12, place: 2, is_last: true }]
        {
            assert_eq!(Playback::of_id(&playback.id("enrol-call-1"), "enrol-call-1"), Some(playback));
        }
        for other in ["enrol-call-2-1-0", "enrol-call-1", "enrol-call-1-x-0", "enrol-call-1-1"] {
            assert_eq!(Playback::of_id(other, "enrol-call-1"), None, "{other}");
        }
    }
}
