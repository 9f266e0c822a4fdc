//! Before page 1: the policy is fetched. Also the clock, which may be measured again later.

use domain::{ClockOffset, Date, ProfileSchool, Timestamp};

use crate::{
    Attempt, CannotStart, Effect, Journey, Page, Problem, ServiceFault, Startup, State, first_unmet,
};

/// Longer than a slow school proxy takes, shorter than people wait.
const STARTUP_SECS: u32 = 20;

/// The pause between two quiet questions to a service that is out of reach.
const RETRY_SECS: u32 = 10;

impl Journey {
    /// Takes over the furthest page of an unfinished journey.
    pub(crate) fn resume_from(&mut self, resume: Option<Page>) {
        self.facts.reached = resume.filter(|page| (Page::WhoAreYou..Page::Done).contains(page));
        self.facts.old_entry_in_app = self.facts.reached.is_some_and(|page| page >= Page::ScanTheCode);
        self.jump = self.facts.reached.is_some();
    }

    /// Asks for the policy.
    pub(crate) fn fetch_policy(&mut self, fx: &mut Vec<Effect>) {
        let attempt = self.new_attempt();
        self.enter(State::Starting(attempt));
        fx.extend([Effect::FetchPolicy(attempt), Effect::StartTimer(attempt, STARTUP_SECS)]);
    }

    pub(crate) fn on_policy_arrived(
        &mut self,
        attempt: Attempt,
        startup: Startup,
        now: Timestamp,
        fx: &mut Vec<Effect>,
    ) {
        if !self.awaits_policy(attempt) {
            return;
        }
        let Startup { profile, place, clock, practice } = startup;
        let day = Date::of(now);
        // With every required method proved nothing could be missing, so what is missing is a required method.
        let all: Vec<_> = profile.methods_on(day).map(|rule| rule.kind).collect();
        if !profile.is_met_by(&all, day) {
            self.show_cannot_start(ServiceFault::NothingToSetUp, fx);
            return;
        }
        self.facts.profile = Some(profile);
        self.facts.day = Some(day);
        self.facts.place = place;
        self.facts.clock = clock;
        self.facts.practice = practice;
        self.go_to(first_unmet(&self.facts), fx);
    }

    pub(crate) fn on_policy_failed(&mut self, attempt: Attempt, fault: ServiceFault, fx: &mut Vec<Effect>) {
        if self.awaits_policy(attempt) {
            self.show_cannot_start(fault, fx);
        }
    }

    pub(crate) fn try_again(&mut self, fx: &mut Vec<Effect>) {
        if matches!(self.state, State::CannotStart(_)) {
            self.fetch_policy(fx);
        }
    }

    /// The time is over for startup, or the pause before a quiet question.
    pub(crate) fn on_startup_timer(&mut self, attempt: Attempt, fx: &mut Vec<Effect>) {
        if self.awaits_policy(attempt) {
            self.show_cannot_start(ServiceFault::Unreachable, fx);
        } else if let State::CannotStart(CannotStart { fault, attempt: pause, asking: false }) = self.state
            && pause == attempt
            && fault == ServiceFault::Unreachable
        {
            // The page stays: a page that came and went would be read out each time.
            let attempt = self.new_attempt();
            self.state = State::CannotStart(CannotStart { fault, attempt, asking: true });
            fx.extend([Effect::FetchPolicy(attempt), Effect::StartTimer(attempt, STARTUP_SECS)]);
        }
    }

    pub(crate) fn on_clock_measured(&mut self, clock: ClockOffset, place: Option<ProfileSchool>) {
        if self.facts.profile.is_none() {
            return;
        }
        self.facts.clock = clock;
        self.facts.place = place;
        self.explain_wrong_code_again();
    }

    fn awaits_policy(&self, attempt: Attempt) -> bool {
        if let State::Starting(asked) | State::CannotStart(CannotStart { attempt: asked, asking: true, .. }) =
            self.state
        {
            asked == attempt
        } else {
            false
        }
    }

    fn show_cannot_start(&mut self, fault: ServiceFault, fx: &mut Vec<Effect>) {
        let attempt = self.new_attempt();
        let next = State::CannotStart(CannotStart { fault, attempt, asking: false });
        if self.state.page() == next.page() {
            self.state = next;
        } else {
            self.enter(next);
        }
        self.problem = Some(Problem::Service(fault));
        if fault == ServiceFault::Unreachable {
            fx.push(Effect::StartTimer(attempt, RETRY_SECS));
        }
    }
}
