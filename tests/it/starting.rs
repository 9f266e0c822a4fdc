//! The service as a system starts and stops it, and the tour that plays itself.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use service::config::Settings;
use tests::needs::{run, tool};
use tests::programs::{Running, program};
use tests::service::Service;

fn status_of(url: &str) -> String {
    let output = run(tool("curl", "curl").args([
        "-sS",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        "--max-time",
        "20",
        url,
    ]));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_started_service_answers_until_it_is_told_to_stop_and_goes_on_when_started_again() {
    let mut service = Service::start();
    for path in ["/health", "/ready", "/metrics", "/openapi.json", protocol::paths::POLICY] {
        assert_eq!(status_of(&service.url(path)), "200", "{path}");
    }
    let code = service.issue_code("asample");
    assert_eq!(service.count("select count(*) from codes"), 1, "{code} was issued while it runs");

    let (address, key) = (service.address(), service.identity_key().to_owned());
    assert_eq!(service.stop(), Some(0), "{}", service.running().said());
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");

    service.start_again(&[]);
    assert_eq!(service.identity_key(), key, "the same keys");
    assert_eq!(status_of(&service.url("/ready")), "200");
    assert_eq!(service.count("select count(*) from codes"), 1, "the same data");
    let audit = service.run(&["audit", "verify"]);
    assert!(audit.starts_with("Whole: "), "{audit}");
}

#[test]
fn the_audits_head_is_in_the_log_of_every_start_and_is_the_one_that_is_kept() {
    let mut service = Service::start();
    service.issue_code("asample");
    assert_eq!(service.stop(), Some(0));
    service.start_again(&[]);
    let line = service.running().line_with("the audit's head");
    // The same row, signed with the same key.
    let head: protocol::Signed = serde_json::from_str(&service.run(&["audit", "head"])).expect("signed");
    for part in [format!("key={}", head.key), format!("signature=\"{}\"", head.signature.text())] {
        assert!(line.contains(&part), "{part}: {line}");
    }
}

#[test]
fn the_tour_enrols_signs_in_once_and_approves_by_a_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(program("enrol-demo"));
    let output = run(command.args(["--tour", "--port", "0", "--data"]).arg(folder.path().join("demo")));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("The tour came through"), "{said}");
    assert!(
        said.contains("a second time: Refused") && said.contains("The gateway hears: Approved"),
        "{said}"
    );
}

#[test]
fn a_webhook_by_https_needs_no_line_and_no_certificate_to_start_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("alerts.secret");
    std::fs::write(&secret, "a secret\n").expect("writes");
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("mode");
    let settings =
        format!("[alerts]\nurl = \"https://127.0.0.1:9/\"\nsecret_file = \"{}\"", secret.display());
    let mut service = Service::start_with(&settings, &[]);
    assert_eq!(status_of(&service.url("/ready")), "200");
    assert!(service.run(&["serve", "--check-config"]).contains("are right"));
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn a_usage_line_asks_for_no_flag_whose_variable_is_set() {
    let said = |name: &str, variables: &[(&str, &str)], words: &[&str]| {
        let output = Command::new(program(name)).envs(variables.iter().copied()).args(words).output();
        let output = output.expect("starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let usage = said.lines().find(|line| line.starts_with("Usage: ")).unwrap_or_default().to_owned();
        (output.status.code(), usage, said)
    };
    let config = [("ENROL_CONFIG", "/etc/enrol/service.toml")];
    let (code, usage, said_all) = said("enrol-service", &config, &["code", "revoke", "x"]);
    assert_eq!(
        (code, usage.as_str()),
        (Some(2), "Usage: enrol-service code revoke --reason <REASON> <CODE>"),
        "{said_all}"
    );
    let variables = [("ENROL_SERVER", "https://enrol.example.org"), ("ENROL_DATA", "/nowhere")];
    let (code, usage, said_all) = said("enrol", &variables, &["--register-station", "--show-policy"]);
    assert_eq!((code, usage.as_str()), (Some(2), "Usage: enrol --register-station"), "{said_all}");
    // What is wrong with a variable is still said.
    let (code, _, said_all) = said("enrol", &[("ENROL_MODE", "kiosk")], &[]);
    assert!(code == Some(2) && said_all.contains("possible values: self, session"), "{said_all}");
}

#[test]
fn the_service_passes_over_the_assistants_variables() {
    let mut enrol = Command::new(program("enrol"));
    let help = run(enrol.env_clear().arg("--help"));
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let variables: Vec<&str> =
        help.split("[env: ").skip(1).filter_map(|rest| rest.split('=').next()).collect();
    assert!(variables.contains(&"ENROL_CA_FILE"), "{variables:?}");
    // Both programs have a folder for data.
    for name in variables.into_iter().filter(|name| *name != "ENROL_DATA") {
        let variable = (name.to_owned(), "of the assistant".to_owned());
        let settings =
            Settings::from_text(Path::new("service.toml"), "", std::iter::once(variable)).expect(name);
        assert_eq!(settings.listen, Settings::default().listen, "{name}");
    }
}

#[test]
fn a_system_that_allows_few_open_files_is_warned_of_in_the_log() {
    let service = Service::not_started("", service::config::EXAMPLE_POLICY);
    let inner = service.command();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 512 && exec \"$0\" \"$@\""]).arg(inner.get_program()).args(inner.get_args());
    let output = shell.args(["serve", "--check-config"]).output().expect("starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("WARN") && said.contains("fewer open files") && said.contains("most=512"),
        "{said}"
    );
}

