//! The whole journey on screens of three sizes: by keyboard alone, by pointer alone, and through AT-SPI, each in the real
//! window against the real service.
//!
//! Not here: what each page says to a screen reader (`screen_reader`), and where things stand (the window's own tests).

use std::process::Command;

use tests::by_keyboard::{walk_to_the_sending, walk_to_the_test};
use tests::phone::Phone;
use tests::pointer::Pointer;
use tests::programs::{Running, program};
use tests::reader::{Buses, Reader};
use tests::service::Service;
use tests::x11::Screen;

/// A screen in pixels, and pixels for 100 points.
struct Size {
    what: &'static str,
    screen: (u32, u32),
    percent: u32,
}

/// The usual window, a common laptop at 150 %, and a sharp screen at 200 %.
///
/// Not yet: 480x560. There the button of page 1 is below the window's edge under the note of practice, and the rig waits
/// for it on the screen. Through AT-SPI alone the way was seen to its end.
const SIZES: [Size; 3] = [
    Size { what: "900x720", screen: (1000, 800), percent: 100 },
    Size { what: "1366x768 at 150 %", screen: (1366, 768), percent: 150 },
    Size { what: "1920x1080 at 200 %", screen: (1920, 1080), percent: 200 },
];

/// The assistant on a screen of its own.
struct Place {
    screen: Screen,
    buses: Buses,
    data: tempfile::TempDir,
    scale: f64,
}

impl Place {
    fn of(size: &Size, is_read: bool) -> Self {
        let (width, height) = size.screen;
        Self {
            screen: Screen::open(width, height),
            buses: if is_read { Buses::start() } else { Buses::start_unread() },
            data: tempfile::tempdir().expect("a folder"),
            scale: f64::from(size.percent) / 100.0,
        }
    }

    fn start(&self, service: &Service) -> Running {
        let mut command = self.buses.command(self.screen.command(Command::new(program("enrol"))));
        command.args(["--server", &service.url(""), "--server-key", service.identity_key(), "--data"]);
        Running::start(command.arg(self.data.path()).env("WINIT_X11_SCALE_FACTOR", self.scale.to_string()))
    }
}

/// Who goes the journey.
struct Person {
    code: String,
    phone_number: String,
}

/// Goes the journey at every size at once, each by a person of its own.
fn at_every_size(who: &str, is_read: bool, walk: impl Fn(&Place, &Person, Running) + Sync) {
    let service = Service::start_training();
    let walk = &walk;
    std::thread::scope(|scope| {
        let walks: Vec<_> = SIZES
            .iter()
            .enumerate()
            .map(|(number, size)| {
                let code = service.issue_code(&format!("{who}{number}"));
                // One number is called three times an hour.
                let person = Person { code, phone_number: format!("07700 90012{number}") };
                let service = &service;
                let run = move || {
                    let place = Place::of(size, is_read);
                    let enrol = place.start(service);
                    walk(&place, &person, enrol);
                };
                let named = std::thread::Builder::new().name(format!("{who} at {}", size.what));
                named.spawn_scoped(scope, run).expect("a thread")
            })
            .collect();
        let failed: Vec<&str> = walks
            .into_iter()
            .zip(&SIZES)
            .filter_map(|(walk, size)| walk.join().is_err().then_some(size.what))
            .collect();
        assert!(failed.is_empty(), "{who}: no way to the end at {failed:?}");
    });
    assert_eq!(service.count("select count(*) from enrolments"), SIZES.len() as u64, "each is accepted");
}

#[test]
fn by_keyboard_alone() {
    at_every_size("keyboard", false, |place, person, mut enrol| {
        let screen = &place.screen;
        let window = screen.window_of(&mut enrol, "Before you start, step 1 of 12");
        let phone = walk_to_the_test(screen, &window, &person.code, 12);
        walk_to_the_sending(screen, &phone, &person.phone_number);
        screen.press_stop(1);
        screen.window("Your sign-in security is set up, step 12 of 12");
    });
}

#[test]
fn by_pointer_alone() {
    at_every_size("pointer", true, |place, person, mut enrol| {
        let screen = &place.screen;
        let reader = Reader::start(&place.buses, screen);
        let window = screen.window_of(&mut enrol, "Before you start, step 1 of 12");
        let mut pointer = Pointer::on(screen, reader, window, place.scale);
        let next = |pointer: &mut Pointer<'_>, title: &str| {
            pointer.press("button", "Next");
            screen.window(title);
        };
        next(&mut pointer, "How we use your details, step 2");
        next(&mut pointer, "Who are you.*step 3");
        pointer.type_into("Code from IT", &person.code);
        next(&mut pointer, "Is this you.*step 3");
        pointer.press("button", "Yes, this is me");
        screen.window("Which phone do you have.*step 4");
        pointer.press("radio button", "Android");
        next(&mut pointer, "Get the app, step 5");
        next(&mut pointer, "Add an account, step 6");
        next(&mut pointer, "Scan the code, step 7");
        let phone = Phone::scan_screen(screen);
        next(&mut pointer, "Test it, step 8");
        pointer.type_into("On this computer, type the 6 digits", &phone.code());
        screen.window("Your app is set up, step 8");
        next(&mut pointer, "Your phone number, step 9");
        pointer.type_into("On this computer, type your phone number", &person.phone_number);
        next(&mut pointer, "Answer the test call, step 10");
        pointer.press("button", "Call me");
        screen.window("Your phone number is tested, step 10");
        next(&mut pointer, "Check and send, step 11");
        pointer.press("button", "Send");
        screen.window("Your sign-in security is set up, step 12");
    });
}

#[test]
fn through_at_spi() {
    at_every_size("reader", true, |place, person, enrol| {
        let mut reader = Reader::start(&place.buses, &place.screen);
        let next = |reader: &mut Reader, heading: &str| {
            reader.find("heading", heading);
            reader.press("button", "Next");
        };
        next(&mut reader, "Before you start");
        next(&mut reader, "How we use your details");
        reader.type_into("text", "Code from IT", &person.code);
        next(&mut reader, "Who are you?");
        reader.press("button", "Yes, this is me");
        reader.press("radio button", "Android");
        next(&mut reader, "Which phone do you have?");
        next(&mut reader, "Get the app");
        next(&mut reader, "Add an account");
        reader.find("heading", "Scan the code");
        let phone = Phone::scan_screen(&place.screen);
        next(&mut reader, "Scan the code");
        reader.type_into("text", "On this computer, type the 6 digits", &phone.code());
        next(&mut reader, "Your app is set up");
        reader.type_into("text", "On this computer, type your phone number", &person.phone_number);
        next(&mut reader, "Your phone number");
        reader.press("button", "Call me");
        next(&mut reader, "Your phone number is tested");
        reader.find("heading", "Check and send");
        reader.press("button", "Send");
        reader.find("heading", "Your sign-in security is set up");
        drop(enrol);
    });
}
