//! Carries out a practice phone's behaviour by itself: for demos and simulations.

use super::behaviour::Behaviour;
use super::phone::{PracticePhone, PracticeStage};
use crate::{CallId, Ending, Script};

/// Carries out the behaviour that the phone chose for a call.
pub(super) async fn act(phone: PracticePhone, id: CallId, script: Script) {
    let pace = phone.pace();
    let keys = match phone.choose(id) {
        Behaviour::ByHand => return,
        Behaviour::Busy => return stop_ringing(&phone, id, Ending::Busy),
        Behaviour::NotReached => return stop_ringing(&phone, id, Ending::NotReached),
        Behaviour::Voicemail => String::new(),
        Behaviour::RightKeys => right_keys(&script),
        Behaviour::WrongThenRight => wrong_keys(&script) + &right_keys(&script),
        Behaviour::WrongKeys => wrong_keys(&script).repeat(2),
        Behaviour::Keys(keys) => keys,
        behaviour @ (Behaviour::HangsUp | Behaviour::LineDies) => {
            let why = if behaviour == Behaviour::HangsUp { Ending::HungUp } else { Ending::Fault };
            tokio::time::sleep(pace.answer).await;
            phone.answer(id);
            tokio::time::sleep(pace.think).await;
            phone.leave(id, PracticeStage::Answered, why);
            return;
        }
    };
    tokio::time::sleep(pace.answer).await;
    phone.answer(id);
    tokio::time::sleep(pace.think).await;
    for key in keys.chars() {
        phone.press(id, key);
    }
}

fn stop_ringing(phone: &PracticePhone, id: CallId, why: Ending) {
    phone.leave(id, PracticeStage::Ringing, why);
}

fn right_keys(script: &Script) -> String {
    script.right_digits() + hash_of(script)
}

/// Wrong digits that have no other meaning: no 9 at the beginning, neither 0 nor 00.
fn wrong_keys(script: &Script) -> String {
    let right = script.right_digits();
    let wrong = ["12", "34"].map(|two| two[..right.len().min(2)].to_owned());
    let [one, other] = wrong;
    (if one == right { other } else { one }) + hash_of(script)
}

fn hash_of(script: &Script) -> &'static str {
    match script {
        Script::Test { .. } => "",
        Script::Approval { .. } => "#",
    }
}
