//! What an alert says to an operator: what happened, and which command or setting helps.
//!
//! Not here: what happened, which the engine's kinds say by themselves.

use engine::AlertKind;

/// An alert's text, for the log, the webhook and the command `alerts`.
pub(crate) fn alert_text(kind: AlertKind) -> String {
    format!("{}{}", kind.text(), advice(kind))
}

/// What to do about it; empty when the kind's text says enough.
const fn advice(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::SignInNotMine => " Have them change it, then: enrol-service calls clear",
        AlertKind::StationRefused => {
            " If it still stands at school, register it anew, or: enrol --forget-station"
        }
        AlertKind::ManyPeopleGuessed => {
            " The limit is limits.verify_refused_people_outside_hour in the policy."
        }
        AlertKind::CallsNearlyUsedUp => " If all of them are needed, raise calls.trust_day in the policy.",
        AlertKind::NotMe
        | AlertKind::EnrolmentSecondPost
        | AlertKind::EnrolmentConflict
        | AlertKind::SignInGuessed
        | AlertKind::CodesGuessed
        | AlertKind::NumberShared
        | AlertKind::Restored => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_name_their_commands() {
        for kind in AlertKind::ALL {
            let text = kind.text();
            let names = ["enrol-service", "--", "limits.", "calls."];
            assert!(names.iter().all(|name| !text.contains(name)), "{text}");
            assert!(alert_text(kind).starts_with(text));
        }
        let said = alert_text(AlertKind::SignInNotMine);
        assert!(said.ends_with("are stopped for them. Have them change it, then: enrol-service calls clear"));
        assert!(alert_text(AlertKind::StationRefused).ends_with("or: enrol --forget-station"));
    }
}
