//! One press of a key is one key, in whatever way and however often it is reported.
//!
//! Some phones and gateways send a key as an RTP event (RFC 4733) and as SIP INFO. Asterisk reports both. An RTP event
//! arrives when the key is released, with the time for which it was pressed. SIP INFO arrives at the beginning, at the
//! end or between, with a time that many phones make up. So a report of the same key belongs to the press before it when
//! that press, or its report, falls into the time for which this report says that the key was down.

use std::collections::HashMap;

use super::event::KeyReport;

/// How far two reports of one press may be apart beside its length. A finger takes longer to leave a key and come back.
const SLACK_MS: u32 = 40;

/// A press counts as no shorter than this.
const SHORTEST_PRESS_MS: u32 = 60;

/// RTP events are as long as the packets in which they come.
const RTP_PACKET_MS: u32 = 20;

/// Two reports by SIP INFO belong to one press within this.
const INFO_REPEATED_MS: u32 = 100;

const DAY_MS: u32 = 24 * 60 * 60 * 1_000;

/// The last report of each key of a call.
#[derive(Default)]
pub(super) struct Keypresses {
    last: HashMap<char, KeyReport>,
}

impl Keypresses {
    /// Whether a report is of a new press.
    pub(super) fn is_new(&mut self, report: KeyReport) -> bool {
        let before = self.last.insert(report.key, report);
        before.is_none_or(|before| !is_same_press(before, report))
    }
}

fn is_same_press(before: KeyReport, report: KeyReport) -> bool {
    let (Some(before_ms), Some(at_ms)) = (before.at_ms, report.at_ms) else { return false };
    // Asterisk's day may end between the two.
    let apart_ms = (at_ms + DAY_MS - before_ms) % DAY_MS;
    apart_ms <= longest_apart(before, report)
}

/// How far apart the two reports can be when they are of one press.
fn longest_apart(before: KeyReport, report: KeyReport) -> u32 {
    let are_both_info =
        before.pressed_ms == report.pressed_ms && !report.pressed_ms.is_multiple_of(RTP_PACKET_MS);
    if are_both_info {
        // The length is made up, so a quick second press can fall into it.
        return INFO_REPEATED_MS;
    }
    report.pressed_ms.max(SHORTEST_PRESS_MS).saturating_add(SLACK_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is reported of each press: key, time and length.
    type Reports = &'static [(char, u32, u32)];

    /// The keys that count of these reports.
    fn counted(reports: &[(char, u32, u32)]) -> String {
        let mut presses = Keypresses::default();
        let of = |(key, at_ms, pressed_ms): &(char, u32, u32)| KeyReport {
            key: *key,
            at_ms: Some(*at_ms),
            pressed_ms: *pressed_ms,
        };
        reports.iter().map(of).filter(|report| presses.is_new(*report)).map(|report| report.key).collect()
    }

    /// The times and lengths are those of Asterisk 22.10 with a phone that presses for 180 ms, every 250 ms.
    #[test]
    fn a_key_that_is_sent_twice_is_pressed_once() {
        let table: [(Reports, &str); 10] = [
            // SIP INFO when the key goes down; RTP when it comes up.
            (&[('4', 1, 180), ('4', 183, 180), ('7', 253, 180), ('7', 434, 180)], "47"),
            (&[('4', 5, 100), ('4', 186, 180), ('#', 261, 100), ('#', 439, 180)], "4#"),
            (&[('4', 3, 250), ('4', 185, 180)], "4"),
            // In the middle, at the end and a little later.
            (&[('4', 93, 100), ('4', 185, 180)], "4"),
            (&[('4', 188, 180), ('4', 233, 180), ('7', 441, 180), ('7', 486, 180)], "47"),
            (&[('4', 184, 180), ('4', 245, 100)], "4"),
            // INFO a little earlier, and a long press.
            (&[('4', 1, 100), ('4', 213, 180)], "4"),
            (&[('4', 8, 100), ('4', 409, 400)], "4"),
            // Three times by INFO, and once by RTP.
            (&[('4', 1, 100), ('4', 46, 100), ('4', 92, 100), ('4', 185, 180)], "4"),
            // The next key goes down before the first has come up.
            (&[('4', 0, 160), ('7', 150, 160), ('4', 180, 180), ('7', 330, 180)], "47"),
        ];
        for (reports, expected) in table {
            assert_eq!(counted(reports), expected, "{reports:?}");
        }
    }

    #[test]
    fn a_key_that_is_pressed_twice_counts_twice() {
        let table: [(Reports, &str); 7] = [
            (&[('9', 186, 180), ('9', 443, 180)], "99"),
            (&[('4', 186, 180), ('4', 414, 180)], "44"),
            // SIP INFO alone, whose length is made up.
            (&[('4', 1, 250), ('4', 251, 250)], "44"),
            (&[('9', 1, 160), ('9', 251, 160)], "99"),
            (&[('4', 1, 100), ('4', 201, 100)], "44"),
            // Each sent twice.
            (&[('9', 5, 160), ('9', 186, 180), ('9', 505, 160), ('9', 686, 180)], "99"),
            (&[('4', 1, 180), ('7', 253, 180), ('4', 520, 180)], "474"),
        ];
        for (reports, expected) in table {
            assert_eq!(counted(reports), expected, "{reports:?}");
        }
    }

    #[test]
    fn midnight_and_a_report_without_a_time_are_no_reason_to_drop_a_key() {
        assert_eq!(counted(&[('4', DAY_MS - 20, 100), ('4', 130, 180), ('4', 900, 180)]), "44");
        let mut presses = Keypresses::default();
        let untimed = KeyReport { key: '4', at_ms: None, pressed_ms: 180 };
        assert!(presses.is_new(untimed) && presses.is_new(untimed));
    }
}
