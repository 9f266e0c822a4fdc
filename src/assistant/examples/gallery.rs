//! Shows any page in the real window, with a made-up service and person:
//! `cargo run -p assistant --example gallery -- scan-the-code dark 480x560`.
//! Pages are named in `PAGES`; theme and size may be left out. `225%` is the system's text size, `aquatic` its high
//! contrast of that name. The scale is the system's
//! (`WINIT_X11_SCALE_FACTOR=2` on X11). With `long` all names of the policy have 60 characters; with `still` nothing moves.

#![expect(clippy::wildcard_enum_match_arm, reason = "only some kinds of work are looked for")]

use assistant::driver::Driver;
use assistant::effects::display_preferences::{DisplayPreferences, SystemColours};
use assistant::effects::scripted::{Scripted, sample_fetched_policy};
use assistant::effects::{Answer, Work};
use assistant::texts::Texts;
use assistant::window::{self, ThemeChoice, WindowOptions};
use assistant::workstation::Workstation;
use journey::{
    Attempt, CallEnding, CallStage, Event, FieldId, Page, PhoneChoice, RefusedWhy, SaveFault, SendFault,
    ServiceFault, SignInFault,
};

/// Every page and what can stand on it.
const PAGES: &[&str] = &[
    "starting",
    "cannot-start",
    "before-you-start",
    "how-we-use-your-details",
    "how-we-use-your-details-periods",
    "who-are-you",
    "who-are-you-slip",
    "who-are-you-used",
    "who-are-you-waiting",
    "is-this-you",
    "not-you",
    "what-phone",
    "what-phone-chosen",
    "what-phone-problem",
    "no-smartphone",
    "get-the-app",
    "get-the-app-iphone",
    "get-the-app-both",
    "add-an-account",
    "add-an-account-iphone",
    "scan-the-code",
    "scan-the-code-iphone",
    "scan-the-code-bigger",
    "scan-the-code-practice",
    "scan-the-code-key",
    "test-it",
    "test-it-iphone",
    "test-it-typed",
    "test-it-wrong",
    "test-it-three",
    "test-it-passed",
    "your-phone-number",
    "your-phone-number-typed",
    "your-phone-number-problem",
    "your-phone-number-countries",
    "your-phone-number-practice",
    "answer-the-call",
    "answer-the-call-iphone",
    "answer-the-call-queue",
    "answer-the-call-ringing",
    "answer-the-call-answered",
    "answer-the-call-wrong",
    "answer-the-call-no-answer",
    "answer-the-call-stopped",
    "answer-the-call-passed",
    "check-and-send",
    "check-and-send-sending",
    "check-and-send-disk",
    "done",
    "done-saved",
    "done-saved-for-now",
    "could-not-finish",
    "help",
];

/// A theme of Windows 11.
const AQUATIC: SystemColours = SystemColours {
    window: [0x20, 0x20, 0x20],
    window_text: [0xff, 0xff, 0xff],
    highlight: [0x8e, 0xe3, 0xf0],
    highlight_text: [0x26, 0x3b, 0x50],
    hot_light: [0x75, 0xe9, 0xfc],
    gray_text: [0xa6, 0xa6, 0xa6],
    button_face: [0x20, 0x20, 0x20],
    button_text: [0xff, 0xff, 0xff],
};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "before-you-start".to_owned());
    let mut options = WindowOptions::default();
    let mut preferences = DisplayPreferences::default();
    let mut is_long = false;
    for argument in arguments {
        match argument.as_str() {
            "light" => options.theme = ThemeChoice::Light,
            "dark" => options.theme = ThemeChoice::Dark,
            "contrast" => options.theme = ThemeChoice::HighContrast,
            "aquatic" => preferences.contrast = Some(AQUATIC),
            "still" => preferences.reduced_motion = true,
            "long" => is_long = true,
            percent if percent.ends_with('%') => {
                preferences.text_percent = percent.trim_end_matches('%').parse()?;
            }
            size => {
                let (width, height) = size.split_once('x').ok_or_else(|| {
                    anyhow::anyhow!("{size}: light, dark, contrast, aquatic, still, long, 225% or 900x720")
                })?;
                options.size = Some([width.parse()?, height.parse()?]);
            }
        }
    }
    options.preferences = Some(preferences);
    anyhow::ensure!(PAGES.contains(&name.as_str()), "{name} is none of: {}", PAGES.join(" "));
    Ok(window::run(at(&name, is_long)?, options)?)
}

