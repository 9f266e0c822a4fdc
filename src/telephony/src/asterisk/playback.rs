//! The id of a playback. Asterisk returns it when the playback is over.

/// One playback of what is said at a turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Playback {
    /// The turn of the conversation.
    pub(super) turn: u32,
    /// The number of the playback within the turn, from 0.
    pub(super) number: usize,
    /// Whether it is the last of its turn.
    pub(super) is_last: bool,
}

impl Playback {
    /// The id: the channel's id, the turn and the number.
    pub(super) fn id(&self, channel: &str) -> String {
        format!("{channel}-{}-{}{}", self.turn, self.number, if self.is_last { "-last" } else { "" })
    }

    /// Reads an id. `None` when it belongs to another channel, or is not one of ours.
    pub(super) fn of_id(id: &str, channel: &str) -> Option<Self> {
        let mut rest = id.strip_prefix(channel)?.strip_prefix('-')?.split('-');
        let (turn, number) = (rest.next()?.parse().ok()?, rest.next()?.parse().ok()?);
        Some(Self { turn, number, is_last: rest.next() == Some("last") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playback_is_recognised_by_its_id() {
        for playback in
            [Playback { turn: 3, number: 0, is_last: false }, Playback { turn: 12, number: 2, is_last: true }]
        {
            assert_eq!(Playback::of_id(&playback.id("enrol-call-1"), "enrol-call-1"), Some(playback));
        }
        for other in ["enrol-call-2-1-0", "enrol-call-1", "enrol-call-1-x-0", "enrol-call-1-1"] {
            assert_eq!(Playback::of_id(other, "enrol-call-1"), None, "{other}");
        }
    }
}
