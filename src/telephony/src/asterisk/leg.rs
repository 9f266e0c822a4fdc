//! One call on Asterisk: its channel, and what it plays.
//!
//! `call_driver` holds the conversation and its timers; `translator` reads the channel's events.

use std::{sync::Arc, time::Duration};

use domain::PromptLanguage;
use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time::Instant,
};

use super::{
    event::AriEvent,
    extension,
    keypress::Keypresses,
    playback::Playback,
    rehearsal,
    rest::{Originate, RequestFailed},
    shared::Shared,
    sounds,
    translator::Translator,
};
use crate::{
    Call, CallEvent, CallEvents, Conversation, Ending, PromptPart,
    call_driver::{Leg, LegLost, TimeLimits, drive},
};

/// Asterisk hangs up by itself so many seconds after our own limits.
const MARGIN_SECS: u32 = 15;

/// Our limit for ringing is so many seconds longer than Asterisk's, so that Asterisk's own ending arrives first.
const RING_MARGIN_SECS: u32 = 2;

/// Places a call.
pub(super) fn place(line: Arc<Shared>, call: Call) -> CallEvents {
    let (events, to_caller) = CallEvents::new();
    let channel = line.channel(call.id);
    let (from_socket, ari_events) = mpsc::unbounded_channel();
    // The channel is known before Asterisk knows it, so no event is missed.
    line.calls().insert(channel.clone(), from_socket);
    let _active = line.activate();
    let leg = AsteriskLeg { line, channel, language: call.script.language(), playing: Vec::new(), _active };
    tokio::spawn(run(leg, call, ari_events, events));
    to_caller
}

/// Begins a call on Asterisk and drives it to its ending.
async fn run(
    mut leg: AsteriskLeg,
    call: Call,
    ari_events: UnboundedReceiver<AriEvent>,
    events: UnboundedSender<CallEvent>,
) {
    let must_say = sounds_that_decide(&call);
    if !sounds::still_missing(&leg.line, &must_say).await.is_empty() {
        // Nobody's phone rings for a call that cannot say its question.
        let _ = events.send(CallEvent::Ended(Ending::NotBegun));
        return;
    }
    if let Err(RequestFailed(status)) = leg.originate(&call).await {
        tracing::warn!(status, "Asterisk does not begin a call; is the trunk there?");
        // Without a response Asterisk may have begun the call.
        let may_exist = status.is_none();
        let _ = events.send(CallEvent::Ended(if may_exist { Ending::Fault } else { Ending::NotBegun }));
        if may_exist {
            leg.hang_up().await;
        }
        return;
    }
    let Call { id: _, number, script, caller_id: _, ring_secs, call_secs } = call;
    let (to_driver, leg_events) = mpsc::unbounded_channel();
    let translator = Translator {
        line: leg.line.clone(),
        channel: leg.channel.clone(),
        extension: number.extension().to_owned(),
        begun: Instant::now(),
        ring: Duration::from_secs(u64::from(ring_secs)),
        has_rung: false,
        is_answered: false,
        is_hung_up: false,
        must_say,
        keypresses: Keypresses::default(),
        to_driver,
    };
    let mut limits = TimeLimits::new(ring_secs + RING_MARGIN_SECS, call_secs);
    limits.ring += extension::delay(number.extension()) + rehearsal::LONGEST;
    drop(number);
    tokio::join!(drive(leg, script, limits, leg_events, events), translator.run(ari_events));
}

/// The sounds that a call must be able to play before a key may decide.
fn sounds_that_decide(call: &Call) -> Vec<String> {
    let parts = Conversation::new(call.script.clone()).must_say();
    parts.iter().map(|part| part.sound(call.script.language())).collect()
}

/// Our side of a call.
struct AsteriskLeg {
    line: Arc<Shared>,
    channel: String,
    language: PromptLanguage,
    /// The ids of this turn's playbacks.
    playing: Vec<String>,
    _active: Arc<()>,
}

impl AsteriskLeg {
    async fn originate(&self, call: &Call) -> Result<(), RequestFailed> {
        let settings = &self.line.settings;
        let dial = settings.dial.replace("{number}", &call.number.e164());
        let endpoint = zeroize::Zeroizing::new(dial.replace("{digits}", call.number.digits()));
        let extension_secs = extension::delay(call.number.extension()).as_secs();
        let originate = Originate {
            channel: &self.channel,
            endpoint: &endpoint,
            application: &settings.application,
            caller_id: call.caller_id.as_deref().or(settings.from.as_deref()),
            ring_secs: call.ring_secs,
            most_secs: call.ring_secs
                + call.call_secs
                + MARGIN_SECS
                + u32::try_from(extension_secs).unwrap_or(0),
        };
        self.line.rest.originate(&originate).await
    }
}

impl Leg for AsteriskLeg {
    async fn play(&mut self, parts: &[PromptPart], turn: u32) -> Result<(), LegLost> {
        // Asterisk would queue another playback after this one.
        self.stop_playing().await;
        for (number, part) in parts.iter().enumerate() {
            let is_last = number + 1 == parts.len();
            let playback = Playback { turn, number, is_last }.id(&self.channel);
            let sound = self.line.sound_path(&part.sound(self.language));
            self.line.rest.play(&self.channel, &playback, &sound).await.map_err(|_| LegLost)?;
            self.playing.push(playback);
        }
        Ok(())
    }

    async fn stop_playing(&mut self) {
        // The last playback goes first, so that no waiting one begins.
        while let Some(playback) = self.playing.pop() {
            self.line.rest.stop_playing(&playback).await;
        }
    }

    async fn hang_up(&mut self) {
        // Later events of this channel come from our own hanging up.
        self.line.calls().remove(&self.channel);
        if !self.line.rest.hang_up(&self.channel).await {
            tracing::warn!("a call could not be hung up; Asterisk does it when its time is over");
        }
    }
}

impl Drop for AsteriskLeg {
    fn drop(&mut self) {
        self.line.calls().remove(&self.channel);
    }
}
