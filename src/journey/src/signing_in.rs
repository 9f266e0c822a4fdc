//! Page 3: who is it?

use crate::{
    Attempt, Effect, FieldId, Journey, Page, Phone, Problem, SignInFault, SignedIn, State, WhoAreYou,
    first_unmet,
};

/// One request over a slow school proxy.
const SIGN_IN_SECS: u32 = 20;

impl Journey {
    /// **Next** on "Who are you?".
    pub(crate) fn sign_in(&mut self, fx: &mut Vec<Effect>) {
        let State::WhoAreYou(who) = self.state else {
            return;
        };
        if who.signing_in.is_some() {
            return;
        }
        if self.facts.signed_in.is_some() && !who.edited {
            self.go_to(Page::IsThisYou, fx);
            return;
        }
        let attempt = self.new_attempt();
        self.state = State::WhoAreYou(WhoAreYou { signing_in: Some(attempt), ..who });
        self.problem = None;
        let field = FieldId::EnrolmentCode;
        fx.extend([Effect::SignIn { attempt, field }, Effect::StartTimer(attempt, SIGN_IN_SECS)]);
    }

    pub(crate) fn on_enrolment_code_typed(&mut self) {
        if let State::WhoAreYou(WhoAreYou { signing_in: None, edited }) = &mut self.state {
            *edited = true;
        }
    }

    pub(crate) fn on_signed_in(&mut self, attempt: Attempt, signed_in: SignedIn, fx: &mut Vec<Effect>) {
        if !self.is_signing_in(attempt) {
            return;
        }
        let before = self.facts.signed_in.as_ref().map(|before| before.person.id);
        if before.is_some_and(|before| before != signed_in.person.id) {
            self.forget_person(fx);
        }
        // The service counts only what was proved after the sign-in that the enrolment is sent by. The secret stays.
        self.facts.proved.clear();
        self.facts.signed_in = Some(signed_in);
        self.sign_in_tries = 0;
        fx.push(Effect::ClearField(FieldId::EnrolmentCode));
        self.go_to(Page::IsThisYou, fx);
    }

    pub(crate) fn on_sign_in_failed(&mut self, attempt: Attempt, fault: SignInFault) {
        if !self.is_signing_in(attempt) {
            return;
        }
        self.state = State::WhoAreYou(WhoAreYou { signing_in: None, edited: true });
        self.problem = Some(if let SignInFault::Slip(slip) = fault {
            Problem::CodeSlip(slip)
        } else if let SignInFault::Service(fault) = fault {
            Problem::Service(fault)
        } else {
            Problem::SignIn(fault)
        });
        self.sign_in_tries = self.sign_in_tries.saturating_add(1);
    }

    pub(crate) fn this_is_me(&mut self, fx: &mut Vec<Effect>) {
        if self.state != State::IsThisYou {
            return;
        }
        let page = if self.jump { first_unmet(&self.facts) } else { self.first_page_of_methods() };
        self.jump = false;
        if page > Page::WhatPhone && self.facts.phone.is_none() {
            // A resume passes the question by; the pages before then show both phones.
            self.facts.phone = Some(Phone::NotSure);
        }
        self.go_to(page, fx);
    }

    pub(crate) fn not_me(&mut self, fx: &mut Vec<Effect>) {
        if self.state != State::IsThisYou {
            return;
        }
        fx.push(Effect::TellNotMe);
        self.forget_person(fx);
        self.go_to(Page::NotYou, fx);
    }

    fn first_page_of_methods(&self) -> Page {
        crate::steps::after(&self.facts, Page::WhoAreYou).unwrap_or(Page::WhatPhone)
    }

    fn is_signing_in(&self, attempt: Attempt) -> bool {
        matches!(self.state, State::WhoAreYou(who) if who.signing_in == Some(attempt))
    }

    /// Another person: nothing of the one before may be left.
    fn forget_person(&mut self, fx: &mut Vec<Effect>) {
        let entry_is_left = self.facts.secret.is_some() || self.facts.old_entry_in_app;
        self.facts.end_session();
        self.facts.old_entry_in_app = entry_is_left;
        self.wrong_codes = Default::default();
        self.jump = false;
        fx.extend([
            Effect::ForgetSecrets,
            Effect::ClearField(FieldId::AppCode),
            Effect::ClearField(FieldId::PhoneNumber),
        ]);
    }
}
