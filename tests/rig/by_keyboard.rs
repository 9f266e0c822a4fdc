//! The way through the window with the keyboard alone, as far as every scenario goes it alike.

use crate::needs::wait_for;
use crate::phone::Phone;
use crate::x11::Screen;

/// Of the button that leads on.
pub const NEXT: &str = "#0f7a52";

/// Waits for the button that leads on from the first page: it is there when the policy has come, not with the page's title.
///
/// # Panics
/// When it does not come.
pub fn wait_for_next(screen: &Screen) {
    // The progress bar has the same colour, and fewer pixels.
    wait_for("the button that leads on", 60, || (screen.pixels_of(NEXT) > 1_000).then_some(()));
}

/// Goes from the first page of so many, which is open, to the QR code, with a code from IT. Scans it, and goes on to the
/// page that tests it.
///
/// # Panics
/// When a page does not come.
pub fn walk_to_the_test(screen: &Screen, window: &str, code: &str, pages: u32) -> Phone {
    let page = |heading: &str, step: u32| screen.window(&format!("{heading}.*step {step} of {pages}"));
    screen.focus(window);
    // Keys that come before the page was painted find nothing that has the focus.
    wait_for_next(screen);
    screen.press_stop(1);
    page("How we use your details", 2);
    // Behind "Show how long we keep it".
    screen.press_stop(2);
    page("Who are you", 3);
    screen.type_text(code);
    screen.press(&["Return"]);
    page("Is this you", 3);
    screen.press_stop(1);
    page("Which phone do you have", 4);
    screen.press(&["Tab", "Down", "Tab", "space"]);
    page("Get the app", 5);
    screen.press_stop(3);
    page("Add an account", 6);
    screen.press_stop(1);
    page("Scan the code", 7);
    let phone = Phone::scan_screen(screen);
    screen.press_stop(3);
    page("Test it", 8);
    phone
}

/// Goes from the page that tests the app to the one that sends, of twelve. The practice phone answers by itself.
///
/// # Panics
/// When a page does not come.
pub fn walk_to_the_sending(screen: &Screen, phone: &Phone, phone_number: &str) {
    screen.window("Test it, step 8 of 12");
    screen.type_text(&phone.code());
    screen.window("Your app is set up, step 8 of 12");
    screen.press_stop(1);
    screen.window("Your phone number, step 9 of 12");
    screen.type_text(phone_number);
    screen.press(&["Return"]);
    screen.window("Answer the test call, step 10 of 12");
    screen.press_stop(1);
    screen.window("Your phone number is tested, step 10 of 12");
    screen.press_stop(1);
    screen.window("Check and send, step 11 of 12");
}
