//! From page to page: Next, Back, time-outs, and what happens on arriving.

use crate::{
    Attempt, CodeTest, Effect, Facts, FieldId, Journey, Page, PhoneChoice, Problem, Slip, State, Submission,
    TestCall, Wait, WhoAreYou, YourPhoneNumber, steps,
};

impl Journey {
    pub(crate) fn next(&mut self, fx: &mut Vec<Effect>) {
        match &self.state {
            State::BeforeYouStart
            | State::HowWeUseYourDetails { .. }
            | State::GetTheApp
            | State::AddAnAccount => self.go_forward(fx),
            State::WhoAreYou(_) => self.sign_in(fx),
            State::WhatPhone { chosen } => self.leave_what_phone(*chosen, fx),
            State::ScanTheCode { .. } => {
                if self.facts.secret.is_some() {
                    self.go_forward(fx);
                }
            }
            State::TestIt(_) => self.test_code(fx),
            State::YourPhoneNumber(_) => self.leave_number(fx),
            State::AnswerTheCall(_) => self.test_call(fx),
            State::CheckAndSend(_) => self.submit(fx),
            // Each of these has a question, or buttons of its own.
            State::Starting(_)
            | State::CannotStart(_)
            | State::IsThisYou
            | State::NotYou
            | State::NoSmartphone
            | State::Done { .. }
            | State::CouldNotFinish(_) => {}
        }
    }

    pub(crate) fn back(&mut self, fx: &mut Vec<Effect>) {
        if let Some(page) = self.back_to() {
            let from_no_smartphone = self.state == State::NoSmartphone;
            if let State::TestIt(_) = self.state {
                // A code left there would be too old by the time they are back.
                fx.push(Effect::ClearField(FieldId::AppCode));
            }
            if matches!(self.state, State::AnswerTheCall(_)) {
                fx.push(Effect::EndCall);
            }
            self.go_to(page, fx);
            if from_no_smartphone {
                self.state = State::WhatPhone { chosen: Some(PhoneChoice::NoSmartphone) };
            }
        }
    }

    /// Where **Back** leads. Nothing may change while the enrolment is, or may be, in the outbox.
    pub(crate) fn back_to(&self) -> Option<Page> {
        if matches!(
            self.state,
            State::CheckAndSend(Submission::Saving(_) | Submission::Unsure | Submission::Sending(_))
        ) {
            return None;
        }
        steps::before(&self.facts, self.page())
    }

    /// Whether a page is one of the numbered ones, under the policy and what was chosen so far.
    pub fn is_on_the_way(&self, page: Page) -> bool {
        steps::progress(&self.facts, page).is_some()
    }

    /// Shows or hides how long what is kept, on "How we use your details".
    pub(crate) fn show_periods(&mut self, shown: bool) {
        if let State::HowWeUseYourDetails { periods_shown } = &mut self.state {
            *periods_shown = shown;
        }
    }

    /// To the numbered page after this one.
    pub(crate) fn go_forward(&mut self, fx: &mut Vec<Effect>) {
        if let Some(page) = steps::after(&self.facts, self.page()) {
            self.go_to(page, fx);
        }
    }

    /// Arrives at a page.
    pub(crate) fn go_to(&mut self, page: Page, fx: &mut Vec<Effect>) {
        let Some(state) = arrival(page, &self.facts) else {
            return;
        };
        self.enter(state);
        if page == Page::ScanTheCode && self.facts.secret.is_none() {
            fx.push(Effect::MakeSecret);
        }
        let is_further = self.facts.reached.is_none_or(|reached| reached < page);
        if is_further && steps::progress(&self.facts, page).is_some() {
            self.facts.reached = Some(page);
            fx.push(Effect::RememberPage(page));
        }
    }

    /// Changes the state to one on another page; problem and help belonged to the page before.
    pub(crate) fn enter(&mut self, state: State) {
        self.state = state;
        self.problem = None;
        self.help_open = false;
    }

    pub(crate) fn on_typed(&mut self, field: FieldId, fx: &mut Vec<Effect>) {
        match field {
            FieldId::EnrolmentCode => self.on_enrolment_code_typed(),
            FieldId::AppCode => self.on_app_code_typed(fx),
            FieldId::PhoneNumber => self.on_number_typed(fx),
            FieldId::Region => {}
        }
    }

