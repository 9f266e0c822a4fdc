//! A trust with an Asterisk of its own: the service on it, telephones, and wires that can be cut. And what all of that
//! must not keep: calls, and numbers.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tests::needs::{run, tool, wait_for};
use tests::net::Wire;
use tests::numbers::{Numbers, Place};
use tests::policy::policy_with_calls;
use tests::prompts::Prompts;
use tests::service::Service;
use tests::telephones::Telephones;

/// What the voice has to say besides the prompts: the trust's name, and what is signed in to.
const NAMES: &[&str] = &["Oaktree Learning Trust", "remote desktop"];

/// The log says all it can, so that the search for numbers has something to search.
const VARIABLES: &[(&str, &str)] = &[("ENROL_LOG", "trace")];

/// Phones that ring for a short time, and room for a scenario.
const CHANGES: &[(&str, &str)] = &[
    ("ring_secs = 25", "ring_secs = 10"),
    ("tests_number_hour = 3", "tests_number_hour = 20"),
    ("tests_number_day = 5", "tests_number_day = 20"),
    ("approvals_hour = 3", "approvals_hour = 20"),
];

pub(super) struct Trust {
    pub(super) telephones: Telephones,
    pub(super) prompts: Prompts,
    /// Between the service and Asterisk.
    pub(super) line: Wire,
    pub(super) service: Service,
    /// Between the assistants and the service.
    pub(super) network: Wire,
    /// What services said that have ended.
    said_before: String,
    /// Where the password lies.
    _files: tempfile::TempDir,
}

impl Trust {
    pub(super) fn opens() -> Self {
        Self::with(Prompts::short(NAMES))
    }

    pub(super) fn with_the_voice_that_ships() -> Self {
        Self::with(Prompts::that_ship(NAMES))
    }

    fn with(prompts: Prompts) -> Self {
        let telephones = Telephones::start();
        telephones.has_sounds("enrol", prompts.path());
        let line = Wire::to(telephones.ari_address());
        let files = tempfile::tempdir().expect("a temporary folder");
        let password = password_file(files.path(), telephones.ari_password());
        let settings = format!(
            "[calls]\nline = \"asterisk\"\na_second = 100\n[calls.asterisk]\nari = \"http://{}/ari\"\nuser = \"{}\"\n\
             password_file = \"{}\"\napplication = \"enrol\"\ndial = \"PJSIP/{{number}}@trunk\"\nsounds = \"enrol\"\n\
             from = \"+441632960000\"",
            line.address(),
            telephones.ari_user(),
            password.display()
        );
        let service = Service::start_under(&policy_with_calls("required", CHANGES), &settings, VARIABLES);
        let network = Wire::to(service.address());

        Self { telephones, prompts, line, service, network, said_before: String::new(), _files: files }
    }

    /// The service is killed, as by a power cut.
    pub(super) fn kill_service(&mut self) {
        self.service.running().signal("KILL");
        assert_eq!(self.service.running().ended(10), None);
        self.keep_what_was_said();
    }

    /// What a service said that has ended, for the search.
    pub(super) fn keep_what_was_said(&mut self) {
        self.said_before += &self.service.said();
    }

    /// And started again, where the assistants find it.
    pub(super) fn start_service(&mut self) {
        self.service.start_again(VARIABLES);
        self.network.lead_to(self.service.address());
    }

    /// No call is left on Asterisk or in the store, and nowhere a digit of a number; `at_home` are the folders in which
    /// assistants kept their data.
    #[track_caller]
    pub(super) fn is_clean(&self, at_home: &[&Path]) {
        wait_for("Asterisk's calls to be gone", 15, || self.telephones.calls().is_empty().then_some(()));
        let left = "select (select count(*) from calls where state <> 'ended' or node <> '') + (select count(*) from pending_numbers)";
        wait_for("the calls in the store to end", 15, || (self.service.count(left) == 0).then_some(()));
        let dialled = self.telephones.dialled();
        let national: Vec<&str> = dialled.iter().map(|number| &number["+44".len()..]).collect();
        assert!(!national.is_empty(), "somebody was called");
        let numbers = Numbers::of(national.iter().copied());
        for place in self.places(at_home) {
            assert_eq!(numbers.found_in(&place), [""; 0]);
            // The control: the same search finds a number there once it is there.
            assert_eq!(numbers.missed_in(&place, national[0]), [""; 0]);
        }
    }

    fn places(&self, at_home: &[&Path]) -> Vec<Place> {
        let text =
            |name: &str, text: String| Place { name: name.to_owned(), heap: text.into(), is_text: true };
        let log = self.said_before.clone() + &self.service.said();
        assert!(log.contains("/v1/me/calls"), "the log speaks of calls:\n{log}");
        let metrics = run(tool("curl", "curl").args(["-sS", &self.service.url("/metrics")]));
        let metrics = String::from_utf8_lossy(&metrics.stdout).into_owned();
        assert!(metrics.contains("enrol_calls_total"), "{metrics}");
        let mut places = vec![
            text("the service's log", log),
            text("Asterisk's logs", self.telephones.log_text()),
            text("the metrics", metrics),
            text("audit verify", self.service.run(&["audit", "verify"])),
            text("audit head", self.service.run(&["audit", "head"])),
            text("calls status", self.service.run(&["calls", "status"])),
        ];
        let data = self.service.data();
        for folder in [&*data].into_iter().chain(at_home.iter().copied()) {
            for file in files_below(folder) {
                let heap = std::fs::read(&file).unwrap_or_default();
                places.push(Place { name: file.display().to_string(), heap, is_text: false });
            }
        }
        assert!(places.iter().any(|place| place.name.ends_with("enrol.sqlite")), "the store is searched");
        places
    }
}

fn password_file(folder: &Path, password: &str) -> PathBuf {
    let file = folder.join("asterisk.password");
    std::fs::write(&file, password).expect("it is written");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("it is the owner's alone");
    file
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}
