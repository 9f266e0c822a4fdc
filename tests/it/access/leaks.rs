//! After a whole enrolment and a sign-in, no secret, code or token lies anywhere in any encoding: not in the
//! database's files, the log, the outbox, the audit, a backup, nor in what passed over the wire.
//!
//! Not here: memory. Everything is real: both programs, a phone, and somebody who sends secrets to wrong places.

mod places;

use std::net::TcpListener;
use std::process::Command;

use domain::{EnrolmentCode, EnrolmentId, Timestamp};
use protocol::{Signed, VerifyOutcome, paths};
use reqwest::Method;
use tests::mitm::Mitm;
use tests::phone::{Phone, now_secs};
use tests::programs::program;
use tests::search::Needles;
use tests::service::Service;
use tests::terminal::Terminal;

use super::harness::{Asking as _, HOME, Line};
use super::people::{Assistant, posted, stranger_code, verified};
use places::{Place, Secret, found, in_folder, is_searched_well};

/// The person's names, which the database does hold.
const NAME: &str = "Siân Aberystwyth-Price";
const SIGN_IN_NAME: &str = "sian.aberystwyth";

/// The assistant in a terminal, walked to the last page before sending.
struct Walk {
    terminal: Terminal,
    phone: Phone,
    proof: String,
}

impl Walk {
    fn to_send(data: &std::path::Path, mitm: &Mitm, service: &Service, code: &str) -> Self {
        let mut command = Command::new(program("enrol"));
        let server = format!("http://{}", mitm.address());
        command.args(["--console", "--server", &server, "--server-key", service.identity_key(), "--data"]);
        let mut terminal = Terminal::start(command.arg(data));
        let mut page = |heading: &str, prompt: &str, line: &str| {
            terminal.until(&format!("{heading}\n"));
            terminal.until(prompt);
            terminal.line(line);
        };
        page("Before you start", "\n> ", "");
        page("How we use your details", "\n> ", "");
        page("Who are you?", "Code from IT > ", code);
        page("Is this you?", "\n> ", "");
        page("Which phone do you have?", "\n> ", "1");
        page("(selected)", "\n> ", "");
        page("Get the app", "\n> ", "");
        page("Add an account", "\n> ", "");
        terminal.until("Scan the code\n");
        terminal.until("\n> ");
        let phone = terminal.scan();
        terminal.line("");
        terminal.until("Test it\n");
        terminal.until("type the 6 digits > ");
        let proof = phone.code();
        terminal.line(&proof);
        terminal.until("Your app is set up\n");
        terminal.until("\n> ");
        terminal.line("");
        terminal.until("Check and send\n");
        terminal.until("\n> ");
        Self { terminal, phone, proof }
    }
}

fn now() -> Timestamp {
    Timestamp::from_secs(i64::try_from(now_secs()).expect("a time"))
}

/// An address at which nobody listens.
fn nowhere() -> std::net::SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

