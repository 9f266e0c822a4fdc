//! Page 8: the code from the app. While it is typed it is judged quietly; a right one is said on the page until **Next**.

use domain::{CodeVerdict, MethodKind};

use crate::wrong_codes::Wrong;
use crate::{Attempt, CodeTest, Effect, FieldId, Journey, Judging, Proof, State};

impl Journey {
    /// **Next** on "Test it".
    pub(crate) fn test_code(&mut self, fx: &mut Vec<Effect>) {
        if self.state == State::TestIt(CodeTest::Passed) {
            self.go_forward_after_proof(fx);
        } else if self.facts.is_proved(MethodKind::AuthenticatorApp) {
            self.go_forward(fx);
        } else if self.waiting().is_none() {
            self.problem = None;
            self.judge(false, fx);
        }
    }

    pub(crate) fn on_app_code_typed(&mut self, fx: &mut Vec<Effect>) {
        if matches!(self.state, State::TestIt(CodeTest::Ready | CodeTest::Judging(_)))
            && self.waiting().is_none()
        {
            self.judge(true, fx);
        }
    }

    pub(crate) fn on_code_judged(&mut self, attempt: Attempt, verdict: CodeVerdict, fx: &mut Vec<Effect>) {
        let State::TestIt(CodeTest::Judging(judging)) = self.state else {
            return;
        };
        if judging.attempt != attempt {
            return;
        }
        self.state = State::TestIt(CodeTest::Ready);
        match Wrong::of(verdict) {
            None => self.accept_code(fx),
            Some(_) if judging.quiet => {}
            Some(wrong) => {
                self.wrong_codes.add(wrong);
                self.problem = self.wrong_codes.problem(self.facts.clock);
                fx.push(Effect::MeasureClock);
            }
        }
    }

    /// The clock was measured after a wrong code: the same code may now be explained better.
    pub(crate) fn explain_wrong_code_again(&mut self) {
        let is_about_a_code = self.problem.is_some_and(|problem| problem.code_tries().is_some());
        if is_about_a_code {
            self.problem = self.wrong_codes.problem(self.facts.clock);
        }
    }

    fn judge(&mut self, quiet: bool, fx: &mut Vec<Effect>) {
        let Some(secret) = self.facts.secret else {
            return;
        };
        let attempt = self.new_attempt();
        self.state = State::TestIt(CodeTest::Judging(Judging { attempt, quiet }));
        fx.push(Effect::JudgeCode { attempt, secret, field: FieldId::AppCode, quiet });
    }

    fn accept_code(&mut self, fx: &mut Vec<Effect>) {
        let Some(secret) = self.facts.secret else {
            return;
        };
        let kind = MethodKind::AuthenticatorApp;
        self.facts.proved.retain(|proof| proof.kind() != kind);
        self.facts.proved.push(Proof::App(secret));
        self.wrong_codes = Default::default();
        fx.push(Effect::ClearField(FieldId::AppCode));
        self.enter(State::TestIt(CodeTest::Passed));
    }
}
