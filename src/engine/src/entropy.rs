//! Random numbers of the system, and the refusal when it has none.

use domain::EnrolmentCode;
use protocol::ErrorCode;

use crate::refusal::Refusal;

/// Random bytes.
pub(crate) fn random_bytes<const SIZE: usize>() -> Result<[u8; SIZE], Refusal> {
    let mut bytes = [0; SIZE];
    getrandom::fill(&mut bytes).map_err(|error| no_entropy(&error))?;
    Ok(bytes)
}

/// One random byte.
pub(crate) fn random_byte() -> Result<u8, Refusal> {
    let [byte] = random_bytes()?;
    Ok(byte)
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
