//! Somebody at the window with a screen reader, so that as many copies of the key are made as there can be: it is drawn
//! as a picture and as text, copied, spelt out and read.

use std::process::Command;

use tests::needs::wait_for;
use tests::phone::Phone;
use tests::programs::{Running, allowing_cores, begun_with, program};
use tests::reader::{Buses, Reader};
use tests::service::Service;
use tests::x11::Screen;

use super::spelt;

pub(super) struct Reading {
    pub(super) reader: Reader,
    pub(super) enrol: Running,
    pub(super) data: tempfile::TempDir,
    _buses: Buses,
    _screen: Screen,
}

impl Reading {
    pub(super) fn starts(service: &Service) -> Self {
        Self::starts_with(service, &[])
    }

    /// The same with more flags.
    pub(super) fn starts_with(service: &Service, flags: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let screen = Screen::open(1000, 800);
        let buses = Buses::start();
        let reader = Reader::start(&buses, &screen);
        let mut command = buses.command(screen.command(Command::new(program("enrol"))));
        command.args(["--server", &service.url(""), "--server-key", service.identity_key(), "--data"]);
        command.arg(data.path()).args(flags).current_dir(data.path());
        let enrol = Running::start(&mut begun_with(&allowing_cores(), &command));
        Self { reader, enrol, data, _buses: buses, _screen: screen }
    }

    pub(super) fn next(&mut self, heading: &str) {
        self.reader.find("heading", heading);
        self.reader.press("button", "Next");
    }

    /// From the first page to the seventh, with the key shown, copied and spelt out.
    pub(super) fn walk_to_the_key(&mut self, code: &str) -> Phone {
        self.next("Before you start");
        self.next("How we use your details");
        self.reader.type_into("text", "Code from IT", code);
        self.next("Who are you?");
        self.reader.press("button", "Yes, this is me");
        self.reader.find("heading", "Which phone do you have?");
        self.reader.press("radio button", "Android");
        self.next("Which phone do you have?");
        self.next("Get the app");
        self.next("Add an account");
        self.reader.press("link", "I cannot scan it");
        self.reader.find("heading", "Type the key");
        let is_key = |name: &str| name.split(' ').count() == 8 && name.split(' ').all(|four| four.len() == 4);
        let phone = wait_for("a key on the page", 20, || {
            let page = self.reader.page();
            let key = page.iter().find(|thing| thing.role == "label" && is_key(&thing.name))?;
            Some(Phone::typed(&key.name))
        });
        self.reader.press("button", "Copy the key");
        self.reader.press("button", "Spell out the key");
        self.reader.hears(&spelt(&phone)[..20]);
        phone
    }
}
