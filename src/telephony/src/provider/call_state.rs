//! One call as we know it by what the provider posts. Posts come twice, late, in any order or not at all: where a call
//! stands only moves forward.
//!
//! Not here: whether a post is genuine, and asking after what did not come (`watch`).

use std::sync::Arc;

use domain::PromptLanguage;
use tokio::{
    sync::{Notify, mpsc::UnboundedSender},
    time::Instant,
};

use super::{
    CallbackRefused, Twiml, api,
    signature::{Form, form_of},
};
use crate::{
    CallEvent, CallEvents, Conversation, ConversationAction, ConversationEvent, Ending, PromptPart, Script,
    prompt::text_of,
};

/// How far a call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Placed,
    Ringing,
    Answered,
    /// Its ending is told; the closing words may still be being said.
    Decided,
    /// The provider says that it is over.
    Over,
}

/// A call being held.
pub(super) struct CallState {
    conversation: Conversation,
    language: PromptLanguage,
    /// The address of this call, without what follows.
    address: String,
    events: UnboundedSender<CallEvent>,
    news: Arc<Notify>,
    sid: Option<String>,
    stage: Stage,
    begun: Instant,
    since: Instant,
    /// When the provider was last heard of.
    heard_at: Instant,
    /// The turn that comes next.
    turn: u32,
    /// How many keys the last turn waits for.
    keys_wanted: usize,
    /// What the last turn was answered.
    last: Twiml,
}

impl CallState {
    /// A call just placed, and what wakes whoever watches it.
    pub(super) fn new(
        script: Script,
        address: String,
        events: UnboundedSender<CallEvent>,
    ) -> (Self, Arc<Notify>) {
        let news = Arc::new(Notify::new());
        let language = script.language();
        let held = Self {
            conversation: Conversation::new(script),
            language,
            address,
            events,
            news: news.clone(),
            sid: None,
            stage: Stage::Placed,
            begun: Instant::now(),
            since: Instant::now(),
            heard_at: Instant::now(),
            turn: 0,
            keys_wanted: 0,
            last: Twiml::nothing(),
        };
        (held, news)
    }

    pub(super) fn stage(&self) -> Stage {
        self.stage
    }

    pub(super) fn begun(&self) -> Instant {
        self.begun
    }

    /// Since when it stands there.
    pub(super) fn since(&self) -> Instant {
        self.since
    }

    pub(super) fn heard_at(&self) -> Instant {
        self.heard_at
    }

    /// The provider was asked; it may have said nothing.
    pub(super) fn asked(&mut self) {
        self.heard_at = Instant::now();
    }

    pub(super) fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// How it ends when the time of a call is over.
    pub(super) fn ending_at_time_limit(&self) -> Ending {
        self.conversation.ending_at_time_limit()
    }

    /// Whether the provider's id is this call's. The first that is told is.
    pub(super) fn is_about(&mut self, sid: &str) -> bool {
        self.sid.get_or_insert_with(|| sid.to_owned()) == sid
    }

    /// The call goes to its end for this reason, unless it has one.
    pub(super) fn end(&mut self, ending: Ending) {
        if self.stage < Stage::Decided {
            self.notify(CallEvent::Ended(ending));
            self.reach(Stage::Decided);
        }
    }

    /// Takes a genuine post about the call of this id. `rest` is what follows our call's token in its address.
    pub(super) fn posted(&mut self, rest: &str, sid: &str, form: &Form) -> Result<Twiml, CallbackRefused> {
        if !self.is_about(sid) {
            return Err(CallbackRefused::Malformed);
        }
        match rest.split_once('/') {
            None if rest == "status" => {
                let sip = field(form, "SipResponseCode").and_then(|code| code.parse().ok());
                self.status(field(form, "CallStatus").unwrap_or(""), sip);
                Ok(Twiml::nothing())
            }
            Some(("words", turn)) => {
                let turn = turn.parse().map_err(|_| CallbackRefused::Malformed)?;
                self.words(turn, field(form, "Digits"))
            }
            _ => Err(CallbackRefused::Malformed),
        }
    }

    /// What the provider says of the call, posted or asked for.
    pub(super) fn status(&mut self, status: &str, sip: Option<u16>) {
        self.heard_at = Instant::now();
        match status {
            "ringing" => self.ringing(),
            "in-progress" | "answered" => self.answered(),
            "busy" => self.over(Ending::Busy),
            "no-answer" => self.over(Ending::NoAnswer),
            // Usually a number that does not exist; what the network said tells which.
            "failed" if sip.is_some_and(|code| (500..600).contains(&code)) => self.over(Ending::Fault),
            "failed" => self.over(Ending::NotReached),
            "canceled" => self.over(Ending::Fault),
            "completed" if self.turn == 0 && self.stage < Stage::Decided => {
                tracing::warn!(
                    "the provider ended a call without asking what to say; does it reach our public address?"
                );
                self.over(Ending::Fault);
            }
            "completed" => self.over(Ending::HungUp),
            _ => {}
        }
    }

