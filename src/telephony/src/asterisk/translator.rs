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
    playback::Playback,
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
    pub(super) to_driver: UnboundedSender<LegEvent>,
}

impl Translator {
    /// Translates events until the leg removes its channel from the line.
    pub(super) async fn run(mut self, mut ari_events: UnboundedReceiver<AriEvent>) {
        while let Some(event) = ari_events.recv().await {
            if event == AriEvent::Answered && !self.extension.is_empty() {
                self.reach_extension().await;
            }
            if let Some(event) = self.translate(event) {
                let _ = self.to_driver.send(event);
            }
        }
    }

    /// Dials the extension and waits until it answers. Before that nobody listens to the voice.
    async fn reach_extension(&self) {
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
            AriEvent::Key(key) => LegEvent::Key(key),
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
    use crate::asterisk::AsteriskSettings;

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
            to_driver: mpsc::unbounded_channel().0,
        }
    }

    fn played(id: &str, is_failed: bool) -> AriEvent {
        AriEvent::Played { id: id.to_owned(), is_failed, media: "sound:x".to_owned() }
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
                AriEvent::Key('4'),
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
