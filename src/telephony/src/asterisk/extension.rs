//! How long it takes to reach an extension behind a switchboard. Nothing reports it, so these are fixed times.

use std::time::Duration;

/// How long a switchboard takes until it takes digits.
pub(super) const SWITCHBOARD_LISTENS: Duration = Duration::from_secs(2);

/// How long each digit takes.
const DIGIT: Duration = Duration::from_millis(300);

/// How long the switchboard takes after the last digit until the extension answers.
const EXTENSION_ANSWERS: Duration = Duration::from_secs(4);

/// The time from the switchboard's answer to the extension's. Zero without an extension.
pub(super) fn delay(extension: &str) -> Duration {
    match u32::try_from(extension.len()).unwrap_or(0) {
        0 => Duration::ZERO,
        digits => SWITCHBOARD_LISTENS + DIGIT * digits + EXTENSION_ANSWERS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_takes_the_switchboards_time_and_that_of_its_digits() {
        assert_eq!(delay(""), Duration::ZERO);
        assert_eq!(delay("4021"), Duration::from_millis(2_000 + 4 * 300 + 4_000));
    }
}
