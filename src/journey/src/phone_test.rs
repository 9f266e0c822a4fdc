//! Pages 9 and 10: the phone number, and the call that tests it. What the person presses is judged by the service;
//! here are the number's id and how far the call has come.

use domain::{MethodKind, NumberProblem, Region};

use crate::{
    Attempt, CallEnding, CallFault, CallStage, Effect, Facts, FieldId, Journey, NumberId, Page, Problem,
    Proof, State, TestCall, Wait, YourPhoneNumber,
};

/// Asking for a call is one request over a slow school proxy.
const ASK_SECS: u32 = 20;

/// Longer than the place in a queue stays the same, the ringing and the talking. Then nothing will come any more.
const CALL_SECS: u32 = 15 * 60;

impl Journey {
    /// **Next** on "Your phone number".
    pub(crate) fn leave_number(&mut self, fx: &mut Vec<Effect>) {
        let State::YourPhoneNumber(page) = &mut self.state else {
            return;
        };
        if page.judging.is_some() {
            return;
        }
        if self.facts.number.is_some() && !page.edited {
            self.go_forward(fx);
            return;
        }
        let attempt = self.new_attempt();
        let region = self.facts.region();
        if let State::YourPhoneNumber(page) = &mut self.state {
            page.judging = Some(attempt);
            page.regions_open = false;
        }
        self.problem = None;
        fx.push(Effect::JudgeNumber { attempt, field: FieldId::PhoneNumber, region });
    }

    pub(crate) fn on_number_typed(&mut self, fx: &mut Vec<Effect>) {
        if let State::YourPhoneNumber(YourPhoneNumber { judging: None, edited, .. }) = &mut self.state {
            *edited = true;
            fx.push(Effect::PreviewNumber { field: FieldId::PhoneNumber, region: self.facts.region() });
        }
    }

    pub(crate) fn open_regions(&mut self, open: bool, fx: &mut Vec<Effect>) {
        if let State::YourPhoneNumber(page) = &mut self.state {
            page.regions_open = open;
            fx.push(Effect::ClearField(FieldId::Region));
        }
    }

    pub(crate) fn on_region_chosen(&mut self, region: Region, fx: &mut Vec<Effect>) {
        let State::YourPhoneNumber(page) = &mut self.state else {
            return;
        };
        let is_offered =
            self.facts.profile.as_ref().is_some_and(|profile| profile.numbers.regions.contains(&region));
        if is_offered {
            page.regions_open = false;
            page.edited = true;
            self.facts.region = Some(region);
            self.problem = None;
            fx.push(Effect::ClearField(FieldId::Region));
            fx.push(Effect::PreviewNumber { field: FieldId::PhoneNumber, region });
        }
    }

    pub(crate) fn on_number_judged(
        &mut self,
        attempt: Attempt,
        judged: Result<NumberId, NumberProblem>,
        fx: &mut Vec<Effect>,
    ) {
        let State::YourPhoneNumber(page) = &mut self.state else {
            return;
        };
        if page.judging != Some(attempt) {
            return;
        }
        page.judging = None;
        match judged {
            Ok(number) => {
                self.facts.number = Some(number);
                self.facts.skipped.retain(|kind| *kind != MethodKind::PhoneCall);
                self.go_forward(fx);
            }
            Err(fault) => self.problem = Some(Problem::Number(fault)),
        }
    }

    /// **Call me**, **Call again**, or **Next** when the number is tested.
    pub(crate) fn test_call(&mut self, fx: &mut Vec<Effect>) {
        if self.facts.is_proved(MethodKind::PhoneCall) {
            self.go_forward(fx);
            return;
        }
        let State::AnswerTheCall(TestCall::Ready | TestCall::Ended(_)) = self.state else {
            return;
        };
        let Some(number) = self.facts.number else {
            return;
        };
        let attempt = self.new_attempt();
        self.state = State::AnswerTheCall(TestCall::Asking(attempt));
        self.problem = None;
        fx.extend([Effect::StartCall { attempt, number }, Effect::StartTimer(attempt, ASK_SECS)]);
    }

    /// The service took the call, or it came further.
    pub(crate) fn on_call_moved(&mut self, attempt: Attempt, stage: CallStage, fx: &mut Vec<Effect>) {
        if self.call_under_way() == Some(attempt) {
            // From each event anew: a long queue that moves is not lost.
            let live = self.new_attempt();
            self.state = State::AnswerTheCall(TestCall::Live { call: attempt, attempt: live, stage });
            fx.push(Effect::StartTimer(live, CALL_SECS));
        }
    }

