//! Pages 11 and 12: sealed, saved, sent. All or nothing.

use domain::Reference;

use crate::{
    Attempt, Effect, Journey, Page, Problem, RefusedWhy, SaveFault, SendFault, Sent, Slip, State, Submission,
    first_unmet,
};

/// A write and two fsyncs, on a disk that is nearly worn out.
const SAVE_SECS: u32 = 15;

/// How long the person waits for the receipt before "Not sent yet" is told.
const SEND_SECS: u32 = 8;

impl Journey {
    /// **Send** on "Check and send".
    pub(crate) fn submit(&mut self, fx: &mut Vec<Effect>) {
        if !matches!(self.state, State::CheckAndSend(Submission::Ready | Submission::Unsure)) {
            return;
        }
        if !self.facts.policy_is_met() {
            self.go_to(first_unmet(&self.facts), fx);
            return;
        }
        let attempt = self.new_attempt();
        self.state = State::CheckAndSend(Submission::Saving(attempt));
        self.problem = None;
        let proofs = self.facts.proofs().collect();
        fx.extend([Effect::SealAndSave { attempt, proofs }, Effect::StartTimer(attempt, SAVE_SECS)]);
    }

    pub(crate) fn on_saved(&mut self, attempt: Attempt, reference: Reference, fx: &mut Vec<Effect>) {
        if self.state != State::CheckAndSend(Submission::Saving(attempt)) {
            return;
        }
        self.facts.receipt = Some(reference);
        let sending = self.new_attempt();
        self.state = State::CheckAndSend(Submission::Sending(sending));
        self.forget_resume(fx);
        fx.extend([Effect::ForgetSecrets, Effect::SendNow, Effect::StartTimer(sending, SEND_SECS)]);
    }

    pub(crate) fn on_save_failed(&mut self, attempt: Attempt, fault: SaveFault) {
        if self.state == State::CheckAndSend(Submission::Saving(attempt)) {
            self.state = State::CheckAndSend(Submission::Ready);
            self.problem = Some(Problem::Save(fault));
        }
    }

    pub(crate) fn on_accepted(&mut self, reference: Reference, fx: &mut Vec<Effect>) {
        if !self.is_under_way() || self.facts.receipt.as_ref().is_some_and(|known| *known != reference) {
            return;
        }
        if matches!(self.state, State::CheckAndSend(_)) {
            self.forget_resume(fx);
        }
        self.facts.receipt = Some(reference);
        // In `Done` nothing is left but what a driver forgot; on "Check and send" the secrets may still be there.
        fx.push(Effect::ForgetSecrets);
        self.enter_keeping_help(State::Done { sent: Sent::Accepted, slip: Slip::NotMade });
    }

    pub(crate) fn on_send_failed(&mut self, fault: SendFault, fx: &mut Vec<Effect>) {
        if !self.is_under_way() {
            return;
        }
        match fault {
            SendFault::Unreachable => {
                if matches!(self.state, State::CheckAndSend(Submission::Sending(_))) {
                    self.show_saved();
                }
            }
            SendFault::Refused(why) => self.show_refused(why, fx),
        }
    }

    pub(crate) fn show_saved(&mut self) {
        self.enter(State::Done { sent: Sent::Saved, slip: Slip::NotMade });
    }

    fn show_refused(&mut self, why: RefusedWhy, fx: &mut Vec<Effect>) {
        fx.push(Effect::ForgetSecrets);
        self.enter(State::CouldNotFinish(why));
    }

    /// The enrolment is, or may be, in the outbox and has no final answer yet.
    fn is_under_way(&self) -> bool {
        matches!(
            self.state,
            State::CheckAndSend(Submission::Saving(_) | Submission::Unsure | Submission::Sending(_))
                | State::Done { sent: Sent::Saved, .. }
        )
    }

    /// "Saved" becomes "accepted" on the same page: help that is open there stays open.
    fn enter_keeping_help(&mut self, state: State) {
        let help_open = self.help_open && state.page() == self.page();
        self.enter(state);
        self.help_open = help_open;
    }

    fn forget_resume(&mut self, fx: &mut Vec<Effect>) {
        self.facts.reached = Some(Page::Done);
        fx.push(Effect::RememberPage(Page::Done));
    }
}