#[test]
fn the_log_of_json_has_an_object_a_line_and_the_id_of_each_answer() {
    let service = Service::not_started("", service::config::EXAMPLE_POLICY);
    let mut running = Running::start(service.command().args(["serve", "--make-keys", "--log-json"]));
    let serving = running.line_with("Serving at http");
    let (_, url) = serving.split_once("Serving at ").expect("an address");
    let url = format!("{}{}", url.trim(), protocol::paths::POLICY);
    let head = run(tool("curl", "curl").args(["-sS", "-D", "-", "-o", "/dev/null", &url])).stdout;
    let head = String::from_utf8_lossy(&head).into_owned();
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("an id").trim();
    let line: serde_json::Value = serde_json::from_str(&running.line_with(id)).expect("JSON");
    assert_eq!((&line["fields"]["message"], &line["span"]["id"]), (&"answered".into(), &id.into()), "{line}");
}

#[test]
fn a_key_file_that_systemd_hands_over_is_read_and_never_written() {
    let mut service = Service::start();
    let key = service.identity_key().to_owned();
    assert_eq!(service.stop(), Some(0));
    let (folder, keys) = (service.home().join("handed-over"), service.home().join("keys/keys.toml"));
    std::fs::create_dir(&folder).expect("a folder");
    let copy = folder.join("keys.toml");
    std::fs::rename(&keys, &copy).expect("moves");
    let set = |mode| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(&copy, mode).expect("mode");
    };
    // As systemd shows a file that one user may read by an access list.
    set(0o440);
    let variables = [("CREDENTIALS_DIRECTORY", folder.to_str().expect("UTF-8"))];
    service.start_again(&variables);
    assert_eq!(service.identity_key(), key, "the same keys");
    assert!(service.said().contains("handed-over/keys.toml"), "the log says which file: {}", service.said());
    let command = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = service.command();
        let output = command.args(arguments).envs(variables.iter().copied()).output().expect("starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(command(&["key", "list"], &variables).0, Some(0));
    let before = std::fs::read(&copy).expect("reads");
    let (code, said) = command(&["key", "add", "vault"], &variables);
    assert!(code != Some(0) && said.contains("LoadCredential="), "{said}");
    assert!(std::fs::read(&copy).expect("reads") == before, "not written");
    // No others, and nowhere else.
    for (mode, variables) in [(0o444, &variables[..]), (0o460, &variables), (0o440, &[])] {
        set(mode);
        assert_eq!(command(&["key", "list"], variables).0, Some(3), "{mode:o}");
    }
    set(0o440);
    let named = [variables[0], ("ENROL_KEYS", "credential:keys.toml")];
    assert_eq!(command(&["key", "list"], &named).0, Some(0));
    let (code, said) = command(&["key", "list"], &named[1..]);
    assert!(code == Some(3) && said.contains("LoadCredential=keys.toml:"), "{said}");
}

/// A pipe whose reader has gone, as `head` goes after its lines.
fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

#[test]
fn a_reader_who_leaves_early_makes_no_command_fail_and_stops_no_service() {
    let service = Service::start();
    service.issue_code("asample");
    let commands: [&[&str]; 14] = [
        &["person", "export", "asample"],
        &["person", "fields"],
        &["code", "list"],
        &["client", "list"],
        &["station", "list"],
        &["calls", "status"],
        &["alerts"],
        &["audit", "export"],
        &["audit", "verify"],
        &["audit", "head"],
        &["key", "list"],
        &["serve", "--check-config"],
        &["default-config", "--policy"],
        &["openapi"],
    ];
    for words in commands {
        let output = service.command().args(words).stdout(closed_pipe()).output().expect("starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
        assert!(!said.contains("enrol-service:") && !said.contains("pipe"), "{words:?}: {said}");
        // Nor may it fall over its log.
        let mut command = service.command();
        command.env("ENROL_LOG", "trace").args(words).stdout(closed_pipe()).stderr(closed_pipe());
        assert_eq!(command.status().expect("starts").code(), Some(0), "{words:?}");
    }
    let mut command = service.command();
    let mut second =
        command.arg("serve").stdout(closed_pipe()).stderr(Stdio::piped()).spawn().expect("starts");
    let log = BufReader::new(second.stderr.take().expect("piped"));
    let is_serving = log.lines().map_while(Result::ok).any(|line| line.contains("serving"));
    assert!(is_serving, "{:?}", second.wait());
    run(tool("kill", "procps").arg(second.id().to_string()));
    assert_eq!(second.wait().expect("ends").code(), Some(0));
    for words in [&["--help"][..], &["--show-policy"]] {
        let mut command = Command::new(program("enrol"));
        let output =
            command.args(["--server", "https://enrol.example.org"]).args(words).stdout(closed_pipe());
        let output = output.output().expect("starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{words:?}: {said}");
    }
}
