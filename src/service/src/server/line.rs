//! The telephone line that the settings name.

use telephony::{Behaviour, Line, Pace as Speed, PracticeLine, PracticePhone};

use crate::config::{Calls, LineKind, Settings};
use crate::engine::{Calling, Pace};

/// The line, as a service that serves has it.
pub(super) fn of(settings: &Settings) -> Calling {
    match &settings.calls {
        None => Calling::Nothing,
        Some(calls) => {
            let Calls { line, lines, a_second } = calls;
            let line = match line {
                // Nobody sees this phone, so it does by itself what somebody at the screen would.
                LineKind::Practice => {
                    let phone = PracticePhone::by_itself(Speed::LIFE, |_| Behaviour::RightKeys);
                    Line::Practice(PracticeLine::new(phone))
                }
            };
            Calling::By(std::sync::Arc::new(line), Pace { lines: *lines, a_second: *a_second })
        }
    }
}

/// The line as commands have it: another process calls.
pub(super) fn elsewhere(settings: &Settings) -> Calling {
    match &settings.calls {
        None => Calling::Nothing,
        Some(calls) => Calling::Elsewhere { practice: calls.line == LineKind::Practice },
    }
}
