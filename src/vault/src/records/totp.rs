//! Codes of an authenticator app (RFC 6238).

use domain::{STEP_SECS, SixDigits, Step, TotpSecret};
use totp_rs::{Algorithm, Builder};

/// Whether a code belongs to exactly this time step. For a secret that just came out of an envelope.
pub fn proves(secret: &TotpSecret, code: &SixDigits, step: Step) -> bool {
    matching_step(secret, code, step, 0) == Some(step)
}

/// The time step of a right code, at most `skew` steps away. Only the accepted steps are compared, in constant time.
/// `domain::judge_code` compares a whole day to word an error: that costs the service too much, and nobody reads it here.
pub(super) fn matching_step(secret: &TotpSecret, code: &SixDigits, at: Step, skew: u16) -> Option<Step> {
    let code = std::str::from_utf8(code.ascii()).ok()?;
    let secs = u64::try_from(at.0.checked_mul(STEP_SECS)?).ok()?;
    let step = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(STEP_SECS.unsigned_abs())
        .with_skew(skew)
        .with_secret(secret.bytes().to_vec())
        .build_noncompliant()
        .check(code, secs)?;
    i64::try_from(step).ok().map(Step)
}
