//! The journey itself: which event goes to which page's rules. The rules are in the files beside this one.

use domain::Timestamp;

use crate::wrong_codes::WrongCodes;
use crate::{Attempt, Effect, Event, Facts, HELP_AFTER_TRIES, Page, Problem, Slip, State, steps};

/// One enrolment on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    pub(crate) state: State,
    pub(crate) facts: Facts,
    pub(crate) problem: Option<Problem>,
    pub(crate) help_open: bool,
    /// Failed sign-ins.
    pub(crate) sign_in_tries: u32,
    pub(crate) wrong_codes: WrongCodes,
    /// The next "this is me" leads to the first page without an answer: after a resume or a Change.
    pub(crate) jump: bool,
    last_attempt: u32,
}

impl Journey {
    /// A new journey. `resume` is the furthest page of the last one, if it was not finished.
    pub fn new(resume: Option<Page>) -> (Self, Vec<Effect>) {
        let mut journey = Self {
            state: State::BeforeYouStart,
            facts: Facts::default(),
            problem: None,
            help_open: false,
            sign_in_tries: 0,
            wrong_codes: WrongCodes::default(),
            jump: false,
            last_attempt: 0,
        };
        let mut effects = Vec::new();
        journey.resume_from(resume);
        journey.fetch_policy(&mut effects);
        (journey, effects)
    }

    /// Moves on by one event. An event that makes no sense here changes nothing. `now` is the service's time, as
    /// well as it is known.
    #[must_use]
    pub fn on(mut self, event: Event, now: Timestamp) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        let fx = &mut effects;
        match event {
            Event::PolicyArrived(attempt, startup) => self.on_policy_arrived(attempt, *startup, now, fx),
            Event::PolicyFailed(attempt, fault) => self.on_policy_failed(attempt, fault, fx),
            Event::ClockMeasured(clock, place) => self.on_clock_measured(clock, place),
            Event::TryAgain => self.try_again(fx),
            Event::Next => self.next(fx),
            Event::Back => self.back(fx),
            Event::Help(open) => self.help_open = open,
            Event::Typed(field) => self.on_typed(field, fx),
            Event::SignedIn(attempt, signed_in) => self.on_signed_in(attempt, *signed_in, fx),
            Event::SignInFailed(attempt, fault) => self.on_sign_in_failed(attempt, fault),
            Event::ThisIsMe => self.this_is_me(fx),
            Event::NotMe => self.not_me(fx),
            Event::PhoneChosen(choice) => self.on_phone_chosen(choice),
            Event::SecretMade(secret) => self.on_secret_made(secret),
            Event::MakeBigger(bigger) => self.make_bigger(bigger),
            Event::ShowKey(shown) => self.show_key(shown),
            Event::ShowPeriods(shown) => self.show_periods(shown),
            Event::CodeJudged(attempt, verdict) => self.on_code_judged(attempt, verdict, fx),
            Event::OpenRegions(open) => self.open_regions(open, fx),
            Event::RegionChosen(region) => self.on_region_chosen(region, fx),
            Event::NumberJudged(attempt, judged) => self.on_number_judged(attempt, judged, fx),
            Event::CallMoved(attempt, stage) => self.on_call_moved(attempt, stage, fx),
            Event::CallEnded(attempt, ending) => self.on_call_ended(attempt, ending),
            Event::CallFailed(attempt, fault) => self.on_call_failed(attempt, fault),
            Event::SkipMethod => self.skip_method(fx),
            Event::Change(what) => self.change_answer(what, fx),
            Event::Saved(attempt, reference) => self.on_saved(attempt, reference, fx),
            Event::SaveFailed(attempt, fault) => self.on_save_failed(attempt, fault),
            Event::Accepted(reference) => self.on_accepted(reference, fx),
            Event::SendFailed(fault) => self.on_send_failed(fault, fx),
            Event::SaveSlip(place) => self.save_slip(place, fx),
            Event::PrintSlip => self.print_slip(fx),
            Event::SlipSaved(attempt, name) => self.on_slip_made(attempt, Slip::Saved(name)),
            Event::SlipOpened(attempt) => self.on_slip_made(attempt, Slip::Opened),
            Event::SlipFailed(attempt, fault) => self.on_slip_failed(attempt, fault),
            Event::TimerElapsed(attempt) => self.on_timer_elapsed(attempt, fx),
            Event::StartAgain => self.start_again(false, fx),
            Event::NextPerson => self.start_again(true, fx),
            Event::Finish => self.finish(fx),
        }
        (self, effects)
    }

    /// Where the person stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What is known.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What stands in the way, on this page.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// The page that is shown.
    pub fn page(&self) -> Page {
        self.state.page()
    }

    /// Step n of m; `None` on pages beside the way.
    pub fn progress(&self) -> Option<(usize, usize)> {
        steps::progress(&self.facts, self.page())
    }

    /// Whether **Back** leads anywhere.
    pub fn can_go_back(&self) -> bool {
        self.back_to().is_some()
    }

    /// What the person waits for.
    pub fn waiting(&self) -> Option<Attempt> {
        self.state.waiting()
    }

    /// Whether the help panel is open.
    pub fn help_open(&self) -> bool {
        self.help_open
    }

    /// Whether the problem is the third of its kind or later, so that help is offered beside it.
    pub fn offers_help(&self) -> bool {
        let tries = if matches!(self.state, State::TestIt(_)) {
            self.wrong_codes.tries()
        } else {
            self.sign_in_tries
        };
        let is_asked = matches!(self.state, State::TestIt(_) | State::WhoAreYou(_));
        is_asked && self.problem.is_some() && tries >= HELP_AFTER_TRIES
    }

    pub(crate) fn new_attempt(&mut self) -> Attempt {
        self.last_attempt = self.last_attempt.wrapping_add(1);
        Attempt(self.last_attempt)
    }
}
