//! A whole enrolment that plays itself, with the real assistant, the real service and a phone that sees only the screen.
//!
//! The tour takes no shortcuts. It selects what a person would select, and its phone reads the picture of the QR code.

mod phone;
mod sign_ins;
mod time_limit;

use std::{
    sync::mpsc::{self, Receiver},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use assistant::{
    cli, console,
    driver::Driver,
    effects::{DataFolder, Effects as _, LiveEffects, LiveOptions, proxy::ProxyChoice},
    view::Block,
};
use domain::Step;
use journey::{CallStage, CodeTest, Event, FieldId, Page, PhoneChoice, Sent, State, TestCall};
use telephony::{PracticePhone, PracticeStage};
use zeroize::Zeroizing;

use crate::{
    output::print,
    trust::{Invited, Trust, now},
};
use phone::Phone;
use time_limit::TIME_LIMIT;

/// One of Ofcom's numbers for drama. It belongs to nobody.
const NUMBER: &str = "07700 900123";

/// The pages of an enrolment, in their order.
const PAGES: [Page; 13] = [
    Page::BeforeYouStart,
    Page::HowWeUseYourDetails,
    Page::WhoAreYou,
    Page::IsThisYou,
    Page::WhatPhone,
    Page::GetTheApp,
    Page::AddAnAccount,
    Page::ScanTheCode,
    Page::TestIt,
    Page::YourPhoneNumber,
    Page::AnswerTheCall,
    Page::CheckAndSend,
    Page::Done,
];

/// Plays the tour. It fails when any step does not happen.
pub(crate) fn run(trust: &Trust) -> anyhow::Result<()> {
    let person = trust.invited().first().context("nobody was given a code")?;
    let driver = cli::driver(LiveOptions {
        server: trust.address()?,
        server_key: Some(trust.identity_key()),
        data: DataFolder::hold(&trust.assistant_folder())?,
        ca_file: None,
        proxy: ProxyChoice::Direct,
        on_accepted: None,
        on_stuck: None,
        on_station_fault: None,
    })?;
    let mut tour = Tour::new(driver, person, trust.phone().clone());
    let phone = tour.walk()?;
    drop(tour);
    sign_ins::sign_in_twice(trust, person, &phone)?;
    sign_ins::approve_by_call(trust, person)?;
    print(
        "The tour came through: enrolled, signed in once, the same code refused the second time, and a sign-in approved by a call.",
    )
}

struct Tour<'a> {
    driver: Driver<LiveEffects>,
    woken: Receiver<()>,
    person: &'a Invited,
    rings: PracticePhone,
    seen: Vec<Page>,
    printed: Option<u64>,
}

impl<'a> Tour<'a> {
    fn new(mut driver: Driver<LiveEffects>, person: &'a Invited, rings: PracticePhone) -> Self {
        let (wake, woken) = mpsc::channel();
        driver.effects_mut().wake_with(Box::new(move || {
            // Sending fails when the tour is over.
            let _ = wake.send(());
        }));
        Self { driver, woken, person, rings, seen: Vec::new(), printed: None }
    }

    /// Walks from the first page to the receipt. Returns the phone with the account that it scanned.
    fn walk(&mut self) -> anyhow::Result<Phone> {
        let mut phone = None;
        for page in PAGES {
            self.wait_for(page)?;
            self.print_page()?;
            match page {
                Page::WhoAreYou => {
                    self.say(&format!("types the code {}", *self.person.code))?;
                    self.type_in(FieldId::EnrolmentCode, &self.person.code);
                    self.press_primary()?;
                }
                Page::WhatPhone => {
                    let android = self.option(PhoneChoice::Android)?;
                    self.driver.on(android);
                    self.print_page()?;
                    self.press_primary()?;
                }
                Page::ScanTheCode => {
                    let scanned = self.scan()?;
                    self.say(&format!("scans the code with a phone, which shows: {}", scanned.account()))?;
                    phone = Some(scanned);
                    self.press_primary()?;
                }
                Page::TestIt => {
                    let code =
                        phone.as_ref().context("no phone has scanned anything")?.code(Step::at(now()))?;
                    self.say(&format!("types {} from the phone", *code))?;
                    self.type_in(FieldId::AppCode, &code);
                    self.wait_until("the right code on the page", |driver| {
                        driver.journey().map(journey::Journey::state)
                            == Some(&State::TestIt(CodeTest::Passed))
                    })?;
                    self.print_page()?;
                    self.press_primary()?;
                }
                Page::YourPhoneNumber => {
                    self.say(&format!("types the number {NUMBER}"))?;
                    self.type_in(FieldId::PhoneNumber, NUMBER);
                    self.press_primary()?;
                }
                Page::AnswerTheCall => self.answer_the_call()?,
                Page::Done => self.wait_until("the service's receipt", |driver| {
                    driver.journey().is_some_and(|journey| {
                        matches!(journey.state(), State::Done { sent: Sent::Accepted, .. })
                    })
                })?,
                Page::BeforeYouStart
                | Page::HowWeUseYourDetails
                | Page::IsThisYou
                | Page::GetTheApp
                | Page::AddAnAccount
                | Page::CheckAndSend => self.press_primary()?,
                Page::Starting
                | Page::CannotStart
                | Page::NotYou
                | Page::NoSmartphone
                | Page::CouldNotFinish => {
                    bail!("{page:?} is not on the way")
                }
            }
        }
        self.print_page()?;
        self.driver.on(Event::Finish);
        ensure!(self.driver.closed(), "the assistant does not close");
        ensure!(!self.driver.keeper().holds_secret(), "the assistant still holds the secret");
        phone.context("no QR code was shown")
    }