fn at(name: &str, is_long: bool) -> anyhow::Result<Driver<Scripted>> {
    let workstation = Workstation { forgets: name == "done-saved-for-now", ..Workstation::default() };
    let mut driver = Driver::at(workstation, Scripted::silent(), Texts::english()?, None);
    let opening = last_attempt(&mut driver);
    match name {
        "starting" => return Ok(driver),
        "cannot-start" => {
            answer(&mut driver, Answer::PolicyFailed(opening, ServiceFault::Unreachable));
            return Ok(driver);
        }
        _ => {
            let mut opened = sample_fetched_policy();
            if name.ends_with("countries") {
                let more = ["IE", "FR", "DE", "ES"].into_iter().filter_map(domain::Region::new);
                opened.document.policy.numbers.regions.extend(more);
            }
            opened.document.practice = name.ends_with("practice");
            if is_long {
                lengthen(&mut opened.document.policy)?;
            }
            answer(&mut driver, Answer::PolicyFetched(opening, Box::new(opened)));
        }
    }
    driver.effects_mut().obliging = true;
    let page = page_of(name);
    for _ in 0..20 {
        if driver.view().page == page || driver.view().page == Page::CouldNotFinish {
            break;
        }
        forward(&mut driver, name);
    }
    finish(&mut driver, name);
    Ok(driver)
}

/// The longest names that a policy may well have.
fn lengthen(profile: &mut domain::Profile) -> anyhow::Result<()> {
    let label = |text: &str| domain::Label::new(text);
    profile.trust.name = label("The Wolverhampton and Wednesfield Woodland Schools Partners")?;
    let app = &mut profile.app;
    app.name = label("The Sign-in and Remote Desktop Authenticator for All Staff")?;
    app.publisher = label("Wolverhampton Woodland Workshop of Software Publishing Ltd")?;
    app.account_type = label("Another account that is neither for work nor for a school")?;
    app.scan_label = label("Scan the square code on your other screen with the camera")?;
    Ok(())
}

fn page_of(name: &str) -> Page {
    [
        ("how-we", Page::HowWeUseYourDetails),
        ("who-are-you", Page::WhoAreYou),
        ("is-this-you", Page::IsThisYou),
        ("not-you", Page::NotYou),
        ("what-phone", Page::WhatPhone),
        ("no-smartphone", Page::NoSmartphone),
        ("get-the-app", Page::GetTheApp),
        ("add-an-account", Page::AddAnAccount),
        ("scan-the-code", Page::ScanTheCode),
        ("help", Page::ScanTheCode),
        ("test-it", Page::TestIt),
        ("your-phone", Page::YourPhoneNumber),
        ("answer-the-call", Page::AnswerTheCall),
        ("check-and-send", Page::CheckAndSend),
        ("done", Page::Done),
        ("could-not-finish", Page::CouldNotFinish),
    ]
    .into_iter()
    .find(|(start, _)| name.starts_with(start))
    .map_or(Page::BeforeYouStart, |(_, page)| page)
}

