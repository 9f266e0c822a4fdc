//! The pictures and the film of the README: one enrolment in the real window's code, with a made-up service and person.
//! `cargo xtask pictures` makes them.
//!
//! Not here: the pages that name them, which a test compares with what is made.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::{EnrolmentCode, TwoDigits};
use journey::{Attempt, CallEnding, CallStage, Event, Page, PhoneChoice};
use raster::{Animation, Picture};

use super::stage::Stage;
use crate::driver::Driver;
use crate::effects::scripted::{Scripted, sample_fetched_policy, sample_welcome};
use crate::effects::{Answer, Work};
use crate::texts::Texts;
use crate::window::tests::AT_REST;
use crate::window::{App, ThemeChoice};

/// Pictures of single pages.
const STILLS: [&str; 5] =
    ["before-you-start", "scan-the-code", "test-it-wrong", "answer-the-call-answered", "done"];

/// The whole journey.
const FILM: &str = "journey";

/// What a film of the README may weigh.
const MOST_BYTES: usize = 1_500_000;

const THEMES: [(&str, ThemeChoice); 2] = [("light", ThemeChoice::Light), ("dark", ThemeChoice::Dark)];

/// By so much a colour is off in a file with 256 of them, and where another processor rounds a letter's edge otherwise.
const OFF: u8 = 24;

/// How long a letter stands until the next is typed.
const KEY: u16 = 90;

/// An enrolment that is filmed.
struct Filmed {
    stage: Stage,
    app: App<Scripted>,
    film: Animation,
    stills: Vec<(&'static str, Picture)>,
}

impl Filmed {
    fn start(theme: ThemeChoice) -> Self {
        let stage = Stage::new([900.0, 720.0], 1.0);
        let driver = Driver::new(Scripted::silent(), Texts::english().expect("the words"), None);
        let app = App::new(&stage.ctx, driver, theme, Some(AT_REST));
        Self { stage, app, film: Animation::default(), stills: Vec::new() }
    }

    /// What is seen when all has come to rest, for so long.
    fn hold(&mut self, millis: u16) -> Picture {
        let Self { stage, app, film, stills: _ } = self;
        for _ in 0..12 {
            app.logic(&stage.ctx);
            let next = stage.frame(|ui| app.ui(ui));
            let has_drawn = app.screen_mut().memory.drawings.finish(&stage.ctx);
            if next > Duration::ZERO && !has_drawn {
                let picture = stage.picture();
                film.push(picture.clone(), millis);
                return picture;
            }
        }
        panic!("{:?} does not come to rest", app.driver_mut().view().page)
    }

    fn still(&mut self, name: &'static str, millis: u16) {
        let picture = self.hold(millis);
        self.stills.push((name, picture));
    }

    fn on(&mut self, event: Event) {
        self.app.driver_mut().on(event);
    }

    fn answer(&mut self, answer: Answer) {
        self.app.driver_mut().effects_mut().answers.push_back(answer);
        self.app.driver_mut().poll();
    }

    /// On the keyboard, which the page's field has.
    fn type_in(&mut self, text: &str) {
        for letter in text.chars() {
            self.stage.events.push(egui::Event::Text(letter.to_string()));
            self.hold(KEY);
        }
        self.hold(700);
    }

    /// What was asked for last, of a kind.
    fn asked<T>(&mut self, of: impl Fn(&Work) -> Option<T>) -> T {
        let asked = self.app.driver_mut().effects_mut().requested.iter().rev().find_map(of);
        asked.expect("it was asked for")
    }

    fn is_on(&mut self, page: Page) {
        assert_eq!(self.app.driver_mut().view().page, page);
    }

    /// The code that an app shows, which has the key of the page.
    fn app_code(&mut self) -> String {
        let driver = self.app.driver_mut();
        let secret = driver.journey().and_then(|journey| journey.facts().secret).expect("a secret");
        let mut key = String::new();
        driver.keeper().key_in_fours(secret, &mut |text| key.push_str(text));
        let now = driver.now().secs().unsigned_abs();
        let secret = data_encoding::BASE32_NOPAD.decode(key.replace(' ', "").as_bytes()).expect("a key");
        let app =
            totp_rs::Builder::new().with_algorithm(totp_rs::Algorithm::SHA1).with_secret(secret).build();
        app.expect("an app").generate(now).to_string()
    }

    fn sign_in(&mut self) {
        self.hold(500);
        let attempt = self.asked(|work| attempt_of(work, |work| matches!(work, Work::FetchPolicy(_))));
        self.answer(Answer::PolicyFetched(attempt, Box::new(sample_fetched_policy())));
        self.still("before-you-start", 2600);
        self.on(Event::Next);
        self.hold(1800);
        self.on(Event::Next);
        self.is_on(Page::WhoAreYou);
        self.hold(800);
        let code = EnrolmentCode::from_entropy(&[7; 16]).expect("a code").printed();
        self.type_in(&code);
        self.on(Event::Next);
        self.hold(700);
        let attempt = self.asked(|work| attempt_of(work, |work| matches!(work, Work::SignIn(..))));
        self.answer(Answer::SignedIn(attempt, Box::new(sample_welcome())));
        self.is_on(Page::IsThisYou);
        self.hold(1800);
        self.on(Event::ThisIsMe);
    }