    /// Asks for the call, answers it, and presses the digits on the page.
    fn answer_the_call(&mut self) -> anyhow::Result<()> {
        self.press_primary()?;
        let rings = self.rings.clone();
        let call_at = |stage| rings.calls().into_iter().find(|call| call.stage == stage);
        self.wait_until("the call", |_| call_at(PracticeStage::Ringing).is_some())?;
        let call = call_at(PracticeStage::Ringing).context("no call rings")?;
        self.say("answers the practice phone")?;
        ensure!(self.rings.answer(call.id), "the call cannot be answered");
        let is_live = |driver: &Driver<LiveEffects>| {
            let stage = driver.journey().map(journey::Journey::state);
            matches!(stage, Some(State::AnswerTheCall(TestCall::Live { stage: CallStage::Answered, .. })))
        };
        self.wait_until("the answered call on the page", is_live)?;
        self.print_page()?;
        let mut digits = Zeroizing::new(String::new());
        self.driver.keeper().call_digits(&mut |shown| digits.push_str(shown));
        ensure!(digits.len() == 2, "the page shows no digits");
        self.say("presses the 2 digits on the page")?;
        ensure!(digits.chars().all(|key| self.rings.press(call.id, key)), "the keys cannot be pressed");
        self.wait_until("the tested number on the page", |driver| {
            driver.journey().map(journey::Journey::state) == Some(&State::AnswerTheCall(TestCall::Passed))
        })?;
        self.print_page()?;
        self.press_primary()
    }

    /// Scans the page with the phone's camera, which sees the modules and not the secret.
    fn scan(&mut self) -> anyhow::Result<Phone> {
        self.wait_until("the QR code", |driver| qr_of(driver).is_some())?;
        self.print_page()?;
        let id = qr_of(&self.driver).context("no QR code on the page")?;
        let qr = self.driver.keeper().qr(id).context("the QR code has no picture")?;
        Phone::scan(qr.width, |column, row| qr.is_dark(column, row))
    }

    fn type_in(&mut self, field: FieldId, text: &str) {
        self.driver.keeper_mut().typed_mut(field).set(text);
        self.driver.on(Event::Typed(field));
    }

    /// Selects the page's main button.
    fn press_primary(&mut self) -> anyhow::Result<()> {
        let action = self.driver.view().actions.first().context("the page has no button")?;
        ensure!(action.enabled, "the button {:?} cannot be selected", action.label);
        let (label, event) = (action.label.clone(), action.event.clone());
        self.say(&format!("selects {label}"))?;
        self.driver.on(event);
        Ok(())
    }

    fn option(&self, wanted: PhoneChoice) -> anyhow::Result<Event> {
        let options =
            self.driver.view().blocks.iter().filter_map(|block| {
                if let Block::Choice { options, .. } = block { Some(options) } else { None }
            });
        let event = Event::PhoneChosen(wanted);
        options
            .flatten()
            .find(|option| option.event == event)
            .map(|option| option.event.clone())
            .context("the page does not offer this phone")
    }

    fn wait_for(&mut self, page: Page) -> anyhow::Result<()> {
        self.wait_until(&format!("the page {page:?}"), |driver| driver.view().page == page)?;
        self.seen.push(page);
        Ok(())
    }

    fn wait_until(&mut self, what: &str, there: impl Fn(&Driver<LiveEffects>) -> bool) -> anyhow::Result<()> {
        let end = Instant::now() + TIME_LIMIT;
        loop {
            self.driver.poll();
            if there(&self.driver) {
                return Ok(());
            }
            let stuck = matches!(self.driver.view().page, Page::CannotStart | Page::CouldNotFinish);
            let left = end.saturating_duration_since(Instant::now());
            if stuck || left.is_zero() {
                self.print_page()?;
                bail!("{what} did not come; the page is {:?}", self.driver.view().page);
            }
            let _ = self.woken.recv_timeout(left.min(Duration::from_secs(1)));
        }
    }

    fn print_page(&mut self) -> anyhow::Result<()> {
        if self.printed.replace(self.driver.revision()) == Some(self.driver.revision()) {
            return Ok(());
        }
        print(&console::page_text(&self.driver))
    }

    fn say(&self, does: &str) -> anyhow::Result<()> {
        print(&format!(">>> {} {does}.\n", self.person.name))
    }
}

fn qr_of(driver: &Driver<LiveEffects>) -> Option<journey::SecretId> {
    fn find(blocks: &[Block]) -> Option<journey::SecretId> {
        blocks.iter().find_map(|block| {
            if let Block::EnrolmentQr { secret, .. } = block { Some(*secret) } else { None }
        })
    }
    find(&driver.view().blocks)
}