fn forward(driver: &mut Driver<Scripted>, name: &str) {
    match driver.view().page {
        Page::WhoAreYou => {
            type_code(driver);
            driver.on(Event::Next);
            driver.poll();
        }
        Page::IsThisYou => driver.on(if name == "not-you" { Event::NotMe } else { Event::ThisIsMe }),
        Page::WhatPhone => {
            driver.on(Event::PhoneChosen(match name {
                "no-smartphone" => PhoneChoice::NoSmartphone,
                "get-the-app-both" => PhoneChoice::NotSure,
                name if name.ends_with("iphone") => PhoneChoice::IPhone,
                _ => PhoneChoice::Android,
            }));
            driver.on(Event::Next);
        }
        Page::TestIt => {
            type_right_code(driver);
            driver.on(Event::Next);
        }
        Page::YourPhoneNumber => {
            type_number(driver, "07700 900 123");
            driver.on(Event::Next);
        }
        Page::AnswerTheCall => {
            driver.on(Event::Next);
            driver.poll();
        }
        Page::CheckAndSend => post(driver, name),
        Page::Starting
        | Page::CannotStart
        | Page::BeforeYouStart
        | Page::HowWeUseYourDetails
        | Page::NotYou
        | Page::NoSmartphone
        | Page::GetTheApp
        | Page::AddAnAccount
        | Page::ScanTheCode
        | Page::Done
        | Page::CouldNotFinish => {
            driver.on(Event::Next);
            driver.poll();
        }
    }
}

fn finish(driver: &mut Driver<Scripted>, name: &str) {
    driver.effects_mut().obliging = false;
    match name {
        "who-are-you-slip" => {
            driver.keeper_mut().typed_mut(FieldId::EnrolmentCode).set("7KM4P-X92");
            driver.on(Event::Next);
        }
        "who-are-you-used" | "who-are-you-waiting" => {
            type_code(driver);
            driver.on(Event::Next);
            if name.ends_with("used") {
                let attempt = last_attempt(driver);
                answer(driver, Answer::SignInFailed(attempt, SignInFault::Used));
            }
        }
        "what-phone-chosen" => driver.on(Event::PhoneChosen(PhoneChoice::Android)),
        "what-phone-problem" => driver.on(Event::Next),
        "scan-the-code-bigger" => driver.on(Event::MakeBigger(true)),
        "scan-the-code-key" => driver.on(Event::ShowKey(true)),
        "help" => driver.on(Event::Help(true)),
        "how-we-use-your-details-periods" => driver.on(Event::ShowPeriods(true)),
        "test-it-passed" => {
            type_right_code(driver);
            driver.on(Event::Next);
        }
        "test-it-typed" => driver.keeper_mut().typed_mut(FieldId::AppCode).set("482913"),
        "test-it-wrong" => wrong_code(driver),
        "test-it-three" => (0..3).for_each(|_| wrong_code(driver)),
        "your-phone-number-typed" => type_number(driver, "07700 900 123"),
        "your-phone-number-problem" => {
            type_number(driver, "07700 900");
            driver.on(Event::Next);
        }
        "your-phone-number-countries" => driver.on(Event::OpenRegions(true)),
        "answer-the-call-queue" => call(driver, &[CallStage::Waiting { ahead: 3 }], None),
        "answer-the-call-ringing" => call(driver, &[CallStage::Ringing], None),
        "answer-the-call-answered" => call(driver, &[CallStage::Answered], None),
        "answer-the-call-wrong" => call(driver, &[CallStage::Answered, CallStage::WrongDigits], None),
        "answer-the-call-no-answer" => call(driver, &[CallStage::Ringing], Some(CallEnding::NoAnswer)),
        "answer-the-call-stopped" => call(driver, &[CallStage::Answered], Some(CallEnding::Stopped)),
        "answer-the-call-passed" => call(driver, &[CallStage::Answered], Some(CallEnding::Confirmed)),
        "check-and-send-sending" => driver.on(Event::Next),
        "check-and-send-disk" => {
            driver.on(Event::Next);
            let attempt = last_attempt(driver);
            answer(driver, Answer::SaveFailed(attempt, SaveFault::DiskFull));
        }
        _ => {}
    }
}