    pub(crate) fn on_call_ended(&mut self, attempt: Attempt, ending: CallEnding, fx: &mut Vec<Effect>) {
        if self.call_under_way() != Some(attempt) {
            return;
        }
        let Some(number) = self.facts.number.filter(|_| ending == CallEnding::Confirmed) else {
            self.state = State::AnswerTheCall(TestCall::Ended(ending));
            self.problem = Some(Problem::Call(ending));
            return;
        };
        self.facts.proved.retain(|proof| proof.kind() != MethodKind::PhoneCall);
        self.facts.proved.push(Proof::Call(number));
        self.state = State::AnswerTheCall(TestCall::Ready);
        self.go_forward_after_proof(fx);
    }

    pub(crate) fn on_call_failed(&mut self, attempt: Attempt, fault: CallFault) {
        if self.state == State::AnswerTheCall(TestCall::Asking(attempt)) {
            self.state = State::AnswerTheCall(TestCall::Ready);
            self.problem = Some(Problem::NoCall(fault));
        }
    }

    /// The time is over for asking, or for the whole call.
    pub(crate) fn on_call_timer(&mut self, call: TestCall, fx: &mut Vec<Effect>) {
        if matches!(call, TestCall::Asking(_)) {
            // Asked again, the same call is meant: it may be under way.
            self.state = State::AnswerTheCall(TestCall::Ready);
            self.problem = Some(Problem::TookTooLong(Wait::CallRequest));
        } else {
            fx.push(Effect::EndCall);
            self.state = State::AnswerTheCall(TestCall::Ended(CallEnding::Lost));
            self.problem = Some(Problem::Call(CallEnding::Lost));
        }
    }

    /// The call that is asked for or under way.
    pub(crate) fn call_under_way(&self) -> Option<Attempt> {
        if let State::AnswerTheCall(TestCall::Asking(call) | TestCall::Live { call, .. }) = self.state {
            Some(call)
        } else {
            None
        }
    }

    /// On with the next method, or with the last page when nothing else is missing.
    pub(crate) fn go_forward_after_proof(&mut self, fx: &mut Vec<Effect>) {
        if self.facts.methods().into_iter().all(|kind| self.facts.is_settled(kind)) {
            self.go_to(Page::CheckAndSend, fx);
        } else {
            self.go_forward(fx);
        }
    }

    /// Passes a method over: an optional one, on its first page; or the app, by who has no smartphone.
    pub(crate) fn skip_method(&mut self, fx: &mut Vec<Effect>) {
        let Some(kind) = self.method_to_skip() else {
            return;
        };
        self.facts.skipped.retain(|passed| *passed != kind);
        self.facts.skipped.push(kind);
        self.facts.proved.retain(|proof| proof.kind() != kind);
        if kind == MethodKind::AuthenticatorApp {
            // "After" counts from the first page of the app, the only one that is left of it.
            self.enter(State::WhatPhone { chosen: None });
        }
        self.go_forward(fx);
    }

    /// The method that may be passed over from where the person stands.
    pub fn method_to_skip(&self) -> Option<MethodKind> {
        let kind = if self.state == State::NoSmartphone {
            MethodKind::AuthenticatorApp
        } else if matches!(self.state, State::YourPhoneNumber(_)) {
            MethodKind::PhoneCall
        } else {
            return None;
        };
        let others_are_left =
            self.facts.methods().into_iter().any(|other| other != kind && !self.facts.is_skipped(other));
        (self.facts.is_optional(kind) && others_are_left).then_some(kind)
    }
}

impl Facts {
    /// In which region the number is written: the one chosen, or the policy's first.
    pub fn region(&self) -> Region {
        let first = self.profile.as_ref().and_then(|profile| profile.numbers.regions.first().copied());
        self.region.or(first).unwrap_or(Region::GB)
    }

    /// Whether a method was passed over.
    pub fn is_skipped(&self, kind: MethodKind) -> bool {
        self.skipped.contains(&kind)
    }

    /// Whether nothing is left to do for a method.
    pub fn is_settled(&self, kind: MethodKind) -> bool {
        self.is_proved(kind) || self.is_skipped(kind)
    }
}
