//! Random numbers of the system, and the refusal when it has none.

use domain::{DigitToPress, EnrolmentCode};
use protocol::ErrorCode;

use crate::refusal::Refusal;

/// Random bytes.
pub(crate) fn random_bytes<const SIZE: usize>() -> Result<[u8; SIZE], Refusal> {
    let mut bytes = [0; SIZE];
    getrandom::fill(&mut bytes).map_err(|error| no_entropy(&error))?;
    Ok(bytes)
}

/// New digits to press in a call. All digits of the service's own are made here.
pub(crate) fn digits_to_press<const COUNT: usize>() -> Result<[DigitToPress; COUNT], Refusal> {
    Ok(random_bytes()?.map(DigitToPress::from_random))
}

/// A new code for a person or a station.
pub(crate) fn new_code() -> Result<EnrolmentCode, Refusal> {
    let mut random = zeroize::Zeroizing::new([0; 64]);
    loop {
        getrandom::fill(random.as_mut_slice()).map_err(|error| no_entropy(&error))?;
        if let Some(code) = EnrolmentCode::from_entropy(random.as_slice()) {
            return Ok(code);
        }
    }
}

/// The refusal when the system has no random numbers. The cause goes to the log.
pub(crate) fn no_entropy(error: &getrandom::Error) -> Refusal {
    tracing::error!(%error, "the system has no entropy");
    ErrorCode::ServiceFault.into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_a_call_asks_for_is_one_of_64_and_never_0_or_9() {
        let made: BTreeSet<[u8; 2]> =
            (0..5_000).map(|_| digits_to_press::<2>().expect("entropy").map(DigitToPress::value)).collect();
        assert!(made.iter().flatten().all(|digit| (1..=8).contains(digit)), "{made:?}");
        // 5,000 draws miss one of 64 once in 10^32 runs.
        assert_eq!(made.len(), 64);
    }
}