/// Sends a secret to every place where it does not belong.
async fn misplaced(line: &Line, secret: &str) {
    let json = serde_json::json!({ "code": secret, "sign_in_name": secret, "address": secret });
    let requests = [
        line.get(&format!("/v1/me?session={secret}")),
        line.get(&format!("/v1/{secret}")),
        line.get(paths::ME).showing(secret),
        line.get(paths::ME).header("authorization", format!("Basic {secret}")),
        line.get(paths::ME).header("cookie", format!("session={secret}")),
        line.get(paths::POLICY).header("user-agent", secret).header("referer", format!("http://x/{secret}")),
        line.get(paths::POLICY).header("host", secret),
        line.ask(Method::POST, paths::SIGN_IN)
            .header("content-type", format!("text/{secret}"))
            .body(secret.to_owned()),
        line.post(paths::SIGN_IN, json.to_string()),
        line.post(paths::ENROLMENTS, json.to_string()),
        line.post(paths::VERIFY, json.to_string()).showing(secret),
        line.post(paths::SIGN_OUT, secret.to_owned()).showing(secret),
        line.post(paths::SIGN_IN, format!("{{\"{secret}\":1}}")),
    ];
    // A nonce is signed and given back: the one thing that is repeated, and nobody's secret as a rule.
    let _ = line.get(&format!("{}?nonce={secret}", paths::CLOCK)).answer().await;
    for request in requests {
        // Whatever it is answered: the answer must not repeat it.
        let answer = request.answer().await;
        assert!(!answer.text().contains(secret), "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_enrolment_and_a_sign_in_leave_no_secret_anywhere_in_any_encoding() {
    let mut service = Service::start_with("", &[("ENROL_LOG", "trace")]);
    let issue = |name: &str, sign_in_name: &str| {
        let said = service.run(&[
            "code",
            "issue",
            "--name",
            name,
            "--sign-in-name",
            sign_in_name,
            "--school",
            "elm",
        ]);
        said.lines().next().expect("a code").to_owned()
    };
    let (code, other_code) = (issue(NAME, SIGN_IN_NAME), issue("Kim Sample", "kim"));
    let key = service.add_client("Remote desktop");
    let line = Line::to(&service.url(""));
    let identity = service.identity_key().parse().expect("a key");

    // One person by the real assistant; the network goes before the enrolment is sent.
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("data");
    let mitm = Mitm::before(service.address());
    let Walk { mut terminal, phone, proof } = Walk::to_send(&data, &mitm, &service, &code);
    mitm.lead_to(nowhere());
    terminal.line("");
    terminal.until("Not sent yet");
    let mut places = in_folder("outbox, offline", &data);
    let outbox = places.iter().filter(|place| place.name.contains("outbox/")).count();
    assert_eq!(
        outbox,
        1,
        "the enrolment waits: {:?}",
        places.iter().map(|place| &place.name).collect::<Vec<_>>()
    );
    // It tries again by itself.
    mitm.lead_to(service.address());
    terminal.until("Your sign-in security is set up");
    terminal.line("");
    assert_eq!(terminal.ended(), Some(0), "{}", terminal.said());

    // Another by an assistant of the scenario's own, which knows its own tokens.
    let kim = Assistant::start(&line, &identity, now()).await;
    let kims_code = EnrolmentCode::parse(&other_code).expect("a code");
    let kim = kim.signed_in(&kims_code, now(), HOME).await;
    let kims_proof = kim.code(now());
    let _: Signed = posted(&line, paths::ENROLMENTS, &kim.submission(now())).answer().await.read();

    // Both sign in, and both mistype first; somebody guesses a code.
    let next = |phone: &Phone| phone.code_at(now_secs() + 30);
    let (sign_in, kims_sign_in) = (next(&phone), next(&Phone::of_secret(&kim.assistant.secret)));
    for (name, right) in [(SIGN_IN_NAME, &sign_in), ("kim", &kims_sign_in)] {
        assert_eq!(verified(&line, &key, name, right, HOME).await.outcome, VerifyOutcome::Accepted);
        assert_eq!(verified(&line, &key, name, right, HOME).await.outcome, VerifyOutcome::Refused);
    }
    let guessed = stranger_code();
    let fresh = Assistant { enrolment: EnrolmentId::at(now(), [1; 10]), ..kim.assistant.another(now()) };
    assert!(
        posted(&line, paths::SIGN_IN, &fresh.sign_in(&guessed, now())).answer().await.refusal().is_some()
    );

    // What was told to whom, by its name.
    let passed = mitm.take_passed();
    let sessions: Vec<String> = passed
        .iter()
        .filter(|passed| passed.asked.ends_with(paths::SIGN_IN))
        .map(|passed| serde_json::from_slice::<protocol::SignInResponse>(&passed.answer).expect("signed in"))
        .map(|answer| answer.session.as_str().to_owned())
        .collect();
    assert_eq!(sessions.len(), 1);
    let mut secrets = vec![
        Secret::of_bytes(
            "the app's secret",
            &data_encoding::BASE32_NOPAD.decode(phone.secret().as_bytes()).expect("base32"),
        ),
        Secret::of_bytes("Kim's secret", &kim.assistant.secret),
        Secret::of_bytes("Kim's grant token", kim.assistant.token.bytes()),
        Secret::of_text("the enrolment code", &code),
        Secret::of_text("Kim's enrolment code", &other_code),
        Secret::of_text("a guessed code", &guessed.printed()),
    ];
    let told = [
        Secret::of_token("the session", &sessions[0]),
        Secret::of_token("Kim's session", kim.session().as_str()),
        Secret::of_token("the relying party's key", key.strip_prefix("rp_").expect("a prefix")),
    ];
    for digits in [&proof, &kims_proof, &sign_in, &kims_sign_in] {
        secrets.push(Secret::of_digits("a six-digit code", digits));
    }
    // On the wire only what was told to the very person may be seen, and the envelopes stay shut.
    let wire: Vec<Place> = passed
        .iter()
        .map(|passed| Place {
            name: passed.asked.clone(),
            heap: [&passed.request[..], &passed.answer].concat(),
        })
        .collect();
    assert!(wire.iter().any(|place| place.name.ends_with(paths::ENROLMENTS)), "the post passed by");
    assert_eq!(found(&secrets, &wire), [""; 0]);
    secrets.extend(told);

    for secret in [&code, &sessions[0], &key, phone.secret(), &sign_in] {
        misplaced(&line, secret).await;
    }

    // The service's own keys are in one file, and nowhere else.
    let keys = std::fs::read_to_string(service.home().join("keys/keys.toml")).expect("a key file");
    let own = keys.split('"').filter(|text| text.len() == 43);
    secrets.extend(own.map(|text| Secret::of_token("a key of the service", text)));
    assert!(secrets.len() >= 17, "{}", secrets.len());

    places.extend(in_folder("data, while it runs", &service.data()));
    let wal =
        places.iter().find(|place| place.name.ends_with("-wal")).expect("the log that is written ahead");
    assert!(!wal.heap.is_empty(), "what was written last lies there");
    let backup = home.path().join("backup");
    for (name, arguments) in [
        ("backup", ["backup", backup.to_str().expect("a path")]),
        ("audit verify", ["audit", "verify"]),
        ("audit head", ["audit", "head"]),
    ] {
        places.push(Place { name: name.to_owned(), heap: service.run(&arguments).into_bytes() });
    }
    places.extend(in_folder("backup", &backup));
    places.push(Place { name: "metrics".to_owned(), heap: line.get(paths::METRICS).answer().await.body });
    assert_eq!(service.stop(), Some(0), "{}", service.running().said());
    places.extend(in_folder("data, stopped", &service.data()));
    places.extend(in_folder("assistant, at the end", &data));
    let log = service.running().said();
    // Nothing of ours speaks at TRACE, and what the `log` crate says there is left out of the build.
    assert!(
        log.contains("DEBUG") && log.contains(paths::VERIFY) && log.contains(paths::ENROLMENTS),
        "the log speaks of what was done:\n{log}"
    );
    places.push(Place { name: "the service's output".to_owned(), heap: log.clone().into_bytes() });
    // The terminal shows the key by its square code alone, and what was typed not at all.
    places.push(Place { name: "the terminal".to_owned(), heap: terminal.said().into_bytes() });

    assert_eq!(found(&secrets, &places), [""; 0]);

    // The control: the same search in the same places finds each of them when it is there, and the names that are.
    is_searched_well(&secrets, &places);
    let name = Secret::named("the name", Needles::of_text(NAME).and(Needles::of_text(SIGN_IN_NAME)));
    let with_name: Vec<String> = found(&[name], &places);
    for expected in ["data, while it runs", "data, stopped", "backup"] {
        assert!(with_name.iter().any(|place| place.contains(expected)), "{expected}: {with_name:?}");
    }
    for never in ["outbox", "output", "metrics"] {
        assert!(!with_name.iter().any(|place| place.contains(never)), "{never}: {with_name:?}");
    }
}
