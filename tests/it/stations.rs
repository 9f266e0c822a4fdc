//! A computer becomes a station, its key lies in a real Secret Service, and codes count there alone.
//!
//! Not here: the same on Windows (`windows::stations`), and what the service says to a bad mark (its own tests).

use std::path::Path;
use std::process::{Command, Stdio};

use tests::keyring::Keyring;
use tests::mitm::Mitm;
use tests::policy::policy_for_stations;
use tests::programs::program;
use tests::service::Service;
use tests::terminal::Terminal;

/// Where the cursor waits.
const PROMPT: &str = "\n> ";

/// A computer of somebody's, with a folder of its own.
struct Computer<'k> {
    keyring: &'k Keyring,
    data: tempfile::TempDir,
    server: String,
}

impl<'k> Computer<'k> {
    fn new(keyring: &'k Keyring, server: String) -> Self {
        Self { keyring, data: tempfile::tempdir().expect("a folder"), server }
    }

    fn enrol(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(program("enrol"));
        self.keyring.given_to(&mut command).args(["--server", &self.server, "--data"]).arg(self.data.path());
        command.args(flags);
        command
    }

    /// What it said, and whether it was done.
    fn command(&self, flags: &[&str], typed: &str) -> (bool, String) {
        let file = self.data.path().join("typed");
        std::fs::write(&file, typed).expect("writes");
        let mut command = self.enrol(flags);
        let output = command.stdin(Stdio::from(std::fs::File::open(file).expect("opens"))).output();
        let output = output.expect("starts");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.success(), said)
    }

    fn register(&self, code: &str) -> (bool, String) {
        self.command(&["--register-station"], code)
    }

    fn remembered(&self) -> String {
        std::fs::read_to_string(self.data.path().join("station.json")).unwrap_or_default()
    }

    /// Types a code on page 3, and gives what comes next.
    fn sign_in(&self, code: &str) -> (Terminal, String) {
        // Whoever comes is new here.
        let _ = std::fs::remove_file(self.data.path().join("resume.json"));
        let mut terminal = Terminal::start(&mut self.enrol(&["--console"]));
        for heading in ["Before you start", "How we use your details"] {
            terminal.until(&format!("{heading}\n"));
            terminal.until(PROMPT);
            terminal.line("");
        }
        terminal.until("Code from IT > ");
        terminal.line(code);
        let next = terminal.until("> ");
        (terminal, next)
    }
}

fn public_key(remembered: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(remembered).expect("JSON");
    json["key"].as_str().expect("a key").to_owned()
}

fn add_station(service: &Service) -> String {
    let said = service.run(&["station", "add", "Staff room", "--school", "elm"]);
    said.lines().next().expect("a code").to_owned()
}

#[test]
fn a_code_for_stations_counts_where_the_key_is_and_nowhere_else() {
    let service = Service::start_under(&policy_for_stations(), "", &[]);
    let keyring = Keyring::unlocked();
    let computer = Computer::new(&keyring, service.url(""));
    let code = service.issue_code("mnowak");

    let (_, elsewhere) = computer.sign_in(&code);
    assert!(elsewhere.contains("This code works only on computers that IT set up for this."), "{elsewhere}");
    assert_eq!(keyring.keys(), 0, "a computer that is no station keeps nothing there");

    let (done, said) = computer.register("XXXXX-XXXXX\n");
    assert!(!done && said.contains("the code was not sent"), "{said}");
    let (done, said) = computer.register(&format!("{}\n", add_station(&service)));
    assert!(done && said.starts_with("This computer is now the station Staff room."), "{said}");
    assert_eq!(keyring.keys(), 1);
    let (done, said) = computer.register("");
    assert!(!done && said.contains("is the station Staff room already"), "{said}");
    let secret = keyring.key();

    let (mut terminal, next) = computer.sign_in(&code);
    assert!(next.contains("Is this you?"), "{next}");
    terminal.line("");
    for typed in ["1", "", "", "", "", ""] {
        terminal.until("> ");
        terminal.line(typed);
    }
    terminal.until("type the 6 digits > ");
    let phone = terminal.scan();
    terminal.line(&phone.code());
    terminal.until("Your app is set up\n");
    terminal.until(PROMPT);
    terminal.line("");
    terminal.until("Check and send\n");
    terminal.until(PROMPT);
    terminal.line("");
    terminal.until("Your sign-in security is set up\n");
    terminal.until(PROMPT);
    terminal.line("");
    assert_eq!(terminal.ended(), Some(0), "{}", terminal.said());
    let listed = service.run(&["station", "list"]);
    assert!(listed.contains("last sign-in "), "{listed}");
    let of_station =
        "select count(*) from grants g join stations s on s.id = g.station where g.state = 'used'";
    assert_eq!(service.count(of_station), 1);

    let other = service.issue_code("asample");
    keyring.end();
    let (_, without) = computer.sign_in(&other);
    assert!(without.contains("This code works only on computers that IT set up for this."), "{without}");
    let log = std::fs::read_to_string(computer.data.path().join("enrol.log")).expect("a log");
    assert!(log.contains("this computer is a station and cannot show it"), "{log}");
    let public = public_key(&computer.remembered());
    assert!(
        files_with(computer.data.path(), &public).ends_with("station.json"),
        "the search finds what is there"
    );
    for written in ways_to_write(&secret) {
        for folder in [computer.data.path(), service.home()] {
            assert_eq!(files_with(folder, &written), "", "the key is in the keyring alone");
        }
        assert!(!terminal.said().contains(&written) && !service.said().contains(&written));
    }
}

