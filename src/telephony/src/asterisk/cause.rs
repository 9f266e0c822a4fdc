//! The ending of a call that was not answered, from Asterisk's cause (ITU-T Q.850) and SIP's code (RFC 3261, section 21).
//!
//! An answered call has no such cause: somebody hung up.

use crate::Ending;

/// What is known of an unanswered call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unanswered {
    /// The cause of ITU-T Q.850.
    pub(super) cause: i64,
    /// The code of a SIP response that was not a success.
    pub(super) sip: Option<i64>,
    /// Whether the network reported ringing.
    pub(super) has_rung: bool,
    /// Whether the time for ringing was over.
    pub(super) is_late: bool,
}

impl Unanswered {
    /// The ending.
    pub(super) fn ending(self) -> Ending {
        let Self { cause, sip, has_rung, is_late } = self;
        match cause {
            17 => Ending::Busy,
            // The person rejects the call, or the trunk does: it refuses this number, or every number.
            21 => match sip {
                None | Some(600 | 603) => Ending::Busy,
                Some(403) => Ending::NotReached,
                Some(_) => Ending::Fault,
            },
            // The network reports at once that a phone is off or out of reach. A dead trunk reports nothing.
            18..=20 if has_rung || !is_late => Ending::NoAnswer,
            18..=20 => Ending::Fault,
            // The number is unallocated, has no route, has changed, is out of order or is malformed.
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
            (2, None, false, false, Ending::NotReached),
            (3, None, false, false, Ending::NotReached),
            (22, Some(410), false, false, Ending::NotReached),
            (27, Some(502), false, false, Ending::NotReached),
            (28, Some(484), false, false, Ending::NotReached),
            (18, Some(408), true, true, Ending::NoAnswer),
            (21, Some(600), false, false, Ending::Busy),
            (26, None, true, false, Ending::NoAnswer),
            (31, None, true, false, Ending::NoAnswer),
            (127, None, true, false, Ending::NoAnswer),
            (127, None, false, false, Ending::Fault),
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
