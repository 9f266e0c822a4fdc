//! The first sign-ins. A code counts once, and a person who cannot type a code is called.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use domain::Step;
use protocol::{ApprovalOutcome, RefusalReason, VerifyOutcome};
use telephony::{PracticeCall, PracticePhone, PracticeStage};

use super::{phone::Phone, time_limit::TIME_LIMIT};
use crate::{
    output::print,
    relying_party,
    trust::{Invited, Trust, now},
};

/// The digits in the voice's words.
const SPOKEN: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// Signs in with the phone's next code: the service accepts it once and refuses it the second time.
pub(super) fn sign_in_twice(trust: &Trust, person: &Invited, phone: &Phone) -> anyhow::Result<()> {
    let enrolled_in = phone.newest_step().context("the phone has shown no code yet")?;
    let now_at = now();
    if Step::at(now_at) <= enrolled_in {
        let next = (enrolled_in.0 + 1) * domain::STEP_SECS;
        let wait_secs = next - now_at.secs();
        print(&format!("A code counts once. Waiting {wait_secs} seconds for the phone's next one."))?;
        while Step::at(now()) <= enrolled_in {
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    let (code, service) = (phone.code(Step::at(now()))?, trust.address()?);
    for (turn, expected, reason) in [
        ("the first time", VerifyOutcome::Accepted, None),
        ("a second time", VerifyOutcome::Refused, Some(RefusalReason::CodeAlreadyUsed)),
    ] {
        let answer = relying_party::verify(&service, trust.relying_party_key(), person.sign_in_name, &code)?;
        let why = answer.reason.map(|reason| format!(", {reason:?}")).unwrap_or_default();
        print(&format!(
            ">>> Remote desktop asks the service about {} for {}, {turn}: {:?}{why}",
            *code, person.sign_in_name, answer.outcome
        ))?;
        ensure!(
            (answer.outcome, answer.reason) == (expected, reason),
            "{turn} the code should have been {expected:?}, and was {:?}",
            answer.outcome
        );
    }
    Ok(())
}

/// Approves a sign-in by a call, since a gateway has no field for a code. The person hears what the call is about, and
/// presses the digit that the voice says.
pub(super) fn approve_by_call(trust: &Trust, person: &Invited) -> anyhow::Result<()> {
    let rings = trust.phone();
    print(&format!("\n>>> A gateway has the service call {}, and waits.", person.sign_in_name))?;
    let service = trust.address()?;
    let answer = std::thread::scope(|scope| {
        let asking =
            scope.spawn(|| relying_party::approve(&service, trust.relying_party_key(), person.sign_in_name));
        let call = wait_for(rings, "ring", |call| (call.stage == PracticeStage::Ringing).then_some(call.id))?;
        print(&format!(">>> {} answers the practice phone.", person.name))?;
        ensure!(rings.answer(call), "the call cannot be answered");
        let (heard, digit) = wait_for(rings, "say a digit", |held| {
            let heard = held.heard.join(" ");
            (held.id == call).then(|| said_digit(&heard)).flatten().map(|digit| (heard, digit))
        })?;
        print(&format!("The voice says: {heard}\n>>> {} presses {digit} and the hash key.", person.name))?;
        ensure!(rings.press(call, digit) && rings.press(call, '#'), "the keys cannot be pressed");
        asking.join().unwrap_or_else(|_| bail!("the gateway stopped asking"))
    })?;
    print(&format!(">>> The gateway hears: {:?}", answer.outcome))?;
    ensure!(answer.outcome == ApprovalOutcome::Approved, "the sign-in should have been approved");
    Ok(())
}

fn said_digit(heard: &str) -> Option<char> {
    let place = SPOKEN.iter().position(|word| heard.contains(&format!("press {word} and")))?;
    char::from_digit(u32::try_from(place).ok()?, 10)
}

fn wait_for<T>(
    rings: &PracticePhone,
    what: &str,
    found: impl Fn(PracticeCall) -> Option<T>,
) -> anyhow::Result<T> {
    let end = Instant::now() + TIME_LIMIT;
    while Instant::now() < end {
        if let Some(found) = rings.calls().into_iter().find_map(&found) {
            return Ok(found);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    bail!("the practice phone did not {what}")
}

#[cfg(test)]
mod tests {
    use telephony::{PromptPart, text_of};

    use super::*;

    #[test]
    fn every_digit_is_understood_as_it_is_said() {
        use telephony::Sentence;
        for digit in 1..=9 {
            let parts = [
                PromptPart::Sentence(Sentence::ApprovalSaid),
                PromptPart::Digit(digit),
                PromptPart::Sentence(Sentence::AndHash),
            ];
            let heard = text_of(&parts, domain::PromptLanguage::English);
            assert_eq!(said_digit(&heard), char::from_digit(digit.into(), 10), "{heard}");
        }
        assert_eq!(said_digit("If this is not you, press 0, and then the hash key."), None);
    }
}
