//! The state of one call, as the provider's callbacks report it. They come twice, late, in any order or not at all, so the
//! stage of a call only moves forward.
//!
//! `signature` checks whether a callback is genuine. `supervisor` asks for news that did not come.

use std::sync::Arc;

use domain::PromptLanguage;
use tokio::{
    sync::{Notify, mpsc::UnboundedSender},
    time::Instant,
};

use super::{
    callback::CallbackRefused,
    form::{self, Form, field},
    twiml::Twiml,
};
use crate::{
    CallEvent, CallEvents, Conversation, ConversationAction, ConversationEvent, Ending, PromptPart, Script,
    prompt::text_of,
};

/// How far a call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// We asked for the call.
    Placed,
    /// The phone rings.
    Ringing,
    /// A person or a machine answered.
    Answered,
    /// The ending is reported. The voice may still say its closing words.
    Decided,
    /// The provider reports that the call is over.
    Over,
}

/// The state of one call.
pub(super) struct CallState {
    conversation: Conversation,
    language: PromptLanguage,
    /// Our public address for this call, without a slash at its end.
    address: String,
    events: UnboundedSender<CallEvent>,
    news: Arc<Notify>,
    sid: Option<String>,
    stage: Stage,
    begun: Instant,
    since: Instant,
    /// When the provider last gave news of the call, or was last asked.
    news_at: Instant,
    /// The number of the next turn.
    turn: u32,
    /// For how many keys the last turn waits.
    keys_wanted: usize,
    /// Our response to the last turn. A repeated callback gets it again.
    last: Twiml,
}

impl CallState {
    /// A new call, and the handle that wakes its supervisor.
    pub(super) fn new(
        script: Script,
        address: String,
        events: UnboundedSender<CallEvent>,
    ) -> (Self, Arc<Notify>) {
        let news = Arc::new(Notify::new());
        let language = script.language();
        let state = Self {
            conversation: Conversation::new(script),
            language,
            address,
            events,
            news: news.clone(),
            sid: None,
            stage: Stage::Placed,
            begun: Instant::now(),
            since: Instant::now(),
            news_at: Instant::now(),
            turn: 0,
            keys_wanted: 0,
            last: Twiml::nothing(),
        };
        (state, news)
    }

    pub(super) fn stage(&self) -> Stage {
        self.stage
    }

    pub(super) fn begun(&self) -> Instant {
        self.begun
    }

    /// Since when the call is at its stage.
    pub(super) fn since(&self) -> Instant {
        self.since
    }

    pub(super) fn news_at(&self) -> Instant {
        self.news_at
    }

    /// Notes that the provider was asked, even if it did not respond.
    pub(super) fn record_poll(&mut self) {
        self.news_at = Instant::now();
    }

    pub(super) fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// The ending when the call's time is over.
    pub(super) fn ending_at_time_limit(&self) -> Ending {
        self.conversation.ending_at_time_limit()
    }

    /// Whether this is the provider's id of the call. The first id that comes becomes the call's.
    pub(super) fn is_about(&mut self, sid: &str) -> bool {
        self.sid.get_or_insert_with(|| sid.to_owned()) == sid
    }

    /// Reports the ending, unless the call has one.
    pub(super) fn end(&mut self, ending: Ending) {
        if self.stage < Stage::Decided {
            self.notify(CallEvent::Ended(ending));
            self.reach(Stage::Decided);
        }
    }

    /// Handles a genuine callback about the call of this id. `rest` is what follows the call's token in the address.
    pub(super) fn handle_callback(
        &mut self,
        rest: &str,
        sid: &str,
        form: &Form,
    ) -> Result<Twiml, CallbackRefused> {
        if !self.is_about(sid) {
            return Err(CallbackRefused::Malformed);
        }
        match rest.split_once('/') {
            None if rest == "status" => {
                let sip = field(form, "SipResponseCode").and_then(|code| code.parse().ok());
                self.handle_status(field(form, "CallStatus").unwrap_or(""), sip);
                Ok(Twiml::nothing())
            }
            Some(("words", turn)) => {
                let turn = turn.parse().map_err(|_| CallbackRefused::Malformed)?;
                self.words(turn, field(form, "Digits"))
            }
            _ => Err(CallbackRefused::Malformed),
        }
    }

    /// Handles a status of the call, from a callback or a poll. `sip` is the code of the last SIP response (RFC 3261, section 21).
    pub(super) fn handle_status(&mut self, status: &str, sip: Option<u16>) {
        self.news_at = Instant::now();
        match status {
            "ringing" => self.ringing(),
            "in-progress" | "answered" => self.answered(),
            "busy" => self.over(Ending::Busy),
            "no-answer" => self.over(Ending::NoAnswer),
            // A code of 5xx is the network's fault. Otherwise the number usually does not exist.
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

    /// The provider asks what to say at a turn, and reports the keys since the last one.
    fn words(&mut self, turn: u32, digits: Option<&str>) -> Result<Twiml, CallbackRefused> {
        self.news_at = Instant::now();
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
        let action = if turn == 0 {
            self.conversation.on(ConversationEvent::Answered)
        } else {
            self.handle_keys(digits.unwrap_or(""))
        };
        self.last = self.twiml_of(action);
        Ok(self.last.clone())
    }

    /// Passes keys on that came in one callback. Fewer keys than wanted mean that silence followed.
    fn handle_keys(&mut self, digits: &str) -> ConversationAction {
        let mut last = ConversationAction::Nothing;
        for key in digits.chars() {
            let action = self.conversation.on(ConversationEvent::Key(key));
            if matches!(action, ConversationAction::TryAgain(_)) {
                // It is reported even when more keys follow in the same callback.
                self.notify(CallEvent::WrongDigits);
            }
            if matches!(action, ConversationAction::End(..)) {
                return action;
            }
            if action != ConversationAction::Nothing {
                last = action;
            }
        }
        let is_waiting = matches!(last, ConversationAction::Nothing | ConversationAction::Listen);
        if is_waiting && digits.len() < self.keys_wanted {
            last = self.conversation.on(ConversationEvent::Silence);
        }
        last
    }

    fn twiml_of(&mut self, action: ConversationAction) -> Twiml {
        match action {
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

/// Whether a call takes any of these callbacks, as if the provider had signed each. A line of `callbacks` is what follows
/// the call's token in the address, a space, and the form. It exists for the scenario that tries millions of them.
pub fn is_provider_call(script: Script, callbacks: &str) -> bool {
    let (events, _to_caller) = CallEvents::new();
    let (mut state, _) =
        CallState::new(script, "https://enrol.example.org/calls/provider/token".to_owned(), events);
    let callbacks = callbacks.lines().filter_map(|line| line.split_once(' '));
    callbacks.fold(false, |is_taken, (rest, form)| {
        let form = form::parse(form.as_bytes());
        is_taken | form::call_sid(&form).and_then(|sid| state.handle_callback(rest, sid, &form)).is_ok()
    })
}
