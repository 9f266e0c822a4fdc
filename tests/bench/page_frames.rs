//! Goes through every page in a window, drawing all the time, and says how long the slowest frame took and on which page it
//! was. Arguments: width and height in points, and `session` for the larger type.
//!
//! A frame lasts from its beginning to the beginning of the next: laid out, painted by the processor, and on the screen.

use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use assistant::driver::Driver;
use assistant::effects::display_preferences::DisplayPreferences;
use assistant::effects::scripted::Scripted;
use assistant::texts::Texts;
use assistant::window::{App, ThemeChoice, native_options};
use journey::{Event, FieldId, Page, PhoneChoice};
use tests::phone::Phone;

/// Frames of a page, the first among them.
const FRAMES: u32 = 12;

/// The first frames of a window: the graphics library still compiles what paints them. The start is measured elsewhere.
const BEGINNING: u32 = 4;

struct Timed {
    app: App<Scripted>,
    begun: Option<(Instant, Page)>,
    count: u32,
    slowest: (Duration, Page),
}

impl eframe::App for Timed {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        let now = Instant::now();
        let page = self.app.driver_mut().view().page;
        if let Some((begun, page)) = self.begun.replace((now, page))
            && self.count > BEGINNING
        {
            let time = now - begun;
            self.slowest = if time > self.slowest.0 { (time, page) } else { self.slowest };
        }
        self.count += 1;
        self.app.logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        if self.count.is_multiple_of(FRAMES) {
            if self.app.driver_mut().view().page == Page::Done {
                let (time, page) = self.slowest;
                let _ = writeln!(std::io::stdout(), "{} {page:?}", time.as_micros());
                ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
            }
            forward(self.app.driver_mut());
        }
        self.app.ui(ui);
        ui.ctx().request_repaint();
    }
}

/// Does what a page asks for.
fn forward(driver: &mut Driver<Scripted>) {
    match driver.view().page {
        Page::WhoAreYou => {
            if let Some(code) = domain::EnrolmentCode::from_entropy(&[7; 16]) {
                driver.keeper_mut().typed_mut(FieldId::EnrolmentCode).set(&code.printed());
            }
        }
        Page::IsThisYou => driver.on(Event::ThisIsMe),
        Page::WhatPhone => driver.on(Event::PhoneChosen(PhoneChoice::Android)),
        Page::TestIt => {
            let code = app_code(driver);
            driver.keeper_mut().typed_mut(FieldId::AppCode).set(&code);
        }
        Page::YourPhoneNumber => {
            driver.keeper_mut().typed_mut(FieldId::PhoneNumber).set("07700 900 123");
            driver.on(Event::Typed(FieldId::PhoneNumber));
        }
        Page::Starting
        | Page::CannotStart
        | Page::BeforeYouStart
        | Page::HowWeUseYourDetails
        | Page::NotYou
        | Page::NoSmartphone
        | Page::GetTheApp
        | Page::AddAnAccount
        | Page::ScanTheCode
        | Page::AnswerTheCall
        | Page::CheckAndSend
        | Page::Done
        | Page::CouldNotFinish => {}
    }
    if driver.view().page != Page::Done {
        driver.on(Event::Next);
    }
    driver.poll();
}

fn app_code(driver: &Driver<Scripted>) -> String {
    let mut key = String::new();
    if let Some(secret) = driver.journey().and_then(|journey| journey.facts().secret) {
        driver.keeper().key_in_fours(secret, &mut |text| key.push_str(text));
    }
    Phone::typed(&key).code_at(driver.now().secs().unsigned_abs())
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut side = || -> anyhow::Result<f32> { Ok(arguments.next().context("width and height")?.parse()?) };
    let size = [side()?, side()?];
    let is_session = arguments.next().is_some_and(|word| word == "session");
    let driver = Driver::new(Scripted::obliging(), Texts::english()?, None);
    let mut native = native_options("Frames", Some(size));
    native.glow_options.vsync = false;
    native.centered = false;
    let preferences = DisplayPreferences::default();
    eframe::run_native(
        "enrol",
        native,
        Box::new(move |creation| {
            let mut app = App::new(&creation.egui_ctx, driver, ThemeChoice::Light, Some(preferences));
            app.seen_from_afar(is_session);
            Ok(Box::new(Timed { app, begun: None, count: 0, slowest: (Duration::ZERO, Page::Starting) }))
        }),
    )
    .map_err(|error| anyhow::anyhow!("{error}"))
}
