//! Runs the journey: hands it events, carries out what touches secrets, and gives the rest to the effects.
//!
//! Not here: rules (crate `journey`), words (`view`), the world (`effects`).

mod answers;
mod notices;
mod phone;
mod sign_in;

use std::{collections::VecDeque, sync::Arc};

use domain::{EnrolmentId, Timestamp};
use journey::{Effect, Event, Journey, Page, SaveFault, SlipFault};
use protocol::PolicyDocument;

use crate::{
    effects::{Effects, Resumed, SlipFile, Work},
    keeper::Keeper,
    slip_page,
    texts::Texts,
    view::{View, slip, view},
    workstation::Workstation,
};

pub use notices::Notice;
use sign_in::SigningIn;

/// One journey with its keeper and its world.
pub struct Driver<E: Effects> {
    effects: E,
    texts: Texts,
    keeper: Keeper,
    workstation: Workstation,
    journey: Option<Journey>,
    document: Option<Arc<PolicyDocument>>,
    /// The enrolment that was put into the outbox, whose way the page shows.
    submitted: Option<EnrolmentId>,
    view: View,
    revision: u64,
    notices: Vec<Notice>,
    notices_taken: usize,
    judge_again: bool,
    signing_in: Option<SigningIn>,
    /// When the service noted sign-ins that were made on this computer, as far as it said so.
    own_sign_ins: Vec<Timestamp>,
    /// What is to be handed to the journey, in order.
    queue: VecDeque<Event>,
    closed: bool,
}

impl<E: Effects> Driver<E> {
    /// Starts a journey on a computer of the person's own. `resume` is the page reached last time.
    pub fn new(effects: E, texts: Texts, resume: Option<Page>) -> Self {
        Self::at(Workstation::default(), effects, texts, resume)
    }

    /// Starts a journey at a workstation. Where people come one after another, nobody takes up what another left.
    pub fn at(workstation: Workstation, effects: E, texts: Texts, resume: Option<Page>) -> Self {
        let resume = resume.filter(|_| workstation.remembers_page());
        let (journey, effects_wanted) = Journey::new(resume);
        let now = effects.now();
        let view = view(&journey, &texts, &workstation, now);
        let mut driver = Self {
            effects,
            texts,
            keeper: Keeper::default(),
            workstation,
            journey: Some(journey),
            document: None,
            submitted: None,
            view,
            revision: 0,
            notices: Vec::new(),
            notices_taken: 0,
            judge_again: false,
            signing_in: None,
            own_sign_ins: Vec::new(),
            queue: VecDeque::new(),
            closed: false,
        };
        if !driver.workstation.remembers_page() {
            driver.effects.run(Work::ForgetPage);
        }
        for effect in effects_wanted {
            driver.carry_out(effect);
        }
        driver.run_queue();
        driver.refresh_view();
        driver
    }

    /// Somebody signed in on this computer before: their own use of a code is not another's. Where people come one after
    /// another, that is nobody's business.
    pub fn know_sign_in(&mut self, at: Timestamp) {
        if self.workstation.remembers_page() {
            self.own_sign_ins.push(at);
        }
    }

    /// What to show.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Changes whenever the view may have changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Secrets, to be drawn.
    pub fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// Typed texts, to be changed. Tell the journey afterwards with `Event::Typed`.
    pub fn keeper_mut(&mut self) -> &mut Keeper {
        &mut self.keeper
    }

    /// The view and the keeper at once, for a page that draws and edits.
    pub fn parts(&mut self) -> (&View, &mut Keeper) {
        (&self.view, &mut self.keeper)
    }

    /// The journey, for assertions.
    pub fn journey(&self) -> Option<&Journey> {
        self.journey.as_ref()
    }

    /// The texts.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The world, for setting it up.
    pub fn effects_mut(&mut self) -> &mut E {
        &mut self.effects
    }

    /// Whether the person is done with the program.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// The service's time as well as it is known.
    pub fn now(&self) -> Timestamp {
        self.effects.now()
    }