    /// The provider asks what to say at this turn, and what was pressed since the last.
    fn words(&mut self, turn: u32, digits: Option<&str>) -> Result<Twiml, CallbackRefused> {
        self.heard_at = Instant::now();
        if turn.checked_add(1) == Some(self.turn) {
            return Ok(self.last.clone());
        }
        if turn != self.turn || self.stage >= Stage::Over {
            return Err(CallbackRefused::Late);
        }
        if self.stage == Stage::Decided {
            return Ok(Twiml::hang_up());
        }
        self.answered();
        self.turn += 1;
        let say = if turn == 0 {
            self.conversation.on(ConversationEvent::Answered)
        } else {
            self.heard(digits.unwrap_or(""))
        };
        self.last = self.twiml_of(say);
        Ok(self.last.clone())
    }

    /// Hears keys that come all at once; fewer than wanted were followed by silence.
    fn heard(&mut self, digits: &str) -> ConversationAction {
        let mut last = ConversationAction::Nothing;
        for key in digits.chars() {
            let say = self.conversation.on(ConversationEvent::Key(key));
            if matches!(say, ConversationAction::TryAgain(_)) {
                // Also when more keys follow in the same post.
                self.notify(CallEvent::WrongDigits);
            }
            if matches!(say, ConversationAction::End(..)) {
                return say;
            }
            if say != ConversationAction::Nothing {
                last = say;
            }
        }
        let is_waiting = matches!(last, ConversationAction::Nothing | ConversationAction::Listen);
        if is_waiting && digits.len() < self.keys_wanted {
            last = self.conversation.on(ConversationEvent::Silence);
        }
        last
    }

    fn twiml_of(&mut self, say: ConversationAction) -> Twiml {
        match say {
            ConversationAction::Nothing | ConversationAction::Listen => self.ask(&[]),
            ConversationAction::Play(parts) | ConversationAction::TryAgain(parts) => self.ask(&parts),
            ConversationAction::End(parts, ending) => {
                self.end(ending);
                Twiml::say_and_hang_up(&text_of(&parts, self.language), self.language)
            }
        }
    }

    fn ask(&mut self, parts: &[PromptPart]) -> Twiml {
        self.keys_wanted = self.conversation.max_keys();
        let next = format!("{}/words/{}", self.address, self.turn);
        let text = text_of(parts, self.language);
        Twiml::ask(&text, self.language, self.keys_wanted, self.conversation.key_timeout(), &next)
    }

    fn ringing(&mut self) {
        if self.stage < Stage::Ringing {
            self.notify(CallEvent::Ringing);
            self.reach(Stage::Ringing);
        }
    }

    fn answered(&mut self) {
        if self.stage < Stage::Answered {
            self.notify(CallEvent::Answered);
            self.reach(Stage::Answered);
        }
    }

    fn over(&mut self, ending: Ending) {
        self.end(ending);
        self.reach(Stage::Over);
    }

    fn reach(&mut self, stage: Stage) {
        self.stage = stage;
        self.since = Instant::now();
        self.news.notify_one();
    }

    fn notify(&self, event: CallEvent) {
        let _ = self.events.send(event);
    }
}

/// A form's first field of this name.
pub(super) fn field<'a>(form: &'a Form, name: &str) -> Option<&'a str> {
    form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// The provider's id of the call that a form is about.
pub(super) fn sid_of(form: &Form) -> Result<&str, CallbackRefused> {
    field(form, "CallSid").filter(|sid| api::is_id(sid)).ok_or(CallbackRefused::Malformed)
}

/// Whether a call takes any of these posts, each as if the provider had signed it. A line is what follows the call's token
/// in the address, a space, and the form. For the story that tries millions.
pub fn is_provider_call(script: Script, posts: &str) -> bool {
    let (events, _to_caller) = CallEvents::new();
    let (mut held, _) =
        CallState::new(script, "https://enrol.example.org/calls/provider/token".to_owned(), events);
    let posts = posts.lines().filter_map(|line| line.split_once(' '));
    posts.fold(false, |is_taken, (rest, form)| {
        let form = form_of(form.as_bytes());
        is_taken | sid_of(&form).and_then(|sid| held.posted(rest, sid, &form)).is_ok()
    })
}
