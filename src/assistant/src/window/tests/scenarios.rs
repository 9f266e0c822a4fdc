//! The whole way in the window, with the real journey, driver and keeper, in a made-up world.

use domain::EnrolmentCode;
use egui::accesskit::Role;
use egui::{Key, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use journey::Page;

use super::{focused, name, with_role};
use crate::driver::Driver;
use crate::effects::scripted::Scripted;
use crate::texts::Texts;
use crate::window::{App, ThemeChoice};

type Window = Harness<'static, Option<App<Scripted>>>;

fn open() -> Window {
    let driver = Driver::new(Scripted::obliging(), Texts::english().expect("the words"), None);
    let mut driver = Some(driver);
    let mut window = Harness::builder()
        .with_max_steps(12)
        .with_size(vec2(916.0, 736.0))
        .with_context_setup(super::set_up)
        .build_ui_state(
            move |ui, app: &mut Option<App<Scripted>>| {
                if let Some(driver) = driver.take() {
                    *app = Some(App::new(ui.ctx(), driver, ThemeChoice::Light, Some(super::AT_REST)));
                }
                if let Some(app) = app {
                    app.logic(ui.ctx());
                    app.ui(ui);
                }
            },
            None,
        );
    window.run();
    window
}

fn driver(window: &mut Window) -> &mut Driver<Scripted> {
    window.state_mut().as_mut().expect("the window is open").driver_mut()
}

fn page(window: &mut Window) -> Page {
    driver(window).view().page
}

/// The page's heading, and that the keyboard stands on it.
#[track_caller]
fn assert_heading(window: &mut Window, heading: &str) {
    assert_eq!(driver(window).view().heading, heading);
    assert_eq!(focused(window).as_deref(), Some(heading));
}

fn type_in(window: &mut Window, text: &str) {
    for character in text.chars() {
        window.event(egui::Event::Text(character.to_string()));
    }
    window.run();
}

/// Tab until a control has the keyboard, then Enter.
fn press(window: &mut Window, label: &str) {
    for _ in 0..20 {
        if focused(window).as_deref() == Some(label) {
            window.key_press(Key::Enter);
            window.run();
            return;
        }
        window.key_press(Key::Tab);
        window.run();
    }
    panic!("Tab never reaches {label}");
}

#[test]
fn an_enrolment_by_keyboard_alone() {
    let mut window = open();
    assert_eq!(page(&mut window), Page::BeforeYouStart);
    press(&mut window, "Next");
    press(&mut window, "Next");
    assert_eq!(page(&mut window), Page::WhoAreYou);
    let code = EnrolmentCode::from_entropy(&[7; 64]).expect("enough bytes");
    type_in(&mut window, &code.printed());
    window.key_press(Key::Enter);
    window.run();
    assert_eq!(page(&mut window), Page::IsThisYou);
    let yes = driver(&mut window).view().actions[0].label.clone();
    press(&mut window, &yes);
    assert_eq!(page(&mut window), Page::WhatPhone);
    window.key_press(Key::Tab);
    window.run();
    window.key_press(Key::Space);
    window.key_press(Key::ArrowDown);
    window.run();
    press(&mut window, "Next");
    assert_eq!(page(&mut window), Page::GetTheApp);
    press(&mut window, "Next");
    press(&mut window, "Next");
    assert_eq!(page(&mut window), Page::ScanTheCode);
    let phone = phone_code(&mut window);
    press(&mut window, "Next");
    assert_eq!(page(&mut window), Page::TestIt);

    type_in(&mut window, "000000");
    window.key_press(Key::Enter);
    window.run();
    assert_eq!(page(&mut window), Page::TestIt, "a wrong code stays here");
    let field = name(&with_role(&window, Role::TextInput)[0]);
    assert_eq!(focused(&window), Some(field));
    // The wrong code is selected: what is typed takes its place.
    type_in(&mut window, &phone);
    assert_eq!(page(&mut window), Page::TestIt, "a right code is said until Next");
    assert_heading(&mut window, "Your app is set up");
    press(&mut window, "Next");
    assert_eq!(page(&mut window), Page::YourPhoneNumber);
    type_in(&mut window, "07700 900123");
    window.get_by_label_contains("07700 900123");
    window.key_press(Key::Enter);
    window.run();
    assert_eq!(page(&mut window), Page::AnswerTheCall);
    let call = driver(&mut window).view().actions[0].label.clone();
    press(&mut window, &call);
    assert_eq!(page(&mut window), Page::AnswerTheCall, "a confirmed call is said until Next");
    assert_heading(&mut window, "Your phone number is tested");
    press(&mut window, "Next");
    assert_eq!(page(&mut window), Page::CheckAndSend);
    let send = driver(&mut window).view().actions[0].label.clone();
    press(&mut window, &send);
    assert_eq!(page(&mut window), Page::Done);
    assert!(!driver(&mut window).keeper().holds_secret(), "nothing is kept once it is sent");
    let heading = driver(&mut window).view().heading.clone();
    assert_eq!(focused(&window), Some(heading));
    let finish = driver(&mut window).view().actions[0].label.clone();
    window.get_by_label(&finish).click();
    window.run();
    assert!(driver(&mut window).closed());
}

/// On the page that tests the app, with the code that the phone shows.
fn open_at_the_test() -> (Window, String) {
    let mut window = open();
    press(&mut window, "Next");
    press(&mut window, "Next");
    let code = EnrolmentCode::from_entropy(&[7; 64]).expect("enough bytes");
    type_in(&mut window, &code.printed());
    window.key_press(Key::Enter);
    window.run();
    let yes = driver(&mut window).view().actions[0].label.clone();
    press(&mut window, &yes);
    window.key_press(Key::Tab);
    window.run();
    window.key_press(Key::Space);
    window.run();
    window.key_press(Key::Enter);
    window.run();
    assert_eq!(page(&mut window), Page::GetTheApp, "Enter on the chosen card goes on");
    press(&mut window, "Next");
    press(&mut window, "Next");
    let phone = phone_code(&mut window);
    press(&mut window, "Next");
    assert_eq!(page(&mut window), Page::TestIt);
    (window, phone)
}

#[test]
fn the_same_wrong_code_twice_is_seen_twice_and_the_next_takes_its_place() {
    let (mut window, phone) = open_at_the_test();
    let said = |window: &Window| name(&with_role(window, Role::Status)[0]);
    for wrong in ["000000", "000001", "000002"] {
        assert_ne!(wrong, phone);
        type_in(&mut window, wrong);
        assert_eq!(driver(&mut window).keeper().typed(journey::FieldId::AppCode), wrong);
        let before = said(&window);
        window.key_press(Key::Enter);
        window.run();
        assert!(driver(&mut window).view().problem.is_some());
        assert_ne!(said(&window), before, "each is told");
    }
    type_in(&mut window, &phone);
    assert_heading(&mut window, "Your app is set up");
}

#[test]
fn an_idle_window_asks_for_no_repaint() {
    let mut window = open();
    window.run();
    let next = window.output().viewport_output.values().map(|output| output.repaint_delay).min();
    assert_eq!(next, Some(std::time::Duration::MAX));
}

/// What an app shows that has the key from the page.
fn phone_code(window: &mut Window) -> String {
    let driver = driver(window);
    let secret = driver.journey().and_then(|journey| journey.facts().secret).expect("a secret");
    let mut key = String::new();
    driver.keeper().key_in_fours(secret, &mut |text| key = text.replace(' ', ""));
    let bytes = data_encoding::BASE32_NOPAD.decode(key.as_bytes()).expect("base32");
    let app = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_secret(bytes)
        .build()
        .expect("a secret");
    app.generate(driver.now().secs().unsigned_abs()).to_string()
}