    /// What is to be reported beside the pages; each once.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        let fresh = self.notices.get(self.notices_taken..).unwrap_or_default().to_vec();
        self.notices_taken = self.notices.len();
        fresh
    }

    /// Something happened.
    pub fn on(&mut self, event: Event) {
        if event == Event::NextPerson {
            // The next person's session is another one, and what becomes of this enrolment is not theirs.
            self.effects.run(Work::SignOut);
            self.submitted = None;
            self.own_sign_ins.clear();
        }
        self.queue.push_back(event);
        self.run_queue();
    }

    /// Takes in the answers that came; true when there were any.
    pub fn poll(&mut self) -> bool {
        let mut any = false;
        while let Some(answer) = self.effects.answers() {
            any = true;
            self.handle(answer);
        }
        any
    }

    /// Hands the journey everything that is queued, and what comes of it. The view changes with it.
    fn run_queue(&mut self) {
        if self.queue.is_empty() {
            return;
        }
        while let Some(event) = self.queue.pop_front() {
            let Some(journey) = self.journey.take() else { return };
            let (journey, effects) = journey.on(event, self.effects.now());
            self.journey = Some(journey);
            for effect in effects {
                self.carry_out(effect);
            }
        }
        self.refresh_view();
    }

    /// The view of what is known now.
    fn refresh_view(&mut self) {
        let Some(journey) = &self.journey else { return };
        self.view = view(journey, &self.texts, &self.workstation, self.effects.now());
        if journey.page() == Page::BeforeYouStart
            && let Some(profile) = &journey.facts().profile
        {
            self.view
                .blocks
                .extend(self.notices.iter().map(|notice| notice.block(&profile.help.team, &self.texts)));
        }
        self.revision += 1;
    }

    fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
        self.refresh_view();
    }

    /// Does at once what touches secrets, and gives the rest away.
    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::FetchPolicy(attempt) => self.effects.run(Work::FetchPolicy(attempt)),
            Effect::MeasureClock => self.effects.run(Work::MeasureClock),
            Effect::SignIn { attempt, field } => self.sign_in(attempt, field),
            Effect::TellNotMe => self.effects.run(Work::NotMe),
            Effect::MakeSecret => {
                let event = self.make_secret();
                self.queue.extend(event);
            }
            Effect::JudgeCode { attempt, secret, field, quiet } => {
                if quiet && !self.keeper.has_six_digits(field) {
                    return;
                }
                if self.effects.clock_is_doubtful() {
                    // The computer slept or its clock was set: measure, then judge what is typed once more.
                    self.judge_again = true;
                    self.effects.run(Work::MeasureClock);
                }
                let now = self.effects.now();
                if let Some(verdict) = self.keeper.judge(secret, field, now) {
                    self.queue.push_back(Event::CodeJudged(attempt, verdict));
                }
            }
            Effect::PreviewNumber { field, region } => self.preview_number(field, region),
            Effect::JudgeNumber { attempt, field, region } => {
                let event = self.judge_number(attempt, field, region);
                self.queue.extend(event);
            }
            Effect::StartCall { attempt, number } => {
                if let Err(fault) = self.start_call(attempt, number) {
                    self.queue.push_back(Event::CallFailed(attempt, fault));
                }
            }
            Effect::EndCall => {
                if let Some(call) = self.keeper.end_call() {
                    self.effects.run(Work::EndCall(call));
                }
            }
            Effect::SealAndSave { attempt, proofs } => {
                let now = self.effects.now();
                let sealed = self.document.as_ref().map(|document| {
                    self.keeper.seal_enrolment(&proofs, document, self.workstation.site.as_ref(), now)
                });
                match sealed {
                    Some(Ok((enrolment, sealed))) => {
                        self.submitted = Some(enrolment);
                        self.effects.run(Work::Save(attempt, enrolment, Box::new(sealed)));
                    }
                    Some(Err(_)) | None => {
                        self.queue.push_back(Event::SaveFailed(attempt, SaveFault::Other));
                    }
                }
            }
            Effect::SendNow => self.effects.run(Work::SendNow),
            Effect::SaveSlip { attempt, place } => match self.slip_file(false) {
                Some(file) if self.workstation.keeps_files() => {
                    self.effects.run(Work::SaveSlip(attempt, place, file));
                }
                Some(_) | None => self.queue.push_back(Event::SlipFailed(attempt, SlipFault::NotAllowed)),
            },
            Effect::PrintSlip(attempt) => match self.slip_file(true) {
                Some(file) => self.effects.run(Work::PrintSlip(attempt, file)),
                None => self.queue.push_back(Event::SlipFailed(attempt, SlipFault::Other)),
            },
            Effect::ForgetSlip => self.effects.run(Work::ForgetSlip),
            Effect::RememberPage(Page::Done) => self.effects.run(Work::ForgetPage),
            Effect::RememberPage(page) => self.remember_page(page),
            Effect::ForgetSecrets => {
                self.keeper.forget();
                domain::wipe_stack();
            }
            Effect::ClearField(field) => self.keeper.clear_field(field),
            Effect::StartTimer(attempt, secs) => self.effects.run(Work::StartTimer(attempt, secs)),
            Effect::Close => {
                self.keeper.forget();
                domain::wipe_stack();
                self.effects.run(Work::SignOut);
                self.closed = true;
            }
        }
    }

    fn slip_file(&self, prints: bool) -> Option<SlipFile> {
        let slip = slip(self.journey.as_ref()?, &self.texts, &self.workstation, self.effects.now())?;
        Some(SlipFile { name: format!("{}.html", slip.name), html: slip_page::html(&slip, prints) })
    }

    /// For whoever comes back, where it is the same person.
    fn remember_page(&mut self, page: Page) {
        if !self.workstation.remembers_page() {
            return;
        }
        let days = self.document.as_ref().map_or(14, |document| document.policy.lifetimes.resume_days);
        let until = self.effects.now().plus_secs(i64::from(days) * 24 * 60 * 60);
        let reached = Resumed { page, signed_in_at: self.own_sign_ins.last().copied() };
        self.effects.run(Work::RememberPage(reached, until));
    }

    fn make_secret(&mut self) -> Option<Event> {
        let Self { keeper, effects, journey, .. } = self;
        let facts = journey.as_ref()?.facts();
        let (profile, person) = (facts.profile.as_ref()?, &facts.signed_in.as_ref()?.person);
        keeper
            .make_secret(&profile.trust.name, &person.sign_in_name, &mut |into| effects.entropy(into))
            .ok()
            .map(Event::SecretMade)
    }
}

#[cfg(test)]
mod tests;
