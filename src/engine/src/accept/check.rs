//! Checks that the content of an envelope proves what the policy asks for. Pure.

use domain::{Date, MethodKind, PhoneNumber, Policy, Step, Timestamp, TotpSecret};
use protocol::{EnrolmentHeader, ErrorCode, MethodPayload};

/// How many time steps a code may be off. Sign-ins later accept the same: one step before and one after.
const STEPS_OFF: i64 = 1;

/// A method that was proved, as far as the envelope can show it.
#[derive(Debug)]
pub(super) enum ProvedMethod {
    /// An authenticator app, by a code.
    App { secret: TotpSecret, step: Step },
    /// A number that may be called. The commit checks that it was called under the same grant.
    Phone(PhoneNumber),
}

/// The methods that an envelope proves.
pub(super) type ProvedMethods = Vec<ProvedMethod>;

/// Checks the methods. Each stands once, in the header's order. Each code is right for its step, and each step lies
/// between sign-in and arrival. Together they meet the policy of the day on which they were proved.
pub(super) fn check_proofs(
    header: &EnrolmentHeader,
    methods: Vec<MethodPayload>,
    policy: &Policy,
    signed_in_at: Timestamp,
    now: Timestamp,
) -> Result<ProvedMethods, ErrorCode> {
    let kinds: Vec<MethodKind> = methods.iter().map(MethodPayload::kind).collect();
    if kinds != header.kinds {
        return Err(ErrorCode::EnvelopeUnreadable);
    }
    if kinds.iter().enumerate().any(|(place, kind)| kinds[..place].contains(kind)) {
        return Err(ErrorCode::MethodNotProved);
    }
    let (earliest, latest) = (Step::at(signed_in_at).0 - STEPS_OFF, Step::at(now).0 + STEPS_OFF);
    let mut proved = Vec::with_capacity(methods.len());
    let mut first = Step::at(now);
    for method in methods {
        match method {
            MethodPayload::AuthenticatorApp { secret, code, step } => {
                if !(earliest..=latest).contains(&step.0) || !vault::proves(&secret, &code, step) {
                    return Err(ErrorCode::MethodNotProved);
                }
                first = first.min(step);
                proved.push(ProvedMethod::App { secret, step });
            }
            MethodPayload::PhoneCall(number) => {
                numbers::check(&number, &policy.numbers).map_err(|_| ErrorCode::NumberRefused)?;
                proved.push(ProvedMethod::Phone(number));
            }
        }
    }
    // The policy of the day of the proof counts, since the person may have been offline since.
    let day = Date::of(Timestamp::from_secs(first.0.saturating_mul(domain::STEP_SECS)));
    if kinds.iter().any(|kind| !policy.offers(*kind, day)) {
        return Err(ErrorCode::PolicyNotMet);
    }
    if policy.is_met_by(&kinds, day) { Ok(proved) } else { Err(ErrorCode::PolicyNotMet) }
}