    pub(crate) fn on_timer_elapsed(&mut self, attempt: Attempt, fx: &mut Vec<Effect>) {
        if matches!(self.state, State::Starting(_) | State::CannotStart(_)) {
            self.on_startup_timer(attempt, fx);
            return;
        }
        if self.waiting() != Some(attempt) {
            return;
        }
        if let State::CheckAndSend(Submission::Sending(_)) = self.state {
            self.show_saved();
            return;
        }
        if let State::AnswerTheCall(call) = self.state {
            self.on_call_timer(call, fx);
            return;
        }
        let wait = if let State::WhoAreYou(who) = &mut self.state {
            who.signing_in = None;
            Wait::SignIn
        } else if let State::YourPhoneNumber(page) = &mut self.state {
            page.judging = None;
            Wait::NumberCheck
        } else if let State::TestIt(test) = &mut self.state {
            *test = CodeTest::Ready;
            Wait::CodeCheck
        } else if let State::CheckAndSend(submission) = &mut self.state {
            *submission = Submission::Unsure;
            Wait::Save
        } else if let State::Done { slip, .. } = &mut self.state {
            *slip = Slip::NotMade;
            Wait::Slip
        } else {
            return;
        };
        self.problem = Some(Problem::TookTooLong(wait));
    }

    /// From the first page, as a new session with a policy fetched anew.
    pub(crate) fn start_again(&mut self, is_another: bool, fx: &mut Vec<Effect>) {
        let is_done = matches!(self.state, State::Done { .. });
        if !is_done && !matches!(self.state, State::NotYou | State::NoSmartphone | State::CouldNotFinish(_)) {
            return;
        }
        let entry_is_left =
            !is_done && !is_another && (self.facts.secret.is_some() || self.facts.old_entry_in_app);
        fx.extend([
            Effect::ForgetSecrets,
            Effect::ClearField(FieldId::EnrolmentCode),
            Effect::ClearField(FieldId::AppCode),
            Effect::ClearField(FieldId::PhoneNumber),
        ]);
        if is_done {
            fx.push(Effect::ForgetSlip);
        }
        self.facts.end_session();
        self.resume_from(None);
        self.facts.old_entry_in_app = entry_is_left;
        self.sign_in_tries = 0;
        self.wrong_codes = Default::default();
        self.fetch_policy(fx);
    }

    pub(crate) fn finish(&mut self, fx: &mut Vec<Effect>) {
        let ends_here = matches!(
            self.state,
            State::CannotStart(_)
                | State::NotYou
                | State::NoSmartphone
                | State::Done { .. }
                | State::CouldNotFinish(_)
        );
        if ends_here {
            fx.extend([Effect::ForgetSecrets, Effect::Close]);
        }
    }
}

/// A page as it is when one arrives. `None` for pages that only an answer leads to.
fn arrival(page: Page, facts: &Facts) -> Option<State> {
    Some(match page {
        Page::BeforeYouStart => State::BeforeYouStart,
        Page::HowWeUseYourDetails => State::HowWeUseYourDetails { periods_shown: false },
        Page::WhoAreYou => State::WhoAreYou(WhoAreYou::default()),
        Page::IsThisYou => State::IsThisYou,
        Page::NotYou => State::NotYou,
        Page::WhatPhone => State::WhatPhone { chosen: facts.phone.map(PhoneChoice::from) },
        Page::NoSmartphone => State::NoSmartphone,
        Page::GetTheApp => State::GetTheApp,
        Page::AddAnAccount => State::AddAnAccount,
        Page::ScanTheCode => State::ScanTheCode { bigger: false, key_shown: false },
        Page::TestIt => State::TestIt(CodeTest::Ready),
        Page::YourPhoneNumber => State::YourPhoneNumber(YourPhoneNumber::default()),
        Page::AnswerTheCall => State::AnswerTheCall(TestCall::Ready),
        Page::CheckAndSend => State::CheckAndSend(Submission::Ready),
        Page::Starting | Page::CannotStart | Page::Done | Page::CouldNotFinish => return None,
    })
}
