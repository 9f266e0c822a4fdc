//! The longest names that a policy takes, some without a space: the pages hold together all the same.

use std::sync::Arc;

use domain::{Label, Profile};
use journey::{Page, PhoneChoice, SignedIn, Startup};

use super::{
    SIZES, assert_codes_are_seen_whole, assert_each_shows_what_has_the_keyboard, assert_each_stands_well,
    is_in_view, show, states_of, things,
};
use crate::effects::scripted::sample_profile;
use crate::view::samples::{Walk, signed_in, startup};

/// A name of so many characters, from words.
fn name(words: &str, length: usize) -> Label {
    let name: String = words.chars().cycle().take(length).collect();
    // A space at its end would go.
    let name = if name.ends_with(' ') { format!("{}n", name.trim_end()) } else { name };
    assert_eq!(name.chars().count(), length);
    Label::new(&name).expect("a label")
}

/// No name may be longer than 64 characters.
fn long_profile() -> Profile {
    let mut profile = sample_profile();
    profile.trust.name = name("The Wolverhampton and Wednesfield Woodland Schools Partnership ", 64);
    profile.trust.operator = name("The Wolverhampton Woodland Schools Information Services ", 64);
    for school in &mut profile.schools {
        school.name = name("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Primary ", 64);
    }
    profile.app.name = name("The Sign-in and Remote Desktop Authenticator for Staff ", 60);
    profile.app.publisher = name("Wolverhampton Woodland Workshop of Software Publishing ", 60);
    profile.app.account_type = name("Another account, for work or school ", 40);
    profile.app.scan_label = name("Scan the square code on the screen ", 40);
    profile.app.manual_label = Some(name("Type the key of the account by hand ", 40));
    profile.app.store_buttons.iphone = name("Download and install this app now ", 40);
    profile.app.store_buttons.android = name("Unterstuetzungsanwendungsinstallation", 40);
    profile.no_smartphone.offer = name("a small card with a display that shows the digits ", 64);
    profile.help.team = name("the Information and Communication Technology Support Team ", 64);
    profile.help.phone = None;
    profile.help.email = Some(name("informationandcommunicationtechnology.support@woodland.example.", 64));
    profile.help.hours =
        Some("8am to 4pm, Monday to Friday, and in the holidays 10am to 2pm on Tuesday only".to_owned());
    profile.calls.company = Some(name("Wolverhampton Telephone and Telegraph Company ", 64));
    profile
}

fn start() -> Walk {
    let profile = Arc::new(long_profile());
    let place = profile.schools.first().cloned();
    let school_name = profile.schools[0].name.clone();
    let person = domain::Person {
        name: name("Maximiliana Bartholomew-Featherstonehaugh ", 64),
        sign_in_name: name("maximiliana.bartholomew-featherstonehaugh@woodland.example.", 64),
        ..signed_in().person
    };
    Walk::under(Startup { profile, place, ..startup() }, PhoneChoice::IPhone, None).of_person(SignedIn {
        person,
        school_name,
        ..signed_in()
    })
}

#[test]
fn the_pages_hold_together() {
    assert_each_stands_well(states_of(&start()));
}

#[test]
fn what_has_the_keyboard_is_seen() {
    assert_each_shows_what_has_the_keyboard(states_of(&start()));
}

#[test]
fn codes_are_seen_whole_with_their_button() {
    assert_codes_are_seen_whole(&start());
}

/// Where a page does not fit, it scrolls, and the button is reached by one key.
#[test]
fn the_button_of_every_page_comes_into_view() {
    for (what, view) in states_of(&start()) {
        let Some(next) = view.actions.first().filter(|action| action.enabled).cloned() else { continue };
        if view.help.open {
            continue;
        }
        for (size, scale) in SIZES {
            let mut harness = show(view.clone(), *size, *scale);
            harness.key_press(egui::Key::End);
            harness.run();
            let button = |all: Vec<super::Thing>| {
                all.into_iter().find(|thing| thing.name == next.label).map(|thing| thing.rect)
            };
            let mut seen = button(things(&harness, None));
            for _ in 0..20 {
                if seen.is_some_and(|rect| is_in_view(rect, *size)) {
                    break;
                }
                harness.key_press(egui::Key::Tab);
                harness.run();
                seen = button(things(&harness, None));
            }
            assert!(seen.is_some_and(|rect| is_in_view(rect, *size)), "{what} at {size:?}: {seen:?}");
        }
    }
}

/// The control: the names are as long as they can be.
#[test]
fn the_names_are_the_longest() {
    let profile = long_profile();
    assert_eq!(profile.check(), Ok(()));
    let longer = format!("{}x", profile.trust.name);
    assert!(Label::new(&longer).is_err(), "{longer}");
    assert_eq!(start().at(Page::IsThisYou).journey.page(), Page::IsThisYou);
}
