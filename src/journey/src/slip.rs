//! Page 12: the slip to take away. Nothing that becomes of it changes the enrolment.

use crate::{Attempt, Effect, Journey, Problem, Sent, Slip, SlipFault, SlipPlace, State};

/// A program that is started for the first time that day.
const SLIP_SECS: u32 = 20;

impl Journey {
    pub(crate) fn save_slip(&mut self, place: SlipPlace, fx: &mut Vec<Effect>) {
        if let Some(attempt) = self.begin_slip() {
            fx.extend([Effect::SaveSlip { attempt, place }, Effect::StartTimer(attempt, SLIP_SECS)]);
        }
    }

    pub(crate) fn print_slip(&mut self, fx: &mut Vec<Effect>) {
        if let Some(attempt) = self.begin_slip() {
            fx.extend([Effect::PrintSlip(attempt), Effect::StartTimer(attempt, SLIP_SECS)]);
        }
    }

    /// One at a time, and only once the service has the enrolment: until then there is nothing to take away.
    fn begin_slip(&mut self) -> Option<Attempt> {
        let State::Done { sent: Sent::Accepted, slip } = &self.state else { return None };
        if let Slip::Making(_) = slip {
            return None;
        }
        let attempt = self.new_attempt();
        self.state = State::Done { sent: Sent::Accepted, slip: Slip::Making(attempt) };
        self.problem = None;
        Some(attempt)
    }

    pub(crate) fn on_slip_made(&mut self, of: Attempt, made: Slip) {
        if let State::Done { slip, .. } = &mut self.state
            && *slip == Slip::Making(of)
        {
            *slip = made;
        }
    }

    pub(crate) fn on_slip_failed(&mut self, of: Attempt, fault: SlipFault) {
        if let State::Done { slip, .. } = &mut self.state
            && *slip == Slip::Making(of)
        {
            *slip = Slip::NotMade;
            self.problem = Some(Problem::Slip(fault));
        }
    }
}
