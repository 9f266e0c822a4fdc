//! Asterisk's messages, as far as they say something of a call of ours. They hold numbers: none is kept or logged.
//!
//! Not here: what follows from them (`leg`).

use serde::Deserialize;

/// Something that happened to a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AriEvent {
    /// It rings, or the network plays us something in place of ringing.
    Ringing,
    /// It was answered and is ours to speak to.
    Answered,
    /// A key was pressed.
    Key(char),
    /// A playback is over, or could not be played.
    Played { id: String, is_failed: bool, media: String },
    /// It is being hung up. Comes before a playback that this breaks off is told as failed.
    HungUp,
    /// It is gone.
    Destroyed { cause: i64, sip: Option<i64> },
    /// The connection to Asterisk is gone.
    ConnectionLost,
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

/// Whether another service has taken our name, and our events with it.
pub(super) fn is_replaced(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Kind<'a> {
        r#type: &'a str,
    }
    serde_json::from_str::<Kind<'_>>(text).is_ok_and(|kind| kind.r#type == "ApplicationReplaced")
}

/// Whether a message of Asterisk says something of a call. For the story that tries millions.
pub fn is_asterisk_event(text: &str) -> bool {
    !is_replaced(text) && read(text).is_some()
}

/// Reads a message: whose channel, and what happened. `None` for all that is of no matter.
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
        Message::ChannelDtmfReceived { digit, channel } => (channel.id, AriEvent::Key(digit)),
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