    fn link_app(&mut self) {
        self.is_on(Page::WhatPhone);
        self.hold(1000);
        self.on(Event::PhoneChosen(PhoneChoice::Android));
        self.hold(900);
        for millis in [0, 2600, 2600] {
            if millis > 0 {
                self.hold(millis);
            }
            self.on(Event::Next);
        }
        self.is_on(Page::ScanTheCode);
        self.still("scan-the-code", 3000);
        self.on(Event::Next);
        self.hold(1000);
        self.type_in("482913");
        self.on(Event::Next);
        self.still("test-it-wrong", 2600);
        let code = self.app_code();
        // The page goes on by itself when the digits are right.
        self.type_in(&code);
        self.hold(1800);
        self.on(Event::Next);
    }

    fn call(&mut self) {
        self.is_on(Page::YourPhoneNumber);
        self.hold(900);
        assert!(self.app.driver_mut().view().problem.is_none(), "nothing went wrong here");
        self.type_in("07700 900 123");
        self.on(Event::Next);
        self.is_on(Page::AnswerTheCall);
        self.hold(1600);
        self.on(Event::Next);
        let attempt = self.asked(|work| attempt_of(work, |work| matches!(work, Work::StartCall(..))));
        let digits = TwoDigits::parse("47").expect("two digits");
        self.answer(Answer::CallTaken(attempt, digits));
        self.answer(Answer::CallMoved(attempt, CallStage::Ringing));
        self.hold(1400);
        self.answer(Answer::CallMoved(attempt, CallStage::Answered));
        self.still("answer-the-call-answered", 2000);
        self.answer(Answer::CallEnded(attempt, CallEnding::Confirmed));
        self.hold(1800);
        self.on(Event::Next);
    }

    fn send(&mut self) {
        self.is_on(Page::CheckAndSend);
        self.hold(1800);
        self.on(Event::Next);
        self.hold(700);
        let (attempt, enrolment) = self.asked(|work| {
            if let Work::Save(attempt, enrolment, _) = work { Some((*attempt, *enrolment)) } else { None }
        });
        self.answer(Answer::Saved(attempt));
        self.answer(Answer::Accepted(enrolment, domain::Reference::of(enrolment)));
        self.is_on(Page::Done);
        self.still("done", 4500);
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only kinds of work with an attempt are looked for")]
fn attempt_of(work: &Work, is_it: impl Fn(&Work) -> bool) -> Option<Attempt> {
    match work {
        Work::FetchPolicy(attempt) | Work::SignIn(attempt, ..) | Work::StartCall(attempt, ..) => {
            is_it(work).then_some(*attempt)
        }
        _ => None,
    }
}

/// A picture or a film, and the file that it is in.
enum Made {
    Still(Picture),
    Film(Animation),
}

impl Made {
    fn file(&self) -> Vec<u8> {
        match self {
            Self::Still(picture) => picture.to_small_png(256).expect("a picture"),
            Self::Film(film) => film.to_png().expect("a film"),
        }
    }

    fn is_in(&self, file: &[u8]) -> bool {
        match self {
            Self::Still(picture) => {
                Picture::from_png(file).is_ok_and(|kept| kept.pixels_apart(picture, OFF) == 0)
            }
            Self::Film(film) => Animation::from_png(file).is_ok_and(|kept| kept.is_near(film, OFF)),
        }
    }
}

/// What is made in a theme.
fn filmed(name: &str, theme: ThemeChoice) -> Vec<(String, Made)> {
    let mut filmed = Filmed::start(theme);
    filmed.sign_in();
    filmed.link_app();
    filmed.call();
    filmed.send();
    let Filmed { film, stills, .. } = filmed;
    assert_eq!(stills.iter().map(|(name, _)| *name).collect::<Vec<_>>(), STILLS);
    let mut made = vec![(path(FILM, name), Made::Film(film))];
    made.extend(stills.into_iter().map(|(still, picture)| (path(still, name), Made::Still(picture))));
    made
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn path(name: &str, theme: &str) -> String {
    format!("assets/pictures/{name}-{theme}.png")
}

/// Every file, and what is to be in it.
fn made() -> Vec<(String, Made)> {
    std::thread::scope(|scope| {
        let themes = THEMES.map(|(name, theme)| scope.spawn(move || filmed(name, theme)));
        themes.into_iter().flat_map(|made| made.join().expect("a film")).collect()
    })
}

#[test]
fn the_pictures_of_the_docs_are_what_the_window_shows() {
    let is_asked = std::env::var("ENROL_GALLERY").is_ok_and(|task| task == "pictures");
    for (path, made) in made() {
        let place = root().join(&path);
        let mut kept = std::fs::read(&place).unwrap_or_default();
        // What is the same to the eye is not written again.
        if is_asked && !made.is_in(&kept) {
            kept = made.file();
            std::fs::write(&place, &kept).expect("writes a picture");
        }
        assert!(
            made.is_in(&kept),
            "{path} is not what the window shows. To make it anew: cargo xtask pictures"
        );
        assert!(kept.len() < MOST_BYTES, "{path}: {} bytes", kept.len());
    }
}

#[test]
fn the_docs_name_the_pictures_that_are_made_and_no_others() {
    let mut made: Vec<String> = Vec::new();
    for (theme, _) in THEMES {
        made.extend(STILLS.iter().chain([&FILM]).map(|name| path(name, theme)));
    }
    made.sort_unstable();
    let mut there: Vec<String> = std::fs::read_dir(root().join("assets/pictures"))
        .expect("the folder")
        .map(|file| format!("assets/pictures/{}", file.expect("a file").file_name().to_string_lossy()))
        .collect();
    there.sort_unstable();
    assert_eq!(there, made);
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let mut named: Vec<String> = readme
        .split("assets/pictures/")
        .skip(1)
        .filter_map(|rest| rest.split_once(".png"))
        .map(|(name, _)| format!("assets/pictures/{name}.png"))
        .collect();
    named.sort_unstable();
    assert_eq!(named, made);
}
