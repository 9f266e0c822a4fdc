//! The practice phone: what rings when the practice trust calls. In a terminal beside the window one answers it and
//! presses its keys; where there is no terminal to type into, it answers by itself and presses what the page shows.
//!
//! Not here: the phone itself (crate `telephony`).

use std::collections::HashMap;
use std::io::IsTerminal as _;

use telephony::{Behaviour, CallId, Pace, PracticeCall, PracticePhone, PracticeStage};
use tokio::runtime::Runtime;

use crate::{options::Options, print};

/// The phone that goes with the options.
pub(crate) fn phone(options: &Options) -> PracticePhone {
    if options.tour {
        return PracticePhone::by_itself(Pace::AT_ONCE, |_| Behaviour::ByHand);
    }
    if is_at_the_terminal(options) {
        return PracticePhone::by_hand();
    }
    PracticePhone::by_itself(Pace::LIFE, |_| Behaviour::RightKeys)
}

/// Whether somebody can work the phone: the window is elsewhere, and what is typed here is the phone's.
pub(crate) fn is_at_the_terminal(options: &Options) -> bool {
    let is_free = !options.tour && !options.console && !options.no_window;
    is_free && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Shows the phone in this terminal, and takes its keys from it, until the program ends.
pub(crate) fn show(phone: &PracticePhone, runtime: &Runtime) {
    let shown = phone.clone();
    runtime.spawn(async move {
        let mut changes = shown.changes();
        let mut log = PhoneLog::default();
        loop {
            for line in log.news(&shown.calls()) {
                let _ = print(&line);
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    });
    let typed_to = phone.clone();
    // Not a task: reading the terminal cannot be stopped, and the program's end does not wait for a thread.
    std::thread::spawn(move || {
        let mut line = String::new();
        while matches!(std::io::stdin().read_line(&mut line), Ok(read) if read > 0) {
            if !typed(&typed_to, line.trim()) {
                let _ = print("[phone] Enter answers. Numbers, * and # are pressed. h hangs up.");
            }
            line.clear();
        }
    });
}

/// What somebody typed at the phone; false when it makes no sense now.
fn typed(phone: &PracticePhone, line: &str) -> bool {
    let calls = phone.calls();
    let live = |stage| calls.iter().find(|call| call.stage == stage).map(|call| call.id);
    let (ringing, answered) = (live(PracticeStage::Ringing), live(PracticeStage::Answered));
    match (line, ringing, answered) {
        ("", Some(call), _) => phone.answer(call),
        ("h", _, Some(call)) | ("h", Some(call), None) => phone.hang_up(call),
        (keys, _, Some(call)) if !keys.is_empty() && keys.chars().all(is_key) => {
            keys.chars().all(|key| phone.press(call, key))
        }
        _ => false,
    }
}

fn is_key(character: char) -> bool {
    character.is_ascii_digit() || character == '*' || character == '#'
}

/// What was log of each call.
#[derive(Default)]
struct PhoneLog(HashMap<CallId, (PracticeStage, usize)>);

impl PhoneLog {
    /// What is new.
    fn news(&mut self, calls: &[PracticeCall]) -> Vec<String> {
        let mut news = Vec::new();
        for PracticeCall { id, last_three, stage, heard } in calls {
            let (known_stage, known_heard) = self.0.get(id).copied().map_or((None, 0), |(s, h)| (Some(s), h));
            if known_stage.is_none() {
                news.push(format!(
                    "\n[phone] The practice phone rings. The number called ends in {last_three}.\n[phone] Press Enter to answer, or type h and Enter to hang up."
                ));
            }
            if known_stage != Some(*stage) && *stage == PracticeStage::Answered {
                news.push("[phone] Answered. Type what you press, then Enter.".to_owned());
            }
            news.extend(
                heard.iter().skip(known_heard).map(|words| format!("[phone] The voice says: {words}")),
            );
            if known_stage != Some(*stage) && *stage == PracticeStage::Over {
                news.push("[phone] The call is over.\n".to_owned());
            }
            self.0.insert(*id, (*stage, heard.len()));
        }
        self.0.retain(|id, _| calls.iter().any(|call| call.id == *id));
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_that_happens_is_told_once() {
        let call = |stage, heard: &[&str]| PracticeCall {
            id: CallId(uuid::Uuid::from_u128(1)),
            last_three: "123".to_owned(),
            stage,
            heard: heard.iter().map(|words| (*words).to_owned()).collect(),
        };
        let mut log = PhoneLog::default();
        let rings = log.news(&[call(PracticeStage::Ringing, &[])]);
        assert!(rings.len() == 1 && rings[0].contains("ends in 123"), "{rings:?}");
        assert!(log.news(&[call(PracticeStage::Ringing, &[])]).is_empty());
        assert_eq!(log.news(&[call(PracticeStage::Answered, &["Hello."])]).len(), 2);
        let more = log.news(&[call(PracticeStage::Answered, &["Hello.", "Press."])]);
        assert_eq!(more, ["[phone] The voice says: Press."]);
        assert_eq!(log.news(&[call(PracticeStage::Over, &["Hello.", "Press."])]).len(), 1);
        assert!(log.news(&[]).is_empty());
    }
}
