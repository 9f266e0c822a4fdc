//! The practice phone, which rings when the practice trust calls. A person answers it in the terminal beside the window.
//! Without a free terminal it answers by itself and presses the right keys.
//!
//! The phone itself is in the crate `telephony`.

use std::collections::HashMap;
use std::io::IsTerminal as _;

use telephony::{Behaviour, CallId, Pace, PracticeCall, PracticePhone, PracticeStage};
use tokio::runtime::Runtime;

use crate::{options::Options, output::print};

/// The phone for these options.
pub(crate) fn phone(options: &Options) -> PracticePhone {
    if options.tour {
        return PracticePhone::by_itself(Pace::AT_ONCE, |_| Behaviour::ByHand);
    }
    if is_at_the_terminal(options) {
        return PracticePhone::by_hand();
    }
    PracticePhone::by_itself(Pace::LIFE, |_| Behaviour::RightKeys)
}

/// Whether a person can use the phone in this terminal: the assistant is in a window, and the terminal is free.
pub(crate) fn is_at_the_terminal(options: &Options) -> bool {
    let is_free = !options.tour && !options.console && !options.no_window;
    is_free && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Shows the phone in this terminal and takes its keys from there, until the program ends.
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
    // A thread, not a task: reading the terminal cannot be stopped, and the program does not wait for a thread.
    std::thread::spawn(move || {
        let mut line = String::new();
        while matches!(std::io::stdin().read_line(&mut line), Ok(read) if read > 0) {
            if !handle_line(&typed_to, line.trim()) {
                let _ = print("[phone] Enter answers. Numbers, * and # are pressed. h hangs up.");
            }
            line.clear();
        }
    });
}

/// Handles a typed line. `false` when it has no meaning now.
fn handle_line(phone: &PracticePhone, line: &str) -> bool {
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

/// What was printed of each call.
#[derive(Default)]
struct PhoneLog(HashMap<CallId, (PracticeStage, usize)>);

impl PhoneLog {
    /// The lines to print for what is new.
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

    #[test]
    fn a_line_answers_presses_or_hangs_up_and_only_in_its_turn() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let _guard = runtime.enter();
        let phone = PracticePhone::by_hand();
        let stage = || phone.calls().last().map(|call| call.stage);
        assert!(!handle_line(&phone, "") && !handle_line(&phone, "h") && !handle_line(&phone, "4"));
        for (answers, lines) in [(false, ["h", ""]), (true, ["h", "4"])] {
            let _events = ring(&phone, &runtime);
            assert!(!handle_line(&phone, "4") && !handle_line(&phone, "x"), "it only rings");
            assert!(handle_line(&phone, ""));
            assert_eq!(stage(), Some(PracticeStage::Answered));
            if answers {
                assert!(handle_line(&phone, "47") && handle_line(&phone, "*#"));
                assert!(!handle_line(&phone, "4x") && !handle_line(&phone, ""));
            }
            assert!(handle_line(&phone, lines[0]));
            assert_eq!(stage(), Some(PracticeStage::Over));
            assert!(!handle_line(&phone, lines[1]));
        }
        let _events = ring(&phone, &runtime);
        assert!(handle_line(&phone, "h"), "declined");
        assert_eq!(stage(), Some(PracticeStage::Over));
    }

    fn ring(phone: &PracticePhone, runtime: &Runtime) -> telephony::CallEvents {
        let call = telephony::Call {
            id: CallId(uuid::Uuid::new_v4()),
            number: domain::PhoneNumber::new("447700900123", "").expect("a number"),
            script: telephony::Script::Test {
                language: domain::PromptLanguage::English,
                trust: telephony::SpokenName::new("Ash Grove Trust").expect("a name"),
                digits: domain::TwoDigits::parse("47").expect("two digits"),
            },
            caller_id: None,
            ring_secs: 25,
            call_secs: 60,
        };
        let line = telephony::Line::Practice(telephony::PracticeLine::new(phone.clone()));
        runtime.block_on(line.place(call)).expect("the practice line places every call")
    }
}
