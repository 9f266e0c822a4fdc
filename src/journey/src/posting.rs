//! Pages 11 and 12: sealed, saved, sent. All or nothing.

use domain::Reference;

use crate::{
    Attempt, Effect, Journey, Page, Post, Problem, RefusedWhy, SaveFault, SendFault, Sent, State, first_unmet,
};

/// A write and two fsyncs, on a disk that is nearly worn out.
const SAVE_SECS: u32 = 15;

/// How long the person waits for the receipt before "Saved on this computer" is told.
const SEND_SECS: u32 = 8;

impl Journey {
    /// **Send** on "Check and send".
    pub(crate) fn send(&mut self, fx: &mut Vec<Effect>) {
        if !matches!(self.state, State::CheckAndSend(Post::Ready | Post::Unsure)) {
            return;
        }
        if !self.facts.policy_is_met() {
            self.go(first_unmet(&self.facts), fx);
            return;
        }
        let attempt = self.new_attempt();
        self.state = State::CheckAndSend(Post::Saving(attempt));
        self.problem = None;
        let proofs = self.facts.proofs().collect();
        fx.extend([Effect::SealAndSave { attempt, proofs }, Effect::ArmTimeout(attempt, SAVE_SECS)]);
    }

    pub(crate) fn saved(&mut self, attempt: Attempt, reference: Reference, fx: &mut Vec<Effect>) {
        if self.state != State::CheckAndSend(Post::Saving(attempt)) {
            return;
        }
        self.facts.receipt = Some(reference);
        let sending = self.new_attempt();
        self.state = State::CheckAndSend(Post::Sending(sending));
        self.nothing_to_resume(fx);
        fx.extend([Effect::ForgetSecrets, Effect::SendNow, Effect::ArmTimeout(sending, SEND_SECS)]);
    }

    pub(crate) fn save_failed(&mut self, attempt: Attempt, fault: SaveFault) {
        if self.state == State::CheckAndSend(Post::Saving(attempt)) {
            self.state = State::CheckAndSend(Post::Ready);
            self.problem = Some(Problem::Save(fault));
        }
    }

    pub(crate) fn accepted(&mut self, reference: Reference, fx: &mut Vec<Effect>) {
        if !self.is_under_way() || self.facts.receipt.as_ref().is_some_and(|known| *known != reference) {
            return;
        }
        if matches!(self.state, State::CheckAndSend(_)) {
            self.nothing_to_resume(fx);
        }
        self.facts.receipt = Some(reference);
        // In `Done` nothing is left but what a driver forgot; on "Check and send" the secrets may still be there.
        fx.push(Effect::ForgetSecrets);
        self.stand_kindly(State::Done(Sent::Accepted));
    }

    pub(crate) fn send_failed(&mut self, fault: SendFault, fx: &mut Vec<Effect>) {
        if !self.is_under_way() {
            return;
        }
        match fault {
            SendFault::Unreachable => {
                if matches!(self.state, State::CheckAndSend(Post::Sending(_))) {
                    self.done_saved();
                }
            }
            SendFault::Refused(why) => self.refused(why, fx),
        }
    }

    pub(crate) fn done_saved(&mut self) {
        self.stand(State::Done(Sent::Saved));
    }

    fn refused(&mut self, why: RefusedWhy, fx: &mut Vec<Effect>) {
        fx.push(Effect::ForgetSecrets);
        self.stand(State::CouldNotFinish(why));
    }

    /// The enrolment is, or may be, in the outbox and has no final answer yet.
    fn is_under_way(&self) -> bool {
        matches!(
            self.state,
            State::CheckAndSend(Post::Saving(_) | Post::Unsure | Post::Sending(_)) | State::Done(Sent::Saved)
        )
    }

    /// "Saved" becomes "accepted" on the same page: help that is open there stays open.
    fn stand_kindly(&mut self, state: State) {
        let help_open = self.help_open && state.page() == self.page();
        self.stand(state);
        self.help_open = help_open;
    }

    fn nothing_to_resume(&mut self, fx: &mut Vec<Effect>) {
        self.facts.reached = Some(Page::Done);
        fx.push(Effect::RememberPage(Page::Done));
    }
}