/// The bytes of a key, as they are kept and as programs write bytes.
fn ways_to_write(key: &str) -> [String; 3] {
    let bytes = protocol::Blob::read(key).expect("base64url").0;
    let words: Vec<String> = bytes.iter().map(u8::to_string).collect();
    [key.to_owned(), data_encoding::HEXLOWER.encode(&bytes), words.join(", ")]
}

/// The one file below a folder that holds a text.
fn files_with(folder: &Path, text: &str) -> String {
    let mut command = tests::needs::tool("grep", "grep");
    let found = command.args(["-rlaiF", text]).arg(folder).output().expect("grep starts");
    String::from_utf8_lossy(&found.stdout).trim().to_owned()
}

#[test]
fn a_registration_that_was_broken_off_goes_on_and_one_that_was_revoked_ends() {
    let service = Service::start();
    let keyring = Keyring::unlocked();
    let mitm = Mitm::before(service.address());
    let computer = Computer::new(&keyring, format!("http://{}", mitm.address()));
    let code = add_station(&service);
    mitm.change(
        |path, body| {
            if path.contains("/v1/stations") { b"<html>Blocked</html>".to_vec() } else { body }
        },
    );
    let (done, said) = computer.register(&code);
    assert!(!done && said.contains("something else answers in the service's place"), "{said}");
    assert!(service.run(&["station", "list"]).contains("registered 2"), "only the answer was lost");
    let begun = public_key(&computer.remembered());
    // Somebody else cannot take its place.
    let other = Computer::new(&keyring, service.url(""));
    let (done, said) = other.register(&code);
    assert!(!done && said.contains("This code has been used."), "{said}");
    // Nor can it be told what the service said of another computer, or about something else.
    let hall = service.run(&["station", "add", "Hall", "--school", "elm"]);
    let other = Computer::new(&keyring, format!("http://{}", mitm.address()));
    mitm.change(|_, body| body);
    assert!(other.register(&hall).0);
    let passed = mitm.take_passed();
    let answer_to = |path: &str| {
        let asked = passed.iter().rfind(|passed| passed.asked.contains(path));
        asked.expect("it passed").answer.clone()
    };
    for (answer, refused) in [
        (answer_to("/v1/stations"), "something else answers in the service's place"),
        (answer_to("/v1/policy"), "what the service says is not signed by its key"),
    ] {
        mitm.change(move |path, body| if path.contains("/v1/stations") { answer.clone() } else { body });
        let (done, said) = computer.register(&code);
        assert!(!done && said.contains(refused), "{said}");
    }
    mitm.change(|_, body| body);
    let (done, said) = computer.register(&code);
    assert!(done, "{said}");
    assert_eq!(public_key(&computer.remembered()), begun, "with the same key");

    let person = service.issue_code("mnowak");
    assert!(computer.sign_in(&person).1.contains("Is this you?"));
    service.run(&["station", "revoke", "Staff room", "--reason", "stolen"]);
    let (_, refused) = computer.sign_in(&person);
    assert!(refused.contains("Nobody can be set up on this computer any more."), "{refused}");
    assert!(service.run(&["alerts"]).contains("station that you revoked"));
    let (done, said) = computer.command(&["--forget-station"], "");
    assert!(done && said.contains("It was Staff room."), "{said}");
    assert_eq!(keyring.keys(), 2, "those of the other two computers");
    assert!(computer.sign_in(&person).1.contains("Is this you?"), "as any computer, where any will do");
    let (done, said) = computer.command(&["--forget-station"], "");
    assert!(!done && said.contains("this computer is no station"), "{said}");
}
