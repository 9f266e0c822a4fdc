//! Opens every sound that a call must say before a key may decide, on the call's own channel, before the voice begins.
//!
//! A key counts while the voice still speaks. Without this, a person who presses early would decide a call whose question
//! Asterisk could not say.

use std::time::Duration;

use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{Instant, timeout_at},
};

use super::{event::AriEvent, playback::Playback, shared::Shared};

/// How long a rehearsal may take. Asterisk takes 20 ms for each sound.
pub(super) const LONGEST: Duration = Duration::from_secs(4);

/// How long the end of the call may be behind a sound that did not play: Asterisk stops what it plays to somebody who
/// hangs up, and says that it failed before it says that they hung up.
const AFTER_A_FAULT: Duration = Duration::from_secs(1);

/// The turn of a rehearsal's playbacks. The voice begins with turn 1.
const TURN: u32 = 0;

/// What came of a rehearsal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rehearsal {
    /// Every sound can be played. These events came meanwhile.
    Passed(Vec<AriEvent>),
    /// A sound is missing, or Asterisk does not answer.
    Failed,
    /// The call ended with this event.
    Ended(AriEvent),
}

/// Rehearses the sounds of an answered call.
pub(super) async fn rehearse(
    line: &Shared,
    channel: &str,
    sounds: &[String],
    ari_events: &mut UnboundedReceiver<AriEvent>,
) -> Rehearsal {
    let until = Instant::now() + LONGEST;
    let mut is_begun = true;
    for (number, sound) in sounds.iter().enumerate() {
        let playback = Playback { turn: TURN, number, is_last: false }.id(channel);
        if line.rest.try_sound(channel, &playback, &line.sound_path(sound)).await.is_err() {
            // The person may have hung up; an event says so.
            is_begun = false;
            break;
        }
    }
    follow(channel, sounds.len(), is_begun, ari_events, until).await
}

/// Waits for the ends of so many playbacks.
async fn follow(
    channel: &str,
    count: usize,
    is_begun: bool,
    ari_events: &mut UnboundedReceiver<AriEvent>,
    until: Instant,
) -> Rehearsal {
    let mut until = if is_begun { until } else { until.min(Instant::now() + AFTER_A_FAULT) };
    let mut is_sound = is_begun;
    let mut held = Vec::new();
    let mut opened = 0;
    while !is_sound || opened < count {
        let event = match timeout_at(until, ari_events.recv()).await {
            Ok(Some(event)) => event,
            // Our side has hung up.
            Ok(None) => return Rehearsal::Ended(AriEvent::HungUp),
            Err(_) => {
                tracing::error!("Asterisk does not open the sounds of a call");
                return Rehearsal::Failed;
            }
        };
        match event {
            AriEvent::Played { id, is_failed, media } if is_ours(&id, channel) => {
                if is_failed {
                    tracing::error!(
                        media,
                        "Asterisk cannot play a sound that a call must say; the call ends"
                    );
                    until = until.min(Instant::now() + AFTER_A_FAULT);
                    is_sound = false;
                }
                opened += 1;
            }
            AriEvent::HungUp | AriEvent::Destroyed { .. } | AriEvent::ConnectionLost => {
                return Rehearsal::Ended(event);
            }
            event @ (AriEvent::Ringing | AriEvent::Answered | AriEvent::Key(_) | AriEvent::Played { .. }) => {
                held.push(event);
            }
        }
    }
    Rehearsal::Passed(held)
}

fn is_ours(id: &str, channel: &str) -> bool {
    Playback::of_id(id, channel).is_some_and(|playback| playback.turn == TURN)
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;
    use crate::asterisk::event::KeyReport;

    fn opened(number: usize, is_failed: bool) -> AriEvent {
        let id = Playback { turn: TURN, number, is_last: false }.id("c1");
        AriEvent::Played { id, is_failed, media: "sound:enrol/en/test-ask".to_owned() }
    }

    fn key() -> AriEvent {
        AriEvent::Key(KeyReport { key: '4', at_ms: Some(5), pressed_ms: 180 })
    }

    /// What comes of a rehearsal of two sounds in which these events come, and how long it takes.
    async fn of(events: Vec<AriEvent>, is_begun: bool) -> (Rehearsal, Duration) {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        for event in events {
            sender.send(event).unwrap();
        }
        let begun = Instant::now();
        let rehearsal = follow("c1", 2, is_begun, &mut receiver, begun + LONGEST).await;
        drop(sender);
        (rehearsal, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_whose_sounds_are_there_goes_on_with_the_keys_that_were_pressed_meanwhile() {
        let (rehearsal, _) = of(vec![opened(0, false), key(), opened(1, false)], true).await;
        assert_eq!(rehearsal, Rehearsal::Passed(vec![key()]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_missing_sound_fails_it_whatever_was_pressed_before() {
        let (rehearsal, _) = of(vec![key(), opened(0, false), key(), opened(1, true)], true).await;
        assert_eq!(rehearsal, Rehearsal::Failed);
        let (rehearsal, _) = of(vec![opened(0, true), opened(1, false)], true).await;
        assert_eq!(rehearsal, Rehearsal::Failed, "the first of two as well");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_hangs_up_meanwhile_has_hung_up_and_an_asterisk_that_says_nothing_fails_it_in_time() {
        let (rehearsal, _) = of(vec![opened(0, false), AriEvent::HungUp], true).await;
        assert_eq!(rehearsal, Rehearsal::Ended(AriEvent::HungUp));
        let (rehearsal, _) = of(vec![opened(0, true), AriEvent::HungUp], true).await;
        assert_eq!(rehearsal, Rehearsal::Ended(AriEvent::HungUp), "what was played ended with the call");
        let (rehearsal, _) = of(vec![AriEvent::HungUp], false).await;
        assert_eq!(rehearsal, Rehearsal::Ended(AriEvent::HungUp));
        let other = AriEvent::Played { id: "c1-1-0".to_owned(), is_failed: false, media: String::new() };
        assert_eq!(of(vec![opened(0, false), other], true).await, (Rehearsal::Failed, LONGEST));
        assert_eq!(of(vec![key()], false).await, (Rehearsal::Failed, Duration::from_secs(1)));
    }
}