fn type_number(driver: &mut Driver<Scripted>, number: &str) {
    driver.keeper_mut().typed_mut(FieldId::PhoneNumber).set(number);
    driver.on(Event::Typed(FieldId::PhoneNumber));
}

fn call(driver: &mut Driver<Scripted>, stages: &[CallStage], ending: Option<CallEnding>) {
    driver.on(Event::Next);
    let attempt = last_call(driver);
    if let Some(digits) = domain::TwoDigits::parse("47") {
        answer(driver, Answer::CallTaken(attempt, digits));
    }
    for stage in stages {
        answer(driver, Answer::CallMoved(attempt, *stage));
    }
    if let Some(ending) = ending {
        answer(driver, Answer::CallEnded(attempt, ending));
    }
}

fn last_call(driver: &mut Driver<Scripted>) -> Attempt {
    let calls = driver.effects_mut().requested.iter().rev().filter_map(|work| match work {
        Work::StartCall(attempt, ..) => Some(*attempt),
        _ => None,
    });
    calls.max().unwrap_or(Attempt(0))
}

fn post(driver: &mut Driver<Scripted>, name: &str) {
    driver.effects_mut().obliging = name == "done";
    driver.on(Event::Next);
    driver.poll();
    let Some((attempt, enrolment)) =
        driver.effects_mut().requested.iter().rev().find_map(|work| match work {
            Work::Save(attempt, enrolment, _) => Some((*attempt, *enrolment)),
            _ => None,
        })
    else {
        return;
    };
    if name != "done" {
        answer(driver, Answer::Saved(attempt));
        let is_saved = name.starts_with("done-saved");
        let fault =
            if is_saved { SendFault::Unreachable } else { SendFault::Refused(RefusedWhy::GrantExpired) };
        answer(driver, Answer::SendFailed(enrolment, fault));
        let attempt = last_attempt(driver);
        if is_saved && driver.view().page != Page::Done {
            answer(driver, Answer::TimerElapsed(attempt));
        }
    }
}

fn answer(driver: &mut Driver<Scripted>, answer: Answer) {
    driver.effects_mut().answers.push_back(answer);
    driver.poll();
}

fn last_attempt(driver: &mut Driver<Scripted>) -> Attempt {
    let attempts = driver.effects_mut().requested.iter().rev().filter_map(|work| match work {
        Work::FetchPolicy(attempt)
        | Work::SignIn(attempt, _)
        | Work::Save(attempt, _, _)
        | Work::StartTimer(attempt, _) => Some(*attempt),
        _ => None,
    });
    attempts.max().unwrap_or(Attempt(0))
}

fn type_code(driver: &mut Driver<Scripted>) {
    if let Some(code) = domain::EnrolmentCode::from_entropy(&[7; 16]) {
        driver.keeper_mut().typed_mut(FieldId::EnrolmentCode).set(&code.printed());
    }
}

fn wrong_code(driver: &mut Driver<Scripted>) {
    driver.keeper_mut().typed_mut(FieldId::AppCode).set("482913");
    driver.on(Event::Typed(FieldId::AppCode));
    driver.on(Event::Next);
}

/// As an app does: from the key that the page shows.
fn type_right_code(driver: &mut Driver<Scripted>) {
    let mut key = String::new();
    if let Some(secret) = driver.journey().and_then(|journey| journey.facts().secret) {
        driver.keeper().key_in_fours(secret, &mut |text| key.push_str(text));
    }
    let now = driver.now().secs().unsigned_abs();
    let secret = data_encoding::BASE32_NOPAD.decode(key.replace(' ', "").as_bytes()).unwrap_or_default();
    let app = totp_rs::Builder::new().with_algorithm(totp_rs::Algorithm::SHA1).with_secret(secret).build();
    if let Ok(app) = app {
        driver.keeper_mut().typed_mut(FieldId::AppCode).set(&app.generate(now).to_string());
    }
}
