//! Translates the events of a channel into events of a call leg, and dials an extension.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender},
    time::Instant,
};

use super::{
    cause::Unanswered,
    event::AriEvent,
    extension::{self, SWITCHBOARD_LISTENS},
    keypress::Keypresses,
    playback::Playback,
    rehearsal::{Rehearsal, rehearse},
    shared::Shared,
};
use crate::{Ending, call_driver::LegEvent};

/// What is known of a channel from its events.
pub(super) struct Translator {
    pub(super) line: Arc<Shared>,
    pub(super) channel: String,
    /// The digits of the extension; empty without one.
    pub(super) extension: String,
    /// When the call began.
    pub(super) begun: Instant,
    /// How long Asterisk lets the phone ring.
    pub(super) ring: Duration,
    pub(super) has_rung: bool,
    pub(super) is_answered: bool,
    pub(super) is_hung_up: bool,
    /// The sounds that the call must be able to play before a key may decide.
    pub(super) must_say: Vec<String>,
    pub(super) keypresses: Keypresses,
    pub(super) to_driver: UnboundedSender<LegEvent>,
}

impl Translator {
    /// Translates events until the leg removes its channel from the line.
    pub(super) async fn run(mut self, mut ari_events: UnboundedReceiver<AriEvent>) {
        while let Some(event) = ari_events.recv().await {
            let is_answered = event == AriEvent::Answered;
            if is_answered {
                self.reach_extension().await;
            }
            let rehearsal = if is_answered { Some(self.rehearse(&mut ari_events).await) } else { None };
            self.send(event);
            match rehearsal {
                None => {}
                Some(Rehearsal::Passed(held)) => held.into_iter().for_each(|event| self.send(event)),
                Some(Rehearsal::Ended(event)) => self.send(event),
                Some(Rehearsal::Failed) => {
                    let _ = self.to_driver.send(LegEvent::Broken);
                }
            }
        }
    }

    fn send(&mut self, event: AriEvent) {
        if let Some(event) = self.translate(event) {
            let _ = self.to_driver.send(event);
        }
    }

    async fn rehearse(&self, ari_events: &mut UnboundedReceiver<AriEvent>) -> Rehearsal {
        rehearse(&self.line, &self.channel, &self.must_say, ari_events).await
    }

    /// Dials the extension and waits until it answers. Before that nobody listens to the voice.
    async fn reach_extension(&self) {
        if self.extension.is_empty() {
            return;
        }
        let _ = self.line.rest.send_digits(&self.channel, &self.extension, SWITCHBOARD_LISTENS).await;
        tokio::time::sleep(extension::delay(&self.extension)).await;
    }

    fn translate(&mut self, event: AriEvent) -> Option<LegEvent> {
        Some(match event {
            AriEvent::Ringing => {
                self.has_rung = true;
                LegEvent::Ringing
            }
            AriEvent::Answered => {
                self.is_answered = true;
                LegEvent::Answered
            }
            AriEvent::Key(report) => {
                return self.keypresses.is_new(report).then_some(LegEvent::Key(report.key));
            }
            // Hanging up breaks off the playback.
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
            // The cause comes with `Destroyed`.
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
    use tokio::sync::mpsc;
    use zeroize::Zeroizing;

    use super::*;
    use crate::asterisk::{AsteriskSettings, event::KeyReport};

    /// A translator that nobody listens to. It makes no request.
    fn translator() -> Translator {
        let settings = AsteriskSettings {
            ari: "http://127.0.0.1:9/ari".to_owned(),
            user: String::new(),
            password: Zeroizing::new(String::new()),
            application: "enrol".to_owned(),
            dial: "PJSIP/{number}".to_owned(),
            sounds: "enrol".to_owned(),
            from: None,
            vocabulary: crate::testing::vocabulary(),
        };
        Translator {
            line: Arc::new(Shared::new(settings).expect("a client")),
            channel: "c1".to_owned(),
            extension: String::new(),
            begun: Instant::now(),
            ring: Duration::from_secs(25),
            has_rung: false,
            is_answered: false,
            is_hung_up: false,
            must_say: Vec::new(),
            keypresses: Keypresses::default(),
            to_driver: mpsc::unbounded_channel().0,
        }
    }

    fn played(id: &str, is_failed: bool) -> AriEvent {
        AriEvent::Played { id: id.to_owned(), is_failed, media: "sound:x".to_owned() }
    }

    fn key(key: char, at_ms: u32) -> AriEvent {
        AriEvent::Key(KeyReport { key, at_ms: Some(at_ms), pressed_ms: 180 })
    }

    #[track_caller]
    fn becomes(events: &[AriEvent], expected: &[Option<LegEvent>]) {
        let mut translator = translator();
        let became: Vec<_> = events.iter().map(|event| translator.translate(event.clone())).collect();
        assert_eq!(became, expected, "{events:?}");
    }

    #[test]
    fn an_answered_call_is_translated_and_hanging_up_breaks_off_its_playback() {
        becomes(
            &[
                AriEvent::Ringing,
                AriEvent::Answered,
                played("c1-1-0", false),
                played("c1-1-1-last", false),
                played("c2-1-1-last", false),
                key('4', 100),
                key('4', 250),
                key('4', 600),
                AriEvent::HungUp,
                played("c1-2-0", true),
                AriEvent::Destroyed { cause: 16, sip: None },
            ],
            &[
                Some(LegEvent::Ringing),
                Some(LegEvent::Answered),
                None,
                Some(LegEvent::Played(1)),
                None,
                Some(LegEvent::Key('4')),
                None,
                Some(LegEvent::Key('4')),
                Some(LegEvent::Gone(Ending::HungUp)),
                None,
                Some(LegEvent::Gone(Ending::HungUp)),
            ],
        );
    }

    #[test]
    fn a_missing_sound_and_a_lost_connection_break_the_line() {
        becomes(
            &[AriEvent::Answered, played("c1-1-0", true)],
            &[Some(LegEvent::Answered), Some(LegEvent::Broken)],
        );
        becomes(&[AriEvent::ConnectionLost], &[Some(LegEvent::Broken)]);
    }

    #[test]
    fn an_unanswered_call_ends_by_its_cause_alone() {
        let busy = AriEvent::Destroyed { cause: 17, sip: Some(486) };
        becomes(&[AriEvent::HungUp, busy], &[None, Some(LegEvent::Gone(Ending::Busy))]);
        let cleared = AriEvent::Destroyed { cause: 16, sip: None };
        becomes(std::slice::from_ref(&cleared), &[Some(LegEvent::Gone(Ending::Fault))]);
        becomes(
            &[AriEvent::Ringing, cleared],
            &[Some(LegEvent::Ringing), Some(LegEvent::Gone(Ending::NoAnswer))],
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_event_before_the_ringing_time_is_over_means_no_answer() {
        let silent = || AriEvent::Destroyed { cause: 19, sip: None };
        for (waited, ending) in [(23, Ending::NoAnswer), (24, Ending::Fault)] {
            let mut translator = translator();
            tokio::time::advance(Duration::from_secs(waited)).await;
            assert_eq!(translator.translate(silent()), Some(LegEvent::Gone(ending)), "{waited}");
        }
    }
}
