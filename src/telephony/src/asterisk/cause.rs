//! Why Asterisk says a channel is gone (ITU-T Q.850, and SIP's own code where there is one), in our words.
//!
//! Not here: calls that were answered. Whatever the cause, somebody hung up.

use crate::Ending;

/// What is known of a call that was not answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unanswered {
    /// Q.850.
    pub(super) cause: i64,
    /// SIP's answer, where it was none of success.
    pub(super) sip: Option<i64>,
    /// Whether the network said that it rings.
    pub(super) has_rung: bool,
    /// Whether the time to ring was over.
    pub(super) is_late: bool,
}

impl Unanswered {
    pub(super) fn ending(self) -> Ending {
        let Self { cause, sip, has_rung, is_late } = self;
        match cause {
            17 => Ending::Busy,
            // "Rejected" is the person's word, or that of a trunk which lets us call nobody, or not this number.
            21 => match sip {
                None | Some(600 | 603) => Ending::Busy,
                Some(403) => Ending::NotReached,
                Some(_) => Ending::Fault,
            },
            // The phone is off or out of reach, which the network says at once; a dead trunk says nothing at all.
            18..=20 if has_rung || !is_late => Ending::NoAnswer,
            18..=20 => Ending::Fault,
            // Not allocated, no route, changed, out of order, not a number.
            1..=3 | 22 | 27 | 28 => Ending::NotReached,
            0 | 16 | 26 | 31 | 127 if has_rung => Ending::NoAnswer,
            _ => Ending::Fault,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_its_ending() {
        let table = [
            (17, Some(486), true, false, Ending::Busy),
            (17, Some(486), false, false, Ending::Busy),
            (21, Some(603), true, false, Ending::Busy),
            (21, None, true, false, Ending::Busy),
            (21, Some(403), false, false, Ending::NotReached),
            (21, Some(401), false, false, Ending::Fault),
            (19, None, true, true, Ending::NoAnswer),
            (19, Some(480), false, false, Ending::NoAnswer),
            (20, Some(480), false, false, Ending::NoAnswer),
            (19, Some(480), false, true, Ending::Fault),
            (1, Some(404), false, false, Ending::NotReached),
            (28, Some(484), false, false, Ending::NotReached),
            (34, Some(503), false, false, Ending::Fault),
            (38, None, false, false, Ending::Fault),
            (16, None, true, false, Ending::NoAnswer),
            (16, None, false, false, Ending::Fault),
            (0, None, false, true, Ending::Fault),
            (-5, None, true, false, Ending::Fault),
        ];
        for (cause, sip, has_rung, is_late, ending) in table {
            let unanswered = Unanswered { cause, sip, has_rung, is_late };
            assert_eq!(unanswered.ending(), ending, "{unanswered:?}");
        }
    }
}
