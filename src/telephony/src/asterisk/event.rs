//! Asterisk's messages about channels. They hold numbers, so no message is stored or logged.
//!
//! `translator` decides what follows from them.

use serde::Deserialize;

/// An event of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AriEvent {
    /// The phone rings, or the network plays a sound in place of ringing.
    Ringing,
    /// The call was answered, and our application controls the channel.
    Answered,
    /// A key arrived. `keypress` tells whether it is a new press.
    Key(KeyReport),
    /// A playback is over, or it failed.
    Played { id: String, is_failed: bool, media: String },
    /// The channel is being hung up. This comes before the failure of a playback that it breaks off.
    HungUp,
    /// The channel is gone. `cause` is of ITU-T Q.850, and `sip` the code of a SIP response (RFC 3261, section 21).
    Destroyed { cause: i64, sip: Option<i64> },
    /// The connection to Asterisk is lost.
    ConnectionLost,
}

/// One report of a key. A phone may cause two for one press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyReport {
    /// A digit, `*` or `#`.
    pub(super) key: char,
    /// When the report arrived at Asterisk, by its own clock: milliseconds of the day. `None` when it did not say.
    pub(super) at_ms: Option<u32>,
    /// For how long the key was pressed. An RTP event has the time measured; SIP INFO has what the phone writes.
    pub(super) pressed_ms: u32,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Message {
    ChannelStateChange {
        channel: Channel,
    },
    Dial {
        dialstatus: String,
        peer: Channel,
    },
    StasisStart {
        channel: Channel,
    },
    ChannelHangupRequest {
        channel: Channel,
    },
    StasisEnd {
        channel: Channel,
    },
    ChannelDtmfReceived {
        digit: char,
        #[serde(default)]
        duration_ms: u32,
        #[serde(default)]
        timestamp: String,
        channel: Channel,
    },
    PlaybackFinished {
        playback: Playback,
    },
    ChannelDestroyed {
        cause: i64,
        tech_cause: Option<i64>,
        channel: Channel,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Channel {
    id: String,
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
struct Playback {
    id: String,
    #[serde(default)]
    media_uri: String,
    target_uri: String,
    state: String,
}

/// Whether another service connected under our application's name, and receives our events now.
pub(super) fn is_replaced(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Kind<'a> {
        r#type: &'a str,
    }
    serde_json::from_str::<Kind<'_>>(text).is_ok_and(|kind| kind.r#type == "ApplicationReplaced")
}

/// Whether a text is a message of Asterisk about a channel. It exists for the scenario that tries millions of texts.
pub fn is_asterisk_event(text: &str) -> bool {
    !is_replaced(text) && read(text).is_some()
}

/// Reads a message: the channel's id and the event. `None` for every other message.
pub(super) fn read(text: &str) -> Option<(String, AriEvent)> {
    let message: Message = serde_json::from_str(text).ok()?;
    Some(match message {
        Message::ChannelStateChange { channel } if channel.state == "Ringing" => {
            (channel.id, AriEvent::Ringing)
        }
        Message::Dial { dialstatus, peer } if matches!(dialstatus.as_str(), "RINGING" | "PROGRESS") => {
            (peer.id, AriEvent::Ringing)
        }
        Message::StasisStart { channel } => (channel.id, AriEvent::Answered),
        Message::ChannelHangupRequest { channel } | Message::StasisEnd { channel } => {
            (channel.id, AriEvent::HungUp)
        }
        Message::ChannelDtmfReceived { digit, duration_ms, timestamp, channel } => {
            let report = KeyReport { key: digit, at_ms: millis_of_day(&timestamp), pressed_ms: duration_ms };
            (channel.id, AriEvent::Key(report))
        }
        Message::PlaybackFinished { playback: Playback { id, media_uri: media, target_uri, state } } => {
            let channel = target_uri.strip_prefix("channel:")?.to_owned();
            (channel, AriEvent::Played { id, is_failed: state == "failed", media })
        }
        Message::ChannelDestroyed { cause, tech_cause: sip, channel } => {
            (channel.id, AriEvent::Destroyed { cause, sip })
        }
        Message::ChannelStateChange { .. } | Message::Dial { .. } | Message::Other => return None,
    })
}

/// The time of day in Asterisk's time stamp: `2026-11-24T15:00:12.068+0000`.
fn millis_of_day(timestamp: &str) -> Option<u32> {
    let time = timestamp.split_once('T')?.1.get(..12)?;
    let (hours, rest) = time.split_once(':')?;
    let (minutes, rest) = rest.split_once(':')?;
    let (seconds, millis) = rest.split_once('.')?;
    let number = |text: &str, most: u32| text.parse::<u32>().ok().filter(|number| *number <= most);
    let minutes = number(hours, 23)? * 60 + number(minutes, 59)?;
    Some((minutes * 60 + number(seconds, 60)?) * 1_000 + number(millis, 999)?)
}
